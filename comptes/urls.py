from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.generic import TemplateView

from comptes.views import connexion


def _page(nom: str) -> Any:
    return login_not_required(TemplateView.as_view(template_name=f"pages/{nom}.html"))


urlpatterns = [
    path("connexion/", connexion.se_connecter, name="connexion"),
    path("connexion/code/", connexion.saisir_code, name="connexion_code"),
    path("deconnexion/", connexion.se_deconnecter, name="deconnexion"),
    path("cgu/", connexion.lire_cgu, name="cgu"),
    path("cgu/accepter/", connexion.accepter_cgu, name="cgu_accepter"),
    path("accessibilite/", _page("accessibilite"), name="accessibilite"),
    path("aide/", _page("aide"), name="aide"),
    path("donnees-personnelles/", _page("donnees_personnelles"), name="donnees_personnelles"),
]
