"""The home page of a caisse's admin: what waits, and where to go."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from comptes.models import Utilisateur
from conventions import copil
from conventions.acces import caisses_administrees
from signalements import attente, surveillance
from signalements.listes import borne
from violations.suivi import a_lire


def accueil_admin(acteur: Utilisateur) -> tuple[str, dict[str, Any]]:
    jour = timezone.localdate()
    siennes = list(caisses_administrees(acteur))
    if not siennes:
        raise PermissionDenied
    caisses = [caisse.pk for caisse in siennes]
    retards = surveillance.compter(acteur, caisses, timezone.now())["retard"]
    contexte = {
        "violations": a_lire(acteur),
        "retards": borne(retards) if retards else "",
        "demarches": attente.demarches(caisses, jour),
        "actes": list(attente.actes(caisses)[: attente.MONTREES]),
        "fins": attente.fins(caisses, jour),
        "copils": copil.attendus(caisses, jour)[: attente.MONTREES],
        "revues": list(attente.revues(caisses)[: attente.MONTREES]),
        "coupures": list(attente.coupures(caisses)),
        "manquants": attente.contacts_manquants(siennes),
    }
    return "signalements/accueil_admin.html", {
        **contexte,
        "rien": not any(contexte.values()),
        "caisses": siennes,
        "plusieurs_caisses": len(siennes) > 1,
        "jour": jour,
    }
