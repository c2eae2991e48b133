"""What the page of one request shows to the side that reads it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, prefetch_related_objects
from django.utils import timezone

from comptes.models import Profil, Trace, Utilisateur
from conventions import offre
from conventions.models import CaisseLiee
from portail.departements import DEPARTEMENTS
from portail.formulaires import Formulaire
from portail.templatetags.portail import instant, jour
from signalements import conservation, horloges, releve
from signalements.actions import exige_justificatif
from signalements.etats import PARTENAIRE, a_droit
from signalements.forms.suivi import FormulaireUrgence, formulaire_etape
from signalements.listes import delai
from signalements.models import Demande, Etat, Evenement, Message, Motif, Piece
from signalements.registre import circuit

CONSENTEMENTS = {
    CaisseLiee.ModeConsentement.CASE.value: "case cochée",
    CaisseLiee.ModeConsentement.FORMULAIRE.value: "formulaire signé joint",
}


def composer(
    demande: Demande,
    acteur: Utilisateur,
    maintenant: datetime,
    *,
    ouverte: str = "",
    formulaire: Formulaire | None = None,
    urgence: Formulaire | None = None,
    perdu: str | None = None,
) -> dict[str, Any]:
    """The page. `ouverte` and `formulaire` are a step sent with mistakes, `urgence` an urgency;
    `perdu` is a text that could not be sent because the request moved meanwhile, to be copied.
    """
    prefetch_related_objects([demande], "echeances__alertes")
    cote_caisse = a_droit(acteur, "instruire", demande)
    chemin = parcours(demande)
    evenements = list(demande.evenements.visibles_par(acteur).select_related("auteur"))
    genre, texte = delai(demande, maintenant, cote_caisse=cote_caisse)
    finie = convention_finie(demande, acteur, maintenant)
    return documents(demande) | {
        "cote_caisse": cote_caisse,
        "convention_finie": finie,
        "peut_ecrire": not (finie or demande.est_close),
        "conservee_jusqu_au": conservation.jusqu_au(demande),
        "absence": absence(demande, acteur, maintenant) if cote_caisse else "",
        "delai_genre": genre,
        "delai_texte": texte,
        "parcours": chemin,
        "etapes": boutons(demande, acteur, ouverte, formulaire),
        "urgence": None if finie else urgence or urgence_offerte(demande, acteur, maintenant),
        "ouverte": ouverte,
        "perdu": perdu,
        "personne": personne(demande),
        "reponses": reponses(demande),
        **horloges.composer(demande, evenements, maintenant, cote_caisse=cote_caisse),
        "chronologie": chronologie(evenements, demande, chemin),
        "contacts": demande.contacts.select_related("agent") if cote_caisse else [],
        **echanges(demande, acteur, cote_caisse),
    }


def convention_finie(demande: Demande, acteur: Utilisateur, maintenant: datetime) -> bool:
    """Does the partner only read: no convention binds it to the caisse any more (H-12)?"""
    if a_droit(acteur, "instruire", demande):
        return False
    return not offre.est_lie(demande.caisse, demande.partenaire, timezone.localdate(maintenant))


def absence(demande: Demande, acteur: Utilisateur, maintenant: datetime) -> str:
    """Until when who follows the request is away, and who stands in; empty when at work."""
    if demande.agent_id is None:
        return ""
    absents = releve.du_jour(acteur, maintenant)
    return releve.decrire(absents, demande.agent_id, demande.caisse_id, acteur)


def documents(demande: Demande) -> dict[str, Any]:
    """The receipt and the files: what may have to be waited for."""
    pieces = list(demande.pieces.select_related("deposee_par"))
    recepisse_attendu = not hasattr(demande, "recepisse")
    en_attente = [piece for piece in pieces if piece.etat == Piece.Etat.EN_ATTENTE]
    comptees = [piece for piece in pieces if not piece.est_refusee]
    return {
        "demande": demande,
        "pieces": pieces,
        "pieces_restantes": Piece.NOMBRE_MAX - len(comptees),
        "recepisse_attendu": recepisse_attendu,
        "a_rafraichir": recepisse_attendu or bool(en_attente),
    }


@dataclass(frozen=True, slots=True)
class Parcours:
    """Where the request stands on its way: `numero` of `total`, and the stages still to come."""

    numero: int
    total: int
    a_venir: list[Etat]


def parcours(demande: Demande) -> Parcours:
    """The way of the request's circuit, followed by its main steps."""
    principales = [etape for etape in circuit(demande) if etape.principale and etape.vers]
    suite = {depart: etape.vers for etape in principales for depart in etape.depuis}
    chemin = [Etat.DEPOSEE]
    while chemin[-1] in suite:
        chemin.append(Etat(suite[chemin[-1]]))
    numero = chemin.index(Etat(demande.etat)) + 1
    return Parcours(numero, len(chemin), chemin[numero:])


def boutons(
    demande: Demande, acteur: Utilisateur, ouverte: str = "", formulaire: Formulaire | None = None
) -> dict[str, Any]:
    """The steps open to this actor, each with its form; `ouverte` was sent with mistakes."""
    entrees = [
        {
            "etape": etape,
            "ouverte": etape.nom == ouverte,
            "formulaire": (
                formulaire if etape.nom == ouverte else formulaire_etape(etape, demande)
            ),
        }
        for etape in circuit(demande).possibles(demande, acteur)
    ]
    autres = [entree for entree in entrees if not entree["etape"].principale]
    return {
        "principales": [entree for entree in entrees if entree["etape"].principale],
        "autres": autres,
        "autre_ouverte": any(entree["ouverte"] for entree in autres),
    }


def urgence_offerte(
    demande: Demande, acteur: Utilisateur, maintenant: datetime
) -> FormulaireUrgence | None:
    """The form by which the partner says that its request became urgent (D-10), if it may."""
    if not PARTENAIRE.possibles(demande, acteur):
        return None
    return FormulaireUrgence(exige=exige_justificatif(demande, timezone.localdate(maintenant)))


def chronologie(
    passes: list[Evenement], demande: Demande, chemin: Parcours
) -> list[dict[str, Any]]:
    """What happened, then the stages still to come, for `composants/chronologie.html`."""
    derniere = max((e.pk for e in passes if e.etat), default=None)
    lignes = [
        {
            "titre": e.libelle,
            "quand": e.quand,
            "acteur": e.auteur,
            "etat": "courant" if e.pk == derniere and not demande.est_close else "fait",
        }
        for e in passes
    ]
    return lignes + [{"titre": e.label, "etat": "a_venir"} for e in chemin.a_venir]


def echanges(demande: Demande, acteur: Utilisateur, cote_caisse: bool) -> dict[str, Any]:
    """The thread, the notes, and who else reads them."""
    tous = fil(demande.messages.visibles_par(acteur), demande, cote_caisse)
    return {
        "fil": [message for message in tous if message["genre"] != "note"],
        "notes": [message for message in tous if message["genre"] == "note"],
        "lecteur": "le partenaire" if cote_caisse else "la caisse",
    }


def fil(messages: QuerySet[Message], demande: Demande, cote_caisse: bool) -> list[dict[str, Any]]:
    """The thread, and the notes on the caisse's side, for `composants/fil_messages.html`."""
    lus = messages.select_related("auteur").annotate(
        lu_le=Subquery(_lectures(demande, cote_caisse))
    )
    return [_ligne(message, demande, cote_caisse) for message in lus]


def _lectures(demande: Demande, cote_caisse: bool) -> QuerySet[Any, Any]:
    """When the other side first opened the request after a message: its read receipt."""
    autre = Profil.TECHNICIEN if cote_caisse else Profil.AGENT
    lectures = Trace.objects.filter(
        action=Trace.Action.LECTURE,
        objet="demande",
        cle=demande.reference,
        qui__profil=autre,
        quand__gte=OuterRef("envoye_le"),
    )
    return lectures.order_by("quand").values("quand")[:1]


def _ligne(message: Any, demande: Demande, cote_caisse: bool) -> dict[str, Any]:
    genre = "envoye" if message.de_la_caisse == cote_caisse else "recu"
    structure = demande.caisse if message.de_la_caisse else demande.partenaire
    return {
        "auteur": message.auteur,
        "structure": structure,
        "quand": message.envoye_le,
        "texte": message.texte,
        "genre": "note" if message.interne else genre,
        "lu_le": message.lu_le,
    }


def reponses(demande: Demande) -> list[dict[str, Any]]:
    """Everything that the partner answered, for `composants/liste_definition.html`."""
    lignes = [("Service", demande.get_service_display()), ("Motif", demande.get_motif_display())]
    if demande.motif == Motif.MAS:
        lignes += [
            ("Accompagnement sollicité dans le cadre de", demande.contextes_libelles),
            ("Soins non réalisés", demande.soins_libelles),
            ("Depuis", demande.get_anciennete_display()),
            ("Causes", demande.causes_libelles),
        ]
    consentement = (
        f"Recueilli le {instant(demande.consentement_le)} par {demande.consentement_par} : "
        f"{CONSENTEMENTS[demande.consentement_mode]}."
    )
    return _definitions([*lignes, ("Consentement", consentement)])


def personne(demande: Demande) -> list[dict[str, Any]]:
    """How the insured person is identified (D-02), for `composants/liste_definition.html`."""
    naissance = f"{jour(demande.date_naissance)}, {_lieu(demande.lieu_naissance)}"
    return _definitions(
        [
            ("Identité", demande.personne),
            ("Naissance", naissance),
            ("Résidence", _lieu(demande.departement_residence)),
        ]
    )


def _definitions(lignes: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"libelle": libelle, "valeurs" if isinstance(valeur, list) else "valeur": valeur}
        for libelle, valeur in lignes
    ]


def _lieu(lieu: str) -> str:
    """« Pas-de-Calais (62) », or the country as it was typed."""
    nom = DEPARTEMENTS.get(lieu)
    return f"{nom} ({lieu})" if nom else lieu
