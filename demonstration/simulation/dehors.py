"""What the portal talks to, held still: no queue, no mail server, no scanner, no renderer."""

import itertools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from unittest import mock

from django.apps import apps
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.files.storage import FileSystemStorage, storages
from django.db import models
from django.test import override_settings

from comptes.models import Courriel
from portail.antivirus import Verdict
from portail.taches import Tache

# A scanner that finds what it is told to find.
VIRUS = b"virus de la simulation"


class Argon2Leger(Argon2PasswordHasher):
    """Nobody attacks these passwords."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1


@contextmanager
def tenu(dossier: Path) -> Iterator[None]:
    """For the time of the simulation, every effect stays in the database and in `dossier`."""
    with ExitStack() as pile:
        hacheur = f"{Argon2Leger.__module__}.{Argon2Leger.__name__}"
        pile.enter_context(override_settings(PASSWORD_HASHERS=[hacheur]))
        # What a message would make quick is found by the next sweep.
        pile.enter_context(mock.patch.object(Tache, "_publier"))
        pile.enter_context(mock.patch.object(Tache, "apply_async", _sur_place))
        pile.enter_context(mock.patch("portail.pdf.rendre", _rendeur()))
        pile.enter_context(mock.patch("portail.antivirus.analyser", _analyser))
        pile.enter_context(_depot(dossier))
        yield


def poster(maintenant: datetime) -> int:
    """The mail server takes everything that waits; returns how many mails left."""
    dus = Courriel.objects.filter(etat=Courriel.Etat.A_ENVOYER, a_envoyer_le__lte=maintenant)
    return dus.update(etat=Courriel.Etat.ENVOYE, envoye_le=maintenant, tentatives=1)


def _sur_place(tache: Tache, args: tuple[object, ...] = (), *_: object, **__: object) -> None:
    tache(*args)


def _rendeur() -> Any:
    """Two documents never have the same bytes."""
    rang = itertools.count(1)
    return lambda *_, **__: b"%%PDF-1.7 simulation %d" % next(rang)


def _analyser(fichier: BinaryIO) -> Verdict:
    fichier.seek(0)
    infecte = VIRUS in fichier.read()
    fichier.seek(0)
    return Verdict(sain=not infecte, signature="Simulation" if infecte else None)


@contextmanager
def _depot(dossier: Path) -> Iterator[None]:
    """The private storage is this folder: columns keep the one that they were given at first."""
    prive = FileSystemStorage(location=dossier, base_url=None)
    with ExitStack() as pile:
        pile.enter_context(mock.patch.dict(vars(storages)["_storages"], {"prive": prive}))
        for modele in apps.get_models():
            for champ in modele._meta.local_fields:
                if isinstance(champ, models.FileField):
                    pile.enter_context(mock.patch.object(champ, "storage", prive))
        yield
