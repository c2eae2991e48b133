"""The home of a gestionnaire: what waits comes first."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptes.models import Etat
from equipes import actions
from tests.factories import UtilisateurFactory, fermer
from tests.personas import Personas, connecte
from tests.voisinage import lier

pytestmark = pytest.mark.django_db


@pytest.fixture
def gestionnaire(client: Client, personas: Personas) -> Client:
    lier(personas.caisse_a, personas.partenaire_a)
    return connecte(client, personas.gestionnaire_a)


def test_rien_n_attend_personne(gestionnaire: Client) -> None:
    page = gestionnaire.get("/").content.decode()
    assert "Rien à faire pour l’instant" in page
    assert "Techniciens : 1 sur 5" in page
    assert "Consulter l&#x27;historique des demandes" in page


@pytest.mark.regle("H-15")
def test_une_revue_attend_sa_signature(gestionnaire: Client, personas: Personas) -> None:
    actions.ouvrir_revue(
        personas.caisse_a,
        personas.partenaire_a,
        echeance_le=timezone.localdate() + timedelta(days=30),
        acteur=personas.admin_a,
    )
    page = gestionnaire.get("/").content.decode()
    assert "Revue des habilitations à signer" in page
    assert "dans 30\u00a0jours" in page


@pytest.mark.regle("H-04")
@pytest.mark.parametrize(("heures", "attendue"), [(47, False), (49, True)])
def test_une_invitation_oubliee_se_renvoie_d_ici(
    gestionnaire: Client, personas: Personas, heures: int, attendue: bool
) -> None:
    quand = timezone.now() - timedelta(hours=heures)
    compte = UtilisateurFactory(
        nom="Vasseur", etat=Etat.INVITE, cree_le=quand, sur=personas.partenaire_a
    )
    page = gestionnaire.get("/").content.decode()
    assert ("n’a pas activé son compte" in page) is attendue
    reponse = gestionnaire.post(f"/equipe/{compte.public}/renvoyer_lien/", {"confirmer": "oui"})
    assert reponse.status_code == 302
    assert compte.jetons.count() == 1
    # The new link works: nothing waits for the gestionnaire any more.
    assert "n’a pas activé son compte" not in gestionnaire.get("/").content.decode()


@pytest.mark.regle("H-14")
def test_un_compte_bientot_efface_est_annonce(gestionnaire: Client, personas: Personas) -> None:
    compte = fermer(UtilisateurFactory(nom="Vasseur", sur=personas.partenaire_a))
    compte.inactif_le = timezone.now() - timedelta(days=170)
    compte.save()
    page = gestionnaire.get("/").content.decode()
    assert "Vasseur</a>, inactif, sera effacé le" in page
    assert page.count("sera effacé le") == 1


@pytest.mark.regle("H-02")
def test_une_demarche_en_cours_dit_son_echeance(gestionnaire: Client, personas: Personas) -> None:
    demarche = actions.demander_habilitation(
        personas.partenaire_a,
        personas.caisse_a,
        {
            "civilite": "madame",
            "nom": "Vasseur",
            "prenom": "Élodie",
            "fonction": "Directrice",
            "telephone": "06 39 98 00 12",
            "email": "e.vasseur@ccas-arras.example",
        },
        acteur=personas.gestionnaire_a,
    )
    assert isinstance(demarche.echeance_le, date)
    page = gestionnaire.get("/").content.decode()
    assert "Élodie Vasseur" in page
    assert "À traiter au plus tard le" in page


def test_l_accueil_ne_coute_pas_plus_avec_une_grande_equipe(
    gestionnaire: Client, personas: Personas
) -> None:
    def requetes() -> int:
        with CaptureQueriesContext(connection) as capture:
            gestionnaire.get("/")
        return len(capture)

    vieux = timezone.now() - timedelta(days=3)

    def inviter(nombre: int) -> None:
        UtilisateurFactory.create_batch(
            nombre, etat=Etat.INVITE, cree_le=vieux, sur=personas.partenaire_a
        )

    inviter(2)
    requetes()
    avant = requetes()
    inviter(18)
    assert requetes() == avant


def test_le_voisin_n_apparait_pas(gestionnaire: Client, personas: Personas) -> None:
    lier(personas.caisse_b, personas.partenaire_b)
    actions.ouvrir_revue(
        personas.caisse_b,
        personas.partenaire_b,
        echeance_le=timezone.localdate() + timedelta(days=30),
        acteur=personas.admin_b,
    )
    assert "Rien à faire pour l’instant" in gestionnaire.get("/").content.decode()
