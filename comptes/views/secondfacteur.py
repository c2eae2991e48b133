"""Replacing one's authenticator, and new recovery codes."""

from typing import Any
from urllib.parse import quote

import django_otp
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from comptes import connexion, secondfacteur, sessions
from comptes.acces import acteur_de
from comptes.actions import securite
from comptes.forms.connexion import CodeForm
from comptes.forms.securite import PremierCodeForm, ProprietaireForm
from comptes.middleware import etape
from comptes.models import Utilisateur
from comptes.views.activation import est_lui, montrer
from comptes.views.connexion import formulaire

DELAI = 10 * 60
_NOUVEAU = "nouveau_second_facteur"


@never_cache
@sensitive_post_parameters("actuel", "code")
@formulaire
def remplacer(request: HttpRequest) -> HttpResponse:
    """Step 1: both factors, as at the door."""
    compte = acteur_de(request)
    form = ProprietaireForm(request.POST or None)
    if form.is_valid() and est_lui(request, compte, form) and _code_juste(request, form):
        cle, depuis = secondfacteur.nouvelle_cle(), timezone.now().timestamp()
        request.session[_NOUVEAU] = {"cle": cle, "depuis": depuis}
        return redirect("second_facteur_application")
    return render(request, "comptes/secondfacteur.html", {"form": form})


@never_cache
@sensitive_post_parameters("code")
@formulaire
def preparer(request: HttpRequest) -> HttpResponse:
    """Step 2, within ten minutes: the new authenticator, confirmed by its first code."""
    compte = acteur_de(request)
    nouveau = request.session.get(_NOUVEAU)
    if nouveau is None or timezone.now().timestamp() - nouveau["depuis"] > DELAI:
        return redirect("second_facteur")
    form = PremierCodeForm(request.POST or None)
    if form.is_valid():
        try:
            appareil = securite.remplacer_totp(compte, nouveau["cle"], form.cleaned_data["code"])
        except connexion.CodeRefuse as refus:
            form.add_error("code", refus.message)
        else:
            return _conclure(request, compte, appareil)
    contexte = {"form": form, **montrer(compte, nouveau["cle"])}
    return render(request, "comptes/secondfacteur_application.html", contexte)


@etape("codes_secours")
@never_cache
@sensitive_post_parameters("code")
@formulaire
def codes(request: HttpRequest) -> HttpResponse:
    """Ten codes, shown once: they are kept, or drawn again, before anything else opens."""
    compte = acteur_de(request)
    if "garder" in request.POST:
        return _garder(request)
    juste = secondfacteur.codes_a_garder(request)
    form = None if juste else CodeForm(request.POST or None)
    if form is not None and form.is_valid():
        juste = _code_juste(request, form)
    if request.method == "POST" and juste:
        secondfacteur.demander_codes(request)
        tires = connexion.generer_codes(compte)
        return render(request, "comptes/secondfacteur_codes.html", _fichier(compte, tires))
    contexte = {"form": form, "restants": secondfacteur.codes_restants(compte)}
    return render(request, "comptes/secondfacteur_codes_creer.html", contexte)


def _garder(request: HttpRequest) -> HttpResponse:
    if "gardes" not in request.POST:
        messages.error(
            request,
            "Cochez « Je les ai gardés » une fois vos codes à l’abri. Si vous ne les avez plus "
            "sous les yeux, affichez-en dix nouveaux.",
        )
        return redirect("codes_secours")
    secondfacteur.codes_gardes(request)
    messages.success(request, "Vos codes de secours sont prêts.")
    return redirect("mon_compte" if request.user.cgu_a_jour else "accueil")


def _conclure(request: HttpRequest, compte: Utilisateur, appareil: Any) -> HttpResponse:
    del request.session[_NOUVEAU]
    django_otp.login(request, appareil)
    sessions.fermer(compte, sauf=request.session.session_key)
    messages.success(request, "Votre nouvelle application d’authentification est enregistrée.")
    return redirect("mon_compte")


def _code_juste(request: HttpRequest, form: CodeForm | ProprietaireForm) -> bool:
    try:
        connexion.exiger_code(request, acteur_de(request), form.cleaned_data["code"])
    except connexion.CodeRefuse as refus:
        form.add_error("code", refus.message)
        return False
    return True


def _fichier(compte: Utilisateur, tires: list[str]) -> dict[str, Any]:
    """The codes, and the same as a text to download, which never leaves the browser."""
    entete = f"Espace Partenaires – codes de secours de {compte.identifiant}"
    texte = "\r\n".join([entete, "Chaque code ne sert qu’une fois.", "", *tires, ""])
    return {"codes": tires, "fichier": f"data:text/plain;charset=utf-8,{quote(texte)}"}
