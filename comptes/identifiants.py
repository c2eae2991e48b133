"""Logins that can be said aloud: « m.delattre », then « m.delattre2 » (H-01)."""

import re

from django.db import IntegrityError, transaction

from comptes.models import Utilisateur
from portail.normalisation import cle_recherche

LONGUEUR_MAX = 30
ESSAIS = 20
_HORS_ALPHABET = re.compile("[^a-z0-9]")


def radical(prenom: str, nom: str) -> str:
    """The initial of the first name, a dot, the name: small letters without accents."""
    initiale, suite = _lettres(prenom)[:1], _lettres(nom)
    return ".".join(filter(None, (initiale, suite)))[:LONGUEUR_MAX] or "compte"


def enregistrer(compte: Utilisateur) -> None:
    """Insert the account under the first free login of its radical.

    Two people of the same name may be invited at once: the database decides, the other one tries
    the next number.
    """
    base = radical(compte.prenom, compte.nom)
    for _ in range(ESSAIS):
        compte.identifiant = _libre(base)
        try:
            with transaction.atomic():
                compte.save(force_insert=True)
        except IntegrityError:
            if not Utilisateur.objects.filter(identifiant=compte.identifiant).exists():
                raise
        else:
            return
    raise IntegrityError(f"no free login after {ESSAIS} tries")


def _libre(base: str) -> str:
    pris = set(
        Utilisateur.objects.filter(identifiant__startswith=base).values_list(
            "identifiant", flat=True
        )
    )
    if base not in pris:
        return base
    return next(nom for rang in range(2, len(pris) + 3) if (nom := f"{base}{rang}") not in pris)


def _lettres(texte: str) -> str:
    return _HORS_ALPHABET.sub("", cle_recherche(texte).lower())
