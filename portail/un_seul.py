"""One beat only: a session lock of PostgreSQL, on a connection of its own (docs/adr/0015).

The lock lives as long as the connection: nobody has to give it back for a killed beat.
"""

import logging
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

# The same for every beat of this database; no meaning beyond that.
CLE = 7_205_759_403
# Seen by PostgreSQL as `application_name`: who holds, who waits.
NOM = "portail-beat"
# A machine that vanishes closes no connection: both sides notice within a dozen seconds.
REGLAGES = (
    f"SET application_name = '{NOM}'",
    "SET tcp_keepalives_idle = 5",
    "SET tcp_keepalives_interval = 2",
    "SET tcp_keepalives_count = 3",
)
OPTIONS = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
OPTIONS |= {"tcp_user_timeout": 10_000}

journal = logging.getLogger(__name__)


class UnSeul:
    """A place that one process at a time holds."""

    def __init__(self) -> None:
        # psycopg's connection, not Django's: this one never connects again behind our back.
        self._session: Any = None
        self._tenu = False

    def tenir(self) -> bool:
        """Hold the place, or still hold it; False while another has it or PostgreSQL is away."""
        tenait = self._tenu
        try:
            self._tenu = self._demander()
        except Exception as erreur:
            self.rendre()
            journal.warning("beat cannot ask for its place (%s)", type(erreur).__name__)
        if self._tenu != tenait:
            journal.info("beat schedules" if self._tenu else "beat lost its place: it waits")
        return self._tenu

    def rendre(self) -> None:
        session, self._session, self._tenu = self._session, None, False
        if session is not None:
            session.close()

    def _demander(self) -> bool:
        if self._session is None:
            self._session = _ouvrir()
        # Asked for each time: a pooler that resets the session gives the lock back without a word.
        ligne = self._session.execute("SELECT pg_try_advisory_lock(%s)", [CLE]).fetchone()
        return bool(ligne[0])


def _ouvrir() -> Any:
    connexion = connections.create_connection(DEFAULT_DB_ALIAS)
    options = {**connexion.settings_dict["OPTIONS"], **OPTIONS}
    connexion.settings_dict = {**connexion.settings_dict, "OPTIONS": options}
    connexion.connect()
    for reglage in REGLAGES:
        connexion.connection.execute(reglage)
    return connexion.connection
