"""How an account is told of each kind of event that concerns its profile."""

from dataclasses import dataclass

from comptes.gabarits import DEFAUTS
from comptes.models import Genre, Remise, Utilisateur


@dataclass(frozen=True, slots=True)
class Choix:
    """One kind of event: how one is told of it, and how is advised."""

    genre: Genre
    remise: Remise
    conseillee: Remise


def choix_de(compte: Utilisateur) -> list[Choix]:
    """In the order of the page; none for a profile that nothing concerns yet."""
    gardes = dict(compte.preferences.values_list("genre", "remise"))
    return [
        Choix(genre, Remise(gardes.get(genre, conseillee)), conseillee)
        for genre, conseillee in DEFAUTS[compte.profil].items()
    ]
