"""An environment with which production starts; invented values only."""

from pathlib import Path

FICHIER = Path(__file__).resolve().parents[1] / "scripts" / "production-inventee.env"


def environnement_de_production(dossier_fichiers: str) -> dict[str, str]:
    lignes = FICHIER.read_text("utf-8").splitlines()
    variables = dict(ligne.split("=", 1) for ligne in lignes)
    return {**variables, "PORTAIL_DOSSIER_FICHIERS": dossier_fichiers}
