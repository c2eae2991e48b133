"""The pages of the national support that Django's admin does not have."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from comptes import cgu
from comptes.acces import acteur_de, erreurs_de, tracer_refus
from comptes.actions import reglages
from comptes.actions import support as verbes
from comptes.forms.erreurs import reporter
from comptes.forms.support import FormulairePremierAdmin, FormulaireVersion
from comptes.models import Caisse, VersionCGU
from portail.etats import TransitionImpossible


def publier_cgu(request: HttpRequest) -> HttpResponse:
    """Write a version, read it as everybody will, then publish it (H-05)."""
    acteur = acteur_de(request)
    form = FormulaireVersion(request.POST or None)
    if form.is_valid() and "publier" in request.POST:
        try:
            version = reglages.publier_cgu(**form.cleaned_data, acteur=acteur)
        except ValidationError as erreur:
            reporter(form, erreur)
        else:
            messages.success(request, f"La version {version.numero} est en vigueur.")
            return redirect("support:comptes_versioncgu_changelist")
    contexte: dict[str, Any] = {"form": form}
    if form.is_valid() and "corriger" not in request.POST:
        lue = VersionCGU(**form.cleaned_data)
        contexte |= {"version": lue, "blocs": cgu.blocs(lue.texte)}
    return render(request, "support/publier_cgu.html", contexte)


def inviter_admin(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the first admin account of a caisse, which invites everybody else."""
    acteur = acteur_de(request)
    caisse = get_object_or_404(Caisse, pk=pk)
    form = FormulairePremierAdmin(request.POST or None)
    if form.is_valid():
        try:
            compte = verbes.inviter_premier_admin(caisse, **form.cleaned_data, acteur=acteur)
        except ValidationError as erreur:
            reporter(form, erreur)
        except TransitionImpossible as erreur:
            messages.error(request, erreur.message)
            return redirect("support:comptes_caisse_change", caisse.pk)
        else:
            messages.success(request, f"Le compte « {compte.identifiant} » est créé.")
            return redirect("support:comptes_caisse_change", caisse.pk)
    tracer_refus(acteur, caisse, erreurs_de(form))
    deja = verbes.a_un_admin(caisse)
    contexte = {"form": form, "caisse": caisse, "deja": deja}
    return render(request, "support/premier_admin.html", contexte)
