"""The form that declares a breach: what it asks, what it refuses, what it keeps (G-02)."""

import re
from typing import Any

import pytest
from django.test import Client

from comptes import habilitations
from comptes.models import Caisse, Trace
from echeances.models import Echeance
from tests.factories import CaisseFactory
from tests.personas import Personas, connecte
from tests.violations.scene import i
from tests.voisinage import lier
from violations.models import Violation

pytestmark = [pytest.mark.django_db, pytest.mark.regle("G-02")]

PAGE = "/violations/declarer/"
SAISIE: dict[str, Any] = {
    "statut": "averee",
    "constatee_le": "02/03/2026",
    "heure": "07:40",
    "atteintes": ["confidentialite", "disponibilite"],
    "categories": ["identite", "acces"],
    "personnes": "12",
    "recit": "Un ordinateur a été volé dans les locaux.",
    "mesures": "Les accès sont coupés.",
}
COMMUNS = [
    "La violation est-elle certaine ?",
    "Jour du constat",
    "Heure du constat",
    "Les données ont été, ou ont pu être",
    "Quelles données ?",
    "Nombre de personnes concernées",
    "Ce qui s’est passé",
    "Ce qui a déjà été fait",
]


@pytest.fixture
def technicien(pres: Personas) -> Client:
    return connecte(Client(), pres.technicien_a)


@pytest.fixture
def saisie(pres: Personas) -> dict[str, Any]:
    """What the technicien of the first partner types, for one of its two caisses."""
    return {**SAISIE, "caisses": [pres.caisse_a.code]}


def envoyer(client: Client, saisie: dict[str, Any], **autres: Any) -> Any:
    return client.post(PAGE, {**saisie, **autres})


def libelles(page: str) -> list[str]:
    """Labels and legends, but those of the answers to choose from."""
    trouves = re.findall(
        r'<(?:label class="fr-label"|legend)[^>]*>(.*?)</(?:label|legend)>', page, re.S
    )
    textes = [" ".join(re.sub(r"<[^>]+>", " ", trouve).split()) for trouve in trouves]
    return [texte.removesuffix(" (facultatif)").replace("\u00a0", " ") for texte in textes]


def test_the_day_of_the_first_convention_is_early_enough(
    technicien: Client, saisie: dict[str, Any]
) -> None:
    envoyer(technicien, saisie, constatee_le="01/01/2026")
    assert Violation.objects.get().constatee_le == i("2026-01-01T07:40+01")


@pytest.mark.parametrize("heure", ["7:40", "07:40:00", "7h40", "07 h 40"])
def test_an_old_browser_types_the_hour(
    heure: str, technicien: Client, saisie: dict[str, Any]
) -> None:
    envoyer(technicien, saisie, heure=heure)
    assert Violation.objects.get().constatee_le == i("2026-03-02T07:40+01")


def test_what_is_typed_is_declared(technicien: Client, saisie: dict[str, Any]) -> None:
    reponse = envoyer(technicien, saisie)
    violation = Violation.objects.get()
    assert reponse.headers["Location"] == f"/violations/{violation.identifiant}/"
    assert violation.constatee_le == i("2026-03-02T07:40+01")
    assert (violation.statut, violation.personnes) == ("averee", 12)
    assert violation.atteintes == ["confidentialite", "disponibilite"]
    assert violation.categories == ["identite", "acces"]
    assert violation.recit == "Un ordinateur a été volé dans les locaux."
    assert violation.mesures == "Les accès sont coupés."
    page = technicien.get(reponse.headers["Location"]).content.decode()
    assert "La violation est déclarée." in page


@pytest.mark.parametrize(
    ("nom", "propres"),
    [
        ("technicien_a", ["Caisses à prévenir"]),
        ("technicien_b", []),
        ("agent_a", ["Partenaire à prévenir"]),
        ("dpo_b", ["Partenaire à prévenir"]),
    ],
)
def test_each_side_is_asked_what_it_knows(nom: str, propres: list[str], pres: Personas) -> None:
    """A single caisse is not asked."""
    page = connecte(Client(), getattr(pres, nom)).get(PAGE).content.decode()
    questions = [libelle for libelle in libelles(page) if libelle in {*COMMUNS, *propres}]
    assert questions == [*propres, *COMMUNS]
    assert ("Caisses à prévenir" in page) == ("Caisses à prévenir" in propres)
    assert 'data-garde="sante"' in page


def test_several_caisses_are_as_many_breaches(
    technicien: Client, saisie: dict[str, Any], pres: Personas
) -> None:
    codes = [pres.caisse_a.code, pres.caisse_b.code]
    reponse = envoyer(technicien, saisie, caisses=codes)
    assert reponse.headers["Location"] == "/violations/"
    declarees = Violation.objects.order_by("caisse")
    assert [v.caisse for v in declarees] == [pres.caisse_a, pres.caisse_b]
    assert {v.partenaire for v in declarees} == {pres.partenaire_a}
    assert Echeance.objects.values("violation").distinct().count() == 2


def test_one_caisse_that_cannot_be_told_stops_them_all(
    technicien: Client, saisie: dict[str, Any], pres: Personas
) -> None:
    codes = [pres.caisse_a.code, CaisseFactory().code]
    page = envoyer(technicien, saisie, caisses=codes).content.decode()
    assert "fr-message--error" in page
    assert not Violation.objects.exists()


@pytest.mark.parametrize("code", ["cote-opale", "nulle-part"])
def test_a_technicien_declares_to_the_caisses_of_its_partner(code: str, pres: Personas) -> None:
    """The second partner works with one caisse only, and it is not this one."""
    client = connecte(Client(), pres.technicien_b)
    envoyer(client, SAISIE, caisses=[code])
    assert [v.caisse.code for v in Violation.objects.all()] == ["cote-opale"]


@pytest.mark.parametrize("nom", ["agent_a", "admin_a", "dpo_a"])
def test_a_caisse_declares_to_a_partner_of_its_own(nom: str, pres: Personas) -> None:
    client = connecte(Client(), getattr(pres, nom))
    page = envoyer(client, SAISIE, partenaire=pres.partenaire_b.code).content.decode()
    assert "fr-message--error" in page
    assert pres.partenaire_b.nom not in page
    assert not Violation.objects.exists()
    assert envoyer(client, SAISIE, partenaire=pres.partenaire_a.code).status_code == 302
    assert Violation.objects.get().cote == "caisse"


def test_of_two_caisses_only_the_bound_one_declares(pres: Personas) -> None:
    """An agent of both: each list is right, the pair is not."""
    habilitations.habiliter(pres.agent_a, pres.caisse_b, acteur=None)
    client = connecte(Client(), pres.agent_a)
    couple = {"caisse": pres.caisse_a.code, "partenaire": pres.partenaire_b.code}
    page = envoyer(client, SAISIE, **couple).content.decode()
    assert "Aucune convention ne lie cette caisse à ce partenaire." in page
    assert SAISIE["recit"] in page
    assert not Violation.objects.exists()
    envoyer(client, SAISIE, **{**couple, "caisse": pres.caisse_b.code})
    assert Violation.objects.get().caisse == pres.caisse_b


FAUTES = [
    ("constatee_le", "03/03/2026", "dans le futur"),
    ("heure", "09:01", "Cet instant est dans le futur : vérifiez l’heure."),
    ("constatee_le", "31/12/2025", "précède votre première convention, du 01/01/2026"),
    ("constatee_le", "24/05/2018", "Cette date est trop ancienne : vérifiez l’année."),
    ("constatee_le", "02/03/0026", "Cette date est trop ancienne : vérifiez l’année."),
    ("constatee_le", "01/01/0001", "Cette date est trop ancienne : vérifiez l’année."),
    ("heure", "midi", "Saisissez l’heure sous la forme 14:30."),
    ("heure", "", "Renseignez « Heure du constat »."),
    ("statut", "", "Choisissez une réponse pour « La violation est-elle certaine ? »."),
    (
        "atteintes",
        [],
        "Cochez au moins une réponse pour « Les données ont été, ou ont pu être ».",
    ),
    ("categories", [], "Cochez au moins une réponse pour « Quelles données ? »."),
    ("caisses", [], "Cochez au moins une réponse pour « Caisses à prévenir »."),
    ("personnes", "0", "Au moins une personne, ou laissez vide."),
    ("personnes", "douze", "Saisissez un nombre entier, par exemple 12."),
    ("personnes", "284036249800164", "Ce nombre est trop grand : vérifiez-le."),
    ("recit", " ", "Renseignez « Ce qui s’est passé »."),
    ("recit", "a" * 3001, "Ce texte compte 3001 caractères, pour 3000 au maximum."),
    ("mesures", "a" * 2001, "Ce texte compte 2001 caractères, pour 2000 au maximum."),
]


@pytest.mark.parametrize(("champ", "valeur", "dit"), FAUTES)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    champ: str, valeur: Any, dit: str, technicien: Client, saisie: dict[str, Any]
) -> None:
    reponse = envoyer(technicien, saisie, **{champ: valeur})
    formulaire, page = reponse.context["form"], reponse.content.decode()
    assert (reponse.status_code, set(formulaire.errors)) == (200, {champ})
    lue = page.replace("\u00a0", " ").replace("\u202f", " ")
    assert dit in lue
    assert "<title>Erreur : " in page
    gardees = {nom: valeur for nom, valeur in saisie.items() if nom != champ}
    for nom, tapee in gardees.items():
        assert formulaire[nom].value() == tapee, nom
        for texte in tapee if isinstance(tapee, list) else [tapee]:
            assert texte in page, nom
    assert not Violation.objects.exists()


@pytest.mark.parametrize("champ", ["recit", "mesures"])
@pytest.mark.parametrize(
    ("texte", "regle"),
    [
        ("Le fichier de 2 84 03 62 498 001 64 est parti.", "nir"),
        ("La personne suit une chimiothérapie pour un cancer.", "sante"),
    ],
)
def test_the_guard_reads_what_is_told(
    texte: str, regle: str, champ: str, technicien: Client, saisie: dict[str, Any]
) -> None:
    """D-08, D-09: refused at the field, traced by its kind alone."""
    reponse = envoyer(technicien, saisie, **{champ: texte})
    formulaire = reponse.context["form"]
    assert set(formulaire.errors) == {champ}
    assert formulaire["personnes"].value() == "12"
    assert formulaire[champ].value() == texte
    assert not Violation.objects.exists()
    trace = Trace.objects.filter(action="refus").latest("pk")
    assert trace.details == {"raison": regle}


def test_an_empty_form_says_all_that_it_needs(technicien: Client) -> None:
    reponse = technicien.post(PAGE, {"personnes": "", "mesures": ""})
    assert set(reponse.context["form"].errors) == {
        *("caisses", "statut", "constatee_le", "heure", "atteintes", "categories", "recit"),
    }
    assert not Violation.objects.exists()


@pytest.mark.parametrize(
    ("nom", "prevenu"), [("technicien_a", "de la caisse"), ("dpo_a", "du partenaire")]
)
def test_the_page_says_who_will_be_told(nom: str, prevenu: str, pres: Personas) -> None:
    page = connecte(Client(), getattr(pres, nom)).get(PAGE).content.decode()
    assert f"Le délégué à la protection des données {prevenu}" in page


def test_a_caisse_that_left_may_still_be_told(technicien: Client, pres: Personas) -> None:
    """The data outlives the convention (G-02)."""
    autre: Caisse = CaisseFactory()
    convention = lier(autre, pres.partenaire_a)
    convention.liens.update(
        date_fin=i("2026-02-20T00:00+01").date(), close_le=i("2026-02-21T00:00+01")
    )
    assert autre.nom in technicien.get(PAGE).content.decode()
    envoyer(technicien, SAISIE, caisses=[autre.code])
    assert Violation.objects.get().convention == convention
