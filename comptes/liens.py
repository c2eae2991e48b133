"""The secret half of a link sent by mail: computed when it leaves and when it comes back.

Nothing that opens an account is stored: the database names the link, the key of the service signs
it. A copy of the tables, or of the queue of mails, opens nothing.
"""

import uuid

from django.utils.crypto import constant_time_compare, salted_hmac

POINT = "."


def signer(identifiant: str) -> str:
    """What a mail shows: `<uuid>.<keyed hash>`."""
    return f"{identifiant}{POINT}{_empreinte(identifiant)}"


def lire(reference: str) -> uuid.UUID | None:
    """The identifier that this reference proves; None when it was made up, cut or altered."""
    identifiant, _, empreinte = reference.partition(POINT)
    try:
        lu = uuid.UUID(identifiant)
    except ValueError:
        return None
    if str(lu) != identifiant or not constant_time_compare(empreinte, _empreinte(identifiant)):
        return None
    return lu


def _empreinte(identifiant: str) -> str:
    return salted_hmac("comptes.lien", identifiant, algorithm="sha256").hexdigest()
