"""Which lexicon this process reads: its fingerprint, as a reading of open requests records it."""

from functools import lru_cache
from hashlib import sha256

from . import dictionnaire


@lru_cache(maxsize=1)
def version() -> str:
    """Return the SHA-256 of the lexicon's files, in hexadecimal.

    Read at the first call only, as the lexicon is: a lexicon that changes takes a new process.
    """
    empreinte = sha256()
    for chemin in sorted(dictionnaire.DOSSIER.iterdir()):
        if chemin.is_file() and chemin.suffix != ".md":
            octets = chemin.read_bytes()
            empreinte.update(f"{chemin.name}\n{len(octets)}\n".encode())
            empreinte.update(octets)
    return empreinte.hexdigest()
