"""What a technicien types and attaches, sent as their browser would send it without JavaScript."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from signalements import actions
from signalements.models import Brouillon, Piece
from tests.portail import echantillons
from tests.voisinage import csv

SAISIE: dict[str, Any] = {
    "motif": "mas",
    "consentement": "on",
    "contextes": ["droits", "numerique"],
    "soins": ["pharmacie"],
    "anciennete": "plus_1_an",
    "causes": ["transport", "delais"],
    "civilite": "madame",
    "nom": "Vasseur",
    "prenom": "Élodie",
    "date_naissance": "09/03/1984",
    "lieu_naissance": "Portugal",
    "departement_residence": "62",
    "telephone": "06 39 98 00 12",
    "commentaires": "La personne a besoin d'aide pour sa complémentaire.",
}


def page(brouillon: Brouillon, suite: str = "") -> str:
    return f"/brouillons/{brouillon.identifiant}/{suite}"


def envoyer(client: Client, brouillon: Brouillon, faire: str = "relire", **saisie: Any) -> Any:
    return client.post(page(brouillon), {**SAISIE, "faire": faire, **saisie})


def sans(*noms: str) -> dict[str, Any]:
    return {nom: valeur for nom, valeur in SAISIE.items() if nom not in noms}


def fichier(nom: str = "note.pdf", octets: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(nom, octets or echantillons.pdf())


def joindre(client: Client, brouillon: Brouillon, depose: Any, usage: str = "autre") -> Any:
    return client.post(page(brouillon, "pieces/"), {"fichier": depose, "usage": usage})


def attacher(brouillon: Brouillon, **champs: Any) -> Piece:
    piece = actions.joindre(brouillon, csv(), usage="autre", acteur=brouillon.auteur)
    Piece.objects.filter(pk=piece.pk).update(**champs)
    return piece
