"""The access of a whole structure: cut at once, given back with its accounts (C-10, H-12)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from comptes.models import Partenaire, Utilisateur
from conventions import actions
from conventions.models import Coupure
from conventions.offre import est_lie, offres
from portail.etats import TransitionImpossible
from tests.conventions.vies import en_vigueur, equipe, etats, instant, le, relue, rompue
from tests.factories import PartenaireFactory, fermer
from tests.personas import Personas

pytestmark = pytest.mark.django_db

EFFET = date(2026, 3, 2)
JOUR = date(2026, 6, 15)


@pytest.fixture
def partenaire() -> Partenaire:
    partenaire = PartenaireFactory(membres=8)
    equipe(partenaire, "gestionnaire", 2)
    equipe(partenaire, "technicien", 5)
    return partenaire


@pytest.fixture(autouse=True)
def _en_juin():
    with le(JOUR):
        yield


def couper(personas: Personas, partenaire: Partenaire) -> Coupure:
    return actions.couper(
        personas.caisse_a, partenaire, motif="Comptes partagés.", acteur=personas.admin_a
    )


@pytest.mark.regle("C-10")
def test_sans_autre_caisse_tous_les_comptes_se_ferment(
    personas: Personas, partenaire: Partenaire
) -> None:
    en_vigueur(EFFET, caisses=[personas.caisse_a], partenaires=[partenaire])
    couper(personas, partenaire)
    assert etats(partenaire) == {"inactif"}
    assert offres(partenaire, JOUR) == []
    comptes = Utilisateur.objects.filter(droitpartenaire__content_object=partenaire)
    assert set(comptes.values_list("cause_inactivation", flat=True)) == {"coupure"}


@pytest.mark.regle("C-10")
def test_retablir_rend_les_comptes(personas: Personas, partenaire: Partenaire) -> None:
    en_vigueur(EFFET, caisses=[personas.caisse_a], partenaires=[partenaire])
    parti = equipe(partenaire, "gestionnaire", 1)[0]
    fermer(parti)
    coupure = couper(personas, partenaire)
    restauration = actions.retablir(coupure, acteur=personas.admin_a)
    assert (len(restauration.rendus), restauration.refuses) == (7, [])
    assert relue(parti).etat == "inactif"
    assert len(offres(partenaire, JOUR)) == 1
    with pytest.raises(TransitionImpossible, match="déjà rétabli"):
        actions.retablir(coupure, acteur=personas.admin_a)


@pytest.mark.regle("C-10")
def test_les_autres_caisses_restent_ouvertes(personas: Personas, partenaire: Partenaire) -> None:
    caisses = [personas.caisse_a, personas.caisse_b]
    en_vigueur(EFFET, caisses=caisses, partenaires=[partenaire])
    couper(personas, partenaire)
    assert etats(partenaire) == {"actif"}
    assert [o.caisse for o in offres(partenaire, JOUR)] == [personas.caisse_b]
    assert not est_lie(personas.caisse_a, partenaire, JOUR)
    actions.couper(personas.caisse_b, partenaire, motif="Aussi.", acteur=personas.admin_b)
    assert etats(partenaire) == {"inactif"}


@pytest.mark.regle("C-10")
@pytest.mark.parametrize(
    "qui", ["admin_b", "agent_a", "dpo_a", "gestionnaire_a", "technicien_a", "inactif"]
)
def test_seul_un_administrateur_de_la_caisse_coupe_et_retablit(
    personas: Personas, partenaire: Partenaire, qui: str
) -> None:
    caisses = [personas.caisse_a, personas.caisse_b]
    en_vigueur(EFFET, caisses=caisses, partenaires=[partenaire])
    acteur = getattr(personas, qui)
    with pytest.raises(PermissionDenied):
        actions.couper(personas.caisse_a, partenaire, motif="Non.", acteur=acteur)
    coupure = couper(personas, partenaire)
    with pytest.raises(PermissionDenied):
        actions.retablir(coupure, acteur=acteur)
    assert relue(coupure).retablie_le is None


def test_une_coupure_a_un_motif_un_lien_et_ne_se_repete_pas(
    personas: Personas, partenaire: Partenaire
) -> None:
    with pytest.raises(TransitionImpossible, match="Aucune convention"):
        couper(personas, partenaire)
    en_vigueur(EFFET, caisses=[personas.caisse_a], partenaires=[partenaire])
    with pytest.raises(ValidationError) as refus:
        actions.couper(personas.caisse_a, partenaire, motif=" ", acteur=personas.admin_a)
    assert list(refus.value.message_dict) == ["motif"]
    couper(personas, partenaire)
    with pytest.raises(TransitionImpossible, match="déjà coupé"):
        couper(personas, partenaire)


@pytest.mark.regle("H-12")
def test_revenue_en_vigueur_les_comptes_se_rendent_en_un_geste(
    personas: Personas, partenaire: Partenaire
) -> None:
    convention = en_vigueur(EFFET, caisses=[personas.caisse_a], partenaires=[partenaire])
    rompue(convention, "secret", JOUR)
    assert etats(partenaire) == {"inactif"}
    with pytest.raises(TransitionImpossible, match="Aucune convention en vigueur"):
        actions.restaurer_comptes(partenaire, acteur=personas.admin_a)
    en_vigueur(JOUR, caisses=[personas.caisse_a], partenaires=[partenaire])
    assert actions.restaurables(partenaire) == 7
    restauration = actions.restaurer_comptes(partenaire, acteur=personas.admin_a)
    assert len(restauration.rendus) == 7
    assert etats(partenaire) == {"actif"}
    assert actions.restaurables(partenaire) == 0


@pytest.mark.regle("H-06")
@pytest.mark.regle("H-07")
def test_on_ne_rend_que_dans_les_quotas_et_on_dit_pourquoi(
    personas: Personas, partenaire: Partenaire
) -> None:
    convention = en_vigueur(EFFET, caisses=[personas.caisse_a], partenaires=[partenaire])
    rompue(convention, "secret", JOUR)
    en_vigueur(JOUR, caisses=[personas.caisse_a], partenaires=[partenaire], techniciens_petit=3)
    equipe(partenaire, "gestionnaire", 1)
    restauration = actions.restaurer_comptes(partenaire, acteur=personas.admin_a)
    rendus = [compte.profil for compte in restauration.rendus]
    assert rendus == ["gestionnaire", "technicien", "technicien", "technicien"]
    refuses = [compte.profil for compte, _ in restauration.refuses]
    assert refuses == ["gestionnaire", "technicien", "technicien"]
    assert all("inactivez 1\u00a0compte" in raison for _, raison in restauration.refuses)


@pytest.mark.regle("H-14")
def test_apres_six_mois_un_compte_ne_se_rend_plus(
    personas: Personas, partenaire: Partenaire
) -> None:
    convention = en_vigueur(EFFET, caisses=[personas.caisse_a], partenaires=[partenaire])
    rompue(convention, "secret", JOUR)
    with le(date(2026, 12, 16)):
        en_vigueur(date(2026, 12, 1), caisses=[personas.caisse_a], partenaires=[partenaire])
        restauration = actions.restaurer_comptes(partenaire, acteur=personas.admin_a)
    assert restauration.rendus == []
    assert len(restauration.refuses) == 7


def test_la_voisine_ne_rend_pas_les_comptes(personas: Personas, partenaire: Partenaire) -> None:
    convention = en_vigueur(EFFET, caisses=[personas.caisse_a], partenaires=[partenaire])
    rompue(convention, "secret", JOUR)
    en_vigueur(JOUR, caisses=[personas.caisse_a], partenaires=[partenaire])
    for acteur in (personas.admin_b, personas.agent_a, personas.gestionnaire_a):
        with pytest.raises(PermissionDenied):
            actions.restaurer_comptes(partenaire, acteur=acteur)
    assert etats(partenaire) == {"inactif"}


@pytest.mark.regle("C-10")
def test_retablir_ne_rend_rien_tant_que_la_seule_caisse_qui_reste_coupe(
    personas: Personas, partenaire: Partenaire
) -> None:
    premiere = en_vigueur(EFFET, caisses=[personas.caisse_a], partenaires=[partenaire])
    en_vigueur(EFFET, caisses=[personas.caisse_b], partenaires=[partenaire])
    coupure = couper(personas, partenaire)
    derniere = actions.couper(
        personas.caisse_b, partenaire, motif="Comptes partagés.", acteur=personas.admin_b
    )
    rompue(premiere, "secret", JOUR)
    restauration = actions.retablir(coupure, acteur=personas.admin_a)
    assert (restauration.rendus, len(restauration.refuses)) == ([], 7)
    assert {raison for _, raison in restauration.refuses} == {
        "L'accès de ce partenaire est coupé : rétablissez-le avant de lui ouvrir un compte."
    }
    assert len(actions.retablir(derniere, acteur=personas.admin_b).rendus) == 7


@pytest.mark.regle("C-10")
def test_coupe_d_un_cote_fini_de_l_autre_les_comptes_attendent_le_retablissement(
    personas: Personas, partenaire: Partenaire
) -> None:
    en_vigueur(EFFET, caisses=[personas.caisse_a], partenaires=[partenaire])
    autre = en_vigueur(EFFET, caisses=[personas.caisse_b], partenaires=[partenaire])
    coupure = couper(personas, partenaire)
    rompue(autre, "manquement", JOUR)
    actions.echoir(instant(JOUR + timedelta(days=16)))
    assert etats(partenaire) == {"inactif"}
    restauration = actions.retablir(coupure, acteur=personas.admin_a)
    assert len(restauration.rendus) == 7
