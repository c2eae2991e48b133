"""What becomes of a mail afterwards: its failure is kept, it is sent again, it is forgotten."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from comptes import courriels
from comptes.models import Courriel, Profil, Trace, Utilisateur
from comptes.tasks import purger_courriels
from portail.smtp import Remise
from tests.factories import UtilisateurFactory, fermer

pytestmark = pytest.mark.django_db

LUNDI = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def support() -> Utilisateur:
    return UtilisateurFactory(profil=Profil.SUPPORT, is_superuser=True)


def ecrit(cle: str = "essai", **champs: object) -> Courriel:
    return Courriel.objects.create(
        **{
            "cle": cle,
            "destinataire": UtilisateurFactory(),
            "gabarit": "demande_evolue",
            "contexte": {"reference": "EP-7KQ2-M9FX"},
            **champs,
        }
    )


def echoue(cle: str = "essai", **champs: object) -> Courriel:
    return ecrit(
        cle, etat="abandonne", tentatives=12, derniere_erreur="SMTPRecipientsRefused", **champs
    )


@pytest.mark.regle("D-17")
def test_l_echec_se_garde_par_sa_classe_seule(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuser(_: Remise) -> None:
        raise ConnectionRefusedError("zuccarelli@ccas.example")

    courriel = ecrit()
    monkeypatch.setattr(Remise, "presenter", refuser)
    courriels.envoyer(courriel.pk)
    courriel.refresh_from_db()
    assert (courriel.derniere_erreur, courriel.tentatives) == ("ConnectionRefusedError", 1)


def test_un_courriel_qui_ne_se_compose_pas_attend_puis_s_abandonne() -> None:
    """It would otherwise come back first at each sweep, for ever and unseen."""
    courriel = ecrit(gabarit="disparu")
    for _ in range(12):
        assert courriels.envoyer(courriel.pk) is False
    courriel.refresh_from_db()
    assert (courriel.etat, courriel.derniere_erreur) == ("abandonne", "TemplateDoesNotExist")
    assert not mail.outbox


def test_renvoyer_un_courriel_ou_tous(support: Utilisateur) -> None:
    premier, second, tiers = (echoue(cle) for cle in ("a", "b", "c"))
    assert courriels.reessayer(second.pk, acteur=support) == 1
    second.refresh_from_db()
    assert (second.etat, second.tentatives) == ("a_envoyer", 0)
    assert courriels.en_souffrance() == [second.pk]
    assert courriels.reessayer(second.pk, acteur=support) == 0, "a second click"
    assert courriels.reessayer(acteur=support) == 2
    assert set(courriels.en_souffrance()) == {premier.pk, second.pk, tiers.pk}
    traces = Trace.objects.filter(objet="courriel", action="changement", qui=support)
    assert {(t.cle, t.details["reessai"]) for t in traces} == {
        (str(c.pk), True) for c in (premier, second, tiers)
    }


def test_rien_d_autre_ne_se_renvoie(support: Utilisateur) -> None:
    """What is sent, what waits, what was given up because its account closed or was erased."""
    parti = fermer(UtilisateurFactory())
    parti.etat, parti.supprime_le = "supprime", timezone.now()
    parti.save()
    autres = [
        ecrit("envoye", etat="envoye", envoye_le=LUNDI, tentatives=12),
        ecrit("attend", tentatives=11),
        ecrit("ferme", etat="abandonne", tentatives=3),
        echoue("efface", destinataire=parti),
        echoue("inactif", destinataire=fermer(UtilisateurFactory())),
    ]
    assert [courriels.reessayer(c.pk, acteur=support) for c in autres] == [0, 0, 0, 0, 0]
    assert courriels.reessayer(acteur=support) == 0
    assert not Trace.objects.filter(objet="courriel").exists()


@pytest.mark.regle("H-12")
def test_ce_qui_s_ecrivait_pendant_une_fermeture_ne_part_pas() -> None:
    """The row was committed after the closure had given up all that it could see."""
    courriel = ecrit(destinataire=fermer(UtilisateurFactory()))
    attendu = ecrit("ouvert")
    assert courriels.envoyer(courriel.pk) is False
    assert dict(Courriel.objects.values_list("cle", "etat")) == {
        courriel.cle: "abandonne",
        attendu.cle: "a_envoyer",
    }


@pytest.mark.django_db(transaction=True)
def test_deux_clics_en_meme_temps_n_en_font_qu_un(
    support: Utilisateur, en_meme_temps: Callable[..., list[object]]
) -> None:
    courriel = echoue()
    faits = en_meme_temps(*[lambda: courriels.reessayer(courriel.pk, acteur=support)] * 2)
    assert sorted(faits) == [0, 1]


def test_les_vieux_courriels_s_oublient_par_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courriels, "LOT_OUBLI", 2)
    vieux, limite = LUNDI - timedelta(days=400, seconds=1), LUNDI - timedelta(days=400)
    for rang in range(5):
        ecrit(f"vieux-{rang}", etat="envoye", cree_le=vieux, envoye_le=vieux)
    echoue("abandonne", a_envoyer_le=vieux)
    gardes = {
        ecrit("juste", etat="envoye", cree_le=vieux, envoye_le=limite).pk,
        ecrit("attend", cree_le=vieux, a_envoyer_le=vieux).pk,
        echoue("recent", cree_le=vieux, a_envoyer_le=limite).pk,
    }
    assert courriels.purger(LUNDI, duree=0) == 2, "goes on at the next run"
    assert courriels.purger(LUNDI) == 4
    assert set(Courriel.objects.values_list("pk", flat=True)) == gardes
    assert purger_courriels() == 2, "months later; what still waits is kept"
