"""Reviews of the habilitations: answered by the partner, opened and followed by the caisse."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptes import journal
from comptes.acces import acteur_de, exiger_droit
from comptes.models import Utilisateur
from conventions.acces import caisses_administrees
from equipes import actions, bilans, exports
from equipes.forms.revues import FormulaireRevues
from equipes.models import Revue
from equipes.views.creation import ajouter
from equipes.views.equipe import telecharger
from portail.etats import TransitionImpossible


@require_GET
def revues(request: HttpRequest) -> HttpResponse:
    acteur = acteur_de(request)
    exiger_droit(acteur, "gerer", "administrer")
    signees = request.GET.get("vue") == "signees"
    contexte = bilans.liste_revues(acteur, signees, request.GET.get("curseur"))
    return render(request, "equipes/revues.html", contexte)


@require_http_methods(["GET", "POST"])
def revue(request: HttpRequest, identifiant: Any) -> HttpResponse:
    """The table; a POST keeps what is decided so far, then goes on to the signature if asked."""
    acteur = acteur_de(request)
    objet = _visible(request, identifiant)
    if request.method == "GET":
        journal.tracer(acteur, journal.Action.LECTURE, objet)
        return render(request, "equipes/revue.html", bilans.composer_revue(objet, acteur))
    exiger_droit(acteur, "gerer")
    choix = bilans.decisions_postees(objet, request.POST)
    try:
        actions.decider(objet, choix, acteur=acteur)
    except (TransitionImpossible, ValidationError) as erreur:
        journal.tracer(acteur, journal.Action.REFUS, objet, raison="impossible")
        contexte = bilans.composer_revue(objet, acteur, choix) | {"refus": _dire(erreur)}
        return render(request, "equipes/revue.html", contexte)
    if request.POST.get("faire") == "signer":
        return _vers_la_signature(request, objet)
    messages.success(request, "Vos réponses sont enregistrées.")
    return redirect("equipes:revue", objet.identifiant)


@require_http_methods(["GET", "POST"])
def signer(request: HttpRequest, identifiant: Any) -> HttpResponse:
    """The summary, then the signature: the accounts that are ended close at that instant."""
    acteur = acteur_de(request)
    objet = _visible(request, identifiant)
    exiger_droit(acteur, "gerer")
    contexte = bilans.composer_revue(objet, acteur)
    if objet.signee_le or contexte["restantes"]:
        if request.method == "POST":  # its page says so too, and a reading writes nothing
            messages.warning(request, bilans.reste_a_dire(contexte["restantes"]))
        return redirect("equipes:revue", objet.identifiant)
    if request.method == "GET":
        return render(request, "equipes/signer.html", contexte)
    try:
        actions.signer_revue(objet, acteur=acteur)
    except (TransitionImpossible, ValidationError) as erreur:
        return _impossible(request, objet, erreur)
    messages.success(request, "La revue est signée et transmise à la caisse.")
    return redirect("equipes:revue", objet.identifiant)


@require_GET
def exporter(request: HttpRequest, identifiant: Any, format: str) -> HttpResponse:
    """The table under review, or as it was signed; erased accounts are not in it (H-14)."""
    acteur = acteur_de(request)
    objet = _visible(request, identifiant)
    reponse = telecharger(
        exports.tableau_de_revue(bilans.lignes_visibles(objet)),
        f"revue-{objet.partenaire.code}-{timezone.localdate(objet.ouverte_le):%Y-%m-%d}",
        format,
    )
    journal.tracer(acteur, journal.Action.TELECHARGEMENT, objet, habilitations=format)
    return reponse


@require_POST
def relancer(request: HttpRequest, identifiant: Any) -> HttpResponse:
    """The caisse reminds the gestionnaires."""
    acteur = acteur_de(request)
    objet = _visible(request, identifiant)
    exiger_droit(acteur, "administrer")
    try:
        actions.relancer_revue(objet, acteur=acteur)
    except TransitionImpossible as erreur:
        return _impossible(request, objet, erreur)
    messages.success(request, f"Un rappel part aux gestionnaires de {objet.partenaire}.")
    return redirect("equipes:revues")


@require_http_methods(["GET", "POST"])
def ouvrir(request: HttpRequest) -> HttpResponse:
    """The caisse opens a review for one partner, or a campaign."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    caisses = list(caisses_administrees(acteur))
    formulaire = FormulaireRevues(
        request.POST or None,
        caisses=caisses,
        partenaires=bilans.a_interroger(caisses, timezone.localdate()),
        initial={"partenaires": request.GET.getlist("partenaire")},
    )
    if formulaire.is_valid():
        try:
            nombre = _lancer(formulaire, acteur)
        except ValidationError as erreur:
            ajouter(formulaire, erreur)
        else:
            pluriel = "revues sont ouvertes" if nombre > 1 else "revue est ouverte"
            messages.success(request, f"{nombre} {pluriel}. Les gestionnaires sont prévenus.")
            return redirect("equipes:revues")
    return render(request, "equipes/ouvrir.html", {"form": formulaire})


def _lancer(formulaire: FormulaireRevues, acteur: Utilisateur) -> int:
    return actions.ouvrir_campagne(
        formulaire.caisse_choisie,
        formulaire.cleaned_data["partenaires"],
        echeance_le=formulaire.cleaned_data["echeance_le"],
        acteur=acteur,
    )


def _vers_la_signature(request: HttpRequest, objet: Revue) -> HttpResponse:
    """To the summary, once every account has its answer; until then, say how many have not."""
    restantes = bilans.composer_revue(objet, acteur_de(request))["restantes"]
    if restantes:
        messages.warning(request, bilans.reste_a_dire(restantes))
        return redirect("equipes:revue", objet.identifiant)
    return redirect("equipes:signer", objet.identifiant)


def _visible(request: HttpRequest, identifiant: Any) -> Revue:
    siennes = Revue.objects.visibles_par(acteur_de(request)).select_related(
        "caisse", "partenaire", "signee_par", "document"
    )
    return get_object_or_404(siennes, identifiant=identifiant)


def _impossible(request: HttpRequest, objet: Revue, erreur: Any) -> HttpResponse:
    journal.tracer(acteur_de(request), journal.Action.REFUS, objet, raison="impossible")
    messages.error(request, _dire(erreur))
    return redirect("equipes:revue", objet.identifiant)


def _dire(erreur: Any) -> str:
    return " ".join(getattr(erreur, "messages", None) or [str(erreur)])
