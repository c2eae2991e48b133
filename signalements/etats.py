"""The circuits as tables (D-12): which step leads where, what it starts, ends and tells.

Buttons, actions and the partner's information all read these rows; nothing else decides.
"""

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

from comptes import habilitations
from echeances.natures import DES_DEMANDES, Nature
from portail.etats import Circuit, Transition
from signalements.models.choix import Etat, Issue

OUVERTS = frozenset(Etat) - {Etat.CLOTUREE}
PRIS = OUVERTS - {Etat.DEPOSEE}
AVANT_ACCOMPAGNEMENT = PRIS - {Etat.ACCOMPAGNEMENT}

ISSUES_ABOUTIES = (
    Issue.DROITS_OUVERTS,
    Issue.SOINS,
    Issue.ORIENTATION,
    Issue.INFORMATION,
)
ISSUES_SANS_SUITE = (Issue.INJOIGNABLE, Issue.DOUBLON, Issue.HORS_CHAMP, Issue.ORIENTATION)


class Attribution(Enum):
    """To whom a step gives the request."""

    SANS_SUIVI = auto()  # to who takes the step, when nobody follows the request
    ACTEUR = auto()
    CHOISI = auto()
    PERSONNE = auto()
    INCHANGEE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Etape(Transition):
    """A step of a request.

    `formulaire` names the form it needs (none: a plain button); `visible` says whether the
    partner is told; `demarre` and `acheve` are the deadlines it starts and ends; `attente` True
    pauses the clocks, False resumes them, None leaves them; `traite` says whether the partner's
    answer, if there is one, is dealt with by this step; `issues` are the outcomes it offers.
    """

    explication: str
    formulaire: str | None = None
    attribution: Attribution = Attribution.SANS_SUIVI
    visible: bool = True
    demarre: tuple[Nature, ...] = ()
    acheve: tuple[Nature, ...] = ()
    attente: bool | None = None
    traite: bool = True
    issues: tuple[Issue, ...] = ()
    principale: bool = False


def _attend_deja(demande: Any) -> str | None:
    return "La demande attend déjà une réponse du partenaire." if demande.attente_depuis else None


def _n_attend_pas(demande: Any) -> str | None:
    return None if demande.attente_depuis else "La demande n'attend pas le partenaire."


def _a_un_agent(demande: Any) -> str | None:
    return None if demande.agent_id else "La demande n'est attribuée à personne."


def _n_a_pas_d_agent(demande: Any) -> str | None:
    return "Cette demande est déjà attribuée." if demande.agent_id else None


def _a_une_reponse(demande: Any) -> str | None:
    return None if demande.partenaire_a_repondu else "Aucune réponse du partenaire n'est à traiter."


def _est_deja_urgente(demande: Any) -> str | None:
    return "Cette demande est déjà signalée urgente." if demande.urgente else None


def _urgence_prise_en_compte(demande: Any) -> str | None:
    return None if demande.urgence_attend else "Aucune urgence n’est à prendre en compte."


def a_droit(acteur: Any, droit: str, demande: Any) -> bool:
    """Does the actor hold this right on the request's caisse, or on its partner?

    Nobody does, once it is anonymised (G-04).
    """
    if demande.anonymisee_le:
        return False
    return demande.caisse_id in habilitations.caisses(
        acteur, droit
    ) or demande.partenaire_id in habilitations.partenaires(acteur, droit)


def _etape(
    nom: str, libelle: str, explication: str, depuis: Any, *, vers: str | None = None, **reste: Any
) -> Etape:
    """A step of the caisse; one that moves the request takes its urgency into account (D-14)."""
    acheve = reste.pop("acheve", ())
    return Etape(
        nom=nom,
        libelle=libelle,
        explication=explication,
        depuis=frozenset([depuis] if isinstance(depuis, str) else depuis),
        vers=vers,
        droit="instruire",
        acheve=(*acheve, Nature.URGENT_48H) if vers else acheve,
        **reste,
    )


PRENDRE_EN_CHARGE = _etape(
    "prendre_en_charge",
    "Prendre en charge",
    "La demande vous est attribuée et le partenaire en est informé.",
    Etat.DEPOSEE,
    vers=Etat.PRISE_EN_CHARGE,
    demarre=(Nature.CONTACT_48H,),
    principale=True,
)

COMMUNES = (
    _etape(
        "demander_complement",
        "Demander un complément",
        "Votre message part au partenaire ; les délais s'arrêtent jusqu'à sa réponse.",
        PRIS,
        formulaire="message",
        attente=True,
        refus=_attend_deja,
    ),
    _etape(
        "reprendre",
        "Reprendre sans attendre",
        "Les délais repartent sans attendre la réponse du partenaire.",
        PRIS,
        attente=False,
        visible=False,
        refus=_n_attend_pas,
    ),
    _etape(
        "acquitter",
        "Réponse prise en compte",
        "La demande quitte la corbeille « Le partenaire a répondu ».",
        PRIS,
        visible=False,
        refus=_a_une_reponse,
    ),
    _etape(
        "liberer",
        "Remettre dans la file",
        "La demande n'est plus attribuée ; un collègue peut se l'attribuer.",
        PRIS,
        attribution=Attribution.PERSONNE,
        visible=False,
        traite=False,
        refus=_a_un_agent,
    ),
    _etape(
        "attribuer",
        "Me l'attribuer",
        "Vous devenez l'agent qui suit cette demande.",
        PRIS,
        attribution=Attribution.ACTEUR,
        visible=False,
        traite=False,
        refus=_n_a_pas_d_agent,
    ),
    _etape(
        "confier",
        "Confier à un collègue",
        "Votre collègue suit la demande et en est prévenu ; s’il est absent, son remplaçant.",
        PRIS,
        formulaire="confier",
        attribution=Attribution.CHOISI,
        visible=False,
        traite=False,
    ),
    _etape(
        "signaler_urgence",
        "Signaler l’urgence",
        "La demande devient urgente : le délai de prise en compte court dès maintenant.",
        OUVERTS,
        attribution=Attribution.INCHANGEE,
        demarre=(Nature.URGENT_48H,),
        traite=False,
        refus=_est_deja_urgente,
    ),
    _etape(
        "prendre_en_compte_urgence",
        "Urgence prise en compte",
        "Le délai de l’urgence s’arrête là ; rien ne change pour les autres.",
        PRIS,
        acheve=(Nature.URGENT_48H,),
        traite=False,
        refus=_urgence_prise_en_compte,
        principale=True,
    ),
    _etape(
        "rouvrir",
        "Rouvrir la demande",
        "La demande vous est attribuée avec un nouveau délai d’instruction ; votre message "
        "l’explique au partenaire.",
        Etat.CLOTUREE,
        vers=Etat.PRISE_EN_CHARGE,
        formulaire="message",
        attribution=Attribution.ACTEUR,
        demarre=(Nature.INSTRUCTION_30J,),
    ),
)

CLOTURER_SANS_SUITE = _etape(
    "cloturer_sans_suite",
    "Clôturer sans suite",
    "La demande se termine ici ; le partenaire reçoit votre explication.",
    AVANT_ACCOMPAGNEMENT,
    vers=Etat.CLOTUREE,
    formulaire="cloture",
    acheve=DES_DEMANDES,
    issues=ISSUES_SANS_SUITE,
)

# D-12, in the order of the circuit.
MAS = Circuit(
    [
        PRENDRE_EN_CHARGE,
        _etape(
            "confirmer_contact",
            "Personne jointe",
            "La personne est jointe et confirme son consentement.",
            Etat.PRISE_EN_CHARGE,
            vers=Etat.CONTACTEE,
            formulaire="contact",
            acheve=(Nature.CONTACT_48H,),
            principale=True,
        ),
        _etape(
            "noter_tentative",
            "Noter une tentative",
            "La personne n'a pas pu être jointe ; le délai court toujours.",
            PRIS,
            formulaire="tentative",
            visible=False,
            traite=False,
        ),
        _etape(
            "realiser_bilan",
            "Bilan des droits réalisé",
            "Le bilan de la situation administrative est fait.",
            Etat.CONTACTEE,
            vers=Etat.BILAN,
            principale=True,
        ),
        _etape(
            "recontacter",
            "Personne recontactée",
            "Le second contact complète l'évaluation de la situation.",
            Etat.BILAN,
            vers=Etat.RECONTACTEE,
            formulaire="recontact",
            principale=True,
        ),
        _etape(
            "proposer_plan",
            "Plan proposé",
            "Un plan d'accompagnement individualisé est proposé à la personne.",
            Etat.RECONTACTEE,
            vers=Etat.PLAN,
            acheve=(Nature.INSTRUCTION_30J,),
            principale=True,
        ),
        _etape(
            "engager_accompagnement",
            "Engager l'accompagnement",
            "La personne accepte le plan ; l'accompagnement commence.",
            Etat.PLAN,
            vers=Etat.ACCOMPAGNEMENT,
            principale=True,
        ),
        _etape(
            "cloturer",
            "Clôturer",
            "L'accompagnement est terminé ; le partenaire reçoit l'issue.",
            Etat.ACCOMPAGNEMENT,
            vers=Etat.CLOTUREE,
            formulaire="cloture",
            acheve=DES_DEMANDES,
            issues=ISSUES_ABOUTIES,
            principale=True,
        ),
        *COMMUNES,
        _etape(
            "refus_personne",
            "La personne refuse",
            "La personne ne souhaite pas être accompagnée : la demande se termine.",
            PRIS,
            vers=Etat.CLOTUREE,
            formulaire="refus",
            acheve=DES_DEMANDES,
            issues=(Issue.REFUS,),
        ),
        CLOTURER_SANS_SUITE,
    ],
    a_droit=a_droit,
)

# The four other motifs of D-04: taken in charge, answered, closed.
SIMPLE = Circuit(
    [
        replace(PRENDRE_EN_CHARGE, demarre=()),
        _etape(
            "cloturer",
            "Répondre et clôturer",
            "Votre réponse part au partenaire et la demande se termine.",
            Etat.PRISE_EN_CHARGE,
            vers=Etat.CLOTUREE,
            formulaire="cloture",
            acheve=DES_DEMANDES,
            issues=(*ISSUES_ABOUTIES, Issue.DOUBLON, Issue.HORS_CHAMP),
            principale=True,
        ),
        *COMMUNES,
    ],
    a_droit=a_droit,
)

# What the partner may do with its own request, beside writing and sending files.
PARTENAIRE = Circuit(
    [
        Transition(
            nom="signaler_urgence",
            libelle="Signaler une urgence",
            depuis=OUVERTS,
            droit="deposer",
            refus=_est_deja_urgente,
        ),
    ],
    a_droit=a_droit,
)
