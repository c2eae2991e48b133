"""The table of habilitations as a PDF, as it is today (H-15)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from comptes.acces import acteur_de, exiger_droit
from comptes.models import Caisse, Partenaire
from conventions.acces import caisses_administrees, caisses_competentes, partenaires_signes
from conventions.actions.documents import demander_document
from conventions.models import Document
from equipes.acces import partenaire_gere


@require_POST
def etablir(request: HttpRequest) -> HttpResponse:
    """For a gestionnaire: that of its own structure."""
    return _etablir(request, partenaire_gere(acteur_de(request)), None)


@require_POST
def etablir_comptes(request: HttpRequest, code: str) -> HttpResponse:
    """For a caisse: that of a partner whose accounts it sees."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    partenaire = get_object_or_404(partenaires_signes(acteur).distinct(), code=code)
    siennes = caisses_administrees(acteur)
    competentes = siennes.filter(pk__in=caisses_competentes(partenaire.pk))
    return _etablir(request, partenaire, competentes.first() or siennes.first())


def _etablir(request: HttpRequest, partenaire: Partenaire, caisse: Caisse | None) -> HttpResponse:
    document = demander_document(
        Document.Nature.HABILITATIONS,
        partenaire=partenaire,
        caisse=caisse,
        acteur=acteur_de(request),
    )
    return redirect("conventions:document_fiche", document.identifiant)
