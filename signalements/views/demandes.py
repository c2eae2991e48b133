"""One request: its page, its steps, its thread, its files."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptes import journal
from comptes.models import Profil
from portail.etats import TransitionImpossible
from portail.fichiers import FichierRefuse
from portail.formulaires import Formulaire
from signalements import actions, listes
from signalements.acces import acteur_de, demande_visible, exiger_droit, piece_visible
from signalements.etats import a_droit
from signalements.forms.suivi import (
    FormulaireMessage,
    FormulaireNote,
    formulaire_etape,
    parametres_etape,
)
from signalements.models import Demande, Piece
from signalements.registre import circuit


@require_GET
def demande(request: HttpRequest, reference: str) -> HttpResponse:
    acteur = acteur_de(request)
    objet = demande_visible(acteur, reference)
    actions.consulter(objet, acteur=acteur)
    return _page(request, objet)


@require_POST
def etape(request: HttpRequest, reference: str, nom: str) -> HttpResponse:
    """Take one step of the circuit; the table says which form it needs."""
    acteur = acteur_de(request)
    objet = demande_visible(acteur, reference)
    exiger_droit(acteur, "instruire")
    if nom not in circuit(objet):
        raise Http404
    transition: Any = circuit(objet)[nom]
    formulaire = formulaire_etape(transition, request.POST)
    if formulaire and not formulaire.is_valid():
        return _page(request, objet, etape_ouverte=nom, formulaire_ouvert=formulaire)
    try:
        parametres = parametres_etape(transition, formulaire)
        actions.franchir(objet, nom, acteur=acteur, **parametres)
    except TransitionImpossible as erreur:
        messages.error(request, erreur.message)
    else:
        messages.success(request, f"C'est fait : {transition.libelle.lower()}.")
    return redirect(objet)


@require_POST
def message(request: HttpRequest, reference: str) -> HttpResponse:
    acteur = acteur_de(request)
    objet = demande_visible(acteur, reference)
    formulaire = FormulaireMessage(request.POST)
    if not formulaire.is_valid():
        return _page(request, objet, message=formulaire)
    try:
        actions.ecrire(objet, formulaire.cleaned_data["texte"], acteur=acteur)
    except TransitionImpossible as erreur:
        formulaire.add_error(None, erreur.message)
        return _page(request, objet, message=formulaire)
    messages.success(request, "Votre message est envoyé.")
    return redirect(objet.get_absolute_url() + "#echanges")


@require_POST
def note(request: HttpRequest, reference: str) -> HttpResponse:
    acteur = acteur_de(request)
    objet = demande_visible(acteur, reference)
    exiger_droit(acteur, "instruire")
    formulaire = FormulaireNote(request.POST, prefix="note")
    if not formulaire.is_valid():
        return _page(request, objet, note=formulaire)
    actions.annoter(objet, formulaire.cleaned_data["texte"], acteur=acteur)
    messages.success(request, "Votre note est enregistrée.")
    return redirect(objet.get_absolute_url() + "#notes")


@require_POST
def joindre(request: HttpRequest, reference: str) -> HttpResponse:
    """The partner adds files to a filed request, each kept or refused on its own."""
    acteur = acteur_de(request)
    objet = demande_visible(acteur, reference)
    exiger_droit(acteur, "deposer")
    for fichier in request.FILES.getlist("fichiers"):
        try:
            actions.joindre(objet, fichier, usage=Piece.Usage.AUTRE, acteur=acteur)
        except FichierRefuse as refus:
            messages.error(request, f"« {fichier.name} » : {refus}")
        else:
            messages.success(request, f"« {fichier.name} » est ajouté.")
    return redirect(objet.get_absolute_url() + "#pieces")


@require_GET
def pieces(request: HttpRequest, reference: str) -> HttpResponse:
    """The list of files, asked again while a verdict is pending."""
    objet = demande_visible(acteur_de(request), reference)
    contexte = {"demande": objet, "pieces": objet.pieces.all()}
    return render(request, "signalements/_pieces_demande.html", contexte)


@require_GET
def telecharger(request: HttpRequest, identifiant: str) -> HttpResponse | FileResponse:
    """The bytes of one file, after a clean verdict, to those who may see it."""
    acteur = acteur_de(request)
    piece = piece_visible(acteur, identifiant)
    try:
        octets = actions.ouvrir(piece, acteur=acteur)
    except actions.PieceIndisponible as erreur:
        contexte = {"piece": piece, "raison": erreur.message}
        return render(request, "signalements/piece_indisponible.html", contexte, status=409)
    return _envoi(octets, piece.nom, piece.type_mime)


@require_GET
def recepisse(request: HttpRequest, reference: str) -> HttpResponse | FileResponse:
    acteur = acteur_de(request)
    objet = demande_visible(acteur, reference)
    if not hasattr(objet, "recepisse"):
        contexte = {"demande": objet}
        return render(request, "signalements/recepisse_attendu.html", contexte, status=409)
    octets = actions.ouvrir_recepisse(objet.recepisse, acteur=acteur)
    return _envoi(octets, f"recepisse-{objet.reference}.pdf", "application/pdf")


def _envoi(octets: Any, nom: str, type_mime: str) -> FileResponse:
    reponse = FileResponse(octets, as_attachment=True, filename=nom, content_type=type_mime)
    reponse["Cache-Control"] = "private, no-store"
    reponse["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return reponse


def _page(request: HttpRequest, objet: Demande, **formulaires: Any) -> HttpResponse:
    acteur = acteur_de(request)
    cote_caisse = a_droit(acteur, "instruire", objet)
    fil = list(objet.messages.visibles_par(acteur).select_related("auteur"))
    genre, texte = listes.delai(objet, timezone.now())
    contexte = {
        "demande": objet,
        "cote_caisse": cote_caisse,
        "etapes": _etapes(objet, acteur, **formulaires),
        "evenements": objet.evenements.visibles_par(acteur).select_related("auteur"),
        "echeances": objet.echeances.all(),
        "pieces": objet.pieces.all(),
        "contacts": objet.contacts.select_related("agent") if cote_caisse else [],
        "fil": [m for m in fil if not m.interne],
        "notes": [m for m in fil if m.interne],
        "lu_le": _lu_le(objet, cote_caisse),
        "delai_genre": genre,
        "delai_texte": texte,
        "message": formulaires.get("message") or FormulaireMessage(),
        "note": formulaires.get("note") or FormulaireNote(prefix="note"),
    }
    return render(request, "signalements/demande.html", contexte)


def _etapes(
    objet: Demande,
    acteur: Any,
    etape_ouverte: str = "",
    formulaire_ouvert: Formulaire | None = None,
    **_: Any,
) -> list[dict[str, Any]]:
    """The buttons of the page: the circuit's open steps, each with its form."""
    return [
        {
            "etape": transition,
            "ouverte": transition.nom == etape_ouverte,
            "formulaire": formulaire_ouvert
            if transition.nom == etape_ouverte
            else formulaire_etape(transition),
        }
        for transition in circuit(objet).possibles(objet, acteur)
    ]


def _lu_le(objet: Demande, cote_caisse: bool) -> Any:
    """When the other side last opened the request: its messages before that are read."""
    autres = [Profil.TECHNICIEN] if cote_caisse else [Profil.AGENT]
    return journal.derniere_lecture(objet, profils=[str(p) for p in autres])
