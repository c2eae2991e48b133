"""Techniciens: created with their declarations, ended by any gestionnaire, given back."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from comptes.actions import cycle
from comptes.models import Courriel, Utilisateur
from conventions.quotas import QuotaAtteint
from equipes import actions
from equipes.controles import examiner
from portail.etats import TransitionImpossible
from tests.equipes.fabriques import LUNDI, PARIS, a_l_oeuvre, gestionnaire, inactif, technicien
from tests.factories import UtilisateurFactory
from tests.personas import Personas

pytestmark = pytest.mark.django_db


@pytest.fixture
def horloge() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(LUNDI, tick=False) as voyage:
        yield voyage


@pytest.fixture
def pres(horloge: time_machine.Traveller, personas: Personas) -> Personas:
    return a_l_oeuvre(personas)


@pytest.mark.regle("H-03")
def test_un_gestionnaire_cree_un_technicien_et_en_repond(pres: Personas) -> None:
    compte = actions.creer_technicien(
        pres.partenaire_a, acteur=pres.gestionnaire_a, **technicien(statut="benevole")
    )
    assert (compte.profil, compte.etat, compte.statut) == ("technicien", "invite", "benevole")
    assert compte.declare_le == LUNDI
    assert compte.responsable == pres.gestionnaire_a
    assert compte.identifiant == "h.lemoine"
    assert Courriel.objects.get(destinataire=compte).gabarit == "activation"


@pytest.mark.regle("H-03")
@pytest.mark.parametrize("nom", ["technicien_a", "admin_a", "agent_a", "gestionnaire_b"])
def test_personne_d_autre_n_en_cree(nom: str, pres: Personas) -> None:
    with pytest.raises(PermissionDenied):
        actions.creer_technicien(pres.partenaire_a, acteur=getattr(pres, nom), **technicien())


@pytest.mark.regle("H-03")
@pytest.mark.parametrize("statut", ["", "stagiaire"])
def test_sans_declaration_pas_de_compte(statut: str, pres: Personas) -> None:
    with pytest.raises(ValidationError) as refus:
        actions.creer_technicien(
            pres.partenaire_a, acteur=pres.gestionnaire_a, **technicien(statut=statut)
        )
    assert set(refus.value.message_dict) == {"statut"}


@pytest.mark.regle("H-03")
@pytest.mark.parametrize(
    ("email", "admis"),
    [
        ("h@ccas-arras.example", True),
        ("H@CCAS-Arras.Example", True),
        ("h@social.ccas-arras.example", True),
        ("h@xccas-arras.example", False),
        ("h@ccas-arras.example.com", False),
        ("h@example", False),
        ("h@ccas-calais.example", False),
        ("h@gmail.com", False),
        ("h@laposte.net", False),
    ],
)
def test_une_adresse_professionnelle_de_la_structure(
    email: str, admis: bool, pres: Personas
) -> None:
    donnees = technicien(email=email)
    if admis:
        cree = actions.creer_technicien(pres.partenaire_a, acteur=pres.gestionnaire_a, **donnees)
        assert cree.email == email
        return
    with pytest.raises(ValidationError) as refus:
        actions.creer_technicien(pres.partenaire_a, acteur=pres.gestionnaire_a, **donnees)
    assert "email" in refus.value.message_dict


@pytest.mark.regle("H-03")
def test_une_messagerie_personnelle_reste_refusee_meme_inscrite(pres: Personas) -> None:
    pres.partenaire_a.domaines_email = ["orange.fr"]
    pres.partenaire_a.save()
    with pytest.raises(ValidationError, match="personnelle"):
        actions.creer_technicien(
            pres.partenaire_a, acteur=pres.gestionnaire_a, **technicien(email="h@orange.fr")
        )


@pytest.mark.regle("H-01")
def test_une_personne_un_compte_par_profil(pres: Personas) -> None:
    donnees = technicien(email="Maud.Wallet@ccas-arras.example")
    actions.creer_technicien(pres.partenaire_a, acteur=pres.gestionnaire_a, **donnees)
    with pytest.raises(ValidationError, match="déjà un compte"):
        actions.creer_technicien(
            pres.partenaire_a,
            acteur=pres.gestionnaire_a,
            **technicien(email="maud.wallet@ccas-arras.example"),
        )
    # The other profile of the same person, and the same address next door, are fine.
    gestionnaire(pres.partenaire_a, email="hugo.lemoine@ccas-arras.example")
    actions.creer_technicien(pres.partenaire_a, acteur=pres.gestionnaire_a, **technicien())


def test_un_compte_inactif_se_reactive_plutot(pres: Personas) -> None:
    inactif(pres.partenaire_a, LUNDI, email="hugo.lemoine@ccas-arras.example")
    with pytest.raises(ValidationError, match="réactivez-le"):
        actions.creer_technicien(pres.partenaire_a, acteur=pres.gestionnaire_a, **technicien())


@pytest.mark.regle("H-07")
def test_la_derniere_place_puis_plus_rien(pres: Personas) -> None:
    UtilisateurFactory.create_batch(2, sur=pres.partenaire_a)
    UtilisateurFactory(etat="invite", sur=pres.partenaire_a)
    actions.creer_technicien(pres.partenaire_a, acteur=pres.gestionnaire_a, **technicien())
    with pytest.raises(QuotaAtteint):
        actions.creer_technicien(
            pres.partenaire_a, acteur=pres.gestionnaire_a, **technicien("Nora", "Petit")
        )


NOMS = [("Ada", "Blanc"), ("Hugo", "Lemoine"), ("Nora", "Petit"), ("Paul", "Roux")]


@pytest.mark.regle("H-03")
def test_plusieurs_a_la_fois_dans_l_ordre_recu(pres: Personas) -> None:
    lignes = [technicien(*noms) for noms in reversed(NOMS)]
    crees = actions.creer_techniciens(pres.partenaire_a, lignes, acteur=pres.gestionnaire_a)
    assert [c.nom for c in crees] == ["Roux", "Petit", "Lemoine", "Blanc"]
    assert Courriel.objects.filter(gabarit="activation").count() == 4


@pytest.mark.regle("H-03")
def test_une_ligne_fausse_et_personne_n_est_cree(pres: Personas) -> None:
    lignes = [technicien(*noms) for noms in NOMS]
    lignes[2]["email"] = "nora@gmail.com"
    avant = Utilisateur.objects.count()
    with pytest.raises(ValidationError) as refus:
        actions.creer_techniciens(pres.partenaire_a, lignes, acteur=pres.gestionnaire_a)
    assert [m.split(" : ")[0] for m in refus.value.messages] == ["Ligne 3"]
    assert Utilisateur.objects.count() == avant


@pytest.mark.regle("H-07")
def test_une_place_de_moins_et_personne_n_est_cree(pres: Personas) -> None:
    UtilisateurFactory(sur=pres.partenaire_a)
    avant = Utilisateur.objects.count()
    with pytest.raises(QuotaAtteint):
        actions.creer_techniciens(
            pres.partenaire_a, [technicien(*n) for n in NOMS], acteur=pres.gestionnaire_a
        )
    assert Utilisateur.objects.count() == avant


@pytest.mark.regle("H-03")
def test_examiner_dit_tout_sans_rien_ecrire(
    pres: Personas, django_assert_max_num_queries: pytest.FixtureDef
) -> None:
    UtilisateurFactory(sur=pres.partenaire_a, email="paul.roux@ccas-arras.example")
    lignes = [
        technicien("Ada", "Blanc"),
        technicien("Ada", "Blanc", email="ADA.BLANC@ccas-arras.example"),
        technicien("Paul", "Roux"),
        technicien("Nora", "Petit", email="nora@yahoo.fr", statut=""),
        technicien("Lia", "Colin", civilite="docteur"),
    ]
    avant = Utilisateur.objects.count()
    with django_assert_max_num_queries(6):
        verdicts = examiner(pres.partenaire_a, lignes)
    assert Utilisateur.objects.count() == avant
    assert [v.numero for v in verdicts] == [1, 2, 3, 4, 5]
    assert [sorted(v.erreurs) for v in verdicts] == [
        [],
        ["email"],
        ["email"],
        ["__all__", "email", "statut"],
        ["__all__", "civilite"],
    ]
    assert "ligne 1" in verdicts[1].erreurs["email"][0]


@pytest.mark.regle("H-11")
def test_tout_gestionnaire_inactive_un_technicien(pres: Personas) -> None:
    autre = gestionnaire(pres.partenaire_a)
    Utilisateur.objects.filter(pk=pres.technicien_a.pk).update(responsable=pres.gestionnaire_a)
    compte = actions.inactiver_technicien(pres.technicien_a, cause="depart", acteur=autre)
    assert (compte.etat, compte.inactif_le) == ("inactif", LUNDI)


@pytest.mark.regle("H-11")
@pytest.mark.parametrize("nom", ["gestionnaire_b", "technicien_a", "admin_a", "agent_a"])
def test_nul_autre_ne_l_inactive(nom: str, pres: Personas) -> None:
    with pytest.raises(PermissionDenied):
        actions.inactiver_technicien(pres.technicien_a, cause="depart", acteur=getattr(pres, nom))


@pytest.mark.regle("H-11")
def test_ni_un_gestionnaire_ni_pour_une_autre_cause(pres: Personas) -> None:
    autre = gestionnaire(pres.partenaire_a)
    with pytest.raises(TransitionImpossible):
        actions.inactiver_technicien(autre, cause="depart", acteur=pres.gestionnaire_a)
    for cause in ("fraude", "convention", "revue", ""):
        with pytest.raises(ValidationError):
            actions.inactiver_technicien(pres.technicien_a, cause=cause, acteur=pres.gestionnaire_a)


@pytest.mark.regle("H-10")
def test_attribuer_a_un_gestionnaire_actif_de_la_structure(pres: Personas) -> None:
    autre = gestionnaire(pres.partenaire_a)
    compte = actions.attribuer(pres.technicien_a, autre, acteur=pres.gestionnaire_a)
    assert compte.responsable == autre
    partis = [pres.gestionnaire_b, pres.technicien_a]
    partis.append(inactif(pres.partenaire_a, LUNDI, profil="gestionnaire"))
    for refuse in partis:
        with pytest.raises(ValidationError):
            actions.attribuer(pres.technicien_a, refuse, acteur=pres.gestionnaire_a)


@pytest.mark.regle("H-07")
def test_reactiver_prend_une_place(pres: Personas, horloge: time_machine.Traveller) -> None:
    ancien = inactif(pres.partenaire_a, LUNDI, email="a@ccas-arras.example", active_le=LUNDI)
    occupants = UtilisateurFactory.create_batch(4, sur=pres.partenaire_a)
    with pytest.raises(QuotaAtteint):
        actions.reactiver(ancien, acteur=pres.gestionnaire_a)
    cycle.inactiver(occupants[0], "depart", acteur=None)
    horloge.move_to(datetime(2026, 9, 1, 23, 59, tzinfo=PARIS))
    assert actions.reactiver(ancien, acteur=pres.gestionnaire_a).etat == "actif"


@pytest.mark.regle("H-14")
def test_au_bout_de_six_mois_on_ne_reactive_plus(
    pres: Personas, horloge: time_machine.Traveller
) -> None:
    ancien = inactif(pres.partenaire_a, LUNDI, email="a@ccas-arras.example")
    horloge.move_to(datetime(2026, 9, 2, 0, 0, tzinfo=PARIS))
    with pytest.raises(TransitionImpossible, match="6 mois"):
        actions.reactiver(ancien, acteur=pres.gestionnaire_a)


@pytest.mark.regle("H-03")
def test_reactiver_relit_l_adresse(pres: Personas) -> None:
    ancien = inactif(pres.partenaire_a, timezone.now(), email="a@ancien-nom.example")
    with pytest.raises(ValidationError) as refus:
        actions.reactiver(ancien, acteur=pres.gestionnaire_a)
    assert set(refus.value.message_dict) == {"email"}


@pytest.mark.regle("H-13")
def test_apres_une_fraude_la_caisse_seule_reactive(pres: Personas) -> None:
    vole = inactif(
        pres.partenaire_a,
        timezone.now() - timedelta(days=1),
        cause="fraude",
        email="a@ccas-arras.example",
    )
    with pytest.raises(PermissionDenied):
        actions.reactiver(vole, acteur=pres.gestionnaire_a)
    with pytest.raises(PermissionDenied):
        actions.reactiver(vole, acteur=pres.admin_b)
    assert actions.reactiver(vole, acteur=pres.admin_a).etat == "invite"


def test_un_gestionnaire_se_reactive_par_la_caisse(pres: Personas) -> None:
    ancien = inactif(
        pres.partenaire_a,
        timezone.now(),
        profil="gestionnaire",
        email="a@ccas-arras.example",
        active_le=LUNDI,
    )
    with pytest.raises(PermissionDenied):
        actions.reactiver(ancien, acteur=pres.gestionnaire_a)
    assert actions.reactiver(ancien, acteur=pres.admin_a).etat == "actif"


def test_une_invitation_de_gestionnaire_s_annule_par_la_caisse(pres: Personas) -> None:
    invite = UtilisateurFactory(profil="gestionnaire", etat="invite", sur=pres.partenaire_a)
    with pytest.raises(PermissionDenied):
        actions.annuler_invitation(invite, acteur=pres.gestionnaire_a)
    assert actions.annuler_invitation(invite, acteur=pres.admin_a).etat == "inactif"
    with pytest.raises(TransitionImpossible):
        actions.annuler_invitation(pres.gestionnaire_a, acteur=pres.admin_a)
