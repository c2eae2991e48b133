"""The pages of partners, of their conventions and of the contacts of each side."""

from django.urls import path

from conventions.views import contacts, documents, partenaires, traces

app_name = "conventions"
urlpatterns = [
    path("partenaires/", partenaires.liste, name="partenaires"),
    path("partenaires/nouveau/", partenaires.nouveau, name="partenaire_nouveau"),
    path("partenaires/<slug:code>/", partenaires.partenaire, name="partenaire"),
    path("partenaires/<slug:code>/modifier/", partenaires.modifier, name="partenaire_modifier"),
    path("partenaires/<slug:code>/trace/", traces.trace, name="trace_partenaire"),
    path("partenaires/<slug:code>/couper/", partenaires.couper, name="couper"),
    path(
        "partenaires/<slug:code>/retablir/<uuid:identifiant>/",
        partenaires.retablir,
        name="retablir",
    ),
    path(
        "partenaires/<slug:code>/contacts/nouveau/",
        contacts.nommer_partenaire,
        name="nommer_contact_partenaire",
    ),
    path("contacts/", contacts.liste, name="contacts"),
    path("contacts/nouveau/", contacts.nommer, name="nommer_contact"),
    path("equipe/contacts/", contacts.liste_equipe, name="contacts_equipe"),
    path("equipe/contacts/nouveau/", contacts.nommer_equipe, name="nommer_contact_equipe"),
    path("documents/<uuid:identifiant>/", documents.document, name="document"),
    path("documents/<uuid:identifiant>/fiche/", documents.fiche, name="document_fiche"),
    path("scans/<uuid:identifiant>/", documents.scan, name="scan"),
    path("contacts/<uuid:identifiant>/remplacer/", contacts.remplacer, name="remplacer_contact"),
    path("contacts/<uuid:identifiant>/retirer/", contacts.retirer, name="retirer_contact"),
]
