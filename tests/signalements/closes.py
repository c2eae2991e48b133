"""Closed requests for the tests of their retention (G-04), and where a word of them may remain."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from conventions.models import CaisseLiee, Convention
from signalements import actions
from signalements.models import Arret, Demande, Lieu, Relecture
from tests.personas import Personas
from tests.signalements.fabriques import CHEMIN_MAS, SIMPLE, deposer
from tests.voisinage import contester, lier

DEPOT = datetime(2024, 1, 8, 9, 12, 31, tzinfo=UTC)
# The last second of 31 January in Paris; by default it is kept for 24 months.
CLOTURE = datetime(2024, 1, 31, 22, 59, 59, tzinfo=UTC)
VEILLE = datetime(2026, 1, 30, 22, 59, 59, tzinfo=UTC)
TERME = datetime(2026, 1, 30, 23, 0, 0, tzinfo=UTC)

FICHIERS = Path(settings.STORAGES["prive"]["OPTIONS"]["location"])
MOT = "zorglub"
PERSONNE: dict[str, Any] = {
    "nom": "Zorglubier",
    "prenom": "Zorglubine",
    "date_naissance": datetime(1907, 2, 13, tzinfo=UTC).date(),
    "lieu_naissance": "Zorglubie",
    "departement_residence": "978",
    "telephone": "06 39 98 77 66",
    "commentaires": "La situation de Zorglubine est à reprendre.",
}
DIT_D_ELLE = (MOT, "1907-02-13", "06 39 98 77 66")


def lie(personas: Personas, **parametres: Any) -> Convention:
    """The convention of the first caisse and the first partner, made when it is first asked."""
    siennes = CaisseLiee.objects.filter(caisse=personas.caisse_a).select_related("convention")
    if (lien := siennes.first()) is not None:
        return lien.convention
    with time_machine.travel(DEPOT, tick=False):
        return lier(personas.caisse_a, personas.partenaire_a, **parametres)


def close(personas: Personas, *, quand: datetime = CLOTURE, **donnees: Any) -> Demande:
    """A request of the simple circuit, taken in charge and closed at `quand`."""
    lie(personas)
    agent = personas.agent_a
    with time_machine.travel(DEPOT, tick=False):
        demande = deposer(
            personas.caisse_a, personas.partenaire_a, personas.technicien_a, **SIMPLE | donnees
        )
        actions.franchir(demande, "prendre_en_charge", acteur=agent)
    with time_machine.travel(quand, tick=False):
        return actions.franchir(
            demande, "cloturer", acteur=agent, issue="information", texte="Voici la réponse."
        )


def dite(personas: Personas) -> Demande:
    """A MAS request whose every text names its person, closed at `CLOTURE`.

    Its first contact came three days late; the rest was in time.
    """
    lie(personas)
    agent, technicien = personas.agent_a, personas.technicien_a
    with time_machine.travel(DEPOT, tick=False):
        demande = deposer(
            personas.caisse_a, personas.partenaire_a, technicien, urgente=True, **PERSONNE
        )
        actions.joindre(demande, _piece(), usage="autre", acteur=technicien)
        actions.ecrire(demande, "Zorglubine attend un appel.", acteur=technicien)
    _suivre(demande, agent)
    _contester(demande)
    with time_machine.travel(CLOTURE, tick=False):
        actions.etablir_recepisse(demande.pk)
    return Demande.objects.get(pk=demande.pk)


def _suivre(demande: Demande, agent: Any) -> None:
    """A step a day, the first contact on the fifth one."""
    quand = DEPOT + timedelta(hours=2)
    for nom, parametres in CHEMIN_MAS.items():
        if nom == "confirmer_contact":
            quand += timedelta(days=4)
        if nom == "cloturer":
            quand = CLOTURE
        with time_machine.travel(quand, tick=False):
            texte = {"texte": "Zorglubine est rappelée."} if "texte" in parametres else {}
            actions.franchir(demande, nom, acteur=agent, **parametres | texte)
            actions.annoter(demande, f"Zorglubine, {nom}.", acteur=agent)
        quand += timedelta(days=1)


def _contester(demande: Demande) -> None:
    """What the guard keeps of its texts, and a line of its history that quotes a file."""
    contester(demande, raison="Zorglub est son nom.", passages=[[[True, MOT]]])
    piece, message = demande.pieces.get(), demande.messages.filter(interne=False).first()
    relecture = Relecture.objects.create(lexique="essai", lancee_le=CLOTURE)
    for objet in ({"piece": piece, "lieu": Lieu.PIECE}, {"message": message, "lieu": Lieu.MESSAGE}):
        Arret.objects.create(
            relecture=relecture,
            demande=demande,
            caisse=demande.caisse,
            partenaire=demande.partenaire,
            passages=[[[True, MOT]]],
            categories=[],
            **objet,
        )
    demande.evenements.create(quand=DEPOT, libelle="Pièce zorglub.csv ajoutée")


def _piece() -> SimpleUploadedFile:
    return SimpleUploadedFile("zorglub.csv", b"nom;zorglub\n", content_type="text/csv")


def tables_qui_disent(mot: str) -> set[str]:
    """Every table of the database with a row that holds this word, in any column."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = [table for (table,) in curseur.fetchall()]
        dites = set()
        for table in tables:
            curseur.execute(
                f'SELECT EXISTS (SELECT 1 FROM "{table}" t WHERE t::text ILIKE %s)',  # noqa: S608
                [f"%{mot}%"],
            )
            if curseur.fetchone()[0]:
                dites.add(table)
    return dites


def fichiers() -> set[Path]:
    return {chemin for chemin in FICHIERS.rglob("*") if chemin.is_file()}


@contextmanager
def tenue(objet: Any) -> Iterator[None]:
    """Somebody else holds this row meanwhile."""
    prise, rendue = Event(), Event()

    def tenir() -> None:
        try:
            with transaction.atomic():
                type(objet).objects.select_for_update().get(pk=objet.pk)
                prise.set()
                rendue.wait(timeout=30)
        finally:
            connection.close()

    fil = Thread(target=tenir)
    fil.start()
    assert prise.wait(timeout=30)
    try:
        yield
    finally:
        rendue.set()
        fil.join(timeout=30)
