"""What opens the demonstration accounts: known to everybody, hence never outside of it."""

import hashlib
from base64 import b32encode
from binascii import unhexlify

from comptes.models import Profil

MOTS_DE_PASSE = {
    Profil.TECHNICIEN: "Tilleul-Boussole-Ardoise-27",
    Profil.GESTIONNAIRE: "Verger-Lanterne-Galet-41",
    Profil.AGENT: "Moulin-Fougere-Cadran-63",
    Profil.ADMIN: "Falaise-Encrier-Noisette-85",
    Profil.DPO: "Sentier-Horloge-Cerise-19",
    Profil.SUPPORT: "Grenier-Compas-Lavande-52",
}


def cle_totp(identifiant: str) -> str:
    """The TOTP key of a demonstration account, 20 bytes in hexadecimal, from its login."""
    graine = f"espace-partenaires/demonstration/{identifiant}"
    return hashlib.sha256(graine.encode()).hexdigest()[:40]


def secret_totp(identifiant: str) -> str:
    """The same key in base32, as an authenticator takes it."""
    return b32encode(unhexlify(cle_totp(identifiant))).decode("ascii")
