from django.urls import path, register_converter

from signalements.views import delais, demandes, depot, garde, listes, notifications, partenaires


class Reference:
    """A request's public identifier; anything else is an unknown address, not a refusal."""

    regex = "EP-[0-9A-Z]{4}-[0-9A-Z]{4}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Reference, "reference")

app_name = "signalements"
urlpatterns = [
    path("file/", listes.file, name="file"),
    path("delais/", delais.delais, name="delais"),
    path("demandes/", listes.historique, name="historique"),
    path("demandes/nouvelle/<slug:caisse>/<slug:service>/", depot.nouvelle, name="nouvelle"),
    path("demandes/<reference:reference>/", demandes.demande, name="demande"),
    path("demandes/<reference:reference>/etapes/<slug:nom>/", demandes.etape, name="etape"),
    path("demandes/<reference:reference>/urgence/", demandes.urgence, name="urgence"),
    path("demandes/<reference:reference>/messages/", demandes.message, name="message"),
    path("demandes/<reference:reference>/notes/", demandes.note, name="note"),
    path("demandes/<reference:reference>/pieces/", demandes.pieces, name="pieces_demande"),
    path("demandes/<reference:reference>/pieces/ajouter/", demandes.joindre, name="joindre"),
    path("demandes/<reference:reference>/recepisse/", demandes.recepisse, name="recepisse"),
    path("partenaires/<slug:code>/demandes/", partenaires.demandes, name="demandes_partenaire"),
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
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/lues/", notifications.tout_lire, name="notifications_tout_lire"),
    path("notifications/retablir/", notifications.retablir, name="notifications_retablir"),
    path(
        "notifications/<uuid:identifiant>/ouvrir/",
        notifications.ouvrir,
        name="notification_ouvrir",
    ),
    path(
        "notifications/<uuid:identifiant>/marquer/",
        notifications.marquer,
        name="notification_marquer",
    ),
    path("protection-des-donnees/levees/", garde.levees, name="levees"),
    path("protection-des-donnees/levees/<uuid:identifiant>/avis/", garde.avis, name="avis"),
    path("protection-des-donnees/relecture/", garde.relecture, name="relecture"),
    path("administration/garde-fou/", garde.garde_fou, name="garde_fou"),
    path("administration/garde-fou/<slug:caisse>/levees/", garde.reglage, name="reglage"),
]
