"""Health told without a term: words that say nothing alone, and much together (D-09).

Each word weighs for or against; a sentence whose words weigh more than the threshold is stopped.
The weights are a text file, learned by `bench/garde_fou/entrainer.py` and readable by anybody.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .mots import Mot
from .resultats import Motif
from .syntaxe import GROUPE, Fichier, LexiqueInvalide, lire_fichier

POIDS = Path(__file__).parent / "poids" / "paraphrases.txt"
CATEGORIE = "paraphrase"
NOM_PROPRE = "<nom>"
NOMBRE = "<nombre>"

_EXPLICATION = "Ces mots, ensemble, laissent deviner l’état de santé d’une personne."
_RACINE_MINIMALE = 4
_TERMINAISONS = (
    "ements ement issent aient erait eront ions ees ent ait ant era iez ons es ee er ez e s a i"
).split()
_PAR_FINALE = {
    finale: [t for t in _TERMINAISONS if t.endswith(finale)]
    for finale in {t[-1] for t in _TERMINAISONS}
}


Poids = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Balance:
    """The weights of the words, and what every sentence starts from.

    Above `seuil` a sentence is stopped; below `plancher` it speaks so much of something else that
    a paraphrase of the lexicon is not believed there.
    """

    poids: dict[str, float]
    biais: float
    seuil: float
    plancher: float


@dataclass(frozen=True, slots=True)
class Pesee:
    """A sentence, as a range of words, and what it weighs, word by word."""

    debut: int
    fin: int
    poids: list[float]
    biais: float

    @property
    def total(self) -> float:
        return self.biais + sum(self.poids)


def peser(mots: list[Mot], ponderes: Sequence[Poids], balance: Balance) -> list[Pesee]:
    """Weigh every sentence. The work grows linearly with the text."""
    return [
        Pesee(debut, fin, _ajouts(ponderes[debut:fin]), balance.biais)
        for debut, fin in phrases(mots)
    ]


def ponderer(mot: Mot, etiquettes: tuple[str, ...], balance: Balance) -> Poids:
    """Return what weighs in a word."""
    poids = balance.poids
    return tuple((trait, poids[trait]) for trait in _traits(mot, etiquettes) if trait in poids)


def faisceaux(texte: str, mots: list[Mot], pesees: list[Pesee], balance: Balance) -> list[Motif]:
    """Return the passages whose words, together, tell of somebody's health; one per sentence.

    The passage is the run of words that weighs most.
    """
    motifs = []
    for pesee in pesees:
        if pesee.total > balance.seuil:
            premier, dernier = _passage(pesee.poids)
            motif = _motif(texte, mots[pesee.debut + premier], mots[pesee.debut + dernier])
            motifs.append(motif)
    return motifs


def phrase_de(mot: int, pesees: list[Pesee]) -> int | None:
    """Return which sentence holds this word; a word alone is in none."""
    i = bisect_right(pesees, mot, key=lambda pesee: pesee.debut) - 1
    return i if i >= 0 and mot < pesees[i].fin else None


def parle_d_autre_chose(mot: int, pesees: list[Pesee], balance: Balance) -> bool:
    """Tell whether the sentence of this word weighs less than the floor."""
    i = phrase_de(mot, pesees)
    return i is not None and pesees[i].total < balance.plancher


def phrases(mots: list[Mot]) -> Iterator[tuple[int, int]]:
    """Yield the sentences, as ranges of words; a single word is not one."""
    debut = 0
    for i in range(1, len(mots) + 1):
        if i == len(mots) or mots[i].coupe:
            if i - debut > 1:
                yield debut, i
            debut = i


def traits_de_la_phrase(
    mots: list[Mot], etiquettes: list[tuple[str, ...]], debut: int, fin: int
) -> set[str]:
    """Return what is weighed in a sentence: each root and each group of words, once."""
    return {t for i in range(debut, fin) for t in _traits(mots[i], etiquettes[i])}


def racine(forme: str) -> str:
    """Return a folded word without its usual ending: « souffler », « souffle » → « souffl »."""
    for fin in _PAR_FINALE.get(forme[-1], ()):
        if forme.endswith(fin) and len(forme) - len(fin) >= _RACINE_MINIMALE:
            return forme[: -len(fin)]
    return forme


def _traits(mot: Mot, etiquettes: tuple[str, ...]) -> list[str]:
    if mot.forme.isdigit():
        return [NOMBRE]
    inconnu = mot.a_l_air_d_un_nom and not (mot.majuscules or etiquettes)
    seul = NOM_PROPRE if inconnu else racine(mot.forme)
    return [seul, *(vue for vue in etiquettes if vue.startswith(GROUPE))]


def _ajouts(ponderes: Sequence[Poids]) -> list[float]:
    """Return what each word adds to its sentence; what was weighed already adds nothing."""
    pesees: set[str] = set()
    ajouts = [0.0] * len(ponderes)
    for i, poids in enumerate(ponderes):
        for trait, valeur in poids:
            if trait not in pesees:
                pesees.add(trait)
                ajouts[i] += valeur
    return ajouts


def _passage(poids: list[float]) -> tuple[int, int]:
    """Return the first and last index of the run that weighs most (Kadane)."""
    meilleur, retenu, debut, cumul = float("-inf"), (0, 0), 0, 0.0
    for i, p in enumerate(poids):
        if cumul <= 0:
            debut, cumul = i, 0.0
        cumul += p
        if cumul > meilleur:
            meilleur, retenu = cumul, (debut, i)
    return retenu


def _motif(texte: str, premier: Mot, dernier: Mot) -> Motif:
    debut, fin = premier.debut, dernier.fin
    return Motif("sante", CATEGORIE, debut, fin, texte[debut:fin], "bloque", _EXPLICATION)


@lru_cache(maxsize=1)
def charger() -> Balance:
    """Read the project's weights, at the first call only."""
    return lire(lire_fichier(POIDS))


def lire(fichier: Fichier) -> Balance:
    """Read `word weight` lines; raises LexiqueInvalide on a line or a header that is not so."""
    poids: dict[str, float] = {}
    for numero, ligne in fichier.lignes:
        try:
            mot, valeur = ligne.split()
            poids[mot] = float(valeur)
        except ValueError as erreur:
            raise LexiqueInvalide(
                f"{fichier.nom}, ligne {numero} : « mot poids » attendu"
            ) from erreur
    return Balance(poids, *(float(fichier.exige(cle)) for cle in ("biais", "seuil", "plancher")))
