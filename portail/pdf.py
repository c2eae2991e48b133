"""Letters and receipts: a Django template rendered to an accessible PDF (PDF/UA-1).

The same template with the same context gives the same bytes: no date, no random identifier.
WeasyPrint, which is heavy, is imported when a document is made, and not before.
"""

import hashlib
import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

# Templates name our static files relatively (`css/pdf.css`); this host is never asked anything.
_STATIQUES = "https://statiques.invalid/"


class RessourceRefusee(Exception):
    """The document asks for something that is not one of our static files."""


def rendre(gabarit: str, contexte: dict[str, Any]) -> bytes:
    """Render the template `gabarit`, which extends `pdf/base.html`, to PDF/UA-1.

    Raises `RessourceRefusee` when it names anything but a static file of the project: neither the
    network nor the disk can be reached from a document.
    """
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    page = HTML(
        string=render_to_string(gabarit, contexte),
        base_url=_STATIQUES,
        url_fetcher=_statiques_seulement(),
    )
    try:
        octets: bytes = page.write_pdf(pdf_variant="pdf/ua-1", finisher=_dire_les_entetes)
    except FatalURLFetchingError as erreur:
        raise RessourceRefusee(str(erreur)) from erreur
    return octets


def empreinte(octets: bytes) -> str:
    """Return the SHA-256 of a document, in 64 hexadecimal digits."""
    return hashlib.sha256(octets).hexdigest()


def _dire_les_entetes(_document: Any, pdf: Any) -> None:
    """Tell of each header cell whether it heads its row or its column, for every reader.

    WeasyPrint ties each cell to its headers; some readers only know the scope of a header.
    """
    cellules = [o for o in pdf.objects if isinstance(o, dict) and o.get("S") in ("/TH", "/TD")]
    rangees = {cellule["P"] for cellule in cellules if cellule["S"] == "/TD"}
    for cellule in cellules:
        if cellule["S"] == "/TH":
            cellule["A"]["Scope"] = "/Row" if cellule["P"] in rangees else "/Column"


def _statiques_seulement() -> "URLFetcher":
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Statiques(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> "URLFetcherResponse":
            chemin = _chemin(url)
            genre = mimetypes.guess_type(chemin.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, chemin.read_bytes(), {"Content-Type": genre})

    return Statiques(fail_on_errors=True)


def _chemin(url: str) -> Path:
    nom = unquote(url.removeprefix(_STATIQUES))
    trouve = finders.find(nom) if url.startswith(_STATIQUES) else None
    if not isinstance(trouve, str):
        raise RessourceRefusee(url)
    return Path(trouve)
