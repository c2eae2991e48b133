"""The sweep: what is over ends at midnight in Paris, whatever happens to the task (C-02, H-12)."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from threading import Event, Thread
from unittest import mock

import pytest
from django.db import connection, transaction

from comptes.models import Partenaire, Utilisateur
from conventions import actions
from conventions.actions import echeances
from conventions.actions.fins import fermer_les_acces
from conventions.models import Convention
from conventions.offre import offres
from tests.conventions.vies import (
    avenant,
    en_vigueur,
    equipe,
    etats,
    instant,
    le,
    metier_signe,
    relue,
    rompue,
    tout_signer,
    traces,
)
from tests.factories import CaisseFactory, PartenaireFactory

pytestmark = pytest.mark.django_db

EFFET = date(2025, 3, 2)


@pytest.fixture
def partenaire() -> Partenaire:
    partenaire = PartenaireFactory()
    equipe(partenaire, "gestionnaire", 1)
    equipe(partenaire, "technicien", 2)
    return partenaire


def finie(partenaire: Partenaire, dernier_jour: date, **champs: object) -> Convention:
    """In force, and in breach so that it ends on that day."""
    notifiee_le = date.fromordinal(dernier_jour.toordinal() - 15)
    with le(notifiee_le):
        convention = en_vigueur(EFFET, partenaires=[partenaire], **champs)
        rompue(convention, "manquement", notifiee_le)
    return convention


@pytest.mark.regle("C-03")
@pytest.mark.parametrize(
    ("dernier_jour", "encore", "finie_a"),
    [
        # The eve of both changes of clocks, the days themselves, and an ordinary one.
        (date(2026, 3, 28), "2026-03-28T22:59:59", "2026-03-28T23:00:00"),
        (date(2026, 3, 29), "2026-03-29T21:59:59", "2026-03-29T22:00:00"),
        (date(2026, 10, 24), "2026-10-24T21:59:59", "2026-10-24T22:00:00"),
        (date(2026, 10, 25), "2026-10-25T22:59:59", "2026-10-25T23:00:00"),
        (date(2028, 2, 29), "2028-02-29T22:59:59", "2028-02-29T23:00:00"),
        (date(2026, 12, 31), "2026-12-31T22:59:59", "2026-12-31T23:00:00"),
    ],
)
def test_elle_tient_jusqu_a_minuit_a_paris(
    partenaire: Partenaire, dernier_jour: date, encore: str, finie_a: str
) -> None:
    convention = finie(partenaire, dernier_jour)
    echeances.echoir(datetime.fromisoformat(encore).replace(tzinfo=UTC))
    assert relue(convention).etat == "mise_en_demeure"
    assert etats(partenaire) == {"actif"}
    echeances.echoir(datetime.fromisoformat(finie_a).replace(tzinfo=UTC))
    assert relue(convention).etat == "terminee"
    assert etats(partenaire) == {"inactif"}


@pytest.mark.regle("D-01")
def test_les_dates_ferment_meme_sans_la_tache(partenaire: Partenaire) -> None:
    finie(partenaire, date(2026, 3, 1))
    assert len(offres(partenaire, date(2026, 3, 1))) == 1
    assert offres(partenaire, date(2026, 3, 2)) == []


@pytest.mark.regle("H-12")
def test_rien_ne_finit_sans_date_ni_cause(partenaire: Partenaire) -> None:
    convention = finie(partenaire, date(2026, 3, 1))
    for _ in range(3):
        echeances.echoir(instant(date(2026, 3, 2), 0))
    fins = [t for t in traces(convention) if t.get("etat") == "terminee"]
    assert fins == [{"etat": "terminee", "dernier_jour": "2026-03-01", "cause": "manquement"}]
    comptes = Utilisateur.objects.filter(droitpartenaire__content_object=partenaire)
    assert set(comptes.values_list("cause_inactivation", flat=True)) == {"convention"}


@pytest.mark.regle("H-12")
def test_tant_qu_une_autre_convention_le_lie_les_comptes_restent(partenaire: Partenaire) -> None:
    finie(partenaire, date(2026, 3, 1))
    with le(date(2026, 2, 1)):
        autre = en_vigueur(EFFET, partenaires=[partenaire])
    echeances.echoir(instant(date(2026, 3, 2)))
    assert etats(partenaire) == {"actif"}
    with le(date(2026, 3, 3)):
        rompue(autre, "manquement", date(2026, 3, 3))
    echeances.echoir(instant(date(2026, 3, 19)))
    assert etats(partenaire) == {"inactif"}


@pytest.mark.regle("H-12")
def test_une_autre_convention_sans_portail_ne_retient_pas_les_comptes(
    partenaire: Partenaire,
) -> None:
    finie(partenaire, date(2026, 3, 1))
    with le(date(2026, 2, 1)):
        metier_signe(EFFET, partenaires=[partenaire])
    echeances.echoir(instant(date(2026, 3, 2)))
    assert etats(partenaire) == {"inactif"}


@pytest.mark.regle("H-12")
def test_chaque_partenaire_de_la_convention_est_regarde_seul(partenaire: Partenaire) -> None:
    voisin = PartenaireFactory()
    equipe(voisin, "technicien", 1)
    with le(date(2026, 2, 14)):
        convention = en_vigueur(EFFET, partenaires=[partenaire, voisin])
        en_vigueur(EFFET, partenaires=[voisin])
        rompue(convention, "manquement", date(2026, 2, 14))
    echeances.echoir(instant(date(2026, 3, 2)))
    assert (etats(partenaire), etats(voisin)) == ({"inactif"}, {"actif"})


@pytest.mark.regle("H-12")
def test_une_caisse_partie_seule_perd_sa_tuile_les_comptes_restent(
    partenaire: Partenaire,
) -> None:
    caisses = [CaisseFactory(code="artois"), CaisseFactory(code="opale")]
    with le(date(2026, 2, 14)):
        convention = en_vigueur(EFFET, caisses=caisses, partenaires=[partenaire])
        rompue(convention, "manquement", date(2026, 2, 14), caisses[0])
    echeances.echoir(instant(date(2026, 3, 2)))
    assert [o.caisse.code for o in offres(partenaire, date(2026, 3, 2))] == ["opale"]
    assert convention.liens.get(caisse=caisses[0]).close_le == instant(date(2026, 3, 2))
    assert (relue(convention).etat, etats(partenaire)) == ("en_vigueur", {"actif"})
    with le(date(2026, 3, 5)):
        rompue(convention, "manquement", date(2026, 3, 5), caisses[1])
    echeances.echoir(instant(date(2026, 3, 21)))
    assert (relue(convention).etat, etats(partenaire)) == ("terminee", {"inactif"})


@pytest.mark.regle("C-04")
def test_la_fin_du_portail_ferme_les_comptes_pas_la_convention(partenaire: Partenaire) -> None:
    with le(date(2026, 2, 1)):
        convention = en_vigueur(EFFET, partenaires=[partenaire])
        rompue(convention, "utilisation", date(2026, 2, 1))
    echeances.echoir(instant(date(2026, 3, 3), 23))
    assert etats(partenaire) == {"actif"}
    echeances.echoir(instant(date(2026, 3, 4), 0))
    assert (relue(convention).etat, etats(partenaire)) == ("en_vigueur", {"inactif"})


@pytest.mark.regle("C-03")
def test_le_secret_ferme_les_comptes_sans_attendre_la_tache(partenaire: Partenaire) -> None:
    with le(date(2026, 3, 10)):
        convention = en_vigueur(EFFET, partenaires=[partenaire])
        rompue(convention, "secret", date(2026, 3, 10))
        assert offres(partenaire, date(2026, 3, 10)) == []
    assert etats(partenaire) == {"inactif"}
    assert traces(convention)[-1]["cause"] == "secret"


@pytest.mark.regle("C-02")
@pytest.mark.parametrize(
    ("effet", "maintenant", "prochaine"),
    [
        (date(2025, 3, 2), date(2026, 3, 1), date(2026, 3, 2)),
        (date(2025, 3, 2), date(2026, 3, 2), date(2027, 3, 2)),
        (date(2025, 3, 2), date(2029, 7, 1), date(2030, 3, 2)),
        (date(2024, 2, 29), date(2025, 2, 27), date(2025, 2, 28)),
        (date(2024, 2, 29), date(2025, 2, 28), date(2026, 2, 28)),
        (date(2024, 2, 29), date(2027, 2, 28), date(2028, 2, 29)),
    ],
)
def test_non_denoncee_elle_est_reconduite_d_un_an(
    effet: date, maintenant: date, prochaine: date
) -> None:
    with le(effet):
        convention = metier_signe(effet)
    attendue = relue(convention).prochaine_echeance <= maintenant
    for _ in range(2):
        echeances.echoir(instant(maintenant, 0))
    assert relue(convention).prochaine_echeance == prochaine
    assert [t for t in traces(convention) if "reconduction" in t] == [
        {"reconduction": "tacite"}
    ] * attendue


@pytest.mark.regle("C-02")
def test_denoncee_elle_n_est_pas_reconduite(partenaire: Partenaire) -> None:
    with le(date(2026, 1, 15)):
        convention = en_vigueur(EFFET, partenaires=[partenaire])
        rompue(convention, "denonciation", date(2026, 1, 15))
    echeances.echoir(instant(date(2026, 3, 2), 0))
    assert relue(convention).etat == "terminee"
    assert relue(convention).prochaine_echeance is None
    assert not [t for t in traces(convention) if "reconduction" in t]


@pytest.mark.regle("C-03")
def test_en_demeure_au_jour_anniversaire_elle_est_reconduite_jusqu_a_sa_fin() -> None:
    with le(date(2026, 2, 25)):
        convention = metier_signe(EFFET)
        rompue(convention, "manquement", date(2026, 2, 25))
    echeances.echoir(instant(date(2026, 3, 2)))
    assert relue(convention).prochaine_echeance == date(2027, 3, 2)
    echeances.echoir(instant(date(2026, 3, 13)))
    assert relue(convention).etat == "terminee"


@pytest.fixture
def cinq(partenaire: Partenaire) -> list[Convention]:
    """Five conventions that end on the same day, each with its partner and its account."""
    conventions = []
    for _ in range(5):
        voisin = PartenaireFactory()
        equipe(voisin, "technicien", 1)
        conventions.append(finie(voisin, date(2026, 3, 1)))
    return conventions


def terminees() -> int:
    return Convention.objects.filter(etat="terminee").count()


@pytest.mark.regle("H-12")
def test_tuee_au_milieu_elle_finit_au_passage_suivant(
    cinq: list[Convention], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(echeances, "LOT", 2)
    coupee = mock.Mock(side_effect=[mock.DEFAULT, KeyboardInterrupt], wraps=fermer_les_acces)
    monkeypatch.setattr(echeances, "fermer_les_acces", coupee)
    with pytest.raises(KeyboardInterrupt):
        echeances.echoir(instant(date(2026, 3, 2)))
    monkeypatch.setattr(echeances, "fermer_les_acces", fermer_les_acces)
    assert terminees() == 2
    assert Utilisateur.objects.filter(etat="inactif").count() == 2
    echeances.echoir(instant(date(2026, 3, 2)))
    assert terminees() == 5
    assert Utilisateur.objects.filter(etat="inactif").count() == 5
    for convention in cinq:
        assert len([t for t in traces(convention) if t.get("etat") == "terminee"]) == 1


@pytest.mark.regle("H-12")
def test_une_ligne_qui_echoue_n_arrete_pas_les_autres(cinq: list[Convention]) -> None:
    fautive, vraie = cinq[1], echeances.constater

    def constater(convention: Convention, *reste: object) -> bool:
        if convention.pk == fautive.pk:
            raise RuntimeError
        return vraie(convention, *reste)

    with mock.patch.object(echeances, "constater", constater):
        echeances.echoir(instant(date(2026, 3, 2)))
    assert terminees() == 4
    assert relue(fautive).etat == "mise_en_demeure"
    echeances.echoir(instant(date(2026, 3, 2)))
    assert terminees() == 5


def test_a_jour_elle_coute_cinq_lectures(
    cinq: list[Convention], django_assert_num_queries: Callable
) -> None:
    echeances.echoir(instant(date(2026, 3, 2)))
    with django_assert_num_queries(15) as requetes:
        echeances.echoir(instant(date(2026, 3, 2), 13))
    assert len([r for r in requetes if r["sql"].startswith("SELECT")]) == 5


def test_un_avenant_d_une_convention_finie_ne_prend_pas_effet(partenaire: Partenaire) -> None:
    with le(date(2026, 1, 15)):
        convention = en_vigueur(EFFET, partenaires=[partenaire])
        tout_signer(
            avenant(convention, {"delai_c2s_jours": 20}, date(2026, 3, 2)), date(2026, 1, 15)
        )
        rompue(convention, "denonciation", date(2026, 1, 15))
    echeances.echoir(instant(date(2026, 3, 2), 0))
    assert relue(convention).delai_c2s_jours == 31


@pytest.mark.django_db(transaction=True)
def test_une_convention_que_quelqu_un_tient_est_laissee_au_passage_suivant() -> None:
    partenaire = PartenaireFactory()
    convention, libre = (finie(partenaire, date(2026, 3, 1)) for _ in range(2))
    prise, lachee = Event(), Event()

    def tenir() -> None:
        with transaction.atomic():
            Convention.objects.select_for_update().get(pk=convention.pk)
            prise.set()
            lachee.wait(20)
        connection.close()

    fil = Thread(target=tenir)
    fil.start()
    assert prise.wait(20)
    echeances.echoir(instant(date(2026, 3, 2)))
    lachee.set()
    fil.join()
    assert (relue(convention).etat, relue(libre).etat) == ("mise_en_demeure", "terminee")
    actions.echoir(instant(date(2026, 3, 2)))
    assert relue(convention).etat == "terminee"
