"""Finds health data in a text: the lexicon's terms, minus what the context explains (D-09)."""

from collections.abc import Iterator
from typing import NamedTuple

from . import faisceau
from .dictionnaire import Dictionnaire, Entree, charger
from .figures import est_figure
from .mots import Mot, recoller
from .noms_propres import proteges
from .resultats import Motif

_SUR = 3


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
    hides « sourds ». The work grows linearly with the text.
    """
    dictionnaire = dictionnaire or charger()
    balance = faisceau.charger()
    mots = recoller(mots, dictionnaire)
    etiquettes = etiqueter(mots, dictionnaire)
    pesees = faisceau.peser(mots, etiquettes, balance)
    noms = proteges(mots, etiquettes)
    trouvailles = [
        t
        for t in _trouvailles(mots, etiquettes, dictionnaire)
        if not noms.issuperset(range(t.debut, t.fin))
        and not est_figure(mots, etiquettes, t.debut, t.fin)
        and not (t.est_legere and faisceau.parle_d_autre_chose(t.debut, pesees, balance))
    ]
    termes = [_motif(texte, mots, retenue) for retenue in _departager(trouvailles)]
    return termes + faisceau.faisceaux(texte, mots, pesees, balance)


def etiqueter(mots: list[Mot], dictionnaire: Dictionnaire) -> list[tuple[str, ...]]:
    """Label every word; nothing typed is remembered after the call."""
    vues: dict[tuple[str, bool, bool], tuple[str, ...]] = {}
    etiquettes = []
    for mot in mots:
        cle = (mot.forme, mot.majuscules, mot.a_l_air_d_un_nom)
        if cle not in vues:
            vues[cle] = dictionnaire.etiquettes(mot)
        etiquettes.append(vues[cle])
    return etiquettes


def _trouvailles(
    mots: list[Mot], etiquettes: list[tuple[str, ...]], dictionnaire: Dictionnaire
) -> Iterator[_Trouvaille]:
    for debut, vues in enumerate(etiquettes):
        if not dictionnaire.racine.keys().isdisjoint(vues):
            for fin, entree in dictionnaire.chercher(etiquettes, mots, debut):
                yield _Trouvaille(debut, fin, entree)


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
