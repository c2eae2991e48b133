"""The absences of an agent: its own page, and the same verbs for the admins of its caisses."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from comptes import absences, journal, personnel, suivi_absences
from comptes.acces import acteur_de, exiger_droit
from comptes.actions import absences as verbes
from comptes.forms.absences import FormulaireAbsence
from comptes.forms.erreurs import reporter
from comptes.models import Absence, Profil, Utilisateur
from portail.etats import TransitionImpossible

formulaire_ou_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """« Mes absences », and those that one was chosen to stand in for."""
    acteur = acteur_de(request)
    exiger_droit(acteur, absences.DROIT)
    aujourd_hui = timezone.localdate()
    contexte = {
        **suivi_absences.composer(acteur, aujourd_hui),
        "remplacements": suivi_absences.remplacements(acteur, aujourd_hui),
    }
    return render(request, "comptes/absences.html", contexte)


@formulaire_ou_page
def declarer(request: HttpRequest) -> HttpResponse:
    acteur = acteur_de(request)
    exiger_droit(acteur, absences.DROIT)
    return _declarer(request, acteur)


@formulaire_ou_page
def declarer_pour(request: HttpRequest, identifiant: Any) -> HttpResponse:
    """An absence that nobody planned, noted by an admin of the agent's caisse."""
    acteur = acteur_de(request)
    exiger_droit(acteur, personnel.DROIT)
    agents = personnel.visibles_par(acteur).filter(profil=Profil.AGENT)
    return _declarer(request, get_object_or_404(agents, public=identifiant))


@formulaire_ou_page
def modifier(request: HttpRequest, identifiant: Any) -> HttpResponse:
    acteur = acteur_de(request)
    absence = _visible(acteur, identifiant)
    aujourd_hui = timezone.localdate()
    raison = absences.empechement(absence.agent, aujourd_hui, absence)
    if raison:
        return _impossible(request, absence.agent, raison)
    form = _formulaire(request, absence.agent, absence)
    if form.is_valid() and _tenter(form, verbes.modifier, absence, acteur):
        messages.success(request, "L’absence est modifiée. Le remplaçant en est averti.")
        return redirect(_retour(absence.agent, acteur))
    return _montrer(request, form, absence.agent, absence)


@formulaire_ou_page
def annuler(request: HttpRequest, identifiant: Any) -> HttpResponse:
    """Say what it does, then do it: « Je suis de retour » posts here too."""
    acteur = acteur_de(request)
    absence = _visible(acteur, identifiant)
    aujourd_hui = timezone.localdate()
    raison = absences.empechement(absence.agent, aujourd_hui, absence)
    if raison:
        return _impossible(request, absence.agent, raison)
    if request.method == "POST":
        return _annuler(request, absence, aujourd_hui)
    commencee = absence.du <= aujourd_hui
    contexte = {
        "absence": absence,
        "commencee": commencee,
        "titre": "Mettre fin à l’absence" if commencee else "Annuler l’absence",
        **_cadre(absence.agent, acteur),
    }
    return render(request, "comptes/absence_annuler.html", contexte)


def _declarer(request: HttpRequest, agent: Utilisateur) -> HttpResponse:
    acteur = acteur_de(request)
    raison = absences.empechement(agent, timezone.localdate())
    if raison:
        return _impossible(request, agent, raison)
    form = _formulaire(request, agent, None)
    if form.is_valid() and _tenter(form, verbes.declarer, agent, acteur):
        messages.success(request, "L’absence est notée. Le remplaçant en est averti.")
        return redirect(_retour(agent, acteur))
    return _montrer(request, form, agent, None)


def _formulaire(
    request: HttpRequest, agent: Utilisateur, absence: Absence | None
) -> FormulaireAbsence:
    aujourd_hui = timezone.localdate()
    candidats = absences.candidats(agent, acteur_de(request))
    initial = absence and {
        "du": absence.du,
        "au": absence.au,
        "remplacant": absence.remplacant.public,
    }
    return FormulaireAbsence(
        request.POST or None,
        initial=initial,
        candidats=candidats,
        reserves=suivi_absences.reserves(agent, candidats, aujourd_hui),
        commencee=absence is not None and absence.du <= aujourd_hui,
    )


def _annuler(request: HttpRequest, absence: Absence, aujourd_hui: date) -> HttpResponse:
    acteur = acteur_de(request)
    try:
        verbes.annuler(absence, acteur=acteur)
    except TransitionImpossible as erreur:
        return _impossible(request, absence.agent, erreur.message)
    messages.success(request, _fini(absence, acteur, aujourd_hui))
    return redirect(_retour(absence.agent, acteur))


def _tenter(form: FormulaireAbsence, verbe: Any, objet: Any, acteur: Utilisateur) -> bool:
    try:
        verbe(objet, **form.cleaned_data, acteur=acteur)
    except ValidationError as erreur:
        reporter(form, erreur)
    except TransitionImpossible as erreur:
        form.add_error(None, erreur.message)
    return form.is_valid()


def _montrer(
    request: HttpRequest, form: FormulaireAbsence, agent: Utilisateur, absence: Absence | None
) -> HttpResponse:
    contexte = {
        "form": form,
        "titre": "Modifier une absence" if absence else "Noter une absence",
        "seul": not form.fields["remplacant"].queryset.exists(),  # type: ignore[attr-defined]
        **_cadre(agent, acteur_de(request)),
    }
    return render(request, "comptes/absence_form.html", contexte)


def _visible(acteur: Utilisateur, identifiant: Any) -> Absence:
    exiger_droit(acteur, absences.DROIT, personnel.DROIT)
    visibles = absences.visibles_par(acteur).select_related("agent", "remplacant")
    return get_object_or_404(visibles, identifiant=identifiant)


def _cadre(agent: Utilisateur, acteur: Utilisateur) -> dict[str, Any]:
    """Whose absence it is (nobody's name for one's own), and the page to go back to."""
    pour = None if agent.pk == acteur.pk else agent
    return {"pour": pour, "retour": _retour(agent, acteur)}


def _retour(agent: Utilisateur, acteur: Utilisateur) -> str:
    if agent.pk == acteur.pk:
        return reverse("absences")
    return reverse("agent", args=[agent.public])


def _impossible(request: HttpRequest, agent: Utilisateur, raison: str) -> HttpResponse:
    acteur = acteur_de(request)
    journal.tracer(acteur, journal.Action.REFUS, agent, raison="impossible")
    messages.error(request, raison)
    return redirect(_retour(agent, acteur))


def _fini(absence: Absence, acteur: Utilisateur, aujourd_hui: date) -> str:
    if absence.du > aujourd_hui:
        return "L’absence est annulée. Le remplaçant en est averti."
    if absence.agent_id == acteur.pk:
        return "Bon retour ! Les nouvelles demandes et les alertes vous parviennent de nouveau."
    return f"Les nouvelles demandes et les alertes parviennent de nouveau à {absence.agent}."
