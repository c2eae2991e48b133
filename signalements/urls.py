from django.urls import path

from signalements.views import demandes, depot, listes

app_name = "signalements"
urlpatterns = [
    path("file/", listes.file, name="file"),
    path("demandes/", listes.historique, name="historique"),
    path("demandes/nouvelle/<slug:caisse>/<slug:service>/", depot.nouvelle, name="nouvelle"),
    path("demandes/<str:reference>/", demandes.demande, name="demande"),
    path("demandes/<str:reference>/etapes/<slug:nom>/", demandes.etape, name="etape"),
    path("demandes/<str:reference>/messages/", demandes.message, name="message"),
    path("demandes/<str:reference>/notes/", demandes.note, name="note"),
    path("demandes/<str:reference>/pieces/", demandes.pieces, name="pieces_demande"),
    path("demandes/<str:reference>/pieces/ajouter/", demandes.joindre, name="joindre"),
    path("demandes/<str:reference>/recepisse/", demandes.recepisse, name="recepisse"),
    path("pieces/<uuid:identifiant>/", demandes.telecharger, name="piece"),
    path("brouillons/<uuid:identifiant>/", depot.brouillon, name="brouillon"),
    path("brouillons/<uuid:identifiant>/enregistrer/", depot.enregistrer, name="enregistrer"),
    path("brouillons/<uuid:identifiant>/pieces/", depot.pieces, name="pieces_brouillon"),
    path(
        "brouillons/<uuid:identifiant>/pieces/<uuid:piece>/retirer/",
        depot.retirer_piece,
        name="retirer_piece",
    ),
    path("brouillons/<uuid:identifiant>/relire/", depot.relire, name="relire"),
    path("brouillons/<uuid:identifiant>/supprimer/", depot.supprimer, name="supprimer"),
]
