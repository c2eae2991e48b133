"""The page that opens the demonstration: accounts and codes, files to try, outgoing mails."""

import io
import time
from itertools import groupby
from typing import Any

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from comptes import courriels
from comptes.models import Courriel
from demonstration.comptes import acces
from demonstration.fichiers import ESSAIS

PERIODE = 30  # seconds: how long a code lives
COURRIELS_MAX = 30


@login_not_required
@never_cache
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Everything; htmx asks for the codes alone when they change."""
    maintenant = time.time()
    contexte: dict[str, Any] = {
        "groupes": _groupes(maintenant),
        "reste": PERIODE - int(maintenant) % PERIODE,
    }
    if request.headers.get("HX-Request"):
        return render(request, "demonstration/_comptes.html", contexte)
    contexte["essais"] = {nom: effet for nom, (effet, _) in ESSAIS.items()}
    contexte["courriels"] = _courriels()
    return render(request, "demonstration/page.html", contexte)


@login_not_required
@require_GET
def fichier(request: HttpRequest, nom: str) -> FileResponse:
    """One of the files to try, made on the fly."""
    if nom not in ESSAIS:
        raise Http404
    _, fabriquer = ESSAIS[nom]
    return FileResponse(io.BytesIO(fabriquer()), as_attachment=True, filename=nom)


@login_not_required
@never_cache
@require_GET
@csp_replace({"style-src": [UNSAFE_INLINE], "script-src": [NONE], "form-action": [NONE]})
def courriel(request: HttpRequest, pk: int) -> HttpResponse:
    """A mail as its reader sees it: its styles stand in its tags."""
    objet = get_object_or_404(Courriel.objects.select_related("destinataire"), pk=pk)
    ((html, _),) = courriels.composer(objet).alternatives
    return HttpResponse(html)


def _groupes(maintenant: float) -> list[dict[str, Any]]:
    """The accounts under the first of their structures, with the code to type now."""
    return [
        {
            "structure": structure,
            "comptes": [{"acces": c, "code": c.code(maintenant)} for c in comptes],
        }
        for structure, comptes in groupby(acces(), key=lambda compte: compte.structures[0])
    ]


def _courriels() -> list[dict[str, Any]]:
    """The last outgoing mails, newest first."""
    derniers = Courriel.objects.select_related("destinataire")[:COURRIELS_MAX]
    return [{"courriel": c, "message": courriels.composer(c)} for c in derniers]
