"""Django's PostgreSQL engine, which starts the embedded servers at the first connection.

`DATABASES["default"]["ENGINE"] = "portail.embarque"`: only when no DATABASE_URL is given.
"""

from typing import Any

from django.db.backends.postgresql import base

from portail import embarque


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        embarque.assurer()
        return super().get_new_connection(conn_params)
