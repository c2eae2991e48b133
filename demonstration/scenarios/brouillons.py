"""Drafts left in the middle; the last one is about to expire."""

from demonstration.agenda import heures, ouvres, presque
from demonstration.recit import Ebauche
from signalements.models.brouillons import DUREE

EBAUCHES = (
    Ebauche(
        "cpam-var",
        "damien.roustan",
        {
            "motif": ["mas"],
            "consentement": ["on"],
            "contextes": ["droits", "numerique"],
            "causes": ["demarches"],
            "civilite": ["madame"],
            "nom": ["Orsini"],
            "prenom": ["Letizia"],
            "date_naissance": ["08/02/1964"],
            "commentaires": ["Madame n’arrive plus à se connecter à son compte."],
        },
        heures(2),
        pieces=("justificatif_domicile.png",),
    ),
    Ebauche(
        "cpam-cote-opale",
        "odile.vanhoutte",
        {
            "motif": ["droits"],
            "civilite": ["monsieur"],
            "nom": ["Haudiquet"],
            "prenom": ["Rémy"],
        },
        ouvres(3),
    ),
    Ebauche(
        "cpam-artois",
        "mehdi.saidi",
        {
            "motif": ["suivi"],
            "consentement": ["on"],
            "civilite": ["madame"],
            "nom": ["Sadowski"],
            "prenom": ["Hanna"],
            "departement_residence": ["62"],
            "commentaires": ["Madame attend une réponse à son courrier du mois dernier."],
        },
        presque(int(DUREE.total_seconds() // 3600)),
    ),
)
