"""What one may be told of: the closed list of messages, each with its words and where it leads.

Pure data: a message is a code, a public identifier and codes of closed lists, turned into words
when it is read (D-17). A mail that nobody may switch off has no line here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from comptes.models import Genre, Profil, Remise

PROCHE = 75


@dataclass(frozen=True, slots=True)
class Gabarit:
    """A message: its kind, its sentence in the portal, and the page that it leads to.

    `argument` names what the reference is in the address of that page; none is a page of one's
    own. `phrase` holds {reference} where it can be spoken, and the words of `details`.
    """

    genre: Genre
    phrase: str
    vue: str
    argument: str = ""
    requete: str = ""


def _demande(genre: Genre, phrase: str) -> Gabarit:
    return Gabarit(genre, phrase, "signalements:demande", "reference")


def _remplacement(phrase: str) -> Gabarit:
    return Gabarit(Genre.DEMANDES_CONFIEES, phrase, "absences")


def _demarche(phrase: str) -> Gabarit:
    return Gabarit(Genre.DEMARCHES, phrase, "equipes:demarche", "identifiant")


def _revue(phrase: str) -> Gabarit:
    return Gabarit(Genre.REVUES, phrase, "equipes:revue", "identifiant")


def _convention(phrase: str) -> Gabarit:
    return Gabarit(Genre.CONVENTIONS, phrase, "conventions:convention", "identifiant")


def _violation(phrase: str) -> Gabarit:
    return Gabarit(Genre.VIOLATIONS, phrase, "violations:violation", "identifiant")


def _equipe(phrase: str) -> Gabarit:
    return Gabarit(Genre.COMPTES, phrase, "equipes:equipe", requete="vue=inactifs")


def _comptes(phrase: str) -> Gabarit:
    return Gabarit(Genre.COMPTES, phrase, "equipes:comptes", "code", requete="vue=inactifs")


GABARITS: dict[str, Gabarit] = {
    "demande_deposee": _demande(Genre.MES_DEMANDES, "Votre demande {reference} est bien déposée."),
    "demande_evolue": _demande(
        Genre.MES_DEMANDES, "Il y a du nouveau à lire sur la demande {reference}."
    ),
    "reponse_attendue": _demande(
        Genre.MES_DEMANDES, "La caisse attend votre réponse sur la demande {reference}."
    ),
    "fichier_refuse": _demande(
        Genre.MES_DEMANDES, "Une pièce jointe de la demande {reference} est refusée."
    ),
    "delai_depasse": _demande(
        Genre.MES_DEMANDES,
        "Le {delai} est dépassé sur la demande {reference}. La caisse en est avertie.",
    ),
    "reponse_partenaire": _demande(
        Genre.REPONSES, "Le partenaire a répondu sur la demande {reference}."
    ),
    "demande_confiee": _demande(
        Genre.DEMANDES_CONFIEES, "La demande {reference} vous est confiée."
    ),
    "demande_urgente": _demande(
        Genre.DELAIS_SUIVIS, "La demande {reference} est signalée urgente."
    ),
    "remplacement_declare": _remplacement(
        "Un collègue vous confie son remplacement pendant une absence."
    ),
    "remplacement_modifie": _remplacement("Un remplacement qui vous est confié change de dates."),
    "remplacement_termine": _remplacement(
        "Un remplacement qui vous était confié n’a plus lieu d’être."
    ),
    "alerte_suivie": _demande(
        Genre.DELAIS_SUIVIS, "Le {delai} {avancement} sur la demande {reference}, que vous suivez."
    ),
    "alerte_equipe": _demande(
        Genre.DELAIS_EQUIPE, "Le {delai} {avancement} sur la demande {reference}."
    ),
    "alerte_encadrement": Gabarit(
        Genre.DELAIS_CAISSE,
        "Le {delai} {avancement} sur la demande {reference}, dans votre caisse.",
        "signalements:delais",
    ),
    "alerte_demarche": _demarche("Le {delai} {avancement}."),
    "demarche_deposee": _demarche("Un partenaire a déposé une démarche sur un compte."),
    "demarche_traitee": _demarche("La caisse a répondu à une démarche de votre structure."),
    "inactivation_reportee": _demarche("L’inactivation prévue d’un compte est reportée."),
    "revue_ouverte": _revue("Une revue des habilitations vous est demandée."),
    "revue_rappel": _revue("Une revue des habilitations attend votre réponse."),
    "revue_signee": _revue("Un partenaire a signé la revue de ses habilitations."),
    "fin_notifiee": _convention("Une convention va prendre fin."),
    "fin_levee": _convention("La procédure qui devait mettre fin à une convention est levée."),
    "signature_enregistree": _convention("La signature de votre caisse a été enregistrée."),
    "copil_a_prevoir": _convention("Un comité de pilotage est à prévoir : il n’a pas de date."),
    "copil_en_retard": _convention("Un comité de pilotage est en retard : il n’a pas de date."),
    "copil_proche": _convention("Un comité de pilotage se réunit dans les sept jours."),
    "copil_date": _convention("La date d’un comité de pilotage est fixée."),
    "copil_annule": _convention("La date d’un comité de pilotage est annulée."),
    "copil_compte_rendu": _convention("Le compte rendu d’un comité de pilotage est à lire."),
    "suppression_mois": _equipe("Des comptes inactifs seront effacés dans un mois."),
    "suppression_semaine": _equipe("Des comptes inactifs seront effacés dans une semaine."),
    "suppression_mois_caisse": _comptes(
        "Des comptes inactifs d’un partenaire seront effacés dans un mois."
    ),
    "suppression_semaine_caisse": _comptes(
        "Des comptes inactifs d’un partenaire seront effacés dans une semaine."
    ),
    "incident_signale": Gabarit(
        Genre.INCIDENTS,
        "Un compte est exclu de l’Espace Partenaires : fraude, vol ou perte.",
        "equipes:compte",
        "identifiant",
    ),
    "violation_declaree": _violation("Une violation de données est déclarée : elle est à lire."),
    "violation_connue": _violation("L’autre partie a lu la violation de données déclarée."),
    "violation_completee": _violation("Une violation de données est complétée."),
    "violation_close": _violation("Une violation de données est close par la caisse."),
    "alerte_violation": _violation("Le {delai} {avancement}."),
}

# The kinds that a profile can set, with what is advised for each; the others leave at once (G-02).
DEFAUTS: dict[str, dict[Genre, Remise]] = {
    Profil.TECHNICIEN: {Genre.MES_DEMANDES: Remise.IMMEDIATE},
    Profil.AGENT: {
        Genre.REPONSES: Remise.IMMEDIATE,
        Genre.DEMANDES_CONFIEES: Remise.IMMEDIATE,
        Genre.DELAIS_SUIVIS: Remise.IMMEDIATE,
        Genre.DELAIS_EQUIPE: Remise.QUOTIDIEN,
    },
    Profil.GESTIONNAIRE: {
        Genre.DEMARCHES: Remise.IMMEDIATE,
        Genre.REVUES: Remise.IMMEDIATE,
        Genre.CONVENTIONS: Remise.IMMEDIATE,
        Genre.COMPTES: Remise.IMMEDIATE,
        Genre.INCIDENTS: Remise.IMMEDIATE,
    },
    Profil.ADMIN: {
        Genre.DELAIS_CAISSE: Remise.QUOTIDIEN,
        Genre.DEMARCHES: Remise.IMMEDIATE,
        Genre.REVUES: Remise.QUOTIDIEN,
        Genre.CONVENTIONS: Remise.IMMEDIATE,
        Genre.COMPTES: Remise.IMMEDIATE,
        Genre.INCIDENTS: Remise.IMMEDIATE,
    },
    Profil.DPO: {},
    Profil.SUPPORT: {},
}

# The natures of a deadline, by code. None names a benefit: a mail may say it (D-17).
DELAIS = {
    "contact_48h": "délai de contact avec la personne",
    "urgent_48h": "délai de prise en compte de l’urgence",
    "instruction_30j": "délai d’instruction",
    "c2s_31j": "délai de réponse à un dossier complet",
    "habilitation_5jo": "délai de réponse à une démarche",
    "violation": "délai d’information sur une violation de données",
}


# What `details` may hold, all or nothing: a code of `DELAIS`, and a threshold.
CODES = {"nature", "palier"}


def remise_conseillee(profil: str, genre: str) -> str:
    """How this profile is told of that kind; what it does not expect leaves at once."""
    return DEFAUTS[profil].get(Genre(genre), Remise.IMMEDIATE)


def est_reglable(genre: str) -> bool:
    """Whether some profile may choose how it is told of that kind."""
    return any(genre in genres for genres in DEFAUTS.values())


def gabarits_du(genre: str) -> list[str]:
    """The messages of this kind."""
    return [nom for nom, gabarit in GABARITS.items() if gabarit.genre == genre]


def mots(details: Mapping[str, Any]) -> dict[str, str]:
    """The words of these codes. Raises KeyError for a code of no list."""
    if "nature" not in details:
        return {}
    return {"delai": DELAIS[details["nature"]], "avancement": _avancement(details["palier"])}


def phrase(gabarit: str, reference: str, details: Mapping[str, Any]) -> str:
    """The sentence that the portal and the digest show."""
    return GABARITS[gabarit].phrase.format(reference=reference, **mots(details))


def destination(gabarit: str, reference: str) -> str:
    """The path that the message leads to; the home page when there is none."""
    lui = GABARITS[gabarit]
    try:
        chemin = reverse(lui.vue, kwargs={lui.argument: reference} if lui.argument else None)
    except NoReverseMatch:
        return reverse("accueil")
    return f"{chemin}?{lui.requete}" if lui.requete else chemin


def recapitulatif(contexte: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a digest: its lines by kind, each kind with how many it counts."""
    nombres: dict[str, int] = contexte["nombres"]
    groupes = [
        {
            "titre": genre.label,
            "nombre": nombres[genre],
            "lignes": [
                {"phrase": phrase(*ligne), "chemin": destination(*ligne[:2])}
                for ligne in contexte["lignes"]
                if GABARITS[ligne[0]].genre == genre
            ],
        }
        for genre in Genre
        if genre in nombres
    ]
    total = sum(nombres.values())
    return {"groupes": groupes, "total": total, "autres": total - len(contexte["lignes"])}


def _avancement(palier: int) -> str:
    """How far a deadline is: percents elapsed, 100 when it is over, then each reminder."""
    if palier > 100:
        return f"est toujours dépassé (rappel n° {palier - 100})"
    if palier == 100:
        return "est dépassé"
    if palier >= PROCHE:
        return f"arrive à échéance (écoulé à {palier} %)"
    return f"est écoulé à {palier} %"
