"""Who may do what to an account, to a demarche: the whole product, against tables typed by hand."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from comptes.actions import cycle
from comptes.models import Profil, Utilisateur
from conventions.models import Convention
from equipes.etats import CIRCUIT, DEMARCHES, possibles
from equipes.models import Demarche
from portail.etats import TransitionImpossible
from tests.equipes.fabriques import a_l_oeuvre, gestionnaire, identite
from tests.factories import UtilisateurFactory, fermer
from tests.personas import Personas
from tests.voisinage import lier

pytestmark = pytest.mark.django_db

ROLES = (
    "soi technicien gestionnaire agent admin dpo "
    "v_technicien v_gestionnaire v_agent v_admin v_dpo systeme"
).split()
GESTES = (
    "activer renvoyer_lien corriger_adresse corriger reinitialiser_second_facteur attribuer "
    "demander_modification demander_inactivation inactiver annuler_invitation signaler_fraude "
    "reactiver reactiver_apres_incident effacer"
).split()

# Profile, state: what each role may do; roles that are not named may do nothing.
TABLE: dict[tuple[str, str], dict[str, str]] = {
    ("technicien", "invite"): {
        "soi": "activer",
        "gestionnaire": (
            "renvoyer_lien corriger_adresse corriger attribuer inactiver signaler_fraude"
        ),
        "admin": "signaler_fraude",
        "systeme": "renvoyer_lien corriger_adresse corriger attribuer inactiver signaler_fraude",
    },
    ("technicien", "actif"): {
        "gestionnaire": (
            "corriger reinitialiser_second_facteur attribuer inactiver signaler_fraude"
        ),
        "admin": "signaler_fraude",
        "systeme": "corriger reinitialiser_second_facteur attribuer inactiver signaler_fraude",
    },
    ("technicien", "inactif"): {
        "gestionnaire": "signaler_fraude reactiver",
        "admin": "signaler_fraude",
        "systeme": "signaler_fraude reactiver effacer",
    },
    ("technicien", "fraude"): {
        "gestionnaire": "signaler_fraude",
        "admin": "signaler_fraude reactiver_apres_incident",
        "systeme": "signaler_fraude reactiver_apres_incident effacer",
    },
    ("technicien", "six_mois"): {
        "gestionnaire": "signaler_fraude",
        "admin": "signaler_fraude",
        "systeme": "signaler_fraude effacer",
    },
    ("technicien", "supprime"): {},
    ("gestionnaire", "invite"): {
        "soi": "activer",
        "gestionnaire": "demander_modification signaler_fraude",
        "admin": "renvoyer_lien annuler_invitation signaler_fraude",
        "systeme": "renvoyer_lien demander_modification annuler_invitation signaler_fraude",
    },
    ("gestionnaire", "actif"): {
        "soi": "demander_modification demander_inactivation signaler_fraude",
        "gestionnaire": "demander_modification demander_inactivation signaler_fraude",
        "admin": "reinitialiser_second_facteur signaler_fraude",
        "systeme": (
            "reinitialiser_second_facteur demander_modification demander_inactivation "
            "signaler_fraude"
        ),
    },
    ("gestionnaire", "depart_prevu"): {
        "soi": "demander_modification signaler_fraude",
        "gestionnaire": "demander_modification signaler_fraude",
        "admin": "reinitialiser_second_facteur signaler_fraude",
        "systeme": "reinitialiser_second_facteur demander_modification signaler_fraude",
    },
    ("gestionnaire", "inactif"): {
        "gestionnaire": "signaler_fraude",
        "admin": "signaler_fraude reactiver",
        "systeme": "signaler_fraude reactiver effacer",
    },
    ("gestionnaire", "fraude"): {
        "gestionnaire": "signaler_fraude",
        "admin": "signaler_fraude reactiver_apres_incident",
        "systeme": "signaler_fraude reactiver_apres_incident effacer",
    },
    ("gestionnaire", "supprime"): {},
}

DEMARCHES_TABLE = {
    ("deposee", "gestionnaire"): "retirer",
    ("deposee", "admin"): "accepter refuser",
    ("deposee", "systeme"): "accepter refuser retirer",
}


@pytest.fixture
def roles(personas: Personas) -> dict[str, Utilisateur | None]:
    a_l_oeuvre(personas)
    proches = {p: getattr(personas, f"{p}_a") for p in Profil.values if p != "support"}
    voisins = {f"v_{p}": getattr(personas, f"{p}_b") for p in Profil.values if p != "support"}
    return {**proches, **voisins, "systeme": None}


def compte(personas: Personas, profil: str, etat: str) -> Utilisateur:
    """An account of the near partner at that stage."""
    champs: dict[str, Any] = {"profil": profil, "sur": personas.partenaire_a}
    if etat == "invite":
        return UtilisateurFactory(etat="invite", **champs)
    if etat == "depart_prevu":
        return UtilisateurFactory(dernier_jour=timezone.localdate(), **champs)
    cree = UtilisateurFactory(**champs)
    if etat == "actif":
        return cree
    fermer(cree, "fraude" if etat == "fraude" else "depart")
    if etat == "six_mois":
        cree.inactif_le = timezone.now() - timedelta(days=190)
        cree.save(update_fields=["inactif_le"])
    if etat == "supprime":
        cycle.effacer(cree)
    return Utilisateur.objects.get(pk=cree.pk)


@pytest.mark.regle("H-11")
@pytest.mark.regle("H-13")
@pytest.mark.parametrize(("profil", "etat"), TABLE)
def test_etat_par_geste_par_role(
    profil: str, etat: str, personas: Personas, roles: dict[str, Utilisateur | None]
) -> None:
    objet = compte(personas, profil, etat)
    acteurs = {**roles, "soi": objet}
    obtenus = {}
    for role, geste in product(ROLES, GESTES):
        try:
            CIRCUIT.exiger(objet, acteurs[role], geste)
        except (PermissionDenied, TransitionImpossible):
            continue
        obtenus.setdefault(role, []).append(geste)
    assert {role: " ".join(gestes) for role, gestes in obtenus.items()} == TABLE[profil, etat]


def test_la_table_des_gestes_est_entiere() -> None:
    assert [etape.nom for etape in CIRCUIT] == GESTES


@pytest.mark.parametrize("etat", Demarche.Etat.values)
def test_etat_par_etape_par_role(
    etat: str, personas: Personas, roles: dict[str, Utilisateur | None]
) -> None:
    demarche = Demarche(
        nature="habilitation",
        etat=etat,
        caisse=personas.caisse_a,
        partenaire=personas.partenaire_a,
        donnees=identite(),
    )
    for role, acteur in roles.items():
        noms = " ".join(etape.nom for etape in DEMARCHES.possibles(demarche, acteur))
        assert noms == DEMARCHES_TABLE.get((etat, role), ""), role


def test_les_boutons_sont_ceux_de_la_table(personas: Personas) -> None:
    a_l_oeuvre(personas)
    gestionnaire(personas.partenaire_a)
    noms = [etape.nom for etape in possibles(personas.technicien_a, personas.gestionnaire_a)]
    attendus = "corriger reinitialiser_second_facteur attribuer inactiver signaler_fraude"
    assert noms == attendus.split()


def test_un_admin_sans_convention_avec_le_partenaire_ne_peut_rien(personas: Personas) -> None:
    """A near miss: it administers a caisse, and the partner wrote a draft with it at most."""
    assert possibles(personas.technicien_a, personas.admin_a) == []


@pytest.mark.regle("H-12")
def test_une_caisse_partie_ne_peut_plus_rien_sauf_si_toutes_le_sont(personas: Personas) -> None:
    a_l_oeuvre(personas)
    finie = lier(personas.caisse_b, personas.partenaire_a)
    finie.date_fin = timezone.localdate() - timedelta(days=1)
    finie.save()

    def gestes(acteur: Utilisateur) -> list[str]:
        relu = Utilisateur.objects.get(pk=personas.gestionnaire_a.pk)
        return [etape.nom for etape in possibles(relu, acteur)]

    attendus = ["reinitialiser_second_facteur", "signaler_fraude"]
    assert (gestes(personas.admin_a), gestes(personas.admin_b)) == (attendus, [])
    Convention.objects.update(date_fin=finie.date_fin)
    assert (gestes(personas.admin_a), gestes(personas.admin_b)) == (attendus, attendus)
