"""The list of conventions, the page of one, its draft."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptes import journal
from comptes.acces import erreurs_de, tracer_refus
from comptes.models import Caisse
from conventions import actions, fiche, repertoire
from conventions.acces import (
    acteur_de,
    caisses_administrees,
    convention_visible,
    exiger_droit,
    partenaire_a_lier,
    partenaires_visibles,
)
from conventions.forms.conventions import (
    FormulaireAu,
    FormulaireConvention,
    FormulaireRecherche,
    initiales,
)
from conventions.forms.erreurs import appliquer
from conventions.models import Convention, Service
from conventions.views.communs import convention_a_changer, ou_revenir, ouvrir, revenir

AJOUTER = "ajouter"


@require_http_methods(["GET", "POST"])
def liste(request: HttpRequest) -> HttpResponse:
    """Those that one is a party of, by title; a search (by POST) looks in all the states."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer", "gerer")
    conventions = Convention.objects.visibles_par(acteur)
    onglets = repertoire.onglets(conventions)
    onglet = repertoire.ONGLETS.get(request.GET.get("etat", ""), repertoire.ONGLETS[""])
    recherche = FormulaireRecherche(request.POST or None)
    page = repertoire.page(
        _chercher(request, recherche, conventions.filter(onglet.filtre)),
        (request.POST or request.GET).get("curseur"),
    )
    contexte = {
        "recherche": recherche,
        "cherche": recherche.is_bound and recherche.is_valid() and recherche.cleaned_data["q"],
        "onglets": onglets,
        "onglet": onglet,
        "page": page,
        "lignes": repertoire.presenter(page.lignes, timezone.localdate()),
        "cote_caisse": caisses_administrees(acteur).exists(),
    }
    return render(request, "conventions/convention_liste.html", contexte)


def _chercher(request: HttpRequest, recherche: FormulaireRecherche, conventions: Any) -> Any:
    if not recherche.is_bound:
        return conventions
    acteur = acteur_de(request)
    if not recherche.is_valid():
        tracer_refus(acteur, None, erreurs_de(recherche))
        return conventions.none()
    journal.tracer(acteur, journal.Action.RECHERCHE)
    return repertoire.cherchees(conventions, recherche.cleaned_data["q"])


@require_GET
def convention(request: HttpRequest, identifiant: Any) -> HttpResponse:
    """Everything about one convention; `?au=` reads its parameters on another day (C-05)."""
    acteur = acteur_de(request)
    objet = convention_visible(acteur, identifiant)
    formulaire = FormulaireAu(request.GET if "au" in request.GET else None)
    au = formulaire.cleaned_data["au"] if formulaire.is_valid() else None
    contexte = fiche.composer(objet, acteur, timezone.localdate(), au=au)
    return render(request, "conventions/convention.html", {**contexte, "form_au": formulaire})


@require_http_methods(["GET", "POST"])
def nouvelle(request: HttpRequest) -> HttpResponse:
    """Write a convention that nobody signed yet (C-01)."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    vierge = Convention(services=list(Service.values))
    formulaire = _formulaire(request, _vierge(vierge, caisses_administrees(acteur)))
    if _est_envoye(request, formulaire):
        creee = appliquer(
            formulaire,
            lambda: actions.preparer_convention(
                caisses=formulaire.caisses_choisies,
                partenaires=formulaire.partenaires_choisis,
                acteur=acteur,
                **formulaire.champs,
            ),
        )
        if creee:
            messages.success(request, "Le brouillon est enregistré. Relisez-le, puis envoyez-le.")
            return redirect("conventions:convention", creee.identifiant)
    return _page_formulaire(request, formulaire)


@require_http_methods(["GET", "POST"])
@ou_revenir
def modifier(request: HttpRequest, identifiant: Any) -> HttpResponse:
    acteur = acteur_de(request)
    objet = ouvrir(request, acteur, identifiant, "corriger")
    formulaire = _formulaire(request, initiales(objet))
    if _est_envoye(request, formulaire):
        corrigee = appliquer(
            formulaire,
            lambda: actions.corriger_convention(
                objet,
                caisses=formulaire.caisses_choisies,
                partenaires=formulaire.partenaires_choisis,
                acteur=acteur,
                **formulaire.champs,
            ),
        )
        if corrigee:
            return revenir(request, objet, "Le brouillon est corrigé.")
    return _page_formulaire(request, formulaire, objet)


ETAPES: dict[str, tuple[Callable[..., Any], str]] = {
    "envoyer": (
        actions.envoyer_en_signature,
        "La convention est en attente de signatures : enregistrez chacune dès que vous la recevez.",
    ),
    "reprendre": (actions.reprendre_preparation, "La convention est de nouveau un brouillon."),
    "preparer_utilisation": (
        actions.preparer_utilisation,
        "La convention d’utilisation est prête : son PDF sera établi à l’envoi en signature.",
    ),
}


@require_POST
@ou_revenir
def etape(request: HttpRequest, identifiant: Any, nom: str) -> HttpResponse:
    """A step that needs nothing else than its button."""
    acteur = acteur_de(request)
    objet = convention_a_changer(acteur, identifiant)
    if nom not in ETAPES:
        raise Http404
    action, succes = ETAPES[nom]
    action(objet, acteur=acteur)
    return revenir(request, objet, succes)


@require_http_methods(["GET", "POST"])
@ou_revenir
def abandonner(request: HttpRequest, identifiant: Any) -> HttpResponse:
    acteur = acteur_de(request)
    objet = ouvrir(request, acteur, identifiant, "abandonner")
    if request.method == "POST":
        actions.abandonner(objet, acteur=acteur)
        return revenir(request, objet, "La convention est abandonnée. Son intitulé peut resservir.")
    return render(request, "conventions/convention_abandon.html", {"convention": objet})


@require_POST
@ou_revenir
def rendre_comptes(request: HttpRequest, identifiant: Any, partenaire: str) -> HttpResponse:
    """Give back the accounts that the end of a convention closed (H-12)."""
    acteur = acteur_de(request)
    objet = convention_a_changer(acteur, identifiant)
    concerne = get_object_or_404(objet.partenaires, code=partenaire)
    bilan = actions.restaurer_comptes(concerne, acteur=acteur)
    for compte, raison in bilan.refuses:
        messages.warning(request, f"{compte} : {raison}")
    return revenir(request, objet, f"{concerne} : {_rendus(len(bilan.rendus))}.")


def _rendus(nombre: int) -> str:
    if nombre == 0:
        return "aucun compte n’a été rendu"
    s = "s" if nombre > 1 else ""
    return f"{nombre} compte{s} rendu{s}"


def _est_envoye(request: HttpRequest, formulaire: FormulaireConvention) -> bool:
    return request.method == "POST" and AJOUTER not in request.POST and formulaire.is_valid()


def _formulaire(request: HttpRequest, initial: dict[str, Any]) -> FormulaireConvention:
    """With « Ajouter une ligne », what was typed comes back with one more row, unjudged."""
    acteur = acteur_de(request)
    siennes = list(caisses_administrees(acteur))
    toutes = siennes + [caisse for caisse in Caisse.objects.all() if caisse not in siennes]
    choix: dict[str, Any] = {
        "caisses": {caisse.code: caisse for caisse in toutes},
        "siennes": {caisse.code for caisse in siennes},
        "partenaires": {p.code: p for p in partenaires_visibles(acteur).order_by("nom")},
        "chercher": lambda code: partenaire_a_lier(acteur, code),
    }
    if AJOUTER in request.POST:
        saisi = FormulaireConvention(request.POST, **choix)
        return FormulaireConvention(initial=saisi.saisie(), ajout=request.POST[AJOUTER], **choix)
    return FormulaireConvention(request.POST or None, initial=initial, **choix)


def _vierge(convention: Convention, siennes: Any) -> dict[str, Any]:
    valeurs = {nom: getattr(convention, nom) for nom in Convention.PARAMETRES}
    premiere = siennes.first()
    return {**valeurs, "caisse_1": premiere.code if premiere else ""}


def _page_formulaire(
    request: HttpRequest, formulaire: FormulaireConvention, objet: Convention | None = None
) -> HttpResponse:
    tracer_refus(acteur_de(request), objet, erreurs_de(formulaire))
    contexte = {"form": formulaire, "convention": objet}
    return render(request, "conventions/convention_form.html", contexte)
