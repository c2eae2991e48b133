"""One request: its page, its steps, its thread, its files."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from comptes import journal
from comptes.acces import acteur_de, erreurs_de, exiger_droit, tracer_refus
from portail.envoi import envoyer
from portail.etats import TransitionImpossible
from portail.fichiers import FichierRefuse
from portail.formulaires import Formulaire
from signalements import actions, fiche, horloges
from signalements.acces import citer, demande_visible, piece_visible
from signalements.etats import PARTENAIRE
from signalements.forms.suivi import (
    FormulaireJoindre,
    FormulaireMessage,
    FormulaireNote,
    FormulaireUrgence,
    annoncer_etape,
    formulaire_etape,
    parametres_etape,
)
from signalements.models import Demande, Piece
from signalements.registre import circuit


@require_GET
def demande(request: HttpRequest, reference: str) -> HttpResponse:
    return _page(request, demande_visible(acteur_de(request), reference))


@require_POST
def etape(request: HttpRequest, reference: str, nom: str) -> HttpResponse:
    """Take one step of the circuit; the table says which form it needs."""
    acteur = acteur_de(request)
    objet = demande_visible(acteur, reference)
    exiger_droit(acteur, "instruire")
    if nom not in circuit(objet):
        raise Http404
    transition: Any = circuit(objet)[nom]
    formulaire = formulaire_etape(transition, objet, request.POST)
    if formulaire and not formulaire.is_valid():
        return _page(request, objet, ouverte=nom, formulaire=formulaire)
    parametres = parametres_etape(transition, formulaire)
    try:
        actions.franchir(objet, nom, acteur=acteur, **parametres)
    except TransitionImpossible as erreur:
        return _devancee(request, reference, erreur, parametres.get("texte", ""))
    messages.success(request, annoncer_etape(transition, formulaire))
    return redirect(objet)


@require_POST
def urgence(request: HttpRequest, reference: str) -> HttpResponse:
    """The partner says that its request became urgent, with a document where one is asked."""
    acteur = acteur_de(request)
    objet = demande_visible(acteur, reference)
    if fiche.convention_finie(objet, acteur, timezone.now()):
        return _convention_finie(request, objet)
    try:
        PARTENAIRE.exiger(objet, acteur, "signaler_urgence")
        exige = actions.exige_justificatif(objet, timezone.localdate())
        formulaire = FormulaireUrgence(request.POST, request.FILES, exige=exige)
        if formulaire.is_valid():
            fichier = formulaire.cleaned_data["justificatif"]
            actions.signaler_urgence(objet, acteur=acteur, justificatif=fichier)
            messages.success(request, horloges.urgence_signalee(objet, timezone.now()))
            return redirect(objet)
    except TransitionImpossible as erreur:
        return _devancee(request, reference, erreur, "")
    except FichierRefuse as refus:
        actions.tracer_fichier_refuse(objet, refus.code, acteur=acteur)
        formulaire.add_error("justificatif", str(refus))
    return _page(request, objet, urgence=formulaire)


@require_POST
def message(request: HttpRequest, reference: str) -> HttpResponse:
    acteur = acteur_de(request)
    objet = demande_visible(acteur, reference)
    if fiche.convention_finie(objet, acteur, timezone.now()):
        return _convention_finie(request, objet, request.POST.get("texte", ""))
    formulaire = FormulaireMessage(request.POST, **_levees(objet))
    if not formulaire.is_valid():
        return _page(request, objet, message=formulaire)
    texte = formulaire.cleaned_data["texte"]
    try:
        actions.ecrire(objet, texte, acteur=acteur, levees=formulaire.levees)
    except TransitionImpossible as erreur:
        return _devancee(request, reference, erreur, texte)
    messages.success(request, "Votre message est envoyé.")
    return redirect(objet.get_absolute_url() + "#echanges")


@require_POST
def note(request: HttpRequest, reference: str) -> HttpResponse:
    acteur = acteur_de(request)
    objet = demande_visible(acteur, reference)
    exiger_droit(acteur, "instruire")
    formulaire = FormulaireNote(request.POST, prefix="note", **_levees(objet))
    if not formulaire.is_valid():
        return _page(request, objet, note=formulaire)
    texte = formulaire.cleaned_data["texte"]
    actions.annoter(objet, texte, acteur=acteur, levees=formulaire.levees)
    messages.success(request, "Votre note est enregistrée.")
    return redirect(objet.get_absolute_url() + "#notes")


@require_POST
def joindre(request: HttpRequest, reference: str) -> HttpResponse:
    """The partner adds files to a filed request, each kept or refused on its own."""
    acteur = acteur_de(request)
    objet = demande_visible(acteur, reference)
    exiger_droit(acteur, "deposer")
    if fiche.convention_finie(objet, acteur, timezone.now()):
        return _convention_finie(request, objet)
    fichiers = request.FILES.getlist("fichiers")
    if not fichiers:
        messages.error(request, "Choisissez un ou plusieurs fichiers, puis « Ajouter ».")
    for fichier in fichiers:
        try:
            actions.joindre(objet, fichier, usage=Piece.Usage.AUTRE, acteur=acteur)
        except FichierRefuse as refus:
            actions.tracer_fichier_refuse(objet, refus.code, acteur=acteur)
            messages.error(request, f"{citer(fichier.name)} : {refus}")
        else:
            messages.success(request, f"{citer(fichier.name)} est ajouté.")
    return redirect(objet.get_absolute_url() + "#pieces")


@require_GET
def pieces(request: HttpRequest, reference: str) -> HttpResponse:
    """The receipt and the files, asked again while one of them is not ready."""
    objet = demande_visible(acteur_de(request), reference)
    return render(request, "signalements/_pieces_demande.html", fiche.documents(objet))


@require_GET
def telecharger(request: HttpRequest, identifiant: str) -> HttpResponse | FileResponse:
    """The bytes of one file, after a clean verdict, to those who may see it."""
    acteur = acteur_de(request)
    piece = piece_visible(acteur, identifiant)
    try:
        octets = actions.ouvrir(piece, acteur=acteur)
    except FileNotFoundError as erreur:
        raise Http404 from erreur  # erased since it was looked for (G-04)
    except actions.PieceIndisponible as erreur:
        journal.tracer(acteur, journal.Action.REFUS, piece, raison=f"piece:{piece.etat}")
        contexte = {"piece": piece, "raison": erreur.message}
        return render(request, "signalements/piece_indisponible.html", contexte, status=409)
    return envoyer(octets, piece.nom, piece.type_mime)


@require_GET
def recepisse(request: HttpRequest, reference: str) -> HttpResponse | FileResponse:
    acteur = acteur_de(request)
    objet = demande_visible(acteur, reference)
    if not hasattr(objet, "recepisse"):
        journal.tracer(acteur, journal.Action.REFUS, objet, raison="recepisse:attendu")
        contexte = {"demande": objet}
        return render(request, "signalements/recepisse_attendu.html", contexte, status=409)
    try:
        octets = actions.ouvrir_recepisse(objet.recepisse, acteur=acteur)
    except FileNotFoundError as erreur:
        raise Http404 from erreur
    return envoyer(octets, f"recepisse-{objet.reference}.pdf", "application/pdf")


def _levees(objet: Demande) -> dict[str, bool]:
    """What a form about this request must know of its caisse (D-09)."""
    return {"levees_admises": objet.caisse.levees_admises}


def _devancee(
    request: HttpRequest, reference: str, erreur: TransitionImpossible, texte: str
) -> HttpResponse:
    """The request moved meanwhile: say so on its page as it is now, and give the text back."""
    objet = demande_visible(acteur_de(request), reference)
    return _refuser(request, objet, "devancee", erreur.message, texte)


def _convention_finie(request: HttpRequest, objet: Demande, texte: str = "") -> HttpResponse:
    """What the partner wrote to a caisse that no convention binds to it any more (H-12)."""
    raison = (
        f"Aucune convention en vigueur ne lie plus votre structure à la caisse "
        f"({objet.caisse.nom}) : cette demande reste lisible, mais ne reçoit plus ni message ni "
        "pièce."
    )
    return _refuser(request, objet, "convention_finie", raison, texte)


def _refuser(
    request: HttpRequest, objet: Demande, code: str, raison: str, texte: str
) -> HttpResponse:
    journal.tracer(acteur_de(request), journal.Action.REFUS, objet, raison=code)
    messages.error(request, raison)
    return _page(request, objet, perdu=texte) if texte else redirect(objet)


def _page(
    request: HttpRequest,
    objet: Demande,
    *,
    message: Formulaire | None = None,
    note: Formulaire | None = None,
    **reste: Any,
) -> HttpResponse:
    """The page, and the trace of its reading; `reste` is what `fiche.composer` needs more."""
    acteur = acteur_de(request)
    actions.consulter(objet, acteur=acteur)
    for formulaire in filter(None, (message, note, reste.get("formulaire"), reste.get("urgence"))):
        tracer_refus(acteur, objet, erreurs_de(formulaire))
    contexte = fiche.composer(objet, acteur, timezone.now(), **reste)
    contexte["message"] = message or FormulaireMessage()
    contexte["note"] = note or FormulaireNote(prefix="note")
    contexte["joindre"] = FormulaireJoindre()
    return render(request, "signalements/demande.html", contexte)
