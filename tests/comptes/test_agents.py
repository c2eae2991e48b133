"""The staff of a caisse, managed by its admins: whom they see, what they may do, who remains."""

import threading
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comptes import habilitations, personnel
from comptes.actions import agents
from comptes.models import Caisse, Etat, Jeton, Profil, Trace, Utilisateur
from portail.etats import TransitionImpossible
from tests.factories import UtilisateurFactory, appareil, fermer
from tests.personas import Personas, connecte

pytestmark = pytest.mark.django_db

IDENTITE = {
    "civilite": "madame",
    "nom": "Lecocq",
    "prenom": "Irène",
    "fonction": "Conseillère",
    "telephone": "06 39 98 00 12",
    "email": "irene.lecocq@cpam-essai.example",
}


@pytest.fixture
def admin(client: Client, personas: Personas) -> Client:
    return connecte(client, personas.admin_a)


@pytest.fixture
def second(personas: Personas) -> Utilisateur:
    """Another active admin of the first caisse."""
    return UtilisateurFactory(profil=Profil.ADMIN, nom="Second", sur=personas.caisse_a)


def tenues(compte: Utilisateur) -> set[str]:
    return {caisse.code for caisse in personnel.caisses_de(compte)}


def page_de(compte: Utilisateur, geste: str = "") -> str:
    return f"/comptes-caisse/{compte.public}/" + (f"{geste}/" if geste else "")


def suivre(client: Client, adresse: str, donnees: dict | None = None) -> str:
    return client.post(adresse, donnees or {}, follow=True).content.decode()


# --- whom one sees ------------------------------------------------------------------------------
def test_un_admin_voit_le_personnel_de_ses_caisses_et_lui_seul(
    admin: Client, personas: Personas
) -> None:
    for nom, compte in (("Agenta", personas.agent_a), ("Voisin", personas.agent_b)):
        Utilisateur.objects.filter(pk=compte.pk).update(nom=nom)
    Utilisateur.objects.filter(pk=personas.gestionnaire_a.pk).update(nom="Duval")
    page = admin.get("/comptes-caisse/").content.decode()
    assert "Agenta" in page
    assert "Voisin" not in page
    assert "Duval" not in page


def test_un_compte_partage_se_voit_des_deux_cotes(personas: Personas) -> None:
    habilitations.habiliter(personas.agent_b, personas.caisse_a, acteur=None)
    for admin in (personas.admin_a, personas.admin_b):
        assert personas.agent_b in personnel.visibles_par(admin)


def test_la_liste_se_range_par_etat(admin: Client, personas: Personas) -> None:
    fermer(personas.agent_a)
    invite = UtilisateurFactory(profil=Profil.AGENT, etat=Etat.INVITE, sur=personas.caisse_a)
    ouverts = admin.get("/comptes-caisse/").content.decode()
    assert str(personas.agent_a.public) not in ouverts
    assert str(invite.public) in ouverts
    assert str(invite.public) in admin.get("/comptes-caisse/?vue=a_activer").content.decode()
    inactifs = admin.get("/comptes-caisse/?vue=inactifs").content.decode()
    assert str(personas.agent_a.public) in inactifs
    assert str(invite.public) not in inactifs


@pytest.mark.regle("H-14")
def test_un_compte_efface_n_apparait_plus(admin: Client, personas: Personas) -> None:
    fermer(personas.agent_a)
    Utilisateur.objects.filter(pk=personas.agent_a.pk).update(
        etat=Etat.SUPPRIME, supprime_le="2026-01-01T00:00Z"
    )
    for vue in ("", "?vue=inactifs"):
        page = admin.get(f"/comptes-caisse/{vue}").content.decode()
        assert str(personas.agent_a.public) not in page
    assert admin.get(page_de(personas.agent_a)).status_code == 404


def test_la_liste_coute_autant_pour_vingt_que_pour_deux(admin: Client, personas: Personas) -> None:
    def mesurer() -> int:
        with CaptureQueriesContext(connection) as requetes:
            assert admin.get("/comptes-caisse/").status_code == 200
        return len(requetes)

    peu = mesurer()
    UtilisateurFactory.create_batch(20, profil=Profil.AGENT, sur=personas.caisse_a)
    assert mesurer() == peu


# --- inviting -----------------------------------------------------------------------------------
def test_inviter_cree_le_compte_et_envoie_le_lien(
    admin: Client, personas: Personas, django_capture_on_commit_callbacks: Callable
) -> None:
    page = suivre(admin, "/comptes-caisse/inviter/", {"profil": "agent", **IDENTITE})
    assert "Le compte « i.lecocq » est créé" in page
    compte = Utilisateur.objects.get(identifiant="i.lecocq")
    assert (compte.profil, compte.etat) == ("agent", "invite")
    assert not compte.has_usable_password()
    assert tenues(compte) == {"artois"}
    assert Jeton.objects.filter(utilisateur=compte, usage="activation").count() == 1
    assert mail.outbox == []  # nothing leaves before commit


def test_avec_plusieurs_caisses_on_choisit(personas: Personas) -> None:
    habilitations.habiliter(personas.admin_a, personas.caisse_b, acteur=None)
    client = connecte(Client(), personas.admin_a)
    donnees = {"profil": "dpo", **IDENTITE}
    assert "Cochez au moins une réponse" in suivre(client, "/comptes-caisse/inviter/", donnees)
    deux = [personas.caisse_a.pk, personas.caisse_b.pk]
    suivre(client, "/comptes-caisse/inviter/", {**donnees, "caisses": deux})
    assert tenues(Utilisateur.objects.get(nom="Lecocq")) == {"artois", "cote-opale"}


@pytest.mark.parametrize("profil", ["technicien", "gestionnaire", "support", ""])
def test_on_n_invite_que_du_personnel_de_caisse(admin: Client, profil: str) -> None:
    admin.post("/comptes-caisse/inviter/", {"profil": profil, **IDENTITE})
    assert not Utilisateur.objects.filter(nom="Lecocq").exists()


def test_on_n_invite_pas_dans_la_caisse_voisine(personas: Personas) -> None:
    with pytest.raises(PermissionDenied):
        agents.inviter_agent(
            profil="agent",
            caisses=[personas.caisse_a, personas.caisse_b],
            acteur=personas.admin_a,
            **IDENTITE,
        )
    assert not Utilisateur.objects.filter(nom="Lecocq").exists()


def test_une_messagerie_grand_public_est_refusee(admin: Client) -> None:
    donnees = {"profil": "agent", **IDENTITE, "email": "irene@gmail.com"}
    page = suivre(admin, "/comptes-caisse/inviter/", donnees)
    assert "messagerie grand public" in page
    assert 'value="Lecocq"' in page


# --- caisses given and taken back ---------------------------------------------------------------
def test_donner_puis_retirer_une_caisse(personas: Personas) -> None:
    habilitations.habiliter(personas.admin_a, personas.caisse_b, acteur=None)
    client = connecte(Client(), personas.admin_a)
    suivre(client, page_de(personas.agent_a, "donner"), {"caisse": "cote-opale"})
    assert tenues(personas.agent_a) == {"artois", "cote-opale"}
    suivre(client, page_de(personas.agent_a, "retirer"), {"caisse": "artois"})
    assert tenues(personas.agent_a) == {"cote-opale"}


def test_la_seule_caisse_ne_se_retire_pas(admin: Client, personas: Personas) -> None:
    page = suivre(admin, page_de(personas.agent_a, "retirer"), {"caisse": "artois"})
    assert "inactivez plutôt le compte" in page
    assert tenues(personas.agent_a) == {"artois"}


def test_on_ne_retire_que_sa_propre_caisse(admin: Client, personas: Personas) -> None:
    habilitations.habiliter(personas.agent_a, personas.caisse_b, acteur=None)
    admin.post(page_de(personas.agent_a, "retirer"), {"caisse": "cote-opale"})
    assert tenues(personas.agent_a) == {"artois", "cote-opale"}
    with pytest.raises(PermissionDenied):
        agents.retirer_caisse(personas.agent_a, personas.caisse_b, acteur=personas.admin_a)
    suivre(admin, page_de(personas.agent_a, "retirer"), {"caisse": "artois"})
    assert tenues(personas.agent_a) == {"cote-opale"}


def test_on_ne_donne_pas_la_caisse_voisine(admin: Client, personas: Personas) -> None:
    admin.post(page_de(personas.agent_a, "donner"), {"caisse": "cote-opale"})
    assert tenues(personas.agent_a) == {"artois"}
    with pytest.raises(PermissionDenied):
        agents.donner_caisse(personas.agent_a, personas.caisse_b, acteur=personas.admin_a)


def test_ajouter_le_compte_d_une_autre_caisse(admin: Client, personas: Personas) -> None:
    donnees = {
        "identifiant": " Agent.B ",
        "email": personas.agent_b.email.upper(),
        "caisse": "artois",
    }
    assert "travaille désormais aussi" in suivre(admin, "/comptes-caisse/rattacher/", donnees)
    assert tenues(personas.agent_b) == {"artois", "cote-opale"}
    assert "travaille déjà pour" in suivre(admin, "/comptes-caisse/rattacher/", donnees)


@pytest.mark.parametrize(
    ("identifiant", "email", "ferme"),
    [
        ("agent.b", "autre@partenaire.example", False),
        ("personne", "agent.b@partenaire.example", False),
        ("agent.b", "agent.b@partenaire.example", True),
        ("technicien.b", "technicien.b@partenaire.example", False),
    ],
    ids=["autre-adresse", "inconnu", "inactif", "partenaire"],
)
def test_rien_ne_dit_pourquoi_un_compte_ne_s_ajoute_pas(
    admin: Client, personas: Personas, identifiant: str, email: str, ferme: bool
) -> None:
    if ferme:
        fermer(personas.agent_b)
    donnees = {"identifiant": identifiant, "email": email, "caisse": "artois"}
    page = suivre(admin, "/comptes-caisse/rattacher/", donnees)
    assert "Aucun compte de caisse ouvert n’a cet identifiant et cette adresse" in page
    assert tenues(personas.agent_b) == {"cote-opale"}


def test_on_n_ajoute_pas_a_la_caisse_voisine(personas: Personas) -> None:
    with pytest.raises(PermissionDenied):
        agents.rattacher_agent(
            identifiant="agent.a",
            email=personas.agent_a.email,
            caisse=personas.caisse_b,
            acteur=personas.admin_a,
        )


# --- closing and giving back --------------------------------------------------------------------
def test_inactiver_ferme_la_porte_tout_de_suite(admin: Client, personas: Personas) -> None:
    ailleurs = connecte(Client(), personas.agent_a)
    suivre(admin, page_de(personas.agent_a, "inactiver"), {"cause": "depart"})
    personas.agent_a.refresh_from_db()
    assert (personas.agent_a.etat, personas.agent_a.cause_inactivation) == ("inactif", "depart")
    assert ailleurs.get("/").headers["Location"].startswith("/connexion/")


def test_on_ne_s_inactive_pas_soi_meme(
    admin: Client, personas: Personas, second: Utilisateur
) -> None:
    page = suivre(admin, page_de(personas.admin_a, "inactiver"), {"cause": "depart"})
    assert "Vous ne pouvez pas inactiver votre propre compte" in page
    personas.admin_a.refresh_from_db()
    assert personas.admin_a.etat == Etat.ACTIF


def test_un_compte_partage_ne_s_inactive_pas(admin: Client, personas: Personas) -> None:
    habilitations.habiliter(personas.agent_a, personas.caisse_b, acteur=None)
    assert (
        "retirez-lui plutôt votre caisse" in admin.get(page_de(personas.agent_a)).content.decode()
    )
    page = suivre(admin, page_de(personas.agent_a, "inactiver"), {"cause": "depart"})
    assert str(personas.caisse_b) in page
    personas.agent_a.refresh_from_db()
    assert personas.agent_a.etat == Etat.ACTIF


@pytest.mark.parametrize("geste", ["inactiver", "retirer"])
def test_le_dernier_admin_actif_reste(admin: Client, personas: Personas, geste: str) -> None:
    """Nobody can take it away: neither itself, nor who is invited, nor the one next door."""
    invite = UtilisateurFactory(profil=Profil.ADMIN, etat=Etat.INVITE, sur=personas.caisse_a)
    habilitations.habiliter(personas.admin_a, personas.caisse_b, acteur=None)
    suivre(admin, page_de(personas.admin_a, geste), {"cause": "depart", "caisse": "artois"})
    for acteur in (invite, personas.admin_b, personas.agent_a):
        with pytest.raises((PermissionDenied, TransitionImpossible)):
            agents.retirer_caisse(personas.admin_a, personas.caisse_a, acteur=acteur)
        with pytest.raises((PermissionDenied, TransitionImpossible)):
            agents.inactiver_agent(personas.admin_a, "depart", acteur=acteur)
    assert list(habilitations.titulaires(personas.caisse_a, "administrer")) == [personas.admin_a]


def test_un_admin_inactive_un_autre_admin(
    admin: Client, personas: Personas, second: Utilisateur
) -> None:
    suivre(admin, page_de(second, "inactiver"), {"cause": "depart"})
    assert list(habilitations.titulaires(personas.caisse_a, "administrer")) == [personas.admin_a]


def test_reactiver_rend_le_compte(admin: Client, personas: Personas) -> None:
    fermer(personas.agent_a)
    Utilisateur.objects.filter(pk=personas.agent_a.pk).update(active_le="2026-01-01T00:00Z")
    suivre(admin, page_de(personas.agent_a, "reactiver"))
    personas.agent_a.refresh_from_db()
    assert personas.agent_a.etat == Etat.ACTIF
    assert tenues(personas.agent_a) == {"artois"}


# --- what opens an account ----------------------------------------------------------------------
def test_renvoyer_le_lien_d_activation(admin: Client, personas: Personas) -> None:
    invite = UtilisateurFactory(profil=Profil.AGENT, etat=Etat.INVITE, sur=personas.caisse_a)
    suivre(admin, page_de(invite, "renvoyer"))
    assert Jeton.objects.filter(utilisateur=invite, utilise_le=None).count() == 1
    appareil(personas.agent_a)
    assert "déjà activé" in suivre(admin, page_de(personas.agent_a, "renvoyer"))


def test_reinitialiser_le_second_facteur(admin: Client, personas: Personas) -> None:
    ailleurs = connecte(Client(), personas.agent_a)
    suivre(admin, page_de(personas.agent_a, "reinitialiser"))
    assert not personas.agent_a.totpdevice_set.exists()
    assert ailleurs.get("/").headers["Location"].startswith("/connexion/")
    traces = Trace.objects.filter(objet="utilisateur", cle=str(personas.agent_a.pk))
    assert traces.filter(qui=personas.admin_a, details={"second_facteur": "reinitialise"}).exists()


def test_on_ne_reinitialise_pas_le_sien(admin: Client, personas: Personas) -> None:
    page = suivre(admin, page_de(personas.admin_a, "reinitialiser"))
    assert "depuis « Mon compte »" in page
    assert personas.admin_a.totpdevice_set.count() == 1


@pytest.mark.parametrize(
    "geste", ["renvoyer", "donner", "retirer", "reinitialiser", "inactiver", "reactiver"]
)
def test_le_compte_du_voisin_est_introuvable(admin: Client, personas: Personas, geste: str) -> None:
    assert admin.get(page_de(personas.agent_b, geste)).status_code == 404
    assert admin.post(page_de(personas.agent_b, geste)).status_code == 404


@pytest.mark.parametrize(
    ("persona", "attendus"),
    [
        ("agent_a", ["reinitialiser", "inactiver"]),
        ("admin_a", []),
    ],
)
def test_les_boutons_sont_ce_qui_est_possible(
    personas: Personas, persona: str, attendus: list[str]
) -> None:
    compte = getattr(personas, persona)
    appareil(compte)
    noms = [etape.nom for etape in personnel.possibles(compte, personas.admin_a)]
    assert noms == attendus


# --- settings -----------------------------------------------------------------------------------
ALERTES = {"seuils_alerte": "50, 80", "relance_heures": "24"}


@pytest.mark.regle("H-04")
@pytest.mark.regle("H-15")
def test_regler_sa_caisse(admin: Client, personas: Personas) -> None:
    assert admin.get("/comptes-caisse/reglages/").headers["Location"].endswith("/artois/")
    adresse = "/comptes-caisse/reglages/artois/"
    suivre(admin, adresse, {**ALERTES, "mot_de_passe_jours": "180", "revue_mois": ""})
    caisse = Caisse.objects.get(code="artois")
    assert (caisse.mot_de_passe_jours, caisse.revue_mois) == (180, None)
    derniere = Trace.objects.filter(objet="caisse").order_by("-pk").first()
    assert derniere.details == {"mot_de_passe_jours": 180, "revue_mois": None}


@pytest.mark.parametrize(
    ("jours", "mois"), [("29", "12"), ("731", "12"), ("", "12"), ("365", "0"), ("365", "37")]
)
def test_les_reglages_ont_des_bornes(admin: Client, jours: str, mois: str) -> None:
    donnees = {**ALERTES, "mot_de_passe_jours": jours, "revue_mois": mois}
    assert admin.post("/comptes-caisse/reglages/artois/", donnees).status_code == 200
    caisse = Caisse.objects.get(code="artois")
    assert (caisse.mot_de_passe_jours, caisse.revue_mois) == (365, 12)


# --- at the same instant ------------------------------------------------------------------------
def _ensemble(*gestes: Callable[[], object]) -> list[object]:
    """Each in its own thread and connection, released together; what each gave or raised."""
    depart, resultats = threading.Barrier(len(gestes)), [None] * len(gestes)

    def lancer(rang: int) -> None:
        try:
            depart.wait(10)
            resultats[rang] = gestes[rang]()
        except (TransitionImpossible, PermissionDenied) as refus:
            resultats[rang] = refus
        finally:
            connection.close()

    fils = [threading.Thread(target=lancer, args=(rang,)) for rang in range(len(gestes))]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(30)
    return resultats


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("essai", range(5))
def test_deux_admins_qui_s_inactivent_l_un_l_autre(essai: int) -> None:
    caisse = Caisse.objects.create(code="artois", nom="CPAM d’essai", departement="62")
    un, deux = UtilisateurFactory.create_batch(2, profil=Profil.ADMIN, sur=caisse)
    resultats = _ensemble(
        lambda: agents.inactiver_agent(deux, "depart", acteur=un),
        lambda: agents.inactiver_agent(un, "depart", acteur=deux),
    )
    assert sum(isinstance(r, Utilisateur) for r in resultats) == 1
    assert habilitations.titulaires(caisse, "administrer").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("essai", range(5))
def test_deux_admins_qui_se_retirent_la_caisse(essai: int) -> None:
    caisses = [
        Caisse.objects.create(code=code, nom=f"CPAM {code}", departement="62")
        for code in ("artois", "opale")
    ]
    un, deux = UtilisateurFactory.create_batch(2, profil=Profil.ADMIN, sur=caisses)
    _ensemble(
        lambda: agents.retirer_caisse(deux, caisses[0], acteur=un),
        lambda: agents.retirer_caisse(un, caisses[0], acteur=deux),
    )
    assert habilitations.titulaires(caisses[0], "administrer").count() == 1
