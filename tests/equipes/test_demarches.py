"""Habilitate, change, plan the end of a gestionnaire: asked by the partner, done by the caisse."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from comptes import activation
from comptes.actions.cycle import DernierGestionnaire
from comptes.actions.securite import reinitialiser_second_facteur
from comptes.models import Courriel, Jeton, Trace, Utilisateur
from conventions.models import Convention
from conventions.quotas import QuotaAtteint
from equipes import actions
from equipes.models import Demarche
from portail.etats import TransitionImpossible
from tests.equipes.fabriques import LUNDI, PARIS, a_l_oeuvre, gestionnaire, identite, inactif
from tests.factories import CaisseFactory, UtilisateurFactory, appareil
from tests.personas import Personas
from tests.voisinage import lier

pytestmark = pytest.mark.django_db


@pytest.fixture
def horloge() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(LUNDI, tick=False) as voyage:
        yield voyage


@pytest.fixture
def pres(horloge: time_machine.Traveller, personas: Personas) -> Personas:
    return a_l_oeuvre(personas)


def demander(pres: Personas, **autres: str) -> Demarche:
    return actions.demander_habilitation(
        pres.partenaire_a, pres.caisse_a, identite(**autres), acteur=pres.gestionnaire_a
    )


# --- H-02 --------------------------------------------------------------------------------------


@pytest.mark.regle("H-02")
def test_une_habilitation_se_demande_et_s_accepte(pres: Personas) -> None:
    demarche = demander(pres)
    assert (demarche.etat, demarche.demandee_par) == ("deposee", pres.gestionnaire_a)
    assert demarche.echeance_le == date(2026, 3, 9)
    annonce = Courriel.objects.get()
    assert (annonce.destinataire, annonce.gabarit) == (pres.admin_a, "demarche_deposee")
    assert annonce.contexte == {"reference": str(demarche.identifiant)}
    demarche = actions.accepter(demarche, acteur=pres.admin_a)
    compte = demarche.compte
    assert compte is not None
    assert (compte.profil, compte.etat, compte.nom) == ("gestionnaire", "invite", "Wallet")
    assert (demarche.etat, demarche.traitee_par) == ("acceptee", pres.admin_a)
    assert set(Courriel.objects.values_list("gabarit", "destinataire")) == {
        ("demarche_deposee", pres.admin_a.pk),
        ("activation", compte.pk),
        ("demarche_traitee", pres.gestionnaire_a.pk),
    }
    assert "Wallet" not in str(list(Trace.objects.values_list("details", flat=True)))


@pytest.mark.regle("H-02")
@pytest.mark.parametrize(
    ("depot", "departement", "echeance"),
    [
        # A Sunday evening, a Friday before Easter, across the two May holidays.
        (datetime(2026, 3, 1, 23, 30, tzinfo=PARIS), "62", date(2026, 3, 6)),
        (datetime(2026, 4, 2, 9, tzinfo=PARIS), "62", date(2026, 4, 10)),
        (datetime(2026, 4, 2, 9, tzinfo=PARIS), "67", date(2026, 4, 13)),
        (datetime(2026, 4, 30, 9, tzinfo=PARIS), "62", date(2026, 5, 11)),
        (datetime(2026, 12, 18, 9, tzinfo=PARIS), "974", date(2026, 12, 28)),
        # 23:30 in UTC is already Tuesday in Paris.
        (datetime.fromisoformat("2026-03-02T23:30+00:00"), "62", date(2026, 3, 10)),
    ],
)
def test_cinq_jours_ouvres_du_departement(
    depot: datetime,
    departement: str,
    echeance: date,
    pres: Personas,
    horloge: time_machine.Traveller,
) -> None:
    pres.caisse_a.departement = departement
    pres.caisse_a.save()
    Convention.objects.update(date_effet=date(2025, 1, 1), date_utilisation=date(2025, 1, 1))
    horloge.move_to(depot)
    assert demander(pres).echeance_le == echeance


@pytest.mark.regle("H-02")
@pytest.mark.parametrize("manque", ["civilite", "nom", "prenom", "fonction", "telephone", "email"])
def test_chaque_information_est_demandee(manque: str, pres: Personas) -> None:
    with pytest.raises(ValidationError) as refus:
        actions.demander_habilitation(
            pres.partenaire_a,
            pres.caisse_a,
            {**identite(), manque: "  "},
            acteur=pres.gestionnaire_a,
        )
    assert list(refus.value.message_dict) == [manque]


@pytest.mark.regle("H-02")
@pytest.mark.parametrize(
    "parametres",
    [
        {"date_utilisation": None},
        {"date_utilisation": date(2026, 3, 3)},
        {"date_fin": date(2026, 3, 1)},
        {"fin_utilisation": date(2026, 3, 1)},
    ],
)
def test_sans_convention_d_utilisation_en_vigueur_rien(
    parametres: dict[str, date | None], pres: Personas
) -> None:
    Convention.objects.update(**parametres)
    with pytest.raises(TransitionImpossible, match="convention d'utilisation"):
        demander(pres)


@pytest.mark.regle("H-02")
def test_ni_aupres_d_une_caisse_qui_n_est_pas_liee(pres: Personas) -> None:
    with pytest.raises(TransitionImpossible):
        actions.demander_habilitation(
            pres.partenaire_a, pres.caisse_b, identite(), acteur=pres.gestionnaire_a
        )


@pytest.mark.regle("H-02")
@pytest.mark.parametrize("nom", ["gestionnaire_b", "admin_b", "technicien_a", "agent_a"])
def test_ni_par_un_autre(nom: str, pres: Personas) -> None:
    with pytest.raises(PermissionDenied):
        actions.demander_habilitation(
            pres.partenaire_a, pres.caisse_a, identite(), acteur=getattr(pres, nom)
        )


@pytest.mark.regle("H-02")
def test_la_caisse_saisit_la_premiere_et_elle_seule(pres: Personas) -> None:
    with pytest.raises(TransitionImpossible, match="gestionnaire actif"):
        actions.demander_habilitation(
            pres.partenaire_a, pres.caisse_a, identite(), acteur=pres.admin_a
        )
    neuf = pres.partenaire_b
    lier(pres.caisse_a, neuf)
    Utilisateur.objects.filter(pk=pres.gestionnaire_b.pk).update(etat="invite")
    demarche = actions.demander_habilitation(
        neuf, pres.caisse_a, identite(email="m@ccas-calais.example"), acteur=pres.admin_a
    )
    assert demarche.demandee_par is None
    trace = Trace.objects.get(objet="demarche", action="creation")
    assert trace.qui == pres.admin_a


@pytest.mark.regle("H-01")
def test_une_demande_a_la_fois_par_adresse_et_pas_de_second_compte(pres: Personas) -> None:
    demarche = demander(pres)
    with pytest.raises(ValidationError, match="déjà en cours"):
        demander(pres, email="MAUD.WALLET@ccas-arras.example")
    actions.accepter(demarche, acteur=pres.admin_a)
    with pytest.raises(ValidationError, match="déjà un compte"):
        demander(pres)


@pytest.mark.regle("H-06")
def test_le_quota_compte_a_l_acceptation(pres: Personas) -> None:
    premiere, seconde = demander(pres), demander(pres, prenom="Lise")
    actions.accepter(premiere, acteur=pres.admin_a)
    with pytest.raises(QuotaAtteint):
        actions.accepter(seconde, acteur=pres.admin_a)
    seconde.refresh_from_db()
    assert seconde.etat == "deposee"


@pytest.mark.regle("H-02")
def test_refuser_veut_un_motif(pres: Personas) -> None:
    demarche = demander(pres)
    with pytest.raises(ValidationError) as refus:
        actions.refuser(demarche, motif="  ", acteur=pres.admin_a)
    assert set(refus.value.message_dict) == {"motif"}
    demarche = actions.refuser(demarche, motif="Adresse à vérifier.", acteur=pres.admin_a)
    assert (demarche.etat, demarche.motif_refus) == ("refusee", "Adresse à vérifier.")
    for suite in (actions.accepter, actions.retirer_demarche):
        with pytest.raises(TransitionImpossible):
            suite(demarche, acteur=None)


@pytest.mark.regle("H-02")
def test_le_partenaire_retire_et_la_caisse_repond(pres: Personas) -> None:
    demarche = demander(pres)
    with pytest.raises(PermissionDenied):
        actions.accepter(demarche, acteur=pres.gestionnaire_a)
    with pytest.raises(PermissionDenied):
        actions.retirer_demarche(demarche, acteur=pres.admin_a)
    with pytest.raises(PermissionDenied):
        actions.accepter(demarche, acteur=pres.admin_b)
    assert actions.retirer_demarche(demarche, acteur=pres.gestionnaire_a).etat == "retiree"


# --- H-08 --------------------------------------------------------------------------------------


@pytest.mark.regle("H-08")
def test_une_modification_demandee_puis_faite(pres: Personas) -> None:
    compte = gestionnaire(pres.partenaire_a, nom="Durand", email="a@ccas-arras.example")
    changes = {"nom": "Durand-Roy", "email": "b@ccas-arras.example", "fonction": compte.fonction}
    demarche = actions.demander_modification(
        compte, pres.caisse_a, changes, acteur=pres.gestionnaire_a
    )
    compte.refresh_from_db()
    assert compte.nom == "Durand"
    assert Courriel.objects.filter(gabarit="modification_demandee", destinataire=compte).exists()
    assert demarche.donnees == {"nom": "Durand-Roy", "email": "b@ccas-arras.example"}
    actions.accepter(demarche, acteur=pres.admin_a)
    compte.refresh_from_db()
    assert (compte.nom, compte.email) == ("Durand-Roy", "b@ccas-arras.example")
    trace = Trace.objects.filter(cle=str(compte.pk), action="changement").latest("pk")
    assert trace.details == {"champs": "email,nom"}


@pytest.mark.regle("H-08")
@pytest.mark.parametrize(
    "donnees",
    [
        {"prenom": "Autre"},
        {"profil": "technicien"},
        {"etat": "inactif"},
        {"civilite": "monsieur"},
        {"nom": "Neuf", "identifiant": "autre"},
        {},
        {"nom": "Delattre"},
        {"email": "a@gmail.com"},
        {"email": "a@ccas-calais.example"},
        {"nom": ""},
    ],
)
def test_quatre_champs_et_pas_un_de_plus(donnees: dict[str, str], pres: Personas) -> None:
    with pytest.raises(ValidationError):
        actions.demander_modification(
            pres.gestionnaire_a, pres.caisse_a, donnees, acteur=pres.gestionnaire_a
        )


@pytest.mark.regle("H-08")
@pytest.mark.parametrize("nom", ["admin_a", "gestionnaire_b", "technicien_a"])
def test_seul_le_partenaire_demande(nom: str, pres: Personas) -> None:
    """The admin of the caisse is the near miss: it does the change, on demand only."""
    with pytest.raises(PermissionDenied):
        actions.demander_modification(
            pres.gestionnaire_a, pres.caisse_a, {"nom": "Neuf"}, acteur=getattr(pres, nom)
        )


@pytest.mark.regle("H-08")
def test_un_technicien_ne_passe_pas_par_la_caisse(pres: Personas) -> None:
    with pytest.raises(TransitionImpossible):
        actions.demander_modification(
            pres.technicien_a, pres.caisse_a, {"nom": "Neuf"}, acteur=pres.gestionnaire_a
        )


def test_une_adresse_corrigee_avant_l_activation_recoit_le_lien(pres: Personas) -> None:
    compte = actions.accepter(demander(pres), acteur=pres.admin_a).compte
    assert compte is not None
    demarche = actions.demander_modification(
        compte, pres.caisse_a, {"email": "mw@ccas-arras.example"}, acteur=pres.gestionnaire_a
    )
    actions.accepter(demarche, acteur=pres.admin_a)
    assert Jeton.objects.filter(utilisateur=compte, utilise_le=None).count() == 1
    assert Jeton.objects.filter(utilisateur=compte).count() == 2


@pytest.mark.regle("H-08")
def test_ce_qui_attendait_a_l_ancienne_adresse_n_ouvre_plus_rien(pres: Personas) -> None:
    compte = gestionnaire(pres.partenaire_a)

    def changer(email: str) -> None:
        demarche = actions.demander_modification(
            compte, pres.caisse_a, {"email": email}, acteur=pres.gestionnaire_a
        )
        actions.accepter(demarche, acteur=pres.admin_a)

    appareil(compte)
    oubli = activation.envoyer_lien(compte, Jeton.Usage.MOT_DE_PASSE, acteur=None)
    changer("un@ccas-arras.example")
    assert activation.retrouver(oubli.identifiant, Jeton.Usage.MOT_DE_PASSE) is None

    pose = reinitialiser_second_facteur(compte, acteur=pres.admin_a)
    changer("deux@ccas-arras.example")
    assert activation.retrouver(pose.identifiant, Jeton.Usage.ACTIVATION) is None
    dernier = Courriel.objects.filter(destinataire=compte, contexte__has_key="lien").latest("pk")
    assert dernier.gabarit == "second_facteur_reinitialise"
    assert activation.retrouver(dernier.contexte["lien"], Jeton.Usage.ACTIVATION)


# --- H-09 --------------------------------------------------------------------------------------


@pytest.mark.regle("H-09")
@pytest.mark.parametrize(
    ("voulue", "admise"), [(date(2026, 3, 17), True), (date(2026, 3, 16), False)]
)
def test_quinze_jours_le_jour_de_la_demande_non_compte(
    voulue: date, admise: bool, pres: Personas
) -> None:
    partant = gestionnaire(pres.partenaire_a)
    if admise:
        demarche = fin(pres, partant, voulue)
        actions.accepter(demarche, acteur=pres.admin_a)
        partant.refresh_from_db()
        assert (partant.etat, partant.dernier_jour) == ("actif", date(2026, 3, 17))
        return
    with pytest.raises(ValidationError) as refus:
        fin(pres, partant, voulue)
    assert set(refus.value.message_dict) == {"date_voulue"}


@pytest.mark.regle("H-09")
def test_le_seul_gestionnaire_actif_ne_part_pas(pres: Personas) -> None:
    UtilisateurFactory(profil="gestionnaire", etat="invite", sur=pres.partenaire_a)
    inactif(pres.partenaire_a, LUNDI, profil="gestionnaire")
    with pytest.raises(DernierGestionnaire):
        fin(pres, pres.gestionnaire_a)


@pytest.mark.regle("H-09")
def test_ni_celui_dont_le_collegue_part_deja(pres: Personas) -> None:
    partant = gestionnaire(pres.partenaire_a)
    premiere, seconde = fin(pres, partant), fin(pres, pres.gestionnaire_a)
    actions.accepter(premiere, acteur=pres.admin_a)
    with pytest.raises(DernierGestionnaire):
        actions.accepter(seconde, acteur=pres.admin_a)
    pres.gestionnaire_a.refresh_from_db()
    assert pres.gestionnaire_a.dernier_jour is None
    with pytest.raises(TransitionImpossible, match="déjà prévue"):
        fin(pres, partant)


@pytest.mark.regle("H-10")
def test_le_repreneur_est_un_autre_gestionnaire_actif(pres: Personas) -> None:
    partant = gestionnaire(pres.partenaire_a)
    for refuse in (partant, pres.gestionnaire_b, pres.technicien_a):
        with pytest.raises(ValidationError) as refus:
            fin(pres, partant, repreneur=refuse)
        assert set(refus.value.message_dict) == {"repreneur"}
    assert fin(pres, partant, repreneur=pres.gestionnaire_a).repreneur == pres.gestionnaire_a


@pytest.mark.regle("H-09")
def test_une_fin_se_demande_une_fois_et_par_le_partenaire(pres: Personas) -> None:
    partant = gestionnaire(pres.partenaire_a)
    with pytest.raises(PermissionDenied):
        actions.demander_inactivation(
            partant, pres.caisse_a, date_voulue=date(2026, 4, 1), acteur=pres.admin_a
        )
    fin(pres, partant)
    with pytest.raises(TransitionImpossible, match="déjà en cours"):
        fin(pres, partant)


def test_une_des_caisses_liees_au_choix(pres: Personas) -> None:
    voisine = CaisseFactory()
    lier(voisine, pres.partenaire_a)
    admin = UtilisateurFactory(profil="admin", sur=voisine)
    demarche = actions.demander_habilitation(
        pres.partenaire_a, voisine, identite(), acteur=pres.gestionnaire_a
    )
    with pytest.raises(PermissionDenied):
        actions.accepter(demarche, acteur=pres.admin_a)
    assert actions.accepter(demarche, acteur=admin).etat == "acceptee"


def test_une_convention_finie_entre_temps_ferme_la_demarche(
    pres: Personas, horloge: time_machine.Traveller
) -> None:
    demarche = demander(pres)
    Convention.objects.update(date_fin=date(2026, 3, 4))
    horloge.shift(timedelta(days=3))
    with pytest.raises(TransitionImpossible):
        actions.accepter(demarche, acteur=pres.admin_a)


def fin(
    pres: Personas,
    compte: Utilisateur,
    voulue: date = date(2026, 4, 1),
    repreneur: Utilisateur | None = None,
) -> Demarche:
    return actions.demander_inactivation(
        compte, pres.caisse_a, date_voulue=voulue, repreneur=repreneur, acteur=pres.gestionnaire_a
    )
