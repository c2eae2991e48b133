"""One account: what it is, what happened to it, what may be done about it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from comptes import journal
from comptes.acces import acteur_de, erreurs_de, tracer_refus
from comptes.activation import EnvoiImpossible
from conventions.quotas import QuotaAtteint
from equipes import etats, fiche
from equipes.acces import compte_visible
from equipes.gestes import GESTES, Geste, Scene
from equipes.views.creation import ajouter
from portail.etats import TransitionImpossible
from portail.formulaires import Formulaire

IMPOSSIBLES = (TransitionImpossible, QuotaAtteint, EnvoiImpossible)


@require_GET
def compte(request: HttpRequest, identifiant: Any) -> HttpResponse:
    acteur = acteur_de(request)
    objet = compte_visible(acteur, identifiant)
    journal.tracer(acteur, journal.Action.LECTURE, objet)
    return render(request, "equipes/compte.html", fiche.composer(objet, acteur))


@require_http_methods(["GET", "POST"])
def geste(request: HttpRequest, identifiant: Any, nom: str) -> HttpResponse:
    """Say what will happen, ask what is needed, then do it."""
    acteur = acteur_de(request)
    objet = compte_visible(acteur, identifiant)
    if nom not in GESTES:
        raise Http404
    try:
        etats.CIRCUIT.exiger(objet, acteur, nom)
    except TransitionImpossible as erreur:
        return _impossible(request, objet, erreur)
    choisi, scene = GESTES[nom], fiche.scene(objet, acteur)
    formulaire = _formulaire(choisi, scene, request.POST)
    if request.method == "POST" and formulaire.is_valid():
        try:
            return _faire(request, choisi, scene, formulaire)
        except IMPOSSIBLES as erreur:
            return _impossible(request, objet, erreur)
        except ValidationError as erreur:
            ajouter(formulaire, erreur)
    tracer_refus(acteur, objet, erreurs_de(formulaire))
    contexte = fiche.composer_geste(choisi, scene, formulaire)
    return render(request, "equipes/geste.html", contexte)


def _formulaire(choisi: Geste, scene: Scene, donnees: Any) -> Formulaire:
    """Without question to ask, an empty form, bound by the button alone."""
    if choisi.formulaire is None:
        return Formulaire(donnees or None)
    return choisi.formulaire(scene, donnees or None)


def _faire(
    request: HttpRequest, choisi: Geste, scene: Scene, formulaire: Formulaire
) -> HttpResponse:
    fait = choisi.faire(scene, formulaire)
    messages.success(request, choisi.fait)
    if choisi.suite:
        return redirect("equipes:demarche", fait.identifiant)
    return redirect("equipes:compte", scene.compte.public)


def _impossible(request: HttpRequest, objet: Any, erreur: Any) -> HttpResponse:
    journal.tracer(acteur_de(request), journal.Action.REFUS, objet, raison="impossible")
    messages.error(request, erreur.message)
    return redirect("equipes:compte", objet.public)
