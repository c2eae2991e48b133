"""Logs without personal data: what failed and where, never with which values.

PostgreSQL quotes the row in its error messages (« Key (nom)=(…) already exists ») and Celery
quotes the arguments: neither may reach a log.
"""

import logging
import traceback
from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class FormatSobre(logging.Formatter):
    """A traceback with its files, lines and exception type, without the exception's message."""

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802
        genre, erreur, trace = ei
        if genre is None or erreur is None:
            return ""
        lignes = ["Traceback (most recent call last):\n", *traceback.format_tb(trace)]
        return "".join(lignes) + f"{genre.__module__}.{genre.__qualname__}"


class SansArguments(logging.Filter):
    """Replace, in Celery's messages, arguments and exceptions by nothing."""

    CHAMPS = ("args", "kwargs", "exc", "description", "return_value", "traceback")

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, dict) and "exc" in record.args:
            record.args = {**record.args, **dict.fromkeys(self.CHAMPS, "-")}
        return True
