"""What the frame of every page needs to know about the account."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from comptes import motdepasse, sessions
from comptes.models import Annonce, Profil
from comptes.notifications import CLOCHE_MAX

ACCUEIL = "accueil"

# What each profile finds in the menu: name of the URL, label.
MENUS: dict[str, list[tuple[str, str]]] = {
    Profil.TECHNICIEN: [(ACCUEIL, "Accueil"), ("signalements:historique", "Demandes")],
    Profil.AGENT: [(ACCUEIL, "Accueil"), ("signalements:file", "File de travail")],
    Profil.GESTIONNAIRE: [
        (ACCUEIL, "Accueil"),
        ("equipes:equipe", "Équipe"),
        ("equipes:demarches", "Démarches"),
        ("equipes:revues", "Revues"),
        ("conventions:liste", "Conventions"),
        ("conventions:contacts_equipe", "Contacts"),
    ],
    Profil.ADMIN: [
        (ACCUEIL, "Accueil"),
        ("conventions:partenaires", "Partenaires"),
        ("conventions:liste", "Conventions"),
        ("equipes:demarches", "Démarches"),
        ("equipes:revues", "Revues"),
        ("signalements:delais", "Délais"),
        ("conventions:contacts", "Contacts"),
        ("agents", "Comptes de la caisse"),
        ("signalements:garde_fou", "Garde-fou"),
    ],
    Profil.DPO: [
        (ACCUEIL, "Accueil"),
        ("signalements:levees", "Levées"),
        ("signalements:relecture", "Relecture"),
        ("signalements:garde_fou", "Garde-fou"),
        ("violations:liste", "Violations"),
    ],
    Profil.SUPPORT: [("support:index", "Support national")],
}


def portail(request: HttpRequest) -> dict[str, Any]:
    """`annonces` for everybody (A-01); for an account, its menu and what its session has left.

    `navigation` and `profil` are empty until the account is completely signed in.
    """
    acteur: Any = getattr(request, "user", None)
    maintenant = timezone.now()
    cadre = {"annonces": Annonce.objects.en_cours(maintenant), **_session(request, maintenant)}
    if not _est_entre(acteur):
        return {**cadre, "navigation": [], "profil": ""}
    entrees = (_entree(request, nom, libelle) for nom, libelle in MENUS[acteur.profil])
    return {
        **cadre,
        "navigation": _situer([entree for entree in entrees if entree]),
        "profil": acteur.get_profil_display(),
        "cloche": _cloche(acteur),
    }


def _cloche(acteur: Any) -> dict[str, str] | None:
    """The bell of the header: its figure, and its name in words; the support has none."""
    url = _adresse("signalements:notifications")
    if acteur.profil == Profil.SUPPORT or url is None:
        return None
    nombre = acteur.non_lues
    beaucoup = nombre > CLOCHE_MAX
    combien = f"plus de {CLOCHE_MAX}" if beaucoup else nombre or "aucune"
    return {
        "url": url,
        "nombre": f"{CLOCHE_MAX}+" if beaucoup else str(nombre or ""),
        "nom": f"Notifications : {combien} non lue{'s' * (nombre > 1)}",
    }


def _session(request: HttpRequest, maintenant: datetime) -> dict[str, Any]:
    """`session_reste`: the seconds that the session still holds if nothing is done.

    `mot_de_passe_fin`: when the password ends, in the last 15 days (H-04).
    """
    seance = getattr(request, "seance", None)
    if seance is None:
        return {}
    reste = sessions.reste(seance, request.user.profil, maintenant)  # type: ignore[union-attr]
    return {
        "session_reste": int(reste.total_seconds()),
        "mot_de_passe_fin": motdepasse.annonce(request, maintenant),
    }


def _est_entre(acteur: Any) -> bool:
    return (
        getattr(acteur, "is_authenticated", False)
        and acteur.is_verified()
        and getattr(acteur, "cgu_a_jour", False)
    )


def _situer(entrees: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One entry at most is the current one: the closest, when an address lies under two."""
    actives = [entree for entree in entrees if entree["actif"]]
    for entree in actives:
        entree["actif"] = entree is max(actives, key=lambda e: len(e["url"]))
    return entrees


def _entree(request: HttpRequest, nom: str, libelle: str) -> dict[str, Any] | None:
    url = _adresse(nom)
    if url is None:
        return None
    actif = request.path == url or (nom != ACCUEIL and request.path.startswith(url))
    return {"url": url, "libelle": libelle, "actif": actif}


def _adresse(nom: str) -> str | None:
    """None for a page that is not installed."""
    try:
        return reverse(nom)
    except NoReverseMatch:
        return None
