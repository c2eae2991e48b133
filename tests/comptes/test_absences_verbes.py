"""An absence declared, changed, ended: by whom, which days, and who is told."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from comptes import absences, habilitations
from comptes.actions import absences as verbes
from comptes.actions.effacement import effacer
from comptes.models import Absence, Caisse, Notification, Profil, Trace, Utilisateur
from portail.etats import TransitionImpossible
from tests.factories import AbsenceFactory, CaisseFactory, UtilisateurFactory, fermer
from tests.personas import Personas

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
# A Tuesday, past midnight in Paris while it is still Monday in UTC.
MARDI = datetime(2026, 3, 10, 0, 30, tzinfo=PARIS)
LUNDI_9, MARDI_10, MERCREDI_11 = date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 11)
VENDREDI_13, LUNDI_16 = date(2026, 3, 13), date(2026, 3, 16)


@pytest.fixture(autouse=True)
def mardi() -> Any:
    with time_machine.travel(MARDI, tick=False) as voyage:
        yield voyage


@pytest.fixture
def bruno(personas: Personas) -> Utilisateur:
    """A colleague of `agent_a`."""
    return UtilisateurFactory(profil=Profil.AGENT, nom="Vantorre", sur=personas.caisse_a)


@pytest.fixture
def noter(personas: Personas, bruno: Utilisateur) -> Callable[..., Absence]:
    """`agent_a` notes its absence, from Wednesday to Friday unless told otherwise."""

    def _noter(**champs: Any) -> Absence:
        agent = champs.pop("agent", personas.agent_a)
        voulu = {"du": MERCREDI_11, "au": VENDREDI_13, "remplacant": bruno, "acteur": agent}
        return verbes.declarer(agent, **{**voulu, **champs})

    return _noter


def dites(compte: Utilisateur) -> list[str]:
    """What the account was told, oldest first."""
    siennes = Notification.objects.filter(destinataire=compte)
    return list(siennes.order_by("pk").values_list("gabarit", flat=True))


def refuse(appel: Callable[[], object]) -> dict[str, str]:
    """The fields that are refused, each with its first message."""
    with pytest.raises(ValidationError) as refus:
        appel()
    return {champ: textes[0] for champ, textes in refus.value.message_dict.items()}


# --- declared -----------------------------------------------------------------------------------
def test_un_agent_note_son_absence_et_son_remplacant_est_averti(
    personas: Personas, bruno: Utilisateur, noter: Callable[..., Absence]
) -> None:
    absence = noter()
    assert (absence.agent, absence.remplacant) == (personas.agent_a, bruno)
    assert dites(bruno) == ["remplacement_declare"]
    assert dites(personas.agent_a) == []
    trace = Trace.objects.get(objet="absence", action="creation")
    assert trace.qui_id == personas.agent_a.pk
    assert trace.details == {
        "agent": personas.agent_a.pk,
        "du": "2026-03-11",
        "au": "2026-03-13",
        "remplacant": bruno.pk,
    }
    caisse = personas.caisse_a.pk
    assert absences.remplacant_de(personas.agent_a.pk, caisse, MERCREDI_11) == bruno.pk


def test_l_administrateur_de_la_caisse_note_un_arret_deja_commence(
    personas: Personas, noter: Callable[..., Absence]
) -> None:
    absence = noter(du=LUNDI_9, acteur=personas.admin_a)
    assert absence.creee_par == personas.admin_a
    assert Trace.objects.get(objet="absence").qui_id == personas.admin_a.pk


@pytest.mark.parametrize("persona", ["collegue", "admin_b", "agent_b", "dpo_a", "gestionnaire_a"])
def test_personne_d_autre_ne_note_une_absence(
    persona: str, personas: Personas, bruno: Utilisateur, noter: Callable[..., Absence]
) -> None:
    acteur = bruno if persona == "collegue" else getattr(personas, persona)
    autre = UtilisateurFactory(profil=Profil.AGENT, sur=personas.caisse_a)
    with pytest.raises(PermissionDenied):
        noter(acteur=acteur, remplacant=autre)
    absence = noter(remplacant=autre)
    with pytest.raises(PermissionDenied):
        verbes.modifier(absence, du=absence.du, au=LUNDI_16, remplacant=autre, acteur=acteur)
    with pytest.raises(PermissionDenied):
        verbes.annuler(absence, acteur=acteur)


def test_un_ancien_administrateur_ne_note_plus_rien(
    personas: Personas, noter: Callable[..., Absence]
) -> None:
    UtilisateurFactory(profil=Profil.ADMIN, sur=personas.caisse_a)
    habilitations.retirer(personas.admin_a, personas.caisse_a, acteur=None)
    with pytest.raises(PermissionDenied):
        noter(acteur=personas.admin_a)


def test_seul_un_agent_actif_a_des_absences(
    personas: Personas, bruno: Utilisateur, noter: Callable[..., Absence]
) -> None:
    with pytest.raises(PermissionDenied):
        noter(agent=personas.dpo_a, acteur=personas.admin_a)
    fermer(personas.agent_a)
    with pytest.raises(TransitionImpossible, match="n’est pas actif"):
        noter(acteur=personas.admin_a)


@pytest.mark.parametrize(
    ("du", "au", "refus"),
    [
        (VENDREDI_13, MERCREDI_11, {"au": "Le dernier jour ne peut précéder le premier."}),
        # Monday is over in Paris: it is past midnight there.
        (date(2026, 3, 2), LUNDI_9, {"au": "déjà passée"}),
        (MARDI_10, date(2027, 3, 11), {"au": "366 jours au plus"}),
        (date(2027, 3, 12), date(2027, 3, 12), {"du": "366 jours à l’avance"}),
    ],
)
def test_les_jours_se_tiennent(
    du: date, au: date, refus: dict[str, str], noter: Callable[..., Absence]
) -> None:
    trouve = refuse(lambda: noter(du=du, au=au))
    assert trouve.keys() == refus.keys()
    assert all(refus[champ] in texte for champ, texte in trouve.items())


@pytest.mark.parametrize(
    ("du", "au"),
    [
        (MARDI_10, MARDI_10),
        (date(2026, 3, 2), MARDI_10),
        (MARDI_10, date(2027, 3, 10)),
        (date(2027, 3, 11), date(2027, 3, 11)),
    ],
)
def test_les_bornes_sont_admises(du: date, au: date, noter: Callable[..., Absence]) -> None:
    noter(du=du, au=au)


@pytest.mark.parametrize(
    "qui", ["soi", "de la caisse voisine", "fermé", "pas encore activé", "administrateur"]
)
def test_le_remplacant_est_un_agent_actif_de_la_meme_caisse(
    qui: str, personas: Personas, noter: Callable[..., Absence]
) -> None:
    choisi = {
        "soi": personas.agent_a,
        "de la caisse voisine": personas.agent_b,
        "fermé": fermer(UtilisateurFactory(profil=Profil.AGENT, sur=personas.caisse_a)),
        "pas encore activé": UtilisateurFactory(
            profil=Profil.AGENT, etat="invite", sur=personas.caisse_a
        ),
        "administrateur": personas.admin_a,
    }[qui]
    assert refuse(lambda: noter(remplacant=choisi)) == {
        "remplacant": "Choisissez un agent actif qui travaille pour la même caisse."
    }


def test_un_administrateur_ne_choisit_que_parmi_les_agents_qu_il_voit(
    personas: Personas, noter: Callable[..., Absence]
) -> None:
    """The agent works next door too: its colleagues there are nothing to this admin."""
    habilitations.habiliter(personas.agent_a, personas.caisse_b, acteur=None)
    trouve = refuse(lambda: noter(remplacant=personas.agent_b, acteur=personas.admin_a))
    assert trouve.keys() == {"remplacant"}
    noter(remplacant=personas.agent_b)


@pytest.mark.parametrize(
    ("du", "au"),
    [
        (MERCREDI_11, VENDREDI_13),
        (MARDI_10, MERCREDI_11),
        (VENDREDI_13, LUNDI_16),
        (MARDI_10, LUNDI_16),
    ],
)
def test_deux_absences_ne_se_croisent_pas(
    du: date, au: date, noter: Callable[..., Absence]
) -> None:
    noter()
    assert refuse(lambda: noter(du=du, au=au)) == {
        "du": "Une absence est déjà notée du 11/03/2026 au 13/03/2026 : modifiez-la, ou choisissez "
        "d’autres jours."
    }


def test_deux_absences_se_suivent(noter: Callable[..., Absence]) -> None:
    noter()
    noter(du=MARDI_10, au=MARDI_10)
    noter(du=date(2026, 3, 14), au=LUNDI_16)
    assert Absence.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_deux_absences_notees_au_meme_instant_n_en_font_qu_une(
    en_meme_temps: Callable[..., list[object]],
) -> None:
    caisse = Caisse.objects.create(code="artois", nom="CPAM d’essai", departement="62")
    anna, bruno = UtilisateurFactory.create_batch(2, profil=Profil.AGENT, sur=caisse)

    def noter() -> Absence:
        return verbes.declarer(anna, du=MERCREDI_11, au=VENDREDI_13, remplacant=bruno, acteur=anna)

    resultats = en_meme_temps(*[noter] * 4)
    assert sum(isinstance(r, Absence) for r in resultats) == 1
    assert sum(isinstance(r, ValidationError) for r in resultats) == 3
    assert Absence.objects.count() == 1


# --- changed ------------------------------------------------------------------------------------
def test_changer_les_jours_avertit_le_remplacant(
    bruno: Utilisateur, noter: Callable[..., Absence], mardi: Any
) -> None:
    absence = noter()
    for au in (LUNDI_16, VENDREDI_13, LUNDI_16):
        mardi.shift(60)
        verbes.modifier(absence, du=MARDI_10, au=au, remplacant=bruno, acteur=absence.agent)
    absence.refresh_from_db()
    assert (absence.du, absence.au) == (MARDI_10, LUNDI_16)
    assert dites(bruno) == ["remplacement_declare", *["remplacement_modifie"] * 3]


def test_enregistrer_sans_rien_changer_ne_dit_rien(
    bruno: Utilisateur, noter: Callable[..., Absence]
) -> None:
    absence = noter()
    verbes.modifier(absence, du=absence.du, au=absence.au, remplacant=bruno, acteur=absence.agent)
    assert dites(bruno) == ["remplacement_declare"]
    assert not Trace.objects.filter(objet="absence", action="changement").exists()


def test_changer_de_remplacant_avertit_les_deux(
    personas: Personas, bruno: Utilisateur, noter: Callable[..., Absence]
) -> None:
    absence = noter()
    chloe = UtilisateurFactory(profil=Profil.AGENT, sur=personas.caisse_a)
    verbes.modifier(
        absence, du=absence.du, au=absence.au, remplacant=chloe, acteur=personas.admin_a
    )
    assert dites(bruno) == ["remplacement_declare", "remplacement_termine"]
    assert dites(chloe) == ["remplacement_declare"]


def test_une_absence_commencee_garde_son_premier_jour(
    bruno: Utilisateur, noter: Callable[..., Absence]
) -> None:
    absence = noter(du=LUNDI_9)
    trouve = refuse(
        lambda: verbes.modifier(
            absence, du=MARDI_10, au=VENDREDI_13, remplacant=bruno, acteur=absence.agent
        )
    )
    assert trouve == {"du": "L’absence a commencé : son premier jour ne change plus."}
    verbes.modifier(absence, du=LUNDI_9, au=MARDI_10, remplacant=bruno, acteur=absence.agent)


def test_modifier_ne_fait_pas_se_croiser_deux_absences(
    bruno: Utilisateur, noter: Callable[..., Absence]
) -> None:
    noter(du=LUNDI_16, au=LUNDI_16)
    absence = noter()
    trouve = refuse(
        lambda: verbes.modifier(
            absence, du=MERCREDI_11, au=LUNDI_16, remplacant=bruno, acteur=absence.agent
        )
    )
    assert trouve.keys() == {"du"}


# --- ended --------------------------------------------------------------------------------------
def test_une_absence_a_venir_s_annule(bruno: Utilisateur, noter: Callable[..., Absence]) -> None:
    absence = noter()
    verbes.annuler(absence, acteur=absence.agent)
    assert not Absence.objects.maintenues().exists()
    assert dites(bruno) == ["remplacement_declare", "remplacement_termine"]
    noter()


def test_revenir_plus_tot_garde_les_jours_passes_et_rend_le_travail_aujourd_hui(
    personas: Personas, noter: Callable[..., Absence]
) -> None:
    absence = noter(du=LUNDI_9)
    verbes.annuler(absence, acteur=absence.agent)
    absence.refresh_from_db()
    assert (absence.du, absence.au, absence.annulee_le) == (LUNDI_9, LUNDI_9, None)
    agent, caisse = personas.agent_a.pk, personas.caisse_a.pk
    assert absences.remplacant_de(agent, caisse, MARDI_10) == agent


def test_revenir_le_premier_jour_annule_tout(noter: Callable[..., Absence]) -> None:
    absence = verbes.annuler(noter(du=MARDI_10), acteur=noter(du=LUNDI_16, au=LUNDI_16).agent)
    assert absence.annulee_le == MARDI
    assert Absence.objects.maintenues().count() == 1


def test_ce_qui_est_fini_ne_change_plus(
    bruno: Utilisateur, noter: Callable[..., Absence], mardi: Any
) -> None:
    annulee, absence = noter(), None
    verbes.annuler(annulee, acteur=annulee.agent)
    absence = noter()
    mardi.move_to(datetime(2026, 3, 14, 0, 0, tzinfo=PARIS))
    for finie, raison in ((annulee, "déjà annulée"), (absence, "terminée depuis le 13/03/2026")):
        with pytest.raises(TransitionImpossible, match=raison):
            verbes.annuler(finie, acteur=finie.agent)
        with pytest.raises(TransitionImpossible, match=raison):
            verbes.modifier(finie, du=finie.du, au=LUNDI_16, remplacant=bruno, acteur=finie.agent)


@pytest.mark.regle("H-14")
def test_un_compte_efface_n_a_plus_d_absences(
    personas: Personas, bruno: Utilisateur, noter: Callable[..., Absence]
) -> None:
    noter()
    remplacee = AbsenceFactory(agent=bruno, remplacant=personas.agent_a)
    effacer(fermer(personas.agent_a))
    assert list(Absence.objects.all()) == [remplacee]


def test_les_contraintes_de_la_base_tiennent_seules() -> None:
    from django.db import IntegrityError, transaction

    absence = AbsenceFactory(agent__sur=CaisseFactory(), du=MERCREDI_11, au=VENDREDI_13)
    for champs in ({"au": MARDI_10}, {"remplacant": absence.agent}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Absence.objects.filter(pk=absence.pk).update(**champs)
