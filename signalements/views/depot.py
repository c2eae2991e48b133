"""Writing a request: the draft's form, its files, the summary, the deposit."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from comptes import journal
from comptes.acces import acteur_de, erreurs_de, tracer_refus
from comptes.models import Partenaire
from conventions import offre
from conventions.models import CaisseLiee, Convention
from portail import departements
from portail.fichiers import FichierRefuse
from signalements import actions
from signalements.acces import DejaDeposee, brouillon_visible, citer, partenaire_de
from signalements.forms.brouillon import donnees_postees, trier_saisie
from signalements.forms.depot import ChampFichiers, FormulaireSignalement
from signalements.forms.relecture import rubriques
from signalements.models import Brouillon, Piece
from signalements.registre import SERVICES_OUVERTS

Refus = dict[str, ValidationError]


def dire_si_impossible(vue: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """To the draft or elsewhere, with the reason: the caisse takes it no longer, or it is filed."""

    @wraps(vue)
    def _vue(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return vue(request, *args, **kwargs)
        except actions.DepotImpossible as erreur:
            objet = _brouillon_refuse(request, kwargs.get("identifiant"))
            messages.error(request, erreur.message)
            return redirect(objet or "accueil")
        except DejaDeposee as deja:
            messages.info(request, "Cette demande est déjà déposée : la voici.")
            return redirect(deja.demande)

    return _vue


def dire_au_script(vue: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The same for what scripts call: 409, the reason, and the address of the filed request."""

    @wraps(vue)
    def _vue(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return vue(request, *args, **kwargs)
        except actions.DepotImpossible as erreur:
            _brouillon_refuse(request, kwargs.get("identifiant"))
            return JsonResponse({"raison": erreur.message, "adresse": ""}, status=409)
        except DejaDeposee as deja:
            _tracer_impossible(request, deja.demande, "deja_deposee")
            raison = "Ce brouillon a déjà été déposé : ce que vous ajoutez ici n'est plus transmis."
            adresse = deja.demande.get_absolute_url()
            return JsonResponse({"raison": raison, "adresse": adresse}, status=409)

    return _vue


def _brouillon_refuse(request: HttpRequest, identifiant: Any) -> Brouillon | None:
    """The draft that a caisse does not take, if there is one; the refusal is traced."""
    siens = Brouillon.objects.visibles_par(acteur_de(request))
    objet = siens.filter(identifiant=identifiant).first()
    _tracer_impossible(request, objet, "depot_impossible")
    return objet


def _tracer_impossible(request: HttpRequest, objet: Any, code: str) -> None:
    journal.tracer(acteur_de(request), journal.Action.REFUS, objet, raison=code)


@require_POST
@dire_si_impossible
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
@dire_si_impossible
def brouillon(request: HttpRequest, identifiant: str) -> HttpResponse:
    """The form. Its buttons save, add or remove files, change the caisse, or go on to re-read.

    Whichever is pressed, what was typed and the files that were chosen are kept first.
    """
    acteur = acteur_de(request)
    objet = brouillon_visible(acteur, identifiant)
    if request.method == "GET":
        journal.tracer(acteur, journal.Action.LECTURE, objet)
        return _page(request, objet, _rouvrir(objet))
    contenu, refus = _trier(objet, request.POST)
    objet = actions.enregistrer(objet, contenu, acteur=acteur)
    tracer_refus(acteur, objet, refus.values())
    refus |= _joindre_choisis(request, objet)
    verbe, _, cible = request.POST.get("faire", "").partition(":")
    faire = VERBES.get(verbe, _relire)
    return faire(request, objet, refus, cible)


@require_POST
@dire_au_script
def enregistrer(request: HttpRequest, identifiant: str) -> HttpResponse:
    """Autosave: keeps what the guard lets through, and says what it does not.

    By field, as HTML already escaped: `refus` gives the reason, the faulty passage marked, and
    `sorties` the way out of a refusal for health data, or what was made of it (D-09).
    """
    acteur = acteur_de(request)
    objet = brouillon_visible(acteur, identifiant)
    contenu, refus = _trier(objet, request.POST)
    objet = actions.enregistrer(objet, contenu, acteur=acteur)
    tracer_refus(acteur, objet, refus.values())
    return JsonResponse(
        {
            "enregistre_le": timezone.localtime(objet.modifie_le).strftime("%H:%M:%S"),
            "expire_le": timezone.localtime(objet.expire_le).strftime("%d/%m/%Y"),
            "refus": {nom: str(erreur.messages[0]) for nom, erreur in refus.items()},
            "sorties": _formulaire(objet, request.POST).sans_controle(refus).sorties,
        }
    )


@require_http_methods(["GET", "POST"])
@dire_au_script
def pieces(request: HttpRequest, identifiant: str) -> HttpResponse:
    """The lists of files; a POST adds one and answers with them, or with why it is refused."""
    objet = brouillon_visible(acteur_de(request), identifiant)
    erreur = None
    if request.method == "POST":
        fichier = request.FILES.get("fichier")
        usage = request.POST.get("usage", Piece.Usage.AUTRE)
        if fichier is None or usage not in Piece.Usage.values:
            erreur = FichierRefuse("Choisissez un fichier.", "absent")
        else:
            erreur = _joindre(request, objet, fichier, usage)
    return _listes(request, objet, erreur)


@require_POST
def retirer_piece(request: HttpRequest, identifiant: str, piece: str) -> HttpResponse:
    dire = dire_au_script if request.htmx else dire_si_impossible
    return dire(_retrait)(request, identifiant=identifiant, piece=piece)


def _retrait(request: HttpRequest, identifiant: str, piece: str) -> HttpResponse:
    objet = brouillon_visible(acteur_de(request), identifiant)
    _retirer_piece(request, objet, piece)
    return _listes(request, objet) if request.htmx else redirect(objet)


@require_http_methods(["GET", "POST"])
@dire_si_impossible
def relire(request: HttpRequest, identifiant: str) -> HttpResponse:
    """The summary to re-read; a POST files the request."""
    acteur = acteur_de(request)
    objet = brouillon_visible(acteur, identifiant)
    if request.method == "GET":
        journal.tracer(acteur, journal.Action.LECTURE, objet)
    _exiger_convention(objet)
    formulaire = _formulaire(objet)
    if not formulaire.is_valid():
        tracer_refus(acteur, objet, erreurs_de(formulaire))
        return _page(request, objet, formulaire)
    if request.method == "POST":
        donnees, levees = formulaire.cleaned_data, formulaire.levees
        demande = actions.deposer(objet, donnees, acteur=acteur, levees=levees)
        messages.success(
            request, f"Votre demande est déposée sous la référence {demande.reference}."
        )
        return redirect(demande)
    contexte = {"brouillon": objet, "rubriques": rubriques(formulaire), "formulaire": formulaire}
    contexte |= {"pieces": formulaire.pieces, "departement": _departement(objet, formulaire)}
    contexte["en_attente"] = any(p.etat == Piece.Etat.EN_ATTENTE for p in formulaire.pieces)
    return render(request, "signalements/relire.html", contexte)


@require_POST
@dire_si_impossible
def supprimer(request: HttpRequest, identifiant: str) -> HttpResponse:
    acteur = acteur_de(request)
    actions.abandonner(brouillon_visible(acteur, identifiant), acteur=acteur)
    messages.success(request, "Le brouillon et ses pièces jointes sont supprimés.")
    return redirect("accueil")


def _offre(partenaire: Partenaire, code: str) -> offre.Offre:
    for offerte in offre.offres(partenaire, timezone.localdate()):
        if offerte.caisse.code == code:
            return offerte
    raise Http404


def _autres_offres(objet: Brouillon) -> list[offre.Offre]:
    """The other caisses to which the draft could be addressed (D-01)."""
    return [
        offerte
        for offerte in offre.offres(objet.partenaire, timezone.localdate())
        if objet.service in offerte.services and offerte.caisse != objet.caisse
    ]


def _departement(objet: Brouillon, formulaire: FormulaireSignalement) -> dict[str, Any] | None:
    """Where the person lives, when it is not the caisse's département, and who covers it."""
    code = formulaire.cleaned_data["departement_residence"]
    if code == objet.caisse.departement:
        return None
    autres = [o.caisse for o in _autres_offres(objet) if o.caisse.departement == code]
    return {"nom": dict(departements.choix())[code], "caisses": autres}


def _convention(objet: Brouillon) -> Convention | None:
    return offre.convention_pour(
        objet.caisse, objet.partenaire, objet.service, timezone.localdate()
    )


def _exiger_convention(objet: Brouillon) -> None:
    if _convention(objet) is None:
        raise actions.DepotImpossible(
            "Ce brouillon ne peut pas être déposé : aucune convention en vigueur n'ouvre ce "
            f"service auprès de la caisse choisie ({objet.caisse.nom})."
        )


def _formulaire(objet: Brouillon, donnees: Any = None) -> FormulaireSignalement:
    """The form with these answers, or with the draft's.

    Once the convention ended, it is the form of one that asks for nothing special.
    """
    convention = _convention(objet)
    mode: str = CaisseLiee.ModeConsentement.CASE
    if convention:
        mode = offre.mode_consentement(convention, objet.caisse)
    return FormulaireSignalement(
        donnees_postees(objet.contenu) if donnees is None else donnees,
        levees_admises=objet.caisse.levees_admises,
        convention=convention or Convention(),
        mode_consentement=mode,
        pieces=objet.pieces.all(),
    )


def _trier(objet: Brouillon, donnees: Any) -> tuple[dict[str, list[str]], Refus]:
    admises = objet.caisse.levees_admises
    return trier_saisie(donnees, objet.contenu, levees_admises=admises)


def _rouvrir(objet: Brouillon) -> FormulaireSignalement:
    """The draft's form, incomplete as it may be, with what the guard would not take any more."""
    _, refus = _trier(objet, donnees_postees(objet.contenu))
    return _formulaire(objet).sans_controle(refus)


def _page(
    request: HttpRequest, objet: Brouillon, formulaire: FormulaireSignalement
) -> HttpResponse:
    contexte = {"brouillon": objet, "form": formulaire, "autres_offres": _autres_offres(objet)}
    return render(request, "signalements/brouillon.html", contexte | _compte(formulaire))


def _listes(
    request: HttpRequest, objet: Brouillon, erreur: FichierRefuse | None = None
) -> HttpResponse:
    formulaire = _formulaire(objet).sans_controle({})
    contexte = {"brouillon": objet, "form": formulaire, "erreur": erreur, "morceau": True}
    return render(
        request,
        "signalements/_pieces_brouillon.html",
        contexte | _compte(formulaire),
        status=422 if erreur else 200,
    )


def _compte(formulaire: FormulaireSignalement) -> dict[str, Any]:
    etats = [piece.etat for piece in formulaire.pieces]
    return {
        "nombre": sum(not piece.est_refusee for piece in formulaire.pieces),
        "nombre_max": Piece.NOMBRE_MAX,
        "en_attente": Piece.Etat.EN_ATTENTE in etats,
    }


def _joindre(
    request: HttpRequest, objet: Brouillon, fichier: Any, usage: str
) -> FichierRefuse | None:
    """Attach one file; returns why it is refused, or nothing."""
    try:
        actions.joindre(objet, fichier, usage=usage, acteur=acteur_de(request))
    except FichierRefuse as refus:
        actions.tracer_fichier_refuse(objet, refus.code, acteur=acteur_de(request))
        return refus
    return None


def _joindre_choisis(request: HttpRequest, objet: Brouillon) -> Refus:
    """Without JavaScript: every file chosen in the page, each kept or refused on its own."""
    refus: Refus = {}
    for nom, champ in FormulaireSignalement.base_fields.items():
        if isinstance(champ, ChampFichiers):
            essais = [
                (citer(f.name), _joindre(request, objet, f, champ.usage))
                for f in request.FILES.getlist(nom)
            ]
            raisons = [f"{fichier} : {raison}" for fichier, raison in essais if raison]
            if raisons:
                refus[nom] = ValidationError(raisons)
    return refus


def _retirer_piece(request: HttpRequest, objet: Brouillon, identifiant: Any) -> None:
    piece = get_object_or_404(objet.pieces, identifiant=identifiant)
    actions.retirer(piece, acteur=acteur_de(request))


def _revenir(request: HttpRequest, objet: Brouillon, refus: Refus, ancre: str = "") -> HttpResponse:
    """To the form again: afresh, or as it was typed with what is refused."""
    if refus:
        return _page(request, objet, _formulaire(objet, request.POST).sans_controle(refus))
    return redirect(objet.get_absolute_url() + ancre)


def _relire(request: HttpRequest, objet: Brouillon, refus: Refus, cible: str) -> HttpResponse:
    formulaire = _formulaire(objet, request.POST)
    formulaire.is_valid()
    formulaire.ajouter_refus(refus)
    if formulaire.errors:
        return _page(request, objet, formulaire)
    return redirect("signalements:relire", objet.identifiant)


def _garder(request: HttpRequest, objet: Brouillon, refus: Refus, cible: str) -> HttpResponse:
    if refus:
        return _revenir(request, objet, refus)
    messages.success(request, "Votre brouillon est enregistré.")
    return redirect("accueil")


def _continuer(request: HttpRequest, objet: Brouillon, refus: Refus, cible: str) -> HttpResponse:
    if not refus:
        messages.success(request, "Votre brouillon est enregistré.")
    return _revenir(request, objet, refus)


def _ajouter(request: HttpRequest, objet: Brouillon, refus: Refus, cible: str) -> HttpResponse:
    return _revenir(request, objet, refus, "#pieces")


def _retirer(request: HttpRequest, objet: Brouillon, refus: Refus, cible: str) -> HttpResponse:
    try:
        identifiant = UUID(cible)
    except ValueError:
        raise Http404 from None
    _retirer_piece(request, objet, identifiant)
    return _revenir(request, objet, refus, "#pieces")


def _changer(request: HttpRequest, objet: Brouillon, refus: Refus, cible: str) -> HttpResponse:
    caisse = _offre(objet.partenaire, request.POST.get("caisse", "")).caisse
    objet = actions.changer_caisse(objet, caisse, acteur=acteur_de(request))
    messages.success(request, f"Nouveau destinataire de la demande : {caisse.nom}.")
    return _revenir(request, objet, refus)


# The buttons of the form: what each does once what was typed is kept.
VERBES = {
    "ajouter": _ajouter,
    "changer": _changer,
    "continuer": _continuer,
    "garder": _garder,
    "relire": _relire,
    "retirer": _retirer,
}
