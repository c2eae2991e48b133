"""The HTML of a mail, made from its text: one source of words, so that both say the same.

A line that is an address becomes a button, lines that begin with a dash a list, and a line right
above a list its title. Styles stand in the tags: mail clients drop sheets. Nothing is fetched.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.template.loader import render_to_string

from portail.templatetags.typographie import insecables

_ADRESSE = re.compile(r"https?://\S+")
_TIRET = "- "


@dataclass(frozen=True, slots=True)
class Entree:
    """One line of a list, and the page that it leads to."""

    texte: str
    lien: str = ""


@dataclass(frozen=True, slots=True)
class Bloc:
    """What stands between two blank lines; only what is there is filled."""

    titre: str = ""
    texte: str = ""
    lien: str = ""
    entrees: list[Entree] = field(default_factory=list)


def en_html(objet: str, corps: str, pied: str) -> str:
    """The same message as a page that stands alone."""
    contexte = {"objet": objet, "blocs": list(blocs(corps)), "pied": list(blocs(pied))}
    return insecables(render_to_string("courriels/cadre/message.html", contexte).lstrip())


def blocs(texte: str) -> Iterator[Bloc]:
    for morceau in re.split(r"\n\s*\n", texte.strip()):
        lignes = [ligne.strip() for ligne in morceau.splitlines()]
        rang = next((i for i, ligne in enumerate(lignes) if ligne.startswith(_TIRET)), None)
        if rang is None:
            yield _paragraphe(lignes)
        else:
            yield Bloc(titre=" ".join(lignes[:rang]), entrees=list(_entrees(lignes[rang:])))


def _paragraphe(lignes: list[str]) -> Bloc:
    liens = [ligne for ligne in lignes if _ADRESSE.fullmatch(ligne)]
    mots = [ligne for ligne in lignes if ligne not in liens]
    return Bloc(texte=" ".join(mots), lien=liens[0] if liens else "")


def _entrees(lignes: list[str]) -> Iterator[Entree]:
    """A line of the list, with the address that follows it."""
    for rang, ligne in enumerate(lignes):
        if ligne.startswith(_TIRET):
            suite = lignes[rang + 1] if rang + 1 < len(lignes) else ""
            lien = suite if _ADRESSE.fullmatch(suite) else ""
            yield Entree(ligne.removeprefix(_TIRET), lien)
