from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.generic import TemplateView

from comptes.views import (
    absences,
    activation,
    agents,
    connexion,
    moncompte,
    motdepasse,
    preferences,
    secondfacteur,
)


def _page(nom: str) -> Any:
    return login_not_required(TemplateView.as_view(template_name=f"pages/{nom}.html"))


urlpatterns = [
    path("connexion/", connexion.se_connecter, name="connexion"),
    path("connexion/code/", connexion.saisir_code, name="connexion_code"),
    path("deconnexion/", connexion.se_deconnecter, name="deconnexion"),
    path("activation/", activation.activer, name="activation"),
    path(
        "activation/application/",
        activation.preparer_application,
        name="activation_application",
    ),
    path("activation/<str:reference>/", activation.suivre_lien, name="activation_lien"),
    path("mot-de-passe/oublie/", motdepasse.demander, name="mot_de_passe_oublie"),
    path("mot-de-passe/envoye/", motdepasse.demande, name="mot_de_passe_demande"),
    path("mot-de-passe/choisir/", motdepasse.choisir, name="mot_de_passe_choisir"),
    path("mot-de-passe/force/", motdepasse.jauger, name="mot_de_passe_force"),
    path("mot-de-passe/<str:reference>/", motdepasse.suivre_lien, name="mot_de_passe_lien"),
    path("mon-compte/mot-de-passe/", motdepasse.changer, name="mot_de_passe"),
    path("mon-compte/second-facteur/", secondfacteur.remplacer, name="second_facteur"),
    path(
        "mon-compte/second-facteur/application/",
        secondfacteur.preparer,
        name="second_facteur_application",
    ),
    path("mon-compte/codes/", secondfacteur.codes, name="codes_secours"),
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
    path("mon-compte/absences/", absences.liste, name="absences"),
    path("mon-compte/absences/nouvelle/", absences.declarer, name="declarer_absence"),
    path(
        "comptes-caisse/<uuid:identifiant>/absence/",
        absences.declarer_pour,
        name="declarer_absence_pour",
    ),
    path("absences/<uuid:identifiant>/modifier/", absences.modifier, name="modifier_absence"),
    path("absences/<uuid:identifiant>/annuler/", absences.annuler, name="annuler_absence"),
    path("mon-compte/notifications/", preferences.preferences, name="notifications_reglages"),
    path(
        "mon-compte/notifications/conseillees/",
        preferences.conseillees,
        name="notifications_conseillees",
    ),
    path("comptes-caisse/", agents.liste, name="agents"),
    path("comptes-caisse/inviter/", agents.inviter, name="inviter_agent"),
    path("comptes-caisse/rattacher/", agents.rattacher, name="rattacher_agent"),
    path("comptes-caisse/reglages/", agents.reglages, name="reglages"),
    path("comptes-caisse/reglages/<slug:caisse>/", agents.reglages_caisse, name="reglages_caisse"),
    path("comptes-caisse/<uuid:identifiant>/", agents.agent, name="agent"),
    path("comptes-caisse/<uuid:identifiant>/<slug:nom>/", agents.geste, name="agent_geste"),
    path("accessibilite/", _page("accessibilite"), name="accessibilite"),
    path("aide/", _page("aide"), name="aide"),
    path("donnees-personnelles/", _page("donnees_personnelles"), name="donnees_personnelles"),
]
