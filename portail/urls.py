"""Every URL of the portal; the only module of `portail` that knows the apps."""

from django.apps import apps
from django.urls import include, path

from portail.saisie import verifier
from portail.sante import etat
from signalements.views.listes import accueil

urlpatterns = [
    path("", accueil, name="accueil"),
    path("etat/", etat, name="etat"),
    path("garde-fou/verifier/", verifier, name="verifier"),
    path("", include("comptes.urls")),
    path("", include("conventions.urls")),
    path("", include("equipes.urls")),
    path("", include("signalements.urls")),
]
if apps.is_installed("demonstration"):
    urlpatterns += [path("demo/", include("demonstration.urls"))]
