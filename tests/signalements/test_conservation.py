"""A closed request is kept as long as its caisse says, then nothing tells whom it was about (G-04).

Every date below was read on a calendar: none is computed by the code under test.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from comptes.models import Caisse, Courriel, Notification, Trace
from conventions.models import Convention
from echeances.models import Alerte, Echeance
from portail import destructions
from portail.models import Destruction
from signalements import actions, dates
from signalements.models import Demande, Evenement
from signalements.tasks import anonymiser_demandes
from tests.personas import Personas
from tests.signalements.closes import (
    DIT_D_ELLE,
    TERME,
    VEILLE,
    close,
    dite,
    fichiers,
    tables_qui_disent,
)

PARIS = ZoneInfo("Europe/Paris")

pytestmark = [pytest.mark.django_db, pytest.mark.regle("G-04")]


def utc(texte: str) -> datetime:
    return datetime.fromisoformat(texte).astimezone(UTC)


@pytest.mark.parametrize(
    ("cloture", "mois", "dernier_jour", "anonymisee_le"),
    [
        ("2025-08-31T18:00+02", 6, date(2026, 2, 27), date(2026, 2, 28)),
        ("2027-08-31T18:00+02", 6, date(2028, 2, 28), date(2028, 2, 29)),
        ("2028-02-29T12:00+01", 12, date(2029, 2, 27), date(2029, 2, 28)),
        ("2026-11-30T12:00+01", 3, date(2027, 2, 27), date(2027, 2, 28)),
        ("2026-03-15T12:00+01", 24, date(2028, 3, 14), date(2028, 3, 15)),
        # A day is that of Paris, whichever side of midnight in UTC.
        ("2026-06-30T23:59:59+02", 1, date(2026, 7, 29), date(2026, 7, 30)),
        ("2026-07-01T00:00:00+02", 1, date(2026, 7, 31), date(2026, 8, 1)),
        ("2026-12-31T23:30:00+01", 120, date(2036, 12, 30), date(2036, 12, 31)),
    ],
)
def test_les_mois_sont_ceux_du_calendrier(
    cloture: str, mois: int, dernier_jour: date, anonymisee_le: date
) -> None:
    instant = utc(cloture)
    assert dates.conservee_jusqu_au(instant, mois) == dernier_jour
    assert dates.anonymisation_le(instant, mois) == anonymisee_le
    assert (
        dates.echues_avant(dernier_jour, mois) <= instant < dates.echues_avant(anonymisee_le, mois)
    )


@pytest.mark.parametrize(
    ("convention", "caisse", "veille", "terme"),
    [
        (24, None, "2026-01-30T23:59:59+01", "2026-01-31T00:00:00+01"),
        (24, 6, "2024-07-30T23:59:59+02", "2024-07-31T00:00:00+02"),
        (6, 24, "2024-07-30T23:59:59+02", "2024-07-31T00:00:00+02"),
        (1, None, "2024-02-28T23:59:59+01", "2024-02-29T00:00:00+01"),
    ],
)
def test_le_plus_court_des_deux_delais_jusqu_a_minuit_a_paris(
    personas: Personas, convention: int, caisse: int | None, veille: str, terme: str
) -> None:
    demande = close(personas)
    Convention.objects.update(conservation_mois=convention)
    Caisse.objects.filter(pk=personas.caisse_a.pk).update(conservation_mois=caisse)
    assert actions.anonymiser(utc(veille)) == 0
    intacte = Demande.objects.get(pk=demande.pk)
    assert (intacte.nom, intacte.reference) == ("Vasseur", demande.reference)
    assert intacte.messages.count() == 1
    assert actions.anonymiser(utc(terme)) == 1
    assert Demande.objects.get(pk=demande.pk).nom == ""
    assert actions.anonymiser(utc(terme)) == 0


def test_aucune_table_ni_aucun_fichier_ne_dit_plus_la_personne(
    personas: Personas, proprietaire: Callable[[], AbstractContextManager[None]]
) -> None:
    avant = fichiers()
    demande = dite(personas)
    voisine = close(personas, quand=VEILLE)
    siens = fichiers() - avant
    assert len(siens) == 2
    with proprietaire():
        assert tables_qui_disent("zorglub") >= {
            "signalements_demande",
            "signalements_message",
            "signalements_piece",
            "signalements_levee",
            "signalements_arret",
            "signalements_evenement",
        }
    assert actions.anonymiser(VEILLE) == 0
    assert actions.anonymiser(TERME) == 1
    assert Destruction.objects.count() == 2
    destructions.detruire(datetime.now(UTC))
    assert fichiers() == avant
    with proprietaire():
        assert not set().union(*map(tables_qui_disent, DIT_D_ELLE))
    anonyme = Demande.objects.get(pk=demande.pk)
    assert anonyme.departement_residence == anonyme.civilite == ""
    assert anonyme.auteur is anonyme.consentement_par is anonyme.agent is None
    assert Demande.objects.get(pk=voisine.pk).nom == "Vasseur"


def test_ce_que_l_on_compte_ne_change_pas(personas: Personas) -> None:
    dite(personas)
    close(personas)
    close(personas, motif="suivi", quand=datetime(2024, 1, 10, 8, tzinfo=UTC))
    avant = chiffres()
    assert avant["issues"] == {
        ("mas", "droits_ouverts"): 1,
        ("droits", "information"): 1,
        ("suivi", "information"): 1,
    }
    assert avant["delai"] == (23 + 23 + 2) / 3
    assert avant["delais"][("contact_48h", True)] == 1
    assert avant["delais"][("urgent_48h", False)] == 1
    assert avant["delais"][("instruction_30j", False)] == 3
    assert actions.anonymiser(datetime(2026, 2, 1, tzinfo=UTC)) == 3
    assert chiffres() == avant


GARDES = (
    "caisse_id partenaire_id convention_id service motif urgente etat issue contextes soins"
    " anciennete causes en_retard consentement_mode consentement_version"
).split()


def chiffres() -> dict[str, Any]:
    """What P-01 counts, and what else is to remain."""
    demandes = list(Demande.objects.order_by("pk"))
    echeances = list(Echeance.objects.order_by("demande_id", "pk"))
    return {
        "issues": Counter((d.motif, d.issue) for d in demandes),
        "reponses": [[getattr(d, champ) for champ in GARDES] for d in demandes],
        "delai": sum(_jours(d.deposee_le, d.cloturee_le) for d in demandes) / len(demandes),
        "delais": Counter((e.nature, e.depassee_le is not None) for e in echeances),
        "hors delai": Echeance.objects.filter(terminee_le__gt=F("echeance_le")).count(),
        "durees": [_jours(e.debut_le, e.terminee_le) for e in echeances],
        "promis": [_jours(e.debut_le, e.echeance_le) for e in echeances],
        "etapes": [
            (e.demande_id, e.etat, _jour(e.quand))
            for e in Evenement.objects.exclude(etat="").order_by("demande_id", "quand", "pk")
        ],
    }


def _jours(debut: datetime, fin: datetime) -> int:
    return (_jour(fin) - _jour(debut)).days


def _jour(instant: datetime) -> date:
    return instant.astimezone(PARIS).date()


def test_une_reference_gardee_ailleurs_ne_mene_plus_nulle_part(
    personas: Personas, proprietaire: Callable[[], AbstractContextManager[None]]
) -> None:
    """The trace alone keeps the old one: nothing holds both, nor the same instant."""
    demande = dite(personas)
    with proprietaire():
        assert tables_qui_disent(demande.reference) == {
            "signalements_demande",
            "comptes_trace",
            "comptes_courriel",
            "comptes_notification",
        }
    cles = set(Evenement.objects.values_list("pk", flat=True))
    alertees = set(Echeance.objects.values_list("pk", flat=True))
    quand = datetime(2026, 2, 3, 10, 20, 30, tzinfo=UTC)
    with time_machine.travel(quand, tick=False):
        assert anonymiser_demandes() == 1
    anonyme = Demande.objects.get(pk=demande.pk)
    assert anonyme.reference != demande.reference
    assert anonyme.origine != demande.origine
    with proprietaire():
        assert tables_qui_disent(anonyme.reference) == {"signalements_demande"}
        assert tables_qui_disent(demande.reference) == {"comptes_trace"}
    # What people keep of mails and alerts was written under the keys of rows that are gone.
    assert not cles & set(Evenement.objects.values_list("pk", flat=True))
    assert not alertees & set(Echeance.objects.values_list("pk", flat=True))
    assert not Alerte.objects.exists()
    ligne = Trace.objects.get(details__has_key="anonymisation")
    assert (ligne.cle, ligne.qui, ligne.objet) == (demande.reference, None, "demande")
    assert (ligne.quand, ligne.details) == (quand, {"anonymisation": True})
    gardes = [anonyme.anonymisee_le, anonyme.deposee_le, anonyme.cloturee_le, anonyme.activite_le]
    gardes += Evenement.objects.values_list("quand", flat=True)
    gardes += Echeance.objects.values_list("debut_le", flat=True)
    assert {g.astimezone(PARIS).strftime("%H:%M:%S.%f") for g in gardes} == {"00:00:00.000000"}
    assert _jour(anonyme.anonymisee_le) == date(2026, 2, 1)
    assert not Trace.objects.filter(quand__in=gardes).exists()


def test_les_lignes_de_la_trace_ne_suivent_pas_l_ordre_des_demandes(personas: Personas) -> None:
    references = [close(personas).reference for _ in range(4)]
    assert actions.anonymiser(TERME) == 4
    lignes = Trace.objects.filter(details__has_key="anonymisation").order_by("pk")
    assert list(lignes.values_list("cle", flat=True)) == sorted(references)


def test_personne_n_est_prevenu(personas: Personas) -> None:
    dite(personas)
    dernieres = [modele.objects.latest("pk").pk for modele in (Courriel, Notification)]
    assert actions.anonymiser(TERME) == 1
    assert actions.balayer() == 0
    for modele, derniere in zip((Courriel, Notification), dernieres, strict=True):
        assert not modele.objects.filter(pk__gt=derniere).exists()


def test_une_demande_ouverte_ou_rouverte_n_est_pas_touchee(personas: Personas) -> None:
    rouverte, recloturee = close(personas), close(personas)
    Demande.objects.filter(pk=rouverte.pk).update(
        etat="prise_en_charge", cloturee_le=None, issue=""
    )
    Demande.objects.filter(pk=recloturee.pk).update(cloturee_le=VEILLE)
    assert actions.anonymiser(TERME) == 0
    assert not Demande.objects.exclude(nom="Vasseur").exists()


def test_une_tache_qui_arrive_apres_ne_trouve_rien(personas: Personas, clamd: str) -> None:
    demande = dite(personas)
    piece = demande.pieces.get()
    assert actions.anonymiser(TERME) == 1
    destructions.detruire(datetime.now(UTC))
    restants = fichiers()
    actions.analyser(piece.pk)
    actions.etablir_recepisse(demande.pk)
    assert fichiers() == restants
    assert not Destruction.objects.exists()


def test_six_demandes_ne_coutent_pas_plus_de_requetes_que_deux(personas: Personas) -> None:
    def mesurer(nombre: int) -> int:
        for _ in range(nombre):
            close(personas)
        with CaptureQueriesContext(connection) as requetes:
            assert actions.anonymiser(TERME) == nombre
        return len(requetes)

    assert mesurer(6) == mesurer(2)


def test_la_base_refuse_une_demande_a_moitie_anonyme(personas: Personas) -> None:
    anonyme = close(personas)
    assert actions.anonymiser(TERME) == 1
    nommee = close(personas)
    for pk, champs in (
        (nommee.pk, {"auteur": None}),
        (nommee.pk, {"consentement_par": None}),
        (nommee.pk, {"date_naissance": None}),
        (nommee.pk, {"anonymisee_le": TERME}),
        (anonyme.pk, {"nom": "Vasseur"}),
        (anonyme.pk, {"departement_residence": "62"}),
        (anonyme.pk, {"auteur": personas.technicien_a}),
        (anonyme.pk, {"agent": personas.agent_a}),
        (anonyme.pk, {"recepisse_attendu": True}),
        (anonyme.pk, {"anonymisee_le": None}),
        (anonyme.pk, {"etat": "deposee", "cloturee_le": None, "issue": ""}),
    ):
        with pytest.raises(IntegrityError, match="demande_anonymisee"), transaction.atomic():
            Demande.objects.filter(pk=pk).update(**champs)
