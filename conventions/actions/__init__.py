"""The business verbs on tenants and on the conventions that bind them."""

from conventions.actions.avenants import preparer_avenant, version_au
from conventions.actions.contacts import nommer_contact, remplacer_contact, retirer_contact
from conventions.actions.coupures import (
    Restauration,
    couper,
    restaurables,
    restaurer_comptes,
    retablir,
)
from conventions.actions.echeances import echoir
from conventions.actions.rappels import rappeler_copils
from conventions.actions.ruptures import dernier_jour, lever_rupture, notifier_rupture
from conventions.actions.signatures import (
    abandonner_acte,
    envoyer_acte,
    envoyer_en_signature,
    joindre_scan,
    preparer_utilisation,
    reprendre_preparation,
    signer,
)
from conventions.actions.tenants import corriger_partenaire, inscrire_caisse, inscrire_partenaire
from conventions.actions.vie import abandonner, corriger_convention, preparer_convention

__all__ = [
    "Restauration",
    "abandonner",
    "abandonner_acte",
    "corriger_convention",
    "corriger_partenaire",
    "couper",
    "dernier_jour",
    "echoir",
    "envoyer_acte",
    "envoyer_en_signature",
    "inscrire_caisse",
    "inscrire_partenaire",
    "joindre_scan",
    "lever_rupture",
    "nommer_contact",
    "notifier_rupture",
    "preparer_avenant",
    "preparer_convention",
    "preparer_utilisation",
    "rappeler_copils",
    "remplacer_contact",
    "reprendre_preparation",
    "restaurables",
    "restaurer_comptes",
    "retablir",
    "retirer_contact",
    "signer",
    "version_au",
]
