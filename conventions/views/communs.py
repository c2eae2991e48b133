"""What the pages of a convention share: fetch it to change it, take a step, come back."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from comptes.models import Utilisateur
from conventions.acces import convention_visible, exiger_droit
from conventions.etats import CIRCUIT
from conventions.models import Convention
from portail.etats import TransitionImpossible

Vue = Callable[..., HttpResponse]


def convention_a_changer(acteur: Utilisateur, identifiant: Any) -> Convention:
    """One of an administered caisse: 404 outside the scope, 403 for who may only read it."""
    convention = convention_visible(acteur, identifiant)
    exiger_droit(acteur, "administrer")
    return convention


def ouvrir(request: HttpRequest, acteur: Utilisateur, identifiant: Any, geste: str) -> Convention:
    """The same, for the page of a step. Raises `TransitionImpossible` when it cannot be taken.

    Only to show the page: what was posted is judged by the action, and not lost.
    """
    convention = convention_a_changer(acteur, identifiant)
    if request.method == "GET":
        CIRCUIT.exiger(convention, acteur, geste)
    return convention


def ou_revenir(vue: Vue) -> Vue:
    """A step that cannot be taken any more leads back to the convention, which says why."""

    @wraps(vue)
    def _vue(request: HttpRequest, identifiant: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return vue(request, identifiant, *args, **kwargs)
        except TransitionImpossible as erreur:
            messages.error(request, erreur.message)
            return redirect("conventions:convention", identifiant)

    return _vue


def revenir(request: HttpRequest, convention: Convention, succes: str) -> HttpResponse:
    messages.success(request, succes)
    return redirect("conventions:convention", convention.identifiant)
