"""The gestures on an account of a caisse: what each will do, what it asks, how it is done.

Whether one is open is told by `comptes.personnel`; the verbs are in `comptes.actions.agents`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from comptes import personnel
from comptes.actions import agents
from comptes.dates import suppression_le
from comptes.forms.agents import FormulaireCaisse, FormulaireCause
from comptes.models import CauseInactivation, Utilisateur
from portail.formulaires import Formulaire
from portail.templatetags.portail import jour


@dataclass(frozen=True, slots=True, kw_only=True)
class Geste:
    """`effets` says what will happen before anything is done; `fait` confirms it."""

    titre: str
    bouton: str
    fait: str
    effets: Callable[[Utilisateur], list[str]]
    faire: Callable[[Utilisateur, dict[str, Any], Utilisateur], Any]
    formulaire: Callable[..., Formulaire] | None = None
    caisses: Callable[[Utilisateur, Utilisateur], list[Any]] | None = None

    def preparer(self, compte: Utilisateur, acteur: Utilisateur, donnees: Any) -> Formulaire:
        """The form of the gesture; without anything to ask, an empty one."""
        if self.formulaire is None:
            return Formulaire(donnees)
        options = {"caisses": self.caisses(compte, acteur)} if self.caisses else {}
        return self.formulaire(donnees, **options)


def _effets_lien(compte: Utilisateur) -> list[str]:
    return [
        "Un nouveau lien d’activation part à l’adresse e-mail du compte. Il est valable 48 heures.",
        "Les liens envoyés auparavant ne fonctionnent plus.",
    ]


def _effets_donner(compte: Utilisateur) -> list[str]:
    return [
        f"{compte} travaillera aussi pour cette caisse, dès sa prochaine page, avec le profil "
        f"« {compte.get_profil_display()} ».",
        "Vous pourrez lui retirer cette caisse à tout moment.",
    ]


def _effets_retirer(compte: Utilisateur) -> list[str]:
    return [
        f"{compte} ne verra plus rien de cette caisse, dès sa prochaine page.",
        "Les demandes qui lui sont attribuées restent dans la file de la caisse, à son nom, "
        "jusqu’à ce qu’un agent les reprenne.",
        "Vous pourrez lui rendre cette caisse.",
    ]


def _effets_inactiver(compte: Utilisateur) -> list[str]:
    return [
        f"{compte} est déconnecté et ne peut plus entrer, dès sa prochaine page.",
        "Ce que la personne a fait reste à son nom dans les demandes et dans la trace.",
        "Vous pourrez réactiver le compte pendant six mois. Il est ensuite effacé.",
    ]


def _effets_reactiver(compte: Utilisateur) -> list[str]:
    effets = [f"{compte} peut entrer de nouveau, avec les caisses que le compte avait."]
    if compte.cause_inactivation == CauseInactivation.FRAUDE:
        effets.append(
            "Le compte avait été fermé pour fraude, vol ou perte : la personne reçoit un lien pour "
            "choisir un autre mot de passe et configurer une autre application."
        )
    effets.append(f"Sans réactivation, il est effacé le {jour(suppression_le(compte))}.")
    return effets


def _effets_reinitialiser(compte: Utilisateur) -> list[str]:
    return [
        "L’application d’authentification et les codes de secours actuels ne valent plus rien.",
        "Les sessions ouvertes se ferment.",
        "La personne reçoit un lien, valable 48 heures, pour configurer une autre application. "
        "Son mot de passe lui sera demandé.",
        "Assurez-vous d’abord, de vive voix, que c’est bien elle qui le demande.",
    ]


GESTES = {
    "renvoyer": Geste(
        titre="Renvoyer le lien d’activation",
        bouton="Renvoyer le lien",
        fait="Un nouveau lien d’activation est parti.",
        effets=_effets_lien,
        faire=lambda compte, donnees, acteur: agents.renvoyer_lien(compte, acteur=acteur),
    ),
    "donner": Geste(
        titre="Donner une caisse",
        bouton="Donner cette caisse",
        fait="Le compte travaille désormais aussi pour cette caisse.",
        effets=_effets_donner,
        faire=lambda compte, donnees, acteur: agents.donner_caisse(
            compte, **donnees, acteur=acteur
        ),
        formulaire=FormulaireCaisse,
        caisses=personnel.a_donner,
    ),
    "retirer": Geste(
        titre="Retirer une caisse",
        bouton="Retirer cette caisse",
        fait="Le compte ne travaille plus pour cette caisse.",
        effets=_effets_retirer,
        faire=lambda compte, donnees, acteur: agents.retirer_caisse(
            compte, **donnees, acteur=acteur
        ),
        formulaire=FormulaireCaisse,
        caisses=personnel.a_retirer,
    ),
    "reinitialiser": Geste(
        titre="Réinitialiser la double authentification",
        bouton="Réinitialiser",
        fait="La double authentification est réinitialisée : un lien est parti par e-mail.",
        effets=_effets_reinitialiser,
        faire=lambda compte, donnees, acteur: agents.reinitialiser_agent(compte, acteur=acteur),
    ),
    "inactiver": Geste(
        titre="Inactiver le compte",
        bouton="Inactiver le compte",
        fait="Le compte est inactif.",
        effets=_effets_inactiver,
        faire=lambda compte, donnees, acteur: agents.inactiver_agent(
            compte, donnees["cause"], acteur=acteur
        ),
        formulaire=FormulaireCause,
    ),
    "reactiver": Geste(
        titre="Réactiver le compte",
        bouton="Réactiver le compte",
        fait="Le compte est réactivé.",
        effets=_effets_reactiver,
        faire=lambda compte, donnees, acteur: agents.reactiver_agent(compte, acteur=acteur),
    ),
}
