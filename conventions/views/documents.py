"""Our PDFs and the signed scans: given to those who may see the convention, with a trace."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from comptes import journal
from conventions.acces import acteur_de, exiger_droit
from conventions.actions import documents
from conventions.models import Convention, Document, Scan
from portail.envoi import envoyer


@require_GET
def document(request: HttpRequest, identifiant: Any) -> HttpResponse | FileResponse:
    """The bytes; while the task works, the page of the document, which says so (202)."""
    acteur = acteur_de(request)
    objet = _document(acteur, identifiant)
    try:
        octets = documents.ouvrir(objet, acteur=acteur)
    except documents.FichierIndisponible:
        return _page(request, objet)
    return envoyer(octets, objet.nom_fichier, "application/pdf")


@require_GET
def fiche(request: HttpRequest, identifiant: Any) -> HttpResponse:
    """What was made, when, and its SHA-256: what a copy is compared with."""
    return _page(request, _document(acteur_de(request), identifiant))


@require_GET
def scan(request: HttpRequest, identifiant: Any) -> HttpResponse | FileResponse:
    """The bytes of a signed scan, after a clean verdict; before it, a page that says why (409)."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer", "gerer")
    visibles = Convention.objects.visibles_par(acteur).values("pk")
    scans = Scan.objects.filter(convention__in=visibles).select_related("convention")
    objet = get_object_or_404(scans, identifiant=identifiant)
    try:
        octets = documents.ouvrir_scan(objet, acteur=acteur)
    except documents.FichierIndisponible as erreur:
        journal.tracer(acteur, journal.Action.REFUS, objet, raison=f"scan:{objet.etat}")
        contexte = {"scan": objet, "raison": erreur.message}
        return render(request, "conventions/scan_indisponible.html", contexte, status=409)
    return envoyer(octets, objet.nom, objet.type_mime)


def _document(acteur: Any, identifiant: Any) -> Document:
    exiger_droit(acteur, "administrer", "gerer")
    visibles = Document.objects.visibles_par(acteur).select_related("convention")
    return get_object_or_404(visibles, identifiant=identifiant)


def _page(request: HttpRequest, objet: Document) -> HttpResponse:
    """The whole page, or the part of it that asks again while the document is being made."""
    morceau = bool(request.htmx)  # type: ignore[attr-defined]
    gabarit = "_document_etat.html" if morceau else "document.html"
    statut = 200 if objet.est_etabli or morceau else 202
    return render(request, f"conventions/{gabarit}", {"document": objet}, status=statut)
