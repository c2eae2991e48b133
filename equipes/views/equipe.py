"""The team of a partner, on its gestionnaires' side and on the caisse's (H-06, H-07, H-15)."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from comptes import journal
from comptes.acces import acteur_de, erreurs_de, exiger_droit, tracer_refus
from comptes.models import Partenaire, Utilisateur
from conventions.acces import partenaire_visible, partenaires_signes
from equipes import exports, listes
from equipes.acces import comptes_visibles, partenaire_gere
from equipes.forms.comptes import FormulaireRecherche
from equipes.places import places


@require_http_methods(["GET", "POST"])
def equipe(request: HttpRequest) -> HttpResponse:
    acteur = acteur_de(request)
    partenaire = partenaire_gere(acteur)
    journal.tracer(acteur, journal.Action.LECTURE, partenaire, vue="equipe")
    return render(request, "equipes/equipe.html", composer(request, partenaire))


@require_GET
def exporter(request: HttpRequest, format: str) -> HttpResponse:
    acteur = acteur_de(request)
    return envoyer(acteur, partenaire_gere(acteur), format)


@require_http_methods(["GET", "POST"])
def comptes(request: HttpRequest, code: str) -> HttpResponse:
    """The tab of a partner's page, for a caisse: accounts against quotas."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    partenaire = partenaire_visible(acteur, code)
    journal.tracer(acteur, journal.Action.LECTURE, partenaire, vue="comptes")
    contexte = composer(request, partenaire)
    contexte["sans_gestionnaire"] = not contexte["places"][0]["quota"].utilises
    contexte["sans_convention"] = not partenaires_signes(acteur).contains(partenaire)
    contexte["onglet"] = "comptes"
    return render(request, "equipes/comptes.html", contexte)


@require_GET
def exporter_comptes(request: HttpRequest, code: str, format: str) -> HttpResponse:
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    return envoyer(acteur, partenaire_visible(acteur, code), format)


def composer(request: HttpRequest, partenaire: Partenaire) -> dict[str, Any]:
    """The quotas and one page of the accounts, as `equipes/_liste.html` shows them."""
    tous = comptes_visibles(acteur_de(request), partenaire).select_related("responsable")
    onglets = listes.onglets(request.GET, listes.compter(tous))
    vue = next((o["vue"] for o in onglets if o["courante"]), "")
    recherche = FormulaireRecherche(request.POST or None)
    trouves = _chercher(request, partenaire, recherche, listes.filtrer(tous, vue))
    page = listes.page(trouves, tous, (request.POST or request.GET).get("curseur"))
    return {
        "partenaire": partenaire,
        "places": places(partenaire),
        "onglets": onglets,
        "onglet_choisi": vue,
        "recherche": recherche,
        "cherche": recherche.is_valid() and recherche.cleaned_data["q"],
        "page": page,
        "lignes": listes.presenter(page.lignes),
    }


def envoyer(acteur: Utilisateur, partenaire: Partenaire, format: str) -> HttpResponse:
    """The table of habilitations as it is now; erased accounts are not in it (H-14, H-15)."""
    siens = comptes_visibles(acteur, partenaire).select_related("responsable")
    rangees = exports.tableau(siens.order_by("profil", "nom", "prenom"))
    nom = f"habilitations-{partenaire.code}-{timezone.localdate():%Y-%m-%d}"
    reponse = telecharger(rangees, nom, format)
    journal.tracer(acteur, journal.Action.TELECHARGEMENT, partenaire, habilitations=format)
    return reponse


def telecharger(rangees: list[list[str]], nom: str, format: str) -> HttpResponse:
    """The table as a file of that format; raises `Http404` for another one."""
    if format not in exports.FORMATS:
        raise Http404
    reponse = HttpResponse(
        exports.FORMATS[format](rangees), content_type=exports.TYPES_MIME[format]
    )
    reponse["Content-Disposition"] = f'attachment; filename="{nom}.{format}"'
    reponse["Cache-Control"] = "private, no-store"
    return reponse


def _chercher(
    request: HttpRequest,
    partenaire: Partenaire,
    recherche: FormulaireRecherche,
    comptes: QuerySet[Utilisateur],
) -> QuerySet[Utilisateur]:
    if not recherche.is_bound:
        return comptes
    acteur = acteur_de(request)
    if not recherche.is_valid():
        tracer_refus(acteur, partenaire, erreurs_de(recherche))
        return comptes.none()
    cherche = recherche.cleaned_data["q"]
    if cherche:
        journal.tracer(acteur, journal.Action.RECHERCHE)
    return listes.chercher(comptes, cherche) if cherche else comptes
