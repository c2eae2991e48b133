"""An SMTP delivery in three moves, so that a database commit can stand between two of them.

`presenter()` runs the dialogue up to the last byte of the body; nothing is delivered yet: a
server discards a message whose final dot never came. `remettre()` sends that dot and waits for
nothing, `conclure()` reads the answer.
"""

import smtplib
from contextlib import suppress
from types import TracebackType

from django.core.mail import EmailMessage, get_connection


class ServeurParti(Exception):
    """The server went away after the final dot: it may or may not hold the message."""


class Remise:
    """Deliver one message; use as a context manager, which closes the dialogue.

    Raises `OSError` or `smtplib.SMTPException` from `presenter()` and `remettre()` (nothing was
    delivered), and `smtplib.SMTPResponseException` (refused) or `ServeurParti` (in doubt) from
    `conclure()`.
    """

    def __init__(self, message: EmailMessage) -> None:
        self._message = message
        self._connexion = get_connection()
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> "Remise":
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._smtp is not None:
            self._smtp.close()

    def presenter(self) -> None:
        self._connexion.open()
        smtp: smtplib.SMTP = self._connexion.connection  # type: ignore[attr-defined]
        self._smtp = smtp
        smtp.ehlo_or_helo_if_needed()
        _attendre(smtp.mail(self._message.from_email), 250)
        for adresse in self._message.recipients():
            _attendre(smtp.rcpt(adresse), 250, 251)
        _attendre(smtp.docmd("DATA"), 354)
        smtp.send(_corps(self._message))

    def remettre(self) -> None:
        """Send the final dot: from here on, the message may be delivered."""
        self._dialogue().send(b".\r\n")

    def conclure(self) -> None:
        smtp = self._dialogue()
        try:
            reponse = smtp.getreply()
        except (OSError, smtplib.SMTPServerDisconnected) as erreur:
            raise ServeurParti from erreur
        _attendre(reponse, 250)
        with suppress(OSError):  # the message is delivered; SMTP errors are OSErrors
            smtp.docmd("QUIT")

    def _dialogue(self) -> smtplib.SMTP:
        if self._smtp is None:
            raise RuntimeError("presenter() comes first")
        return self._smtp


def _corps(message: EmailMessage) -> bytes:
    """CRLF lines, dot-stuffed (RFC 5321 4.5.2), without the final dot."""
    octets: bytes = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
    lignes = octets.split(b"\r\n")
    return b"\r\n".join(b"." + li if li.startswith(b".") else li for li in lignes) + b"\r\n"


def _attendre(reponse: tuple[int, bytes], *codes: int) -> None:
    if reponse[0] not in codes:
        raise smtplib.SMTPResponseException(*reponse)
