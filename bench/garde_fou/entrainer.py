"""Learns the weights of `portail/garde_fou/poids/` from the texts of `reglage/`.

A logistic regression, by stochastic gradient with a fixed seed: the same texts give the same
file. The texts of `mesure/` are never read here.
"""

import json
import math
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

RACINE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(RACINE))

from portail.garde_fou.dictionnaire import DOSSIER, charger  # noqa: E402
from portail.garde_fou.faisceau import POIDS, phrases, traits_de_la_phrase  # noqa: E402
from portail.garde_fou.mots import decouper, recoller  # noqa: E402
from portail.garde_fou.sante import etiqueter  # noqa: E402

REGLAGE = Path(__file__).parent / "reglage"
COURANTS = DOSSIER / "mots_courants.txt"
ORDINAIRES = ("ordinaire", "piege")
TEXTES_MINIMAUX = 2
GRAINE = 20260101
PASSES = 60
FREIN = 0.0002
OCCURRENCES_MINIMALES = 2
POIDS_MINIMAL = 0.05
SEUIL = 1.3
PLANCHER = -1.2
POIDS_DES_VOISINS = 0.3
"""A text written to look like a paraphrase teaches, without setting the tone."""

ENTETE = """# Biais : {biais:.3f}
# Seuil : {seuil:.3f}
# Plancher : {plancher:.3f}
# Source : appris par bench/garde_fou/entrainer.py sur les textes de bench/garde_fou/reglage/,
#          rédigés pour ce projet.
# Licence : celle du projet.
#
# Une racine de mot (ou un @groupe) par ligne, et ce qu’elle pèse : plus, elle fait penser à la
# santé ; moins, elle en éloigne. Une phrase est arrêtée quand le biais et les poids de ses mots,
# chacun compté une fois, dépassent ensemble le seuil. Sous le plancher, elle parle d’autre chose :
# une paraphrase du lexique n’y est pas crue.

"""

ENTETE_COURANTS = """# Catégorie : ordinaire
# Source : écrit par bench/garde_fou/entrainer.py d’après les textes ordinaires de
#          bench/garde_fou/reglage/, rédigés pour ce projet.
# Licence : celle du projet.
#
# Les mots les plus courants des demandes : aucun n’est la faute de frappe d’un terme.

"""

Exemple = tuple[frozenset[str], bool, float]


def textes(dossier: Path = REGLAGE) -> Iterator[dict[str, Any]]:
    """Yield the texts to learn from, in the order of the files."""
    for chemin in sorted(dossier.glob("*.jsonl")):
        for ligne in chemin.read_text(encoding="utf-8").splitlines():
            yield {**json.loads(ligne), "voisin": "paires" in chemin.stem}


def exemples(tous: Iterable[dict[str, Any]]) -> Iterator[Exemple]:
    """Yield one example per sentence; those whose side is unknown are left out."""
    dictionnaire = charger()
    for texte in tous:
        if texte["attendu"] == "explicite":
            continue
        mots = recoller(decouper(texte["texte"]), dictionnaire)
        etiquettes = etiqueter(mots, dictionnaire)
        decoupe = list(phrases(mots))
        for debut, fin in decoupe:
            cote = _cote(texte, mots[debut].debut, mots[fin - 1].fin, len(decoupe) == 1)
            if cote is not None:
                poids = POIDS_DES_VOISINS if texte["voisin"] and not cote else 1.0
                traits = traits_de_la_phrase(mots, etiquettes, debut, fin)
                yield frozenset(traits), cote, poids


def _cote(texte: dict[str, Any], debut: int, fin: int, seule: bool) -> bool | None:
    """Tell whether the sentence is the one that reveals; None when nobody said which it is."""
    if texte["attendu"] != "paraphrase":
        return False
    minuscules = texte["texte"].lower()
    reperes = [n for n in re.split(r" ; |\.\.\.|[()]", texte.get("note", "").lower()) if n.strip()]
    zones = [(minuscules.find(n), len(n)) for n in reperes]
    zones = [(position, taille) for position, taille in zones if position >= 0]
    if zones:
        return any(position < fin and debut < position + taille for position, taille in zones)
    return True if seule else None


def apprendre(lus: list[Exemple]) -> tuple[dict[str, float], float]:
    """Return the weight of each trait, and the bias."""
    frequences = Counter(trait for traits, _, _ in lus for trait in traits)
    connus = {t for t, n in frequences.items() if n >= OCCURRENCES_MINIMALES}
    reduits = [([t for t in sorted(traits) if t in connus], c, p) for traits, c, p in lus]
    poids = dict.fromkeys(sorted(connus), 0.0)
    biais = 0.0
    hasard = random.Random(GRAINE)
    for passe in range(PASSES):
        pas = 0.3 / (1 + passe / 6)
        hasard.shuffle(reduits)
        for traits, cote, importance in reduits:
            ecart = cote - 1 / (1 + math.exp(-biais - sum(poids[t] for t in traits)))
            biais += pas * importance * ecart
            for t in traits:
                poids[t] += pas * (
                    importance * ecart - FREIN * poids[t] * len(reduits) / frequences[t]
                )
    return poids, biais


def ecrire(poids: dict[str, float], biais: float, chemin: Path = POIDS) -> None:
    lignes = sorted(
        ((t, p) for t, p in poids.items() if abs(p) >= POIDS_MINIMAL), key=lambda tp: -tp[1]
    )
    corps = "".join(f"{trait} {p:+.2f}\n" for trait, p in lignes)
    chemin.parent.mkdir(exist_ok=True)
    entete = ENTETE.format(biais=biais, seuil=SEUIL, plancher=PLANCHER)
    chemin.write_text(entete + corps, encoding="utf-8")


def ecrire_les_mots_courants(chemin: Path = COURANTS) -> None:
    """List the words that ordinary texts often hold: never a term badly typed."""
    dictionnaire = charger()
    comptes: Counter[str] = Counter()
    for texte in textes():
        if texte["attendu"] in ORDINAIRES:
            formes = {m.forme for m in decouper(texte["texte"]) if not m.a_l_air_d_un_nom}
            comptes.update(f for f in formes if f.isalpha() and len(f) > 1)
    courants = sorted(
        f for f, n in comptes.items() if n >= TEXTES_MINIMAUX and f not in dictionnaire.formes
    )
    chemin.write_text(ENTETE_COURANTS + "\n".join(courants) + "\n", encoding="utf-8")


if __name__ == "__main__":
    ecrire_les_mots_courants()
    charger.cache_clear()
    ecrire(*apprendre(list(exemples(textes()))))
