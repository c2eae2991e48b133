"""A mail says that there is something to read, and leaves exactly once (D-17)."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils import timezone

from comptes import courriels, notifications
from comptes.models import Courriel, Notification, Utilisateur
from portail.smtp import Remise, ServeurParti
from portail.taches import Tache
from tests.attente import attendre
from tests.factories import UtilisateurFactory

pytestmark = [pytest.mark.django_db, pytest.mark.regle("D-17")]

REFERENCE = "EP-7KQ2-M9FX"
GABARITS = [
    "demande_evolue",
    "demande_deposee",
    "fichier_refuse",
    "reponse_attendue",
    "reponse_partenaire",
]


def port_libre() -> int:
    with socket.create_server(("127.0.0.1", 0)) as prise:
        return prise.getsockname()[1]


class Serveur(Controller):
    """A real SMTP server on loopback; it can refuse, or hang up at a chosen moment."""

    def __init__(self) -> None:
        self.recus: list[Envelope] = []
        self.refus = ""
        self.apres_le_point = ""
        self.raccroche = False
        self.impoli = False
        super().__init__(self, hostname="127.0.0.1", port=port_libre())

    async def handle_RCPT(
        self, serveur: SMTP, session: Session, enveloppe: Envelope, adresse: str, options: Any
    ) -> str:
        if self.refus:
            return self.refus
        enveloppe.rcpt_tos.append(adresse)
        return "250 OK"

    async def handle_DATA(self, serveur: SMTP, session: Session, enveloppe: Envelope) -> str:
        if self.apres_le_point:
            return self.apres_le_point
        self.recus.append(enveloppe)
        if self.raccroche:
            serveur.transport.abort()
        return "250 OK"

    async def handle_QUIT(self, serveur: SMTP, session: Session, enveloppe: Envelope) -> str:
        if self.impoli:
            serveur.transport.abort()
        return "221 Bye"

    def message(self) -> Any:
        (enveloppe,) = self.recus
        return message_from_bytes(enveloppe.content, policy=policy.default)


@pytest.fixture
def serveur(settings: Any) -> Iterator[Serveur]:
    serveur = Serveur()
    serveur.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = serveur.port
    yield serveur
    serveur.stop()


@pytest.fixture
def destinataire(db: None) -> Utilisateur:
    return UtilisateurFactory(nom="Zuccarelli", prenom="Domitille", email="d.z@ccas.example")


@pytest.fixture
def courriel(destinataire: Utilisateur) -> Courriel:
    courriels.ecrire(destinataire, "demande_evolue", cle="essai", contexte={"reference": REFERENCE})
    return Courriel.objects.get()


def etat(courriel: Courriel) -> tuple[str, int]:
    courriel.refresh_from_db()
    return courriel.etat, courriel.tentatives


@pytest.mark.parametrize("gabarit", GABARITS)
def test_un_courriel_ne_dit_que_ou_lire(
    destinataire: Utilisateur, gabarit: str, settings: Any
) -> None:
    settings.ADRESSE_PUBLIQUE = "https://une-autre-adresse.example"
    courriels.ecrire(destinataire, gabarit, cle="essai", contexte={"reference": REFERENCE})
    message = courriels.composer(Courriel.objects.get())
    texte = message.message().as_string() + message.body
    assert "du nouveau à lire" in message.body
    assert f"https://une-autre-adresse.example/demandes/{REFERENCE}/\n" in message.body
    assert message.body.count("http") == 2  # the page, and where to choose one's mails
    assert REFERENCE in message.subject
    assert "Zuccarelli" not in texte
    assert "Domitille" not in texte
    assert message.recipients() == ["d.z@ccas.example"]


def test_le_message_arrive_tel_qu_il_est_ecrit(serveur: Serveur, courriel: Courriel) -> None:
    assert courriels.envoyer(courriel.pk) is True
    assert etat(courriel) == ("envoye", 1)
    message = serveur.message()
    assert serveur.recus[0].rcpt_tos == ["d.z@ccas.example"]
    assert message["Subject"].strip() == f"Espace Partenaires : la demande {REFERENCE} a évolué"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "du nouveau à lire" in message.get_body(("plain",)).get_content()
    assert "du nouveau à lire" in message.get_body(("html",)).get_content()


def test_les_lignes_qui_commencent_par_un_point_arrivent_entieres(serveur: Serveur) -> None:
    corps = ".\n..deux\n.seul\nfin\n"
    with Remise(EmailMessage("Essai", corps, "a@portail.example", ["b@ccas.example"])) as remise:
        remise.presenter()
        remise.remettre()
        remise.conclure()
    assert serveur.message().get_content().replace("\r\n", "\n").strip("\n") == corps.strip("\n")


def test_rien_n_est_remis_avant_le_point_final(serveur: Serveur) -> None:
    with Remise(EmailMessage("Essai", "x", "a@portail.example", ["b@ccas.example"])) as remise:
        remise.presenter()
    assert serveur.recus == []


def test_la_meme_cle_n_ecrit_qu_une_fois_a_la_meme_personne(destinataire: Utilisateur) -> None:
    autre = UtilisateurFactory()
    for personne in (destinataire, destinataire, autre):
        courriels.ecrire(personne, "demande_evolue", cle="essai")
    assert Courriel.objects.count() == 2


def test_un_courriel_envoye_ne_repart_pas(serveur: Serveur, courriel: Courriel) -> None:
    assert [courriels.envoyer(courriel.pk) for _ in range(3)] == [True, False, False]
    assert len(serveur.recus) == 1


def test_un_courriel_efface_est_ignore() -> None:
    assert courriels.envoyer(0) is False


@pytest.mark.parametrize("refus", ["550 inconnu", "451 plus tard"])
def test_un_destinataire_refuse_reporte_l_envoi(
    serveur: Serveur, courriel: Courriel, refus: str
) -> None:
    serveur.refus = refus
    assert courriels.envoyer(courriel.pk) is False
    assert etat(courriel) == ("a_envoyer", 1)
    assert courriel.pk not in courriels.en_souffrance()
    serveur.refus = ""
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        assert courriels.en_souffrance() == [courriel.pk]
        assert courriels.envoyer(courriel.pk) is True
    assert len(serveur.recus) == 1


def test_un_refus_du_message_reporte_l_envoi(serveur: Serveur, courriel: Courriel) -> None:
    serveur.apres_le_point = "452 mailbox full"
    assert courriels.envoyer(courriel.pk) is False
    assert etat(courriel) == ("a_envoyer", 1)
    assert courriel.envoye_le is None
    serveur.apres_le_point = ""
    assert courriels.envoyer(courriel.pk) is True
    assert len(serveur.recus) == 1


def test_un_serveur_absent_reporte_l_envoi(courriel: Courriel, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert courriels.envoyer(courriel.pk) is False
    assert etat(courriel) == ("a_envoyer", 1)


def test_apres_douze_echecs_on_renonce(serveur: Serveur, courriel: Courriel) -> None:
    serveur.refus = "550 inconnu"
    etats = []
    for _ in range(12):
        courriels.envoyer(courriel.pk)
        etats.append(etat(courriel)[0])
    assert etats == ["a_envoyer"] * 11 + ["abandonne"]
    serveur.refus = ""
    assert courriels.envoyer(courriel.pk) is False
    assert serveur.recus == []


def test_une_notification_va_jusqu_a_la_boite_malgre_un_refus_puis_se_voit_abandonnee(
    serveur: Serveur, destinataire: Utilisateur
) -> None:
    """From the verb to the inbox: refused, tried again, read in both forms; the next one never."""
    for cle in ("premiere", "seconde"):
        notifications.notifier([destinataire], "demande_evolue", cle=cle, reference=REFERENCE)
    premiere, seconde = Courriel.objects.order_by("pk")
    serveur.refus = "451 plus tard"
    assert courriels.envoyer(premiere.pk) is False
    assert etat(premiere) == ("a_envoyer", 1)
    serveur.refus = ""
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        assert courriels.envoyer(premiere.pk) is True
    message = serveur.message()
    assert [partie.get_content_type() for partie in message.iter_parts()] == [
        "text/plain",
        "text/html",
    ]
    for version in ("plain", "html"):
        contenu = message.get_body((version,)).get_content()
        assert f"/demandes/{REFERENCE}/" in contenu
        assert "/mon-compte/notifications/" in contenu
    serveur.refus = "550 inconnu"
    for _ in range(12):
        courriels.envoyer(seconde.pk)
    assert etat(seconde) == ("abandonne", 12)
    assert seconde.derniere_erreur
    assert destinataire.email not in seconde.derniere_erreur
    assert Notification.objects.non_lues().count() == 2  # the portal tells it all the same


def test_le_serveur_tue_apres_le_point_n_est_pas_un_echec(
    serveur: Serveur, courriel: Courriel
) -> None:
    serveur.raccroche = True
    assert courriels.envoyer(courriel.pk) is True
    assert etat(courriel) == ("envoye", 1)
    serveur.raccroche = False
    assert courriels.envoyer(courriel.pk) is False
    assert len(serveur.recus) == 1


def test_le_serveur_qui_part_sans_dire_au_revoir_a_bien_recu(
    serveur: Serveur, courriel: Courriel
) -> None:
    serveur.impoli = True
    assert courriels.envoyer(courriel.pk) is True
    assert etat(courriel) == ("envoye", 1)


def test_un_serveur_parti_laisse_un_doute_qui_a_un_nom(serveur: Serveur) -> None:
    serveur.raccroche = True
    message = EmailMessage("Essai", "x", "a@portail.example", ["b@ccas.example"])
    with Remise(message) as remise:
        remise.presenter()
        remise.remettre()
        with pytest.raises(ServeurParti):
            remise.conclure()


class Tue(BaseException):
    """What `kill -9` looks like from inside."""


@pytest.mark.django_db(transaction=True)
def test_tue_avant_le_point_le_courriel_reste_a_envoyer(
    serveur: Serveur, courriel: Courriel, monkeypatch: pytest.MonkeyPatch
) -> None:
    presenter = Remise.presenter

    def presenter_puis_mourir(remise: Remise) -> None:
        presenter(remise)
        raise Tue

    with monkeypatch.context() as mort:
        mort.setattr(Remise, "presenter", presenter_puis_mourir)
        with pytest.raises(Tue):
            courriels.envoyer(courriel.pk)
    assert etat(courriel) == ("a_envoyer", 0)
    assert serveur.recus == []
    assert courriels.en_souffrance() == [courriel.pk]
    assert courriels.envoyer(courriel.pk) is True
    assert len(serveur.recus) == 1


@pytest.mark.django_db(transaction=True)
def test_tue_entre_le_point_et_la_validation_il_repart_plutot_que_de_se_perdre(
    serveur: Serveur, courriel: Courriel, monkeypatch: pytest.MonkeyPatch
) -> None:
    remettre = Remise.remettre

    def remettre_puis_mourir(remise: Remise) -> None:
        remettre(remise)
        raise Tue

    with monkeypatch.context() as mort:
        mort.setattr(Remise, "remettre", remettre_puis_mourir)
        with pytest.raises(Tue):
            courriels.envoyer(courriel.pk)
    assert etat(courriel) == ("a_envoyer", 0)
    assert courriels.envoyer(courriel.pk) is True
    attendre(lambda: len(serveur.recus) == 2, quoi="both messages")
    premier, second = (message_from_bytes(recu.content)["Message-ID"] for recu in serveur.recus)
    assert premier == second


@pytest.mark.django_db(transaction=True)
def test_deux_envois_en_meme_temps_n_en_font_qu_un(
    serveur: Serveur, courriel: Courriel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second sender comes while the first one holds the dialogue open."""
    presenter = Remise.presenter
    second: list[bool] = []

    def envoyer_aussi() -> None:
        second.append(courriels.envoyer(courriel.pk))
        connection.close()

    def presenter_lentement(remise: Remise) -> None:
        presenter(remise)
        if threading.current_thread() is threading.main_thread():
            fil = threading.Thread(target=envoyer_aussi)
            fil.start()
            fil.join()

    monkeypatch.setattr(Remise, "presenter", presenter_lentement)
    assert courriels.envoyer(courriel.pk) is True
    assert second == [False]
    assert len(serveur.recus) == 1


@pytest.mark.django_db(transaction=True)
def test_rien_ne_part_si_la_transaction_est_annulee(
    destinataire: Utilisateur, monkeypatch: pytest.MonkeyPatch
) -> None:
    publies: list[Any] = []
    monkeypatch.setattr(Tache, "apply_async", lambda _, args, kwargs: publies.append(args))
    with transaction.atomic():
        courriels.ecrire(destinataire, "demande_evolue", cle="essai")
        transaction.set_rollback(True)
    assert (publies, Courriel.objects.count()) == ([], 0)
    with transaction.atomic():
        courriels.ecrire(destinataire, "demande_evolue", cle="essai")
        assert publies == []
    assert publies == [(Courriel.objects.get().pk,)]
