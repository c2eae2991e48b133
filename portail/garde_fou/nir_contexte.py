"""What stands around a number: the words that name a NIR, and those that name something else."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate

from .caracteres import INVISIBLES
from .mots import Mot
from .nir_chiffres import INHABITUEL, SEPARE, Fenetre
from .nir_structure import a_un_mois_civil, est_vraisemblable

_PORTEE_AVANT = 40
_PORTEE_APRES = 25
_REELS_MINIMAUX = 5
_CHIFFRES_ENTRE = 8

_MOTS_NIR = frozenset(
    """nir nss nia secu nsecu nosecu numsecu nss noss insee immat immatriculation immatricule
    immatriculee matricule vitale""".split()
)
_SUITES_NIR = frozenset(
    {
        ("securite", "sociale"),
        ("n", "ss"),
        ("no", "ss"),
        ("num", "ss"),
        ("numero", "ss"),
        ("n", "assure"),
        ("no", "assure"),
        ("num", "assure"),
        ("numero", "assure"),
        ("d", "assure"),
        ("assure", "social"),
        ("assuree", "sociale"),
    }
)
_MOTS_AUTRES = frozenset(
    """commande commandes facture factures colis suivi siret siren rpps finess adeli iban rib bic
    tel telephone portable mobile fax devis contrat mandat cheque transaction virement ean gtin
    isbn imei code barres reference references ref fiscal spi impots allocataire caf ticket
    incident compte recommande bordereau tva agrement licence serie lot article""".split()
)
_GROUPES_USUELS = frozenset(
    {
        (13,),
        (15,),
        (13, 2),
        (1, 2, 2, 2, 3, 3),
        (1, 2, 2, 2, 3, 3, 2),
    }
)
_PAIRES = frozenset({(1, 2, 2, 2, 2, 2, 2), (1, 2, 2, 2, 2, 2, 2, 2)})
_CHIFFRES_NETS = frozenset("0123456789AB")
_GROUPE_COURT = 3
_GROUPE_LONG = 8
_QUATRE_PAR_QUATRE = frozenset({(4, 4, 4, 1), (1, 4, 4, 4), (4, 4, 4, 3), (3, 4, 4, 4)})
_CHIFFRE_ET_SIRET = (1, 3, 3, 3, 5)
_MILLIERS = 3
_SEPARATEURS_ORDINAIRES = 3
_ANNEE = re.compile(r"(?:19[3-9]|20[0-3])\d")
_UNITE = re.compile(r"\s?(?:[,.]\d{1,2}\s?)?(?:€|eur\b|euros?\b|%|km\b|kg\b|m²)", re.IGNORECASE)
_DATE_OU_TELEPHONE = re.compile(
    r"(?<!\d)(?:\d{1,2}([/.-])\d{1,2}\1(?:19|20)\d\d"
    r"|(?:\+33[ .]?|0033[ .]?|0)[1-9](?:([ .-]?)\d\d)(?:\2\d\d){3})(?!\d)"
)


@dataclass(frozen=True)
class Reperes:
    """Where the text names a NIR, where it names another number, and its dates and phones."""

    texte: str
    positions: list[int]
    nomme_nir: list[bool]
    autres_nombres: list[tuple[int, int]]

    def avant(self, position: int) -> bool | None:
        """Tell whether the last label just before is one of a NIR; None without a label.

        A label that already has its own number in between (« tél. 06… ») names nothing here.
        """
        i = bisect_left(self.positions, position) - 1
        if i < 0 or position - self.positions[i] > _PORTEE_AVANT:
            return None
        entre = self.texte[self.positions[i] : position]
        return None if sum(map(str.isdigit, entre)) > _CHIFFRES_ENTRE else self.nomme_nir[i]

    def apres(self, position: int) -> bool:
        """Tell whether the first label just after is one of a NIR."""
        i = bisect_left(self.positions, position)
        proche = i < len(self.positions) and self.positions[i] - position <= _PORTEE_APRES
        return proche and self.nomme_nir[i]

    def couvre(self, position: int) -> bool:
        """Tell whether this character belongs to a date or a phone number."""
        i = bisect_left(self.autres_nombres, (position + 1, 0)) - 1
        return i >= 0 and self.autres_nombres[i][1] > position

    def mord(self, fenetre: Fenetre) -> bool:
        """Tell whether a date or a phone number overlaps the window."""
        i = bisect_left(self.autres_nombres, (fenetre.debut, 0))
        voisins = self.autres_nombres[max(0, i - 1) : i + 2]
        return any(debut < fenetre.fin and fin > fenetre.debut for debut, fin in voisins)

    def deborde(self, fenetre: Fenetre) -> bool:
        """Tell whether a date or a phone number stands partly inside, partly outside."""
        i = bisect_left(self.autres_nombres, (fenetre.debut, 0))
        voisins = self.autres_nombres[max(0, i - 1) : i + 2]
        return any(
            debut < fenetre.debut < fin or debut < fenetre.fin < fin for debut, fin in voisins
        )


def reperer(texte: str, mots: list[Mot]) -> Reperes:
    """Locate the labels, the dates and the phone numbers of the text."""
    positions: list[int] = []
    nomme_nir: list[bool] = []
    precedent = ""
    for mot in mots:
        forme = _partie_lettres(mot.forme)
        est_nir = forme in _MOTS_NIR or (precedent, forme) in _SUITES_NIR
        if est_nir or forme in _MOTS_AUTRES:
            positions.append(mot.debut)
            nomme_nir.append(est_nir)
        precedent = forme
    autres = [trouve.span() for trouve in _DATE_OU_TELEPHONE.finditer(texte)]
    return Reperes(texte, positions, nomme_nir, autres)


def _partie_lettres(forme: str) -> str:
    """Return the letters before the first digit: « nss185… » still says « nss »."""
    if forme.isalpha():
        return forme
    return forme[: next((i for i, c in enumerate(forme) if not c.isalpha()), len(forme))]


def nomme_un_nir(fenetre: Fenetre, reperes: Reperes) -> bool:
    """Tell whether the words around say that the number is a NIR."""
    avant = reperes.avant(fenetre.debut)
    return bool(avant) or (avant is None and reperes.apres(fenetre.fin)) or bool(fenetre.cle_a_part)


def est_un_autre_nombre(fenetre: Fenetre, reperes: Reperes) -> bool:
    """Tell whether a window with a valid key is one by chance: other numbers explain it.

    One number in 97 has a valid key, so pieces of dates, phones and IBAN sometimes do.
    """
    rare = not a_un_mois_civil(fenetre.numero)
    if fenetre.groupes in _GROUPES_USUELS:
        return rare and reperes.avant(fenetre.debut) is False
    if fenetre.groupes in _QUATRE_PAR_QUATRE:
        return fenetre.avant is not None
    return reperes.deborde(fenetre) or (rare and _est_un_hasard(fenetre, reperes))


def _est_un_hasard(fenetre: Fenetre, reperes: Reperes) -> bool:
    """Tell whether unusual groups with a rare month are more likely neighbours by chance."""
    if reperes.avant(fenetre.debut) is False:
        return True
    if _est_deguisee(fenetre, reperes.texte):
        return False
    return (
        fenetre.liens == INHABITUEL
        or fenetre.groupes == _CHIFFRE_ET_SIRET
        or _se_prolonge(fenetre, reperes)
        or (fenetre.groupes not in _PAIRES and reperes.mord(fenetre))
    )


def est_sans_preuve(texte: str, fenetre: Fenetre, reperes: Reperes) -> bool:
    """Tell whether structure alone is too little: the digits read as something ordinary."""
    return (
        fenetre.liens == INHABITUEL
        or fenetre.reels < _REELS_MINIMAUX
        or not est_vraisemblable(fenetre.numero)
        or reperes.avant(fenetre.debut) is False
        or _UNITE.match(texte, fenetre.fin) is not None
        or (fenetre.groupes not in _GROUPES_USUELS and _est_un_assemblage(fenetre, reperes))
    )


def _est_un_assemblage(fenetre: Fenetre, reperes: Reperes) -> bool:
    """Tell whether unusual groups read as several numbers: amounts, years, a card, a list."""
    groupes = fenetre.groupes
    if _se_prolonge(fenetre, reperes) or reperes.deborde(fenetre):
        return True
    if _est_deguisee(fenetre, reperes.texte):
        return False
    if max(groupes) < _GROUPE_COURT:
        return groupes not in _PAIRES and reperes.mord(fenetre)
    return (
        groupes in _QUATRE_PAR_QUATRE
        or (2 not in groupes and groupes.count(3) >= _MILLIERS)
        or reperes.mord(fenetre)
        or _contient_une_annee(fenetre)
        or (max(groupes) > _GROUPE_COURT and not _est_coherente(fenetre))
    )


def _est_deguisee(fenetre: Fenetre, texte: str) -> bool:
    """Tell whether somebody took pains: odd digits, invisible characters, many separators."""
    return (
        len(fenetre.separateurs) > _SEPARATEURS_ORDINAIRES
        or INVISIBLES.search(texte, fenetre.debut, fenetre.fin) is not None
        or any(texte[atome.position] not in _CHIFFRES_NETS for atome in fenetre.atomes)
    )


def _est_coherente(fenetre: Fenetre) -> bool:
    """Tell whether long groups still read as one number, typed with one separator."""
    return (
        max(fenetre.groupes) < _GROUPE_LONG
        and len(fenetre.separateurs) == 1
        and a_un_mois_civil(fenetre.numero)
    )


def _contient_une_annee(fenetre: Fenetre) -> bool:
    debuts = accumulate(fenetre.groupes, initial=0)
    morceaux = (fenetre.numero[d : d + g] for d, g in zip(debuts, fenetre.groupes, strict=False))
    return any(map(_ANNEE.fullmatch, morceaux))


def _se_prolonge(fenetre: Fenetre, reperes: Reperes) -> bool:
    """Tell whether more digits follow or precede, separated as the window itself is.

    A date or a phone number before or after is a number of its own, not a longer series.
    """
    avant, apres = fenetre.avant, fenetre.apres
    return (
        avant is not None
        and fenetre.atomes[0].separateur in fenetre.separateurs
        and not reperes.couvre(avant.position)
    ) or (
        apres is not None
        and apres.lien == SEPARE
        and apres.separateur in fenetre.separateurs
        and not reperes.couvre(apres.position)
    )
