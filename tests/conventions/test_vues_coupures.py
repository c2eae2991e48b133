"""The access of a whole structure, cut and given back, and what was done, as screens tell it."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comptes import journal
from comptes.models import Trace, Utilisateur
from conventions.models import Contact, Coupure
from tests.factories import UtilisateurFactory
from tests.personas import Personas, connecte
from tests.voisinage import Voisinage, lier, voisiner

pytestmark = pytest.mark.django_db

MOTIF = "Identifiants partagés entre plusieurs personnes, constaté le 12 mars."
SAISIE = {"motif": MOTIF, "compris": "on"}


@pytest.fixture
def voisinage(personas: Personas) -> Voisinage:
    voisins = voisiner(personas)
    Coupure.objects.all().delete()
    return voisins


@pytest.fixture
def admin(voisinage: Voisinage, personas: Personas) -> Client:
    return connecte(Client(), personas.admin_a)


def texte(reponse: Any, statut: int = 200) -> str:
    assert reponse.status_code == statut
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", reponse.content.decode())).split())


def fiche(personas: Personas, suite: str = "") -> str:
    return f"/partenaires/{personas.partenaire_a.code}/{suite}"


# --- C-10 ------------------------------------------------------------------------------------


@pytest.mark.regle("C-10")
def test_couper_dit_ce_que_cela_fait_puis_coupe_a_l_instant(
    admin: Client, personas: Personas
) -> None:
    technicien = connecte(Client(), personas.technicien_a)
    assert technicien.get("/demandes/").status_code == 200
    page = texte(admin.get(fiche(personas, "couper/")))
    assert "tous ses comptes sont inactivés et leurs sessions fermées" in page
    assert technicien.get("/demandes/").status_code == 200
    assert admin.post(fiche(personas, "couper/"), SAISIE)["Location"] == fiche(personas)
    assert technicien.get("/demandes/").status_code == 302
    page = texte(admin.get(fiche(personas)))
    assert "Accès coupé" in page
    assert MOTIF in page
    assert "Toujours coupé" in page
    assert "Accès coupé" in texte(admin.get("/partenaires/"))
    assert "Accès coupé" in texte(admin.get("/partenaires/?situation=coupe"))


@pytest.mark.regle("C-10")
def test_retablir_rend_l_acces_et_les_comptes(admin: Client, personas: Personas) -> None:
    Utilisateur.objects.update(active_le=timezone.now())
    admin.post(fiche(personas, "couper/"), SAISIE)
    coupure = Coupure.objects.get()
    reponse = admin.post(fiche(personas, f"retablir/{coupure.identifiant}/"), follow=True)
    page = texte(reponse)
    assert f"L’accès à la {personas.caisse_a} est rétabli pour {personas.partenaire_a}." in page
    assert "2 comptes de nouveau ouverts." in page
    assert "Toujours coupé" not in page
    assert "Historique des coupures" in page
    assert Utilisateur.objects.get(pk=personas.technicien_a.pk).etat == "actif"
    page = texte(admin.post(fiche(personas, f"retablir/{coupure.identifiant}/"), follow=True))
    assert "déjà rétabli" in page


@pytest.mark.regle("C-10")
@pytest.mark.parametrize(
    ("saisie", "message"),
    [
        ({"compris": "on"}, "Renseignez « Motif »"),
        ({"motif": MOTIF}, "Cochez la case pour confirmer la coupure."),
        ({**SAISIE, "motif": "Pour 1 85 03 62 193 004 05."}, "numéro de sécurité sociale"),
    ],
)
def test_sans_motif_ni_confirmation_rien_n_est_coupe(
    admin: Client, personas: Personas, saisie: dict[str, str], message: str
) -> None:
    reponse = admin.post(fiche(personas, "couper/"), saisie)
    assert message in texte(reponse)
    if "motif" in saisie:
        assert saisie["motif"] in unescape(reponse.content.decode())
    assert not Coupure.objects.exists()


@pytest.mark.regle("C-10")
def test_couper_deux_fois_renvoie_a_la_fiche(admin: Client, personas: Personas) -> None:
    admin.post(fiche(personas, "couper/"), SAISIE)
    page = texte(admin.post(fiche(personas, "couper/"), SAISIE, follow=True))
    assert "Il n’y a plus d’accès à couper" in page
    assert Coupure.objects.count() == 1


@pytest.mark.regle("C-10")
def test_la_coupure_de_l_autre_caisse_ne_se_voit_ni_ne_se_retablit(
    admin: Client, personas: Personas
) -> None:
    lier(personas.caisse_b, personas.partenaire_a, intitule="Avec la voisine")
    coupure = Coupure.objects.create(
        caisse=personas.caisse_b,
        partenaire=personas.partenaire_a,
        motif="Motif de la voisine.",
        coupee_le=timezone.now(),
    )
    page = texte(admin.get(fiche(personas)))
    assert "Motif de la voisine." not in page
    assert "L’accès n’a jamais été coupé." in page
    adresse = fiche(personas, f"retablir/{coupure.identifiant}/")
    assert admin.post(adresse).status_code == 404
    assert "Motif de la voisine." in texte(
        connecte(Client(), personas.admin_b).get(fiche(personas))
    )


# --- the trace -------------------------------------------------------------------------------


@pytest.mark.regle("G-05")
def test_la_trace_dit_qui_a_fait_quoi_sans_aucun_texte(
    admin: Client, personas: Personas, voisinage: Voisinage
) -> None:
    admin.post(fiche(personas, "couper/"), SAISIE)
    page = texte(admin.get(fiche(personas, "trace/")))
    assert f"{personas.admin_a} Accès de la structure coupé" in page
    reference = voisinage.a.demande.reference
    assert f"{personas.technicien_a} Demande déposée – {reference}" in page
    assert f"Compte inactivé – {personas.technicien_a}" in page
    for absent in (MOTIF, "Vasseur", "complémentaire", voisinage.b.demande.reference):
        assert absent not in page, absent


@pytest.mark.regle("G-05")
def test_la_trace_ne_dit_rien_de_ce_qui_regarde_une_autre_caisse(
    admin: Client, personas: Personas
) -> None:
    """The same partner works next door: its common data are shared, nothing else."""
    ailleurs = lier(personas.caisse_b, personas.partenaire_a, intitule="Avec la voisine")
    voisin = UtilisateurFactory(prenom="Ysée", nom="Voisin")
    coupure = Coupure.objects.create(
        caisse=personas.caisse_b,
        partenaire=personas.partenaire_a,
        motif="Motif.",
        coupee_le=timezone.now(),
    )
    journal.tracer(voisin, journal.Action.CREATION, coupure)
    journal.tracer(voisin, journal.Action.CREATION, ailleurs)
    journal.tracer(voisin, journal.Action.CONNEXION, personas.technicien_a)
    assert "Ysée Voisin" not in texte(admin.get(fiche(personas, "trace/")))
    journal.tracer(voisin, journal.Action.CHANGEMENT, personas.partenaire_a)
    dpo = Contact.objects.create(
        partenaire=personas.partenaire_a,
        role="dpo",
        nom="X",
        email="x@y.example",
        depuis="2026-01-01",
    )
    journal.tracer(voisin, journal.Action.CREATION, dpo)
    page = texte(admin.get(fiche(personas, "trace/")))
    assert "Ysée Voisin Fiche du partenaire modifiée" in page
    assert "Ysée Voisin Contact nommé" in page


@pytest.mark.regle("G-05")
def test_la_trace_se_lit_par_pages(admin: Client, personas: Personas) -> None:
    for _ in range(60):
        journal.tracer(personas.admin_a, journal.Action.CHANGEMENT, personas.partenaire_a)
    premiere = admin.get(fiche(personas, "trace/")).content.decode()
    assert premiere.count("Fiche du partenaire modifiée") == 50
    suite = re.search(r'rel="next"\s+href="([^"]+)"', premiere)
    assert suite
    deuxieme = admin.get(fiche(personas, "trace/") + unescape(suite[1])).content.decode()
    assert deuxieme.count("Fiche du partenaire modifiée") == 10
    assert Trace.objects.filter(objet="partenaire", action="changement").count() == 60


# --- the requests ----------------------------------------------------------------------------


def test_les_demandes_se_comptent_sans_nommer_personne(
    admin: Client, personas: Personas, voisinage: Voisinage
) -> None:
    page = texte(admin.get(fiche(personas, "demandes/")))
    assert "1 demande, par étape et par service" in page
    assert voisinage.a.demande.reference in page
    assert "Déposée" in page
    assert "Signaler une difficulté d'accès aux droits et aux soins" in page
    for absent in ("Vasseur", "Élodie", "complémentaire", "Mission accompagnement"):
        assert absent not in page, absent
    assert f"/demandes/{voisinage.a.demande.reference}/" not in page


def test_les_demandes_a_une_autre_caisse_ne_comptent_pas(
    admin: Client, personas: Personas, voisinage: Voisinage
) -> None:
    voisinage.a.demande.__class__.objects.update(caisse=personas.caisse_b)
    page = texte(admin.get(fiche(personas, "demandes/")))
    assert "Aucune demande pour l’instant" in page
    assert voisinage.a.demande.reference not in page
