"""Every URL × method × persona, against tables typed by hand.

The object of each call belongs to the first caisse and partner. The neighbours have the same
profile, their own full list next door (checked too: their own object opens), and no right here:
what is refused to them is refused by a near miss.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from comptes.models import Profil, Utilisateur
from tests.factories import UtilisateurFactory
from tests.personas import Personas, connecte
from tests.voisinage import Voisinage, voisiner

pytestmark = [pytest.mark.django_db, pytest.mark.regle("G-05")]

# On the near side the author, a colleague, then the four other profiles; next door the five
# profiles of the neighbours; last, nobody and a closed account.
PERSONAS = (
    "auteur collegue gestionnaire agent admin dpo "
    "v_technicien v_gestionnaire v_agent v_admin v_dpo anonyme inactif"
).split()
# Who comes from next door is turned away from a method like the others, before any object is read.
DES_DEUX_COTES = ("auteur", "gestionnaire", "agent", "admin", "dpo", "anonyme", "inactif")

# fmt: off
TABLE = """
accueil                          GET   200 200 200 200 200 200   200 200 200 200 200   302 302
signalements:file                GET   403 403 403 200 403 403   403 403 200 403 403   302 302
signalements:file                POST  403 403 403 200 403 403   403 403 200 403 403   302 302
signalements:delais              GET   403 403 403 403 200 403   403 403 403 200 403   302 302
signalements:historique          GET   200 200 403 403 403 403   200 403 403 403 403   302 302
signalements:historique          POST  200 200 403 403 403 403   200 403 403 403 403   302 302
signalements:nouvelle            POST  302 302 403 403 403 403   404 403 403 403 403   302 302
signalements:demande             GET   200 200 404 200 404 404   404 404 404 404 404   302 302
signalements:etape               POST  403 403 404 302 404 404   404 404 404 404 404   302 302
signalements:urgence             POST  302 302 404 403 404 404   404 404 404 404 404   302 302
signalements:message             POST  200 200 404 200 404 404   404 404 404 404 404   302 302
signalements:note                POST  403 403 404 200 404 404   404 404 404 404 404   302 302
signalements:pieces_demande      GET   200 200 404 200 404 404   404 404 404 404 404   302 302
signalements:joindre             POST  302 302 404 403 404 404   404 404 404 404 404   302 302
signalements:recepisse           GET   409 409 404 409 404 404   404 404 404 404 404   302 302
signalements:piece               GET   409 409 404 409 404 404   404 404 404 404 404   302 302
signalements:brouillon           GET   200 404 404 404 404 404   404 404 404 404 404   302 302
signalements:brouillon           POST  200 404 404 404 404 404   404 404 404 404 404   302 302
signalements:enregistrer         POST  200 404 404 404 404 404   404 404 404 404 404   302 302
signalements:pieces_brouillon    GET   200 404 404 404 404 404   404 404 404 404 404   302 302
signalements:pieces_brouillon    POST  422 404 404 404 404 404   404 404 404 404 404   302 302
signalements:retirer_piece       POST  302 404 404 404 404 404   404 404 404 404 404   302 302
signalements:relire              GET   200 404 404 404 404 404   404 404 404 404 404   302 302
signalements:relire              POST  200 404 404 404 404 404   404 404 404 404 404   302 302
signalements:supprimer           POST  302 404 404 404 404 404   404 404 404 404 404   302 302
signalements:levees              GET   403 403 403 403 403 200   403 403 403 403 200   302 302
signalements:avis                POST  403 403 403 403 403 302   403 403 403 403 404   302 302
signalements:relecture           GET   403 403 403 403 403 200   403 403 403 403 200   302 302
signalements:garde_fou           GET   403 403 403 403 200 200   403 403 403 200 200   302 302
signalements:garde_fou           POST  403 403 403 403 200 200   403 403 403 200 200   302 302
signalements:reglage             POST  403 403 403 403 302 403   403 403 403 404 403   302 302
conventions:partenaires          GET   403 403 403 403 200 403   403 403 403 200 403   302 302
conventions:partenaires          POST  403 403 403 403 200 403   403 403 403 200 403   302 302
conventions:partenaire_nouveau   GET   403 403 403 403 200 403   403 403 403 200 403   302 302
conventions:partenaire_nouveau   POST  403 403 403 403 200 403   403 403 403 200 403   302 302
conventions:partenaire           GET   403 403 403 403 200 403   403 403 403 404 403   302 302
conventions:partenaire_modifier  GET   403 403 403 403 200 403   403 403 403 404 403   302 302
conventions:partenaire_modifier  POST  403 403 403 403 200 403   403 403 403 404 403   302 302
conventions:trace_partenaire     GET   403 403 403 403 200 403   403 403 403 404 403   302 302
conventions:couper               GET   403 403 403 403 200 403   403 403 403 404 403   302 302
conventions:couper               POST  403 403 403 403 200 403   403 403 403 404 403   302 302
conventions:retablir             POST  403 403 403 403 302 403   403 403 403 404 403   302 302
conventions:nommer_contact_partenaire GET   403 403 403 403 200 403   403 403 403 404 403   302 302
conventions:nommer_contact_partenaire POST  403 403 403 403 200 403   403 403 403 404 403   302 302
conventions:contacts             GET   403 403 403 403 200 403   403 403 403 200 403   302 302
conventions:nommer_contact       GET   403 403 403 403 200 403   403 403 403 200 403   302 302
conventions:nommer_contact       POST  403 403 403 403 200 403   403 403 403 200 403   302 302
conventions:contacts_equipe      GET   403 403 200 403 403 403   403 200 403 403 403   302 302
conventions:nommer_contact_equipe GET   403 403 200 403 403 403   403 200 403 403 403   302 302
conventions:nommer_contact_equipe POST  403 403 200 403 403 403   403 200 403 403 403   302 302
conventions:remplacer_contact    GET   403 403 200 403 200 403   403 404 403 404 403   302 302
conventions:remplacer_contact    POST  403 403 200 403 200 403   403 404 403 404 403   302 302
conventions:retirer_contact      GET   403 403 200 403 200 403   403 404 403 404 403   302 302
conventions:retirer_contact      POST  403 403 302 403 302 403   403 404 403 404 403   302 302
signalements:demandes_partenaire GET   403 403 403 403 200 403   403 403 403 404 403   302 302
violations:liste                 GET   200 200 200 200 200 200   200 200 200 200 200   302 302
violations:declarer              GET   200 200 200 200 200 200   200 200 200 200 200   302 302
violations:declarer              POST  200 200 200 200 200 200   200 200 200 200 200   302 302
violations:violation             GET   200 404 200 404 200 200   404 404 404 404 404   302 302
violations:traiter               POST  403 404 403 404 302 302   404 404 404 404 404   302 302
equipes:equipe                   GET   403 403 200 403 403 403   403 200 403 403 403   302 302
equipes:equipe                   POST  403 403 200 403 403 403   403 200 403 403 403   302 302
equipes:exporter                 GET   403 403 200 403 403 403   403 200 403 403 403   302 302
equipes:etablir                  POST  403 403 302 403 403 403   403 302 403 403 403   302 302
equipes:nouveau                  GET   403 403 200 403 403 403   403 200 403 403 403   302 302
equipes:nouveau                  POST  403 403 200 403 403 403   403 200 403 403 403   302 302
equipes:importer                 GET   403 403 200 403 403 403   403 200 403 403 403   302 302
equipes:importer                 POST  403 403 200 403 403 403   403 200 403 403 403   302 302
equipes:modele                   GET   403 403 200 403 403 403   403 200 403 403 403   302 302
equipes:compte                   GET   404 404 200 404 200 404   404 404 404 404 404   302 302
equipes:geste                    GET   404 404 200 404 403 404   404 404 404 404 404   302 302
equipes:geste                    POST  404 404 200 404 403 404   404 404 404 404 404   302 302
equipes:demarches                GET   403 403 200 403 200 403   403 200 403 200 403   302 302
equipes:habiliter                GET   403 403 200 403 403 403   403 200 403 403 403   302 302
equipes:habiliter                POST  403 403 200 403 403 403   403 200 403 403 403   302 302
equipes:demarche                 GET   404 404 200 404 200 404   404 404 404 404 404   302 302
equipes:traiter                  POST  404 404 302 404 403 404   404 404 404 404 404   302 302
equipes:revues                   GET   403 403 200 403 200 403   403 200 403 200 403   302 302
equipes:ouvrir                   GET   403 403 403 403 200 403   403 403 403 200 403   302 302
equipes:ouvrir                   POST  403 403 403 403 200 403   403 403 403 200 403   302 302
equipes:revue                    GET   404 404 200 404 200 404   404 404 404 404 404   302 302
equipes:revue                    POST  404 404 302 404 403 404   404 404 404 404 404   302 302
equipes:exporter_revue           GET   404 404 200 404 200 404   404 404 404 404 404   302 302
equipes:signer                   GET   404 404 302 404 403 404   404 404 404 404 404   302 302
equipes:signer                   POST  404 404 302 404 403 404   404 404 404 404 404   302 302
equipes:relancer                 POST  404 404 403 404 302 404   404 404 404 404 404   302 302
equipes:comptes                  GET   403 403 403 403 200 403   403 403 403 404 403   302 302
equipes:comptes                  POST  403 403 403 403 200 403   403 403 403 404 403   302 302
equipes:exporter_comptes         GET   403 403 403 403 200 403   403 403 403 404 403   302 302
equipes:etablir_comptes          POST  403 403 403 403 302 403   403 403 403 404 403   302 302
equipes:habiliter_pour           GET   403 403 403 403 302 403   403 403 403 404 403   302 302
equipes:habiliter_pour           POST  403 403 403 403 302 403   403 403 403 404 403   302 302
conventions:liste                GET   403 403 200 403 200 403   403 200 403 200 403   302 302
conventions:liste                POST  403 403 200 403 200 403   403 200 403 200 403   302 302
conventions:nouvelle             GET   403 403 403 403 200 403   403 403 403 200 403   302 302
conventions:nouvelle             POST  403 403 403 403 200 403   403 403 403 200 403   302 302
conventions:convention           GET   404 404 200 404 200 404   404 404 404 404 404   302 302
conventions:modifier             GET   404 404 403 404 200 404   404 404 404 404 404   302 302
conventions:modifier             POST  404 404 403 404 200 404   404 404 404 404 404   302 302
conventions:etape                POST  404 404 403 404 302 404   404 404 404 404 404   302 302
conventions:abandonner           GET   404 404 403 404 200 404   404 404 404 404 404   302 302
conventions:abandonner           POST  404 404 403 404 302 404   404 404 404 404 404   302 302
conventions:rendre_comptes       POST  404 404 403 404 302 404   404 404 404 404 404   302 302
conventions:documents            POST  404 404 403 404 400 404   404 404 404 404 404   302 302
conventions:signer               GET   404 404 403 404 200 404   404 404 404 404 404   302 302
conventions:signer               POST  404 404 403 404 200 404   404 404 404 404 404   302 302
conventions:avenant_nouveau      GET   404 404 403 404 200 404   404 404 404 404 404   302 302
conventions:avenant_nouveau      POST  404 404 403 404 200 404   404 404 404 404 404   302 302
conventions:acte                 GET   404 404 200 404 200 404   404 404 404 404 404   302 302
conventions:envoyer_acte         POST  404 404 403 404 302 404   404 404 404 404 404   302 302
conventions:abandonner_acte      GET   404 404 403 404 200 404   404 404 404 404 404   302 302
conventions:abandonner_acte      POST  404 404 403 404 302 404   404 404 404 404 404   302 302
conventions:rompre               GET   404 404 403 404 200 404   404 404 404 404 404   302 302
conventions:rompre               POST  404 404 403 404 200 404   404 404 404 404 404   302 302
conventions:lever                GET   404 404 403 404 200 404   404 404 404 404 404   302 302
conventions:lever                POST  404 404 403 404 200 404   404 404 404 404 404   302 302
conventions:copil_nouveau        GET   404 404 403 404 200 404   404 404 404 404 404   302 302
conventions:copil_nouveau        POST  404 404 403 404 200 404   404 404 404 404 404   302 302
conventions:copil_reunion        GET   404 404 403 404 200 404   404 404 404 404 404   302 302
conventions:copil_reunion        POST  404 404 403 404 200 404   404 404 404 404 404   302 302
conventions:document             GET   403 403 202 403 202 403   403 404 403 404 403   302 302
conventions:document_fiche       GET   403 403 202 403 202 403   403 404 403 404 403   302 302
conventions:scan                 GET   403 403 409 403 409 403   403 404 403 404 403   302 302
connexion                        GET   302 302 302 302 302 302   302 302 302 302 302   200 200
connexion                        POST  302 302 302 302 302 302   302 302 302 302 302   200 200
connexion_code                   GET   302 302 302 302 302 302   302 302 302 302 302   302 302
connexion_code                   POST  302 302 302 302 302 302   302 302 302 302 302   302 302
deconnexion                      POST  302 302 302 302 302 302   302 302 302 302 302   302 302
activation                       GET  410 410 410 410 410 410   410 410 410 410 410   410 410
activation                       POST 410 410 410 410 410 410   410 410 410 410 410   410 410
activation_application           GET  302 302 302 302 302 302   302 302 302 302 302   302 302
activation_application           POST 302 302 302 302 302 302   302 302 302 302 302   302 302
activation_lien                  GET  302 302 302 302 302 302   302 302 302 302 302   302 302
mot_de_passe_oublie              GET  200 200 200 200 200 200   200 200 200 200 200   200 200
mot_de_passe_oublie              POST 200 200 200 200 200 200   200 200 200 200 200   200 200
mot_de_passe_demande             GET  200 200 200 200 200 200   200 200 200 200 200   200 200
mot_de_passe_choisir             GET  410 410 410 410 410 410   410 410 410 410 410   410 410
mot_de_passe_choisir             POST 410 410 410 410 410 410   410 410 410 410 410   410 410
mot_de_passe_lien                GET  302 302 302 302 302 302   302 302 302 302 302   302 302
mot_de_passe_force               POST 200 200 200 200 200 200   200 200 200 200 200   403 403
mot_de_passe                     GET  200 200 200 200 200 200   200 200 200 200 200   302 302
mot_de_passe                     POST 200 200 200 200 200 200   200 200 200 200 200   302 302
second_facteur                   GET  200 200 200 200 200 200   200 200 200 200 200   302 302
second_facteur                   POST 200 200 200 200 200 200   200 200 200 200 200   302 302
second_facteur_application       GET  302 302 302 302 302 302   302 302 302 302 302   302 302
second_facteur_application       POST 302 302 302 302 302 302   302 302 302 302 302   302 302
codes_secours                    GET  200 200 200 200 200 200   200 200 200 200 200   302 302
codes_secours                    POST 200 200 200 200 200 200   200 200 200 200 200   302 302
cgu                              GET   200 200 200 200 200 200   200 200 200 200 200   200 200
cgu_accepter                     GET   302 302 302 302 302 302   302 302 302 302 302   302 302
cgu_accepter                     POST  302 302 302 302 302 302   302 302 302 302 302   302 302
mon_compte                       GET   200 200 200 200 200 200   200 200 200 200 200   302 302
notifications_reglages           GET   200 200 200 200 200 200   200 200 200 200 200   302 302
notifications_reglages           POST  200 200 200 200 200 200   200 200 200 200 200   302 302
notifications_conseillees        POST  302 302 302 302 302 302   302 302 302 302 302   302 302
signalements:notifications       GET   200 200 200 200 200 200   200 200 200 200 200   302 302
signalements:notifications_tout_lire POST 302 302 302 302 302 302   302 302 302 302 302   302 302
signalements:notifications_retablir POST  302 302 302 302 302 302   302 302 302 302 302   302 302
signalements:notification_ouvrir POST  302 404 404 404 404 404   404 404 404 404 404   302 302
signalements:notification_marquer POST 302 404 404 404 404 404   404 404 404 404 404   302 302
session                          GET   200 200 200 200 200 200   200 200 200 200 200   302 302
session                          POST  200 200 200 200 200 200   200 200 200 200 200   302 302
fermer_session                   POST  302 404 404 404 404 404   404 404 404 404 404   302 302
fermer_autres_sessions           POST  302 302 302 302 302 302   302 302 302 302 302   302 302
agents                           GET   403 403 403 403 200 403   403 403 403 200 403   302 302
inviter_agent                    GET   403 403 403 403 200 403   403 403 403 200 403   302 302
inviter_agent                    POST  403 403 403 403 200 403   403 403 403 200 403   302 302
rattacher_agent                  GET   403 403 403 403 200 403   403 403 403 200 403   302 302
rattacher_agent                  POST  403 403 403 403 200 403   403 403 403 200 403   302 302
agent                            GET   403 403 403 403 200 403   403 403 403 404 403   302 302
absences                         GET   403 403 403 200 403 403   403 403 200 403 403   302 302
declarer_absence                 GET   403 403 403 200 403 403   403 403 200 403 403   302 302
declarer_absence                 POST  403 403 403 200 403 403   403 403 200 403 403   302 302
declarer_absence_pour            GET   403 403 403 403 200 403   403 403 403 404 403   302 302
declarer_absence_pour            POST  403 403 403 403 200 403   403 403 403 404 403   302 302
modifier_absence                 GET   403 403 403 200 200 403   403 403 404 404 403   302 302
modifier_absence                 POST  403 403 403 200 200 403   403 403 404 404 403   302 302
annuler_absence                  GET   403 403 403 200 200 403   403 403 404 404 403   302 302
annuler_absence                  POST  403 403 403 302 302 403   403 403 404 404 403   302 302
agent_geste                      GET   403 403 403 403 200 403   403 403 403 404 403   302 302
agent_geste                      POST  403 403 403 403 200 403   403 403 403 404 403   302 302
reglages                         GET   403 403 403 403 302 403   403 403 403 302 403   302 302
reglages_caisse                  GET   403 403 403 403 200 403   403 403 403 404 403   302 302
reglages_caisse                  POST  403 403 403 403 200 403   403 403 403 404 403   302 302
support:index                    GET   403 403 403 403 403 403   403 403 403 403 403   302 302
support:index                    POST  403 403 403 403 403 403   403 403 403 403 403   302 302
support:comptes_caisse_changelist GET  403 403 403 403 403 403   403 403 403 403 403   302 302
support:comptes_caisse_changelist POST 403 403 403 403 403 403   403 403 403 403 403   302 302
support:exploitation             GET   403 403 403 403 403 403   403 403 403 403 403   302 302
support:exploitation             POST  403 403 403 403 403 403   403 403 403 403 403   302 302
support:reessayer_courriels      GET   403 403 403 403 403 403   403 403 403 403 403   302 302
support:reessayer_courriels      POST  403 403 403 403 403 403   403 403 403 403 403   302 302
accessibilite                    GET   200 200 200 200 200 200   200 200 200 200 200   200 200
aide                             GET   200 200 200 200 200 200   200 200 200 200 200   200 200
donnees_personnelles             GET   200 200 200 200 200 200   200 200 200 200 200   200 200
etat                             GET   503 503 503 503 503 503   503 503 503 503 503   503 503
verifier                         POST  200 200 200 200 200 200   200 200 200 200 200   302 302
"""
# fmt: on

# Who may not even learn that the method is wrong is sent away first.
METHODES = ("GET", "POST", "PUT", "PATCH", "DELETE")
OUVERTES = {"connexion", "connexion_code", "deconnexion", "cgu", "accessibilite", "aide"}
OUVERTES |= {"donnees_personnelles", "etat"}
OUVERTES |= {"activation", "activation_application", "activation_lien"}
OUVERTES |= {"mot_de_passe_oublie", "mot_de_passe_demande", "mot_de_passe_choisir"}
OUVERTES |= {"mot_de_passe_lien", "mot_de_passe_force"}


# Django's admin pages share one gate (comptes/support.py): these stand here for all of them, and
# tests/comptes/test_support.py asks each one.
DU_SUPPORT = {"support:index", "support:comptes_caisse_changelist"}
DU_SUPPORT |= {"support:exploitation", "support:reessayer_courriels"}


def lignes() -> Iterator[tuple[str, str, dict[str, int]]]:
    for ligne in TABLE.strip().splitlines():
        vue, methode, *statuts = ligne.split()
        assert len(statuts) == len(PERSONAS), vue
        yield vue, methode, dict(zip(PERSONAS, map(int, statuts), strict=True))


VUES = list(dict.fromkeys(vue for vue, _, _ in lignes()))
LOTS = [VUES[rang : rang + 30] for rang in range(0, len(VUES), 30)]


def vues(patterns: list[URLPattern | URLResolver], espace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            suite = f"{espace}{pattern.namespace}:" if pattern.namespace else espace
            yield from vues(pattern.url_patterns, suite)
        else:
            yield f"{espace}{pattern.name}"


@pytest.fixture
def voisinage(personas: Personas) -> Voisinage:
    return voisiner(personas)


@pytest.fixture
def clients(personas: Personas, voisinage: Voisinage) -> dict[str, Client]:
    collegue = UtilisateurFactory(profil=Profil.TECHNICIEN, sur=personas.partenaire_a)
    comptes: dict[str, Utilisateur] = {
        "auteur": personas.technicien_a,
        "collegue": collegue,
        "gestionnaire": personas.gestionnaire_a,
        "agent": personas.agent_a,
        "admin": personas.admin_a,
        "dpo": personas.dpo_a,
        "v_technicien": personas.technicien_b,
        "v_gestionnaire": personas.gestionnaire_b,
        "v_agent": personas.agent_b,
        "v_admin": personas.admin_b,
        "v_dpo": personas.dpo_b,
    }
    clients = {nom: connecte(Client(), compte) for nom, compte in comptes.items()}
    inactif = connecte(Client(), personas.inactif)
    return {**clients, "anonyme": Client(), "inactif": inactif}


def test_aucune_url_ne_manque_a_la_table() -> None:
    toutes = set(vues(get_resolver().url_patterns))
    autres = {v for v in toutes if v.startswith("support:")} - DU_SUPPORT
    assert {vue for vue, _, _ in lignes()} == toutes - autres


@contextmanager
def essai(clients: dict[str, Client]) -> Iterator[None]:
    """Whatever is done is undone: the scene is long to set, and serves for many calls."""
    temoins = {nom: client.cookies.output(header="") for nom, client in clients.items()}
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    for nom, client in clients.items():
        client.cookies = SimpleCookie(temoins[nom])


@pytest.mark.parametrize("lot", LOTS, ids=lambda lot: f"{lot[0]}…")
def test_matrice(clients: dict[str, Client], voisinage: Voisinage, lot: list[str]) -> None:
    # Whoever changes the object comes last, so that the others met it unchanged.
    ordre = sorted(PERSONAS, key=lambda p: p in ("auteur", "collegue", "agent"))
    for vue, methode, attendus in (ligne for ligne in lignes() if ligne[0] in lot):
        adresse = reverse(vue, kwargs=voisinage.a.parametres(vue))
        with essai(clients):
            obtenus = {p: clients[p].generic(methode, adresse).status_code for p in ordre}
        assert obtenus == attendus, (vue, methode)


@pytest.mark.parametrize("vue", ["equipes:compte", "equipes:demarche", "equipes:revue"])
@pytest.mark.parametrize("persona", ["v_gestionnaire", "v_admin"])
def test_le_voisin_ouvre_bien_ce_qui_est_a_son_equipe(
    clients: dict[str, Client], voisinage: Voisinage, vue: str, persona: str
) -> None:
    adresse = reverse(vue, kwargs=voisinage.b.parametres(vue))
    assert clients[persona].get(adresse).status_code == 200


@pytest.mark.parametrize("persona", ["v_technicien", "v_agent"])
def test_le_voisin_ouvre_bien_sa_propre_demande(
    clients: dict[str, Client], voisinage: Voisinage, persona: str
) -> None:
    adresse = reverse("signalements:demande", kwargs=voisinage.b.parametres("signalements:demande"))
    assert clients[persona].get(adresse).status_code == 200


@pytest.mark.parametrize("lot", LOTS, ids=lambda lot: f"{lot[0]}…")
def test_les_autres_methodes_sont_refusees(
    clients: dict[str, Client], voisinage: Voisinage, lot: list[str]
) -> None:
    for vue in lot:
        permises = {methode for v, methode, _ in lignes() if v == vue}
        adresse = reverse(vue, kwargs=voisinage.a.parametres(vue))
        for persona in DES_DEUX_COTES:
            dehors = persona in ("anonyme", "inactif") and vue not in OUVERTES
            for methode in set(METHODES) - permises:
                statut = clients[persona].generic(methode, adresse).status_code
                assert statut == (302 if dehors else 405), (vue, persona, methode)
