"""« Mon compte »: who one is for the portal, what opens the account, its open sessions."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptes import absences, fiche, habilitations, sessions
from comptes.acces import acteur_de
from comptes.actions import sessions as fermeture
from comptes.middleware import CONNECTE, etape


@require_safe
def mon_compte(request: HttpRequest) -> HttpResponse:
    acteur = acteur_de(request)
    contexte = {
        "identite": fiche.identite(acteur),
        "correction": fiche.qui_corrige(acteur),
        "note_ses_absences": bool(habilitations.caisses(acteur, absences.DROIT)),
        "securite": fiche.securite(acteur),
        "ouvertes": fiche.sessions_ouvertes(acteur, request.session.session_key, timezone.now()),
        "minutes": sessions.inactivite_admise(acteur.profil) // timedelta(minutes=1),
    }
    return render(request, "comptes/mon_compte.html", contexte)


@require_POST
def fermer_session(request: HttpRequest, identifiant: Any) -> HttpResponse:
    """Close one of one's own sessions; another account's is an absent one."""
    acteur = acteur_de(request)
    seance = get_object_or_404(acteur.sessions.all(), identifiant=identifiant)
    fermeture.fermer_session(seance, acteur=acteur)
    if seance.cle != request.session.session_key:
        messages.success(request, "La session est fermée.")
    return redirect("mon_compte")


@require_POST
def fermer_autres_sessions(request: HttpRequest) -> HttpResponse:
    acteur = acteur_de(request)
    cle = request.session.session_key
    nombre = fermeture.fermer_autres_sessions(sauf=cle, acteur=acteur)
    if nombre:
        messages.success(request, "Vos autres sessions sont fermées. Celle-ci reste ouverte.")
    else:
        messages.info(request, "Vous n’aviez pas d’autre session ouverte.")
    return redirect("mon_compte")


@etape(CONNECTE)
@require_http_methods(["GET", "POST"])
def session(request: HttpRequest) -> JsonResponse:
    """How many seconds this session still holds; a POST is « Rester connecté »."""
    acteur = acteur_de(request)
    seance: Any = request.seance  # type: ignore[attr-defined]
    maintenant = timezone.now()
    if request.method == "POST":
        sessions.toucher(seance, maintenant, pas=timedelta(0))
    reste = sessions.reste(seance, acteur.profil, maintenant)
    return JsonResponse({"reste": int(reste.total_seconds())})
