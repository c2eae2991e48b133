"""Who is told of what is recorded of a convention, by mails that name nobody (D-17)."""

from collections.abc import Iterator
from datetime import date

import pytest

from comptes.courriels import composer
from comptes.models import Courriel
from conventions import actions
from conventions.models import Convention
from tests.conventions.vies import en_vigueur, le, levee, preparee, rompue
from tests.personas import Personas

pytestmark = [pytest.mark.django_db, pytest.mark.regle("D-17")]

EFFET = date(2026, 1, 12)
JOUR = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def jour() -> Iterator[None]:
    with le(JOUR):
        yield


def commune(personas: Personas) -> dict:
    """Two caisses, and the first of the two partners."""
    caisses = [personas.caisse_a, personas.caisse_b]
    return {"caisses": caisses, "partenaires": [personas.partenaire_a]}


def recus(gabarit: str) -> set[str]:
    courriels = Courriel.objects.filter(gabarit=gabarit)
    return set(courriels.values_list("destinataire__identifiant", flat=True))


@pytest.mark.regle("C-02")
def test_une_caisse_apprend_qu_une_autre_a_enregistre_sa_signature(personas: Personas) -> None:
    convention = preparee(**commune(personas))
    actions.envoyer_en_signature(convention, acteur=None)
    for signature in convention.actes.get().signatures.all():
        actions.signer(signature, signee_le=JOUR, qualite="Direction", acteur=personas.admin_a)
    assert recus("signature_enregistree") == {"admin.b"}


@pytest.mark.regle("C-03")
def test_les_deux_cotes_apprennent_une_fin_et_sa_levee_sauf_qui_l_enregistre(
    personas: Personas,
) -> None:
    convention = en_vigueur(EFFET, **commune(personas))
    rupture = actions.notifier_rupture(
        convention,
        cause="manquement",
        notifiee_le=JOUR,
        motif="Accès partagés.",
        acteur=personas.admin_a,
    )
    assert recus("fin_notifiee") == {"admin.b", "gestionnaire.a"}
    levee(rupture, JOUR)
    assert recus("fin_levee") == {"admin.a", "admin.b", "gestionnaire.a"}


@pytest.mark.regle("H-12")
def test_le_depart_d_une_caisse_ne_concerne_pas_les_admins_de_l_autre(personas: Personas) -> None:
    rompue(en_vigueur(EFFET, **commune(personas)), "manquement", JOUR, personas.caisse_b)
    assert recus("fin_notifiee") == {"admin.b", "gestionnaire.a"}


def test_le_courriel_ne_dit_que_la_reference(personas: Personas) -> None:
    rompue(en_vigueur(EFFET, **commune(personas)), "manquement", JOUR)
    courriel = Courriel.objects.filter(gabarit="fin_notifiee").first()
    assert courriel is not None
    message = composer(courriel)
    convention = Convention.objects.get()
    assert f"/conventions/{convention.identifiant}/" in message.body
    for secret in (str(convention), str(personas.caisse_a), str(personas.partenaire_a), "Accès"):
        assert secret not in message.body + message.subject
