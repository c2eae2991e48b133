"""Deny by default: nothing opens before the second factor and the terms of use (H-05).

Also: sessions end, refusals leave a trace, no page shown to an account stays in a cache.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, resolve_url
from django.urls import ResolverMatch
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme

from comptes import journal, motdepasse, secondfacteur, sessions
from portail.reseau import adresse_client

Reponse = Callable[[HttpRequest], HttpResponseBase]
Vue = Callable[..., HttpResponseBase]

# The only shapes that our addresses give to what they name; a slug is free text, somebody's.
IDENTIFIANT = re.compile(
    r"EP-[0-9A-Z]{4}-[0-9A-Z]{4}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)


# What stands between the second factor and the rest, in this order.
ETAPES = ("connexion", "mot_de_passe", "codes_secours", "cgu_accepter")
# Marks what opens with the second factor, whatever is still missing.
CONNECTE = "connecte"


def avant_cgu(vue: Vue) -> Vue:
    """Mark a view that opens before the terms are accepted."""
    return etape("cgu_accepter")(vue)


def etape(nom: str) -> Callable[[Vue], Vue]:
    """Mark the view of a step of `ETAPES`: it opens as soon as the earlier ones are done."""

    def marquer(vue: Vue) -> Vue:
        vue.etape = nom  # type: ignore[attr-defined]
        return vue

    return marquer


class SessionVivante:
    """Close the sessions that lasted too long, set the clock of the others.

    Comes after django-otp: before the second factor there is no session to count. What a page
    asks by itself says so in a header, and does not count as activity.
    """

    def __init__(self, get_response: Reponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.fin_de_session = _examiner(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, vue: Vue, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        fin: sessions.Fin | None = request.fin_de_session  # type: ignore[attr-defined]
        if fin is None or not getattr(vue, "login_required", True):
            return None
        suite = QueryDict(mutable=True)
        suite["next"] = _page_quittee(request)
        suite["fin"] = fin.value
        return redirect(f"{resolve_url('connexion')}?{suite.urlencode(safe='/')}")


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
        manquante = _etape_manquante(request)
        if manquante is None or _est_admise(vue, manquante):
            return None
        return _renvoyer(request, manquante)


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


def _examiner(request: HttpRequest) -> sessions.Fin | None:
    """Why the session of this request is over, if it was one and is; else it goes on."""
    acteur: Any = request.user
    if not acteur.is_authenticated:
        return sessions.Fin.FERMEE if _avait_une_session(request) else None
    if not acteur.is_verified():
        return None
    maintenant = timezone.now()
    seance = sessions.courante(request)
    fin = sessions.terminee(seance, acteur.profil, maintenant)
    if seance is None or fin is not None:
        inconnu: Any = AnonymousUser()
        inconnu.is_verified = lambda: False
        request.user = inconnu
        return fin
    if sessions.ARRIERE_PLAN not in request.headers:
        sessions.toucher(seance, maintenant)
    request.seance = seance  # type: ignore[attr-defined]
    return None


def _avait_une_session(request: HttpRequest) -> bool:
    """A cookie without its session, or with the session of an account that was closed."""
    present = settings.SESSION_COOKIE_NAME in request.COOKIES
    return present and (request.session.is_empty() or SESSION_KEY in request.session)


def _page_quittee(request: HttpRequest) -> str:
    """The page to come back to: this one, or the one whose form was sent."""
    if request.method == "GET":
        return request.get_full_path()
    page = request.headers.get("Referer", "")
    notre = url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure())
    morceaux = urlsplit(page)
    return morceaux._replace(scheme="", netloc="", fragment="").geturl() if notre else "/"


def _etape_manquante(request: HttpRequest) -> str | None:
    """The first step that this account has not done, None when it is completely signed in."""
    acteur: Any = request.user
    faites = (
        acteur.is_verified,
        lambda: not motdepasse.est_expire(request, timezone.now()),
        lambda: not secondfacteur.codes_a_garder(request),
        lambda: acteur.cgu_a_jour,
    )
    return next((nom for nom, faite in zip(ETAPES, faites, strict=True) if not faite()), None)


def _est_admise(vue: Vue, manquante: str) -> bool:
    marque = getattr(vue, "etape", "")
    return marque == manquante or (marque == CONNECTE and manquante != "connexion")


def _est_renvoi(reponse: HttpResponseBase) -> bool:
    if reponse.status_code != 302:
        return False
    chemin = reponse["Location"].partition("?")[0]
    return chemin in map(resolve_url, ETAPES)


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
