"""Breaches of data: declared, read by the other party, completed, closed (G-02)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptes import journal
from comptes.acces import acteur_de, erreurs_de, tracer_refus
from comptes.models import Partenaire, Utilisateur
from portail.etats import TransitionImpossible
from violations import actions, suivi
from violations.acces import (
    caisses_concernees,
    cote_de,
    heures_annoncees,
    partenaires_concernes,
    siens,
)
from violations.etats import CIRCUIT
from violations.forms import FormulaireCaisse, FormulaireDeclaration, FormulairePartenaire
from violations.models import Violation

FAITS = {
    "prendre_connaissance": "C’est noté : vous avez lu cette violation. Le délai est arrêté.",
    "completer": "L’information est ajoutée. L’autre partie en est prévenue.",
    "clore": "La violation est close. L’autre partie en est prévenue.",
}


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """Those that one may read, the last declared first."""
    contexte = suivi.lister(acteur_de(request), request.GET.get("curseur"))
    return render(request, "violations/liste.html", contexte)


@require_http_methods(["GET", "POST"])
def declarer(request: HttpRequest) -> HttpResponse:
    """From a partner to its caisses, from a caisse to a partner."""
    acteur = acteur_de(request)
    formulaire = _formulaire(request, acteur)
    if formulaire.is_valid():
        try:
            declarees = _declarer(formulaire, acteur)
        except TransitionImpossible as erreur:
            formulaire.add_error(None, erreur.message)
        except ValidationError as erreur:
            formulaire.add_error(None, erreur)
        else:
            messages.success(
                request, "La violation est déclarée. L’autre partie en est prévenue maintenant."
            )
            if len(declarees) > 1:
                return redirect("violations:liste")
            return redirect("violations:violation", declarees[0].identifiant)
    tracer_refus(acteur, None, erreurs_de(formulaire))
    contexte = {"form": formulaire, "cote": cote_de(acteur), "heures": heures_annoncees(acteur)}
    return render(request, "violations/declarer.html", contexte)


@require_GET
def violation(request: HttpRequest, identifiant: Any) -> HttpResponse:
    acteur = acteur_de(request)
    objet = _visible(acteur, identifiant)
    journal.tracer(acteur, journal.Action.LECTURE, objet)
    return render(request, "violations/violation.html", suivi.composer(objet, acteur))


@require_POST
def traiter(request: HttpRequest, identifiant: Any, nom: str) -> HttpResponse:
    """Say that one knows of it, add to it, close it."""
    acteur = acteur_de(request)
    objet = _visible(acteur, identifiant)
    if nom not in FAITS:
        raise Http404
    type_ = suivi.FORMULAIRES.get(nom)
    formulaire = type_(request.POST, prefix=nom) if type_ else None
    try:
        CIRCUIT.exiger(objet, acteur, nom)
        if formulaire and not formulaire.is_valid():
            tracer_refus(acteur, objet, erreurs_de(formulaire))
            contexte = suivi.composer(objet, acteur, formulaire, nom)
            return render(request, "violations/violation.html", contexte)
        donnees = formulaire.cleaned_data if formulaire else {}
        getattr(actions, nom)(objet, **donnees, acteur=acteur)
    except TransitionImpossible as erreur:
        journal.tracer(acteur, journal.Action.REFUS, objet, raison="impossible")
        messages.error(request, erreur.message)
    else:
        messages.success(request, FAITS[nom])
    return redirect("violations:violation", objet.identifiant)


def _formulaire(request: HttpRequest, acteur: Utilisateur) -> FormulaireDeclaration:
    caisses = caisses_concernees(acteur)
    if cote_de(acteur) == Violation.Cote.PARTENAIRE:
        return FormulairePartenaire(request.POST or None, caisses=caisses)
    return FormulaireCaisse(
        request.POST or None, caisses=caisses, partenaires=partenaires_concernes(acteur)
    )


@transaction.atomic
def _declarer(formulaire: FormulaireDeclaration, acteur: Utilisateur) -> list[Violation]:
    """One breach by caisse: each has its own clock and its own DPO."""
    if isinstance(formulaire, FormulaireCaisse):
        couples = [(formulaire.caisse_choisie, formulaire.cleaned_data["partenaire"])]
    else:
        partenaire = Partenaire.objects.get(pk=min(siens(acteur)))
        couples = [(caisse, partenaire) for caisse in formulaire.caisses_choisies]
    donnees = formulaire.donnees()
    return [actions.declarer(caisse, qui, donnees, acteur=acteur) for caisse, qui in couples]


def _visible(acteur: Utilisateur, identifiant: Any) -> Violation:
    visibles = Violation.objects.visibles_par(acteur).select_related(
        "caisse", "partenaire", "declaree_par", "connue_par", "close_par"
    )
    return get_object_or_404(visibles, identifiant=identifiant)
