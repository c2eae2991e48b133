"""« Ce n'est pas une donnée de santé »: what binds a set-aside refusal to one exact text (D-09)."""

from django.utils.crypto import salted_hmac


def empreinte(texte: str) -> str:
    """The keyed hash of this exact text, in hexadecimal: it tells nothing without the key."""
    return salted_hmac("portail.levees", texte, algorithm="sha256").hexdigest()
