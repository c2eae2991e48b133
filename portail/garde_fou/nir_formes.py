"""How the digits of a window are grouped: as a NIR, as a list, as amounts, in disguise."""

import re
from itertools import pairwise

from .caracteres import INVISIBLES
from .nir_chiffres import EN_TOUTES_LETTRES, REEL, SOSIE, Fenetre

_USUELS = frozenset({(13,), (15,), (13, 2), (1, 2, 2, 2, 3, 3), (1, 2, 2, 2, 3, 3, 2)})
_CHAMPS = frozenset({0, 1, 3, 5, 7, 10, 13, 15})
_RANG_CORSE = 6
_QUATRE_PAR_QUATRE = frozenset({(4, 4, 4, 1), (1, 4, 4, 4), (4, 4, 4, 3), (3, 4, 4, 4)})
_MILLIERS = 3
_GROUPE_DE_LISTE = 4
_GROUPES_DE_LISTE = 5
_ANNEE = re.compile(r"(?:19[3-9]|20[0-3])\d")
_CHIFFRES_NETS = frozenset("0123456789AB")
_SEPARATEURS_DE_LISTE = frozenset(",;:+=|\t\n\r\u2028")
_PETITS_MOTS = frozenset("il ils Il Ils IL ILS si Si SI soi lis lois sol sols sois bis s".split())


def est_usuelle(fenetre: Fenetre) -> bool:
    """Tell whether the groups are those that people use for a NIR."""
    return fenetre.groupes in _USUELS


def est_en_paires(fenetre: Fenetre) -> bool:
    """Tell whether the digits stand one by one, or two by two after the first."""
    premier, *suivants = fenetre.groupes
    return premier == 1 and set(suivants) in ({1}, {2})


def est_un_a_un(fenetre: Fenetre) -> bool:
    return set(fenetre.groupes) == {1}


def est_alignee(fenetre: Fenetre) -> bool:
    """Tell whether every group ends where a field of a NIR does."""
    corse = set() if fenetre.chiffres[_RANG_CORSE].isdigit() else {_RANG_CORSE}
    return _CHAMPS.issuperset(set(fenetre.bornes) - corse)


def est_une_carte(fenetre: Fenetre) -> bool:
    return fenetre.groupes in _QUATRE_PAR_QUATRE


def est_un_montant(fenetre: Fenetre) -> bool:
    """Tell whether the digits are grouped by thousands."""
    return fenetre.groupes[0] <= _MILLIERS and set(fenetre.groupes[1:]) == {_MILLIERS}


def contient_une_annee(fenetre: Fenetre) -> bool:
    return any(map(_ANNEE.fullmatch, fenetre.morceaux))


def est_separee_en_liste(fenetre: Fenetre) -> bool:
    """Tell whether commas, line ends or spaced marks separate, as between several numbers."""
    return any(map(_est_de_liste, fenetre.separateurs))


def _est_de_liste(separateur: str) -> bool:
    marque = separateur.strip()
    espacee = marque not in ("", "_") and marque != separateur
    return espacee or not _SEPARATEURS_DE_LISTE.isdisjoint(separateur)


def ressemble_a_une_liste(fenetre: Fenetre) -> bool:
    """Tell whether counts could be written so: six short groups or more, no 0 in front."""
    if est_separee_en_liste(fenetre):
        return True
    espacee = all(separateur.isspace() for separateur in fenetre.separateurs)
    courts = len(fenetre.groupes) > _GROUPES_DE_LISTE and max(fenetre.groupes) <= _GROUPE_DE_LISTE
    return espacee and courts and not commence_par_zero(fenetre)


def commence_par_zero(fenetre: Fenetre) -> bool:
    return any(morceau[0] == "0" and len(morceau) > 1 for morceau in fenetre.morceaux)


def est_travestie(fenetre: Fenetre, texte: str) -> bool:
    """Tell whether somebody took pains: odd digits, words, invisible characters."""
    return INVISIBLES.search(texte, fenetre.debut, fenetre.fin) is not None or any(
        atome.nature == EN_TOUTES_LETTRES or texte[atome.position] not in _CHIFFRES_NETS
        for atome in fenetre.atomes
    )


def finit_par_un_mot(fenetre: Fenetre, texte: str) -> bool:
    """Tell whether the first or last group is a word of the sentence: « il », « sept ».

    Not so when look-alikes stand among true digits elsewhere, nor for « zéro ».
    """
    premier, dernier = fenetre.atomes[0], fenetre.atomes[fenetre.bornes[-2]]
    if dernier.nature == EN_TOUTES_LETTRES:
        if dernier.valeur == "0":
            return False
        ecrits = {atome.position for atome in fenetre.atomes if atome.nature == EN_TOUTES_LETTRES}
        return len(ecrits) == 1
    fin_premier = fenetre.atomes[fenetre.bornes[1] - 1].fin
    bords = (texte[premier.position : fin_premier], texte[dernier.position : fenetre.fin])
    return any(bord in _PETITS_MOTS for bord in bords) and not _melange_des_sosies(fenetre)


def _melange_des_sosies(fenetre: Fenetre) -> bool:
    groupes = [fenetre.atomes[debut:fin] for debut, fin in pairwise(fenetre.bornes)]
    return any({REEL, SOSIE} <= {atome.nature for atome in groupe} for groupe in groupes[1:-1])
