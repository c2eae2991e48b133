"""A mail to a desk that has no account: an address that a party named, and nothing more (D-17)."""

import re
from email import policy
from email.parser import BytesParser
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from comptes import courriels
from comptes.models import Courriel, Profil, Trace, Utilisateur
from portail import sante
from portail.taches import Tache
from tests.comptes.test_courriels import Serveur, serveur
from tests.factories import UtilisateurFactory, fermer
from tests.personas import connecte

pytestmark = [pytest.mark.django_db, pytest.mark.regle("D-17")]

__all__ = ["serveur"]

GABARIT = "violation_declaree_contact"
BUREAU = "dpo@artois.example"
EXPLOITATION = "/support-national/exploitation/"


@pytest.fixture
def courriel(db: None) -> Courriel:
    courriels.ecrire_a(BUREAU, GABARIT, cle="essai")
    return Courriel.objects.get()


@pytest.fixture
def support(monkeypatch: pytest.MonkeyPatch) -> Client:
    """Every part of the portal answers; asking them is not what is tested here."""
    reponses = {nom: {"ok": True, "detail": "answers"} for nom in sante.PARTIES}
    monkeypatch.setattr(sante, "examiner", lambda: {"ok": True, **reponses})
    return connecte(Client(), UtilisateurFactory(profil=Profil.SUPPORT, is_superuser=True))


def test_it_is_written_once_by_key_and_carries_nothing(courriel: Courriel) -> None:
    courriels.ecrire_a("autre@artois.example", GABARIT, cle="essai")
    courriels.ecrire_a(BUREAU, GABARIT, cle="autre")
    assert list(Courriel.objects.order_by("pk").values_list("cle", "adresse")) == [
        ("essai", BUREAU),
        ("autre", BUREAU),
    ]
    assert (courriel.destinataire, courriel.contexte, courriel.etat) == (None, {}, "a_envoyer")


@pytest.mark.django_db(transaction=True)
def test_it_leaves_after_the_transaction_or_never(monkeypatch: pytest.MonkeyPatch) -> None:
    publies: list[Any] = []
    monkeypatch.setattr(Tache, "apply_async", lambda _, args, kwargs: publies.append(args))
    for annulee in (True, False):
        with transaction.atomic():
            courriels.ecrire_a(BUREAU, GABARIT, cle="essai")
            assert publies == []
            transaction.set_rollback(annulee)
        assert Courriel.objects.count() == len(publies) == (0 if annulee else 1)
    courriels.ecrire_a(BUREAU, GABARIT, cle="essai")
    assert publies == [(Courriel.objects.get().pk,)]


def test_it_arrives_with_a_foot_that_says_why(serveur: Serveur, courriel: Courriel) -> None:
    assert courriels.envoyer(courriel.pk) is True
    (enveloppe,) = serveur.recus
    assert enveloppe.rcpt_tos == [BUREAU]
    message: Any = BytesParser(policy=policy.default).parsebytes(enveloppe.content)
    assert message["To"] == BUREAU
    objet = "Espace Partenaires : une violation de données est déclarée"
    assert message["Subject"].strip() == objet
    for version in ("plain", "html"):
        contenu = message.get_body((version,)).get_content()
        texte = " ".join(re.sub(r"<[^>]+>", " ", contenu).split())
        assert "désigne comme délégué à la protection des données" in texte
        assert "Il est toujours envoyé." in texte
        assert "Si vous n’y avez pas de compte" in texte
        # Nothing to choose, no page of one's own, no breach to tell apart.
        assert "/mon-compte/" not in contenu
        assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", contenu)
        assert set(re.findall(r"https?://[^\s\"<]+", contenu)) == {"https://portail.example"}
    assert courriels.envoyer(courriel.pk) is False
    assert len(serveur.recus) == 1


def test_refused_it_is_tried_again_and_the_server_s_words_are_not_kept(
    serveur: Serveur, courriel: Courriel
) -> None:
    serveur.refus = f"550 {BUREAU} inconnu"
    for _ in range(12):
        assert courriels.envoyer(courriel.pk) is False
    courriel.refresh_from_db()
    assert (courriel.etat, courriel.tentatives) == ("abandonne", 12)
    assert BUREAU not in courriel.derniere_erreur
    assert list(courriels.echoues()) == [courriel]
    assert courriels.reessayer(acteur=UtilisateurFactory()) == 1
    serveur.refus = ""
    assert courriels.envoyer(courriel.pk) is True


def test_closing_accounts_gives_up_nothing_of_it(courriel: Courriel) -> None:
    fermer(UtilisateurFactory(email=BUREAU))
    assert courriels.abandonner(Utilisateur.objects.all()) == 0
    assert courriels.en_souffrance() == [courriel.pk]


def test_the_operations_page_tells_it_failed_and_not_to_whom(support: Client) -> None:
    Courriel.objects.create(
        cle="essai",
        adresse=BUREAU,
        gabarit=GABARIT,
        etat="abandonne",
        tentatives=12,
        derniere_erreur="SMTPRecipientsRefused",
    )
    reponse = support.get(EXPLOITATION)
    page = reponse.content.decode()
    assert reponse.status_code == 200
    assert GABARIT in page
    assert "SMTPRecipientsRefused" in page
    assert BUREAU not in page
    courriel = Courriel.objects.get()
    support.post(f"{EXPLOITATION}courriels/{courriel.pk}/")
    courriel.refresh_from_db()
    assert (courriel.etat, courriel.tentatives) == ("a_envoyer", 0)
    assert Trace.objects.filter(objet="courriel", cle=str(courriel.pk)).count() == 1


@pytest.mark.parametrize("champs", [{"adresse": ""}, {"destinataire": True}])
def test_a_mail_goes_to_an_account_or_to_an_address(
    champs: dict[str, Any], courriel: Courriel
) -> None:
    if "destinataire" in champs:
        champs = {"destinataire": UtilisateurFactory()}
    with (
        pytest.raises(IntegrityError, match="courriel_a_un_seul_destinataire"),
        transaction.atomic(),
    ):
        Courriel.objects.update(**champs)
    Courriel.objects.update(adresse="", destinataire=UtilisateurFactory())
