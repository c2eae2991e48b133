"""What else the digits could be: dates, phones, amounts, lists, cards, references."""

import re
from bisect import bisect_left
from dataclasses import dataclass

from .mots import Mot
from .nir_chiffres import INHABITUEL, REEL, SEPARE, Fenetre
from .nir_etiquettes import Etiquettes
from .nir_formes import (
    contient_une_annee,
    est_alignee,
    est_en_paires,
    est_separee_en_liste,
    est_travestie,
    est_un_a_un,
    est_un_montant,
    est_une_carte,
    est_usuelle,
    finit_par_un_mot,
    ressemble_a_une_liste,
)
from .nir_structure import LONGUEUR_COMPLETE, LONGUEUR_SANS_CLE, a_un_mois_civil, est_vraisemblable

_REELS_MINIMAUX = 5
_REELS_DOMINANTS = 8
_PORTEE_DE_LA_CLE = 20
_CLE_SEPAREE = (13, 2)
_CHIFFRE_ET_SIRET = (1, 3, 3, 3, 5)
_SEPARATEURS_MELES = 4
_UNITE = re.compile(r"\s?(?:[,.]\d{1,2}\s?)?(?:€|eur\b|euros?\b|%|km\b|kg\b|m²)", re.IGNORECASE)
_DOSSIER_DATE = re.compile(r"20(?:1[5-9]|2\d)(?:0[1-9]|1[0-2])\d+")
_AUTRE_NOMBRE = re.compile(
    r"(?<!\d)(?:(?:0?[1-9]|[12]\d|3[01])([ /.-])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d"
    r"|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d"
    r"|(?:19|20)\d\d([/.-])\d\d\2\d\d"
    r"|(?:\+33[ .]?(?:\(0\)[ .]?)?|0033[ .]?|0)[1-9](?:([ \u00a0\u202f./-]?)\d\d)(?:\3\d\d){3}"
    r"|-?\d{1,2}\.\d{4,8}[,;] ?-?\d{1,2}\.\d{4,8}"
    r"|(?<![/.-])(?:0?[1-9]|[12]\d|3[01])([/.-])(?:0?[1-9]|1[0-2])\4\d\d(?![/.-]))(?!\d)"
)
_CLE_AVANT = re.compile(r"(?<![^\W_])cl(?:e|é)f?[\W_]{0,4}\d\d[\W_]{0,5}$", re.IGNORECASE)
_VOISIN = re.compile(r"(?<!\d)(?:\d{5}(?= [^\W\d_]{2})|(?:19|20)\d\d(?!\d))")


@dataclass(frozen=True)
class Reperes:
    """The labels of a text, its dates and phone numbers, the ends of its postcodes and years."""

    texte: str
    etiquettes: Etiquettes
    autres_nombres: list[tuple[int, int]]
    bords_de_voisins: frozenset[int]

    def couvre(self, position: int) -> bool:
        """Tell whether this character belongs to a date or a phone, or ends a postcode or year."""
        i = bisect_left(self.autres_nombres, (position + 1, 0)) - 1
        dedans = i >= 0 and self.autres_nombres[i][1] > position
        return dedans or position in self.bords_de_voisins

    def mord(self, fenetre: Fenetre) -> bool:
        """Tell whether a date or a phone number overlaps the window."""
        voisins = self._voisins(fenetre)
        return any(debut < fenetre.fin and fin > fenetre.debut for debut, fin in voisins)

    def deborde(self, fenetre: Fenetre) -> bool:
        """Tell whether a date or a phone number stands partly inside, partly outside."""
        return any(
            debut < fenetre.debut < fin or debut < fenetre.fin < fin
            for debut, fin in self._voisins(fenetre)
        )

    def _voisins(self, fenetre: Fenetre) -> list[tuple[int, int]]:
        i = bisect_left(self.autres_nombres, (fenetre.debut, 0))
        return self.autres_nombres[max(0, i - 1) : i + 2]


def reperer(texte: str, mots: list[Mot]) -> Reperes:
    """Locate the labels, the dates, the phone numbers, the postcodes and the years."""
    return Reperes(
        texte,
        Etiquettes(mots),
        [trouve.span() for trouve in _AUTRE_NOMBRE.finditer(texte)],
        frozenset(
            bord
            for trouve in _VOISIN.finditer(texte)
            for bord in (trouve.start(), trouve.end() - 1)
        ),
    )


def nomme_un_nir(fenetre: Fenetre, reperes: Reperes) -> bool:
    """Tell whether the words around say that the number is a NIR."""
    if fenetre.cle_a_part or _suit_une_cle(fenetre, reperes.texte):
        return True
    avant = reperes.etiquettes.avant(fenetre.debut)
    nomme = bool(avant) or (avant is None and reperes.etiquettes.apres(fenetre.fin))
    if not nomme or est_usuelle(fenetre) or not reperes.mord(fenetre):
        return nomme
    d_un_trait = len(fenetre.separateurs) == 1 and fenetre.liens == SEPARE and fenetre.est_isolee
    return d_un_trait and not reperes.deborde(fenetre)


def _suit_une_cle(fenetre: Fenetre, texte: str) -> bool:
    """Tell whether « clé 46 » stands right before 13 digits."""
    avant = texte[max(0, fenetre.debut - _PORTEE_DE_LA_CLE) : fenetre.debut]
    return len(fenetre.chiffres) == LONGUEUR_SANS_CLE and _CLE_AVANT.search(avant) is not None


def est_d_une_piece(fenetre: Fenetre) -> bool:
    """Tell whether the digits stand in the groups of a NIR, or one by one, mostly true digits."""
    entiere = len(fenetre.separateurs) <= 1 and (est_usuelle(fenetre) or est_un_a_un(fenetre))
    return entiere and fenetre.reels >= _REELS_DOMINANTS


def est_un_autre_nombre(fenetre: Fenetre, reperes: Reperes) -> bool:
    """Tell whether a window with a valid key is one by chance: other numbers explain it.

    One number in 97 has a valid key, so pieces of dates, phones and IBAN sometimes do.
    """
    if finit_par_un_mot(fenetre, reperes.texte) and not est_un_a_un(fenetre):
        return True
    rare = not a_un_mois_civil(fenetre.numero)
    autre_nom = _porte_un_autre_nom(fenetre, reperes)
    if est_usuelle(fenetre):
        fragile = rare or fenetre.groupes == _CLE_SEPAREE or _est_un_dossier(fenetre, reperes)
        return (autre_nom and fragile) or _est_une_ligne(fenetre, reperes)
    if est_une_carte(fenetre):
        return not fenetre.est_isolee
    if reperes.deborde(fenetre) or autre_nom:
        return True
    if _est_une_ligne(fenetre, reperes):
        return True
    travestie = est_travestie(fenetre, reperes.texte)
    return not travestie and _est_un_hasard(fenetre, reperes, rare=rare)


def _est_une_ligne(fenetre: Fenetre, reperes: Reperes) -> bool:
    """Tell whether the separators around a date show the cells of a table."""
    if not reperes.mord(fenetre):
        return False
    if est_usuelle(fenetre):
        return fenetre.liens == INHABITUEL and len(fenetre.separateurs) > 1
    if est_alignee(fenetre) and fenetre.liens == SEPARE and a_un_mois_civil(fenetre.numero):
        return False
    return len(fenetre.separateurs) > 1 or est_separee_en_liste(fenetre)


def _est_un_hasard(fenetre: Fenetre, reperes: Reperes, *, rare: bool) -> bool:
    """Tell whether unusual groups are more likely neighbours whose key is right by chance."""
    meles = 1 < len(fenetre.separateurs) < _SEPARATEURS_MELES
    if meles and not est_alignee(fenetre):
        return rare and (fenetre.liens == INHABITUEL or not fenetre.est_isolee)
    if _se_prolonge(fenetre, reperes):
        return rare or not est_alignee(fenetre)
    return rare and (
        (fenetre.liens == INHABITUEL and not (est_alignee(fenetre) or est_un_a_un(fenetre)))
        or fenetre.groupes == _CHIFFRE_ET_SIRET
        or (not est_en_paires(fenetre) and reperes.mord(fenetre))
    )


_GROUPES_DU_NIR = (1, 2, 2, 2, 3, 3)


def est_sans_preuve(texte: str, fenetre: Fenetre, reperes: Reperes) -> bool:
    """Tell whether structure alone is too little: the digits read as something ordinary."""
    return (
        fenetre.reels < _REELS_MINIMAUX
        or not est_vraisemblable(fenetre.numero)
        or _est_un_assemblage(fenetre, reperes)
        or (finit_par_un_mot(fenetre, texte) and not est_un_a_un(fenetre))
        or _porte_un_autre_nom(fenetre, reperes)
        or _UNITE.match(texte, fenetre.fin) is not None
    )


def _porte_un_autre_nom(fenetre: Fenetre, reperes: Reperes) -> bool:
    """Tell whether the words before name another number: an order, a case and its date.

    Digits in the very groups of a NIR are not believed to be one: « réf. 1 85 05 78 006 084 ».
    """
    if fenetre.groupes[:6] == _GROUPES_DU_NIR:
        return False
    return reperes.etiquettes.avant(fenetre.debut) is False or _est_un_dossier(fenetre, reperes)


def _est_un_dossier(fenetre: Fenetre, reperes: Reperes) -> bool:
    """Tell whether « dossier n° » stands before a year, a month and a rank in one block."""
    return (
        fenetre.groupes == (LONGUEUR_COMPLETE,)
        and _DOSSIER_DATE.fullmatch(fenetre.numero) is not None
        and reperes.etiquettes.annonce_un_dossier(fenetre.debut)
    )


def _est_un_assemblage(fenetre: Fenetre, reperes: Reperes) -> bool:
    """Tell whether the groups read as several numbers: amounts, years, a card, a list."""
    liste = est_separee_en_liste(fenetre)
    if est_usuelle(fenetre) and not liste:
        return False
    annees_en_suite = contient_une_annee(fenetre) and not fenetre.est_isolee
    if annees_en_suite or _se_prolonge(fenetre, reperes) or reperes.deborde(fenetre):
        return True
    en_paires = est_en_paires(fenetre)
    if reperes.mord(fenetre) and not (
        len(fenetre.separateurs) == 1 and (en_paires or _est_alignee_et_sobre(fenetre))
    ):
        return True
    if est_usuelle(fenetre):
        return fenetre.groupes == _CLE_SEPAREE and fenetre.liens == SEPARE
    if en_paires or (est_travestie(fenetre, reperes.texte) and not liste):
        return False
    return not _est_un_seul_nombre(fenetre)


def _est_alignee_et_sobre(fenetre: Fenetre) -> bool:
    """Tell whether the groups are fields of a NIR with an ordinary month, standing alone."""
    return (
        est_alignee(fenetre)
        and a_un_mois_civil(fenetre.numero)
        and fenetre.est_isolee
        and not est_separee_en_liste(fenetre)
    )


def _est_un_seul_nombre(fenetre: Fenetre) -> bool:
    """Tell whether odd groups still read as one number rather than as a list, a card, amounts."""
    alignee, civil = est_alignee(fenetre), a_un_mois_civil(fenetre.numero)
    if len(fenetre.separateurs) > 1:
        return civil and (alignee or len(fenetre.separateurs) > _SEPARATEURS_MELES)
    if est_un_montant(fenetre):
        return False
    if alignee and (civil or not est_separee_en_liste(fenetre)):
        return civil or not contient_une_annee(fenetre)
    if est_separee_en_liste(fenetre):
        return False
    if not civil:
        espacee = any(map(str.isspace, fenetre.separateurs))
        return fenetre.est_isolee and not (espacee or contient_une_annee(fenetre))
    return len(fenetre.numero) == LONGUEUR_SANS_CLE and (
        not ressemble_a_une_liste(fenetre) or fenetre.est_isolee
    )


def _se_prolonge(fenetre: Fenetre, reperes: Reperes) -> bool:
    """Tell whether more digits follow or precede, separated as the window itself is.

    A date or a phone number before or after is a number of its own, not a longer series.
    """
    avant, apres = fenetre.avant, fenetre.apres
    return (
        avant is not None
        and avant.nature == REEL
        and fenetre.atomes[0].separateur in fenetre.separateurs
        and not reperes.couvre(avant.position)
    ) or (
        apres is not None
        and apres.nature == REEL
        and apres.separateur in fenetre.separateurs
        and not reperes.couvre(apres.position)
    )
