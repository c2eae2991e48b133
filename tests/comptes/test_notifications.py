"""Told once, each as they prefer, whatever runs twice (D-17)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, get_resolver, reverse

from comptes import gabarits, notifications
from comptes.courriels import Ligne
from comptes.models import Courriel, Notification, Preference, Utilisateur
from echeances.natures import Nature
from portail.taches import Tache
from tests.factories import UtilisateurFactory, fermer
from tests.test_coherence import RACINE

pytestmark = [pytest.mark.django_db, pytest.mark.regle("D-17")]

REFERENCE = "EP-7KQ2-M9FX"
UUID = "0f4f1d0e-6a5b-4c8e-9d53-1f6a1b2c3d4e"
RETARD = {"nature": "contact_48h", "palier": 80}

# The mails that nobody switches off, and the one that gathers the others.
IMPERATIFS = {
    "activation",
    "modification_demandee",
    "mot_de_passe_change",
    "mot_de_passe_expire",
    "nouveau_mot_de_passe",
    "second_facteur_change",
    "second_facteur_reinitialise",
    "recapitulatif",
    "violation_declaree_contact",
}

# Profile, message, how it is told when nothing was chosen.
CONSEILS = """
technicien    demande_evolue         immediate
technicien    demande_deposee        immediate
technicien    reponse_attendue       immediate
technicien    fichier_refuse         immediate
technicien    delai_depasse          immediate
agent         reponse_partenaire     immediate
agent         demande_confiee        immediate
agent         demande_urgente        immediate
agent         alerte_suivie          immediate
agent         alerte_equipe          quotidien
gestionnaire  demarche_traitee       immediate
gestionnaire  revue_ouverte          immediate
gestionnaire  revue_rappel           immediate
gestionnaire  fin_notifiee           immediate
gestionnaire  suppression_mois       immediate
gestionnaire  incident_signale       immediate
admin         alerte_encadrement     quotidien
admin         alerte_demarche        immediate
admin         demarche_deposee       immediate
admin         inactivation_reportee  immediate
admin         revue_signee           quotidien
admin         signature_enregistree  immediate
admin         incident_signale       immediate
admin         suppression_mois_caisse immediate
"""


@pytest.fixture
def agent(db: None) -> Utilisateur:
    return UtilisateurFactory(profil="agent")


def dire(compte: Utilisateur, gabarit: str = "demande_confiee", cle: str = "essai") -> int:
    details = RETARD if gabarit.startswith(("alerte", "delai")) else None
    return notifications.notifier([compte], gabarit, cle=cle, reference=REFERENCE, details=details)


def lignes(comptes: list[Utilisateur], nombre: int) -> list[Ligne]:
    return [
        Ligne(compte.pk, "alerte_suivie", f"echeance:{rang}:80", f"EP-{rang:04d}-AAAA", RETARD)
        for rang in range(nombre)
        for compte in comptes
    ]


@pytest.mark.parametrize("ligne", CONSEILS.strip().splitlines())
def test_chaque_profil_est_prevenu_comme_il_est_conseille(ligne: str) -> None:
    profil, gabarit, remise = ligne.split()
    compte = UtilisateurFactory(profil=profil)
    assert dire(compte, gabarit) == 1
    assert Notification.objects.get().remise == remise
    assert Courriel.objects.count() == (remise == "immediate")


@pytest.mark.parametrize(("choix", "courriels"), [("immediate", 1), ("quotidien", 0), ("aucun", 0)])
def test_le_choix_passe_avant_le_conseil(agent: Utilisateur, choix: str, courriels: int) -> None:
    for genre in ("demandes_confiees", "delais_equipe"):
        Preference.objects.create(utilisateur=agent, genre=genre, remise=choix)
    collegue = UtilisateurFactory(profil="agent")
    dire(agent)
    dire(agent, "alerte_equipe", cle="equipe")
    dire(collegue)
    siennes = Notification.objects.filter(destinataire=agent)
    assert list(siennes.values_list("remise", flat=True)) == [choix, choix]
    assert Courriel.objects.filter(destinataire=agent).count() == 2 * courriels
    assert Courriel.objects.filter(destinataire=collegue).count() == 1


def test_le_courriel_porte_la_meme_cle_et_rien_d_autre_que_des_codes(agent: Utilisateur) -> None:
    dire(agent, "alerte_suivie", cle="echeance:7:80")
    courriel = Courriel.objects.get()
    assert courriel.cle == f"echeance:7:80:{agent.pk}"
    assert courriel.contexte == {"reference": REFERENCE, "nature": "contact_48h", "palier": 80}


def test_la_meme_cle_ne_dit_qu_une_fois(agent: Utilisateur) -> None:
    assert [dire(agent), dire(agent), dire(agent, cle="autre")] == [1, 0, 1]
    Preference.objects.create(utilisateur=agent, genre="demandes_confiees", remise="immediate")
    assert dire(agent) == 0
    Courriel.objects.all().delete()
    assert dire(agent) == 0
    assert (Notification.objects.count(), Courriel.objects.count()) == (2, 0)


def test_deux_lignes_de_meme_cle_dans_un_meme_lot_n_en_font_qu_une(agent: Utilisateur) -> None:
    deux = [*lignes([agent], 2), *lignes([agent], 2)]
    assert notifications.notifier_tous(deux) == 2
    assert Courriel.objects.count() == 2


def test_seuls_les_comptes_ouverts_sont_prevenus(agent: Utilisateur) -> None:
    ferme = fermer(UtilisateurFactory(profil="agent"))
    invite = UtilisateurFactory(profil="agent", etat="invite")
    dits = notifications.notifier([ferme, agent, invite], "demande_confiee", cle="x")
    assert dits == 1
    assert Notification.objects.get().destinataire == agent
    assert notifications.notifier([], "demande_confiee", cle="y") == 0


@pytest.mark.parametrize(
    ("reference", "details"),
    [
        ("Mme Élodie Vasseur", {}),
        ("06 39 98 00 12", {}),
        (REFERENCE, {"nature": "Élodie Vasseur", "palier": 80}),
        (REFERENCE, {"nature": "contact_48h", "palier": "Vasseur"}),
        (REFERENCE, {"nature": "contact_48h", "palier": 80, "nom": "Vasseur"}),
        (REFERENCE, {"nom": "Vasseur"}),
    ],
)
def test_ce_qui_n_est_pas_un_code_est_refuse(
    agent: Utilisateur, reference: str, details: dict[str, Any]
) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        notifications.notifier(
            [agent], "alerte_suivie", cle="x", reference=reference, details=details
        )
    assert not Notification.objects.exists()


def test_un_gabarit_inconnu_est_refuse(agent: Utilisateur) -> None:
    with pytest.raises(KeyError):
        dire(agent, "activation")


def test_le_nombre_d_instructions_ne_depend_pas_du_nombre_de_lignes() -> None:
    comptes = [UtilisateurFactory(profil="agent") for _ in range(5)]
    comptees, durees = [], []
    for nombre in (1, 600):
        with CaptureQueriesContext(connection) as requetes:
            assert notifications.notifier_tous(lignes(comptes, nombre)) == 5 * (
                nombre if nombre == 1 else 599
            )
        comptees.append(len(requetes))
        durees.append(sum(float(requete["time"]) for requete in requetes))
    assert comptees == [7, 7]  # with the savepoint and its release
    assert Courriel.objects.count() == Notification.objects.count() == 3000
    assert durees[1] < 1.5  # about 0.15 s alone on a quiet machine


@pytest.mark.django_db(transaction=True)
def test_deux_balayages_au_meme_instant_n_en_disent_qu_un(
    en_meme_temps: Callable[..., list[Any]],
) -> None:
    """The same lines, in opposite orders: nobody waits in a circle, nothing is told twice."""
    comptes = [UtilisateurFactory(profil="agent") for _ in range(4)]
    toutes = lignes(comptes, 50)
    resultats = en_meme_temps(
        lambda: notifications.notifier_tous(toutes),
        lambda: notifications.notifier_tous(toutes[::-1]),
    )
    assert sum(resultats) == 200, resultats
    assert Notification.objects.count() == Courriel.objects.count() == 200


@pytest.mark.django_db(transaction=True)
def test_la_ligne_et_son_courriel_sont_une_seule_transaction(
    agent: Utilisateur, monkeypatch: pytest.MonkeyPatch
) -> None:
    publies: list[Any] = []
    monkeypatch.setattr(Tache, "apply_async", lambda _, args, kwargs: publies.append(args))
    with transaction.atomic():
        dire(agent)
        transaction.set_rollback(True)
    assert (Notification.objects.count(), Courriel.objects.count(), publies) == (0, 0, [])
    with monkeypatch.context() as panne:
        panne.setattr(notifications.courriels, "ecrire_tous", _tue)
        with pytest.raises(KeyboardInterrupt):
            dire(agent)
    assert Notification.objects.count() == 0
    assert dire(agent) == 1
    assert publies == [(Courriel.objects.get().pk,)]


def _tue(_: object) -> int:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("gabarit", "details", "attendue"),
    [
        (
            "alerte_suivie",
            {"nature": "contact_48h", "palier": 80},
            "Le délai de contact avec la personne arrive à échéance (écoulé à 80 %) "
            "sur la demande EP-7KQ2-M9FX, que vous suivez.",
        ),
        (
            "alerte_equipe",
            {"nature": "urgent_48h", "palier": 50},
            "Le délai de prise en compte de l’urgence est écoulé à 50 % "
            "sur la demande EP-7KQ2-M9FX.",
        ),
        (
            "alerte_encadrement",
            {"nature": "instruction_30j", "palier": 100},
            "Le délai d’instruction est dépassé sur la demande EP-7KQ2-M9FX, dans votre caisse.",
        ),
        (
            "alerte_encadrement",
            {"nature": "c2s_31j", "palier": 103},
            "Le délai de réponse à un dossier complet est toujours dépassé (rappel n° 3) "
            "sur la demande EP-7KQ2-M9FX, dans votre caisse.",
        ),
        (
            "alerte_demarche",
            {"nature": "habilitation_5jo", "palier": 100},
            "Le délai de réponse à une démarche est dépassé.",
        ),
        (
            "delai_depasse",
            {"nature": "contact_48h", "palier": 100},
            "Le délai de contact avec la personne est dépassé sur la demande EP-7KQ2-M9FX. "
            "La caisse en est avertie.",
        ),
        (
            "alerte_violation",
            {"nature": "violation", "palier": 102},
            "Le délai d’information sur une violation de données est toujours dépassé "
            "(rappel n° 2).",
        ),
        ("demande_confiee", {}, "La demande EP-7KQ2-M9FX vous est confiée."),
    ],
)
def test_les_codes_sont_dits_en_mots(gabarit: str, details: dict[str, Any], attendue: str) -> None:
    dite = gabarits.phrase(gabarit, REFERENCE, details)
    assert dite.replace("\u00a0", " ").replace("\u202f", " ") == attendue


def test_chaque_nature_de_delai_a_ses_mots() -> None:
    assert set(gabarits.DELAIS) == set(Nature.values)


def test_chaque_courriel_est_une_notification_ou_imperatif() -> None:
    fichiers = {fichier.stem for fichier in (RACINE / "templates/courriels").glob("*.txt")}
    assert fichiers == IMPERATIFS | set(gabarits.GABARITS)


@pytest.mark.parametrize("nom", gabarits.GABARITS)
def test_chaque_message_mene_a_une_page(nom: str) -> None:
    """With the reference of what it tells of, which its sentence says when it can be spoken."""
    gabarit = gabarits.GABARITS[nom]
    reference = UUID if gabarit.argument in ("identifiant", "code") else REFERENCE
    chemin = gabarits.destination(nom, reference)
    assert get_resolver().resolve(chemin.partition("?")[0]).view_name == gabarit.vue
    assert (reference in chemin) == bool(gabarit.argument)
    assert UUID not in gabarits.phrase(nom, reference, RETARD)


def test_une_page_absente_mene_a_l_accueil() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("signalements:demande", kwargs={"reference": "x"})
    assert gabarits.destination("demande_confiee", "x") == "/"
