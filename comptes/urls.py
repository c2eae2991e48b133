from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.generic import TemplateView

from comptes.views import connexion, moncompte


def _page(nom: str) -> Any:
    return login_not_required(TemplateView.as_view(template_name=f"pages/{nom}.html"))


urlpatterns = [
    path("connexion/", connexion.se_connecter, name="connexion"),
    path("connexion/code/", connexion.saisir_code, name="connexion_code"),
    path("deconnexion/", connexion.se_deconnecter, name="deconnexion"),
    path("cgu/", connexion.lire_cgu, name="cgu"),
    path("cgu/accepter/", connexion.accepter_cgu, name="cgu_accepter"),
    path("mon-compte/", moncompte.mon_compte, name="mon_compte"),
    path("mon-compte/session/", moncompte.session, name="session"),
    path(
        "mon-compte/sessions/fermer/",
        moncompte.fermer_autres_sessions,
        name="fermer_autres_sessions",
    ),
    path(
        "mon-compte/sessions/<uuid:identifiant>/fermer/",
        moncompte.fermer_session,
        name="fermer_session",
    ),
    path("accessibilite/", _page("accessibilite"), name="accessibilite"),
    path("aide/", _page("aide"), name="aide"),
    path("donnees-personnelles/", _page("donnees_personnelles"), name="donnees_personnelles"),
]
