"""Each party signs, at its date; the last one puts the act in force (C-02, C-04)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from comptes.models import Partenaire
from conventions import actions
from conventions.models import Acte, Convention
from conventions.offre import offres
from portail.etats import TransitionImpossible
from tests.conventions.vies import (
    en_vigueur,
    instant,
    le,
    metier_signe,
    ouvrir_le_portail,
    preparee,
    relue,
    rompue,
    traces,
)
from tests.factories import PartenaireFactory
from tests.personas import Personas

pytestmark = pytest.mark.django_db

JOUR = date(2026, 3, 2)
VEILLE = JOUR - timedelta(days=1)
LENDEMAIN = JOUR + timedelta(days=1)


@pytest.fixture
def partenaire() -> Partenaire:
    return PartenaireFactory(code="ccas-arras")


@pytest.fixture
def envoyee(personas: Personas) -> Convention:
    """Two caisses, one partner, one other signatory: four signatures are awaited."""
    convention = preparee(
        caisses=[personas.caisse_a, personas.caisse_b],
        partenaires=[personas.partenaire_a],
        autres_signataires=["CARSAT d’essai"],
    )
    return actions.envoyer_en_signature(convention, acteur=None)


def dater(convention: Convention, *jours: date) -> None:
    signatures = Acte.objects.get(convention=convention, etat="signature").signatures.all()
    for signature, jour in zip(signatures, jours, strict=False):
        actions.signer(signature, signee_le=jour, qualite="Direction", acteur=None)


def ouvertes(partenaire: Partenaire, jour: date) -> list[str]:
    return [offre.caisse.code for offre in offres(partenaire, jour)]


@pytest.mark.regle("C-02")
def test_elle_prend_effet_le_jour_de_la_derniere_signature_pas_de_la_derniere_saisie(
    envoyee: Convention,
) -> None:
    with le(date(2026, 3, 20)):
        dater(envoyee, VEILLE, JOUR, VEILLE)
        assert relue(envoyee).date_effet is None
        dater(envoyee, VEILLE, JOUR, VEILLE, VEILLE)
    convention = relue(envoyee)
    assert (convention.etat, convention.date_effet) == ("en_vigueur", JOUR)
    assert convention.prochaine_echeance == date(2027, 3, 2)
    acte = convention.actes.get()
    assert (acte.etat, acte.signe_le, acte.effet_le) == ("signe", JOUR, JOUR)
    version = convention.versions.get()
    assert (version.numero, version.depuis) == (1, JOUR)
    assert version.parametres["services"] == ["signaler"]
    assert version.parametres["modes_consentement"] == {"artois": "case", "cote-opale": "case"}


@pytest.mark.regle("C-02")
def test_signee_depuis_longtemps_elle_a_deja_ete_reconduite() -> None:
    with le(date(2026, 3, 20)):
        convention = metier_signe(date(2022, 2, 28))
    assert convention.prochaine_echeance == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("jour", "raison"), [(date(2026, 3, 21), "futur"), (date(1926, 3, 1), "trop ancienne")]
)
def test_une_signature_ne_se_date_pas_n_importe_quand(
    envoyee: Convention, jour: date, raison: str
) -> None:
    with le(date(2026, 3, 20)), pytest.raises(ValidationError, match=raison) as refus:
        dater(envoyee, jour)
    assert list(refus.value.message_dict) == ["signee_le"]


def test_une_date_mal_saisie_se_reprend_jusqu_a_la_derniere_signature(
    envoyee: Convention,
) -> None:
    dater(envoyee, VEILLE, VEILLE, VEILLE)
    dater(envoyee, JOUR, VEILLE, VEILLE, VEILLE)
    convention = relue(envoyee)
    assert convention.date_effet == JOUR
    signature = convention.actes.get().signatures.first()
    with pytest.raises(TransitionImpossible):
        actions.signer(signature, signee_le=VEILLE, qualite="Direction", acteur=None)


@pytest.mark.regle("C-01")
def test_un_autre_signataire_signe_sans_acceder_a_rien(envoyee: Convention) -> None:
    dater(envoyee, JOUR, JOUR, JOUR, JOUR)
    parties = [s.partie for s in relue(envoyee).actes.get().signatures.all()]
    assert parties[-1] == "CARSAT d’essai"
    acte = actions.preparer_utilisation(envoyee, acteur=None)
    actions.envoyer_acte(acte, acteur=None)
    assert acte.signatures.count() == 3
    assert not acte.signatures.exclude(autre="").exists()


@pytest.mark.regle("D-01")
def test_le_portail_ouvre_le_jour_de_la_seconde_convention(partenaire: Partenaire) -> None:
    convention = metier_signe(VEILLE, partenaires=[partenaire])
    assert ouvertes(partenaire, LENDEMAIN) == []
    ouvrir_le_portail(convention, JOUR)
    assert ouvertes(partenaire, VEILLE) == []
    assert len(ouvertes(partenaire, JOUR)) == 1


@pytest.mark.regle("C-04")
def test_la_convention_d_utilisation_suppose_la_convention_metier_signee(
    envoyee: Convention,
) -> None:
    dater(envoyee, JOUR, JOUR, JOUR)
    with pytest.raises(TransitionImpossible):
        actions.preparer_utilisation(envoyee, acteur=None)
    dater(envoyee, JOUR, JOUR, JOUR, JOUR)
    assert actions.preparer_utilisation(envoyee, acteur=None).etat == "brouillon"


@pytest.mark.regle("C-04")
def test_signee_le_meme_jour_par_avance_elle_n_ouvre_pas_avant_l_autre() -> None:
    convention = metier_signe(JOUR)
    ouvrir_le_portail(convention, VEILLE)
    assert relue(convention).date_utilisation == JOUR


@pytest.mark.regle("C-04")
def test_une_seule_convention_d_utilisation_a_la_fois() -> None:
    convention = metier_signe(VEILLE)
    acte = actions.preparer_utilisation(convention, acteur=None)
    with pytest.raises(TransitionImpossible, match="déjà en préparation"):
        actions.preparer_utilisation(convention, acteur=None)
    actions.abandonner_acte(acte, acteur=None)
    ouvrir_le_portail(convention, JOUR)
    with pytest.raises(TransitionImpossible, match="déjà signée"):
        actions.preparer_utilisation(convention, acteur=None)


@pytest.mark.regle("C-04")
def test_apres_la_fin_du_portail_une_nouvelle_le_rouvre(partenaire: Partenaire) -> None:
    convention = en_vigueur(JOUR, partenaires=[partenaire])
    with le(date(2026, 4, 1)):
        rompue(convention, "utilisation", date(2026, 4, 1))
    with le(date(2026, 5, 20)):
        actions.echoir(instant(date(2026, 5, 20)))
        assert ouvertes(partenaire, date(2026, 5, 20)) == []
        acte = ouvrir_le_portail(convention, date(2026, 4, 20))
    convention = relue(convention)
    assert acte.numero == 1
    assert convention.date_utilisation == date(2026, 5, 2)
    assert convention.fin_utilisation is None
    assert len(ouvertes(partenaire, date(2026, 5, 20))) == 1


@pytest.mark.parametrize("qui", ["admin_b", "agent_a", "gestionnaire_a", "technicien_a", "dpo_a"])
def test_les_autres_n_enregistrent_aucune_signature(personas: Personas, qui: str) -> None:
    convention = preparee(caisses=[personas.caisse_a], partenaires=[personas.partenaire_a])
    actions.envoyer_en_signature(convention, acteur=personas.admin_a)
    signature = convention.actes.get().signatures.first()
    with pytest.raises(PermissionDenied):
        actions.signer(signature, signee_le=JOUR, qualite="Maire", acteur=getattr(personas, qui))
    assert relue(signature).signee_le is None


def test_une_signature_d_un_acte_en_preparation_ou_abandonne() -> None:
    convention = metier_signe(VEILLE)
    acte = actions.preparer_utilisation(convention, acteur=None)
    actions.envoyer_acte(acte, acteur=None)
    signature = acte.signatures.first()
    actions.abandonner_acte(acte, acteur=None)
    with pytest.raises(TransitionImpossible):
        actions.signer(signature, signee_le=JOUR, qualite="Maire", acteur=None)


@pytest.mark.regle("G-05")
def test_la_trace_dit_quelle_partie_a_signe_quand(envoyee: Convention) -> None:
    dater(envoyee, VEILLE)
    assert traces(envoyee)[-1] == {
        "acte": "metier",
        "numero": "0",
        "partie": "artois",
        "signee_le": "2026-03-01",
    }


@pytest.mark.regle("C-04")
def test_un_acte_abandonne_ne_change_rien() -> None:
    convention = en_vigueur(VEILLE)
    acte = actions.preparer_avenant(
        convention,
        objet="Changer un délai.",
        changements={"delai_c2s_jours": 20},
        effet_le=None,
        acteur=None,
    )
    actions.abandonner_acte(acte, acteur=None)
    with pytest.raises(TransitionImpossible):
        actions.envoyer_acte(acte, acteur=None)
    assert relue(convention).delai_c2s_jours == 31
