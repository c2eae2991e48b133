"""The deadlines of one request, as its page tells them to each side (D-12, D-14)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from echeances.delais import ECHU
from echeances.models import Alerte, Echeance
from echeances.natures import Nature
from equipes.echeances import jour_en_mots
from portail.calendrier import jour_civil
from portail.templatetags.portail import heure
from signalements.listes import compte_a_rebours
from signalements.models import Demande, Etat, Evenement

ESPACE = "\u00a0"


@dataclass(frozen=True, slots=True)
class Horloge:
    """One deadline: the kind of its badge and its words, then what else is told of it."""

    titre: str
    genre: str
    texte: str
    precisions: list[str]


def composer(
    demande: Demande, evenements: Iterable[Evenement], maintenant: datetime, *, cote_caisse: bool
) -> dict[str, list[Horloge]]:
    """The deadlines, those of before a reopening apart."""
    closes = [e.quand for e in evenements if e.etat == Etat.CLOTUREE]
    rouverte = max((quand for quand in closes if quand != demande.cloturee_le), default=None)
    horloges: dict[str, list[Horloge]] = {"echeances": [], "echeances_passees": []}
    for echeance in demande.echeances.all():
        fin = echeance.terminee_le
        passee = rouverte is not None and fin is not None and fin <= rouverte
        horloges["echeances_passees" if passee else "echeances"].append(
            _horloge(echeance, maintenant, cote_caisse)
        )
    return horloges


def en_mots(quand: datetime, maintenant: datetime) -> str:
    """« jeudi 26 novembre à 10 h 12 », in Paris; says which of the two when clocks go back."""
    local = timezone.localtime(quand)
    texte = f"{jour_en_mots(local.date(), jour_civil(maintenant))} à {heure(local)}"
    autre = local.replace(fold=1 - local.fold)
    saison = "d’hiver" if local.fold else "d’été"
    repetee = autre.utcoffset() != local.utcoffset()
    return f"{texte} (heure{ESPACE}{saison})" if repetee else texte


def urgence_signalee(demande: Demande, maintenant: datetime) -> str:
    """What its partner is told once it said that a request became urgent."""
    echeance = demande.echeances.ouvertes().get(nature=Nature.URGENT_48H)
    avant = en_mots(echeance.echeance_le, maintenant)
    return f"L’urgence est signalée : la caisse doit la prendre en compte avant le {avant}."


def _horloge(echeance: Echeance, maintenant: datetime, cote_caisse: bool) -> Horloge:
    genre, texte = _etat(echeance, maintenant)
    precisions = [f"Commencé le {en_mots(echeance.debut_le, maintenant)}."]
    if not echeance.suspendue_le:
        quand = en_mots(echeance.echeance_le, maintenant)
        passe = echeance.depassee_le or echeance.terminee_le
        attendu = "Était à tenir" if passe else "À tenir"
        precisions.append(f"{attendu} avant le {quand}.")
    if echeance.terminee_le is None and echeance.depassee_le is None:
        ecoule = echeance.echelle.ecoule(echeance.suspendue_le or maintenant)
        precisions.append(f"{ecoule}{ESPACE}% du délai écoulé.")
    precisions += _alertes(list(echeance.alertes.all()), maintenant, cote_caisse)
    return Horloge(echeance.get_nature_display(), genre, texte, precisions)


def _etat(echeance: Echeance, maintenant: datetime) -> tuple[str, str]:
    if echeance.terminee_le:
        quand = en_mots(echeance.terminee_le, maintenant)
        if echeance.terminee_le > echeance.echeance_le:
            return "retard", f"Terminé hors délai, le {quand}"
        return "tenu", f"Tenu, le {quand}"
    if echeance.suspendue_le:
        return "pause", f"En pause depuis le {en_mots(echeance.suspendue_le, maintenant)}"
    return compte_a_rebours(echeance.echeance_le, echeance.bientot_le, maintenant)


def _alertes(alertes: list[Alerte], maintenant: datetime, cote_caisse: bool) -> Iterator[str]:
    """How often the caisse was told, for itself; that it knows of a lateness, for the partner."""
    if cote_caisse and alertes:
        quand = en_mots(alertes[-1].emise_le, maintenant)
        nombre = f"{len(alertes)} alertes données, la dernière" if alertes[1:] else "Alerte donnée"
        yield f"{nombre} le {quand}."
    retards: list[Any] = [alerte for alerte in alertes if alerte.palier >= ECHU]
    if retards and not cote_caisse:
        yield f"La caisse en a été avertie le {en_mots(retards[0].emise_le, maintenant)}."
