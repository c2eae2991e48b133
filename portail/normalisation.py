"""What people type, brought to one form: search keys and dates."""

import re
import unicodedata
from datetime import date

# Letters that no Unicode decomposition takes apart.
_LIGATURES = str.maketrans(
    {"Œ": "OE", "Æ": "AE", "Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH"}
)
_NON_ALPHANUMERIQUES = re.compile(r"[\W_]+")
_DATES = (
    re.compile(
        r"(?P<jour>[0-9]{1,2})(?P<separateur>[/.\- ])(?P<mois>[0-9]{1,2})"
        r"(?P=separateur)(?P<annee>[0-9]{4})"
    ),
    re.compile(r"(?P<jour>[0-9]{2})(?P<mois>[0-9]{2})(?P<annee>[0-9]{4})"),
    re.compile(r"(?P<annee>[0-9]{4})-(?P<mois>[0-9]{2})-(?P<jour>[0-9]{2})"),
)


def cle_recherche(*morceaux: str) -> str:
    """Return the search key of these pieces: capitals and digits, words one space apart.

    Accents and case are dropped, ligatures opened, anything else is a space:
    `cle_recherche("Lecœur-Noël", "Zoé")` is `LECOEUR NOEL ZOE`. The key of a key is itself.
    """
    texte = unicodedata.normalize("NFKD", " ".join(morceaux).upper()).upper()
    texte = "".join(c for c in texte if not unicodedata.combining(c)).translate(_LIGATURES)
    return _NON_ALPHANUMERIQUES.sub(" ", texte).strip()


def date_saisie(texte: str) -> date | None:
    """Return the date that a person typed, or None if it is not one.

    Read: jj/mm/aaaa, jj-mm-aaaa, jj.mm.aaaa, jj mm aaaa, jjmmaaaa and aaaa-mm-jj. The year has
    four digits; a day that the calendar does not know (30/02/1980) is no date.
    """
    for forme in _DATES:
        if trouvee := forme.fullmatch(texte.strip()):
            try:
                return date(int(trouvee["annee"]), int(trouvee["mois"]), int(trouvee["jour"]))
            except ValueError:
                return None
    return None
