"""No mail says who (D-17): every template, in a world where every text typed is poison."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.mail import EmailMultiAlternatives
from django.db import models
from django.db.models import Case, Value, When
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from comptes import composition, courriels, notifications
from comptes.composition import composer
from comptes.gabarits import GABARITS
from comptes.models import Courriel, Jeton, Notification, Utilisateur
from comptes.recapitulatifs import recapituler
from signalements.models import Demande
from tests.personas import Personas
from tests.test_coherence import NOTRES, RACINE
from tests.voisinage import Cote, voisiner

pytestmark = [pytest.mark.django_db, pytest.mark.regle("D-17")]

GABARITS_ECRITS = sorted(f.stem for f in (RACINE / "templates/courriels").glob("*.txt"))
# To a desk without account (G-02).
A_UN_BUREAU = "violation_declaree_contact"
MOT = "Zorglubine"
TELEPHONE = "07 99 88 77 66"
NAISSANCE = date(1931, 7, 13)
POISONS = [
    "zorglubine",
    "poison.example",
    "0799887766",
    "13/07/1931",
    "1931-07-13",
    "13juillet1931",
]
# What no person types: codes, fingerprints, names of files of ours.
CODES = {
    *("reference", "code", "cle", "gabarit", "numero", "position", "chemin", "lexique"),
    *("password", "empreinte", "sha256", "type_mime", "version_gabarit", "consentement_version"),
    *("departement", "departement_residence", "lieu_naissance", "etat", "objet", "resultat"),
}
INTOUCHABLES = {"Trace", "Execution", "Courriel", "Notification"}
DETAILS = {"nature": "contact_48h", "palier": 100}


@pytest.fixture
def cote(personas: Personas) -> Cote:
    """Everybody at work, through the real verbs; then whatever was typed becomes poison."""
    cote = voisiner(personas).a
    notres = (m for m in apps.get_models() if m._meta.app_label in NOTRES)
    for modele in notres:
        if modele.__name__ not in INTOUCHABLES and (poison := dict(_poison(modele))):
            modele._default_manager.update(**poison)
    for compte in Utilisateur.objects.all():
        compte.email = f"zorglubine.{compte.pk}@poison.example"
        compte.save(update_fields=["email"])
    return cote


def _poison(modele: type[models.Model]) -> Iterator[tuple[str, Any]]:
    for champ in modele._meta.concrete_fields:
        if champ.name in CODES or champ.choices:
            continue
        if champ.name == "telephone":
            yield champ.name, TELEPHONE
        elif champ.name == "date_naissance":
            yield champ.name, NAISSANCE
        elif isinstance(champ, models.CharField | models.TextField):
            seul = Concat(Value(f"{MOT} "), Cast("pk", models.CharField()))
            yield champ.name, Case(When(**{champ.name: ""}, then=Value("")), default=seul)
        elif champ.name in ("donnees", "contenu"):
            yield champ.name, {"nom": MOT, "telephone": TELEPHONE}


def tout_ecrire(cote: Cote) -> None:
    """Every mail, about what is poisoned: those of the verbs, then the others."""
    references = {
        "reference": cote.demande.reference,
        "identifiant": str(cote.demarche.identifiant),
        "code": cote.partenaire.code,
        "": "",
    }
    lui = cote.agent
    lui.preferences.all().delete()
    for nom, gabarit in GABARITS.items():
        lui.preferences.update_or_create(genre=gabarit.genre, defaults={"remise": "immediate"})
        details = DETAILS if "{delai}" in gabarit.phrase else {}
        reference = references[gabarit.argument]
        notifications.notifier([lui], nom, cle=nom, reference=reference, details=details)
    courriels.ecrire_a("zorglubine@poison.example", A_UN_BUREAU, cle=A_UN_BUREAU)
    for nom in set(GABARITS_ECRITS) - set(GABARITS) - {"recapitulatif", A_UN_BUREAU}:
        jeton = Jeton.objects.create(utilisateur=lui, usage="activation", expire_le=_demain())
        courriels.ecrire(lui, nom, cle=nom, contexte={"lien": str(jeton.identifiant)})
    Notification.objects.filter(destinataire=lui).update(remise="quotidien")
    recapituler(_demain())


def _demain() -> Any:
    return timezone.now() + timedelta(days=2)


def fuites(message: EmailMultiAlternatives) -> set[str]:
    """The poison found anywhere in the message, but in the address that it goes to."""
    entetes = [f"{nom}: {valeur}" for nom, valeur in message.message().items() if nom != "To"]
    versions = [contenu for contenu, _ in message.alternatives]
    tout = _nu("\n".join([message.subject, message.body, *map(str, versions), *entetes]))
    return {poison for poison in POISONS if poison in tout}


def _nu(texte: str) -> str:
    """Small letters, without accents nor the spaces that cut numbers and dates."""
    decompose = unicodedata.normalize("NFD", texte.lower())
    return re.sub(r"[\u0300-\u036f\s\u00a0\u202f]", "", decompose)


def test_aucun_courriel_ne_dit_de_qui_il_s_agit(cote: Cote) -> None:
    tout_ecrire(cote)
    ecrits = Courriel.objects.select_related("destinataire")
    assert sorted({courriel.gabarit for courriel in ecrits}) == GABARITS_ECRITS
    assert {c.gabarit: f for c in ecrits if (f := fuites(composer(c)))} == {}


def test_le_poison_est_bien_la_ou_un_courriel_pourrait_le_prendre(cote: Cote) -> None:
    demande = Demande.objects.get(pk=cote.demande.pk)
    assert (demande.telephone, demande.date_naissance) == (TELEPHONE, NAISSANCE)
    compte = Utilisateur.objects.get(pk=cote.agent.pk)
    cote.caisse.refresh_from_db()
    cote.partenaire.refresh_from_db()
    assert compte.telephone == TELEPHONE
    textes = [demande.nom, demande.prenom, demande.commentaires, demande.pieces.get().nom]
    textes += [compte.nom, compte.prenom, compte.fonction, cote.caisse.nom, cote.partenaire.nom]
    assert [texte for texte in textes if not texte.startswith(MOT)] == []


@pytest.mark.parametrize(
    ("gabarit", "poison"),
    [
        ("Objet : {{ fuite }}\n\nBonjour,\n", "nom"),
        ("Objet : x\n\nBonjour {{ fuite }},\n", "email"),
        ("Objet : x\n\n- {{ fuite }}\n", "date_naissance"),
        ("Objet : x\n\nAu {{ fuite }} :\nhttps://portail.example\n", "telephone"),
    ],
)
def test_un_gabarit_qui_fuit_est_trouve(
    gabarit: str, poison: str, cote: Cote, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """The near miss: one template says who, as a mistake would make it."""
    demande = Demande.objects.get(pk=cote.demande.pk)
    valeurs = {
        "nom": demande.personne,
        "telephone": demande.telephone,
        "date_naissance": f"{demande.date_naissance:%d/%m/%Y}",
        "email": Utilisateur.objects.get(pk=cote.agent.pk).email,
    }
    contexte = composition._contexte
    monkeypatch.setattr(
        composition, "_contexte", lambda lui: contexte(lui) | {"fuite": valeurs[poison]}
    )
    (moteur,) = settings.TEMPLATES
    locaux = {"courriels/demande_evolue.txt": gabarit}
    chargeurs = [
        ("django.template.loaders.locmem.Loader", locaux),
        ("django.template.loaders.filesystem.Loader", moteur["DIRS"]),
    ]
    options = moteur["OPTIONS"] | {"loaders": chargeurs}
    settings.TEMPLATES = [moteur | {"APP_DIRS": False, "OPTIONS": options}]
    courriels.ecrire(
        cote.agent, "demande_evolue", cle="x", contexte={"reference": demande.reference}
    )
    assert fuites(composer(Courriel.objects.get(gabarit="demande_evolue")))


def test_un_en_tete_qui_fuit_est_trouve(cote: Cote) -> None:
    courriels.ecrire(cote.agent, "demande_evolue", cle="x", contexte={"reference": "EP-2222-2222"})
    message = composer(Courriel.objects.get(gabarit="demande_evolue"))
    assert fuites(message) == set()
    message.extra_headers["X-Personne"] = MOT
    assert fuites(message) == {"zorglubine"}


@pytest.mark.parametrize("valeur", ["Mme Élodie Vasseur", "e.vasseur@ccas.example", "07 99 88"])
def test_ce_qui_n_est_pas_un_identifiant_ne_s_ecrit_pas(valeur: str, personas: Personas) -> None:
    with pytest.raises(ValueError, match="public identifiers only"):
        courriels.ecrire(
            personas.agent_a, "demande_evolue", cle="x", contexte={"reference": valeur}
        )
    assert not Courriel.objects.exists()
