"""`garde_fou`: check texts from the command line, without database, queue or network."""

import json
import os
import sys
from collections.abc import Iterable
from io import TextIOWrapper
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portail.garde_fou import Motif, Verdict, verifier

_ISSUES = {
    "bloque": "Bloqué : le portail refuse ce texte.",
    "confirme": "À confirmer : le portail refuse ce texte tant que la personne ne confirme pas.",
    "indice": "Indice : le texte passe, avec un conseil à côté du champ.",
    "ok": "Rien à signaler.",
}


class Command(BaseCommand):
    help = "Dit ce que le garde-fou trouve dans un texte, ou dans des lignes JSON (--jsonl)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("texte", nargs="?", help="le texte ; sans lui, l’entrée standard")
        parser.add_argument(
            "--jsonl",
            action="store_true",
            help='lit des lignes {"texte": "…"} sur l’entrée standard, écrit un verdict par ligne',
        )

    def handle(self, *args: Any, **options: Any) -> None:
        _passer_en_utf8()
        try:
            if options["jsonl"]:
                self._verifier_lignes(sys.stdin.buffer)
            else:
                texte = options["texte"]
                self._expliquer(sys.stdin.read() if texte is None else _en_clair(texte))
        except BrokenPipeError:
            sys.stderr.close()  # the reader left: nothing more to say to it

    def _verifier_lignes(self, lignes: Iterable[bytes]) -> None:
        """Answer each line as soon as it is read; a bad line gets an error in its place.

        A blank line is no text: it gets no answer.
        """
        mauvaises = 0
        for numero, ligne in enumerate(lignes, start=1):
            if not ligne.strip():
                continue
            try:
                reponse = _en_json(verifier(_lire(ligne)))
            except ValueError as erreur:
                mauvaises += 1
                reponse = {"erreur": str(erreur)}
                self.stderr.write(f"Ligne {numero} : {erreur}.")
            self.stdout.write(json.dumps(reponse, ensure_ascii=False))
            self.stdout.flush()
        if mauvaises:
            raise CommandError(f"{mauvaises} ligne(s) illisible(s) : voir plus haut.")

    def _expliquer(self, texte: str) -> None:
        verdict = verifier(texte)
        self.stdout.write(_ISSUES[verdict.verdict])
        for motif in verdict.motifs:
            self.stdout.write(
                f"- « {motif.extrait} » (caractères {motif.debut} à {motif.fin}, {motif.type}, "
                f"{motif.categorie}) : {motif.explication}"
            )


def _passer_en_utf8() -> None:
    """Read and write UTF-8 whatever the locale; a lone surrogate is written as an escape."""
    for flux in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(flux, TextIOWrapper):
            flux.reconfigure(encoding="utf-8", errors="backslashreplace")


def _en_clair(argument: str) -> str:
    """Read an argument as UTF-8, even where the locale made something else of it."""
    return os.fsencode(argument).decode("utf-8", "replace")


def _lire(ligne: bytes) -> str:
    """Return the text of a JSON line; raises ValueError, in French, on a bad one."""
    try:
        objet = json.loads(ligne.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("ce n’est pas de l’UTF-8") from None
    except (ValueError, RecursionError):
        raise ValueError("ce n’est pas du JSON") from None
    if not isinstance(objet, dict) or "texte" not in objet:
        raise ValueError("il manque un objet avec « texte »")
    if not isinstance(objet["texte"], str):
        raise ValueError("« texte » n’est pas une chaîne de caractères")
    return objet["texte"]


def _en_json(verdict: Verdict) -> dict[str, object]:
    return {"verdict": verdict.verdict, "motifs": [_motif(motif) for motif in verdict.motifs]}


def _motif(motif: Motif) -> dict[str, object]:
    champs = ("type", "categorie", "debut", "fin", "extrait")
    return {champ: getattr(motif, champ) for champ in champs}
