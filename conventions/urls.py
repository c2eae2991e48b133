"""The pages of partners, of their conventions and of the contacts of each side."""

from django.urls import path

from conventions.views import (
    actes,
    contacts,
    conventions,
    copil,
    documents,
    partenaires,
    ruptures,
    traces,
)

app_name = "conventions"
UNE = "conventions/<uuid:identifiant>/"
urlpatterns = [
    path("conventions/", conventions.liste, name="liste"),
    path("conventions/nouvelle/", conventions.nouvelle, name="nouvelle"),
    path(UNE, conventions.convention, name="convention"),
    path(f"{UNE}modifier/", conventions.modifier, name="modifier"),
    path(f"{UNE}etapes/<slug:nom>/", conventions.etape, name="etape"),
    path(f"{UNE}abandonner/", conventions.abandonner, name="abandonner"),
    path(
        f"{UNE}partenaires/<slug:partenaire>/rendre-les-comptes/",
        conventions.rendre_comptes,
        name="rendre_comptes",
    ),
    path(f"{UNE}documents/", actes.documents, name="documents"),
    path(f"{UNE}signatures/<uuid:signature>/", actes.signer, name="signer"),
    path(f"{UNE}avenants/nouveau/", actes.avenant_nouveau, name="avenant_nouveau"),
    path(f"{UNE}actes/<uuid:acte>/", actes.acte, name="acte"),
    path(f"{UNE}actes/<uuid:acte>/envoyer/", actes.envoyer_acte, name="envoyer_acte"),
    path(f"{UNE}actes/<uuid:acte>/abandonner/", actes.abandonner_acte, name="abandonner_acte"),
    path(f"{UNE}fin/<slug:cause>/", ruptures.rompre, name="rompre"),
    path(f"{UNE}ruptures/<uuid:rupture>/lever/", ruptures.lever, name="lever"),
    path(f"{UNE}copil/<slug:nom>/", copil.nouveau, name="copil_nouveau"),
    path(f"{UNE}copil/<uuid:reunion>/<slug:nom>/", copil.reunion, name="copil_reunion"),
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
