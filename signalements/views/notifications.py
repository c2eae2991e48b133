"""One's notifications: listed, opened, marked."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from comptes.acces import acteur_de
from comptes.actions import notifications as verbes
from comptes.gabarits import destination
from comptes.models import Notification, Profil, Utilisateur
from portail.pages import page
from signalements import cloche

NON_LUES = "non-lues"


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """Latest first; `vue=non-lues` leaves out what was read."""
    acteur = _concerne(request)
    siennes = Notification.objects.visibles_par(acteur)
    filtre = request.GET.get("vue") == NON_LUES
    resultat = page(
        siennes.non_lues() if filtre else siennes,
        request.GET.get("curseur"),
        tri=("creee_le", "pk"),
        cle="identifiant",
        parmi=siennes,
        descendant=True,
    )
    maintenant = timezone.now()
    contexte = {
        "page": resultat,
        "lignes": cloche.lignes(resultat.lignes, acteur, maintenant),
        "filtre": filtre,
        "maintenant": maintenant.isoformat(),
        "lues_le": _instant(request.GET.get("lues", "")),
    }
    return render(request, "signalements/notifications.html", contexte)


@require_POST
def ouvrir(request: HttpRequest, identifiant: Any) -> HttpResponse:
    """Mark as read, and go to the page that it tells of."""
    notification = _sienne(request, identifiant)
    verbes.marquer_lue(notification, quand=timezone.now())
    return redirect(destination(notification.gabarit, notification.reference))


@require_POST
def marquer(request: HttpRequest, identifiant: Any) -> HttpResponse:
    """Read without going there, or unread again; back to the list."""
    notification = _sienne(request, identifiant)
    if notification.lue_le:
        verbes.marquer_non_lue(notification)
    else:
        verbes.marquer_lue(notification, quand=timezone.now())
    return _liste(vue=request.POST.get("vue", ""))


@require_POST
def tout_lire(request: HttpRequest) -> HttpResponse:
    """Mark as read what the page could show; what came since stays unread."""
    acteur = _concerne(request)
    quand = timezone.now()
    montrees = _instant(request.POST.get("jusqua", "")) or quand
    nombre = verbes.tout_lire(jusqua=montrees, quand=quand, acteur=acteur)
    return _liste(lues=quand.isoformat() if nombre else "")


@require_POST
def retablir(request: HttpRequest) -> HttpResponse:
    """Undo « Tout marquer comme lu »."""
    acteur = _concerne(request)
    if instant := _instant(request.POST.get("lues", "")):
        verbes.retablir_non_lues(instant, acteur=acteur)
    return _liste()


def _concerne(request: HttpRequest) -> Utilisateur:
    """Everybody but the national support, who is told of nothing."""
    acteur = acteur_de(request)
    if acteur.profil == Profil.SUPPORT:
        raise PermissionDenied
    return acteur


def _sienne(request: HttpRequest, identifiant: Any) -> Notification:
    siennes = Notification.objects.visibles_par(_concerne(request))
    return get_object_or_404(siennes, identifiant=identifiant)


def _instant(texte: str) -> datetime | None:
    """In Paris; None for what is not an instant, or at an end of the calendar."""
    try:
        moment = parse_datetime(texte)
        return timezone.localtime(moment) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _liste(**parametres: str) -> HttpResponse:
    suite = QueryDict(mutable=True)
    suite.update({nom: valeur for nom, valeur in parametres.items() if valeur})
    adresse = resolve_url("signalements:notifications")
    return redirect(f"{adresse}?{suite.urlencode()}" if suite else adresse)
