"""What makes digits a NIR: its structure, and the key that python-stdnum checks."""

from stdnum.fr import nir

LONGUEUR_SANS_CLE = 13
LONGUEUR_COMPLETE = 15

SEXES = frozenset("123478")
_MOIS = frozenset(f"{mois:02d}" for mois in (*range(1, 13), *range(20, 43), *range(50, 100)))
_MOIS_CIVILS = frozenset(f"{mois:02d}" for mois in range(1, 13))


def a_la_structure(numero: str) -> bool:
    """Tell whether 13 or 15 characters can be a NIR (D-08).

    Sex 1-4 (7 and 8 for temporary numbers), year, month (1-12, or the codes 20-42 and 50-99 of
    uncertain births), département (2A and 2B, overseas 97 and 98, abroad 99), commune, order,
    then a key of 01-97 if there are 15.
    """
    departement, reste = numero[5:7], numero[7:13]
    return (
        numero[0] in SEXES
        and numero[1:3].isdecimal()
        and numero[3:5] in _MOIS
        and (departement in ("2A", "2B") or (departement.isdecimal() and departement != "00"))
        and reste.isdecimal()
        and _cle_possible(numero[13:])
    )


def _cle_possible(cle: str) -> bool:
    return not cle or (cle.isdecimal() and "01" <= cle <= "97")


def a_une_cle_valide(numero: str) -> bool:
    """Tell whether the number has its structure, its 15 characters and the right key."""
    return len(numero) == LONGUEUR_COMPLETE and a_la_structure(numero) and nir.is_valid(numero)


def a_un_mois_civil(numero: str) -> bool:
    """Tell whether the birth month is an ordinary one, as for nearly everybody."""
    return numero[3:5] in _MOIS_CIVILS


def est_vraisemblable(numero: str) -> bool:
    """Tell whether commune and order number are given, which random digits may lack."""
    return numero[7:10] != "000" and numero[10:13] != "000"
