"""What ends a convention: shown with its exact day before it is notified, lifted when cured."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from comptes.acces import erreurs_de, tracer_refus
from comptes.models import Caisse
from conventions import actions, fiche
from conventions.acces import acteur_de, caisses_administrees
from conventions.consequences import Consequences, consequences
from conventions.etats import GESTE_DE_RUPTURE
from conventions.forms.erreurs import appliquer, reporter
from conventions.forms.ruptures import FormulaireLevee, FormulaireRupture
from conventions.models import Convention, Rupture
from conventions.reste import libelle_levee
from conventions.views.communs import convention_a_changer, ou_revenir, ouvrir, revenir

CONFIRMER = "confirmer"


@require_http_methods(["GET", "POST"])
@ou_revenir
def rompre(request: HttpRequest, identifiant: Any, cause: str) -> HttpResponse:
    """Two steps on one page: what would end and when, then the notification itself.

    What is confirmed is the last day that was shown: were it another one, it is shown again.
    """
    acteur = acteur_de(request)
    convention_a_changer(acteur, identifiant)
    if cause not in GESTE_DE_RUPTURE:
        raise Http404
    objet = ouvrir(request, acteur, identifiant, GESTE_DE_RUPTURE[cause])
    formulaire = FormulaireRupture(
        request.POST or None,
        cause=cause,
        caisses=_caisses(objet, cause, acteur),
        initial=_initial(),
    )
    suites = _suites(objet, cause, formulaire)
    confirme = suites and CONFIRMER in request.POST and _a_vu(formulaire, suites)
    if confirme and (rupture := _notifier(objet, cause, formulaire, acteur)):
        return revenir(request, objet, _confirmation(rupture))
    tracer_refus(acteur, objet, erreurs_de(formulaire))
    contexte = {**fiche.composer_rupture(objet, cause), "form": formulaire, "suites": suites}
    return render(request, "conventions/rupture.html", contexte)


def _initial() -> dict[str, date]:
    return {"notifiee_le": timezone.localdate()}


def _caisses(objet: Convention, cause: str, acteur: Any) -> list[Caisse]:
    """Those that may leave alone: administered, when others remain bound (H-12).

    The convention d'utilisation is broken for all at once.
    """
    encore = objet.liens.filter(close_le__isnull=True).values_list("caisse", flat=True)
    if cause == Rupture.Cause.UTILISATION or len(encore) < 2:
        return []
    return list(caisses_administrees(acteur).filter(pk__in=encore))


def _suites(objet: Convention, cause: str, formulaire: FormulaireRupture) -> Consequences | None:
    """What would follow from what is typed; before anything is, from today's date."""
    if formulaire.is_bound and not formulaire.is_valid():
        return None
    saisie = formulaire.cleaned_data if formulaire.is_bound else _initial()
    caisse = formulaire.caisse_choisie if formulaire.is_bound else None
    try:
        return consequences(objet, cause, notifiee_le=saisie["notifiee_le"], caisse=caisse)
    except ValidationError as erreur:
        if formulaire.is_bound:
            reporter(formulaire, erreur)
        else:
            formulaire.avertissement = " ".join(erreur.messages)
    return None


def _a_vu(formulaire: FormulaireRupture, suites: Consequences) -> bool:
    return formulaire.cleaned_data["vu"] == suites.dernier_jour


def _notifier(
    objet: Convention, cause: str, formulaire: FormulaireRupture, acteur: Any
) -> Rupture | None:
    return appliquer(
        formulaire,
        lambda: actions.notifier_rupture(
            objet,
            cause=cause,
            notifiee_le=formulaire.cleaned_data["notifiee_le"],
            motif=formulaire.cleaned_data["motif"],
            caisse=formulaire.caisse_choisie,
            acteur=acteur,
        ),
    )


def _confirmation(rupture: Rupture) -> str:
    return f"{rupture.get_cause_display()} : dernier jour le {rupture.dernier_jour:%d/%m/%Y}."


@require_http_methods(["GET", "POST"])
@ou_revenir
def lever(request: HttpRequest, identifiant: Any, rupture: Any) -> HttpResponse:
    """The breach was cured, or the denunciation is withdrawn: the convention goes on."""
    acteur = acteur_de(request)
    objet = ouvrir(request, acteur, identifiant, "lever")
    levee = get_object_or_404(
        objet.ruptures.ouvertes().select_related("caisse"), identifiant=rupture
    )
    formulaire = FormulaireLevee(request.POST or None, initial={"levee_le": timezone.localdate()})
    if formulaire.is_bound and formulaire.is_valid() and _lever(levee, formulaire, acteur):
        return revenir(request, objet, "C’est levé : la convention se poursuit aux mêmes dates.")
    tracer_refus(acteur, objet, erreurs_de(formulaire))
    contexte = {
        "form": formulaire,
        "convention": objet,
        "rupture": levee,
        "titre": libelle_levee(levee),
    }
    return render(request, "conventions/rupture_lever.html", contexte)


def _lever(levee: Rupture, formulaire: FormulaireLevee, acteur: Any) -> Rupture | None:
    donnees = formulaire.cleaned_data
    return appliquer(formulaire, lambda: actions.lever_rupture(levee, **donnees, acteur=acteur))
