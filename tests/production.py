"""An environment with which production starts; invented values only."""


def environnement_de_production(dossier_fichiers: str) -> dict[str, str]:
    return {
        "PORTAIL_SECRET_KEY": "invented-key-for-the-checks-0123456789-abcdefghij-KLMNOPQRST",
        "PORTAIL_ALLOWED_HOSTS": "portail.example",
        "PORTAIL_ADRESSE_PUBLIQUE": "https://portail.example",
        "PORTAIL_DOSSIER_FICHIERS": dossier_fichiers,
        "PORTAIL_CLAMD": "tcp://clamd.example:3310",
        "PORTAIL_EXPEDITEUR": "ne-pas-repondre@portail.example",
        "DATABASE_URL": "postgresql://portail_application:secret@base.example:5432/portail",
        "REDIS_URL": "redis://file.example:6379/0",
        "EMAIL_URL": "smtp://compte:secret@smtp.example:587",
    }
