"""The authenticator and the recovery codes, before they are stored: key, QR code, steps."""

import re
from base64 import b32encode
from binascii import unhexlify

import segno
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from comptes.models import Utilisateur

_A_GARDER = "codes_a_garder"


def nouvelle_cle() -> str:
    """20 random bytes in hexadecimal (RFC 4226)."""
    return default_key()


def adresse(compte: Utilisateur, cle_hex: str) -> str:
    """What the QR code says: `otpauth://totp/…`."""
    return TOTPDevice(user=compte, key=cle_hex).config_url


def qr(compte: Utilisateur, cle_hex: str) -> SafeString:
    """The QR code as an inline SVG, drawn here: nobody else learns the key."""
    code = segno.make(adresse(compte, cle_hex), error="m", micro=False)
    return mark_safe(code.svg_inline(omitsize=True, border=2, light="#fff"))


def en_groupes(cle_hex: str) -> str:
    """The key in base32, as an authenticator takes it, in groups of four."""
    texte = b32encode(unhexlify(cle_hex)).decode("ascii")
    return " ".join(re.findall(".{1,4}", texte))


def demander_codes(request: HttpRequest) -> None:
    """Nothing else opens in this session before recovery codes are shown, and kept."""
    request.session[_A_GARDER] = True


def codes_a_garder(request: HttpRequest) -> bool:
    return _A_GARDER in request.session


def codes_gardes(request: HttpRequest) -> None:
    request.session.pop(_A_GARDER, None)


def codes_restants(compte: Utilisateur) -> int:
    """How many recovery codes may still be used."""
    return compte.codes_secours.filter(utilise_le=None).count()
