"""What a gestionnaire changes of a technicien: a mistyped address, a name, a phone number."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from comptes.models import Courriel, Jeton, Trace, Utilisateur
from equipes import actions
from portail.etats import TransitionImpossible
from tests.equipes.fabriques import a_l_oeuvre, technicien
from tests.factories import UtilisateurFactory
from tests.personas import Personas, connecte

pytestmark = pytest.mark.django_db


@pytest.fixture
def pres(personas: Personas) -> Personas:
    return a_l_oeuvre(personas)


@pytest.fixture
def invite(pres: Personas) -> Utilisateur:
    return actions.creer_technicien(
        pres.partenaire_a,
        acteur=pres.gestionnaire_a,
        **technicien(email="hugo.lemoyne@ccas-arras.example"),
    )


@pytest.mark.regle("H-03")
@pytest.mark.regle("H-04")
def test_une_adresse_mal_saisie_se_corrige_et_l_ancien_lien_n_ouvre_plus_rien(
    pres: Personas, invite: Utilisateur
) -> None:
    ancien = Jeton.objects.get(utilisateur=invite)
    actions.corriger_adresse(invite, "hugo.lemoine@ccas-arras.example", acteur=pres.gestionnaire_a)
    invite.refresh_from_db()
    assert invite.email == "hugo.lemoine@ccas-arras.example"
    ancien.refresh_from_db()
    assert ancien.utilise_le is not None
    assert Jeton.objects.filter(utilisateur=invite, utilise_le=None).count() == 1
    assert Courriel.objects.filter(destinataire=invite, gabarit="activation").count() == 2
    assert Trace.objects.filter(objet="utilisateur", details__champs="email").count() == 1


@pytest.mark.regle("H-03")
@pytest.mark.parametrize(
    "email",
    [
        "hugo.lemoine@gmail.com",
        "hugo.lemoine@ccas-lens.example",
        "pris@ccas-arras.example",
        "hugo.lemoyne@ccas-arras.example",
        "",
    ],
)
def test_la_nouvelle_adresse_suit_les_regles_de_la_premiere(
    email: str, pres: Personas, invite: Utilisateur
) -> None:
    UtilisateurFactory(sur=pres.partenaire_a, email="pris@ccas-arras.example")
    with pytest.raises(ValidationError):
        actions.corriger_adresse(invite, email, acteur=pres.gestionnaire_a)
    assert Jeton.objects.filter(utilisateur=invite, utilise_le=None).count() == 1


def test_l_adresse_d_un_compte_active_ne_change_plus(pres: Personas) -> None:
    """Whoever holds the address may choose the password."""
    with pytest.raises(TransitionImpossible):
        actions.corriger_adresse(
            pres.technicien_a, "autre@ccas-arras.example", acteur=pres.gestionnaire_a
        )
    with pytest.raises(ValidationError):
        actions.corriger_technicien(
            pres.technicien_a, {"email": "autre@ccas-arras.example"}, acteur=pres.gestionnaire_a
        )


@pytest.mark.parametrize("nom", ["technicien_a", "admin_a", "agent_a", "gestionnaire_b"])
def test_personne_d_autre_ne_les_change(nom: str, pres: Personas, invite: Utilisateur) -> None:
    with pytest.raises(PermissionDenied):
        actions.corriger_technicien(invite, {"nom": "Autre"}, acteur=getattr(pres, nom))
    with pytest.raises(PermissionDenied):
        actions.corriger_adresse(invite, "b@ccas-arras.example", acteur=getattr(pres, nom))


@pytest.mark.regle("H-08")
def test_celles_d_un_gestionnaire_passent_par_la_caisse(pres: Personas) -> None:
    with pytest.raises(TransitionImpossible):
        actions.corriger_technicien(
            pres.gestionnaire_a, {"nom": "Autre"}, acteur=pres.gestionnaire_a
        )


def poster(client: Client, compte: Utilisateur, geste: str, **donnees: str) -> Any:
    return client.post(f"/equipe/{compte.public}/{geste}/", donnees)


def test_les_pages_partent_de_ce_qui_est_et_ne_perdent_rien(
    client: Client, pres: Personas, invite: Utilisateur
) -> None:
    connecte(client, pres.gestionnaire_a)
    page = client.get(f"/equipe/{invite.public}/corriger/").content.decode()
    assert 'value="Lemoine"' in page
    assert "L’identifiant ne change pas" in page
    saisie = {"prenom": "Hugo", "fonction": "Accueil", "telephone": "06 39 98 00 13"}
    refusee = poster(client, invite, "corriger", nom="", **saisie).content.decode()
    assert "Renseignez « Nom »" in refusee
    assert 'value="Accueil"' in refusee
    assert poster(client, invite, "corriger", nom="Le Moine", **saisie).status_code == 302
    invite.refresh_from_db()
    assert (invite.nom, invite.fonction) == ("Le Moine", "Accueil")
    page = client.get(f"/equipe/{invite.public}/corriger_adresse/").content.decode()
    assert "@ccas-arras.example" in page
    grand_public = poster(client, invite, "corriger_adresse", email="hugo@gmail.com")
    assert "messagerie personnelle" in grand_public.content.decode()
    juste = poster(client, invite, "corriger_adresse", email="hugo.lemoine@ccas-arras.example")
    assert juste.status_code == 302
    invite.refresh_from_db()
    assert invite.email == "hugo.lemoine@ccas-arras.example"
