"""Deny by default: nothing opens before the second factor and the terms of use (H-05).

Also: refusals leave a trace, and no page shown to an account stays in a cache.
"""

import re
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import ResolverMatch
from django.utils.cache import patch_cache_control

from comptes import journal
from portail.reseau import adresse_client

Reponse = Callable[[HttpRequest], HttpResponseBase]
Vue = Callable[..., HttpResponseBase]

# The only shapes that our addresses give to what they name; a slug is free text, somebody's.
IDENTIFIANT = re.compile(
    r"EP-[0-9A-Z]{4}-[0-9A-Z]{4}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)


def avant_cgu(vue: Vue) -> Vue:
    """Mark a view that opens before the terms are accepted."""
    vue.avant_cgu = True  # type: ignore[attr-defined]
    return vue


class AccesComplet:
    """Send whoever is not completely signed in to the step that is missing.

    Comes after `LoginRequiredMiddleware`, whose `login_not_required` views it leaves alone.
    """

    def __init__(self, get_response: Reponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reponse = self.get_response(request)
        if "HX-Request" in request.headers and _est_renvoi(reponse):
            return HttpResponse(headers={"HX-Redirect": reponse["Location"]})
        return reponse

    def process_view(
        self, request: HttpRequest, vue: Vue, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        acteur: Any = request.user
        if not getattr(vue, "login_required", True) or not acteur.is_authenticated:
            return None
        if not acteur.is_verified():
            return _renvoyer(request, "connexion")
        if not (acteur.cgu_a_jour or getattr(vue, "avant_cgu", False)):
            return _renvoyer(request, "cgu_accepter")
        return None


class Trace:
    """Say where the actor is, record the refusals, keep what is shown out of caches."""

    def __init__(self, get_response: Reponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reponse = self.get_response(request)
        if request.resolver_match is not None and request.user.is_authenticated:
            if reponse.status_code in (403, 404, 405):
                _tracer_refus(request, request.resolver_match, reponse.status_code)
            patch_cache_control(reponse, no_store=True, private=True)
        return reponse

    def process_view(self, request: HttpRequest, vue: Vue, args: Any, kwargs: Any) -> None:
        request.user.adresse = adresse_client(request)  # type: ignore[union-attr]


def _est_renvoi(reponse: HttpResponseBase) -> bool:
    if reponse.status_code != 302:
        return False
    chemin = reponse["Location"].partition("?")[0]
    return chemin in (resolve_url("connexion"), resolve_url("cgu_accepter"))


def _renvoyer(request: HttpRequest, etape: str) -> HttpResponse:
    if request.method == "GET":
        return redirect_to_login(request.get_full_path(), resolve_url(etape))
    return redirect(etape)


def _tracer_refus(request: HttpRequest, page: ResolverMatch, statut: int) -> None:
    """The view's own transaction is already rolled back: this row stands alone."""
    acteur: Any = request.user
    acteur.adresse = adresse_client(request)
    valeurs = (str(valeur) for valeur in page.kwargs.values())
    cle = "/".join(valeur for valeur in valeurs if IDENTIFIANT.fullmatch(valeur))
    journal.refuser(acteur, vue=page.view_name, cle=cle, statut=statut)
