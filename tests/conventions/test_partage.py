"""What a draft opens to the caisse that writes it: nobody's names, nothing of the others (C-01)."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from comptes.models import Partenaire
from conventions import actions
from conventions.models import Contact, Convention
from tests.personas import Personas, connecte
from tests.voisinage import lier

pytestmark = [pytest.mark.django_db, pytest.mark.regle("C-01")]


@pytest.fixture
def convoitise(personas: Personas) -> Personas:
    """The first caisse works with the partner; the other one writes a draft with it."""
    lier(personas.caisse_a, personas.partenaire_a)
    actions.preparer_convention(
        intitule="Un projet avec Arras",
        caisses={personas.caisse_b: "case"},
        partenaires=[personas.partenaire_a],
        acteur=personas.admin_b,
    )
    return personas


def signer(personas: Personas) -> Convention:
    return lier(personas.caisse_b, personas.partenaire_a, intitule="Signée aussi")


def corriger(personas: Personas, acteur: Any) -> Partenaire:
    return actions.corriger_partenaire(
        personas.partenaire_a, acteur=acteur, domaines_email=["ailleurs.example"]
    )


def nommer(personas: Personas, acteur: Any) -> Contact:
    return actions.nommer_contact(
        partenaire=personas.partenaire_a, role="dpo", nom="DPO", email="d@a.example", acteur=acteur
    )


@pytest.mark.parametrize("verbe", [corriger, nommer])
def test_un_brouillon_ne_change_pas_ce_que_les_autres_partagent(
    verbe: Any, convoitise: Personas
) -> None:
    with pytest.raises(PermissionDenied):
        verbe(convoitise, convoitise.admin_b)
    verbe(convoitise, convoitise.admin_a)


@pytest.mark.parametrize("verbe", [corriger, nommer])
def test_une_convention_en_vigueur_donne_voix_au_chapitre(verbe: Any, convoitise: Personas) -> None:
    signer(convoitise)
    verbe(convoitise, convoitise.admin_b)


@pytest.mark.parametrize("verbe", [corriger, nommer])
def test_qui_prepare_seul_tient_la_fiche(verbe: Any, personas: Personas) -> None:
    actions.preparer_convention(
        intitule="La première",
        caisses={personas.caisse_b: "case"},
        partenaires=[personas.partenaire_a],
        acteur=personas.admin_b,
    )
    verbe(personas, personas.admin_b)


@pytest.mark.parametrize(
    "page", ["modifier/", "contacts/nouveau/"], ids=["la fiche", "les contacts"]
)
def test_la_page_se_lit_sans_ses_boutons(page: str, convoitise: Personas) -> None:
    contact = nommer(convoitise, convoitise.admin_a)
    fiche = f"/partenaires/{convoitise.partenaire_a.code}/"
    pages = [f"{fiche}{page}", f"/contacts/{contact.identifiant}/retirer/"]
    voisin, sien = connecte(Client(), convoitise.admin_b), connecte(Client(), convoitise.admin_a)
    assert [voisin.get(adresse).status_code for adresse in pages] == [403, 403]
    assert [sien.get(adresse).status_code for adresse in pages] == [200, 200]
    assert not any(adresse in voisin.get(fiche).content.decode() for adresse in pages)
    assert all(adresse in sien.get(fiche).content.decode() for adresse in pages)


@pytest.mark.parametrize("suite", ["", "comptes/", "comptes/tableau.csv", "trace/"])
def test_un_brouillon_ne_dit_le_nom_de_personne(suite: str, convoitise: Personas) -> None:
    nom = str(convoitise.technicien_a)
    adresse = f"/partenaires/{convoitise.partenaire_a.code}/{suite}"
    voisin = connecte(Client(), convoitise.admin_b)
    reponse = voisin.get(adresse)
    assert reponse.status_code == 200
    for morceau in (nom, convoitise.technicien_a.email, convoitise.technicien_a.prenom):
        assert morceau not in reponse.content.decode()
    compte = f"/equipe/{convoitise.technicien_a.public}/"
    assert voisin.get(compte).status_code == 404
    signer(convoitise)
    assert voisin.get(compte).status_code == 200
    if suite.startswith("comptes"):
        assert convoitise.technicien_a.prenom in voisin.get(adresse).content.decode()


@pytest.mark.regle("G-05")
def test_lire_la_trace_laisse_une_trace(personas: Personas) -> None:
    lier(personas.caisse_a, personas.partenaire_a)
    admin = connecte(Client(), personas.admin_a)
    adresse = f"/partenaires/{personas.partenaire_a.code}/trace/"
    admin.get(adresse)
    assert "Trace consultée" in admin.get(adresse).content.decode()
