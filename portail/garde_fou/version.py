"""Which lexicon this process reads: its fingerprint, as a reading of open requests records it.

The lexicon is the folder of terms and the folder of weights: all that a release may change in
what the guard stops without a line of code.
"""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from . import dictionnaire, faisceau


@lru_cache(maxsize=1)
def version() -> str:
    """Return the SHA-256 of the lexicon's files, in hexadecimal; its guide does not count.

    Read at the first call only, as the lexicon is: a lexicon that changes takes a new process.
    """
    empreinte = sha256()
    for chemin in _fichiers():
        octets = chemin.read_bytes()
        empreinte.update(f"{chemin.parent.name}/{chemin.name}\n{len(octets)}\n".encode())
        empreinte.update(octets)
    return empreinte.hexdigest()


def _fichiers() -> Iterator[Path]:
    for dossier in (dictionnaire.DOSSIER, faisceau.POIDS.parent):
        for chemin in sorted(dossier.iterdir()):
            if chemin.is_file() and chemin.suffix != ".md":
                yield chemin
