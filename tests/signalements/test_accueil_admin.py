"""The home page of a caisse's admin: what waits there, and nothing of the caisse next door."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptes.models import Caisse, Partenaire, Profil
from conventions.models import Acte, CaisseLiee, Contact, Convention, Coupure, Signature
from equipes.models import Demarche, Revue
from tests.factories import PartenaireFactory, UtilisateurFactory
from tests.personas import Personas, connecte
from tests.voisinage import lier

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(personas: Personas) -> Client:
    return connecte(Client(), personas.admin_a)


def accueil(client: Client) -> str:
    reponse = client.get("/")
    assert reponse.status_code == 200
    return " ".join(reponse.content.decode().split())


def demarche(caisse: Caisse, partenaire: Partenaire, echeance: date, **champs: Any) -> Demarche:
    return Demarche.objects.create(
        **{
            "nature": Demarche.Nature.HABILITATION,
            "caisse": caisse,
            "partenaire": partenaire,
            "demandee_le": timezone.now(),
            "echeance_le": echeance,
            **champs,
        }
    )


def en_signature(caisse: Caisse, partenaire: Partenaire, signees: int) -> Acte:
    convention = Convention.objects.create(
        intitule=f"À signer {partenaire}", etat=Convention.Etat.SIGNATURE
    )
    convention.partenaires.add(partenaire)
    CaisseLiee.objects.create(convention=convention, caisse=caisse)
    acte = Acte.objects.create(
        convention=convention, nature="metier", etat="signature", cree_le=timezone.now()
    )
    for rang, partie in enumerate(({"caisse": caisse}, {"partenaire": partenaire})):
        signee_le = timezone.localdate() if rang < signees else None
        Signature.objects.create(acte=acte, signee_le=signee_le, **partie)
    return acte


def tout_nommer(caisse: Caisse) -> None:
    for role in ("referent", "dpo", "support"):
        Contact.objects.create(
            caisse=caisse, role=role, nom="Service", telephone="03 53 01 00 00", depuis="2026-01-01"
        )


def revue(caisse: Caisse, partenaire: Partenaire, echeance: date) -> Revue:
    return Revue.objects.create(
        caisse=caisse, partenaire=partenaire, ouverte_le=timezone.now(), echeance_le=echeance
    )


def test_rien_n_attend(admin: Client, personas: Personas) -> None:
    tout_nommer(personas.caisse_a)
    page = accueil(admin)
    assert "Rien n’attend aujourd’hui" in page
    assert "Voir les partenaires" in page


@pytest.mark.regle("H-02")
def test_les_demarches_montrent_leur_echeance_la_plus_proche_d_abord(
    admin: Client, personas: Personas
) -> None:
    jour = timezone.localdate()
    tard = PartenaireFactory(nom="CCAS de Tard")
    demarche(personas.caisse_a, tard, jour + timedelta(days=6))
    demarche(personas.caisse_a, personas.partenaire_a, jour - timedelta(days=1))
    page = accueil(admin)
    assert "Démarches à traiter" in page
    assert "en retard" in page
    assert page.index(str(personas.partenaire_a)) < page.index("CCAS de Tard")


def test_une_demarche_traitee_n_attend_plus(admin: Client, personas: Personas) -> None:
    demarche(
        personas.caisse_a,
        personas.partenaire_a,
        timezone.localdate(),
        etat="retiree",
        traitee_le=timezone.now(),
    )
    assert "Démarches à traiter" not in accueil(admin)


@pytest.mark.regle("C-02")
def test_les_signatures_attendues_sont_comptees(admin: Client, personas: Personas) -> None:
    en_signature(personas.caisse_a, personas.partenaire_a, signees=1)
    page = accueil(admin)
    assert f"À signer {personas.partenaire_a}" in page
    assert "1 signature sur 2" in page


@pytest.mark.parametrize(("jours", "vue"), [(0, True), (90, True), (91, False), (-1, False)])
def test_les_fins_des_trois_mois_qui_viennent(
    admin: Client, personas: Personas, jours: int, vue: bool
) -> None:
    fin = timezone.localdate() + timedelta(days=jours)
    lier(personas.caisse_a, personas.partenaire_a, intitule="Celle qui finit", date_fin=fin)
    page = accueil(admin)
    assert ("Celle qui finit" in page) is vue
    assert (f"dernier jour le {fin:%d/%m/%Y}" in page) is vue


@pytest.mark.regle("H-12")
def test_la_fin_de_sa_seule_caisse_est_annoncee(admin: Client, personas: Personas) -> None:
    convention = lier(personas.caisse_a, personas.partenaire_a, intitule="À deux caisses")
    CaisseLiee.objects.create(convention=convention, caisse=personas.caisse_b)
    fin = timezone.localdate() + timedelta(days=20)
    CaisseLiee.objects.filter(convention=convention, caisse=personas.caisse_a).update(date_fin=fin)
    assert f"{personas.caisse_a} : dernier jour le {fin:%d/%m/%Y}" in accueil(admin)
    voisin = connecte(Client(), personas.admin_b)
    assert "dernier jour" not in accueil(voisin)


@pytest.mark.regle("C-08")
def test_les_contacts_a_nommer_sont_dits(admin: Client, personas: Personas) -> None:
    assert "contact de support" in accueil(admin)
    tout_nommer(personas.caisse_a)
    assert "Contacts à nommer" not in accueil(admin)


def test_le_voisin_ne_voit_rien_de_tout_cela(admin: Client, personas: Personas) -> None:
    jour = timezone.localdate()
    tout_nommer(personas.caisse_b)
    demarche(personas.caisse_a, personas.partenaire_a, jour)
    en_signature(personas.caisse_a, personas.partenaire_a, signees=0)
    revue(personas.caisse_a, personas.partenaire_a, jour)
    Coupure.objects.create(
        caisse=personas.caisse_a,
        partenaire=personas.partenaire_a,
        motif="Identifiants partagés.",
        coupee_le=timezone.now(),
    )
    sien = accueil(admin)
    for titre in ("Démarches à traiter", "Signatures attendues", "Revues des", "Accès coupés"):
        assert titre in sien, titre
    assert "Rien n’attend aujourd’hui" in accueil(connecte(Client(), personas.admin_b))


def test_l_accueil_ne_coute_pas_plus_avec_beaucoup_a_faire(
    admin: Client, personas: Personas
) -> None:
    def cout() -> int:
        with CaptureQueriesContext(connection) as requetes:
            accueil(admin)
        return len(requetes)

    def remplir(nombre: int) -> None:
        jour = timezone.localdate()
        for _ in range(nombre):
            partenaire = PartenaireFactory()
            UtilisateurFactory(profil=Profil.GESTIONNAIRE, sur=partenaire)
            demarche(personas.caisse_a, partenaire, jour + timedelta(days=2))
            en_signature(personas.caisse_a, partenaire, signees=1)
            revue(personas.caisse_a, partenaire, jour + timedelta(days=9))

    remplir(2)
    deux = cout()
    remplir(5)
    assert cout() == deux
