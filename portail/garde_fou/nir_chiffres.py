"""The digits of a text, read through their disguises, and the windows that could be a NIR."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from string import ascii_lowercase
from typing import NamedTuple

from .caracteres import INVISIBLES, chiffre, sosie
from .mots import Mot
from .nir_lettres import NOMBRES, lire_nombres
from .nir_structure import LONGUEUR_COMPLETE, LONGUEUR_SANS_CLE, SEXES, a_la_structure

COLLE, SEPARE, INHABITUEL, ROMPU = range(4)
REEL, EN_TOUTES_LETTRES, SOSIE = range(3)

_ECART_MAXIMAL = 6
_SEPARATEURS = frozenset("./\\'’‘`´_·•−~*…#^°")
_JAMAIS_DEDANS = frozenset("€$£%?!@&")
_LETTRES_SOSIES = "oilsab"
_LETTRES_LOINTAINES = _LETTRES_SOSIES + "zg"
_LETTRES_SURES = frozenset(ascii_lowercase) - frozenset(_LETTRES_LOINTAINES)
_HUIT = "8"
_ET = "et"
_PERIODES = (1, 2, 3)
_REFERENCE = re.compile(r"(?<![^\W_])EP-[0-9A-Z]{4}-[0-9A-Z]{4}(?![^\W_])", re.IGNORECASE)
_CLE_A_PART = re.compile(
    r"[\W_]{0,5}(?:et[^\S\n])?(?:(?:la|sa)[^\S\n])?"
    r"cl(?:e|é|e\u0301)f?(?:[^\S\n]de[^\S\n]contr[oô]le)?(?:[^\S\n]est)?[\W_]{0,5}"
    r"([^\W_])[\W_]{0,2}([^\W_])(?![^\W_])",
    re.IGNORECASE,
)


class Atome(NamedTuple):
    """A digit of the text (or the A or B of Corsica), and how it hangs on the one before."""

    valeur: str
    position: int
    fin: int
    nature: int
    lien: int
    separateur: str


class Fenetre:
    """13 or 15 successive digits with the structure of a NIR, and what stands around them.

    `groupes` are the lengths of the groups as typed, (1, 2, 2, 2, 3, 3, 2); `bornes` is where they
    begin, and the end of the last one; `reels` counts the true digits, and the words for them;
    `liens` is the loosest link between two successive digits.
    """

    def __init__(
        self, atomes: list[Atome], chiffres: str, avant: Atome | None, apres: Atome | None
    ) -> None:
        self.atomes = atomes
        self.chiffres = self.numero = chiffres
        self.avant = avant
        self.apres = apres
        self.cle_a_part = ""
        self.debut = atomes[0].position
        self.fin = atomes[-1].fin
        self.reels = sum([atome.nature != SOSIE for atome in atomes])
        liens = [atome.lien for atome in atomes]
        self.liens = max(liens[1:])
        debuts = [i for i in range(1, len(liens)) if liens[i]]
        self.bornes = (0, *debuts, len(atomes))
        self.groupes = tuple([fin - debut for debut, fin in pairwise(self.bornes)])
        self.separateurs = {atomes[i].separateur for i in debuts}

    def completer(self, cle: str, fin: int) -> None:
        """Add the key that « clé 46 » gives after 13 digits."""
        self.cle_a_part, self.fin = cle, fin
        self.numero = self.chiffres + cle

    @property
    def est_isolee(self) -> bool:
        """Tell whether no other digit stands near; letters drawn like one do not count."""
        voisins = (self.avant, self.apres)
        return not any(voisin is not None and voisin.nature == REEL for voisin in voisins)

    @property
    def morceaux(self) -> list[str]:
        """The groups of digits, as read."""
        return [self.chiffres[debut:fin] for debut, fin in pairwise(self.bornes)]


def lire_atomes(texte: str, mots: list[Mot]) -> list[Atome]:
    """Return the digits of the text, in order, disguised ones too, without case references.

    Those of words that are too few to hold a NIR are left out.
    """
    series = _series(mots)
    if not series:
        return []
    texte = _REFERENCE.sub(lambda trouvee: "x" * len(trouvee[0]), texte)
    lecteur = _Lecteur()
    for debut, fin in series:
        lecteur.rompu = True
        i = debut
        while i < fin:
            mot = mots[i]
            if mot.forme in NOMBRES:
                i = lecteur.lire_nombres(mots, i)
                continue
            if mot.forme == _ET:
                lecteur.rompu = True
            else:
                lecteur.lire_mot(texte[mot.debut : mot.fin], mot)
            i += 1
    return lecteur.atomes


def _series(mots: list[Mot]) -> list[tuple[int, int]]:
    """Return where words that may hold digits follow each other, long enough for a NIR."""
    sures, nombres = _LETTRES_SURES, NOMBRES
    lisibles = [
        i
        for i, mot in enumerate(mots)
        if not (forme := mot.forme).isalpha()
        or forme in nombres
        or not (forme[0] in sures or forme[-1] in sures or not _peut_compter(mot))
    ]
    series: list[tuple[int, int]] = []
    debut = fin = longueur = 0
    for i in lisibles:
        if i > fin and not (i == fin + 1 and mots[fin].forme == _ET):
            if longueur >= LONGUEUR_SANS_CLE:
                series.append((debut, fin))
            debut, longueur = i, 0
        longueur += mots[i].fin - mots[i].debut
        fin = i + 1
    if longueur >= LONGUEUR_SANS_CLE:
        series.append((debut, fin))
    return series


def _peut_compter(mot: Mot) -> bool:
    """Tell whether a word holds digits, or only letters that are drawn like some."""
    if not mot.forme.isalpha():
        return True
    ressemblantes = (
        _LETTRES_LOINTAINES if mot.majuscules or len(set(mot.forme)) == 1 else _LETTRES_SOSIES
    )
    return not mot.forme.strip(ressemblantes)


class _Lecteur:
    """Reads the words one after the other; `rompu` tells that letters just broke the series."""

    def __init__(self) -> None:
        self.atomes: list[Atome] = []
        self.rompu = True

    def lire_mot(self, brut: str, mot: Mot) -> None:
        separateur = INVISIBLES.sub("", mot.ecart)
        lien = ROMPU if self.rompu else _lien(separateur)
        for decalage, lu, nature in _valeurs(brut):
            valeur = lu
            if valeur in ("A", "B") and not (
                self.atomes and self.atomes[-1].valeur == "2" and lien < ROMPU
            ):
                valeur = _HUIT if brut[decalage] == "B" else ""
            if valeur:
                position = mot.debut + decalage
                self.atomes.append(Atome(valeur, position, position + 1, nature, lien, separateur))
            lien, separateur = (COLLE if valeur else ROMPU), ""
        self.rompu = lien == ROMPU

    def lire_nombres(self, mots: list[Mot], debut: int) -> int:
        """Add the digits that number words spell; return the index of the next word."""
        suivant = debut + 1
        for nombre in lire_nombres(mots, debut):
            premier, dernier = mots[nombre.premier], mots[nombre.dernier]
            suivant = nombre.dernier + 1
            separateur = INVISIBLES.sub("", premier.ecart)
            lien = ROMPU if self.rompu else _lien(separateur)
            for valeur in nombre.chiffres:
                self.atomes.append(
                    Atome(valeur, premier.debut, dernier.fin, EN_TOUTES_LETTRES, lien, separateur)
                )
                lien, separateur = COLLE, ""
            self.rompu = False
        return suivant


def _valeurs(mot: str) -> Iterator[tuple[int, str, int]]:
    """Read each visible character; look-alike letters count only next to digits or alone."""
    if mot.isascii() and mot.isdigit():
        yield from ((i, c, REEL) for i, c in enumerate(mot))
        return
    lus = [
        (i, chiffre(c), sosie(c) or (c.upper() if c in "aAbB" else ""))
        for i, c in enumerate(mot)
        if not INVISIBLES.match(c)
    ]
    entier = all(reel or douteux for _, reel, douteux in lus)
    debut = 0
    while debut < len(lus):
        fin = debut
        while fin < len(lus) and (lus[fin][1] or lus[fin][2]):
            fin += 1
        admis = entier or any(reel for _, reel, _ in lus[debut:fin])
        for i, reel, douteux in lus[debut:fin]:
            yield i, reel or (douteux if admis else ""), (REEL if reel else SOSIE)
        if fin < len(lus):
            yield lus[fin][0], "", SOSIE
        debut = fin + 1


def _lien(separateur: str) -> int:
    if not separateur:
        return COLLE
    if len(separateur) > _ECART_MAXIMAL or not _JAMAIS_DEDANS.isdisjoint(separateur):
        return ROMPU
    return SEPARE if all(map(_est_separateur, separateur)) else INHABITUEL


def _est_separateur(caractere: str) -> bool:
    return (
        caractere in _SEPARATEURS
        or caractere.isspace()
        or unicodedata.category(caractere) in ("Pd", "Zs", "Zl", "Zp")
    )


def fenetres(texte: str, atomes: list[Atome]) -> Iterator[Fenetre]:
    """Yield every window of 13 or 15 digits that has the structure of a NIR.

    A window never starts or ends inside a longer number: a digit glued to it excludes it.
    """
    fins = _fins_de_series(atomes)
    valeurs = "".join([atome.valeur for atome in atomes])
    monotones = _au_milieu_d_une_monotonie(atomes)
    for debut, valeur in enumerate(valeurs):
        if valeur not in SEXES or fins[debut] - debut < LONGUEUR_SANS_CLE:
            continue
        if monotones[debut] or not _commence(atomes, debut):
            continue
        for longueur in (LONGUEUR_COMPLETE, LONGUEUR_SANS_CLE):
            fin = debut + longueur
            if fin <= fins[debut] and _s_arrete(atomes, fin):
                chiffres = _en_chiffres(valeurs[debut:fin])
                if a_la_structure(chiffres):
                    yield _fenetre(texte, atomes, debut, chiffres)


def _au_milieu_d_une_monotonie(atomes: list[Atome]) -> bytearray:
    """Mark the digits from which a window would stand deep in a long series of even groups.

    Such a series (« 1 1 1 1… », « 2B2B2B… ») is no NIR, and would cost as many windows as digits.
    """
    marques = bytearray(len(atomes))
    if len(atomes) < 3 * LONGUEUR_COMPLETE:
        return marques
    liens = [(atome.lien, atome.separateur) for atome in atomes]
    for periode in _PERIODES:
        debut = 0
        for i in range(1, len(liens) + 1):
            if i < len(liens) and (i - periode <= debut or liens[i] == liens[i - periode]):
                continue
            premier, dernier = debut + LONGUEUR_COMPLETE, i - 2 * LONGUEUR_COMPLETE
            if dernier > premier:
                marques[premier:dernier] = b"\1" * (dernier - premier)
            debut = i
    return marques


def _en_chiffres(valeurs: str) -> str:
    """Read B as an 8, but in the département of Haute-Corse."""
    if "B" not in valeurs:
        return valeurs
    return "".join(_HUIT if c == "B" and i != 6 else c for i, c in enumerate(valeurs))


def _fenetre(texte: str, atomes: list[Atome], debut: int, chiffres: str) -> Fenetre:
    fin = debut + len(chiffres)
    avant = atomes[debut - 1] if debut and atomes[debut].lien < ROMPU else None
    apres = atomes[fin] if fin < len(atomes) and atomes[fin].lien < ROMPU else None
    fenetre = Fenetre(atomes[debut:fin], chiffres, avant, apres)
    cle, fin_cle = _lire_cle(texte, fenetre.fin, len(chiffres))
    if cle:
        fenetre.completer(cle, fin_cle)
    return fenetre


def _lire_cle(texte: str, position: int, longueur: int) -> tuple[str, int]:
    """Read « clé 46 » after 13 digits; return the key and where it ends, or nothing."""
    trouve = _CLE_A_PART.match(texte, position) if longueur == LONGUEUR_SANS_CLE else None
    if not trouve:
        return "", 0
    cle = "".join(chiffre(c) or sosie(c) for c in trouve.groups())
    return (cle, trouve.end()) if len(cle) == 2 else ("", 0)


def _fins_de_series(atomes: list[Atome]) -> list[int]:
    """For each digit, the index where the unbroken series that holds it ends."""
    fins = [len(atomes)] * len(atomes)
    for i in range(len(atomes) - 2, -1, -1):
        fins[i] = i + 1 if atomes[i + 1].lien == ROMPU else fins[i + 1]
    return fins


def _commence(atomes: list[Atome], i: int) -> bool:
    """Tell whether a number may start here: after a gap, or glued to a letter before it."""
    if i == 0 or atomes[i].lien > COLLE:
        return True
    return atomes[i - 1].nature == SOSIE and _touche_un_chiffre(atomes, i)


def _touche_un_chiffre(atomes: list[Atome], i: int) -> bool:
    """Tell whether a true digit stands here, or right after letters glued to it."""
    for atome in atomes[i : i + LONGUEUR_SANS_CLE]:
        if atome.nature == REEL:
            return True
        if atome.position > atomes[i].position and atome.lien > COLLE:
            return False
    return False


def _s_arrete(atomes: list[Atome], fin: int) -> bool:
    """Tell whether a number may end here: before a gap, or glued to a letter after it."""
    return (
        fin == len(atomes)
        or atomes[fin].lien > COLLE
        or (atomes[fin - 1].nature == REEL and atomes[fin].nature == SOSIE)
    )
