"""A few pages that refuse, to see what is left of the refusal."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

from comptes import journal
from portail.saisie import verifier
from portail.sante import etat


def ouverte(request: HttpRequest) -> HttpResponse:
    return HttpResponse("des données")


def interdite(request: HttpRequest, reference: str) -> HttpResponse:
    journal.tracer(request.user, journal.Action.LECTURE)
    raise PermissionDenied


def absente(request: HttpRequest, reference: str) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("", ouverte, name="accueil"),
    path("interdite/<slug:reference>/", interdite, name="interdite"),
    path("absente/<slug:reference>/", absente, name="absente"),
    path("etat/", etat, name="etat"),
    path("verifier/", verifier, name="verifier"),
    path("", include("comptes.urls")),
]
