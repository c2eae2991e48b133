"""Who follows a request, step after step."""

from datetime import datetime

from comptes.models import Utilisateur
from portail.calendrier import jour_civil
from portail.etats import TransitionImpossible
from signalements.collegues import collegues
from signalements.etats import Attribution, Etape
from signalements.models import Demande


def attribuer(
    demande: Demande,
    etape: Etape,
    *,
    acteur: Utilisateur,
    choisi: Utilisateur | None,
    quand: datetime,
) -> str:
    """Give the request to whom the step says; the caller saves. Returns what the history says.

    Raises `TransitionImpossible` when nobody can be given what is entrusted to `choisi`.
    """
    if etape.attribution is Attribution.CHOISI:
        return _confier(demande, choisi, quand)
    if etape.attribution is Attribution.PERSONNE:
        demande.agent = None
    elif etape.attribution is Attribution.ACTEUR or _est_a_prendre(demande, etape):
        demande.agent = acteur
    return ""


def _est_a_prendre(demande: Demande, etape: Etape) -> bool:
    return etape.attribution is Attribution.SANS_SUIVI and demande.agent_id is None


def _confier(demande: Demande, choisi: Utilisateur | None, quand: datetime) -> str:
    """To a colleague, or to who stands in for them that day."""
    possibles = {c.agent: c for c in collegues(demande, jour_civil(quand))}
    collegue = possibles.get(choisi) if choisi else None
    if collegue is None:
        raise TransitionImpossible("Choisissez un agent de la caisse, actif, qui prend la suite.")
    if raison := collegue.refus(demande):
        raise TransitionImpossible(raison)
    demande.agent = collegue.suivra
    absence = "" if collegue.suivra == choisi else f", en l’absence de {choisi}"
    return f"Demande confiée à {collegue.suivra}{absence}"
