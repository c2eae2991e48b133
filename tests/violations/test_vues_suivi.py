"""The list of breaches, the page of one, its steps, and the admin's page of deadlines (G-02)."""

import re
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comptes import habilitations
from comptes.models import Trace
from signalements import actions as signalements
from tests.personas import Personas, connecte
from tests.violations.scene import ECHUE, MOITIE, PROCHE, declaree, i
from tests.voisinage import declarer_violation
from violations import actions
from violations.models import Violation

pytestmark = [pytest.mark.django_db, pytest.mark.regle("G-02")]

LISTE = "/violations/"
CLOTURE = {"clore-suite": "notifiee", "clore-conclusion": "Le poste est remplacé."}
ECRITURES = re.compile(r"^\s*(INSERT|UPDATE|DELETE)\b", re.I)


def client_de(pres: Personas, nom: str) -> Client:
    return connecte(Client(), getattr(pres, nom))


def adresse(violation: Violation, nom: str = "") -> str:
    return f"/violations/{violation.identifiant}/{nom and f'{nom}/'}"


def mots(reponse: Any) -> str:
    """The text of a page, blanks folded."""
    texte = re.sub(r"<[^>]+>", " ", reponse.content.decode().replace("&#x27;", "’"))
    return " ".join(texte.split())


@pytest.mark.parametrize(
    ("nom", "visibles"),
    [
        ("technicien_a", {"par_a"}),
        ("gestionnaire_a", {"par_a", "par_agent", "chez_b"}),
        ("agent_a", {"par_agent"}),
        ("admin_a", {"par_a", "par_agent"}),
        ("dpo_a", {"par_a", "par_agent"}),
        ("technicien_b", set()),
        ("gestionnaire_b", {"de_b"}),
        ("agent_b", set()),
        ("dpo_b", {"chez_b", "de_b"}),
    ],
)
def test_each_reads_what_concerns_them(nom: str, visibles: set[str], pres: Personas) -> None:
    """In the list, and at every address: the others answer as if they did not exist."""
    toutes = {
        "par_a": declaree(pres),
        "par_agent": declaree(pres, "agent_a"),
        "chez_b": declarer_violation(pres.caisse_b, pres.partenaire_a, pres.gestionnaire_a),
        "de_b": declarer_violation(pres.caisse_b, pres.partenaire_b, pres.gestionnaire_b),
    }
    client = client_de(pres, nom)
    lues = {ligne["violation"].pk for ligne in client.get(LISTE).context["violations"]}
    assert lues == {toutes[cle].pk for cle in visibles}
    for cle, violation in toutes.items():
        attendu = 200 if cle in visibles else 404
        assert client.get(adresse(violation)).status_code == attendu, cle
        if cle not in visibles:
            for verbe in ("prendre_connaissance", "completer", "clore"):
                reponse = client.post(adresse(violation, verbe), CLOTURE)
                assert reponse.status_code == 404, (cle, verbe)
    assert not Violation.objects.exclude(etat="declaree").exists()


def test_who_left_reads_no_more_what_they_declared(pres: Personas) -> None:
    violation = declaree(pres, "agent_a")
    habilitations.retirer(pres.agent_a, pres.caisse_a, acteur=None)
    habilitations.habiliter(pres.agent_a, pres.caisse_b, acteur=None)
    assert client_de(pres, "agent_a").get(adresse(violation)).status_code == 404


def test_an_unknown_step_is_not_found(pres: Personas) -> None:
    violation = declaree(pres)
    client = client_de(pres, "dpo_a")
    assert client.post(adresse(violation, "declarer")).status_code == 404
    assert client.get(adresse(violation, "clore")).status_code == 405


@pytest.mark.parametrize("donnees", [CLOTURE, {"clore-suite": ""}])
def test_a_missing_right_is_refused_whatever_is_typed(
    donnees: dict[str, str], pres: Personas
) -> None:
    violation = declaree(pres)
    for nom in ("technicien_a", "gestionnaire_a"):
        assert client_de(pres, nom).post(adresse(violation, "clore"), donnees).status_code == 403
    reponse = client_de(pres, "technicien_a").post(adresse(violation, "prendre_connaissance"))
    assert reponse.status_code == 403


@pytest.mark.parametrize("donnees", [CLOTURE, {"clore-suite": ""}])
def test_what_somebody_closed_meanwhile_says_so(donnees: dict[str, str], pres: Personas) -> None:
    violation = declaree(pres)
    actions.clore(violation, suite="ecartee", conclusion="Une erreur.", acteur=pres.admin_a)
    reponse = client_de(pres, "dpo_a").post(adresse(violation, "clore"), donnees, follow=True)
    assert "Étape « Clore » impossible : close." in mots(reponse)
    assert Violation.objects.get().close_par == pres.admin_a


def test_the_other_party_reads_then_completes_then_the_caisse_closes(
    pres: Personas, horloge: time_machine.Traveller
) -> None:
    violation = declaree(pres, "agent_a")
    horloge.move_to(i("2026-03-02T10:30+01"))
    gestionnaire, dpo = client_de(pres, "gestionnaire_a"), client_de(pres, "dpo_a")
    lue = mots(gestionnaire.post(adresse(violation, "prendre_connaissance"), follow=True))
    assert "C’est noté : vous avez lu cette violation. Le délai est arrêté." in lue
    assert "lue dans le délai" in lue
    assert "devait en avoir connaissance avant le" in lue
    texte = {"completer-texte": "Douze dossiers, et non trois."}
    complete = mots(gestionnaire.post(adresse(violation, "completer"), texte, follow=True))
    assert "L’information est ajoutée." in complete
    assert "Douze dossiers, et non trois." in complete
    case = {"clore-personnes_informees": "on"}
    close = mots(dpo.post(adresse(violation, "clore"), {**CLOTURE, **case}, follow=True))
    assert "La violation est close." in close
    assert "Notifiée à la CNIL" in close
    assert "Les personnes concernées ont été informées. Le poste est remplacé." in close
    assert "Et maintenant" not in close
    violation.refresh_from_db()
    assert (violation.etat, violation.personnes_informees) == ("close", True)


@pytest.mark.parametrize(
    ("nom", "donnees", "champ"),
    [
        ("clore", {"clore-suite": "", "clore-conclusion": "Le poste est remplacé."}, "suite"),
        ("clore", {"clore-suite": "ecartee", "clore-conclusion": " "}, "conclusion"),
        ("clore", {"clore-suite": "ecartee", "clore-conclusion": "Il a un cancer."}, "conclusion"),
        ("completer", {"completer-texte": ""}, "texte"),
        ("completer", {"completer-texte": "Le 2 84 03 62 498 001 64 aussi."}, "texte"),
    ],
)
def test_a_step_that_is_wrong_stays_open_with_what_was_typed(
    nom: str, donnees: dict[str, str], champ: str, pres: Personas
) -> None:
    violation = declaree(pres)
    reponse = client_de(pres, "dpo_a").post(adresse(violation, nom), donnees)
    assert reponse.status_code == 200
    formulaire, page = reponse.context["form"], reponse.content.decode()
    assert set(formulaire.errors) == {champ}
    assert "<title>Erreur : Violation de données" in page
    assert page.count("<details open") == 1
    assert all(valeur.strip() in page for valeur in donnees.values())
    violation.refresh_from_db()
    assert (violation.etat, violation.complements.count()) == ("declaree", 0)


@pytest.mark.parametrize(
    ("nom", "etapes"),
    [
        ("technicien_a", ["Ajouter une information"]),
        ("gestionnaire_a", ["Ajouter une information"]),
        ("dpo_a", ["En prendre connaissance", "Ajouter une information", "Clore"]),
    ],
)
def test_the_page_offers_the_steps_that_one_may_take(
    nom: str, etapes: list[str], pres: Personas
) -> None:
    violation = declaree(pres)
    reponse = client_de(pres, nom).get(adresse(violation))
    assert [etape["libelle"] for etape in reponse.context["etapes"]] == etapes
    texte = mots(reponse)
    for libelle in etapes:
        assert libelle in texte
    # 72 hours from when the caisse, which answers for the data, was told.
    assert ("la CNIL doit être prévenue avant le" in texte) == (nom == "dpo_a")
    assert ("05/03/2026" in texte) == (nom == "dpo_a")


def test_the_page_says_what_was_declared_in_words(pres: Personas) -> None:
    violation = declaree(
        pres,
        atteintes=["confidentialite", "integrite"],
        categories=["nir"],
        personnes=3,
        mesures="Rien.",
    )
    texte = mots(client_de(pres, "dpo_a").get(adresse(violation)))
    for dit in (
        "À lire",
        f"Caisse {pres.caisse_a.nom} Partenaire {pres.partenaire_a.nom}",
        "Constatée par Le partenaire",
        "Violation Soupçonnée",
        "1\u00a0h après le constat".replace("\u00a0", " "),
        "Données Numéro de sécurité sociale",
        "Vues, copiées ou divulguées sans en avoir le droit",
        "Modifiées sans en avoir le droit",
        "Personnes concernées 3",
        "Ce qui s’est passé Un fichier est parti vers une autre structure.",
        "Ce qui a déjà été fait Rien.",
        "La caisse doit en avoir connaissance avant le",
        "soit 24 heures après le constat",
    ):
        assert dit in texte, dit


def test_what_is_typed_is_shown_as_text(pres: Personas) -> None:
    violation = declaree(pres, recit="<script>alerte</script>")
    page = client_de(pres, "dpo_a").get(adresse(violation)).content.decode()
    assert "<script>alerte" not in page
    assert "&lt;script&gt;alerte" in page


def test_the_list_says_how_long_is_left(pres: Personas, horloge: time_machine.Traveller) -> None:
    declaree(pres)
    for quand, genre, texte in (
        ("2026-03-02T09:00+01", "normal", "à lire : dans 23 h"),
        (PROCHE, "proche", "à lire : dans 4 h 48"),
        ("2026-03-03T10:00+01", "retard", "à lire : en retard de 2 h"),
    ):
        horloge.move_to(i(quand))
        client = client_de(pres, "dpo_a")
        (ligne,) = client.get(LISTE).context["violations"]
        assert (ligne["delai_genre"], ligne["delai_texte"].replace("\u00a0", " ")) == (genre, texte)
    actions.prendre_connaissance(Violation.objects.get(), acteur=pres.dpo_a)
    assert "En cours de traitement" in mots(client.get(LISTE))


def test_an_empty_list_says_so(pres: Personas) -> None:
    assert "Aucune violation déclarée" in mots(client_de(pres, "agent_a").get(LISTE))


def test_the_list_goes_on_page_after_page(pres: Personas) -> None:
    for _ in range(55):
        declaree(pres)
    client = client_de(pres, "dpo_a")
    premiere = client.get(LISTE)
    suivante = client.get(LISTE, {"curseur": premiere.context["page"].suivant})
    pages = [
        [ligne["violation"].pk for ligne in r.context["violations"]] for r in (premiere, suivante)
    ]
    attendues = Violation.objects.order_by("-declaree_le", "-pk").values_list("pk", flat=True)
    assert [*pages[0], *pages[1]] == list(attendues)
    assert len(pages[0]) == 50


def test_the_list_costs_as_much_for_twenty_as_for_two(pres: Personas) -> None:
    client = client_de(pres, "dpo_a")
    comptees = []
    for nombre in (2, 18):
        for rang in range(nombre):
            declaree(pres, ("technicien_a", "agent_a")[rang % 2])
        client.get(LISTE)
        with CaptureQueriesContext(connection) as requetes:
            client.get(LISTE)
        comptees.append(len(requetes))
    assert comptees[0] == comptees[1]


def test_the_page_costs_as_much_for_twenty_complements_as_for_two(pres: Personas) -> None:
    violation = declaree(pres)
    client = client_de(pres, "dpo_a")
    comptees = []
    for nombre in (2, 18):
        for _ in range(nombre):
            actions.completer(violation, texte="Une de plus.", acteur=pres.technicien_a)
        client.get(adresse(violation))
        with CaptureQueriesContext(connection) as requetes:
            client.get(adresse(violation))
        comptees.append(len(requetes))
    assert comptees[0] == comptees[1]


def test_reading_writes_nothing_but_the_trace(pres: Personas) -> None:
    violation = declaree(pres)
    client = client_de(pres, "dpo_a")
    for page in (LISTE, "/violations/declarer/", adresse(violation)):
        with CaptureQueriesContext(connection) as requetes:
            assert client.get(page).status_code == 200
        ecrites = [r["sql"] for r in requetes if ECRITURES.match(r["sql"])]
        assert all(sql.startswith('INSERT INTO "comptes_trace"') for sql in ecrites), page
    violation.refresh_from_db()
    assert violation.etat == "declaree"
    lecture = Trace.objects.get(objet="violation", action="lecture")
    assert (lecture.qui_id, lecture.cle) == (pres.dpo_a.pk, violation.reference)


def test_every_page_leads_to_the_breaches(pres: Personas) -> None:
    for nom in ("technicien_a", "gestionnaire_a", "agent_a", "admin_a", "dpo_a"):
        assert f'href="{LISTE}"' in client_de(pres, nom).get("/").content.decode()


@pytest.mark.regle("D-14")
@pytest.mark.parametrize(
    ("par", "attendu"),
    [
        ("technicien_a", "Délégué à la protection des données"),
        ("agent_a", "Gestionnaires du partenaire"),
    ],
)
def test_the_page_of_deadlines_leads_to_a_breach(
    par: str, attendu: str, pres: Personas, horloge: time_machine.Traveller
) -> None:
    violation = declaree(pres, par)
    declarer_violation(pres.caisse_b, pres.partenaire_a, pres.gestionnaire_a)
    lien = f'href="{adresse(violation)}">Violation de données</a>'
    delai = "Information sur une violation de données"
    for quand, vues in ((MOITIE, []), (PROCHE, ["?vue=proche"]), (ECHUE, [""])):
        horloge.move_to(i(quand))
        signalements.balayer()
        admin = client_de(pres, "admin_a")
        for vue in ("", "?vue=proche"):
            reponse = admin.get(f"/delais/{vue}")
            page, texte = reponse.content.decode(), mots(reponse)
            assert (lien in page) == (vue in vues), (quand, vue)
            assert (f"{pres.partenaire_a.nom} {delai}" in texte) == (vue in vues)
            assert (texte.count(attendu) == 1) == (vue in vues)
            assert page.count(">Violation de données</a>") == len([v for v in vues if v == vue])
    assert admin.get(adresse(violation)).status_code == 200
    actions.prendre_connaissance(violation, acteur=None)
    assert lien not in admin.get("/delais/").content.decode()


@pytest.mark.regle("G-05")
def test_the_trace_of_the_partner_says_what_became_of_it(pres: Personas) -> None:
    violation = declaree(pres)
    client_de(pres, "dpo_a").get(adresse(violation))
    actions.completer(violation, texte="Une de plus.", acteur=pres.technicien_a)
    actions.prendre_connaissance(violation, acteur=pres.dpo_a)
    actions.clore(violation, suite="ecartee", conclusion="Une erreur.", acteur=pres.dpo_a)
    reponse = client_de(pres, "admin_a").get("/partenaires/ccas-arras/trace/")
    texte = mots(reponse)
    dites = [
        "Violation de données close",
        "Violation de données prise en compte",
        "Violation de données complétée",
        "Violation de données lue",
        "Violation de données déclarée",
    ]
    rangs = [texte.index(dite) for dite in dites]
    assert rangs == sorted(rangs)
    assert "Une de plus" not in texte
