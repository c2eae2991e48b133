"""The late and the near deadlines of the caisses that one administers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from comptes.acces import acteur_de, exiger_droit
from conventions.acces import caisses_administrees
from portail.pagination import page
from signalements import surveillance
from signalements.forms.delais import FormulaireCaisse
from signalements.listes import borne


@require_GET
def delais(request: HttpRequest) -> HttpResponse:
    """References, partners, dates and followers; nobody insured is named."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    maintenant = timezone.now()
    formulaire = FormulaireCaisse(request.GET, caisses=caisses_administrees(acteur))
    caisses = formulaire.choisies()
    vue = request.GET.get("vue", "")
    vue = vue if vue in surveillance.VUES else "retard"
    resultat = page(
        surveillance.lignes(caisses, vue, maintenant),
        cle="echeance_le",
        curseur=request.GET.get("curseur"),
        parts=surveillance.parts(caisses, vue, maintenant),
    )
    comptes = surveillance.compter(acteur, caisses, maintenant)
    contexte = {
        "vue": vue,
        "vues": [(nom, libelle, borne(comptes[nom])) for nom, libelle in surveillance.VUES.items()],
        "page": resultat,
        "lignes": surveillance.presenter(resultat.lignes, caisses, maintenant),
        "filtre": formulaire,
    }
    return render(request, "signalements/delais.html", contexte)
