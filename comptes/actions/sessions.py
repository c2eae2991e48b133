"""The verbs of an account's owner on its sessions."""

from django.db import transaction

from comptes import journal, sessions
from comptes.models import SessionOuverte, Utilisateur


@transaction.atomic
def fermer_session(seance: SessionOuverte, *, acteur: Utilisateur) -> None:
    """Close one session, wherever it was left open."""
    _tracer(sessions.supprimer(SessionOuverte.objects.filter(pk=seance.pk)), acteur)


@transaction.atomic
def fermer_autres_sessions(*, sauf: str | None, acteur: Utilisateur) -> int:
    """Close every session of the actor but the one whose key is `sauf`; returns how many."""
    nombre = sessions.fermer(acteur, sauf=sauf)
    _tracer(nombre, acteur)
    return nombre


def _tracer(nombre: int, acteur: Utilisateur) -> None:
    if nombre:
        journal.tracer(acteur, journal.Action.DECONNEXION, acteur, sessions_fermees=nombre)
