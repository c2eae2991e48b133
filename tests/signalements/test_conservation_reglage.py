"""Keeping closed requests for less long is confirmed with how many that anonymises (G-04)."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comptes import conservation as reglage
from comptes.models import Caisse, Trace
from conventions.models import CaisseLiee, Convention
from signalements import actions, conservation
from signalements.models import Demande
from tests.personas import Personas, connecte
from tests.signalements.closes import close

pytestmark = [pytest.mark.django_db, pytest.mark.regle("G-04")]

ADRESSE = "/comptes-caisse/reglages/artois/"
# Closed on 31 January 2024 and kept for 24 months by default: 6 months ended on 31 July.
AUTOMNE = datetime(2024, 10, 15, 9, tzinfo=UTC)
EN_MARS, EN_JUILLET = datetime(2024, 3, 10, 12, tzinfo=UTC), datetime(2024, 7, 10, 12, tzinfo=UTC)


class Admin:
    """An admin on the page of the settings, without JavaScript."""

    def __init__(self, personas: Personas) -> None:
        self.caisse = personas.caisse_a.pk
        with time_machine.travel(AUTOMNE, tick=False):
            self.client = connecte(Client(), personas.admin_a)
        self.html = ""

    def regler(self, mois: str, *cases: str, **reste: str) -> int | None:
        """What the caisse keeps after that; `html` is the page that answered."""
        donnees = {"mot_de_passe_jours": "365", "revue_mois": "12", "conservation_mois": mois}
        donnees |= {"seuils_alerte": "50, 80", "relance_heures": "24"} | reste
        donnees |= dict.fromkeys(cases, "on")
        with time_machine.travel(AUTOMNE, tick=False):
            reponse = self.client.post(ADRESSE, donnees)
        self.html = unescape(" ".join(reponse.content.decode().split()))
        return Caisse.objects.get(pk=self.caisse).conservation_mois

    @property
    def cases(self) -> list[str]:
        """The boxes that the page shows."""
        return re.findall(r'<input type="checkbox" name="(\w+)"', self.html)


@pytest.fixture
def admin(personas: Personas) -> Admin:
    return Admin(personas)


def test_la_page_dit_combien_et_attend_qu_on_le_confirme(personas: Personas, admin: Admin) -> None:
    for quand in (EN_MARS, EN_MARS, EN_JUILLET):
        close(personas, quand=quand)
    assert admin.regler("6", seuils_alerte="30, 90", relance_heures="48") is None
    assert "Rien n’est encore enregistré. 2 demandes closes seront anonymisées" in admin.html
    assert "Je confirme : ces 2 demandes seront anonymisées définitivement." in admin.html
    for saisie in ("6", "30, 90", "48"):
        assert f'value="{saisie}"' in admin.html
    assert 'id="id_conservation_mois_error"' in admin.html
    (case,) = admin.cases
    assert "checked" not in admin.html
    assert not Trace.objects.filter(objet="caisse").exists()
    assert admin.regler("6") is None
    assert admin.regler("6", case) == 6
    assert Trace.objects.filter(objet="caisse").latest("pk").details == {"conservation_mois": 6}
    assert actions.anonymiser(AUTOMNE) == 2


def test_une_seule_demande_se_dit_au_singulier(personas: Personas, admin: Admin) -> None:
    close(personas)
    assert admin.regler("8") is None
    assert "1 demande close sera anonymisée et ses pièces détruites" in admin.html
    assert "Je confirme : cette demande sera anonymisée définitivement." in admin.html


@pytest.mark.parametrize(
    ("nombre", "dit", "confirme"),
    [
        (1000, "1 000 demandes closes", "ces 1 000 demandes seront"),
        (1001, "Plus de 1 000 demandes closes", "ces demandes, plus de 1 000, seront"),
    ],
)
def test_au_dela_de_mille_on_ne_compte_plus(
    admin: Admin, monkeypatch: pytest.MonkeyPatch, nombre: int, dit: str, confirme: str
) -> None:
    monkeypatch.setattr(reglage, "ECHUES", lambda *_: nombre)
    assert admin.regler("6") is None
    lue = admin.html.replace("\u202f", " ")
    assert f"enregistré. {dit} seront anonymisées" in lue
    assert f"Je confirme : {confirme} anonymisées" in lue


def test_sans_demande_perdue_rien_n_est_demande(personas: Personas, admin: Admin) -> None:
    close(personas, quand=EN_JUILLET)
    assert admin.regler("4") == 4
    assert admin.regler("") is None
    close(personas, quand=EN_MARS)
    # Longer, or as long as the convention already says.
    assert admin.regler("24") == 24
    assert admin.regler("36") == 36
    Demande.objects.all().delete()
    assert admin.regler("1") == 1


def test_la_confirmation_vaut_pour_cette_duree_et_ce_nombre(
    personas: Personas, admin: Admin
) -> None:
    """Seen for 6 months and 1 request, it does not lose those that 3 months would, nor one more."""
    close(personas, quand=EN_MARS)
    admin.regler("6")
    (case,) = admin.cases
    close(personas, quand=EN_JUILLET)
    assert admin.regler("3", case) is None
    assert "2 demandes closes" in admin.html
    assert "checked" not in admin.html
    close(personas, quand=EN_MARS)
    assert admin.regler("6", case) is None
    assert "checked" not in admin.html
    (suivante,) = admin.cases
    # Another field is wrong: what was confirmed stays so.
    assert admin.regler("6", suivante, relance_heures="0") is None
    assert "Rien n’est encore enregistré" not in admin.html
    assert re.search(rf'name="{suivante}"[^>]*checked', admin.html)
    assert admin.regler("6", suivante) == 6


def test_une_duree_impossible_ne_se_confirme_pas(personas: Personas, admin: Admin) -> None:
    close(personas)
    for mois in ("0", "121", "six"):
        assert admin.regler(mois) is None
        assert admin.cases == []


@pytest.mark.parametrize(("mois", "convention"), [(6, 24), (8, 24), (3, 24), (9, 1), (120, 3)])
def test_le_nombre_est_celui_que_la_nuit_anonymise(
    personas: Personas, mois: int, convention: int
) -> None:
    for quand in (EN_MARS, EN_JUILLET, datetime(2024, 4, 14, 21, 59, 59, tzinfo=UTC)):
        close(personas, quand=quand)
    # The neighbour's is not in question.
    voisine = close(personas, quand=EN_MARS)
    CaisseLiee.objects.create(convention=voisine.convention, caisse=personas.caisse_b)
    Demande.objects.filter(pk=voisine.pk).update(caisse=personas.caisse_b)
    Convention.objects.update(conservation_mois=convention)
    caisse = Caisse.objects.filter(pk=personas.caisse_a.pk)
    annonce = conservation.compter_echues(personas.caisse_a.pk, AUTOMNE.date(), mois)
    caisse.update(conservation_mois=mois)
    restaient = Demande.objects.filter(caisse__in=caisse, anonymisee_le=None).count()
    actions.anonymiser(AUTOMNE)
    restent = Demande.objects.filter(caisse__in=caisse, anonymisee_le=None).count()
    assert annonce == restaient - restent


def test_le_compte_s_arrete_et_ne_coute_pas_plus_pour_vingt_demandes(
    personas: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conservation, "PLAFOND", 5)

    def compter() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as requetes:
            nombre = conservation.compter_echues(personas.caisse_a.pk, AUTOMNE.date(), 6)
        return nombre, len(requetes)

    for _ in range(2):
        close(personas, quand=EN_MARS)
    assert compter() == (2, 2)
    for _ in range(18):
        close(personas, quand=EN_MARS)
    assert compter() == (6, 2)


def test_le_compte_descend_dans_l_index_de_la_conservation(personas: Personas) -> None:
    close(personas, quand=EN_MARS)
    with CaptureQueriesContext(connection) as requetes:
        conservation.compter_echues(personas.caisse_a.pk, AUTOMNE.date(), 6)
    with connection.cursor() as curseur:
        # So few rows would be read whole; a million would not.
        curseur.execute("SET LOCAL enable_seqscan = off")
        for requete in requetes:
            curseur.execute(f"EXPLAIN {requete['sql']}")
            plan = "\n".join(ligne for (ligne,) in curseur.fetchall())
            assert "demande_a_anonymiser" in plan, plan
