"""The pages of teams, of what partners ask about accounts, and of their reviews."""

from django.urls import path

from equipes.views import comptes, creation, demarches, documents, equipe, revues

app_name = "equipes"
urlpatterns = [
    path("equipe/", equipe.equipe, name="equipe"),
    path("equipe/tableau.<slug:format>", equipe.exporter, name="exporter"),
    path("equipe/tableau/", documents.etablir, name="etablir"),
    path("equipe/nouveau/", creation.nouveau, name="nouveau"),
    path("equipe/import/", creation.importer, name="importer"),
    path("equipe/import/modele.csv", creation.modele, name="modele"),
    path("equipe/<uuid:identifiant>/", comptes.compte, name="compte"),
    path("equipe/<uuid:identifiant>/<slug:nom>/", comptes.geste, name="geste"),
    path("demarches/", demarches.demarches, name="demarches"),
    path("demarches/habilitation/", demarches.habiliter, name="habiliter"),
    path("demarches/<uuid:identifiant>/", demarches.demarche, name="demarche"),
    path("demarches/<uuid:identifiant>/<slug:nom>/", demarches.traiter, name="traiter"),
    path("revues/", revues.revues, name="revues"),
    path("revues/ouvrir/", revues.ouvrir, name="ouvrir"),
    path("revues/<uuid:identifiant>/", revues.revue, name="revue"),
    path("revues/<uuid:identifiant>/tableau.<slug:format>", revues.exporter, name="exporter_revue"),
    path("revues/<uuid:identifiant>/signer/", revues.signer, name="signer"),
    path("revues/<uuid:identifiant>/relancer/", revues.relancer, name="relancer"),
    path("partenaires/<slug:code>/comptes/", equipe.comptes, name="comptes"),
    path(
        "partenaires/<slug:code>/comptes/tableau.<slug:format>",
        equipe.exporter_comptes,
        name="exporter_comptes",
    ),
    path(
        "partenaires/<slug:code>/comptes/tableau/",
        documents.etablir_comptes,
        name="etablir_comptes",
    ),
    path(
        "partenaires/<slug:code>/comptes/habilitation/",
        demarches.habiliter_pour,
        name="habiliter_pour",
    ),
]
