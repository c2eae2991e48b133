"""An SMTP server on loopback that files what it receives: no mail leaves the demonstration.

    python -m portail.embarque.boite PORT FOLDER

Each message becomes one `.eml` file, complete as soon as it is visible, named by its arrival.
"""

import asyncio
import signal
import sys
import time
import uuid
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Rangement:
    """aiosmtpd's handler: one file per message accepted."""

    def __init__(self, dossier: Path) -> None:
        self._dossier = dossier

    async def handle_DATA(self, _serveur: SMTP, _session: Session, enveloppe: Envelope) -> str:  # noqa: N802
        nom = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
        destinataires = ", ".join(enveloppe.rcpt_tos)
        entete = f"X-Envelope-To: {destinataires}\r\n".encode()
        contenu = enveloppe.content or b""
        corps = contenu if isinstance(contenu, bytes) else contenu.encode()
        provisoire = self._dossier / f".{nom}"
        provisoire.write_bytes(entete + corps)
        provisoire.rename(self._dossier / f"{nom}.eml")
        return "250 OK"


async def servir(port: int, dossier: Path) -> None:
    """Listen on 127.0.0.1 until SIGTERM or SIGINT; `port` 0 takes a free one, printed first."""
    dossier.mkdir(parents=True, exist_ok=True)
    boucle = asyncio.get_running_loop()
    fin = asyncio.Event()
    for recu in (signal.SIGTERM, signal.SIGINT):
        boucle.add_signal_handler(recu, fin.set)
    rangement = Rangement(dossier)
    serveur = await boucle.create_server(
        lambda: SMTP(rangement, hostname="boite.example"), "127.0.0.1", port
    )
    sys.stdout.write(f"{serveur.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with serveur:
        await fin.wait()


if __name__ == "__main__":
    asyncio.run(servir(int(sys.argv[1]), Path(sys.argv[2])))
