"""A file received, whatever it is attached to: its name guarded, its bytes scanned or forgotten.

The row has `fichier`, `etat` and `analysee_le`. Nobody reads its bytes before a clean verdict,
and the bytes of a refused file are erased.
"""

from collections.abc import Callable
from typing import Any, BinaryIO, cast

from django.db import models, transaction
from django.utils import timezone

from portail import antivirus, destructions, garde_fou
from portail.fichiers import FichierRefuse

EN_ATTENTE = "en_attente"
SAINE = "saine"
INFECTEE = "infectee"
ILLISIBLE = "illisible"
# Found by the antivirus, or past what it can look into.
REFUSES = (INFECTEE, ILLISIBLE)
LOT = 200


def analyser(modele: type[models.Model], pk: int, suite: Callable[[Any], None]) -> None:
    """Ask the antivirus about one pending file; when it does not answer, the file stays pending.

    The scan holds no lock: a slow scanner keeps nobody waiting. `suite` hears of the verdict, in
    its transaction, once.
    """
    lignes = modele._default_manager.filter(pk=pk, etat=EN_ATTENTE)
    objet: Any = lignes.first()
    etat = verdict(objet.fichier) if objet else EN_ATTENTE
    if etat == EN_ATTENTE:
        return
    with transaction.atomic():
        objet = lignes.select_for_update().first()
        if objet is None:
            return
        objet.etat, objet.analysee_le = etat, timezone.now()
        if etat in REFUSES:
            effacer_octets(objet)
        suite(objet)
        objet.save(update_fields=["etat", "analysee_le", "fichier"])


def verdict(fichier: Any) -> str:
    """What the antivirus says of the bytes now."""
    try:
        with fichier.open("rb") as octets:
            sain = antivirus.analyser(cast(BinaryIO, octets)).sain
    except (antivirus.AnalyseIncomplete, FileNotFoundError):
        return ILLISIBLE
    except antivirus.AntivirusIndisponible:
        return EN_ATTENTE
    return SAINE if sain else INFECTEE


def en_attente(modele: type[models.Model]) -> list[int]:
    """Files without a verdict, oldest first: lost task or scanner down."""
    attente = modele._default_manager.filter(etat=EN_ATTENTE).order_by("deposee_le")
    return list(attente.values_list("pk", flat=True)[:LOT])


def effacer_octets(objet: Any) -> None:
    """Forget the bytes once the transaction is committed; the caller saves or deletes the row."""
    destructions.demander([objet.fichier.name])
    objet.fichier = ""


def verdict_du_nom(nom: str) -> garde_fou.Verdict:
    """What the guard says of a file's name, whose words are often tied by underscores (D-08)."""
    return garde_fou.verifier(nom.replace("_", " "))


def exiger_nom(nom: str) -> None:
    """Raises `FichierRefuse` for a name that the guard refuses (D-08, D-09)."""
    lu = verdict_du_nom(nom)
    if lu.est_bloquant:
        raise FichierRefuse(
            f"Le nom du fichier ne convient pas : il contient {_contenu(lu.bloquants[0])}. "
            "Renommez le fichier d’après ce qu’il est, par exemple « devis » ou « courrier », "
            "et ajoutez-le à nouveau.",
            "nom",
        )


def _contenu(motif: garde_fou.Motif) -> str:
    if motif.type == "sante":
        return "une donnée de santé"
    if motif.verdict == "confirme":
        return "des chiffres qui se lisent comme un numéro de sécurité sociale"
    return "un numéro de sécurité sociale"
