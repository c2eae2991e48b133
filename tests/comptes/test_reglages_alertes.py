"""When a caisse is told of its deadlines: what its admin may set, and for which deadlines."""

import pytest
from django.test import Client

from comptes.models import Caisse, Trace
from signalements import actions
from tests.personas import Personas, connecte
from tests.signalements.fabriques import SIMPLE, deposer
from tests.voisinage import lier

pytestmark = [pytest.mark.django_db, pytest.mark.regle("D-14")]

ADRESSE = "/comptes-caisse/reglages/artois/"


def regler(client: Client, **donnees: str) -> str:
    """Send the settings, those of the start but for `donnees`; the page that answers."""
    commun = {"mot_de_passe_jours": "365", "revue_mois": "12", "conservation_mois": ""}
    alertes = {"seuils_alerte": "50, 80", "relance_heures": "24"}
    reponse = client.post(ADRESSE, commun | alertes | donnees, follow=True)
    return reponse.content.decode().replace("&#x27;", "'")


def reglees(personas: Personas) -> tuple[list[int], int]:
    caisse = Caisse.objects.get(pk=personas.caisse_a.pk)
    return caisse.seuils_alerte, caisse.relance_heures


@pytest.mark.parametrize(
    ("saisie", "seuils"),
    [
        ("80, 40", [40, 80]),
        ("75", [75]),
        ("1;99", [1, 99]),
        ("10 % 20 %", [10, 20]),
        ("90,60,30,10,75,", [10, 30, 60, 75, 90]),
    ],
)
def test_l_admin_regle_les_seuils(personas: Personas, saisie: str, seuils: list[int]) -> None:
    admin = connecte(Client(), personas.admin_a)
    html = regler(admin, seuils_alerte=saisie, relance_heures="48")
    assert "sont enregistrés" in html
    assert f'value="{", ".join(map(str, seuils))}"' in html  # the page shows them in order
    assert reglees(personas) == (seuils, 48)
    details = Trace.objects.filter(objet="caisse").latest("pk").details
    assert details == {"seuils_alerte": seuils, "relance_heures": 48}


@pytest.mark.parametrize(
    ("champ", "saisie", "raison"),
    [
        ("seuils_alerte", "", "Renseignez « Alertes avant l’échéance, en % du délai écoulé »."),
        ("seuils_alerte", "0, 50", "de 1 à 99"),
        ("seuils_alerte", "50, 100", "de 1 à 99"),
        ("seuils_alerte", "-5", "de 1 à 99"),
        ("seuils_alerte", "50.5", "de 1 à 99"),
        ("seuils_alerte", "moitié", "de 1 à 99"),
        ("seuils_alerte", "٥٠", "de 1 à 99"),
        ("seuils_alerte", "80, 50, 80", "Le seuil 80 est écrit deux fois."),
        ("seuils_alerte", "10,20,30,40,50,60", "Choisissez 5 seuils au plus."),
        ("relance_heures", "0", "Saisissez un nombre entier de 1 à 720."),
        ("relance_heures", "721", "Saisissez un nombre entier de 1 à 720."),
        ("relance_heures", "", "Renseignez « Intervalle entre deux alertes"),
    ],
)
def test_un_reglage_faux_se_dit_au_champ_sans_rien_changer(
    personas: Personas, champ: str, saisie: str, raison: str
) -> None:
    html = regler(connecte(Client(), personas.admin_a), **{champ: saisie})
    assert raison in html
    assert f'value="{saisie}"' in html or not saisie
    assert reglees(personas) == ([50, 80], 24)
    assert not Trace.objects.filter(objet="caisse").exists()


def test_l_admin_du_voisin_n_y_touche_pas(personas: Personas) -> None:
    assert connecte(Client(), personas.admin_b).post(ADRESSE, {}).status_code == 404
    assert reglees(personas) == ([50, 80], 24)


def test_un_reglage_vaut_pour_les_delais_qui_commencent_ensuite(personas: Personas) -> None:
    lier(personas.caisse_a, personas.partenaire_a)
    admin, technicien = connecte(Client(), personas.admin_a), personas.technicien_a
    avant = deposer(personas.caisse_a, personas.partenaire_a, technicien, **SIMPLE)
    assert "délais qui commencent ensuite" in admin.get(ADRESSE).content.decode()
    regler(admin, seuils_alerte="25, 90", relance_heures="6")
    apres = deposer(personas.caisse_a, personas.partenaire_a, technicien, **SIMPLE)
    gardes = [(e.seuils, e.relance_heures) for d in (avant, apres) for e in d.echeances.all()]
    assert gardes == [([50, 80], 24), ([25, 90], 6)]
    assert actions.balayer() == 0
