"""Every URL of the portal; the only module of `portail` that knows the apps."""

from django.apps import apps
from django.conf import settings
from django.urls import include, path

from comptes import support
from portail.saisie import verifier
from portail.sante import etat
from signalements.views.listes import accueil

urlpatterns = [
    path("", accueil, name="accueil"),
    path("etat/", etat, name="etat"),
    path("garde-fou/verifier/", verifier, name="verifier"),
    path("", include("comptes.urls")),
    path("", include("conventions.urls")),
    path("", include("violations.urls")),
    path("", include("equipes.urls")),
    path("", include("signalements.urls")),
    # Last: a path of ours always wins over the one that is configured.
    path(settings.CHEMIN_SUPPORT, support.site.urls),
]
if apps.is_installed("demonstration"):
    urlpatterns += [path("demo/", include("demonstration.urls"))]
