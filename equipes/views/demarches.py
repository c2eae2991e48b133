"""Demarches about gestionnaires: put by the partner, handled by the caisse (H-02, H-08, H-09)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptes import journal
from comptes.acces import acteur_de, erreurs_de, exiger_droit, tracer_refus
from comptes.models import Caisse, Partenaire, Utilisateur
from conventions.acces import caisses_administrees, partenaire_visible
from conventions.quotas import QuotaAtteint
from equipes import actions, suivi
from equipes.acces import caisses_de, gestionnaires, partenaire_gere
from equipes.forms.demarches import FormulaireHabilitation
from equipes.forms.gestes import FormulaireRefus
from equipes.models import Demarche
from equipes.views.creation import REFUS, ajouter
from portail.etats import TransitionImpossible

FAITS = {
    "accepter": "La démarche est acceptée.",
    "refuser": "La démarche est refusée. Le partenaire en est prévenu.",
    "retirer": "La démarche est retirée.",
}


@require_GET
def demarches(request: HttpRequest) -> HttpResponse:
    """Those in progress, the most pressing first, or those that are done."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "gerer", "administrer")
    finies = request.GET.get("vue") == "finies"
    contexte = suivi.liste_demarches(acteur, finies, request.GET.get("curseur"))
    return render(request, "equipes/demarches.html", contexte)


@require_GET
def demarche(request: HttpRequest, identifiant: Any) -> HttpResponse:
    acteur = acteur_de(request)
    objet = _visible(acteur, identifiant)
    journal.tracer(acteur, journal.Action.LECTURE, objet)
    return render(request, "equipes/demarche.html", suivi.composer_demarche(objet, acteur))


@require_POST
def traiter(request: HttpRequest, identifiant: Any, nom: str) -> HttpResponse:
    """Accept, refuse with a reason (the caisse), withdraw (the partner)."""
    acteur = acteur_de(request)
    objet = _visible(acteur, identifiant)
    if nom not in FAITS:
        raise Http404
    formulaire = FormulaireRefus(request.POST) if nom == "refuser" else None
    if formulaire and not formulaire.is_valid():
        tracer_refus(acteur, objet, erreurs_de(formulaire))
        contexte = suivi.composer_demarche(objet, acteur, formulaire)
        return render(request, "equipes/demarche.html", contexte)
    try:
        _traiter(objet, nom, formulaire, acteur)
    except (TransitionImpossible, QuotaAtteint) as erreur:
        _dire(request, objet, erreur.message)
    except ValidationError as erreur:
        _dire(request, objet, " ".join(erreur.messages))
    else:
        messages.success(request, FAITS[nom])
    return redirect("equipes:demarche", objet.identifiant)


@require_http_methods(["GET", "POST"])
def habiliter(request: HttpRequest) -> HttpResponse:
    """A gestionnaire asks a caisse for another one (H-02)."""
    acteur = acteur_de(request)
    partenaire = partenaire_gere(acteur)
    return _habiliter(request, partenaire, caisses_de(partenaire))


@require_http_methods(["GET", "POST"])
def habiliter_pour(request: HttpRequest, code: str) -> HttpResponse:
    """The caisse keys in the habilitation when the partner has no gestionnaire (H-02)."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    partenaire = partenaire_visible(acteur, code)
    if gestionnaires(partenaire).exists():
        if request.method == "POST":  # its page says who asks, and a reading writes nothing
            messages.info(
                request,
                "Ce partenaire a un gestionnaire : c’est à lui de demander une habilitation.",
            )
        return redirect("equipes:comptes", partenaire.code)
    siennes = caisses_administrees(acteur).values("pk")
    caisses = [c for c in caisses_de(partenaire) if siennes.filter(pk=c.pk).exists()]
    return _habiliter(request, partenaire, caisses)


def _habiliter(request: HttpRequest, partenaire: Partenaire, caisses: list[Caisse]) -> HttpResponse:
    acteur = acteur_de(request)
    contexte = suivi.cadre_habilitation(partenaire, caisses)
    formulaire = FormulaireHabilitation(
        request.POST or None, domaines=partenaire.domaines_email, caisses=caisses
    )
    if caisses and formulaire.is_valid():
        try:
            creee = actions.demander_habilitation(
                partenaire, formulaire.caisse_choisie, formulaire.donnees(), acteur=acteur
            )
        except REFUS as erreur:
            ajouter(formulaire, erreur)
        else:
            messages.success(request, suivi.accuse(creee, timezone.localdate()))
            return redirect("equipes:demarche", creee.identifiant)
    tracer_refus(acteur, partenaire, erreurs_de(formulaire))
    return render(request, "equipes/habiliter.html", contexte | {"form": formulaire})


def _traiter(
    objet: Demarche, nom: str, formulaire: FormulaireRefus | None, acteur: Utilisateur
) -> None:
    if formulaire:
        actions.refuser(objet, motif=formulaire.cleaned_data["motif"], acteur=acteur)
    elif nom == "accepter":
        actions.accepter(objet, acteur=acteur)
    else:
        actions.retirer_demarche(objet, acteur=acteur)


def _visible(acteur: Utilisateur, identifiant: Any) -> Demarche:
    siennes = Demarche.objects.visibles_par(acteur).select_related(
        "caisse", "partenaire", "compte", "repreneur", "demandee_par", "traitee_par"
    )
    return get_object_or_404(siennes, identifiant=identifiant)


def _dire(request: HttpRequest, objet: Demarche, texte: str) -> None:
    journal.tracer(acteur_de(request), journal.Action.REFUS, objet, raison="impossible")
    messages.error(request, texte)
