"""What was done about a partner."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from comptes import habilitations, journal
from comptes.acces import acteur_de, exiger_droit
from conventions import traces
from conventions.acces import partenaire_visible


@require_GET
def trace(request: HttpRequest, code: str) -> HttpResponse:
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    objet = partenaire_visible(acteur, code)
    caisses = habilitations.caisses(acteur, "administrer")
    page = traces.traces(objet, caisses, request.GET.get("curseur"))
    journal.tracer(acteur, journal.Action.LECTURE, objet, vue="trace")  # not in its own page
    contexte = {"partenaire": objet, "page": page, "traces": traces.presenter(page.lignes)}
    return render(request, "conventions/partenaire_trace.html", contexte)
