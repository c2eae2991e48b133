"""Logs without personal data: what failed and where, never with which values.

PostgreSQL quotes the row in its error messages (« Key (nom)=(…) already exists ») and Celery
quotes the arguments: neither may reach a log. Django quotes the path of a page that answers
badly, and a path is whatever somebody typed.
"""

import copy
import logging
import traceback
from types import TracebackType

from django.http import HttpRequest

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class FormatSobre(logging.Formatter):
    """A traceback with its files, lines and exception type, without the exception's message."""

    def format(self, record: logging.LogRecord) -> str:
        """What another formatter may have kept on the record is not ours."""
        copie = copy.copy(record)
        copie.exc_text = None
        return super().format(copie)

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
        if isinstance(record.args, dict) and record.name.startswith("celery"):
            tus = {champ: "-" for champ in self.CHAMPS if champ in record.args}
            record.args = {**record.args, **tus}
        return True


class SansChemin(logging.Filter):
    """Name, in Django's messages about an answer, the view instead of the path."""

    def filter(self, record: logging.LogRecord) -> bool:
        requete = getattr(record, "request", None)
        if record.name.startswith("django.") and isinstance(requete, HttpRequest):
            page = requete.resolver_match
            vue = page.view_name if page else "(no page)"
            record.msg = "%s %s: %s"
            record.args = (requete.method, vue, getattr(record, "status_code", "refused"))
        return True
