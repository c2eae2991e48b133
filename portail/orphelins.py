"""Bytes of the private storage that no row names: an upload whose transaction was undone, say.

The walk goes folder by folder, through the folders where our models put their files and no other,
and stops after a while: the next run goes on where this one stood.
"""

import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.apps import apps
from django.core.files.storage import Storage, storages
from django.db import models, transaction

from portail import destructions
from portail.models import Parcours

NOM = "orphelins"
# An upload is written before its row is committed, and a probe of /etat/ before it is removed.
AGE = timedelta(hours=24)
DUREE = 20.0  # seconds: the worker has other sweeps to run
SONDES = "etat"
CHEMIN_MAX = 255


def balayer(maintenant: datetime, *, duree: float = DUREE) -> int:
    """Have the orphans destroyed, for about `duree` seconds; returns how many were found."""
    depot, fin = storages["prive"], time.monotonic() + duree
    position, trouves = _reprendre(maintenant), 0
    for dossier, noms in _dossiers(depot, dossiers_connus(), _segments(position)):
        orphelins = _orphelins(depot, dossier, noms, maintenant)
        if not _avancer(position, dossier, orphelins):
            return trouves
        position, trouves = dossier, trouves + len(orphelins)
        if time.monotonic() >= fin:
            return trouves
    Parcours.objects.filter(nom=NOM, position=position).update(position="", acheve_le=maintenant)
    return trouves


def dossiers_connus() -> list[str]:
    """The first folder of each column that keeps a file in the private storage."""
    chemins = [
        champ.generate_filename(modele(), "x")
        for modele, champ in _champs()
        if champ.storage is storages["prive"]
    ]
    return sorted({SONDES, *(chemin.split("/")[0] for chemin in chemins if "/" in chemin)})


def _champs() -> Iterator[tuple[type[models.Model], models.FileField]]:
    for modele in apps.get_models():
        for champ in () if modele._meta.proxy else modele._meta.local_fields:
            if isinstance(champ, models.FileField):
                yield modele, champ


def _reprendre(maintenant: datetime) -> str:
    """The folder that was read last; empty at the start of a tour."""
    parcours, _ = Parcours.objects.get_or_create(nom=NOM, defaults={"commence_le": maintenant})
    if not parcours.position:
        neuf = Parcours.objects.filter(nom=NOM, position="")
        neuf.update(commence_le=maintenant, trouves=0)
    return parcours.position


@transaction.atomic
def _avancer(position: str, dossier: str, orphelins: list[str]) -> bool:
    """Keep what this folder gave; False when another worker walks, which goes on alone."""
    parcours = Parcours.objects.filter(nom=NOM, position=position)
    if not parcours.update(position=dossier, trouves=models.F("trouves") + len(orphelins)):
        return False
    destructions.demander(orphelins)
    return True


def _dossiers(
    depot: Storage, noms: Iterable[str], apres: list[str], parent: str = ""
) -> Iterator[tuple[str, list[str]]]:
    """These folders and what is under them, in order, with the files of each.

    Those up to `apres` are skipped; a link is never followed.
    """
    for nom in sorted(noms):
        dossier = f"{parent}{nom}"
        segments = _segments(dossier)
        if segments < apres[: len(segments)] or _est_lien(depot, dossier):
            continue
        sous_dossiers, fichiers = _lister(depot, dossier)
        if fichiers and segments > apres:
            yield dossier, fichiers
        yield from _dossiers(depot, sous_dossiers, apres, f"{dossier}/")


def _segments(dossier: str) -> list[str]:
    return dossier.split("/") if dossier else []


def _lister(depot: Storage, dossier: str) -> tuple[list[str], list[str]]:
    try:
        sous_dossiers, fichiers = depot.listdir(dossier)
    except FileNotFoundError:
        return [], []
    return _nommables(dossier, sous_dossiers), _nommables(dossier, fichiers)


def _nommables(dossier: str, noms: Iterable[str]) -> list[str]:
    """Without what a column cannot hold: not ours, and it must not stop the walk."""
    place = CHEMIN_MAX - len(f"{dossier}/")
    return [nom for nom in noms if nom != "." and nom.isprintable() and 0 < len(nom) <= place]


def _orphelins(depot: Storage, dossier: str, noms: list[str], maintenant: datetime) -> list[str]:
    chemins = {f"{dossier}/{nom}" for nom in noms}
    for modele, champ in _champs():
        nommes = modele._base_manager.filter(**{f"{champ.name}__startswith": f"{dossier}/"})
        chemins.difference_update(nommes.values_list(champ.name, flat=True).iterator())
    limite = maintenant - AGE
    return sorted(chemin for chemin in chemins if _est_ancien(depot, chemin, limite))


def _est_ancien(depot: Storage, chemin: str, limite: datetime) -> bool:
    try:
        return not _est_lien(depot, chemin) and depot.get_modified_time(chemin) <= limite
    except FileNotFoundError:
        return False


def _est_lien(depot: Storage, chemin: str) -> bool:
    try:
        return Path(depot.path(chemin)).is_symlink()
    except NotImplementedError:
        return False
