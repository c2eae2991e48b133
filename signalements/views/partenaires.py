"""What the caisse's admin sees of a partner's requests: how many, where they stand, no person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from comptes import habilitations
from comptes.acces import acteur_de, exiger_droit
from conventions.acces import partenaire_visible
from portail.pagination import page
from signalements import volumes


@require_GET
def demandes(request: HttpRequest, code: str) -> HttpResponse:
    """Counts, references, stages and dates: an admin reads no request."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    objet = partenaire_visible(acteur, code)
    caisses = habilitations.caisses(acteur, "administrer")
    resultat = page(
        volumes.references(objet, caisses),
        cle="activite_le",
        curseur=request.GET.get("curseur"),
        descendant=True,
    )
    contexte = {
        "partenaire": objet,
        "tableau": volumes.tableau(objet, caisses),
        "page": resultat,
        "demandes": volumes.presenter(resultat.lignes),
        "plusieurs_caisses": len(caisses) > 1,
    }
    return render(request, "signalements/partenaire_demandes.html", contexte)
