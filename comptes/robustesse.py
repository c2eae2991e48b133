"""How hard a password is to guess, for somebody who knows French and who knows its owner.

zxcvbn counts the guesses of an attacker; its own lists are English, ours add French words, names
and passwords, and what is known of the person. Pure functions: nothing typed is kept.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from zxcvbn.matching import RANKED_DICTIONARIES, add_frequency_lists, omnimatch
from zxcvbn.scoring import most_guessable_match_sequence
from zxcvbn.time_estimates import guesses_to_score

DOSSIER = Path(__file__).parent / "mots_connus"
LISTES = ("mots_de_passe", "francais", "noms")
# The score takes longer than the square of the length; nobody guesses what is beyond.
LONGUEUR_NOTEE = 72
MOT_MINIMAL = 3
SUFFISANT = 3
# What one puts between words adds nothing to them.
SEPARATEURS = " -_.,;:/'’!?"

_VERROU = Lock()
_SOI = "soi"
_LONGUEUR = "Allongez-le : plusieurs mots sans rapport entre eux, par exemple."
CONSEILS = {
    _SOI: "Évitez votre nom, votre identifiant, votre adresse et le nom de votre structure.",
    "mots_de_passe": "C’est un mot de passe courant, à peine changé : choisissez autre chose.",
    "passwords": "C’est un mot de passe courant, à peine changé : choisissez autre chose.",
    "noms": "Les noms et les prénoms se devinent : ajoutez plusieurs mots sans rapport entre eux.",
    "spatial": "Évitez les touches qui se suivent sur le clavier.",
    "repeat": "Évitez les répétitions.",
    "sequence": "Évitez les suites, comme « abcd » ou « 6543 ».",
    "regex": "Évitez les années.",
    "date": "Évitez les dates.",
    "dictionary": _LONGUEUR,
    "bruteforce": _LONGUEUR,
}

Rangs = dict[str, int]


@dataclass(frozen=True, slots=True)
class Note:
    """From 0 (guessed at once) to 4; `conseil` says what weakens it most, empty from 3 on."""

    score: int
    conseil: str


def noter(mot_de_passe: str, sur_la_personne: Iterable[str] = ()) -> Note:
    """The note of the first 72 characters; a password that goes on is only harder."""
    debut = mot_de_passe[:LONGUEUR_NOTEE]
    listes = {**_listes(), _SOI: _rangs(mot for texte in sur_la_personne for mot in mots(texte))}
    motifs = omnimatch(debut, listes)
    trouve = most_guessable_match_sequence(debut, motifs)
    score = guesses_to_score(trouve["guesses"])
    if score >= SUFFISANT and _score_du_reste(debut, motifs, listes) < SUFFISANT:
        return Note(SUFFISANT - 1, CONSEILS[_SOI])
    return Note(score, "" if score >= SUFFISANT else _conseil(trouve["sequence"]))


def _score_du_reste(debut: str, motifs: list[dict[str, Any]], listes: dict[str, Rangs]) -> int:
    """The note of what the owner's own words leave, for they add nothing.

    zxcvbn multiplies the guesses of each piece: a first name, a name and a year would pass.
    """
    siens = [motif for motif in motifs if motif.get("dictionary_name") == _SOI]
    if not siens:
        return SUFFISANT
    pris = {rang for motif in siens for rang in range(motif["i"], motif["j"] + 1)}
    restants = (c for rang, c in enumerate(debut) if rang not in pris and c not in SEPARATEURS)
    if not (reste := "".join(restants)):
        return 0
    trouve = most_guessable_match_sequence(reste, omnimatch(reste, listes))
    return int(guesses_to_score(trouve["guesses"]))


def mots(texte: str) -> Iterator[str]:
    """The pieces of a text that somebody would put in a password: whole, and word by word."""
    plat = texte.lower()
    separes = "".join(c if c.isalnum() else " " for c in plat).split()
    for mot in {plat, "".join(separes), *separes}:
        if len(mot) >= MOT_MINIMAL:
            yield mot
            yield sans_accents(mot)


def sans_accents(texte: str) -> str:
    decompose = unicodedata.normalize("NFD", texte)
    return "".join(c for c in decompose if not unicodedata.combining(c))


def _conseil(suite: list[dict[str, Any]]) -> str:
    faiblesses = [m for m in suite if m["pattern"] != "bruteforce"]
    if not faiblesses:
        return _LONGUEUR
    pire = max(faiblesses, key=lambda m: len(m["token"]))
    motif = pire["pattern"]
    return CONSEILS.get(pire.get("dictionary_name", motif), CONSEILS[motif])


def _listes() -> dict[str, Rangs]:
    """The dictionaries, read once for the life of the process.

    Ours are added to zxcvbn's own table: what is repeated is looked up there alone.
    """
    with _VERROU:
        if LISTES[0] not in RANKED_DICTIONARIES:
            add_frequency_lists({nom: list(dict.fromkeys(_lire(nom))) for nom in LISTES})
    return RANKED_DICTIONARIES


def _lire(nom: str) -> Iterator[str]:
    for ligne in (DOSSIER / f"{nom}.txt").read_text("utf-8").splitlines():
        if not ligne.startswith("#"):
            yield ligne
            yield sans_accents(ligne)


def _rangs(mots: Iterable[str]) -> Rangs:
    return {mot: rang for rang, mot in enumerate(dict.fromkeys(mots), 1)}
