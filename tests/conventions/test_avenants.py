"""What was signed changes only through an avenant; every past version is still read (C-05)."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from comptes.models import Partenaire
from conventions import actions
from conventions.models import Convention
from conventions.quotas import QuotaAtteint
from portail.etats import TransitionImpossible
from tests.conventions.vies import (
    avenant,
    en_vigueur,
    equipe,
    instant,
    le,
    preparee,
    relue,
    tout_signer,
    traces,
)
from tests.factories import CaisseFactory, PartenaireFactory, fermer

pytestmark = pytest.mark.django_db

EFFET = date(2026, 3, 2)


@pytest.fixture
def partenaire() -> Partenaire:
    return PartenaireFactory(membres=8)


@pytest.fixture
def convention(partenaire: Partenaire) -> Convention:
    with le(date(2026, 3, 10)):
        return en_vigueur(EFFET, caisses=[CaisseFactory(code="artois")], partenaires=[partenaire])


def lu(convention: Convention, jour: date, nom: str = "delai_c2s_jours") -> Any:
    version = actions.version_au(convention, jour)
    return version and version.parametres[nom]


@pytest.mark.regle("C-05")
@pytest.mark.parametrize(
    ("effet_le", "signe_le", "attendu"),
    [
        (None, date(2026, 4, 10), date(2026, 4, 10)),
        (date(2026, 4, 1), date(2026, 4, 10), date(2026, 4, 10)),
        (date(2026, 4, 10), date(2026, 4, 1), date(2026, 4, 10)),
    ],
)
def test_il_prend_effet_au_plus_tot_a_la_derniere_signature(
    convention: Convention, effet_le: date | None, signe_le: date, attendu: date
) -> None:
    with le(date(2026, 4, 10)):
        tout_signer(avenant(convention, {"delai_c2s_jours": 20}, effet_le), signe_le)
    assert relue(convention).delai_c2s_jours == 20
    assert convention.versions.last().depuis == attendu


@pytest.mark.regle("C-05")
def test_signe_d_avance_il_attend_son_jour(convention: Convention) -> None:
    with le(date(2026, 4, 10)):
        tout_signer(avenant(convention, {"delai_c2s_jours": 20}, date(2026, 5, 1)), EFFET)
        actions.echoir(instant(date(2026, 4, 30), 23))
        assert relue(convention).delai_c2s_jours == 31
        assert convention.versions.count() == 1
    for _ in range(2):
        actions.echoir(instant(date(2026, 5, 1), 0))
    assert relue(convention).delai_c2s_jours == 20
    assert lu(convention, date(2026, 4, 30)) == 31
    assert lu(convention, date(2026, 5, 1)) == 20
    assert [t for t in traces(convention) if "version" in t] == [
        {"version": 2, "champs": ["delai_c2s_jours"]}
    ]


@pytest.mark.regle("C-05")
def test_on_relit_chaque_jour_passe_tel_qu_il_etait(convention: Convention) -> None:
    with le(date(2026, 9, 1)):
        tout_signer(avenant(convention, {"delai_c2s_jours": 20}), date(2026, 4, 1))
        tout_signer(avenant(convention, {"delai_c2s_jours": 25}), date(2026, 6, 1))
        tout_signer(avenant(convention, {"preavis_mois": 2}), date(2026, 6, 1))
    attendus = {
        date(2026, 3, 1): None,
        date(2026, 3, 2): 31,
        date(2026, 3, 31): 31,
        date(2026, 4, 1): 20,
        date(2026, 5, 31): 20,
        date(2026, 6, 1): 25,
        date(2027, 1, 1): 25,
    }
    assert {jour: lu(convention, jour) for jour in attendus} == attendus
    assert lu(convention, date(2026, 6, 1), "preavis_mois") == 2
    assert list(convention.versions.values_list("numero", flat=True)) == [1, 2, 3, 4]


@pytest.mark.regle("C-05")
def test_enregistre_en_retard_il_ne_reecrit_pas_le_passe(convention: Convention) -> None:
    with le(date(2026, 9, 1)):
        tout_signer(avenant(convention, {"delai_c2s_jours": 20}), date(2026, 6, 1))
        tout_signer(avenant(convention, {"preavis_mois": 2}), date(2026, 4, 1))
    assert lu(convention, date(2026, 5, 1), "preavis_mois") == 3
    assert lu(convention, date(2026, 6, 1), "preavis_mois") == 2
    assert lu(convention, date(2026, 6, 1)) == 20


@pytest.mark.regle("C-06")
def test_il_ouvre_un_service_et_change_un_recueil_du_consentement(
    convention: Convention,
) -> None:
    changements = {
        "services": ["document", "signaler"],
        "modes_consentement": {"artois": "formulaire"},
    }
    tout_signer(avenant(convention, changements), date(2026, 3, 10))
    assert relue(convention).services == ["signaler", "document"]
    assert convention.liens.get().mode_consentement == "formulaire"
    assert lu(convention, EFFET, "modes_consentement") == {"artois": "case"}
    assert lu(convention, date(2026, 3, 10), "modes_consentement") == {"artois": "formulaire"}


@pytest.mark.regle("C-05")
@pytest.mark.parametrize(
    ("changements", "champ"),
    [
        ({}, "changements"),
        ({"delai_c2s_jours": 31}, "changements"),
        ({"delai_c2s_jours": 0}, "delai_c2s_jours"),
        ({"services": []}, "services"),
        ({"services": ["telepathie"]}, "services"),
        ({"delai_violation_heures": 30}, "delai_violation_heures"),
        ({"modes_consentement": {"cote-opale": "case"}}, "modes_consentement"),
        ({"modes_consentement": {"artois": "oral"}}, "modes_consentement"),
    ],
)
def test_un_changement_nul_ou_absurde_est_refuse_a_son_champ(
    convention: Convention, changements: dict[str, Any], champ: str
) -> None:
    with pytest.raises(ValidationError) as refus:
        avenant(convention, changements)
    assert list(refus.value.message_dict) == [champ]


def test_il_dit_son_objet_et_ne_precede_pas_la_convention(convention: Convention) -> None:
    changements = {"delai_c2s_jours": 20}
    commun: dict[str, Any] = {"changements": changements, "acteur": None}
    with pytest.raises(ValidationError) as refus:
        actions.preparer_avenant(convention, objet="  ", effet_le=None, **commun)
    assert list(refus.value.message_dict) == ["objet"]
    with pytest.raises(ValidationError) as refus:
        actions.preparer_avenant(convention, objet="Tôt", effet_le=date(2026, 3, 1), **commun)
    assert list(refus.value.message_dict) == ["effet_le"]
    acte = avenant(convention, changements)
    with pytest.raises(ValidationError, match="ne précède pas"):
        tout_signer(acte, date(2026, 3, 1))


def test_un_brouillon_ne_recoit_pas_d_avenant() -> None:
    with pytest.raises(TransitionImpossible):
        avenant(preparee(), {"delai_c2s_jours": 20})


def test_les_autres_signataires_approuvent_aussi(partenaire: Partenaire) -> None:
    convention = en_vigueur(EFFET, partenaires=[partenaire], autres_signataires=["CARSAT"])
    acte = avenant(convention, {"delai_c2s_jours": 20})
    assert [s.autre for s in acte.signatures.all()] == ["", "", "CARSAT"]


@pytest.mark.regle("H-07")
def test_la_grille_ne_descend_pas_sous_l_existant_sans_dire_quoi_faire(
    convention: Convention, partenaire: Partenaire
) -> None:
    comptes = equipe(partenaire, "technicien", 5)
    with pytest.raises(ValidationError) as refus:
        avenant(convention, {"techniciens_petit": 3})
    (message,) = refus.value.message_dict["techniciens_petit"]
    assert "5\u00a0techniciens" in message
    assert "inactivez d'abord 2\u00a0comptes" in message
    for compte in comptes[:2]:
        fermer(compte)
    acte = avenant(convention, {"techniciens_petit": 3})
    equipe(partenaire, "technicien", 1)
    with pytest.raises(QuotaAtteint, match="inactivez d'abord 1\u00a0compte"):
        tout_signer(acte, date(2026, 3, 10))
    assert relue(convention).techniciens_petit == 5


@pytest.mark.regle("H-07")
def test_la_grille_des_autres_tailles_ne_gene_personne(
    convention: Convention, partenaire: Partenaire
) -> None:
    equipe(partenaire, "technicien", 5)
    tout_signer(avenant(convention, {"techniciens_grand": 1}), date(2026, 3, 10))
    assert relue(convention).techniciens_grand == 1


@pytest.mark.regle("H-07")
def test_une_autre_convention_plus_favorable_permet_de_descendre(
    convention: Convention, partenaire: Partenaire
) -> None:
    en_vigueur(EFFET, partenaires=[partenaire], techniciens_petit=None)
    equipe(partenaire, "technicien", 9)
    tout_signer(avenant(convention, {"techniciens_petit": 1}), date(2026, 3, 10))
    assert relue(convention).techniciens_petit == 1
