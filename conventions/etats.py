"""The life of a convention as a table (C-02 to C-05): which step leaves which state.

Dates decide what is in force; the state says what may be done next. Buttons and actions read
these rows; nothing else decides.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects

from comptes import habilitations
from conventions.models import Acte, Convention, Reunion, Rupture
from portail.etats import Circuit, Transition

Etat = Convention.Etat
VIVANTES = frozenset({Etat.EN_VIGUEUR, Etat.DENONCEE, Etat.MISE_EN_DEMEURE})
PENDANTS = (Acte.Etat.BROUILLON, Acte.Etat.SIGNATURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Geste(Transition):
    """A step in the life of a convention; `explication` says what follows from it."""

    explication: str = ""


def manques(convention: Convention) -> list[str]:
    """What a draft still needs before it goes out for signature, in French."""
    attendus = (
        (convention.liens.exists(), "au moins une caisse"),
        (convention.partenaires.exists(), "au moins un partenaire"),
        (bool(convention.services), "au moins un service"),
    )
    return [nom for present, nom in attendus if not present]


def possibles(convention: Convention, acteur: Any) -> list[Transition]:
    """Steps that this actor may take now, in the table's order; three queries at most."""
    prefetch_related_objects([convention], "liens", "actes", "ruptures")
    return CIRCUIT.possibles(convention, acteur)


def a_droit(acteur: Any, droit: str, convention: Convention) -> bool:
    """Does the actor hold this right on a caisse that the convention still binds?

    Nobody (None) is the system. Once every caisse has left, any of them may look after the rest.
    """
    if acteur is None:
        return True
    siennes = habilitations.caisses(acteur, droit)
    if not siennes:
        return False
    liens = list(convention.liens.all())
    vivants = [lien for lien in liens if lien.close_le is None] or liens
    return any(lien.caisse_id in siennes for lien in vivants)


def _incomplete(convention: Any) -> str | None:
    manquants = manques(convention)
    return f"Complétez la convention : il lui faut {', '.join(manquants)}." if manquants else None


def _sans_acte(etat: str, raison: str) -> Any:
    return lambda convention: None if _actes(convention, etat) else raison


def _utilisation_existe(convention: Any) -> str | None:
    siens = [a for a in convention.actes.all() if a.nature == Acte.Nature.UTILISATION]
    if any(acte.etat in PENDANTS for acte in siens):
        return "La convention d'utilisation est déjà en préparation."
    if convention.date_utilisation and convention.utilisation_close_le is None:
        return "La convention d'utilisation est déjà signée."
    return None


def _utilisation_non_rompable(convention: Any) -> str | None:
    if convention.date_utilisation is None:
        return "La convention d'utilisation n'est pas signée."
    if convention.utilisation_close_le is not None:
        return "La convention d'utilisation a déjà pris fin."
    return _deja(Rupture.Cause.UTILISATION, "Cette mise en demeure est déjà notifiée.")(convention)


def _deja(cause: str, raison: str) -> Any:
    """The same procedure, against the whole convention, is open already."""

    def refus(convention: Any) -> str | None:
        ouvertes = [r for r in _ouvertes(convention) if r.caisse_id is None and r.cause == cause]
        return raison if ouvertes else None

    return refus


def _deja_signee(convention: Any) -> str | None:
    """A draft may be taken back as long as nobody has signed it."""
    signees = [s for a in convention.actes.all() for s in a.signatures.all() if s.signee_le]
    return "Une partie a déjà signé : abandonnez la convention." if signees else None


def _rien_a_lever(convention: Any) -> str | None:
    """What is over stays over, unless it was cured in time: only the last day tells."""
    levables = [r for r in _ouvertes(convention) if r.cause != Rupture.Cause.SECRET]
    return None if levables else "Aucune procédure en cours ne peut être levée."


def _ouvertes(convention: Any) -> list[Rupture]:
    return [rupture for rupture in convention.ruptures.all() if rupture.levee_le is None]


def _actes(convention: Any, etat: str) -> list[Acte]:
    return [acte for acte in convention.actes.all() if acte.etat == etat]


def _geste(nom: str, libelle: str, explication: str, *depuis: str, **reste: Any) -> Geste:
    return Geste(
        nom=nom,
        libelle=libelle,
        explication=explication,
        depuis=frozenset(depuis),
        droit="administrer",
        **reste,
    )


CIRCUIT = Circuit(
    [
        _geste(
            "corriger",
            "Corriger",
            "Changez l'intitulé, les parties ou les paramètres.",
            Etat.BROUILLON,
        ),
        _geste(
            "envoyer",
            "Envoyer en signature",
            "Le texte est arrêté ; la date de signature de chaque partie est attendue.",
            Etat.BROUILLON,
            vers=Etat.SIGNATURE,
            refus=_incomplete,
        ),
        _geste(
            "reprendre",
            "Reprendre la préparation",
            "La convention redevient un brouillon, que vous pouvez corriger.",
            Etat.SIGNATURE,
            vers=Etat.BROUILLON,
            refus=_deja_signee,
        ),
        _geste(
            "signer",
            "Enregistrer une signature",
            "À la dernière signature, l'acte est signé.",
            Etat.SIGNATURE,
            *VIVANTES,
            refus=_sans_acte(Acte.Etat.SIGNATURE, "Aucun acte n'attend de signature."),
        ),
        _geste(
            "preparer_utilisation",
            "Préparer la convention d'utilisation",
            "Une fois signée par tous, elle ouvre le portail aux partenaires.",
            *VIVANTES,
            refus=_utilisation_existe,
        ),
        _geste(
            "preparer_avenant",
            "Préparer un avenant",
            "Il nomme ce qui change ; toutes les parties le signent.",
            *VIVANTES,
        ),
        _geste(
            "envoyer_acte",
            "Envoyer l'acte en signature",
            "Le texte est arrêté ; la date de signature de chaque partie est attendue.",
            *VIVANTES,
            refus=_sans_acte(Acte.Etat.BROUILLON, "Aucun acte n'est en préparation."),
        ),
        _geste(
            "abandonner_acte",
            "Abandonner l'acte",
            "Il ne sera pas signé ; rien ne change.",
            *VIVANTES,
            refus=lambda c: (
                None
                if any(_actes(c, etat) for etat in PENDANTS)
                else "Aucun acte n'est en préparation ni en attente de signatures."
            ),
        ),
        _geste(
            "denoncer",
            "Dénoncer",
            "La convention prend fin la veille de son anniversaire.",
            Etat.EN_VIGUEUR,
            Etat.MISE_EN_DEMEURE,
            refus=_deja(Rupture.Cause.DENONCIATION, "La convention est déjà dénoncée."),
        ),
        _geste(
            "mettre_en_demeure",
            "Mettre en demeure",
            "Sans réparation du manquement sous 15 jours, la convention prend fin.",
            *VIVANTES,
            refus=_deja(Rupture.Cause.MANQUEMENT, "Une mise en demeure est déjà notifiée."),
        ),
        _geste(
            "rompre_secret",
            "Rompre pour violation du secret professionnel",
            "La convention prend fin immédiatement.",
            *VIVANTES,
        ),
        _geste(
            "mettre_en_demeure_utilisation",
            "Mettre en demeure au titre de la convention d'utilisation",
            "Sans réparation sous 30 jours, le portail se ferme ; la convention métier demeure.",
            *VIVANTES,
            refus=_utilisation_non_rompable,
        ),
        _geste(
            "lever",
            "Lever la procédure",
            "Le manquement est réparé ou la dénonciation retirée : la procédure ne compte plus.",
            *VIVANTES,
            Etat.TERMINEE,
            refus=_rien_a_lever,
        ),
        _geste(
            "abandonner",
            "Abandonner la convention",
            "Elle ne sera pas signée.",
            Etat.BROUILLON,
            Etat.SIGNATURE,
            vers=Etat.ABANDONNEE,
        ),
    ],
    a_droit=a_droit,
)


def _deja_prevue(convention: Any) -> str | None:
    prevue = convention.reunions.filter(etat=Reunion.Etat.PREVUE).first()
    if prevue is None:
        return None
    return f"Une réunion est déjà prévue le {prevue.jour:%d/%m/%Y}\u00a0: changez sa date."


def _convention_close(reunion: Any) -> str | None:
    if reunion.convention.etat in VIVANTES:
        return None
    return "La convention n’est plus en vigueur\u00a0: ses réunions ne changent plus."


def _compte_rendu_garde(reunion: Any) -> str | None:
    if reunion.compte_rendu is None or reunion.compte_rendu.est_refuse:
        return None
    return "Le compte rendu de cette réunion est déjà joint."


def _a_garder(reunion: Any) -> str | None:
    if _compte_rendu_garde(reunion):
        return (
            "Le compte rendu est joint\u00a0: la réunion ne s’efface plus. Corrigez plutôt sa date."
        )
    return _convention_close(reunion)


# C-09: a committee is planned or recorded for a convention; then each meeting has its own steps.
COPIL = Circuit(
    [
        _geste(
            "prevoir",
            "Prévoir la prochaine réunion",
            "Les deux parties voient la date et la reçoivent en rappel 7 jours avant.",
            *VIVANTES,
            refus=_deja_prevue,
        ),
        _geste(
            "enregistrer",
            "Enregistrer une réunion tenue",
            "La prochaine est à tenir dans l’année qui suit cette date.",
            *VIVANTES,
        ),
    ],
    a_droit=a_droit,
)
REUNIONS = Circuit(
    [
        _geste(
            "tenir",
            "Enregistrer qu’elle a eu lieu",
            "La prochaine est à tenir dans l’année qui suit cette date.",
            Reunion.Etat.PREVUE,
            vers=Reunion.Etat.TENUE,
            refus=_convention_close,
        ),
        _geste(
            "joindre",
            "Joindre le compte rendu",
            "Les deux parties le lisent une fois que l’antivirus l’a vérifié. Il ne se remplace "
            "pas ensuite.",
            Reunion.Etat.TENUE,
            refus=_compte_rendu_garde,
        ),
        _geste(
            "dater",
            "Changer la date",
            "La nouvelle date remplace l’ancienne, pour les deux parties.",
            *Reunion.Etat,
            refus=_convention_close,
        ),
        _geste(
            "annuler",
            "Annuler cette réunion",
            "Elle disparaît de la page de la convention. Si elle était à venir, les parties en "
            "sont averties. Vous pourrez en enregistrer une autre.",
            *Reunion.Etat,
            refus=_a_garder,
        ),
    ],
    a_droit=lambda acteur, droit, reunion: a_droit(acteur, droit, reunion.convention),
)

# What each cause of an end asks of the table.
GESTE_DE_RUPTURE = {
    Rupture.Cause.DENONCIATION: "denoncer",
    Rupture.Cause.MANQUEMENT: "mettre_en_demeure",
    Rupture.Cause.SECRET: "rompre_secret",
    Rupture.Cause.UTILISATION: "mettre_en_demeure_utilisation",
}
