"""Writing a request: the draft's form, its files, the summary, the deposit."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptes.models import Utilisateur
from conventions import offre
from conventions.models import Service
from portail.fichiers import FichierRefuse
from signalements import actions
from signalements.acces import acteur_de, brouillon_visible, partenaire_de, piece_visible
from signalements.forms.depot import (
    ChampFichiers,
    FormulaireSignalement,
    donnees_initiales,
    donnees_postees,
    trier_saisie,
)
from signalements.models import Brouillon, Piece
from signalements.registre import SERVICES_OUVERTS


@require_POST
def nouvelle(request: HttpRequest, caisse: str, service: str) -> HttpResponse:
    """Open a draft for one of the tiles of the home page (D-01, C-06)."""
    acteur = acteur_de(request)
    partenaire = partenaire_de(acteur)
    offerte = _offre(partenaire, caisse)
    if service not in SERVICES_OUVERTS or service not in offerte.services:
        raise Http404
    brouillon = actions.commencer(
        acteur=acteur, partenaire=partenaire, caisse=offerte.caisse, service=service
    )
    return redirect(brouillon)


@require_http_methods(["GET", "POST"])
def brouillon(request: HttpRequest, identifiant: str) -> HttpResponse:
    """The form. Its buttons save, add or remove files, change the caisse, or go on to re-read."""
    acteur = acteur_de(request)
    objet = brouillon_visible(acteur, identifiant)
    if request.method == "GET":
        return _page(request, objet, _formulaire(objet))
    contenu, refuses = trier_saisie(request.POST)
    objet = actions.enregistrer(objet, contenu, acteur=acteur)
    verbe, _, cible = request.POST.get("faire", "relire").partition(":")
    faire = VERBES.get(verbe, _relire)
    return faire(request, objet, refuses, cible)


@require_POST
def enregistrer(request: HttpRequest, identifiant: str) -> HttpResponse:
    """Autosave: keeps what the guard lets through, and says what it does not."""
    acteur = acteur_de(request)
    objet = brouillon_visible(acteur, identifiant)
    contenu, refuses = trier_saisie(request.POST)
    objet = actions.enregistrer(objet, contenu, acteur=acteur)
    return JsonResponse(
        {
            "enregistre_le": timezone.localtime(objet.modifie_le).strftime("%H:%M:%S"),
            "expire_le": timezone.localtime(objet.expire_le).strftime("%d/%m/%Y"),
            "refus": {nom: str(erreur.messages[0]) for nom, erreur in refuses.items()},
        }
    )


@require_http_methods(["GET", "POST"])
def pieces(request: HttpRequest, identifiant: str) -> HttpResponse:
    """The list of files; a POST adds one and answers with the list, or with why it is refused."""
    acteur = acteur_de(request)
    objet = brouillon_visible(acteur, identifiant)
    statut, erreur = 200, ""
    if request.method == "POST":
        erreur = _joindre(request, objet, request.POST.get("usage", Piece.Usage.AUTRE))
        statut = 422 if erreur else 200
    contexte = {"brouillon": objet, "pieces": objet.pieces.all(), "erreur": erreur}
    return render(request, "signalements/_pieces_brouillon.html", contexte, status=statut)


@require_POST
def retirer_piece(request: HttpRequest, identifiant: str, piece: str) -> HttpResponse:
    acteur = acteur_de(request)
    objet = brouillon_visible(acteur, identifiant)
    actions.retirer(get_object_or_404(objet.pieces, identifiant=piece), acteur=acteur)
    if request.htmx:
        contexte = {"brouillon": objet, "pieces": objet.pieces.all()}
        return render(request, "signalements/_pieces_brouillon.html", contexte)
    return redirect(objet)


@require_http_methods(["GET", "POST"])
def relire(request: HttpRequest, identifiant: str) -> HttpResponse:
    """The summary to re-read; a POST files the request."""
    acteur = acteur_de(request)
    objet = brouillon_visible(acteur, identifiant)
    formulaire = _formulaire(objet, donnees_postees(objet.contenu))
    if not formulaire.is_valid():
        return _page(request, objet, formulaire)
    if request.method == "POST":
        return _deposer(request, objet, formulaire, acteur)
    ailleurs = formulaire.cleaned_data["departement_residence"] != objet.caisse.departement
    contexte = {"brouillon": objet, "formulaire": formulaire, "autre_departement": ailleurs}
    contexte |= {"donnees": formulaire.cleaned_data, "pieces": formulaire.pieces}
    return render(request, "signalements/relire.html", contexte)


@require_POST
def supprimer(request: HttpRequest, identifiant: str) -> HttpResponse:
    acteur = acteur_de(request)
    actions.abandonner(brouillon_visible(acteur, identifiant), acteur=acteur)
    messages.success(request, "Le brouillon et ses pièces jointes sont supprimés.")
    return redirect("accueil")


def _deposer(
    request: HttpRequest, objet: Brouillon, formulaire: FormulaireSignalement, acteur: Utilisateur
) -> HttpResponse:
    try:
        demande = actions.deposer(objet, formulaire.cleaned_data, acteur=acteur)
    except actions.DepotImpossible as erreur:
        messages.error(request, erreur.message)
        return redirect("accueil")
    messages.success(
        request, f"Votre demande est déposée sous la référence {demande.reference}."
    )
    return redirect(demande)


def _offre(partenaire: Any, code: str) -> offre.Offre:
    for offerte in offre.offres(partenaire, timezone.localdate()):
        if offerte.caisse.code == code:
            return offerte
    raise Http404


def _formulaire(objet: Brouillon, donnees: Any = None) -> FormulaireSignalement:
    convention = offre.convention_pour(
        objet.caisse, objet.partenaire, objet.service, timezone.localdate()
    )
    if convention is None:
        raise Http404
    return FormulaireSignalement(
        donnees,
        initial=None if donnees is not None else donnees_initiales(objet.contenu),
        mode_consentement=offre.mode_consentement(convention, objet.caisse),
        justificatif_urgence=convention.justificatif_urgence,
        pieces=objet.pieces.all(),
    )


def _page(
    request: HttpRequest, objet: Brouillon, formulaire: FormulaireSignalement, **reste: Any
) -> HttpResponse:
    autres = [
        o
        for o in offre.offres(objet.partenaire, timezone.localdate())
        if objet.service in o.services and o.caisse != objet.caisse
    ]
    contexte = {"brouillon": objet, "formulaire": formulaire, "autres_offres": autres}
    contexte |= {"pieces": formulaire.pieces, "service": Service(objet.service), **reste}
    return render(request, "signalements/brouillon.html", contexte)


def _joindre(request: HttpRequest, objet: Brouillon, usage: str) -> str:
    fichier = request.FILES.get("fichier")
    if fichier is None or usage not in Piece.Usage.values:
        return "Choisissez un fichier."
    try:
        actions.joindre(objet, fichier, usage=usage, acteur=acteur_de(request))
    except FichierRefuse as refus:
        return f"« {fichier.name} » : {refus}"
    return ""


def _relire(request: HttpRequest, objet: Brouillon, refuses: Any, cible: str) -> HttpResponse:
    formulaire = _formulaire(objet, request.POST)
    if formulaire.is_valid():
        return redirect("signalements:relire", objet.identifiant)
    return _page(request, objet, formulaire)


def _garder(request: HttpRequest, objet: Brouillon, refuses: Any, cible: str) -> HttpResponse:
    if refuses:
        formulaire = _formulaire(objet, request.POST).sans_controle(refuses)
        return _page(request, objet, formulaire)
    messages.success(request, "Votre brouillon est enregistré.")
    return redirect("accueil")


def _ajouter(request: HttpRequest, objet: Brouillon, refuses: Any, cible: str) -> HttpResponse:
    """Without JavaScript: every file chosen in the page, each kept or refused on its own."""
    erreurs = []
    for nom, champ in FormulaireSignalement.base_fields.items():
        for fichier in request.FILES.getlist(nom) if isinstance(champ, ChampFichiers) else []:
            try:
                actions.joindre(objet, fichier, usage=champ.usage, acteur=acteur_de(request))
            except FichierRefuse as refus:
                erreurs.append(f"« {fichier.name} » : {refus}")
    if not refuses and not erreurs:
        return redirect(objet.get_absolute_url() + "#pieces")
    formulaire = _formulaire(objet, request.POST).sans_controle(refuses)
    return _page(request, objet, formulaire, erreurs_pieces=erreurs)


def _retirer(request: HttpRequest, objet: Brouillon, refuses: Any, cible: str) -> HttpResponse:
    acteur = acteur_de(request)
    piece = piece_visible(acteur, cible)
    actions.retirer(get_object_or_404(objet.pieces, pk=piece.pk), acteur=acteur)
    return redirect(objet.get_absolute_url() + "#pieces")


def _changer(request: HttpRequest, objet: Brouillon, refuses: Any, cible: str) -> HttpResponse:
    offerte = _offre(objet.partenaire, request.POST.get("caisse", ""))
    actions.changer_caisse(objet, offerte.caisse, acteur=acteur_de(request))
    return redirect(objet)


VERBES = {
    "garder": _garder,
    "ajouter": _ajouter,
    "retirer": _retirer,
    "changer": _changer,
    "relire": _relire,
}
