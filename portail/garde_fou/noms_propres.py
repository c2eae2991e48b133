"""Words that only name someone or somewhere: « Mme Cancer », « rue de l’Hôpital »."""

import re
from collections.abc import Iterator

from .mots import Mot
from .syntaxe import SIGLE

PATRONYMES = "@patronymes"

_CIVILITES = frozenset(
    """m mr mrs mme mlle monsieur madame mademoiselle messieurs mesdames mm mmes dr docteur maitre
    pr professeur famille epoux epouse nee nom prenom consorts succession feu""".split()
)
_VOIES = frozenset(
    """rue avenue av boulevard bd bld impasse allee chemin quai square lotissement ruelle venelle
    faubourg fbg zac za zi rdpt""".split()
)
_LIEUX = frozenset(
    """place cours route residence hameau foyer association asso pharmacie clinique hopital centre
    college lycee ecole societe entreprise sarl sas restaurant cafe bar ehpad maison institut
    fondation federation ligue collectif reseau plateforme cabinet ville commune quartier cite
    tour batiment salle espace villa domaine lieu gare station camping hotel magasin boulangerie
    employeur laboratoire pont dit""".split()
)
_MAITRE = "me"
# Capitalised after a term without making it a surname: « Diabète Type 2 ».
_PAS_UN_PRENOM = frozenset("type stade grade niveau phase classe".split())
_DECLENCHEURS = _CIVILITES | _VOIES | _LIEUX
_LIAISONS = frozenset("de du des la le les l d et au aux".split())
_LIAISONS_DE_COMMUNE = _LIAISONS | set("sur sous en lez pres saint sainte".split())
_ECART_DE_NOM = re.compile(r"[\s'’\-.:]{0,3}")
_APRES_CIVILITE = re.compile(r"[^\S\n]*[:.]?[^\S\n]*")
_ENTRE_NOMS = re.compile(r"[^\S\n]+|-")
_ABREVIATION = 4
_DOSSIERS = frozenset("dossier dossiers succession".split())
_PONCTUATION = tuple(",:;.)")
_PORTEE = 6


def proteges(mots: list[Mot], etiquettes: list[tuple[str, ...]]) -> set[int]:
    """Return the indexes of the words that make a surname, a street or a named place.

    The civility before a surname is one of them, so that « née Sourd » is a name.
    """
    en_capitales = bool(mots) and sum([m.majuscules for m in mots]) * 2 > len(mots)
    indexes: set[int] = set()
    for i, mot in enumerate(mots):
        if not mot.capitale and mot.forme not in _DECLENCHEURS:
            continue
        if mot.forme in _CIVILITES:
            noms = set(_nom_de_personne(mots, etiquettes, i + 1, en_capitales))
            indexes |= noms | {i} if noms else noms
        elif mot.forme == _MAITRE and mot.capitale and _est_suivi_d_un_nom(mots, i):
            indexes |= {i, i + 1}
        elif not en_capitales and _est_un_nom_de_famille(mots, etiquettes, i):
            indexes.add(i)
        elif mot.forme in _VOIES or (mot.forme in _LIEUX and _nom_en_capitale(mots, i + 1)):
            indexes.update(_nom_de_lieu(mots, i + 1))
    cites = {mots[i].forme for i in indexes if mots[i].capitale}
    return indexes | {i for i, mot in enumerate(mots) if mot.capitale and mot.forme in cites}


def _est_suivi_d_un_nom(mots: list[Mot], i: int) -> bool:
    return (
        i + 1 < len(mots)
        and mots[i + 1].capitale
        and bool(_ENTRE_NOMS.fullmatch(mots[i + 1].ecart))
    )


def _est_un_nom_de_famille(mots: list[Mot], etiquettes: list[tuple[str, ...]], i: int) -> bool:
    """« l’enfant Coma Ionela », « dossier ROUGEOLLE Martine », « Plaies-Basses ».

    A capitalised term beside a capitalised word of which the lexicon knows nothing; an acronym is
    never one.
    """
    if not mots[i].capitale or any(vue.startswith(SIGLE) for vue in etiquettes[i]):
        return False
    if _est_une_commune(mots, i) or _est_un_dossier(mots, i):
        return True
    voisins = [j for j in (i - 1, i + 1) if 0 <= j < len(mots) and not etiquettes[j]]
    return any(_est_un_prenom(mots, min(i, j), j) for j in voisins)


def _est_un_dossier(mots: list[Mot], i: int) -> bool:
    """« Dossier Fièvre : pièces manquantes », a file being named after a person."""
    return (
        i > 0
        and mots[i - 1].forme in _DOSSIERS
        and mots[i].ecart == " "
        and not mots[i].majuscules
        and (i + 1 == len(mots) or mots[i + 1].ecart.lstrip()[:1] in _PONCTUATION)
    )


def _est_une_commune(mots: list[Mot], i: int) -> bool:
    """« Plaies-les-Bains »."""
    return (
        i + 1 < len(mots) and mots[i + 1].ecart == "-" and mots[i + 1].forme in _LIAISONS_DE_COMMUNE
    )


def _est_un_prenom(mots: list[Mot], gauche: int, j: int) -> bool:
    mot = mots[j]
    return (
        mot.capitale
        and not mot.majuscules
        and not (j > gauche and mot.coupe)
        and len(mot.forme) > 2
        and mot.forme not in _PAS_UN_PRENOM | _CIVILITES | _VOIES | _LIEUX
        and bool(_ENTRE_NOMS.fullmatch(mots[gauche + 1].ecart))
    )


def _nom_de_personne(
    mots: list[Mot], etiquettes: list[tuple[str, ...]], debut: int, en_capitales: bool
) -> Iterator[int]:
    """Yield the name after a civility: one capitalised word, then known surnames only."""
    for i in range(debut, min(debut + 3, len(mots))):
        mot = mots[i]
        ecart = _APRES_CIVILITE if i == debut else _ENTRE_NOMS
        if not ecart.fullmatch(mot.ecart) or _finit_une_phrase(mots, i):
            return
        connu = PATRONYMES in etiquettes[i] and (mot.capitale or i == debut)
        if connu or (i == debut and mot.capitale and not en_capitales):
            yield i
        elif not mot.capitale:
            return


def _finit_une_phrase(mots: list[Mot], i: int) -> bool:
    """Tell whether the full stop before this word ends a sentence, not « Mme. »."""
    return "." in mots[i].ecart and len(mots[i - 1].forme) > _ABREVIATION


def _apres_liaisons(mots: list[Mot], debut: int) -> int:
    """Return the index of the first word that is not « de », « la »…"""
    i = debut
    while i < min(debut + _PORTEE, len(mots)) and mots[i].forme in _LIAISONS:
        i += 1
    return i


def _nom_en_capitale(mots: list[Mot], debut: int) -> bool:
    """Tell whether a capitalised noun follows; capitals throughout say nothing."""
    i = _apres_liaisons(mots, debut)
    return i < len(mots) and mots[i].capitale and not mots[i].majuscules and not mots[i].coupe


def _nom_de_lieu(mots: list[Mot], debut: int) -> Iterator[int]:
    """Yield the words of the name: the first noun, then the capitalised ones that follow it."""
    i = _apres_liaisons(mots, debut)
    while debut <= i < min(debut + _PORTEE, len(mots)):
        if any(not _ECART_DE_NOM.fullmatch(mot.ecart) for mot in mots[debut : i + 1]):
            return
        yield from range(debut, i + 1)
        debut = i + 1
        i = _apres_liaisons(mots, debut)
        if not _nom_en_capitale(mots, debut):
            return
