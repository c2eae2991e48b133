"""Each constraint of the database, violated once by a raw update."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from comptes import actions, habilitations
from comptes.connexion import generer_codes
from comptes.models import AcceptationCGU, Caisse, Courriel, Jeton, Partenaire, Utilisateur
from tests.factories import (
    CaisseFactory,
    PartenaireFactory,
    UtilisateurFactory,
    VersionCGUFactory,
)
from tests.personas import Personas

pytestmark = pytest.mark.django_db


def refuse(contrainte: str):
    return pytest.raises(IntegrityError, match=contrainte)


def test_un_profil_inconnu() -> None:
    compte = UtilisateurFactory()
    with refuse("utilisateur_profil_connu"), transaction.atomic():
        Utilisateur.objects.filter(pk=compte.pk).update(profil="super")


@pytest.mark.parametrize(
    ("contrainte", "champs"),
    [
        ("utilisateur_etat_connu", {"etat": "en_sommeil"}),
        ("utilisateur_inactif_date_et_cause", {"etat": "inactif", "inactif_le": timezone.now()}),
        ("utilisateur_inactif_date_et_cause", {"cause_inactivation": "depart"}),
        ("utilisateur_supprime_est_date", {"supprime_le": timezone.now()}),
        ("utilisateur_support_seul_superutilisateur", {"is_superuser": True}),
        ("utilisateur_support_seul_superutilisateur", {"profil": "support"}),
    ],
)
def test_l_etat_d_un_compte_se_tient(contrainte: str, champs: dict[str, Any]) -> None:
    compte = UtilisateurFactory()
    with refuse(contrainte), transaction.atomic():
        Utilisateur.objects.filter(pk=compte.pk).update(**champs)


@pytest.mark.parametrize(
    ("contrainte", "champs"),
    [
        ("caisse_seuils_en_pourcents", {"seuils_alerte": [50, 100]}),
        ("caisse_seuils_en_pourcents", {"seuils_alerte": [0]}),
        ("caisse_relance_bornee", {"relance_heures": 721}),
        ("caisse_conservation_bornee", {"conservation_mois": 121}),
    ],
)
def test_les_reglages_d_une_caisse_ont_des_bornes(contrainte: str, champs: dict[str, Any]) -> None:
    caisse = Caisse.objects.filter(pk=CaisseFactory().pk)
    caisse.update(seuils_alerte=[1, 99], relance_heures=720, conservation_mois=120)
    with refuse(contrainte), transaction.atomic():
        caisse.update(**champs)


def test_un_lien_qui_expire_avant_d_exister() -> None:
    maintenant = timezone.now()
    with refuse("jeton_expire_apres_sa_creation"), transaction.atomic():
        Jeton.objects.create(
            utilisateur=UtilisateurFactory(),
            usage="activation",
            cree_le=maintenant,
            expire_le=maintenant,
        )


def test_un_partenaire_sans_membre() -> None:
    partenaire = PartenaireFactory()
    with refuse("partenaire_membres_positif"), transaction.atomic():
        Partenaire.objects.filter(pk=partenaire.pk).update(membres=0)


def test_une_version_acceptee_deux_fois() -> None:
    compte, version = UtilisateurFactory(), VersionCGUFactory()
    AcceptationCGU.objects.create(utilisateur=compte, version=version)
    with refuse("acceptation_unique"), transaction.atomic():
        AcceptationCGU.objects.create(utilisateur=compte, version=version)


def test_deux_codes_de_secours_identiques() -> None:
    compte = UtilisateurFactory()
    generer_codes(compte)
    with refuse("code_secours_unique"), transaction.atomic():
        compte.codes_secours.update(empreinte="0" * 64)


def test_un_courriel_envoye_sans_date() -> None:
    courriel = Courriel.objects.create(
        cle="essai", destinataire=UtilisateurFactory(), gabarit="demande_evolue"
    )
    with refuse("courriel_envoye_est_date"), transaction.atomic():
        Courriel.objects.filter(pk=courriel.pk).update(etat="envoye")


@pytest.mark.regle("H-01")
@pytest.mark.parametrize(
    ("profil", "droit", "ou"),
    [
        ("technicien", "deposer", "partenaire"),
        ("gestionnaire", "gerer", "partenaire"),
        ("agent", "instruire", "caisse"),
        ("admin", "administrer", "caisse"),
    ],
)
def test_un_profil_ouvre_un_seul_droit_sur_un_seul_genre_de_structure(
    profil: str, droit: str, ou: str
) -> None:
    compte = UtilisateurFactory(profil=profil)
    tenants: dict[str, Caisse | Partenaire] = {
        "caisse": CaisseFactory(),
        "partenaire": PartenaireFactory(),
    }
    habilitations.habiliter(compte, tenants.pop(ou), acteur=None)
    (autre,) = tenants.values()
    with pytest.raises(habilitations.HabilitationImpossible):
        habilitations.habiliter(compte, autre, acteur=None)
    ouverts = {
        nom
        for nom in ("deposer", "gerer", "instruire", "administrer")
        if habilitations.caisses(compte, nom) or habilitations.partenaires(compte, nom)
    }
    assert ouverts == {droit}


@pytest.mark.regle("H-01")
def test_une_personne_tient_deux_comptes_avec_la_meme_adresse() -> None:
    identite = {
        "civilite": "madame",
        "nom": "Lefebvre",
        "prenom": "Ines",
        "email": "i.lefebvre@ccas.example",
        "mot_de_passe": "peu importe ici",
        "acteur": None,
    }
    premier = actions.creer_compte(identifiant="i.lefebvre", profil="technicien", **identite)
    second = actions.creer_compte(identifiant="i.lefebvre.gest", profil="gestionnaire", **identite)
    assert premier.email == second.email
    with pytest.raises(ValidationError):
        actions.creer_compte(identifiant="I.Lefebvre", profil="agent", **identite)


def test_un_droit_ne_vaut_que_sur_sa_structure(personas: Personas) -> None:
    assert habilitations.caisses(personas.agent_a, "instruire") == {personas.caisse_a.pk}
    assert habilitations.partenaires(personas.technicien_b, "deposer") == {personas.partenaire_b.pk}
    assert not habilitations.partenaires(personas.inactif, "deposer")


def test_un_agent_tient_plusieurs_caisses_et_en_perd_une(personas: Personas) -> None:
    agent = personas.agent_a
    habilitations.habiliter(agent, personas.caisse_b, acteur=personas.admin_b)
    assert habilitations.caisses(agent, "instruire") == {
        personas.caisse_a.pk,
        personas.caisse_b.pk,
    }
    habilitations.retirer(agent, personas.caisse_a, acteur=personas.admin_a)
    assert habilitations.caisses(agent, "instruire") == {personas.caisse_b.pk}


def test_les_titulaires_sont_actifs_et_de_la_structure(personas: Personas) -> None:
    titulaires = habilitations.titulaires(personas.partenaire_a, "deposer")
    assert list(titulaires) == [personas.technicien_a]
    assert list(habilitations.titulaires(personas.caisse_a, "instruire")) == [personas.agent_a]
