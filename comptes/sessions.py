"""The sessions of the accounts: how long they last, which are open, how they are closed.

Django keeps the session; a row of ours beside it says whose it is, since when, from where, and
when it was last used. Without its row a session opens nothing, so closing is deleting the row.
"""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from comptes.models import Profil, SessionOuverte, Utilisateur
from portail.reseau import adresse_client

DUREE = timedelta(seconds=settings.SESSION_COOKIE_AGE)
INACTIVITE = timedelta(minutes=30)
INACTIVITE_CAISSE = timedelta(minutes=15)
PARTENAIRES = (Profil.TECHNICIEN, Profil.GESTIONNAIRE)
# The clock of a session is written at most once a minute.
PAS = timedelta(minutes=1)
# Sent by our scripts with what nobody asked for: a page that refreshes itself keeps nobody in.
ARRIERE_PLAN = "X-Arriere-Plan"

NAVIGATEURS = (
    ("Edge", r"\bEdg(?:e|A|iOS)?/"),
    ("Opera", r"\bOPR/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"(?:Chrome|Chromium|CriOS)/"),
    ("Safari", r"\bSafari/"),
)
SYSTEMES = (
    ("Android", r"\bAndroid\b"),
    ("iOS", r"\b(?:iPhone|iPad|iPod)\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMac OS X\b"),
    ("Linux", r"\bLinux\b"),
)


class Fin(StrEnum):
    """Why a session is over."""

    INACTIVITE = "inactivite"
    DUREE = "duree"
    FERMEE = "fermee"


_RETOUR = "Identifiez-vous de nouveau : vous reviendrez à la page où vous étiez."
ADIEUX = {
    Fin.INACTIVITE: f"Votre session s’est fermée faute d’activité. {_RETOUR}",
    Fin.DUREE: f"Votre session s’est fermée : elle dure dix heures au plus. {_RETOUR}",
    Fin.FERMEE: f"Votre session a été fermée. {_RETOUR}",
}
"""What the sign-in page says of it."""


def inactivite_admise(profil: str) -> timedelta:
    """How long an account may stay still: 30 minutes for partners, 15 for everybody else."""
    return INACTIVITE if profil in PARTENAIRES else INACTIVITE_CAISSE


def ouvrir(request: HttpRequest, compte: Utilisateur) -> SessionOuverte:
    """Write down the session that was just opened, under its final key."""
    return SessionOuverte.objects.create(
        utilisateur=compte,
        cle=request.session.session_key,
        adresse=adresse_client(request),
        navigateur=nommer_navigateur(request.headers.get("User-Agent", "")),
    )


def courante(request: HttpRequest) -> SessionOuverte | None:
    """The row of this request's session."""
    cle = request.session.session_key
    return SessionOuverte.objects.filter(cle=cle, utilisateur=request.user.pk).first()


def terminee(seance: SessionOuverte | None, profil: str, maintenant: datetime) -> Fin | None:
    """Why this session is over, None when it still holds."""
    if seance is None:
        return Fin.FERMEE
    if maintenant - seance.ouverte_le >= DUREE:
        return Fin.DUREE
    if maintenant - seance.vue_le >= inactivite_admise(profil):
        return Fin.INACTIVITE
    return None


def reste(seance: SessionOuverte, profil: str, maintenant: datetime) -> timedelta:
    """How long the session still holds if nothing is done."""
    echeance = min(seance.vue_le + inactivite_admise(profil), seance.ouverte_le + DUREE)
    return max(echeance - maintenant, timedelta(0))


def toucher(seance: SessionOuverte, maintenant: datetime, *, pas: timedelta = PAS) -> None:
    """Set the clock of the session, unless it was less than a minute ago."""
    if maintenant - seance.vue_le < pas:
        return
    SessionOuverte.objects.filter(pk=seance.pk, vue_le__lt=maintenant).update(vue_le=maintenant)
    seance.vue_le = maintenant


def vivantes(compte: Utilisateur, maintenant: datetime) -> QuerySet[SessionOuverte]:
    """The account's sessions that still open something, latest used first."""
    return compte.sessions.filter(
        ouverte_le__gt=maintenant - DUREE,
        vue_le__gt=maintenant - inactivite_admise(compte.profil),
    ).order_by("-vue_le", "-pk")


def clore(request: HttpRequest) -> None:
    """Forget the row of this request's session, which is being signed out."""
    SessionOuverte.objects.filter(cle=request.session.session_key).delete()


def fermer(compte: Utilisateur, sauf: str | None = None) -> int:
    """Close every session of the account, but the one whose key is `sauf`; returns how many.

    What is open stops at its next request. Whoever calls leaves the trace.
    """
    return supprimer(compte.sessions.exclude(cle=sauf or ""))


def fermer_tous(comptes: QuerySet[Utilisateur]) -> int:
    """Close every session of all these accounts; returns how many."""
    return supprimer(SessionOuverte.objects.filter(utilisateur__in=comptes))


@transaction.atomic
def supprimer(seances: QuerySet[SessionOuverte]) -> int:
    """Delete these rows and the Django sessions beside them; returns how many."""
    cles = list(seances.values_list("cle", flat=True))
    Session.objects.filter(session_key__in=cles).delete()
    return SessionOuverte.objects.filter(cle__in=cles).delete()[0]


def renouveler(request: HttpRequest, compte: Utilisateur) -> None:
    """After the signed-in person chose another password: go on here, close everywhere else."""
    ancienne = request.session.session_key
    update_session_auth_hash(request, compte)
    compte.sessions.filter(cle=ancienne).update(cle=request.session.session_key)
    fermer(compte, sauf=request.session.session_key)


def purger(maintenant: datetime) -> int:
    """Delete the rows of the sessions that can be nobody's any more."""
    limite = maintenant - DUREE
    return supprimer(SessionOuverte.objects.filter(ouverte_le__lte=limite))


def nommer_navigateur(agent: str) -> str:
    """« Firefox sur Windows »: the family, never the version."""
    famille = _premier(NAVIGATEURS, agent) or "Navigateur inconnu"
    systeme = _premier(SYSTEMES, agent)
    return f"{famille} sur {systeme}" if systeme else famille


def _premier(motifs: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((nom for nom, motif in motifs if re.search(motif, agent)), "")
