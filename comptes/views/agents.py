"""The staff of the caisses that one administers, and what is set for them."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from comptes import conservation, journal, personnel
from comptes.acces import acteur_de, erreurs_de, exiger_droit, tracer_refus
from comptes.actions import agents as verbes
from comptes.actions.reglages import regler_caisse
from comptes.annuaire import composer, lignes, onglets
from comptes.forms.agents import FormulaireAgent, FormulaireRattachement
from comptes.forms.erreurs import reporter
from comptes.forms.reglages import FormulaireReglages
from comptes.gestes import GESTES
from comptes.models import Utilisateur
from comptes.suivi_absences import section
from portail.calendrier import jour_civil
from portail.etats import TransitionImpossible
from portail.pages import page

formulaire_ou_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    tous = personnel.visibles_par(acteur)
    vues = onglets(tous, request.GET.get("vue", ""))
    courante = next(vue for vue in vues if vue.courante)
    resultat = page(
        tous.filter(courante.filtre),
        request.GET.get("curseur"),
        tri=("nom", "prenom", "pk"),
        cle="public",
        parmi=tous,
    )
    contexte = {"page": resultat, "lignes": lignes(resultat.lignes), "vues": vues}
    return render(request, "comptes/agents.html", contexte)


@formulaire_ou_page
def inviter(request: HttpRequest) -> HttpResponse:
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    caisses = list(personnel.administrees(acteur))
    form = FormulaireAgent(request.POST or None, caisses=caisses)
    if form.is_valid():
        try:
            compte = verbes.inviter_agent(**form.demande(), acteur=acteur)
        except ValidationError as erreur:
            reporter(form, erreur)
        else:
            messages.success(
                request,
                f"Le compte « {compte.identifiant} » est créé. Un lien d’activation, valable "
                "48 heures, est parti par e-mail.",
            )
            return redirect("agent", compte.public)
    tracer_refus(acteur, None, erreurs_de(form))
    return render(request, "comptes/agent_nouveau.html", {"form": form})


@formulaire_ou_page
def rattacher(request: HttpRequest) -> HttpResponse:
    """Give one's caisse to an account that another caisse opened."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    caisses = list(personnel.administrees(acteur))
    form = FormulaireRattachement(request.POST or None, caisses=caisses)
    if form.is_valid():
        try:
            compte = verbes.rattacher_agent(**form.cleaned_data, acteur=acteur)
        except TransitionImpossible as erreur:
            journal.tracer(acteur, journal.Action.REFUS, None, raison="rattachement")
            form.add_error(None, erreur.message)
        else:
            caisse = form.cleaned_data["caisse"]
            messages.success(request, f"{compte} travaille désormais aussi pour {caisse}.")
            return redirect("agent", compte.public)
    return render(request, "comptes/agent_rattacher.html", {"form": form})


@require_safe
def agent(request: HttpRequest, identifiant: Any) -> HttpResponse:
    acteur = acteur_de(request)
    compte = _visible(acteur, identifiant)
    journal.tracer(acteur, journal.Action.LECTURE, compte)
    contexte = composer(compte, acteur) | section(compte, timezone.localdate())
    return render(request, "comptes/agent.html", contexte)


@formulaire_ou_page
def geste(request: HttpRequest, identifiant: Any, nom: str) -> HttpResponse:
    """Say what will happen, ask what is needed, then do it."""
    acteur = acteur_de(request)
    compte = _visible(acteur, identifiant)
    if nom not in GESTES:
        raise Http404
    choisi = GESTES[nom]
    form = choisi.preparer(compte, acteur, request.POST if request.method == "POST" else None)
    try:
        personnel.exiger(compte, acteur, nom)
        if form.is_valid():
            choisi.faire(compte, form.cleaned_data, acteur)
            messages.success(request, choisi.fait)
            return _apres(compte, acteur)
    except TransitionImpossible as erreur:
        journal.tracer(acteur, journal.Action.REFUS, compte, raison="impossible")
        messages.error(request, erreur.message)
        return redirect("agent", compte.public)
    contexte = {"geste": choisi, "form": form, "compte": compte, "effets": choisi.effets(compte)}
    return render(request, "comptes/agent_geste.html", contexte)


@require_safe
def reglages(request: HttpRequest) -> HttpResponse:
    """Which caisse to set; with one to administer, its own page."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    caisses = list(personnel.administrees(acteur))
    if len(caisses) == 1:
        return redirect("reglages_caisse", caisses[0].code)
    return render(request, "comptes/reglages.html", {"caisses": caisses})


@formulaire_ou_page
def reglages_caisse(request: HttpRequest, caisse: str) -> HttpResponse:
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    objet = get_object_or_404(personnel.administrees(acteur), code=caisse)
    initial = {nom: getattr(objet, nom) for nom in FormulaireReglages.base_fields}
    compter = partial(conservation.ECHUES, objet.pk, jour_civil(timezone.now()))
    form = FormulaireReglages(request.POST or None, initial=initial, compter=compter)
    if form.is_valid():
        regler_caisse(objet, **form.cleaned_data, acteur=acteur)
        messages.success(request, f"Les réglages de {objet} sont enregistrés.")
        return redirect("reglages_caisse", objet.code)
    return render(request, "comptes/reglages_caisse.html", {"form": form, "caisse": objet})


def _visible(acteur: Utilisateur, identifiant: Any) -> Utilisateur:
    exiger_droit(acteur, "administrer")
    return get_object_or_404(personnel.visibles_par(acteur), public=identifiant)


def _apres(compte: Utilisateur, acteur: Utilisateur) -> HttpResponse:
    """Back to the account, if one still sees it."""
    if personnel.visibles_par(acteur).filter(pk=compte.pk).exists():
        return redirect("agent", compte.public)
    return redirect("agents")
