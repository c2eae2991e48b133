"""Words used of things, not of people: « budget amputé », « entorse à la règle », « lot AVC = … ».

What a term says of a file, a site or a budget says nothing of anybody's health.
"""

import re

from .mots import Mot

CHOSES = "@choses"
FIGURES = "@figures"
GENS = "@gens"
METIERS = "@metiers"
LIEU_DE_SOIN = "@lieuxdesoin"
SUPPORTS = "@supports"

_SOIGNANTS = frozenset(("@specialistes", "@services", "@psy", "@medecin"))

_COPULES = frozenset(
    """est sont etait etaient sera seront serait fut ete reste restent demeure semble semblent
    parait devient deviennent devenu devenue a ont avait fait font souffre souffrent""".split()
)
_DE = frozenset("de d du des".split())
_A = frozenset("a au aux".split())
_PETITS = frozenset(
    """le la les l un une ce cet cette ces son sa ses leur leurs notre nos votre vos tout toute
    tous toutes nouveau nouvelle meme autre deux trois quelques plusieurs""".split()
)
_ADVERBES = frozenset(
    """un peu tres trop plus encore toujours completement totalement carrement vraiment presque
    bien si aussi comme litteralement deja de nouveau depuis hier ce matin quelque peu assez
    plutot pas une qu n de l la le en sous""".split()
)
_COLLE = re.compile(r"[ \u00a0\u202f'’\-]{1,2}")
_LETTRES_VIDES = frozenset("de d du des la le les l et a au aux en ou".split())
_MOTS_QUI_EXPLIQUENT = _LETTRES_VIDES | set("signifie ici veut dire pour chez nous c est".split())
_PREPOSITIONS = _DE | _A | _PETITS | set("sur contre pour".split())
_PORTEE = 6
_PORTEE_D_UN_SUJET = 5
_ADJECTIFS = 2
_CHIFFRES_D_UN_AGE = 3
_PORTEE_D_UN_EMPLOI = 5
_SEPTEMBRE = "sep"
_REFERENCE = re.compile(r"[-_/]\d+")


def est_figure(mots: list[Mot], etiquettes: list[tuple[str, ...]], debut: int, fin: int) -> bool:
    """Tell whether the term `mots[debut:fin]` is said of a thing rather than of a person."""
    return (
        _complete_une_chose(mots, etiquettes, debut, fin)
        or _dit_d_une_chose(mots, etiquettes, debut)
        or (FIGURES in etiquettes[debut] and _qualifie_une_chose(mots, etiquettes, debut))
        or _est_un_lieu_de_travail(mots, etiquettes, debut)
        or _est_un_sujet(mots, etiquettes, debut)
        or (fin == debut + 1 and _est_un_sigle_explique(mots, debut))
    )


def _complete_une_chose(
    mots: list[Mot], etiquettes: list[tuple[str, ...]], debut: int, i: int
) -> bool:
    """« hémorragie de départs », « allergique aux nouveaux formulaires »."""
    if not _SOIGNANTS.isdisjoint(etiquettes[debut]):
        return False
    liens = _DE | _A if FIGURES in etiquettes[debut] else _DE
    if mots[i - 1].forme not in liens:
        if not _suit(mots, i) or not _lie(mots[i], liens, etiquettes[debut]):
            return False
        i += 1
    return _nomme_une_chose(mots, etiquettes, i)


def _lie(mot: Mot, liens: frozenset[str], etiquettes: tuple[str, ...]) -> bool:
    """Tell whether the word ties a term to what follows: « parano leur pare-feu »."""
    return mot.forme in liens or (FIGURES in etiquettes and mot.forme in _PETITS)


def _nomme_une_chose(mots: list[Mot], etiquettes: list[tuple[str, ...]], i: int) -> bool:
    """Tell whether a thing is named from here on, past its articles and an adjective."""
    while _suit(mots, i) and mots[i].forme in _PETITS:
        i += 1
    fin = i + _ADJECTIFS
    while i < fin and _suit(mots, i):
        if CHOSES in etiquettes[i]:
            return mots[i].forme != "demande"
        if mots[i].forme in _DE | _A or GENS in etiquettes[i]:
            return False
        i += 1
    return False


def _dit_d_une_chose(mots: list[Mot], etiquettes: list[tuple[str, ...]], debut: int) -> bool:
    """« le site de la caisse est paralysé »: a thing, a copula, at most two adverbs, the term."""
    if mots[debut].forme not in _COPULES and not _suit(mots, debut):
        return False
    i = _avant_les_adverbes(mots, debut if mots[debut].forme in _COPULES else debut - 1)
    if i < 1 or mots[i].forme not in _COPULES or not _suit(mots, i):
        return False
    return _sujet_est_une_chose(mots, etiquettes, i - 1)


def _qualifie_une_chose(mots: list[Mot], etiquettes: list[tuple[str, ...]], debut: int) -> bool:
    """« une consigne un peu schizophrénique »."""
    i = _avant_les_adverbes(mots, debut - 1)
    return i >= 0 and _suit(mots, i + 1) and CHOSES in etiquettes[i]


def _avant_les_adverbes(mots: list[Mot], i: int) -> int:
    """Return the index of the first word, from this one leftwards, that is not an adverb."""
    while i > 0 and mots[i].forme in _ADVERBES and _suit(mots, i + 1):
        i -= 1
    return i


def _est_un_lieu_de_travail(mots: list[Mot], etiquettes: list[tuple[str, ...]], debut: int) -> bool:
    """« secrétaire en service de psychiatrie », « vigile à l'hôpital psychiatrique »."""
    return LIEU_DE_SOIN in etiquettes[debut] and any(
        METIERS in etiquettes[i] for i in range(max(0, debut - _PORTEE_D_UN_EMPLOI), debut)
    )


def _sujet_est_une_chose(mots: list[Mot], etiquettes: list[tuple[str, ...]], i: int) -> bool:
    """Walk back over the subject, to its first noun; a person on the way makes it somebody's."""
    choses = False
    for j in range(i, max(-1, i - _PORTEE), -1):
        if GENS in etiquettes[j] or not _suit(mots, j + 1):
            return False
        choses = choses or CHOSES in etiquettes[j] or _est_un_numero(mots[j].forme)
        if choses and (j == 0 or mots[j].coupe or mots[j - 1].forme in _PETITS | {"mon", "ma"}):
            return True
    return choses


def _est_un_numero(forme: str) -> bool:
    """Tell whether a word is a phone's short number (« le 3646 »), not an age."""
    return forme.isdigit() and len(forme) > _CHIFFRES_D_UN_AGE


def _suit(mots: list[Mot], i: int) -> bool:
    """Tell whether the word follows the previous one without punctuation."""
    return 0 < i < len(mots) and not mots[i].coupe and bool(_COLLE.fullmatch(mots[i].ecart))


def _est_un_sujet(mots: list[Mot], etiquettes: list[tuple[str, ...]], debut: int) -> bool:
    """« guide sur le diabète », « journée du don d'organes »: what a leaflet or a day is about."""
    for i in range(debut - 1, max(-1, debut - _PORTEE_D_UN_SUJET), -1):
        if not _suit(mots, i + 1) and mots[i + 1].ecart.strip() not in ("", ":", "«"):
            return False
        if SUPPORTS in etiquettes[i]:
            return True
        if mots[i].forme not in _PREPOSITIONS:
            return False
    return False


def _est_un_sigle_explique(mots: list[Mot], i: int) -> bool:
    """« CMP (comité mensuel de pilotage) », or the other way round: the initials are spelled.

    When the words explained are a disease, they are found on their own account.
    """
    sigle = mots[i].forme
    if not mots[i].majuscules or len(sigle) < 3:
        return False
    if i + 1 < len(mots) and _abrege_ou_numerote(mots[i], mots[i + 1]):
        return True
    if sigle == _SEPTEMBRE and i and mots[i - 1].forme.isdigit():
        return True
    apres = [m.forme[0] for m in mots[i + 1 : i + 12] if m.forme not in _MOTS_QUI_EXPLIQUENT]
    avant = [m.forme[0] for m in mots[max(0, i - 11) : i] if m.forme not in _LETTRES_VIDES]
    return "".join(apres).startswith(sigle) or "".join(avant).endswith(sigle)


def _abrege_ou_numerote(sigle: Mot, suivant: Mot) -> bool:
    """« SEP. (séparé) » shortens the next word; « VIH-20413 » is a reference."""
    abrege = suivant.forme.startswith(sigle.forme) and len(suivant.forme) > len(sigle.forme)
    return abrege or bool(_REFERENCE.fullmatch(suivant.ecart + suivant.forme))
