"""The gestures on the comité de pilotage: one page for each, which says what will follow (C-09)."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from comptes.acces import erreurs_de, tracer_refus
from conventions.acces import acteur_de
from conventions.actions import copil
from conventions.etats import COPIL, REUNIONS
from conventions.forms.copil import FormulaireCompteRendu, FormulaireDate, FormulaireReunion
from conventions.forms.erreurs import appliquer
from conventions.models import Convention, Reunion
from conventions.views.communs import convention_a_changer, ou_revenir, revenir
from portail.etats import Circuit
from portail.formulaires import Formulaire


class Page(NamedTuple):
    """What a gesture asks, the verb that takes it, what is said once it is done."""

    formulaire: type[Formulaire]
    verbe: Callable[..., Any]
    fait: str


PAGES = {
    "prevoir": Page(FormulaireDate, copil.planifier, "La date de la réunion est enregistrée."),
    "enregistrer": Page(FormulaireReunion, copil.enregistrer, "La réunion est enregistrée."),
    "tenir": Page(FormulaireReunion, copil.tenir, "La réunion est enregistrée."),
    "joindre": Page(
        FormulaireCompteRendu,
        copil.joindre,
        "Le compte rendu est joint\u00a0: il sera lisible dès que l’antivirus l’aura vérifié.",
    ),
    "dater": Page(FormulaireDate, copil.dater, "La nouvelle date est enregistrée."),
    "annuler": Page(Formulaire, copil.annuler, "La réunion est annulée."),
}


@require_http_methods(["GET", "POST"])
@ou_revenir
def nouveau(request: HttpRequest, identifiant: Any, nom: str) -> HttpResponse:
    """Plan the next meeting, or record one held."""
    objet = convention_a_changer(acteur_de(request), identifiant)
    return _page(request, objet, COPIL, nom, objet)


@require_http_methods(["GET", "POST"])
@ou_revenir
def reunion(request: HttpRequest, identifiant: Any, reunion: Any, nom: str) -> HttpResponse:
    """What is done of one meeting."""
    objet = convention_a_changer(acteur_de(request), identifiant)
    reunions = objet.reunions.select_related("compte_rendu")
    sienne = get_object_or_404(reunions, identifiant=reunion)
    jour = min(sienne.jour, timezone.localdate()) if nom == "tenir" else sienne.jour
    return _page(request, objet, REUNIONS, nom, sienne, initial={"jour": jour})


def _page(
    request: HttpRequest,
    objet: Convention,
    table: Circuit,
    nom: str,
    cible: Convention | Reunion,
    **reste: Any,
) -> HttpResponse:
    if nom not in table:
        raise Http404
    acteur, page = acteur_de(request), PAGES[nom]
    if request.method == "GET":
        table.exiger(cible, acteur, nom)
    donnees = (request.POST, request.FILES) if request.method == "POST" else ()
    formulaire = page.formulaire(*donnees, **reste)
    if formulaire.is_bound and formulaire.is_valid() and _faire(page, formulaire, cible, acteur):
        return revenir(request, objet, page.fait)
    tracer_refus(acteur, objet, erreurs_de(formulaire))
    contexte = {"convention": objet, "geste": table[nom], "form": formulaire, "cible": cible}
    return render(request, "conventions/copil.html", contexte)


def _faire(page: Page, formulaire: Formulaire, cible: Any, acteur: Any) -> bool:
    """Whether it was done: what was refused is told in the form."""

    def faire() -> bool:
        page.verbe(cible, **formulaire.cleaned_data, acteur=acteur)
        return True

    return bool(appliquer(formulaire, faire))
