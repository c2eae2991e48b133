"""The partners of one's caisses: list, page, identity, access of the whole structure."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptes import habilitations
from comptes.acces import acteur_de, erreurs_de, exiger_droit, tracer_refus
from comptes.models import Partenaire, Utilisateur
from conventions import actions, annuaire, fiches
from conventions.acces import (
    caisses_administrees,
    exiger_correction,
    partenaire_visible,
    partenaires_visibles,
    peut_corriger,
)
from conventions.forms.erreurs import reporter
from conventions.forms.partenaires import (
    FiltreSituation,
    FormulaireCoupure,
    FormulaireNouveauPartenaire,
    FormulairePartenaire,
    FormulaireRechercheNom,
)
from conventions.models import Contact, Coupure
from portail.etats import TransitionImpossible
from portail.formulaires import Formulaire


@require_http_methods(["GET", "POST"])
def liste(request: HttpRequest) -> HttpResponse:
    """The partners of one's caisses by name; searched by POST, filtered by situation."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    jour = timezone.localdate()
    caisses = habilitations.caisses(acteur, "administrer")
    filtre, recherche = FiltreSituation(request.GET), FormulaireRechercheNom(request.POST or None)
    situation = filtre.cleaned_data["situation"] if filtre.is_valid() else ""
    visibles = fiches.situer(partenaires_visibles(acteur), situation, caisses, jour)
    cherche = _cherche(acteur, recherche)
    trouves = annuaire.cherches(visibles, cherche) if cherche else visibles
    trouves = trouves.none() if recherche.errors else trouves
    page = annuaire.page(trouves, (request.POST or request.GET).get("curseur"))
    contexte = {
        "page": page,
        "lignes": fiches.lignes(page.lignes, caisses, jour),
        "filtre": filtre,
        "recherche": recherche,
        "cherche": cherche,
        "situation": situation,
    }
    return render(request, "conventions/partenaires.html", contexte)


@require_http_methods(["GET", "POST"])
def nouveau(request: HttpRequest) -> HttpResponse:
    """Write a partner down; one that a caisse already knows is offered instead of a second one."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    caisses = list(caisses_administrees(acteur))
    formulaire = FormulaireNouveauPartenaire(request.POST or None, caisses=caisses)
    existant = None
    if formulaire.is_valid():
        existant = _homonyme(formulaire)
        if existant is None and (partenaire := _inscrire(formulaire, acteur)):
            messages.success(request, f"{partenaire} est inscrit. Préparez sa convention.")
            return redirect("conventions:partenaire", partenaire.code)
    _tracer_refus(acteur, None, formulaire)
    contexte = {"form": formulaire, "existant": existant}
    if existant:
        contexte["existant_visible"] = partenaires_visibles(acteur).contains(existant)
    return render(request, "conventions/partenaire_nouveau.html", contexte)


@require_GET
def partenaire(request: HttpRequest, code: str) -> HttpResponse:
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    objet = partenaire_visible(acteur, code)
    jour, caisses = timezone.localdate(), habilitations.caisses(acteur, "administrer")
    contacts, anciens = fiches.separer(Contact.objects.filter(partenaire=objet))
    ligne = fiches.lignes([objet], caisses, jour)[0]
    contexte = {
        "partenaire": objet,
        "ligne": ligne,
        "contacts": contacts,
        "anciens": anciens,
        "coupures": fiches.coupures_de(acteur, objet),
        "peut_couper": bool(fiches.caisses_a_couper(acteur, objet)),
        "lecture_seule": not peut_corriger(acteur, objet),
        "partage": fiches.est_partage(objet, caisses),
    }
    return render(request, "conventions/partenaire.html", contexte)


@require_http_methods(["GET", "POST"])
def modifier(request: HttpRequest, code: str) -> HttpResponse:
    """The common data of the partner; fewer members may be refused until accounts are closed."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    objet = partenaire_visible(acteur, code)
    exiger_correction(acteur, objet)
    initial = {nom: getattr(objet, nom) for nom in FormulairePartenaire.base_fields}
    formulaire = FormulairePartenaire(request.POST or None, initial=initial)
    existant = None
    if formulaire.is_valid():
        existant = _homonyme(formulaire, sauf=objet)
        if existant is None and _corriger(objet, formulaire, acteur):
            messages.success(request, "Les informations du partenaire sont enregistrées.")
            return redirect("conventions:partenaire", objet.code)
    _tracer_refus(acteur, None, formulaire)
    partage = fiches.est_partage(objet, habilitations.caisses(acteur, "administrer"))
    contexte = {"form": formulaire, "partenaire": objet, "partage": partage}
    return render(request, "conventions/partenaire_modifier.html", contexte)


@require_http_methods(["GET", "POST"])
def couper(request: HttpRequest, code: str) -> HttpResponse:
    """Cut the access of the whole structure to one's caisse, at once (C-10)."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    objet = partenaire_visible(acteur, code)
    caisses = fiches.caisses_a_couper(acteur, objet)
    if not caisses:
        messages.warning(request, f"Il n’y a plus d’accès à couper pour {objet}.")
        return redirect("conventions:partenaire", objet.code)
    formulaire = FormulaireCoupure(request.POST or None, caisses=caisses)
    if formulaire.is_valid() and _couper(objet, formulaire, acteur):
        messages.success(request, f"L’accès est coupé pour {objet}.")
        return redirect("conventions:partenaire", objet.code)
    _tracer_refus(acteur, None, formulaire)
    contexte = {"form": formulaire, "partenaire": objet, "caisses": caisses}
    return render(request, "conventions/partenaire_couper.html", contexte)


@require_POST
def retablir(request: HttpRequest, code: str, identifiant: Any) -> HttpResponse:
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    objet = partenaire_visible(acteur, code)
    coupure = get_object_or_404(fiches.coupures_de(acteur, objet), identifiant=identifiant)
    try:
        restauration = actions.retablir(coupure, acteur=acteur)
    except TransitionImpossible as erreur:
        messages.warning(request, erreur.message)
    else:
        messages.success(request, _retabli(coupure, len(restauration.rendus)))
        for compte, raison in restauration.refuses:
            messages.warning(request, f"{compte} : {raison}")
    return redirect("conventions:partenaire", objet.code)


def _retabli(coupure: Coupure, rendus: int) -> str:
    fait = f"L’accès à la {coupure.caisse} est rétabli pour {coupure.partenaire}."
    if not rendus:
        return fait
    s = "s" if rendus > 1 else ""
    return f"{fait} {rendus}\u00a0compte{s} de nouveau ouvert{s}."


def _cherche(acteur: Utilisateur, recherche: FormulaireRechercheNom) -> str:
    if recherche.is_bound and not recherche.is_valid():
        _tracer_refus(acteur, None, recherche)
        return ""
    return recherche.cleaned_data["q"] if recherche.is_bound else ""


def _tracer_refus(acteur: Utilisateur, objet: Any, formulaire: Formulaire) -> None:
    if formulaire.is_bound:
        tracer_refus(acteur, objet, erreurs_de(formulaire))


def _homonyme(formulaire: Formulaire, sauf: Partenaire | None = None) -> Partenaire | None:
    existant = annuaire.homonyme(formulaire.cleaned_data["nom"], sauf=sauf)
    if existant:
        formulaire.add_error("nom", f"Ce partenaire existe déjà : « {existant} ».")
    return existant


def _inscrire(formulaire: FormulaireNouveauPartenaire, acteur: Utilisateur) -> Partenaire | None:
    champs, dpo = formulaire.partenaire(), formulaire.dpo()
    try:
        with transaction.atomic():
            objet = actions.inscrire_partenaire(
                code=annuaire.code_pour(champs["nom"]), acteur=acteur, **champs
            )
            if dpo:
                actions.nommer_contact(
                    partenaire=objet, role=Contact.Role.DPO, fonction="", acteur=acteur, **dpo
                )
    except ValidationError as erreur:
        reporter(formulaire, erreur)
        return None
    return objet


def _corriger(objet: Partenaire, formulaire: Formulaire, acteur: Utilisateur) -> bool:
    try:
        with transaction.atomic():
            actions.corriger_partenaire(objet, acteur=acteur, **formulaire.cleaned_data)
    except ValidationError as erreur:
        reporter(formulaire, erreur)
    return not formulaire.errors


def _couper(objet: Partenaire, formulaire: FormulaireCoupure, acteur: Utilisateur) -> bool:
    donnees = formulaire.cleaned_data
    try:
        with transaction.atomic():
            actions.couper(donnees["caisse"], objet, motif=donnees["motif"], acteur=acteur)
    except ValidationError as erreur:
        reporter(formulaire, erreur)
    except TransitionImpossible as erreur:
        formulaire.add_error(None, erreur.message)
    return not formulaire.errors
