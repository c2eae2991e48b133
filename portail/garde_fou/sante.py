"""Finds health data in a text: the lexicon's terms, minus what the context explains (D-09)."""

import gc
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from . import faisceau
from .dictionnaire import Dictionnaire, Entree, Vue, charger
from .figures import est_figure
from .mots import Mot, recoller
from .noms_propres import proteges
from .resultats import Motif

_SUR = 3

Lu = tuple[Vue, faisceau.Poids]
"""What the lexicon sees in a word, and what it weighs."""


class _Trouvaille(NamedTuple):
    debut: int
    fin: int
    entree: Entree

    @property
    def est_legere(self) -> bool:
        """A paraphrase of a word or two, which the rest of the sentence may belie."""
        return self.entree.categorie == faisceau.CATEGORIE and self.fin - self.debut < _SUR

    @property
    def priorite(self) -> tuple[bool, int, bool, int]:
        """Hints last; then the longest first, and harmless before grave."""
        est_indice = self.entree.verdict == "indice"
        return est_indice, self.debut - self.fin, not self.entree.est_neutre, self.debut


def chercher_sante(
    texte: str, mots: list[Mot], dictionnaire: Dictionnaire | None = None
) -> list[Motif]:
    """Return the health data of the text (D-09): terms first, then what words tell together.

    Where entries overlap the longest wins, harmless phrases included: « dialogue de sourds »
    hides « sourds ». A sentence that a term stops is not weighed: its words are shown exactly.
    The work grows linearly with the text.
    """
    dictionnaire = dictionnaire or charger()
    balance = faisceau.charger()
    mots = recoller(mots, dictionnaire)
    if not mots:
        return []
    vues, ponderes = zip(*_lire(mots, dictionnaire, balance), strict=True)
    pesees = faisceau.peser(mots, ponderes, balance)
    trouvailles = [_Trouvaille(*trouvee) for trouvee in dictionnaire.chercher(mots, vues)]
    if all(t.entree.est_neutre for t in trouvailles):
        return faisceau.faisceaux(texte, mots, pesees, balance)
    etiquettes = [vue.etiquettes for vue in vues]
    retenues = list(_departager(_en_contexte(trouvailles, mots, etiquettes, pesees, balance)))
    arretes = {
        faisceau.phrase_de(t.debut, pesees) for t in retenues if t.entree.verdict == "bloque"
    }
    muettes = [pesee for i, pesee in enumerate(pesees) if i not in arretes]
    termes = [_motif(texte, mots, retenue) for retenue in retenues]
    return termes + faisceau.faisceaux(texte, mots, muettes, balance)


def _en_contexte(
    trouvailles: list[_Trouvaille],
    mots: list[Mot],
    etiquettes: list[tuple[str, ...]],
    pesees: list[faisceau.Pesee],
    balance: faisceau.Balance,
) -> list[_Trouvaille]:
    """Leave out what is a name, what is said of a thing, and what the sentence belies."""
    noms = proteges(mots, etiquettes)
    return [
        t
        for t in trouvailles
        if not noms.issuperset(range(t.debut, t.fin))
        and (t.entree.est_neutre or not est_figure(mots, etiquettes, t.debut, t.fin))
        and not (t.est_legere and faisceau.parle_d_autre_chose(t.debut, pesees, balance))
    ]


def etiqueter(mots: list[Mot], dictionnaire: Dictionnaire) -> list[tuple[str, ...]]:
    """Label every word."""
    return [vue.etiquettes for vue, _ in _lire(mots, dictionnaire, faisceau.charger())]


def _lire(mots: list[Mot], dictionnaire: Dictionnaire, balance: faisceau.Balance) -> list[Lu]:
    """Return what is seen in every word and what it weighs; nothing typed is remembered."""
    connus = _connus() if dictionnaire is charger() else {}
    sigles = dictionnaire.sigles
    lus: list[Lu] = []
    autres: dict[tuple[str, bool, bool], Lu] = {}
    for mot in mots:
        lu = connus.get(mot.forme)
        if lu is None or (mot.majuscules and mot.forme in sigles):
            cle = mot.forme, mot.majuscules, mot.a_l_air_d_un_nom
            lu = autres.get(cle) or autres.setdefault(cle, _lire_un(mot, dictionnaire, balance))
        lus.append(lu)
    return lus


def _lire_un(mot: Mot, dictionnaire: Dictionnaire, balance: faisceau.Balance) -> Lu:
    vue = dictionnaire.lire(mot)
    return vue, faisceau.ponderer(mot, vue.etiquettes, balance)


@lru_cache(maxsize=1)
def _connus() -> dict[str, Lu]:
    """The words of the lexicon, read once and for all: they are most of any text.

    They stay for good: the garbage collector need not go over them again.
    """
    dictionnaire, balance = charger(), faisceau.charger()
    formes = dictionnaire.formes.keys() | dictionnaire.ordinaires
    mots = (Mot(forme, 0, 0, False, False, "", False) for forme in formes)
    lus = {mot.forme: _lire_un(mot, dictionnaire, balance) for mot in mots}
    gc.freeze()
    return lus


def _departager(trouvailles: list[_Trouvaille]) -> Iterator[_Trouvaille]:
    prises: set[int] = set()
    for trouvaille in sorted(trouvailles, key=lambda t: t.priorite):
        mots = range(trouvaille.debut, trouvaille.fin)
        if prises.isdisjoint(mots):
            prises.update(mots)
            if not trouvaille.entree.est_neutre:
                yield trouvaille


def _motif(texte: str, mots: list[Mot], trouvaille: _Trouvaille) -> Motif:
    entree = trouvaille.entree
    debut, fin = mots[trouvaille.debut].debut, mots[trouvaille.fin - 1].fin
    verbe = "peuvent révéler" if entree.verdict == "indice" else "révèlent"
    return Motif(
        "sante",
        entree.categorie,
        debut,
        fin,
        texte[debut:fin],
        entree.verdict,
        f"Ces mots {verbe} {entree.libelle}.",
    )
