"""A private file on its way to a browser: kept by no cache, and opened outside our origin."""

from typing import Any

from django.http import FileResponse


def envoyer(octets: Any, nom: str, type_mime: str) -> FileResponse:
    reponse = FileResponse(octets, as_attachment=True, filename=nom, content_type=type_mime)
    reponse["Cache-Control"] = "private, no-store"
    reponse["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return reponse
