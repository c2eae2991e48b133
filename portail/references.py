"""Public references of requests: random, speakable, with a check character (`EP-7KQ2-M9FX`).

The alphabet has 29 characters: the digits and capitals left once the look-alikes are removed
(0/O, 1/I/L, U/V, S/5). 29 is prime, so that a weighted sum modulo 29 whose weights all differ
detects every single wrong character and every swap of two characters. The weights are the powers
of 5: the first seven powers and the eighth all differ, because 5 has order 14 modulo 29.
"""

import re
import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXYZ"
PREFIXE = "EP"
LONGUEUR = 8  # seven random characters (29 ** 7, about 17 thousand million) and the check
BASE = 5

# Never in a reference, and each resembles one character only: read as that character.
_SOSIES = str.maketrans({"S": "5", "U": "V"})
_SEPARATEURS = re.compile(r"[\s\-_./\u2010-\u2015\u2212]+")


def _somme(caracteres: str) -> int:
    """Horner's scheme in base 5, modulo 29: zero for a whole, untouched reference."""
    total = 0
    for caractere in caracteres:
        total = (total * BASE + ALPHABET.index(caractere)) % len(ALPHABET)
    return total


def _cle(caracteres: str) -> str:
    """The check character of the seven random ones."""
    return ALPHABET[-_somme(caracteres) * BASE % len(ALPHABET)]


def _mettre_en_forme(corps: str) -> str:
    return f"{PREFIXE}-{corps[:4]}-{corps[4:]}"


def tirer() -> str:
    """Draw a new reference, such as `EP-7KQ2-M9FX`.

    It is unpredictable, not guaranteed unique: the column's UNIQUE constraint is.
    """
    corps = "".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR - 1))
    return _mettre_en_forme(corps + _cle(corps))


def epurer(saisie: str) -> str:
    """Return what a person typed without separators, in capitals, S read 5 and U read V."""
    texte = unicodedata.normalize("NFKC", saisie).upper()
    return _SEPARATEURS.sub("", texte).translate(_SOSIES)


def normaliser(saisie: str) -> str | None:
    """Return the reference that a person typed, in its one canonical form, or None.

    Case, spaces, dashes and the prefix are free; S is read 5 and U is read V.
    None means that it is not a reference: wrong length, foreign character or failed check.
    """
    corps = epurer(saisie)
    if len(corps) == len(PREFIXE) + LONGUEUR:
        corps = corps.removeprefix(PREFIXE)
    if len(corps) != LONGUEUR or not set(corps) <= set(ALPHABET) or _somme(corps):
        return None
    return _mettre_en_forme(corps)
