"""Fraud, theft, loss: closed at once, told with proof, and the requests stay (H-13)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from comptes.models import Caisse, Courriel, SessionOuverte, Utilisateur
from conventions.models import Document
from equipes import actions
from equipes.models import Incident
from portail.etats import TransitionImpossible
from signalements.models import Demande
from tests.equipes.fabriques import a_l_oeuvre, gestionnaire, inactif, invite
from tests.personas import Personas, connecte
from tests.signalements.fabriques import deposer

pytestmark = [pytest.mark.django_db, pytest.mark.regle("H-13")]


def signaler(
    personas: Personas, compte: Utilisateur, acteur: Utilisateur, caisse: Caisse | None = None
) -> Incident:
    return actions.signaler_fraude(
        compte,
        caisse or personas.caisse_a,
        nature="vol",
        constate_le=timezone.localdate() - timedelta(days=1),
        recit="L'ordinateur portable a été volé dans les locaux.",
        acteur=acteur,
    )


@pytest.mark.parametrize("nom", ["gestionnaire_a", "admin_a"])
def test_l_un_ou_l_autre_cote_exclut_aussitot(nom: str, personas: Personas) -> None:
    a_l_oeuvre(personas)
    demande = deposer(personas.caisse_a, personas.partenaire_a, personas.technicien_a)
    Courriel.objects.all().delete()
    client = connecte(Client(), personas.technicien_a)
    auteur = getattr(personas, nom)
    incident = signaler(personas, personas.technicien_a, auteur)
    compte = Utilisateur.objects.get(pk=personas.technicien_a.pk)
    assert (compte.etat, compte.cause_inactivation) == ("inactif", "fraude")
    assert not SessionOuverte.objects.filter(utilisateur=compte).exists()
    assert client.get("/").status_code == 302
    assert Demande.objects.get(pk=demande.pk).etat == "deposee"
    assert incident.document is not None
    assert (incident.document.nature, incident.document.source) == (
        "fraude",
        incident.identifiant,
    )
    annonces = Courriel.objects.filter(gabarit="incident_signale")
    avertis = {personas.gestionnaire_a, personas.admin_a} - {auteur}
    assert {c.destinataire for c in annonces} == avertis
    assert {tuple(c.contexte) for c in annonces} == {("reference",)}


def test_meme_le_seul_gestionnaire(personas: Personas) -> None:
    a_l_oeuvre(personas)
    signaler(personas, personas.gestionnaire_a, personas.admin_a)
    personas.gestionnaire_a.refresh_from_db()
    assert personas.gestionnaire_a.etat == "inactif"


def test_ses_techniciens_restent_actifs(personas: Personas) -> None:
    a_l_oeuvre(personas)
    suivant = gestionnaire(personas.partenaire_a)
    Utilisateur.objects.filter(pk=personas.technicien_a.pk).update(
        responsable=personas.gestionnaire_a
    )
    signaler(personas, personas.gestionnaire_a, personas.admin_a)
    personas.technicien_a.refresh_from_db()
    assert (personas.technicien_a.etat, personas.technicien_a.responsable) == ("actif", suivant)


@pytest.mark.parametrize("nom", ["technicien_a", "agent_a", "dpo_a", "gestionnaire_b", "admin_b"])
def test_nul_autre_ne_signale(nom: str, personas: Personas) -> None:
    a_l_oeuvre(personas)
    with pytest.raises(PermissionDenied):
        signaler(personas, invite(personas.partenaire_a), getattr(personas, nom))
    assert not Incident.objects.exists()


def test_un_admin_au_nom_de_sa_caisse_seulement(personas: Personas) -> None:
    a_l_oeuvre(personas)
    with pytest.raises(PermissionDenied):
        signaler(personas, personas.technicien_a, personas.admin_a, personas.caisse_b)
    with pytest.raises(TransitionImpossible):
        signaler(personas, personas.technicien_a, personas.gestionnaire_a, personas.caisse_b)


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("constate_le", timezone.localdate() + timedelta(days=2)),
        ("recit", "   "),
        ("nature", "autre"),
    ],
)
def test_ce_qui_est_faux_se_dit_au_champ(champ: str, valeur: object, personas: Personas) -> None:
    a_l_oeuvre(personas)
    donnees = {"nature": "vol", "constate_le": timezone.localdate(), "recit": "Vol.", champ: valeur}
    with pytest.raises(ValidationError) as refus:
        actions.signaler_fraude(
            personas.technicien_a, personas.caisse_a, acteur=personas.admin_a, **donnees
        )
    assert set(refus.value.message_dict) == {champ}
    personas.technicien_a.refresh_from_db()
    assert personas.technicien_a.etat == "actif"


def test_decouverte_apres_le_depart_elle_interdit_le_retour(personas: Personas) -> None:
    a_l_oeuvre(personas)
    parti = inactif(personas.partenaire_a, timezone.now(), email="a@ccas-arras.example")
    signaler(personas, parti, personas.gestionnaire_a)
    parti.refresh_from_db()
    assert parti.cause_inactivation == "fraude"
    with pytest.raises(PermissionDenied):
        actions.reactiver(parti, acteur=personas.gestionnaire_a)
    assert Document.objects.count() == 1
