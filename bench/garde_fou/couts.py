"""What the guard costs: time per text, growth on hostile texts, memory, load."""

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import cycle

HOSTILES = {
    "chiffres": "1",
    "chiffre, espace": "1 ",
    "lettre l": "l",
    "l, espace": "l ",
    "largeur nulle": "1\u200b",
    "accents combinés": "e\u0301\u0301",
    "groupes de NIR": "1 85 03 99 123 001 ",
    "nombres en lettres": "un quatre-vingt ",
    "barres": "|1",
    "téléphones": "06 12 34 56 78 ",
    "termes": "cancer du sein de la ",
    "références": "EP-1234-",
}
TAILLE_LONGUE = 5_000
_PHRASES_DE_SECOURS = (
    "Bonjour, je vous contacte pour M. Durand qui attend une réponse depuis le 12/03/2024.",
    "Merci de rappeler au 06 12 34 56 78, dossier EP-7KQ2-M9FX, loyer de 650,50 €.",
)
_MESURE_DE_CHARGE = """
import json, pathlib, sys, time, tracemalloc
def rss():
    lignes = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(l.split()[1]) * 1024 for l in lignes if l.startswith("VmHWM"))
avant = rss()
if "trace" in sys.argv: tracemalloc.start()
debut = time.perf_counter()
from portail.garde_fou import verifier
importe = time.perf_counter() - debut
verifier("Un premier texte, qui charge le lexique.")
duree = time.perf_counter() - debut
pic = tracemalloc.get_traced_memory()[1] if "trace" in sys.argv else 0
print(json.dumps([importe, duree, pic, avant, rss()]))
"""


def durees(verifier: Callable[[str], object], textes: list[str]) -> list[float]:
    """Return the time that each text takes, in milliseconds, sorted."""
    sortie = []
    for texte in textes:
        debut = time.perf_counter()
        verifier(texte)
        sortie.append(1000 * (time.perf_counter() - debut))
    return sorted(sortie)


def quantile(valeurs: list[float], part: float) -> float:
    """Return the quantile of sorted values, 0 if there is none."""
    return valeurs[min(len(valeurs) - 1, int(part * len(valeurs)))] if valeurs else 0.0


def longs_textes(textes: list[str], nombre: int, graine: int) -> list[str]:
    """Join texts of the corpora into texts of 5,000 characters."""
    melange = list(textes) or list(_PHRASES_DE_SECOURS)
    random.Random(graine).shuffle(melange)
    suite = cycle(melange)
    sortie = []
    for _ in range(nombre):
        morceaux: list[str] = []
        while sum(map(len, morceaux)) < TAILLE_LONGUE:
            morceaux.append(next(suite) + "\n")
        sortie.append("".join(morceaux)[:TAILLE_LONGUE])
    return sortie


def croissance(verifier: Callable[[str], object], motif: str, taille: int) -> tuple[float, float]:
    """Return the milliseconds for twice `taille` hostile characters, and the ratio to `taille`."""
    petit, grand = ((motif * (n // len(motif) + 1))[:n] for n in (taille, 2 * taille))
    temps_petit = min(durees(verifier, [petit] * 3))
    temps_grand = min(durees(verifier, [grand] * 2))
    return temps_grand, temps_grand / max(temps_petit, 0.01)


def charge() -> dict[str, float]:
    """Load the guard in a new process; return seconds and megabytes."""
    importe, duree, _, avant, rss = _dans_un_processus()
    pic = _dans_un_processus("trace")[2]
    mega = 1024 * 1024
    return {
        "import_s": importe,
        "charge_s": duree,
        "tracemalloc_mo": pic / mega,
        "rss_mo": rss / mega,
        "rss_avant_mo": avant / mega,
    }


def _dans_un_processus(*options: str) -> list[float]:
    commande = [sys.executable, "-c", _MESURE_DE_CHARGE, *options]
    sortie = subprocess.run(commande, capture_output=True, text=True, check=True)
    valeurs: list[float] = json.loads(sortie.stdout)
    return valeurs


def rss_mo() -> float:
    """Return the largest memory of this process, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
