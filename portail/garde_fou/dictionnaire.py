"""The lexicon compiled once: from a word to its labels, from labels to the entries they begin."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from .fautes import Fautes
from .mots import DEBUT, Mot
from .resultats import GRAVITES, Gravite
from .syntaxe import (
    GROUPE,
    N_IMPORTE,
    SIGLE,
    Fichier,
    LexiqueInvalide,
    Suite,
    developper,
    lire_fichier,
)

DOSSIER = Path(__file__).parent / "lexique"
NEUTRE = "neutre"
ORDINAIRE = "ordinaire"
GROUPES = "groupes"

_FIN = ""
_AFFIXE_MINIMAL = 4
_TERMINAISON = 3
_CHIFFRES = "0123456789"
_ELISIONS = "dl"
_VOYELLES = "aeiouyh"
_FEMININS = (
    ("if", "ive"),
    ("eux", "euse"),
    ("eur", "euse"),
    ("en", "enne"),
    ("on", "onne"),
    ("el", "elle"),
    ("er", "ere"),
    ("et", "ete"),
    ("et", "ette"),
)
_CHIFFRES_LUS = (str.maketrans("0134578", "oieastb"), str.maketrans("0134578", "oleastb"))

Noeud = dict[str, Any]
Table = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Entree:
    """What an entry says of the words it matches."""

    categorie: str
    verdict: Gravite
    libelle: str

    @property
    def est_neutre(self) -> bool:
        return self.categorie == NEUTRE


@dataclass(slots=True)
class Vue:
    """A word's labels, alone and with the one that any word bears; the entries that it begins;
    the labels that may follow in them, at once or after any word; whether one may end there."""

    etiquettes: tuple[str, ...]
    suite: tuple[str, ...]
    noeuds: tuple[Noeud, ...]
    attendues: Set[str]
    ensuite: Set[str]
    se_suffit: bool


_RIEN = Vue((), (), (), frozenset(), frozenset(), False)


@dataclass
class Dictionnaire:
    """The compiled lexicon. Build it with `compiler()`, or share the project's `charger()`."""

    racine: Noeud = field(default_factory=dict)
    formes: Table = field(default_factory=dict)
    sigles: Table = field(default_factory=dict)
    prefixes: Table = field(default_factory=dict)
    suffixes: Table = field(default_factory=dict)
    fautes: Fautes = field(default_factory=Fautes)
    ordinaires: set[str] = field(default_factory=set)
    termes: set[str] = field(default_factory=set)
    debuts: set[str] = field(default_factory=set)
    longueurs_prefixes: tuple[int, ...] = ()
    longueurs_suffixes: tuple[int, ...] = ()
    terminaisons: frozenset[str] = frozenset()
    amorces: frozenset[str] = frozenset()
    vues: dict[tuple[str, ...], Vue] = field(default_factory=dict)
    """What labels open, for each set of labels: nothing of the words that bear them."""
    feuilles: dict[Entree, Noeud] = field(default_factory=dict)
    """The end of an entry, shared by all those that say the same: most nodes are ends."""

    def connait(self, forme: str) -> bool:
        """Tell whether the lexicon spells this very word."""
        return forme in self.formes or forme in self.sigles

    def nomme(self, forme: str) -> bool:
        """Tell whether this very word is a health term on its own."""
        return forme in self.termes

    def etiquettes(self, mot: Mot) -> tuple[str, ...]:
        """Return the labels of a word: exact first, then by its ends, then as a misspelling."""
        forme = mot.forme
        trouvees = self.formes.get(forme, ())
        if mot.majuscules:
            trouvees += self.sigles.get(forme, ())
        if len(forme) < _AFFIXE_MINIMAL or forme in self.ordinaires:
            return trouvees
        trouvees += tuple(self._affixes(forme))
        return trouvees or self._deguisees(forme, mot.a_l_air_d_un_nom)

    def _affixes(self, forme: str) -> Iterator[str]:
        longueurs = self.longueurs_prefixes if forme[:_AFFIXE_MINIMAL] in self.amorces else ()
        for longueur in longueurs:
            yield from self.prefixes.get(forme[:longueur], ())
        if forme[-_TERMINAISON:] in self.terminaisons:
            for longueur in self.longueurs_suffixes:
                yield from self.suffixes.get(forme[-longueur:], ())

    def _deguisees(self, forme: str, nom: bool) -> tuple[str, ...]:
        """Read a word that nobody knows: misspelled, with digits for letters, or stuck to one."""
        if forme.isalpha():
            return self._corrigee(forme, nom) or self._elidees(forme)
        sans_chiffres = forme.strip(_CHIFFRES)
        lus = [sans_chiffres] if len(sans_chiffres) >= DEBUT else []
        lus += [forme.translate(table) for table in _CHIFFRES_LUS]
        vues = (self.formes.get(lu) or self._corrigee(lu) for lu in lus if lu.isalpha())
        return next(filter(None, vues), ())

    def _corrigee(self, forme: str, nom: bool = False) -> tuple[str, ...]:
        return self.formes.get(self.fautes.corriger(forme, a_l_oreille=nom), ())

    def _elidees(self, forme: str) -> tuple[str, ...]:
        """« dangoisse » : the apostrophe was forgotten."""
        if len(forme) > DEBUT and forme[0] in _ELISIONS and forme[1] in _VOYELLES:
            return self.formes.get(forme[1:], ())
        return ()

    def lire(self, mot: Mot) -> Vue:
        """Return what the lexicon sees in a word."""
        etiquettes = self.etiquettes(mot)
        if etiquettes not in self.vues:
            noeuds = tuple(self.racine[e] for e in etiquettes if e in self.racine)
            apres = tuple(noeud[N_IMPORTE] for noeud in noeuds if N_IMPORTE in noeud)
            suite = (*etiquettes, N_IMPORTE)
            attendues, ensuite = _cles(noeuds), _cles(apres)
            finit = _FIN in attendues or _FIN in ensuite
            self.vues[etiquettes] = Vue(etiquettes, suite, noeuds, attendues, ensuite, finit)
        return self.vues[etiquettes]

    def chercher(self, mots: list[Mot], vues: Sequence[Vue]) -> Iterator[tuple[int, int, Entree]]:
        """Yield the entries that match, each with the first of its words and the end."""
        suite = (*vues, _RIEN, _RIEN)
        departs = [
            i
            for i, vue in enumerate(vues)
            if vue.noeuds
            and (
                vue.se_suffit
                or not vue.attendues.isdisjoint(suite[i + 1].etiquettes)
                or not vue.ensuite.isdisjoint(suite[i + 2].suite)
            )
        ]
        for debut in departs:
            yield from self._suivre(mots, vues, debut)

    def _suivre(
        self, mots: list[Mot], vues: Sequence[Vue], debut: int
    ) -> Iterator[tuple[int, int, Entree]]:
        noeuds = list(vues[debut].noeuds)
        fin = debut
        while noeuds:
            fin += 1
            for noeud in noeuds:
                if _FIN in noeud:
                    yield from ((debut, fin, entree) for entree in noeud[_FIN])
            if fin == len(mots) or mots[fin].coupe:
                return
            suite = vues[fin].suite
            noeuds = [noeud[e] for noeud in noeuds for e in suite if e in noeud]


@lru_cache(maxsize=1)
def charger() -> Dictionnaire:
    """Compile the project's lexicon, at the first call only."""
    return compiler(lire_fichier(chemin) for chemin in sorted(DOSSIER.glob("*.txt")))


def compiler(fichiers: Iterable[Fichier]) -> Dictionnaire:
    """Compile lexicon files; raises LexiqueInvalide on a bad header, entry or group."""
    dictionnaire = Dictionnaire()
    groupes: set[str] = set()
    utilises: set[str] = set()
    for fichier in fichiers:
        categorie = fichier.exige("categorie")
        if categorie == ORDINAIRE:
            dictionnaire.ordinaires.update(s for _, ligne in fichier.lignes for s in _mots(ligne))
        elif categorie == GROUPES:
            groupes |= _ajouter_groupes(dictionnaire, fichier)
        else:
            utilises |= _ajouter_entrees(dictionnaire, fichier, categorie)
    if inconnus := utilises - groupes:
        raise LexiqueInvalide(f"groupes inconnus : {', '.join(sorted(inconnus))}")
    dictionnaire.debuts = {t[:n] for t in dictionnaire.termes for n in range(1, DEBUT + 1)}
    dictionnaire.longueurs_prefixes = tuple(set(map(len, dictionnaire.prefixes)))
    dictionnaire.longueurs_suffixes = tuple(set(map(len, dictionnaire.suffixes)))
    dictionnaire.amorces = frozenset(p[:_AFFIXE_MINIMAL] for p in dictionnaire.prefixes)
    dictionnaire.terminaisons = frozenset(s[-_TERMINAISON:] for s in dictionnaire.suffixes)
    return dictionnaire


def _cles(noeuds: tuple[Noeud, ...]) -> Set[str]:
    """Return the keys of all the nodes, without a copy when there is only one."""
    return noeuds[0].keys() if len(noeuds) == 1 else frozenset().union(*noeuds)


def _mots(ligne: str) -> Iterator[str]:
    for suite in developper(ligne):
        yield from suite


def _ajouter_groupes(dictionnaire: Dictionnaire, fichier: Fichier) -> set[str]:
    """Read `@corps = dos genou…` lines: each word gets the label of its group."""
    lus: set[str] = set()
    for numero, ligne in fichier.lignes:
        nom, egal, mots = ligne.partition("=")
        if not egal or not nom.startswith(GROUPE):
            raise LexiqueInvalide(f"{fichier.nom}, ligne {numero} : « @nom = mots » attendu")
        groupe = next(_mots(nom.strip()))
        lus.add(groupe)
        for mot in mots.split():
            for suite in developper(mot):
                if len(suite) == 1:
                    _ajouter_formes(dictionnaire, suite[0], groupe)
    return lus


def _ajouter_entrees(dictionnaire: Dictionnaire, fichier: Fichier, categorie: str) -> set[str]:
    """Add every entry of the file to the tree; return the groups that they use."""
    verdict = _verdict(fichier, categorie)
    a_la_lettre = fichier.entete.get("fautes") == "non"
    entree = Entree(categorie, verdict, fichier.exige("libelle"))
    utilises: set[str] = set()
    for numero, ligne in fichier.lignes:
        try:
            suites = list(developper(ligne))
        except LexiqueInvalide as erreur:
            raise LexiqueInvalide(f"{fichier.nom}, ligne {numero} : {erreur}") from erreur
        for suite in suites:
            utilises |= {etiquette for etiquette in suite if etiquette.startswith(GROUPE)}
            _ajouter_suite(dictionnaire, suite, entree)
            if not (entree.est_neutre or a_la_lettre):
                dictionnaire.fautes.apprendre(suite)
    return utilises


def _verdict(fichier: Fichier, categorie: str) -> Gravite:
    if categorie == NEUTRE:
        return "ok"
    verdict = fichier.exige("verdict")
    for gravite in GRAVITES:
        if verdict == gravite:
            return gravite
    raise LexiqueInvalide(f"{fichier.nom} : verdict « {verdict} » inconnu")


def _ajouter_suite(dictionnaire: Dictionnaire, suite: Suite, entree: Entree) -> None:
    noeud = dictionnaire.racine
    for etiquette in suite:
        parent, noeud = noeud, _enfant(noeud, etiquette)
        if etiquette != N_IMPORTE and not etiquette.startswith(GROUPE):
            _ajouter_formes(dictionnaire, etiquette, etiquette)
    if not noeud:
        parent[suite[-1]] = dictionnaire.feuilles.setdefault(entree, {_FIN: (entree,)})
    elif entree not in noeud.get(_FIN, ()):
        noeud[_FIN] = (*noeud.get(_FIN, ()), entree)
    if len(suite) == 1 and not entree.est_neutre and suite[0].strip("=~").isalpha():
        dictionnaire.termes |= formes(suite[0])


def _enfant(noeud: Noeud, etiquette: str) -> Noeud:
    """Return the child to write in: a new one, or a copy of what may be a shared leaf."""
    enfant = noeud.get(etiquette)
    if enfant is None or (len(enfant) == 1 and _FIN in enfant):
        enfant = noeud[etiquette] = dict(enfant or {})
    return enfant


def _ajouter_formes(dictionnaire: Dictionnaire, motif: str, etiquette: str) -> None:
    """Record which words bear the label, after the marks of the pattern (`*`, `~`, `=`, `^`)."""
    if motif.startswith(SIGLE):
        _noter(dictionnaire.sigles, {motif[1:]}, etiquette)
    elif motif.endswith("*"):
        _noter(dictionnaire.prefixes, {motif[:-1]}, etiquette)
    elif motif.startswith("*"):
        _noter(dictionnaire.suffixes, _pluriels(motif[1:]), etiquette)
    else:
        _noter(dictionnaire.formes, formes(motif), etiquette)


def _noter(table: Table, cles: Iterable[str], etiquette: str) -> None:
    for cle in cles:
        connues = table.get(cle, ())
        if etiquette not in connues:
            table[cle] = (*connues, etiquette)


def formes(motif: str) -> set[str]:
    """Return the words that a pattern spells: `=mot` itself, else plurals, `mot~` feminines."""
    if motif.startswith("="):
        return {motif[1:]}
    if not motif.endswith("~"):
        return _pluriels(motif)
    mot = motif[:-1]
    feminins = {mot + "e"} | {
        mot.removesuffix(fin) + feminin for fin, feminin in _FEMININS if mot.endswith(fin)
    }
    return _pluriels(mot).union(*map(_pluriels, feminins))


def _pluriels(mot: str) -> set[str]:
    if mot.endswith(("s", "x", "z")):
        return {mot}
    if mot.endswith("al"):
        return {mot, mot[:-2] + "aux"}
    return {mot, mot + "s"} | ({mot + "x"} if mot.endswith(("au", "eu")) else set())
