"""A convention ended: what was filed stays readable, nothing is added, a draft can go elsewhere."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comptes.models import Trace
from conventions import offre
from conventions.models import Convention
from signalements.models import Brouillon, Demande, Message, Piece
from tests.personas import Personas, connecte
from tests.signalements.fabriques import deposer
from tests.signalements.saisies import envoyer, fichier, joindre, page
from tests.voisinage import csv, lier

pytestmark = pytest.mark.django_db

AVERTISSEMENT = "Cette caisse ne reçoit plus cette demande"
LECTURE_SEULE = "Demande à lire seulement"


def finir(convention: Convention, *, depuis: int = 1) -> None:
    """The last day of the convention was `depuis` days ago."""
    convention.date_fin = timezone.localdate() - timedelta(days=depuis)
    convention.save()


@pytest.fixture
def convention(personas: Personas) -> Convention:
    return lier(personas.caisse_a, personas.partenaire_a)


@pytest.fixture
def demande(personas: Personas, convention: Convention) -> Demande:
    return deposer(personas.caisse_a, personas.partenaire_a, personas.technicien_a)


# --- a filed request --------------------------------------------------------------------------


def test_le_dernier_jour_de_la_convention_lie_encore(
    personas: Personas, convention: Convention
) -> None:
    jour = timezone.localdate()
    finir(convention, depuis=0)
    assert offre.est_lie(personas.caisse_a, personas.partenaire_a, jour)
    assert not offre.est_lie(personas.caisse_a, personas.partenaire_a, jour + timedelta(days=1))
    assert not offre.est_lie(personas.caisse_a, personas.partenaire_b, jour)
    assert not offre.est_lie(personas.caisse_b, personas.partenaire_a, jour)


def test_la_demande_reste_lisible_par_son_adresse_sans_formulaire(
    technicien: Client, demande: Demande, convention: Convention
) -> None:
    adresse = demande.get_absolute_url()
    html = technicien.get(adresse).content.decode()
    assert f'action="{adresse}messages/"' in html
    assert f'action="{adresse}pieces/ajouter/"' in html
    assert LECTURE_SEULE not in html
    finir(convention)
    reponse = technicien.get(adresse)
    html = reponse.content.decode()
    assert reponse.status_code == 200
    assert demande.commentaires in html
    assert LECTURE_SEULE in html
    assert f"{adresse}messages/" not in html
    assert f"{adresse}pieces/ajouter/" not in html


def test_l_accueil_ne_la_liste_plus(
    technicien: Client, demande: Demande, convention: Convention
) -> None:
    assert demande.reference in technicien.get("/").content.decode()
    finir(convention)
    assert demande.reference not in technicien.get("/").content.decode()


def test_le_partenaire_n_y_ecrit_plus_et_garde_son_texte(
    technicien: Client, demande: Demande, convention: Convention
) -> None:
    finir(convention)
    reponse = technicien.post(
        f"{demande.get_absolute_url()}messages/", {"texte": "Des nouvelles ?"}
    )
    html = reponse.content.decode()
    assert "ne reçoit plus ni message ni pièce" in html
    assert "Votre texte n’a pas été envoyé" in html
    assert "Des nouvelles ?" in html
    assert not Message.objects.exists()
    trace = Trace.objects.get(action="refus")
    assert (trace.cle, trace.details) == (demande.reference, {"raison": "convention_finie"})


def test_le_partenaire_n_y_joint_plus_rien(
    technicien: Client, demande: Demande, convention: Convention
) -> None:
    finir(convention)
    adresse = f"{demande.get_absolute_url()}pieces/ajouter/"
    reponse = technicien.post(adresse, {"fichiers": csv()}, follow=True)
    assert "ne reçoit plus ni message ni pièce" in reponse.content.decode()
    assert not Piece.objects.exists()


def test_l_agent_n_est_pas_limite(
    personas: Personas, demande: Demande, convention: Convention
) -> None:
    finir(convention)
    agent = connecte(Client(), personas.agent_a)
    adresse = demande.get_absolute_url()
    html = agent.get(adresse).content.decode()
    assert f'action="{adresse}messages/"' in html
    assert LECTURE_SEULE not in html
    agent.post(f"{adresse}messages/", {"texte": "Le dossier est complet."})
    assert Message.objects.get().texte == "Le dossier est complet."


def test_une_convention_qui_suit_ne_change_rien(
    technicien: Client, personas: Personas, demande: Demande, convention: Convention
) -> None:
    finir(convention)
    lier(personas.caisse_a, personas.partenaire_a, intitule="La suivante", services=["contacter"])
    technicien.post(f"{demande.get_absolute_url()}messages/", {"texte": "Des nouvelles ?"})
    assert Message.objects.get().texte == "Des nouvelles ?"
    assert demande.reference in technicien.get("/").content.decode()


# --- a draft ----------------------------------------------------------------------------------


@pytest.mark.regle("D-01")
def test_le_brouillon_s_ouvre_et_s_adresse_a_une_autre_caisse(
    technicien: Client, brouillon: Brouillon, personas: Personas
) -> None:
    envoyer(technicien, brouillon, "garder")
    assert AVERTISSEMENT not in technicien.get(page(brouillon)).content.decode()
    lier(personas.caisse_b, personas.partenaire_a)
    finir(personas.caisse_a.conventions.get())
    html = technicien.get(page(brouillon)).content.decode()
    assert AVERTISSEMENT in html
    assert "Choisissez une autre caisse." in html
    assert '<option value="cote-opale">' in html
    assert 'value="Élodie"' in html
    assert "La personne a besoin d&#x27;aide pour sa complémentaire." in html
    envoyer(technicien, brouillon, "changer", caisse="cote-opale")
    assert AVERTISSEMENT not in technicien.get(page(brouillon)).content.decode()
    envoyer(technicien, brouillon)
    technicien.post(page(brouillon, "relire/"))
    assert Demande.objects.get().caisse == personas.caisse_b


def test_sans_autre_caisse_la_page_le_dit(
    technicien: Client, brouillon: Brouillon, personas: Personas
) -> None:
    finir(personas.caisse_a.conventions.get())
    html = technicien.get(page(brouillon)).content.decode()
    assert AVERTISSEMENT in html
    assert "Aucune autre caisse n’ouvre ce service" in html
    assert 'name="caisse"' not in html


def test_le_brouillon_continue_de_se_garder(
    technicien: Client, brouillon: Brouillon, personas: Personas
) -> None:
    finir(personas.caisse_a.conventions.get())
    reponse = technicien.post(page(brouillon, "enregistrer/"), {"nom": "Vasseur"})
    assert reponse.json()["refus"] == {}
    assert joindre(technicien, brouillon, fichier("loyer.pdf")).status_code == 200
    html = technicien.get(page(brouillon)).content.decode()
    assert 'value="Vasseur"' in html
    assert "loyer.pdf" in html


@pytest.mark.regle("D-01")
@pytest.mark.parametrize("methode", ["get", "post"])
def test_le_depot_reste_refuse_avec_la_raison(
    technicien: Client, brouillon: Brouillon, personas: Personas, methode: str
) -> None:
    envoyer(technicien, brouillon, "garder")
    finir(personas.caisse_a.conventions.get())
    reponse = getattr(technicien, methode)(page(brouillon, "relire/"), follow=True)
    assert reponse.redirect_chain == [(page(brouillon), 302)]
    assert "Ce brouillon ne peut pas être déposé" in reponse.content.decode()
    assert not Demande.objects.exists()
    trace = Trace.objects.get(action="refus")
    assert (trace.objet, trace.details) == ("brouillon", {"raison": "depot_impossible"})
