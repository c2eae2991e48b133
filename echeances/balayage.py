"""The sweep: tell each step of each deadline once, whatever crashes or runs twice (D-14).

A batch is one transaction over rows that nobody else holds: the steps, who is told of them and
what changes with them are committed together, or not at all. Whoever works on an object holds it;
its deadlines are left to the next sweep, which costs nothing until then: the index holds only
what has to be looked at.
"""

import json
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from echeances.delais import ECHU
from echeances.models import Alerte, Echeance

LOT = 500
DUREE = 40.0  # seconds: the rest is left to the next run


@dataclass(frozen=True, slots=True)
class Porteur:
    """What deadlines are about: `champ` of `Echeance`, and the verbs of the app that owns it.

    `manquer` gets the deadlines that just passed, `prevenir` those with a new step: their object,
    locked, is set.
    """

    champ: str
    manquer: Callable[[Collection[Echeance], datetime], None]
    prevenir: Callable[[Collection[Echeance], datetime], None]


def balayer(porteurs: Collection[Porteur], maintenant: datetime) -> int:
    """Tell what is due at `maintenant`; returns how many deadlines were looked at."""
    limite = time.monotonic() + DUREE
    total, retenues = 0, set[int]()
    while time.monotonic() < limite:
        prises, faites = _balayer_un_lot(porteurs, maintenant, retenues)
        total += len(faites)
        retenues |= prises - faites
        if len(prises) < LOT:
            break
    return total


@transaction.atomic
def _balayer_un_lot(
    porteurs: Collection[Porteur], maintenant: datetime, sauf: Collection[int]
) -> tuple[set[int], set[int]]:
    """The rows that were taken, `sauf` those whose object was held; those that were told."""
    dues = Echeance.objects.a_alerter(maintenant).exclude(pk__in=sauf)
    prises = list(dues.select_for_update(skip_locked=True)[:LOT])
    faites = set[int]()
    for porteur in porteurs:
        libres = _saisir(porteur, prises)
        if libres:
            _alerter(porteur, libres, maintenant)
        faites.update(e.pk for e in libres)
    return {e.pk for e in prises}, faites


def _saisir(porteur: Porteur, prises: Collection[Echeance]) -> list[Echeance]:
    """The deadlines of this kind whose object is free, with that object."""
    siennes = {e: getattr(e, f"{porteur.champ}_id") for e in prises}
    objets = _verrouiller(porteur.champ, {pk for pk in siennes.values() if pk is not None})
    libres = [e for e, pk in siennes.items() if pk in objets]
    for echeance in libres:
        setattr(echeance, porteur.champ, objets[siennes[echeance]])
    return libres


def _verrouiller(champ: str, pks: Collection[int]) -> Mapping[int, Any]:
    """The objects that nobody holds, locked, by primary key."""
    modele: Any = Echeance._meta.get_field(champ).related_model
    libres = modele.objects.filter(pk__in=pks).select_for_update(skip_locked=True)
    return {objet.pk: objet for objet in libres}


def _alerter(porteur: Porteur, echeances: Collection[Echeance], maintenant: datetime) -> None:
    manquees, nouvelles = [], []
    for echeance in echeances:
        atteint = echeance.echelle.atteint(maintenant)
        echeance.a_alerter_le = echeance.echelle.suivant(maintenant)
        if atteint >= ECHU and echeance.depassee_le is None:
            echeance.depassee_le = maintenant
            manquees.append(echeance)
        if atteint > echeance.palier:
            echeance.precedent, echeance.palier = echeance.palier, atteint
            nouvelles.append(echeance)
    _enregistrer(echeances)
    porteur.manquer(manquees, maintenant)
    porteur.prevenir(_emettre(nouvelles, maintenant), maintenant)


def _emettre(echeances: Collection[Echeance], maintenant: datetime) -> list[Echeance]:
    """Write the steps reached; returns those that nobody was told of yet."""
    emises = set(Alerte.objects.filter(echeance__in=echeances).values_list("echeance", "palier"))
    nouvelles = [e for e in echeances if (e.pk, e.palier) not in emises]
    Alerte.objects.bulk_create(
        Alerte(echeance=e, palier=e.palier, emise_le=maintenant) for e in nouvelles
    )
    return nouvelles


def _enregistrer(echeances: Collection[Echeance]) -> None:
    """Save what the sweep moves: `bulk_update` would compare each row with every key."""
    lignes = [(e.pk, e.palier, e.a_alerter_le, e.depassee_le) for e in echeances]
    contenu = [dict(zip(_COLONNES, ligne, strict=True)) for ligne in lignes]
    with connection.cursor() as curseur:
        curseur.execute(_ENREGISTREMENT, [json.dumps(contenu, default=str)])


_COLONNES = ("id", "palier", "a_alerter_le", "depassee_le")
_ENREGISTREMENT = """
UPDATE echeances_echeance AS e
SET palier = l.palier, a_alerter_le = l.a_alerter_le, depassee_le = l.depassee_le
FROM json_to_recordset(%s) AS l (
    id bigint, palier integer, a_alerter_le timestamptz, depassee_le timestamptz
)
WHERE e.id = l.id
"""
