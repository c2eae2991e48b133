"""« Notifications » of « Mon compte »: how one wants to be told, kind by kind."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from comptes.acces import acteur_de
from comptes.actions import preferences as verbes
from comptes.forms.preferences import PreferencesForm
from comptes.preferences import choix_de


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    acteur = acteur_de(request)
    choix = choix_de(acteur)
    form = PreferencesForm(
        request.POST or None, choix=choix, initial={"heure": acteur.heure_recapitulatif}
    )
    if form.is_valid():
        heure = form.cleaned_data["heure"]
        verbes.regler_notifications(remises=form.remises, heure=heure, acteur=acteur)
        messages.success(request, "Vos choix sont enregistrés.")
        return redirect("notifications_reglages")
    return render(request, "comptes/preferences.html", {"form": form, "choix": choix})


@require_POST
def conseillees(request: HttpRequest) -> HttpResponse:
    verbes.retablir_notifications(acteur=acteur_de(request))
    messages.success(request, "Les choix conseillés sont rétablis.")
    return redirect("notifications_reglages")
