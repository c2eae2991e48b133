"""Three data breaches: one closed, one found today, one read too late (G-02)."""

from demonstration.agenda import apres, heures, ouvres
from demonstration.recit import Constat, Pas

VIOLATIONS = (
    # Read in time by the DPO of the caisse, then notified.
    Constat(
        "cpam-loire",
        "ccas-montbrison",
        "baptiste.chomat",
        ouvres(15),
        apres(0),
        {
            "statut": "averee",
            "atteintes": ["confidentialite"],
            "categories": ["identite", "situation"],
            "personnes": "12",
            "recit": "Un tableau de suivi des rendez-vous a été joint par erreur à un message "
            "envoyé à une association de la commune. Il contenait des noms, des téléphones et "
            "l’objet des rendez-vous.",
            "mesures": "L’association a été appelée dans l’heure. Elle a supprimé le message.",
        },
        (
            Pas("prendre_connaissance", apres(0), par="etienne.chavassieux"),
            Pas(
                "completer",
                apres(1),
                {
                    "texte": "Vérification faite avec l’informatique : une seconde adresse de "
                    "l’association avait reçu le message et l’a supprimé aussi. Le tableau compte "
                    "14 personnes, et non 12."
                },
                "gaelle.thevenon",
            ),
            Pas(
                "clore",
                apres(1),
                {
                    "suite": "notifiee",
                    "personnes_informees": "on",
                    "conclusion": "Notifiée à la CNIL. Le CCAS a écrit aux 14 personnes et "
                    "n’envoie plus de tableau : les rendez-vous sont dans un agenda partagé.",
                },
                "etienne.chavassieux",
            ),
        ),
    ),
    # Found today: the DPO of the caisse has 24 hours, and has not read it yet.
    Constat(
        "cpam-artois",
        "departement-pas-de-calais",
        "rachid.ouali",
        heures(2),
        heures(1),
        {
            "statut": "suspectee",
            "atteintes": ["confidentialite"],
            "categories": ["identite", "pieces", "acces"],
            "personnes": "",
            "recit": "Un agent de l’accueil a saisi son mot de passe de messagerie sur une fausse "
            "page. Des connexions inhabituelles ont suivi. Sa boîte contient des échanges sur des "
            "demandes en cours et des justificatifs.",
            "mesures": "Mot de passe changé, sessions fermées. L’informatique relit les journaux ; "
            "le compte du portail n’est pas touché.",
        },
    ),
    # Found by the caisse, whose convention gives 48 hours: the partner read it too late.
    Constat(
        "cpam-var",
        "trois-pins",
        "mireille.andrieu-costa",
        ouvres(9),
        apres(0),
        {
            "statut": "averee",
            "atteintes": ["confidentialite"],
            "categories": ["identite", "pieces"],
            "personnes": "2",
            "recit": "Deux attestations demandées par votre association ont été adressées par "
            "erreur à une autre structure, qui nous l’a signalé.",
            "mesures": "La structure a supprimé les deux fichiers et l’a confirmé par écrit.",
        },
        (Pas("prendre_connaissance", apres(3), par="olivier.cassagne"),),
    ),
)
