"""A convention is written down, corrected, sent out, taken back, given up."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from comptes.models import Partenaire
from conventions import actions
from conventions.etats import manques
from conventions.models import Convention, Service
from portail.etats import TransitionImpossible
from tests.conventions.vies import preparee, relue, traces
from tests.factories import CaisseFactory, PartenaireFactory
from tests.personas import Personas

pytestmark = pytest.mark.django_db


@pytest.mark.regle("C-01")
def test_deux_caisses_trois_partenaires_et_un_autre_signataire(personas: Personas) -> None:
    convention = actions.preparer_convention(
        intitule="Accès aux droits",
        caisses={personas.caisse_a: "case", personas.caisse_b: "formulaire"},
        partenaires=[personas.partenaire_a, personas.partenaire_b, PartenaireFactory()],
        services=[Service.SIGNALER],
        autres_signataires=["CARSAT d’essai"],
        acteur=personas.admin_a,
    )
    assert convention.etat == "brouillon"
    assert list(convention.actes.values_list("nature", "etat")) == [("metier", "brouillon")]
    assert dict(convention.liens.values_list("caisse__code", "mode_consentement")) == {
        "artois": "case",
        "cote-opale": "formulaire",
    }
    actions.envoyer_en_signature(convention, acteur=personas.admin_b)
    assert convention.actes.get().signatures.count() == 6


@pytest.mark.regle("C-01")
@pytest.mark.parametrize("qui", ["admin_b", "agent_a", "gestionnaire_a", "dpo_a"])
def test_nul_ne_prepare_pour_une_caisse_qu_il_n_administre_pas(
    personas: Personas, qui: str
) -> None:
    with pytest.raises(PermissionDenied):
        preparee(caisses=[personas.caisse_a], acteur=getattr(personas, qui))
    assert not Convention.objects.exists()


def test_sans_caisse_il_n_y_a_pas_de_convention() -> None:
    with pytest.raises(ValidationError) as refus:
        actions.preparer_convention(intitule="Seul", caisses={}, partenaires=[], acteur=None)
    assert list(refus.value.message_dict) == ["caisses"]


def test_un_brouillon_incomplet_dit_ce_qui_lui_manque() -> None:
    convention = actions.preparer_convention(
        intitule="À compléter", caisses={CaisseFactory(): "case"}, partenaires=[], acteur=None
    )
    assert manques(convention) == ["au moins un partenaire", "au moins un service"]
    with pytest.raises(TransitionImpossible, match="au moins un partenaire, au moins un service"):
        actions.envoyer_en_signature(convention, acteur=None)


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("delai_urgence_heures", 0),
        ("preavis_mois", 12),
        ("delai_violation_heures", 36),
        ("services", ["telepathie"]),
        ("regle_preavis", "jamais"),
        ("autres_signataires", ["CARSAT", "CARSAT"]),
    ],
)
def test_un_parametre_absurde_est_refuse_a_son_champ(champ: str, valeur: object) -> None:
    with pytest.raises(ValidationError) as refus:
        preparee(**{champ: valeur})
    assert champ in refus.value.message_dict


def test_un_champ_qui_ne_se_choisit_pas() -> None:
    with pytest.raises(TypeError, match="etat"):
        preparee(etat="en_vigueur")


@pytest.mark.regle("C-05")
def test_un_brouillon_se_corrige_entierement(personas: Personas) -> None:
    convention = preparee(caisses=[personas.caisse_a, personas.caisse_b])
    corrigee = actions.corriger_convention(
        convention,
        intitule="Corrigée",
        caisses={personas.caisse_a: "formulaire"},
        partenaires=[personas.partenaire_b],
        techniciens_grand=None,
        acteur=personas.admin_a,
    )
    assert relue(convention).intitule == "Corrigée"
    assert relue(convention).techniciens_grand is None
    assert list(corrigee.partenaires.all()) == [personas.partenaire_b]
    assert list(corrigee.liens.values_list("caisse__code", "mode_consentement")) == [
        ("artois", "formulaire")
    ]


@pytest.mark.regle("C-05")
def test_une_convention_envoyee_ne_se_corrige_plus(personas: Personas) -> None:
    convention = preparee(caisses=[personas.caisse_a])
    actions.envoyer_en_signature(convention, acteur=personas.admin_a)
    with pytest.raises(TransitionImpossible, match="attente de signatures"):
        actions.corriger_convention(
            convention,
            intitule="Trop tard",
            caisses={personas.caisse_a: "case"},
            partenaires=[personas.partenaire_a],
            acteur=personas.admin_a,
        )


def test_elle_redevient_un_brouillon_tant_que_personne_n_a_signe() -> None:
    convention = preparee()
    actions.envoyer_en_signature(convention, acteur=None)
    actions.reprendre_preparation(convention, acteur=None)
    assert relue(convention).etat == "brouillon"
    assert not convention.actes.get().signatures.exists()
    assert actions.envoyer_en_signature(convention, acteur=None).etat == "signature"


def test_abandonnee_elle_libere_son_intitule() -> None:
    convention = preparee(intitule="Arras")
    with pytest.raises(ValidationError, match="porte déjà cet intitulé") as refus:
        preparee(intitule="Arras")
    assert list(refus.value.message_dict) == ["intitule"]
    assert actions.abandonner(convention, acteur=None).etat == "abandonnee"
    assert convention.actes.get().etat == "abandonne"
    assert preparee(intitule="Arras").etat == "brouillon"


@pytest.mark.regle("G-05")
def test_chaque_pas_laisse_une_trace_sans_ce_qui_a_ete_tape() -> None:
    convention = preparee(intitule="Un intitulé tapé")
    actions.envoyer_en_signature(convention, acteur=None)
    actions.abandonner(convention, acteur=None)
    assert traces(convention) == [{}, {"etat": "signature"}, {"etat": "abandonnee"}]


def test_un_code_deja_pris_est_refuse() -> None:
    CaisseFactory(code="artois")
    PartenaireFactory(code="ccas-arras")
    with pytest.raises(ValidationError):
        actions.inscrire_caisse(code="artois", nom="Autre", departement="62", acteur=None)
    with pytest.raises(ValidationError):
        actions.inscrire_partenaire(
            code="ccas-arras",
            nom="Autre",
            type=Partenaire.Type.CCAS,
            membres=3,
            domaines_email=["autre.example"],
            acteur=None,
        )
