"""Passwords: which are accepted, how one is chosen again, how long one lasts (H-04)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptes import activation, motdepasse
from comptes.actions import securite
from comptes.models import Courriel, Jeton, SessionOuverte, Trace, Utilisateur
from comptes.tasks import envoyer_liens_demandes
from conventions.models import CaisseLiee
from demonstration.acces import MOTS_DE_PASSE
from tests.comptes.liens import NOUVEAU, inviter, lien_recu, suivre
from tests.factories import (
    MOT_DE_PASSE,
    CaisseFactory,
    PartenaireFactory,
    UtilisateurFactory,
    VersionCGUFactory,
    appareil,
    code_totp,
    fermer,
)
from tests.personas import Personas, connecte
from tests.voisinage import lier

pytestmark = [pytest.mark.django_db, pytest.mark.regle("H-04")]

PERDU = "Ce lien ne fonctionne plus"


@pytest.fixture
def compte() -> Utilisateur:
    VersionCGUFactory()
    partenaire = PartenaireFactory(nom="CCAS de Vaulx-Fontaine", code="ccas-vaulx-fontaine")
    compte = UtilisateurFactory(
        identifiant="z.kowalczyk",
        prenom="Zuzanna",
        nom="Kowalczyk",
        email="zuzanna.k@ccas-vaulx.example",
        sur=partenaire,
    )
    appareil(compte)
    return compte


def refus(mot_de_passe: str, compte: Utilisateur) -> str:
    """The code of the refusal, empty when it is accepted."""
    try:
        motdepasse.valider(mot_de_passe, compte)
    except ValidationError as erreur:
        return erreur.error_list[0].code
    return ""


def demander(client: Client, identifiant: str = "z.kowalczyk"):
    return client.post("/mot-de-passe/oublie/", {"identifiant": identifiant})


def liens(compte: Utilisateur) -> int:
    return Courriel.objects.filter(destinataire=compte, gabarit="nouveau_mot_de_passe").count()


# --- the rules ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("mot_de_passe", "attendu"),
    [
        ("kz7!wqTm0pX", "longueur"),  # 11
        ("kz7!wqTm0pXv", ""),  # 12
        ("une phrase de plusieurs mots inattendus", ""),
        ("girafe violette à l’œuvre, 2 fois par an ", ""),
        ("kz7!wqTm0pXv" * 10 + "12345678", ""),  # 128
        ("kz7!wqTm0pXv" * 10 + "123456789", "longueur"),  # 129
        ("motdepasse2026", "faible"),
        ("Motdepasse2026!", "faible"),
        ("azertyuiop123", "faible"),
        ("qsdfghjklmwxcvbn", "divulgue"),
        ("mlkjhgfdsq12", "faible"),
        ("123456789012", "faible"),
        ("aaaaaaaaaaaaaaaa", "faible"),
        ("anticonstitutionnellement", "faible"),
        ("éléphantéléphant", "faible"),
        ("assurancemaladie", "faible"),
        ("bienvenue2026", "faible"),
        ("correcthorsebatterystaple", "divulgue"),
        ("CorrectHorseBatteryStaple", "divulgue"),
        ("1correcthorsebatterystaple!", "divulgue"),
        ("jetaimemamour", "divulgue"),
        ("correcthorsebatteryagrafe", ""),
    ],
)
def test_ce_qu_un_mot_de_passe_doit_etre(
    compte: Utilisateur, mot_de_passe: str, attendu: str
) -> None:
    assert refus(mot_de_passe, compte) == attendu


@pytest.mark.parametrize(
    "mot_de_passe",
    [
        "zuzannakowalczyk",
        "zuzanna kowalczyk 1987",
        "Zuzanna.Kowalczyk.2026!",
        "K0walczyk-Zuz4nna-69120",
        "Kowalczyk-2026",
        "z.kowalczyk1",
        "ccas-vaulx-fontaine",
        "KowalczykZuzanna!",
    ],
)
def test_ce_qu_on_sait_de_la_personne_ne_protege_pas(
    compte: Utilisateur, mot_de_passe: str
) -> None:
    assert refus(mot_de_passe, compte) == "faible"
    autre = UtilisateurFactory(identifiant="p.martin", nom="Martin", prenom="Paul")
    assert refus("Zuzanna.Kowalczyk.27", autre) == ""


@pytest.mark.parametrize("mot_de_passe", [*MOTS_DE_PASSE.values(), MOT_DE_PASSE, NOUVEAU])
def test_nos_propres_comptes_tiennent_les_regles(compte: Utilisateur, mot_de_passe: str) -> None:
    assert refus(mot_de_passe, compte) == ""


@pytest.mark.parametrize("saisi", ["x" * 100_000, "@4l7" * 5000, "\u0660" * 128, "é" * 128])
def test_un_texte_demesure_se_juge_vite(compte: Utilisateur, saisi: str) -> None:
    debut = timezone.now()
    assert not motdepasse.examiner(saisi, compte).admis
    assert timezone.now() - debut < timedelta(seconds=1)


def test_la_page_dit_ce_qui_manque(client: Client, personas: Personas) -> None:
    connecte(client, personas.technicien_a)
    reponse = client.post("/mot-de-passe/force/", {"mot_de_passe": "azertyuiop"}).content.decode()
    assert reponse.count("fr-message--error") == 2
    assert "ne convient pas encore" in reponse
    assert "mot de passe courant" in reponse
    bon = client.post("/mot-de-passe/force/", {"mot_de_passe": NOUVEAU}).content.decode()
    assert bon.count("fr-message--valid") == 3
    assert "Ce mot de passe convient" in bon
    vide = client.post("/mot-de-passe/force/", {"mot_de_passe": ""}).content.decode()
    assert "fr-message--valid" not in vide
    assert "entre 12 et 128" in vide


def test_juger_ne_garde_rien(client: Client, personas: Personas) -> None:
    connecte(client, personas.technicien_a)
    client.get("/mon-compte/")
    with CaptureQueriesContext(connection) as requetes:
        reponse = client.post("/mot-de-passe/force/", {"mot_de_passe": NOUVEAU})
    assert not [r for r in requetes if re.match(r"\s*(INSERT|UPDATE|DELETE)", r["sql"])]
    assert NOUVEAU not in reponse.content.decode() + str(Trace.objects.values_list())


def test_on_ne_juge_pas_pour_les_passants(client: Client, compte: Utilisateur) -> None:
    assert client.post("/mot-de-passe/force/", {"mot_de_passe": NOUVEAU}).status_code == 403
    activation.envoyer_lien(compte, Jeton.Usage.MOT_DE_PASSE, acteur=None)
    suivre(client, lien_recu(compte))
    assert client.post("/mot-de-passe/force/", {"mot_de_passe": NOUVEAU}).status_code == 200


# --- forgotten ----------------------------------------------------------------------------------
def test_un_mot_de_passe_oublie_se_choisit_de_nouveau(client: Client, compte: Utilisateur) -> None:
    ailleurs = connecte(Client(), compte)
    assert demander(client).headers["Location"] == "/mot-de-passe/envoye/"
    envoyer_liens_demandes()
    page = suivre(client, lien_recu(compte))
    assert "z.kowalczyk" in page.content.decode()
    reponse = client.post("/mot-de-passe/choisir/", {"mot_de_passe": NOUVEAU})
    assert reponse.headers["Location"] == "/connexion/"
    change = Utilisateur.objects.get(pk=compte.pk)
    assert change.check_password(NOUVEAU)
    assert ailleurs.get("/").headers["Location"].startswith("/connexion/")
    assert not SessionOuverte.objects.exists()
    assert client.get("/").headers["Location"].startswith("/connexion/")
    assert Courriel.objects.filter(destinataire=compte, gabarit="mot_de_passe_change").count() == 1


def test_le_second_facteur_reste_demande(client: Client, compte: Utilisateur) -> None:
    activation.envoyer_lien(compte, Jeton.Usage.MOT_DE_PASSE, acteur=None)
    suivre(client, lien_recu(compte))
    client.post("/mot-de-passe/choisir/", {"mot_de_passe": NOUVEAU})
    pas = client.post("/connexion/", {"identifiant": "z.kowalczyk", "password": NOUVEAU})
    assert pas.headers["Location"] == "/connexion/code/"
    assert client.get("/mon-compte/").headers["Location"].startswith("/connexion/")
    code = code_totp(appareil(compte), quand=timezone.now().timestamp())
    assert client.post("/connexion/code/", {"code": code}).headers["Location"] == "/"


@pytest.mark.parametrize("qui", ["connu", "inconnu", "inactif", "invite"])
def test_la_reponse_et_le_travail_sont_les_memes(
    client: Client, compte: Utilisateur, qui: str
) -> None:
    fermer(UtilisateurFactory(identifiant="inactif"))
    inviter(identifiant="invite")
    identifiants = {"connu": "z.kowalczyk", "inconnu": "personne"}
    client.get("/mot-de-passe/oublie/")
    with CaptureQueriesContext(connection) as requetes:
        reponse = demander(client, identifiants.get(qui, qui))
        page = client.get(reponse.headers["Location"])
    sql = [r["sql"] for r in requetes if "comptes_annonce" not in r["sql"]]
    verbes = [texte.split()[0] for texte in sql if "SAVEPOINT" not in texte]
    assert verbes == ["SELECT", "UPDATE", "INSERT"]
    assert reponse.headers["Location"] == "/mot-de-passe/envoye/"
    assert "Si un compte actif porte cet identifiant" in page.content.decode()
    envoyer_liens_demandes()
    assert Jeton.objects.count() == (qui == "connu")
    details = Trace.objects.get(details__mot_de_passe="demande")
    assert (details.qui_id, details.cle != "") == (None, qui == "connu")
    assert "personne" not in str(Trace.objects.values_list())


def test_trois_liens_par_heure_au_plus(client: Client, compte: Utilisateur) -> None:
    with time_machine.travel("2026-03-02 09:00:00+00:00", tick=False) as horloge:
        for attendus in (1, 2, 3, 3, 3):
            demander(client)
            envoyer_liens_demandes()
            assert liens(compte) == attendus
            horloge.shift(timedelta(minutes=10))
        horloge.shift(timedelta(minutes=9, seconds=59))
        demander(client)
        envoyer_liens_demandes()
        assert liens(compte) == 3
        horloge.shift(timedelta(seconds=1))
        demander(client)
        envoyer_liens_demandes()
        assert liens(compte) == 4


def test_une_demande_perdue_en_route_n_est_pas_perdue(client: Client, compte: Utilisateur) -> None:
    """The queue only makes it quick: what was asked is in the database, once."""
    demander(client)
    demander(client)
    assert liens(compte) == 0
    envoyer_liens_demandes()
    envoyer_liens_demandes()
    assert liens(compte) == 1


@pytest.mark.parametrize(("minutes", "statut"), [(59, 200), (60, 410), (61, 410)])
def test_le_lien_vaut_une_heure(
    client: Client, compte: Utilisateur, minutes: int, statut: int
) -> None:
    with time_machine.travel("2026-10-25 00:30:00+00:00", tick=False) as horloge:
        activation.envoyer_lien(compte, Jeton.Usage.MOT_DE_PASSE, acteur=None)
        horloge.shift(timedelta(minutes=minutes))
        assert suivre(client, lien_recu(compte)).status_code == statut


def test_le_lien_ne_change_le_mot_de_passe_qu_une_fois(compte: Utilisateur) -> None:
    activation.envoyer_lien(compte, Jeton.Usage.MOT_DE_PASSE, acteur=None)
    lien = lien_recu(compte)
    suivre(premier := Client(), lien)
    suivre(second := Client(), lien)
    premier.post("/mot-de-passe/choisir/", {"mot_de_passe": NOUVEAU})
    reponse = second.post("/mot-de-passe/choisir/", {"mot_de_passe": "trois autres mots imprévus"})
    assert PERDU in reponse.content.decode()
    assert Utilisateur.objects.get(pk=compte.pk).check_password(NOUVEAU)


def test_un_lien_ne_survit_pas_au_changement(client: Client, compte: Utilisateur) -> None:
    activation.envoyer_lien(compte, Jeton.Usage.MOT_DE_PASSE, acteur=None)
    securite.choisir_mot_de_passe(compte, NOUVEAU, acteur=compte)
    assert suivre(client, lien_recu_de(compte)).status_code == 410


def lien_recu_de(compte: Utilisateur) -> str:
    """The last link: the last mail tells that the password changed."""
    Courriel.objects.filter(gabarit="mot_de_passe_change").delete()
    return lien_recu(compte)


def test_un_mot_de_passe_refuse_ne_consomme_pas_le_lien(
    client: Client, compte: Utilisateur
) -> None:
    activation.envoyer_lien(compte, Jeton.Usage.MOT_DE_PASSE, acteur=None)
    suivre(client, lien_recu(compte))
    for refuse in ("azertyuiop123", MOT_DE_PASSE):
        reponse = client.post("/mot-de-passe/choisir/", {"mot_de_passe": refuse})
        assert reponse.status_code == 200
        assert refuse not in reponse.content.decode()
    reponse = client.post("/mot-de-passe/choisir/", {"mot_de_passe": NOUVEAU})
    assert reponse.status_code == 302


# --- one's own ----------------------------------------------------------------------------------
def test_on_change_son_mot_de_passe(client: Client, compte: Utilisateur) -> None:
    connecte(client, compte)
    ailleurs = connecte(Client(), compte)
    donnees = {"actuel": MOT_DE_PASSE, "mot_de_passe": NOUVEAU}
    reponse = client.post("/mon-compte/mot-de-passe/", donnees)
    assert reponse.headers["Location"] == "/mon-compte/"
    assert client.get("/mon-compte/").status_code == 200
    assert ailleurs.get("/mon-compte/").status_code == 302
    assert Courriel.objects.filter(destinataire=compte, gabarit="mot_de_passe_change").count() == 1


@pytest.mark.parametrize(
    ("actuel", "nouveau", "champ"),
    [
        ("un autre mot de passe", NOUVEAU, "actuel"),
        (MOT_DE_PASSE, MOT_DE_PASSE, "mot_de_passe"),
        (MOT_DE_PASSE, "azertyuiop123", "mot_de_passe"),
        (MOT_DE_PASSE, "", "mot_de_passe"),
    ],
)
def test_un_changement_refuse_dit_ou(
    client: Client, compte: Utilisateur, actuel: str, nouveau: str, champ: str
) -> None:
    connecte(client, compte)
    reponse = client.post("/mon-compte/mot-de-passe/", {"actuel": actuel, "mot_de_passe": nouveau})
    assert list(reponse.context["form"].errors) == [champ]
    assert Utilisateur.objects.get(pk=compte.pk).check_password(MOT_DE_PASSE)


def test_deviner_le_mot_de_passe_actuel_bloque(client: Client, compte: Utilisateur) -> None:
    connecte(client, compte)
    donnees = {"actuel": "un essai", "mot_de_passe": NOUVEAU}
    statuts = [client.post("/mon-compte/mot-de-passe/", donnees).status_code for _ in range(5)]
    assert statuts == [200, 200, 200, 200, 429]


# --- rotation -----------------------------------------------------------------------------------
def entrer(client: Client, compte: Utilisateur) -> None:
    client.post("/connexion/", {"identifiant": compte.identifiant, "password": MOT_DE_PASSE})
    code = code_totp(appareil(compte), quand=timezone.now().timestamp())
    assert client.post("/connexion/code/", {"code": code}).status_code == 302


def dater(compte: Utilisateur, le: str) -> datetime:
    choisi = datetime.fromisoformat(le).replace(tzinfo=UTC)
    Utilisateur.objects.filter(pk=compte.pk).update(mot_de_passe_le=choisi)
    return choisi


@pytest.mark.parametrize(
    ("maintenant", "accueil", "banniere"),
    [
        ("2027-02-14T07:59:59", 200, False),
        ("2027-02-14T08:00:00", 200, True),
        ("2027-03-01T07:59:50", 200, True),
        ("2027-03-01T08:00:00", 302, False),
    ],
)
def test_un_mot_de_passe_dure_365_jours(
    client: Client, personas: Personas, maintenant: str, accueil: int, banniere: bool
) -> None:
    """Chosen on 1 March 2026, the 365th day is over on 1 March 2027; announced 15 days ahead."""
    compte = personas.technicien_a
    connecte(Client(), compte)
    dater(compte, "2026-03-01T08:00:00")
    with time_machine.travel(maintenant + "+00:00", tick=False):
        entrer(client, compte)
        reponse = client.get("/")
        assert reponse.status_code == accueil
        assert ("Votre mot de passe est à changer avant le" in reponse.content.decode()) is banniere


def test_un_mot_de_passe_echu_ferme_tout_le_reste(client: Client, personas: Personas) -> None:
    compte = personas.technicien_a
    connecte(Client(), compte)
    dater(compte, "2026-03-01T08:00:00")
    with time_machine.travel("2027-06-01T08:00:00+00:00", tick=False) as horloge:
        entrer(client, compte)
        assert (
            client.get("/demandes/").headers["Location"]
            == "/mon-compte/mot-de-passe/?next=/demandes/"
        )
        assert client.get("/cgu/accepter/").headers["Location"].startswith("/mon-compte/mot")
        assert client.get("/mon-compte/codes/").headers["Location"].startswith("/mon-compte/mot")
        assert "arrivé à son terme" in client.get("/mon-compte/mot-de-passe/").content.decode()
        donnees = {"actuel": MOT_DE_PASSE, "mot_de_passe": NOUVEAU}
        assert client.post("/mon-compte/mot-de-passe/", donnees).status_code == 302
        assert client.get("/").status_code == 200
        horloge.shift(timedelta(minutes=1))
        assert client.post("/deconnexion/").status_code == 302


def test_il_expire_pendant_une_session_ouverte(client: Client, personas: Personas) -> None:
    compte = personas.technicien_a
    connecte(Client(), compte)
    dater(compte, "2026-03-01T08:00:00")
    with time_machine.travel("2027-03-01T07:50:00+00:00", tick=False) as horloge:
        entrer(client, compte)
        assert client.get("/").status_code == 200
        horloge.shift(timedelta(minutes=10))
        assert client.get("/").headers["Location"] == "/mon-compte/mot-de-passe/?next=/"


def test_la_duree_est_la_plus_courte_des_caisses(personas: Personas) -> None:
    a, b = CaisseFactory(mot_de_passe_jours=90), CaisseFactory(mot_de_passe_jours=180)
    voisine = CaisseFactory(mot_de_passe_jours=30)
    agent = UtilisateurFactory(profil="agent", sur=[a, b])
    choisi = dater(agent, "2026-03-28T12:00:00")
    assert motdepasse.expire_le(agent) == choisi + timedelta(days=90)
    partenaire = PartenaireFactory()
    technicien = UtilisateurFactory(sur=partenaire)
    dater(technicien, "2026-03-28T12:00:00")
    assert motdepasse.expire_le(technicien) == choisi + timedelta(days=365)
    lier(voisine, PartenaireFactory())
    convention = lier(b, partenaire)
    assert motdepasse.expire_le(technicien) == choisi + timedelta(days=180)
    lien = CaisseLiee.objects.create(convention=convention, caisse=a)
    assert motdepasse.expire_le(technicien) == choisi + timedelta(days=90)
    lien.date_fin, lien.close_le = timezone.localdate() - timedelta(days=1), timezone.now()
    lien.save()
    assert motdepasse.expire_le(technicien) == choisi + timedelta(days=180)


def test_qui_prevenir_quinze_jours_avant() -> None:
    caisse = CaisseFactory(mot_de_passe_jours=90)
    court = UtilisateurFactory(profil="agent", sur=caisse)
    long = UtilisateurFactory(sur=PartenaireFactory())
    ferme = fermer(UtilisateurFactory(sur=PartenaireFactory()))
    for compte in (court, long, ferme):
        dater(compte, "2026-01-01T00:00:00")

    def prevenus(jours: float) -> set[int]:
        quand = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=jours)
        return set(motdepasse.a_prevenir(quand).values_list("pk", flat=True))

    assert prevenus(74.99) == set()
    assert prevenus(75) == prevenus(89.99) == {court.pk}
    assert prevenus(90) == prevenus(349.99) == set()
    assert prevenus(350) == prevenus(364.99) == {long.pk}
    assert prevenus(365) == set()


def test_sans_mot_de_passe_rien_n_expire() -> None:
    assert motdepasse.expire_le(inviter()) is None


# --- a mailbox alone never opens an account -----------------------------------------------------
def test_la_messagerie_seule_ne_choisit_pas_les_deux_facteurs(
    client: Client, compte: Utilisateur
) -> None:
    """While another authenticator is awaited, the password is no longer chosen by mail."""
    demander(client)
    envoyer_liens_demandes()
    avant = lien_recu(compte)
    securite.reinitialiser_second_facteur(compte, acteur=None)
    demander(client)
    envoyer_liens_demandes()
    assert liens(compte) == 1
    assert suivre(Client(), avant).status_code == 410

    appareil(compte)
    assert suivre(Client(), avant).status_code == 410
    demander(client)
    envoyer_liens_demandes()
    assert liens(compte) == 2


def test_un_lien_en_main_ne_change_rien_au_compte_ferme_entre_temps(compte: Utilisateur) -> None:
    jeton = activation.envoyer_lien(compte, Jeton.Usage.MOT_DE_PASSE, acteur=None)
    fermer(compte)
    with pytest.raises(securite.LienPerdu):
        securite.choisir_par_lien(jeton, NOUVEAU)
    compte.refresh_from_db()
    assert compte.check_password(MOT_DE_PASSE)
