"""Techniciens are created here: one by a form, several from a spreadsheet (H-03)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from comptes.acces import acteur_de, erreurs_de, tracer_refus
from comptes.models import Profil
from conventions.forms.erreurs import reporter
from conventions.quotas import QuotaAtteint, quotas
from equipes import actions, importation, tableur
from equipes.acces import partenaire_gere
from equipes.forms.comptes import FormulaireTechnicien
from equipes.forms.imports import FormulaireImport
from portail.etats import TransitionImpossible
from portail.formulaires import Formulaire

REFUS = (ValidationError, QuotaAtteint, TransitionImpossible)


@require_http_methods(["GET", "POST"])
def nouveau(request: HttpRequest) -> HttpResponse:
    acteur = acteur_de(request)
    partenaire = partenaire_gere(acteur)
    formulaire = FormulaireTechnicien(request.POST or None, domaines=partenaire.domaines_email)
    if formulaire.is_valid():
        try:
            compte = actions.creer_technicien(partenaire, acteur=acteur, **formulaire.identite())
        except REFUS as erreur:
            ajouter(formulaire, erreur)
        else:
            messages.success(
                request,
                f"Le compte de {compte} est créé. Un lien d’activation, valable 48 heures, part "
                "à son adresse e-mail.",
            )
            return redirect("equipes:compte", compte.public)
    tracer_refus(acteur, partenaire, erreurs_de(formulaire))
    contexte = {"form": formulaire, **_places(partenaire)}
    return render(request, "equipes/nouveau.html", contexte)


@require_http_methods(["GET", "POST"])
def importer(request: HttpRequest) -> HttpResponse:
    """Verify shows a verdict for each row; create makes them all, or none."""
    acteur = acteur_de(request)
    partenaire = partenaire_gere(acteur)
    contexte = _places(partenaire)
    if request.method == "GET":
        contexte["form"] = FormulaireImport()
        return render(request, "equipes/importer.html", contexte)
    formulaire = importation.rassembler(request.POST, request.FILES)
    lecture = importation.verifier(formulaire, partenaire, reste=contexte["quota"].reste)
    tracer_refus(acteur, partenaire, lecture.erreurs)
    a_creer = request.POST.get("faire") == "creer" and formulaire.is_valid()
    if a_creer and lecture.est_valide and not lecture.trop:
        try:
            crees = actions.creer_techniciens(partenaire, lecture.identites, acteur=acteur)
        except REFUS as erreur:
            ajouter(formulaire, erreur)
        else:
            return _importes(request, len(crees))
    contexte |= {"form": formulaire, "lecture": lecture}
    return render(request, "equipes/importer.html", contexte)


@require_GET
def modele(request: HttpRequest) -> HttpResponse:
    """An example to fill in, with the titles that the import reads."""
    octets = importation.modele(partenaire_gere(acteur_de(request)))
    reponse = HttpResponse(octets, content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = 'attachment; filename="modele-techniciens.csv"'
    return reponse


def ajouter(formulaire: Formulaire, erreur: Any) -> None:
    """Tell what an action refused: at the fields that the form has, else above it."""
    if isinstance(erreur, ValidationError):
        reporter(formulaire, erreur)
    else:
        formulaire.add_error(None, erreur.message)


def _places(partenaire: Any) -> dict[str, Any]:
    return {
        "partenaire": partenaire,
        "quota": quotas(partenaire, timezone.localdate())[Profil.TECHNICIEN],
        "lignes_max": tableur.LIGNES_MAX,
    }


def _importes(request: HttpRequest, nombre: int) -> HttpResponse:
    texte = f"{nombre} comptes sont créés" if nombre > 1 else "Un compte est créé"
    messages.success(
        request, f"{texte}. Chaque personne reçoit un lien d’activation, valable 48 heures."
    )
    return redirect("equipes:equipe")
