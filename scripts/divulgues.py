"""Make comptes/mots_connus/divulgues.bin from lists of breached passwords, one per line.

    python -m scripts.divulgues FREQUENT.txt… [--phrases HUGE.txt…]

Only what another rule would let pass is kept: 12 characters or more that zxcvbn alone scores 3
or 4; of the huge lists, those made of letters only. About a millisecond for each line.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from zxcvbn.matching import RANKED_DICTIONARIES, omnimatch
from zxcvbn.scoring import most_guessable_match_sequence
from zxcvbn.time_estimates import guesses_to_score

from comptes.divulgues import FICHIER, empreinte

MINIMUM, MAXIMUM, NOTES = 12, 128, 72


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("listes", nargs="+", type=Path)
    arguments.add_argument("--phrases", nargs="*", type=Path, default=[])
    choix = arguments.parse_args()
    connus = {mot for liste in choix.listes for mot in _lire(liste)}
    connus |= {mot for liste in choix.phrases for mot in _lire(liste) if mot.isalpha()}
    gardes = {empreinte(mot) for mot in connus if _passerait(mot)}
    FICHIER.write_bytes(b"".join(sorted(gardes)))
    print(f"{len(gardes)} passwords kept of {len(connus)}, {FICHIER.stat().st_size} bytes")


def _lire(liste: Path) -> Iterator[str]:
    for ligne in liste.read_text("utf-8", errors="replace").splitlines():
        if MINIMUM <= len(ligne) <= MAXIMUM:
            yield ligne.lower()


def _passerait(mot: str) -> bool:
    trouve = most_guessable_match_sequence(mot[:NOTES], omnimatch(mot[:NOTES], RANKED_DICTIONARIES))
    return guesses_to_score(trouve["guesses"]) >= 3


if __name__ == "__main__":
    main()
