"""The articles of the convention d'utilisation, in their order: file of the text, then title."""

ARTICLES = (
    ("objet", "Article 1 – Objet et place de la convention"),
    ("services", "Article 2 – Services ouverts"),
    ("comptes", "Article 3 – Comptes et habilitations"),
    ("vie_des_comptes", "Article 4 – Vie des comptes"),
    ("usage", "Article 5 – Conditions d’utilisation"),
    ("disponibilite", "Article 6 – Disponibilité et autre canal"),
    ("securite", "Article 7 – Sécurité des accès"),
    ("donnees", "Article 8 – Protection des données personnelles"),
    ("engagements", "Article 9 – Propriété intellectuelle et engagements communs"),
    ("duree", "Article 10 – Entrée en vigueur, durée et fin"),
    ("modification", "Article 11 – Avenants et différends"),
    ("signatures", "Signatures"),
    ("annexe_contacts", "Annexe 1 – Fiche des contacts"),
    ("annexe_delais", "Annexe 2 – Niveaux de service"),
    ("annexe_consentement", "Annexe 3 – Recueil du consentement"),
)

USAGES = {
    "signaler": (
        "Faire connaître à la caisse la situation d’une personne qui n’accède pas à ses droits ou "
        "à ses soins, y compris en urgence, et saisir la Mission accompagnement santé."
    ),
    "etude_dossier": (
        "Transmettre un dossier de droits (protection universelle maladie, Complémentaire santé "
        "solidaire, aide médicale de l’État ou autre), suivre son instruction et en recevoir le "
        "résultat."
    ),
    "rendez_vous": "Obtenir de la caisse un rendez-vous pour la personne accompagnée.",
    "document": (
        "Demander une attestation de droits, un certificat provisoire de remplacement de la carte "
        "européenne, un formulaire de carte Vitale, une offre de prévention ou un autre document."
    ),
    "contacter": "Poser une question à la caisse dont dépend la personne accompagnée.",
    "historique": (
        "Retrouver toutes les demandes du partenaire, quel qu’en soit l’auteur, et l’étape où "
        "chacune se trouve."
    ),
}


def articles() -> list[dict[str, str]]:
    return [{"cle": cle, "titre": titre} for cle, titre in ARTICLES]
