"""Finds social security numbers (NIR) in a text, however they are disguised (D-08)."""

from collections.abc import Iterator
from dataclasses import dataclass

from .mots import Mot, decouper
from .nir_chiffres import SOSIE, Fenetre, fenetres, lire_atomes
from .nir_contexte import (
    Reperes,
    est_d_une_piece,
    est_sans_preuve,
    est_un_autre_nombre,
    nomme_un_nir,
    reperer,
)
from .nir_structure import LONGUEUR_COMPLETE, a_une_cle_valide
from .resultats import Gravite, Motif

_BARRE = "|"  # drawn like a 1, unless it separates
_BARRES_RARES = 2


@dataclass(frozen=True)
class _Preuve:
    """Why a window is taken for a NIR; the lower the rank, the stronger the reason."""

    rang: int
    categorie: str
    verdict: Gravite
    explication: str


_CLE_VALIDE = _Preuve(
    0,
    "cle_valide",
    "bloque",
    "Numéro de sécurité sociale complet : sa clé de contrôle est juste.",
)
_NOMME = _Preuve(
    1,
    "nomme",
    "bloque",
    "Numéro de sécurité sociale : les mots qui l’entourent le désignent comme tel.",
)
_QUINZE_CHIFFRES = _Preuve(
    2,
    "quinze_chiffres",
    "bloque",
    "Quinze chiffres disposés comme un numéro de sécurité sociale avec sa clé.",
)
_TREIZE_CHIFFRES = _Preuve(
    3,
    "treize_chiffres",
    "confirme",
    "Treize chiffres disposés comme un numéro de sécurité sociale sans sa clé.",
)


def chercher_nir(texte: str, mots: list[Mot]) -> list[Motif]:
    """Return the NIRs of the text, disjoint, best proved first (D-08).

    `mots` is the same text cut into words; the work grows linearly with the text.
    """
    prouvees = _prouvees(texte, mots)
    if _BARRE in texte:
        prouvees += _prouvees_par_des_barres(texte)
    return list(_departager(texte, sorted(prouvees, key=_force)))


def _prouvees(texte: str, mots: list[Mot]) -> list[tuple[_Preuve, Fenetre]]:
    """Return the windows of the text that are taken for a NIR, with the reason of each."""
    return list(_prouver(texte, list(fenetres(texte, lire_atomes(texte, mots))), mots))


def _prouvees_par_des_barres(texte: str) -> list[tuple[_Preuve, Fenetre]]:
    """Read bars as ones, and keep the windows whose bars do not look like separators."""
    lisible = texte.replace(_BARRE, "l")
    mots = decouper(lisible)
    candidates = [
        fenetre
        for fenetre in fenetres(lisible, lire_atomes(lisible, mots))
        if _BARRE in texte[fenetre.debut : fenetre.fin]
    ]
    return [
        (preuve, fenetre)
        for preuve, fenetre in _prouver(lisible, candidates, mots)
        if _a_des_barres_pour_chiffres(texte, fenetre, sure=preuve is _CLE_VALIDE)
    ]


def _a_des_barres_pour_chiffres(texte: str, fenetre: Fenetre, *, sure: bool) -> bool:
    """Tell whether bars stand for ones: glued on one side only, or here and there in digits.

    The bars of a table have spaces on both sides, or none and only digits around.
    """
    barres = [a.position for a in fenetre.atomes if texte[a.position] == _BARRE]
    collees = [(_touche(texte, p - 1), _touche(texte, p + 1)) for p in barres]
    if any(avant != apres for avant, apres in collees):
        return True
    if barres and fenetre.est_isolee and est_d_une_piece(fenetre):
        return True
    sosies = sum([atome.nature == SOSIE for atome in fenetre.atomes])
    rares = len(barres) <= _BARRES_RARES and fenetre.separateurs == {" "}
    return (True, True) in collees and (sure or sosies > len(barres) or rares)


def _touche(texte: str, position: int) -> bool:
    caractere = texte[position : position + 1] if position >= 0 else ""
    return caractere.isalnum() or caractere == _BARRE


def _prouver(
    texte: str, candidates: list[Fenetre], mots: list[Mot]
) -> Iterator[tuple[_Preuve, Fenetre]]:
    if not candidates:
        return
    reperes = reperer(texte, mots)
    for fenetre in candidates:
        preuve = _preuve(texte, fenetre, reperes)
        if preuve is not None:
            yield preuve, fenetre


def _preuve(texte: str, fenetre: Fenetre, reperes: Reperes) -> _Preuve | None:
    if a_une_cle_valide(fenetre.numero):
        return None if est_un_autre_nombre(fenetre, reperes) else _CLE_VALIDE
    if nomme_un_nir(fenetre, reperes):
        return _NOMME
    if est_sans_preuve(texte, fenetre, reperes):
        return None
    complet = len(fenetre.numero) == LONGUEUR_COMPLETE
    return _QUINZE_CHIFFRES if complet else _TREIZE_CHIFFRES


def _force(prouvee: tuple[_Preuve, Fenetre]) -> tuple[int, int, int, int]:
    preuve, fenetre = prouvee
    return preuve.rang, -len(fenetre.numero), -fenetre.reels, fenetre.debut


def _departager(texte: str, prouvees: list[tuple[_Preuve, Fenetre]]) -> Iterator[Motif]:
    """Keep, of the windows that overlap, the best proved one."""
    prises: set[int] = set()
    for preuve, fenetre in prouvees:
        positions = {atome.position for atome in fenetre.atomes}
        if prises.isdisjoint(positions):
            prises |= positions
            debut, fin = fenetre.debut, fenetre.fin
            yield Motif(
                "nir",
                preuve.categorie,
                debut,
                fin,
                texte[debut:fin],
                preuve.verdict,
                preuve.explication,
            )
