"""Passwords known from breaches, asked offline: `mots_connus/divulgues.bin`.

The file holds the first five bytes of the SHA-256 of each, sorted: it is searched where it lies
and never loaded. See mots_connus/LISEZMOI.md for what is in it and how it is made.
"""

import hashlib
import mmap
from functools import cache
from pathlib import Path

FICHIER = Path(__file__).parent / "mots_connus" / "divulgues.bin"
LARGEUR = 5


def est_divulgue(mot_de_passe: str) -> bool:
    """Was this password, or what remains without the digits and signs around it, in a breach?"""
    petites = mot_de_passe.lower()
    coeur = petites.strip("".join(c for c in set(petites) if not c.isalpha()))
    return any(_contient(empreinte(texte)) for texte in {petites, coeur})


def empreinte(texte: str) -> bytes:
    return hashlib.sha256(texte.encode()).digest()[:LARGEUR]


def _contient(cherchee: bytes) -> bool:
    fichier = _fichier()
    debut, fin = 0, len(fichier) // LARGEUR
    while debut < fin:
        milieu = (debut + fin) // 2
        lue = fichier[milieu * LARGEUR : (milieu + 1) * LARGEUR]
        if lue == cherchee:
            return True
        debut, fin = (milieu + 1, fin) if lue < cherchee else (debut, milieu)
    return False


@cache
def _fichier() -> mmap.mmap:
    with FICHIER.open("rb") as fichier:
        return mmap.mmap(fichier.fileno(), 0, access=mmap.ACCESS_READ)
