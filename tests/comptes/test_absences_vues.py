"""« Mes absences », the same on the account's page for an admin, and what each page says."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptes import habilitations
from comptes.models import Absence, Notification, Profil, Utilisateur
from tests.factories import AbsenceFactory, UtilisateurFactory, fermer
from tests.personas import Personas, connecte

pytestmark = pytest.mark.django_db

MES_ABSENCES, NOUVELLE = "/mon-compte/absences/", "/mon-compte/absences/nouvelle/"


@pytest.fixture
def bruno(personas: Personas) -> Utilisateur:
    """A colleague of `agent_a`."""
    return UtilisateurFactory(
        profil=Profil.AGENT,
        civilite="monsieur",
        prenom="Bruno",
        nom="Vantorre",
        sur=personas.caisse_a,
    )


@pytest.fixture
def agent(client: Client, personas: Personas) -> Client:
    return connecte(client, personas.agent_a)


@pytest.fixture
def admin(personas: Personas) -> Client:
    return connecte(Client(), personas.admin_a)


@pytest.fixture
def absence(personas: Personas, bruno: Utilisateur) -> Callable[..., Absence]:
    """An absence of `agent_a`, which begins in so many days."""

    def _creer(dans: int, *, dure: int = 5, remplacant: Utilisateur = bruno) -> Absence:
        du = timezone.localdate() + timedelta(days=dans)
        return AbsenceFactory(
            agent=personas.agent_a, remplacant=remplacant, du=du, au=du + timedelta(days=dure - 1)
        )

    return _creer


def jours(du: int, au: int, remplacant: Utilisateur) -> dict[str, str]:
    """What the form posts, as days from today."""
    aujourd_hui = timezone.localdate()
    return {
        "du": (aujourd_hui + timedelta(days=du)).isoformat(),
        "au": (aujourd_hui + timedelta(days=au)).isoformat(),
        "remplacant": str(remplacant.public),
    }


def texte(reponse: Any) -> str:
    assert reponse.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", reponse.content.decode()).split())


def poster(client: Client, adresse: str, donnees: dict[str, str] | None = None) -> str:
    """The page one lands on."""
    reponse = client.post(adresse, donnees or {}, follow=True)
    assert reponse.redirect_chain, "nothing was done"
    return texte(reponse)


# --- one's own ----------------------------------------------------------------------------------
def test_sans_absence_la_page_dit_a_quoi_elle_sert(agent: Client) -> None:
    page = texte(agent.get(MES_ABSENCES))
    assert "Vous n’avez noté aucune absence." in page
    assert "Pendant votre absence, les nouvelles demandes et les alertes vont à" in page
    assert "Aucun collègue ne vous a choisi" in page


@pytest.mark.parametrize("persona", ["agent_a", "admin_a", "technicien_a"])
def test_mon_compte_ne_mene_a_ses_absences_que_l_agent(
    persona: str, personas: Personas, client: Client
) -> None:
    page = connecte(client, getattr(personas, persona)).get("/mon-compte/").content.decode()
    assert (MES_ABSENCES in page) == (persona == "agent_a")


def test_noter_une_absence_puis_la_changer_puis_l_annuler(
    agent: Client, personas: Personas, bruno: Utilisateur
) -> None:
    page = poster(agent, NOUVELLE, jours(3, 6, bruno))
    absence = Absence.objects.get()
    assert "L’absence est notée. Le remplaçant en est averti." in page
    assert f"du {absence.du:%d/%m/%Y} au {absence.au:%d/%m/%Y} À venir Bruno Vantorre" in page
    modifier, annuler = (f"/absences/{absence.identifiant}/{v}/" for v in ("modifier", "annuler"))
    formulaire = agent.get(modifier).content.decode()
    assert f'value="{absence.du.isoformat()}"' in formulaire
    assert f'<option value="{bruno.public}" selected>' in formulaire
    assert "L’absence est modifiée." in poster(agent, modifier, jours(3, 9, bruno))
    assert "Ce qui va se passer" in texte(agent.get(annuler))
    page = poster(agent, annuler)
    assert "L’absence est annulée." in page
    assert "Vous n’avez noté aucune absence." in page


def test_la_page_range_en_cours_a_venir_et_passees(
    agent: Client, absence: Callable[..., Absence]
) -> None:
    absence(20)
    absence(-2)
    passee, oubliee = absence(-30), absence(-400)
    page = texte(agent.get(MES_ABSENCES))
    assert page.index("En cours") < page.index("À venir") < page.index("Absences passées")
    assert f"Du {passee.du:%d/%m/%Y}" in page
    assert f"{oubliee.du:%d/%m/%Y}" not in page


def test_un_refus_se_dit_au_champ_et_garde_la_saisie(
    agent: Client, bruno: Utilisateur, absence: Callable[..., Absence]
) -> None:
    absence(3)
    saisie = jours(5, 9, bruno)
    reponse = agent.post(NOUVELLE, saisie)
    page = reponse.content.decode()
    assert "Une absence est déjà notée du" in texte(reponse)
    assert f'value="{saisie["du"]}"' in page
    assert f'<option value="{bruno.public}" selected>' in page
    assert Absence.objects.count() == 1


def test_le_choix_ne_nomme_que_les_collegues_de_la_caisse(
    agent: Client, personas: Personas, bruno: Utilisateur
) -> None:
    page = agent.get(NOUVELLE).content.decode()
    choix = set(re.findall(r'<option value="([^"]+)"', page))
    assert choix == {str(bruno.public)}


def test_le_choix_dit_ce_qu_un_collegue_ne_fera_pas(
    agent: Client, personas: Personas, bruno: Utilisateur
) -> None:
    habilitations.habiliter(personas.agent_a, personas.caisse_b, acteur=None)
    conge = AbsenceFactory(agent=bruno, remplacant=personas.agent_a)
    page = " ".join(agent.get(NOUVELLE).content.decode().split())
    assert (
        f">Bruno Vantorre – absent du {conge.du:%d/%m/%Y} au {conge.au:%d/%m/%Y}, "
        f"ne travaille pas pour {personas.caisse_b}<" in page.replace("> ", ">").replace(" <", "<")
    )


def test_seul_dans_sa_caisse_on_dit_que_personne_ne_peut_remplacer(agent: Client) -> None:
    assert "personne ne peut être choisi" in texte(agent.get(NOUVELLE))


def test_une_absence_finie_se_dit_et_ne_change_plus(
    agent: Client, bruno: Utilisateur, absence: Callable[..., Absence]
) -> None:
    finie = absence(-30)
    for verbe in ("modifier", "annuler"):
        adresse = f"/absences/{finie.identifiant}/{verbe}/"
        for reponse in (
            agent.get(adresse, follow=True),
            agent.post(adresse, jours(0, 3, bruno), follow=True),
        ):
            assert "elle ne change plus" in texte(reponse)


# --- what its substitute will not do ------------------------------------------------------------
@pytest.mark.parametrize("perte", ["compte", "caisse"])
def test_un_remplacant_parti_se_dit(
    perte: str,
    agent: Client,
    personas: Personas,
    bruno: Utilisateur,
    absence: Callable[..., Absence],
) -> None:
    absence(2)
    if perte == "compte":
        fermer(bruno)
    else:
        habilitations.retirer(bruno, personas.caisse_a, acteur=None)
    attendu = "Bruno Vantorre n’est plus disponible : choisissez un autre remplaçant."
    assert attendu in texte(agent.get(MES_ABSENCES))


def test_une_caisse_que_le_remplacant_ne_tient_pas_se_dit(
    agent: Client, personas: Personas, absence: Callable[..., Absence]
) -> None:
    habilitations.habiliter(personas.agent_a, personas.caisse_b, acteur=None)
    absence(2)
    attendu = (
        f"Personne ne prend la suite pour {personas.caisse_b} : Bruno Vantorre n’y travaille pas."
    )
    page = texte(agent.get(MES_ABSENCES))
    assert attendu in page
    assert "n’est plus disponible" not in page


def test_un_remplacant_absent_lui_aussi_se_dit(
    agent: Client,
    personas: Personas,
    bruno: Utilisateur,
    absence: Callable[..., Absence],
) -> None:
    chloe = UtilisateurFactory(
        profil=Profil.AGENT, prenom="Chloé", nom="Fay", sur=personas.caisse_a
    )
    mienne = absence(2)
    AbsenceFactory(agent=bruno, remplacant=chloe, du=mienne.au, au=mienne.au)
    AbsenceFactory(
        agent=bruno,
        remplacant=personas.agent_a,
        du=mienne.du,
        au=mienne.du,
    )
    AbsenceFactory(agent=bruno, remplacant=chloe, du=mienne.au + timedelta(days=1))
    page = texte(agent.get(MES_ABSENCES))
    le, le_dernier = f"{mienne.du:%d/%m/%Y}", f"{mienne.au:%d/%m/%Y}"
    assert (
        f"Bruno Vantorre est aussi absent du {le} au {le} : personne ne prend alors la suite."
        in page
    )
    assert (
        f"Bruno Vantorre est aussi absent du {le_dernier} au {le_dernier} : "
        "Chloé Fay prend alors la suite." in page
    )
    assert page.count("est aussi absent") == 2


def test_vingt_absences_ne_coutent_pas_plus_que_deux(
    agent: Client, personas: Personas, absence: Callable[..., Absence]
) -> None:
    def requetes() -> int:
        with CaptureQueriesContext(connection) as captees:
            agent.get(MES_ABSENCES)
        return len(captees)

    def noter(rangs: range) -> None:
        for rang in rangs:
            collegue = UtilisateurFactory(profil=Profil.AGENT, sur=personas.caisse_a)
            absence(10 * rang, remplacant=collegue)
            AbsenceFactory(agent=collegue, remplacant=personas.agent_a)

    noter(range(2))
    a_deux = requetes()
    noter(range(2, 20))
    assert requetes() == a_deux


# --- who stands in ------------------------------------------------------------------------------
def test_le_remplacant_lit_qui_il_remplace_et_quand(
    personas: Personas, bruno: Utilisateur, absence: Callable[..., Absence]
) -> None:
    mienne = absence(2)
    page = texte(connecte(Client(), bruno).get(MES_ABSENCES))
    assert f"{personas.agent_a}, du {mienne.du:%d/%m/%Y} au {mienne.au:%d/%m/%Y}" in page


# --- by an admin --------------------------------------------------------------------------------
def test_un_administrateur_note_change_et_termine_l_absence_d_un_agent(
    admin: Client, personas: Personas, bruno: Utilisateur
) -> None:
    compte = f"/comptes-caisse/{personas.agent_a.public}/"
    assert "Aucune absence n’est notée." in texte(admin.get(compte))
    page = poster(admin, f"{compte}absence/", jours(-1, 6, bruno))
    assert "L’absence est notée." in page
    assert "En cours Bruno Vantorre" in page
    absence = Absence.objects.get()
    assert absence.creee_par == personas.admin_a
    page = poster(admin, f"/absences/{absence.identifiant}/annuler/")
    assert f"parviennent de nouveau à {personas.agent_a}." in page
    assert "Absences passées, depuis un an (1)" in page
    assert list(Notification.objects.values_list("destinataire", flat=True)) == [bruno.pk] * 2


@pytest.mark.parametrize("persona", ["admin_a", "dpo_a"])
def test_seuls_les_agents_ont_des_absences(
    persona: str, admin: Client, personas: Personas, bruno: Utilisateur
) -> None:
    compte = f"/comptes-caisse/{getattr(personas, persona).public}/"
    assert "Noter une absence" not in texte(admin.get(compte))
    assert admin.post(f"{compte}absence/", jours(1, 2, bruno)).status_code == 404


def test_un_compte_ferme_n_a_plus_d_absence_a_noter(
    admin: Client, personas: Personas, bruno: Utilisateur
) -> None:
    fermer(personas.agent_a)
    compte = f"/comptes-caisse/{personas.agent_a.public}/"
    assert "Noter une absence" not in texte(admin.get(compte))
    page = poster(admin, f"{compte}absence/", jours(1, 2, bruno))
    assert "Ce compte n’est pas actif" in page
    assert not Absence.objects.exists()


@pytest.mark.parametrize("voisin", ["collegue", "admin_b", "agent_b"])
def test_l_absence_d_un_autre_n_existe_pas(
    voisin: str, personas: Personas, bruno: Utilisateur, absence: Callable[..., Absence]
) -> None:
    """The substitute reads that it stands in, and changes nothing."""
    mienne = absence(2)
    client = connecte(Client(), bruno if voisin == "collegue" else getattr(personas, voisin))
    for verbe in ("modifier", "annuler"):
        adresse = f"/absences/{mienne.identifiant}/{verbe}/"
        assert client.get(adresse).status_code == 404
        assert client.post(adresse, jours(2, 9, bruno)).status_code == 404
    mienne.refresh_from_db()
    assert mienne.annulee_le is None
