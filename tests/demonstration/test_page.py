"""The page /demo/: accounts that open, files to try, outgoing mails; never in production."""

import os
import re
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comptes import courriels
from comptes.actions import publier_cgu
from comptes.models import Utilisateur
from demonstration import conclusion, personnes
from demonstration.chargement import AGE_PORTAIL, NUMERO_CGU, TEXTE_CGU
from tests.production import environnement_de_production

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demonstration.urls")]

AGENT = "yasmine.ferrat"


@pytest.fixture
def comptes() -> datetime:
    """The accounts alone, without the requests: quick."""
    maintenant = timezone.now()
    conclusion.installer(maintenant, maintenant - AGE_PORTAIL)
    with time_machine.travel(maintenant - timedelta(days=99), tick=False):
        version = publier_cgu(numero=NUMERO_CGU, texte=TEXTE_CGU.read_text("utf-8"), acteur=None)
    personnes.installer(version, maintenant)
    return maintenant


def ligne(page: str, identifiant: str) -> str:
    """The row of the table that names this login."""
    return next(tr for tr in page.split("<tr>") if f">{identifiant}<" in tr)


def code_affiche(page: str) -> str | None:
    trouve = re.search(r"demo-code\">(\d{6})<", ligne(page, AGENT))
    return trouve and trouve[1]


def lire(client: Client) -> str:
    reponse = client.get("/demo/")
    assert reponse.status_code == 200
    return reponse.content.decode()


def entrer(page: str) -> int:
    """Sign in with what the page shows; the status of the home page."""
    client, (mot_de_passe,) = Client(), re.findall(r"<code[^>]*>(\w+-[\w-]+)<", ligne(page, AGENT))
    client.post(reverse("connexion"), {"identifiant": AGENT, "password": mot_de_passe})
    client.post(reverse("connexion_code"), {"code": code_affiche(page)})
    return client.get(reverse("accueil")).status_code


def test_sans_compte_la_page_dit_quoi_faire(client: Client) -> None:
    assert "charger_demo" in lire(client)


def test_ce_que_la_page_affiche_ouvre_une_session(client: Client, comptes: datetime) -> None:
    assert entrer(lire(client)) == 200


def test_un_code_utilise_laisse_la_place_au_suivant(client: Client, comptes: datetime) -> None:
    debut_de_periode = comptes.replace(second=1, microsecond=0)
    with time_machine.travel(debut_de_periode, tick=False):
        premier = code_affiche(lire(client))
        assert entrer(lire(client)) == 200
        second = code_affiche(lire(client))
        assert second not in (None, premier)
        assert entrer(lire(client)) == 200
        assert code_affiche(lire(client)) is None
    with time_machine.travel(debut_de_periode + timedelta(seconds=60), tick=False):
        assert code_affiche(lire(client)) not in (None, premier, second)


def test_les_nouveaux_sont_signales(client: Client, comptes: datetime) -> None:
    page = lire(client)
    assert "Nouveau" in ligne(page, "ines.belkacem")
    assert "Nouveau" not in ligne(page, "damien.roustan")


def test_les_codes_se_renouvellent_seuls(client: Client, comptes: datetime) -> None:
    with time_machine.travel(comptes.replace(second=41), tick=False):
        page = lire(client)
        fragment = client.get("/demo/", headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="load delay:19s"' in page
    assert "<html" not in fragment
    assert code_affiche(fragment) == code_affiche(page)


def test_le_nombre_de_requetes_ne_depend_pas_du_nombre_de_comptes(
    client: Client, comptes: datetime, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(6):
        lire(client)


@pytest.mark.regle("D-17")
def test_les_courriels_sortants_du_plus_recent_au_plus_ancien(
    client: Client, comptes: datetime
) -> None:
    agent = Utilisateur.objects.get(identifiant=AGENT)
    for reference in ("EP-2222-2222", "EP-3333-3333"):
        courriels.ecrire(
            agent, "reponse_partenaire", cle=reference, contexte={"reference": reference}
        )
    page = lire(client)
    assert page.index("EP-3333-3333") < page.index("EP-2222-2222")
    assert "À envoyer" in page


@pytest.mark.regle("D-17")
def test_un_courriel_se_lit_comme_une_page(client: Client, comptes: datetime) -> None:
    agent = Utilisateur.objects.get(identifiant=AGENT)
    courriels.ecrire(agent, "demande_evolue", cle="x", contexte={"reference": "EP-2222-2222"})
    (adresse,) = re.findall(r'href="(/demo/courriels/\d+/)"', lire(client))
    reponse = client.get(adresse)
    assert "Il y a du nouveau à lire sur la demande EP-2222-2222" in reponse.content.decode()
    politique = reponse["Content-Security-Policy"]
    assert "style-src 'unsafe-inline'" in politique
    assert "script-src 'none'" in politique
    assert client.get("/demo/courriels/0/").status_code == 404


def test_un_fichier_a_essayer_se_telecharge(client: Client) -> None:
    reponse = client.get("/demo/fichiers/eicar.csv")
    assert reponse["Content-Disposition"] == 'attachment; filename="eicar.csv"'
    assert b"".join(reponse.streaming_content).startswith(b"X5O!P")
    assert client.get("/demo/fichiers/inconnu.pdf").status_code == 404


def test_la_page_ne_s_ecrit_pas(client: Client) -> None:
    assert client.post("/demo/").status_code == 405


def test_en_production_ni_adresse_ni_commande(tmp_path) -> None:
    essai = (
        "import django; django.setup()\n"
        "from django.urls import resolve, Resolver404\n"
        "from django.core.management import get_commands\n"
        "assert not {'charger_demo', 'comptes_demo'} & set(get_commands())\n"
        "try:\n    resolve('/demo/')\nexcept Resolver404:\n    print('absente')\n"
    )
    environnement = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "portail.settings.base",
        **environnement_de_production(str(tmp_path)),
    }
    sortie = subprocess.run(
        [sys.executable, "-c", essai],
        env=environnement,
        capture_output=True,
        text=True,
        check=False,
    )
    assert sortie.stdout.strip() == "absente", sortie.stderr
