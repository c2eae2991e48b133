"""Characters seen through their disguises: digits, look-alikes, invisible marks."""

import re
import unicodedata

SANS_CHASSE = (
    "\u00ad\u0300-\u036f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\u20d0-\u20ff\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef"
)

INVISIBLES = re.compile(rf"[{SANS_CHASSE}]+")

_CAPITALES_JUMELLES = str.maketrans(
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕЅІЈКМНОРСТУХ", "ABEZHIKMNOPTYXABESIJKMHOPCTYX"
)
# Letters of other alphabets drawn like Latin ones, and Latin letters that do not decompose.
_JUMELLES = str.maketrans(
    {
        **dict(zip("аеорсухіјѕкмтнвӏ", "aeopcyxijskmthbl", strict=True)),
        **dict(zip("αεορτυικνχ", "aeoptuikvx", strict=True)),
        **dict(zip("ıłøđɑɡ", "ilodag", strict=True)),
        "œ": "oe",
        "æ": "ae",
        "ß": "ss",
    }
)

_ACCENTS = str.maketrans(
    {
        **dict(zip("àâäáãåçéèêëíìîïñóòôöõúùûüýÿ", "aaaaaaceeeeiiiinooooouuuuyy", strict=True)),
        "œ": "oe",
        "æ": "ae",
    }
)
_CHIFFRES_JUMEAUX = str.maketrans(
    {
        **dict.fromkeys("oOοΟоОօՕ", "0"),
        **dict.fromkeys("iIlıІіΙιӀӏ", "1"),
        **dict.fromkeys("sSѕЅ", "5"),
        **dict.fromkeys("zZΖ", "2"),
        **dict.fromkeys("Зз", "3"),
        **dict.fromkeys("Gб", "6"),
    }
)


def replier(mot: str) -> str:
    """Return the word in lower case, without accents, invisible marks or foreign look-alikes."""
    ordinaire = mot.lower().translate(_ACCENTS)
    if ordinaire.isascii():
        return ordinaire
    visible = INVISIBLES.sub("", mot).translate(_CAPITALES_JUMELLES)
    decompose = unicodedata.normalize("NFKD", visible.lower()).lower()
    lisible = "".join(c for c in decompose if not unicodedata.combining(c))
    return lisible.translate(_JUMELLES)


def chiffre(caractere: str) -> str:
    """Return the digit 0-9 that this character writes in any script, or an empty string."""
    valeur = unicodedata.digit(caractere, None)
    return "" if valeur is None else str(valeur)


def sosie(caractere: str) -> str:
    """Return the digit that this letter is drawn like (O is 0, l is 1, S is 5), or nothing.

    B, drawn like 8, is left out: it is also half of Corsica.
    """
    ressemblant = caractere.translate(_CHIFFRES_JUMEAUX)
    return ressemblant if ressemblant != caractere else ""
