"""Draws ordinary texts full of numbers, none of them a social security number, from a seed.

Each kind is a function that writes one number, or a few, as people type them. A number that has
the shape of a NIR by chance is kept only under the label that says what it is.
"""

import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from .phrases import CADRES, LIAISONS

_LETTRES = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_MOIS = "janvier février mars avril mai juin juillet août septembre octobre novembre".split()


class Texte(NamedTuple):
    """An ordinary text, and the kinds of numbers in it."""

    genres: str
    texte: str


def _chiffres(alea: random.Random, longueur: int) -> str:
    return "".join(alea.choices("0123456789", k=longueur))


def _decouper(chiffres: str, *longueurs: int, par: str = " ") -> str:
    morceaux, debut = [], 0
    for longueur in longueurs:
        morceaux.append(chiffres[debut : debut + longueur])
        debut += longueur
    return par.join(morceaux)


def _cle_luhn(base: str) -> str:
    doubles = [int(c) * (2 - i % 2) for i, c in enumerate(reversed(base))]
    return str(-sum(d - 9 * (d > 9) for d in doubles) % 10)


def _telephone(alea: random.Random) -> str:
    chiffres = alea.choice(("06", "07", "01", "03", "09")) + _chiffres(alea, 8)
    par = alea.choice((" ", ".", "-", "", "/", "\u00a0"))
    international = alea.choice(("+33 ", "+33", "0033 ", "+33 (0)"))
    if alea.random() < 0.25:
        return international + _decouper(chiffres[1:], 1, 2, 2, 2, 2, par=par)
    return _decouper(chiffres, 2, 2, 2, 2, 2, par=par)


def _telephones(alea: random.Random) -> str:
    nombre = alea.randint(2, 4)
    return alea.choice((" ", " / ", " ou ", ", ", "\n", " - ")).join(
        _telephone(alea) for _ in range(nombre)
    )


def _jour(alea: random.Random) -> tuple[int, int, int]:
    return alea.randint(1, 28), alea.randint(1, 12), alea.randint(1940, 2027)


def _date(alea: random.Random) -> str:
    j, m, a = _jour(alea)
    modele = alea.choice(
        "{j:02}/{m:02}/{a}|{j:02}.{m:02}.{a}|{a}-{m:02}-{j:02}|{j:02} {m:02} {a}"
        "|{j}/{m}/{c:02}|{j:02}/{m:02}/{c:02}|{j:02}-{m:02}-{a}|{j:02}{m:02}{a}".split("|")
    )
    return modele.format(j=j, m=m, a=a, c=a % 100)


def _dates(alea: random.Random) -> str:
    premiere, seconde, troisieme = (_date(alea) for _ in range(3))
    return alea.choice(
        ("du {} au {}", "{} - {}", "{}, {}, {}", "{} {} {}", "{} puis {}", "{}\n{}\n{}", "{}/{}")
    ).format(premiere, seconde, troisieme)


def _horodatage(alea: random.Random) -> str:
    heure, minute, seconde = alea.randint(0, 23), alea.randint(0, 59), alea.randint(0, 59)
    jour = "{2}-{1:02}-{0:02}".format(*_jour(alea))
    serre = jour.replace("-", "")
    return alea.choice(
        (
            f"{jour}T{heure:02}:{minute:02}:{seconde:02}Z",
            f"{jour} {heure:02}:{minute:02}",
            f"le {_date(alea)} à {heure} h {minute:02}",
            f"{_date(alea)} {heure:02}h{minute:02}",
            f"IMG_{serre}_{heure:02}{minute:02}{seconde:02}.jpg",
            f"scan {serre}{heure:02}{minute:02}{seconde:02}.pdf",
        )
    )


def _iban(alea: random.Random) -> str:
    chiffres = f"{alea.randint(2, 98):02d}{_chiffres(alea, 23)}"
    if alea.random() < 0.3:
        return f"IBAN FR{chiffres}"
    return alea.choice(("IBAN ", "", "IBAN : ")) + "FR" + _decouper(chiffres, 2, 4, 4, 4, 4, 4, 3)


def _rib(alea: random.Random) -> str:
    return alea.choice(("RIB ", "RIB : ", "compte ")) + _decouper(
        _chiffres(alea, 23), 5, 5, 11, 2, par=alea.choice((" ", "-", " / "))
    )


def _siren(alea: random.Random) -> str:
    base = alea.choice("3456789") + _chiffres(alea, 7)
    siren = base + _cle_luhn(base)
    return alea.choice(("SIREN ", "siren n° ", "RCS Lille ")) + alea.choice(
        (siren, _decouper(siren, 3, 3, 3))
    )


def _siret(alea: random.Random) -> str:
    base = alea.choice("3456789") + _chiffres(alea, 7)
    siret = base + _cle_luhn(base) + "000" + _chiffres(alea, 2)
    return alea.choice(("SIRET ", "n° SIRET : ", "Siret ", "")) + alea.choice(
        (siret, _decouper(siret, 3, 3, 3, 5), _decouper(siret, 9, 5))
    )


def _rpps(alea: random.Random) -> str:
    return f"RPPS {'10' + _chiffres(alea, 9)}"


def _finess(alea: random.Random) -> str:
    return f"FINESS {alea.randint(1, 95):02d}{_chiffres(alea, 7)}"


def _reference(alea: random.Random) -> str:
    tire = "".join(alea.choices(_LETTRES + "0123456789", k=8))
    annee = alea.randint(2019, 2026)
    return alea.choice(
        (
            f"EP-{tire[:4]}-{tire[4:]}",
            f"{annee}-{_chiffres(alea, 6)}",
            f"dossier n° {annee}{alea.randint(1, 12):02d}22000{_chiffres(alea, 4)}",
            f"réf. {annee}/{_chiffres(alea, 4)}/{_chiffres(alea, 3)}",
            f"ticket #{_chiffres(alea, 7)}",
            f"demande {tire}",
        )
    )


def _montant(alea: random.Random) -> str:
    valeur = alea.randint(100, 99_999_999) / 100
    francais = f"{valeur:,.2f}".replace(",", alea.choice((" ", "\u202f", "\u00a0", "")))
    return francais.replace(".", ",") + alea.choice((" €", "€", " euros", " EUR"))


def _montants(alea: random.Random) -> str:
    return alea.choice((" ", ", ", " + ", " / ", "\n", " ; ", "\t")).join(
        _montant(alea) for _ in range(alea.randint(2, 5))
    )


def _liste(alea: random.Random) -> str:
    """Write small numbers in a row, as in a table of counts."""
    longueurs = [alea.randint(1, 4) for _ in range(alea.randint(3, 9))]
    return alea.choice((" ", ", ", " ; ", "\t", " | ", " - ", " + ")).join(
        str(int(_chiffres(alea, n))) for n in longueurs
    )


def _annees(alea: random.Random) -> str:
    debut = alea.randint(1990, 2024)
    annees = [str(debut + i) for i in range(alea.randint(2, 6))]
    return alea.choice((" ", ", ", "-", " / ", " ; ")).join(annees)


def _en_nir(alea: random.Random, longueur: int) -> str:
    """Write a number that has, by chance, the shape of a NIR."""
    debut = f"{alea.randint(0, 99):02d}{alea.randint(1, 12):02d}{alea.randint(1, 95):02d}"
    return alea.choice("12") + debut + _chiffres(alea, longueur - 7)


def _sans_cle_juste(numero: str) -> str:
    """Change the end of 15 digits whose key is right by chance: those are rightly blocked."""
    juste = len(numero) == 15 and int(numero[13:]) == 97 - int(numero[:13]) % 97
    return numero[:14] + str((int(numero[14]) + 1) % 10) if juste else numero


def _etiquete(*etiquettes: str, longueurs: tuple[int, ...]) -> Callable[[random.Random], str]:
    def ecrire(alea: random.Random) -> str:
        longueur = alea.choice(longueurs)
        ressemble = longueur in (13, 15) and alea.random() < 0.3
        numero = _en_nir(alea, longueur) if ressemble else _chiffres(alea, longueur)
        entre = alea.choice((" ", " : ", " n° "))
        return f"{alea.choice(etiquettes)}{entre}{_sans_cle_juste(numero)}"

    return ecrire


def _plaque(alea: random.Random) -> str:
    lettres = "".join(alea.choices(_LETTRES, k=4))
    par = alea.choice(("-", " "))
    nouvelle = par.join((lettres[:2], _chiffres(alea, 3), lettres[2:]))
    return alea.choice((nouvelle, f"{_chiffres(alea, 4)} {lettres[:2]} {alea.randint(1, 95):02d}"))


def _gps(alea: random.Random) -> str:
    decimales = alea.randint(4, 7)
    return f"{alea.uniform(42, 51):.{decimales}f}, {alea.uniform(-4, 8):.{decimales}f}"


def _carte(alea: random.Random) -> str:
    numero = alea.choice("45") + _chiffres(alea, 15)
    return "carte " + alea.choice((numero, _decouper(numero, 4, 4, 4, 4)))


def _adresse(alea: random.Random) -> str:
    return (
        f"{alea.randint(1, 250)} {alea.choice(('rue', 'avenue', 'place'))} des Lilas, "
        f"{alea.choice(('', 'bât. 2, ', 'appt 14, ', 'esc. B, '))}"
        f"{alea.randint(1, 95):02d}{alea.choice(('000', '100', '200', '450'))} Lille"
    )


def _inscription(alea: random.Random) -> str:
    return f"INE {_chiffres(alea, 9)}{alea.choice(_LETTRES)}{alea.choice(_LETTRES)}"


def _passeport(alea: random.Random) -> str:
    return (
        f"passeport {_chiffres(alea, 2)}{''.join(alea.choices(_LETTRES, k=2))}{_chiffres(alea, 5)}"
    )


def _tableau(alea: random.Random) -> str:
    """Write a few lines, each with a name, a date, an amount and a phone."""
    par = alea.choice((" ; ", "\t", " | ", ", "))
    return "\n".join(
        par.join((f"Ligne {i}", _date(alea), _montant(alea), _telephone(alea)))
        for i in range(1, alea.randint(3, 6))
    )


def _pourcents(alea: random.Random) -> str:
    return f"{alea.randint(1, 100)} % de {alea.randint(100, 9999)} dossiers en {_annees(alea)}"


def _horaires(alea: random.Random) -> str:
    debut = f"de {alea.randint(8, 11)}h{alea.choice(('00', '30'))}"
    return f"{debut} à {alea.randint(14, 18)} h, poste {_chiffres(alea, 4)}"


def _date_en_lettres(alea: random.Random) -> str:
    return f"le {alea.randint(1, 28)} {alea.choice(_MOIS)} {alea.randint(2019, 2026)}"


def _en_lettres(alea: random.Random) -> str:
    """Write counts and ages in words."""
    mots = "un deux trois quatre cinq six sept huit neuf dix douze quinze vingt trente cent".split()
    return f"{alea.choice(mots)} enfants, {alea.choice(mots)} ans et {alea.choice(mots)} mois"


GENRES: dict[str, Callable[[random.Random], str]] = {
    "téléphone": _telephone,
    "plusieurs téléphones": _telephones,
    "date": _date,
    "plusieurs dates": _dates,
    "date en lettres": _date_en_lettres,
    "horodatage": _horodatage,
    "IBAN": _iban,
    "RIB": _rib,
    "SIREN": _siren,
    "SIRET": _siret,
    "RPPS": _rpps,
    "FINESS": _finess,
    "référence de dossier": _reference,
    "montant": _montant,
    "plusieurs montants": _montants,
    "liste de nombres": _liste,
    "années": _annees,
    "commande": _etiquete("commande", "Commande", "ma commande", longueurs=(8, 10, 13, 15, 20)),
    "colis": _etiquete("colis", "n° de suivi", "suivi colis", "envoi", longueurs=(11, 13, 15, 20)),
    "facture": _etiquete("facture", "Facture EDF", "avis d'échéance", longueurs=(8, 11, 13, 15)),
    "recommandé": _etiquete("recommandé", "LRAR", "bordereau", longueurs=(13, 15)),
    "compteur": _etiquete("PDL", "PRM", "point de livraison", "RAE", "compteur", longueurs=(14,)),
    "titre de séjour": _etiquete("numéro étranger", "AGDREF", "titre de séjour", longueurs=(10,)),
    "allocataire CAF": _etiquete("allocataire", "n° CAF", "dossier CAF", longueurs=(7,)),
    "France Travail": _etiquete("identifiant France Travail", "Pôle emploi", longueurs=(7, 8, 11)),
    "numéro fiscal": _etiquete("numéro fiscal", "n° fiscal", "SPI", "impôts", longueurs=(13,)),
    "code-barres": _etiquete("EAN", "code-barres", "code barre", "GTIN", longueurs=(13,)),
    "contrat": _etiquete("contrat", "police d'assurance", "mutuelle", longueurs=(7, 9, 13, 15)),
    "IMEI": _etiquete("IMEI", "n° de série", longueurs=(15,)),
    "INE": _inscription,
    "passeport": _passeport,
    "plaque": _plaque,
    "GPS": _gps,
    "carte bancaire": _carte,
    "adresse": _adresse,
    "tableau": _tableau,
    "pourcentages": _pourcents,
    "horaires": _horaires,
    "nombres en lettres": _en_lettres,
}


def textes(graine: int, nombre: int) -> Iterator[Texte]:
    """Yield ordinary texts, each with one to four kinds of numbers."""
    alea = random.Random(f"{graine} nombres")
    noms = list(GENRES)
    for _ in range(nombre):
        choisis = alea.sample(noms, alea.choices((1, 2, 3, 4), (4, 3, 2, 1))[0])
        contenu = alea.choice(LIAISONS).join(GENRES[nom](alea) for nom in choisis)
        yield Texte(" + ".join(choisis), alea.choice(CADRES).replace("{}", contenu))
