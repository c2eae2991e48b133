"""Sign in, sign out, the terms of use."""

from typing import Any

from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptes import actions, cgu, connexion, journal, sessions
from comptes.forms.connexion import AcceptationForm, CodeForm, ConnexionForm, SecoursForm
from comptes.middleware import avant_cgu

formulaire = require_http_methods(["GET", "HEAD", "POST"])


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@formulaire
def se_connecter(request: HttpRequest) -> HttpResponse:
    """First step. The answer is the same whatever is wrong."""
    if request.user.is_authenticated and request.user.is_verified():
        return redirect(_suite(request))
    form = ConnexionForm(request.POST or None)
    if form.is_valid():
        utilisateur = connexion.identifier(request, **form.cleaned_data)
        if utilisateur is not None:
            connexion.mettre_en_attente(request, utilisateur)
            return redirect(_etape("connexion_code", request))
        form.add_error(None, "Identifiant ou mot de passe incorrect.")
    contexte = {"form": form, "fin": sessions.ADIEUX.get(request.GET.get("fin", ""))}
    return render(request, "comptes/connexion.html", contexte)


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@formulaire
def saisir_code(request: HttpRequest) -> HttpResponse:
    """Second step, within five minutes of the first."""
    utilisateur = connexion.en_attente(request)
    if utilisateur is None:
        return redirect(_etape("connexion", request))
    secours = "secours" in request.GET
    form = (SecoursForm if secours else CodeForm)(request.POST or None)
    if form.is_valid():
        try:
            connexion.confirmer(request, utilisateur, form.cleaned_data["code"])
        except connexion.CodeRefuse as refus:
            form.add_error("code", refus.message)
        else:
            return redirect(_suite(request))
    contexte = {"form": form, "secours": secours, "suite": request.GET.get("next", "")}
    return render(request, "comptes/code.html", contexte)


@login_not_required
@require_POST
def se_deconnecter(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        sessions.clore(request)
        journal.tracer(request.user, journal.Action.DECONNEXION, request.user)
    auth.logout(request)
    messages.success(request, "Vous êtes déconnecté.")
    return redirect(settings.LOGOUT_REDIRECT_URL)


@login_not_required
@require_safe
def lire_cgu(request: HttpRequest) -> HttpResponse:
    return render(request, "comptes/cgu.html", _texte(cgu.en_vigueur()))


@avant_cgu
@formulaire
def accepter_cgu(request: HttpRequest) -> HttpResponse:
    """The gate of H-05: the version on the screen is the one that is accepted."""
    version = cgu.en_vigueur()
    if version is None:
        return render(request, "comptes/cgu_accepter.html", status=503)
    if request.user.cgu_a_jour:
        return redirect(_suite(request))
    form = AcceptationForm(request.POST or None, prefix=f"cgu{version.pk}")
    if form.is_valid():
        actions.accepter_cgu(version, acteur=request.user)
        return redirect(_suite(request))
    return render(request, "comptes/cgu_accepter.html", {"form": form, **_texte(version)})


def verrouille(request: HttpRequest, original: Any = None, credentials: Any = None) -> HttpResponse:
    """What django-axes answers, for an account that exists or not, after too many failures."""
    delai = get_cool_off(request)
    minutes = int(delai.total_seconds() // 60) if delai else 0
    return render(request, "comptes/verrouille.html", {"minutes": minutes}, status=429)


def _texte(version: Any) -> dict[str, Any]:
    return {"version": version, "blocs": cgu.blocs(version.texte) if version else []}


def _etape(nom: str, request: HttpRequest) -> str:
    """The address of a step of signing in, which carries on where the person was going."""
    suite = request.GET.get("next", "")
    return resolve_url(nom) + (f"?{urlencode({'next': suite})}" if suite else "")


def _suite(request: HttpRequest) -> str:
    """Where the person was going, if it is a page of ours; otherwise the home page."""
    suite = request.GET.get("next", "")
    autorisee = url_has_allowed_host_and_scheme(
        suite, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if autorisee:
        return suite
    # The support publishes the first terms: it cannot be asked to accept them before.
    accueil = "support:index" if getattr(request.user, "is_superuser", False) else "accueil"
    return resolve_url(accueil)
