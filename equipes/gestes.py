"""The gestures on an account: what each one asks, what it will do, how it is done.

Whether a gesture is open to an actor is told by `equipes.etats`; here is only how it is shown and
which verb it calls.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from comptes import activation
from comptes.actions.securite import reinitialiser_second_facteur
from comptes.models import Caisse, Jeton, Utilisateur
from equipes import actions
from equipes.acces import gestionnaires_de
from equipes.dates import inactivable_des, reactivable_jusqu_au
from equipes.forms.comptes import FormulaireAdresse, FormulaireCoordonnees
from equipes.forms.demarches import FormulaireChangement
from equipes.forms.gestes import (
    FormulaireAttribution,
    FormulaireFin,
    FormulaireFraude,
    FormulaireInactivation,
)
from portail.formulaires import Formulaire
from portail.templatetags.portail import jour


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Who acts on which account, and the caisses that the gesture may concern."""

    compte: Utilisateur
    acteur: Utilisateur
    caisses: Sequence[Caisse]
    domaines: list[str]

    @property
    def repreneurs(self) -> Any:
        """The gestionnaires who stay: active, and whose own end is not planned (H-09)."""
        return gestionnaires_de(self.compte).filter(dernier_jour=None).exclude(pk=self.compte.pk)


@dataclass(frozen=True, slots=True, kw_only=True)
class Geste:
    """One gesture. `effets` says what will happen, before anything is done."""

    nom: str
    titre: str
    bouton: str
    effets: Callable[[Scene], list[str]]
    faire: Callable[[Scene, Any], Any]
    fait: str
    formulaire: Callable[[Scene, Any], Formulaire] | None = None
    grave: bool = False
    # Where its result is shown, when that is not the account's page.
    suite: str = ""
    # What has to be done first, if anything: text, address, label of the link.
    prealable: Callable[[Scene], tuple[str, str, str] | None] = lambda scene: None


def _remplacant(scene: Scene) -> tuple[str, str, str] | None:
    """H-09: a replacement comes first."""
    if scene.repreneurs.exists():
        return None
    return (
        f"{scene.compte} est le seul gestionnaire actif de la structure. Demandez d’abord "
        "l’habilitation de la personne qui prend sa suite ; une fois le compte de celle-ci activé, "
        "revenez ici choisir la date du départ.",
        reverse("equipes:habiliter"),
        "Demander l’habilitation du remplaçant",
    )


def _effets_inactiver(scene: Scene) -> list[str]:
    return [
        f"{scene.compte} ne pourra plus se connecter, dès son prochain clic.",
        "Les demandes déposées restent à votre structure, avec leurs échanges.",
        "Le compte pourra être réactivé pendant 6 mois, puis il sera effacé.",
    ]


def _effets_reactiver(scene: Scene) -> list[str]:
    return [
        f"{scene.compte} pourra de nouveau se connecter, avec le même identifiant.",
        f"C’est possible jusqu’au {jour(reactivable_jusqu_au(scene.compte))} ; après cette date, "
        "le compte est effacé.",
    ]


def _effets_apres_incident(scene: Scene) -> list[str]:
    return [
        "La personne reçoit un lien d’activation, valable 48 heures : elle choisit un nouveau mot "
        "de passe et installe un nouveau second facteur.",
        "Assurez-vous que l’incident est clos : appareil retrouvé ou remplacé, adresse e-mail "
        "sûre.",
    ]


def _effets_lien(scene: Scene) -> list[str]:
    return [
        "Un nouveau lien d’activation part à l’adresse e-mail du compte. Il est valable 48 heures.",
        "Les liens envoyés auparavant ne fonctionnent plus.",
    ]


def _effets_adresse(scene: Scene) -> list[str]:
    return [
        "Un nouveau lien d’activation part à l’adresse corrigée. Il est valable 48 heures.",
        "Les liens envoyés à l’ancienne adresse ne fonctionnent plus.",
    ]


def _effets_coordonnees(scene: Scene) -> list[str]:
    return [
        "Le changement est immédiat et reste dans l’historique du compte.",
        "L’identifiant ne change pas. Une fois le compte activé, l’adresse e-mail non plus : si "
        f"celle de {scene.compte} a changé, inactivez ce compte et créez-en un autre.",
    ]


def _effets_second_facteur(scene: Scene) -> list[str]:
    return [
        f"L’application d’authentification et les codes de secours de {scene.compte} ne "
        "fonctionnent plus.",
        "À sa prochaine connexion, son mot de passe donné, la personne installe un nouveau second "
        "facteur.",
        "Elle a aussi oublié son mot de passe ? Signalez plutôt une perte : la caisse réactive "
        "alors le compte, et les deux se choisissent de nouveau.",
        "Assurez-vous, de vive voix, que c’est bien elle qui le demande.",
    ]


def _effets_fraude(scene: Scene) -> list[str]:
    return [
        f"Le compte de {scene.compte} est inactivé immédiatement, et ses sessions sont fermées.",
        "La caisse et les gestionnaires de la structure sont prévenus.",
        "Une attestation d’inactivation (PDF) est établie, comme preuve.",
    ]


def _effets_modification(scene: Scene) -> list[str]:
    return [
        "Seuls le nom, la fonction, le téléphone et l’adresse e-mail peuvent changer.",
        "La demande est enregistrée ; la caisse fait le changement.",
    ]


def _effets_fin(scene: Scene) -> list[str]:
    return [
        "La caisse reçoit la demande et inactive le compte au soir de la date choisie.",
        "Les techniciens restent actifs ; ils sont rattachés à la personne que vous désignez.",
    ]


GESTES = {
    geste.nom: geste
    for geste in (
        Geste(
            nom="inactiver",
            titre="Inactiver le compte",
            bouton="Inactiver le compte",
            effets=_effets_inactiver,
            formulaire=lambda s, d: FormulaireInactivation(d),
            faire=lambda s, f: actions.inactiver_technicien(
                s.compte, cause=f.cleaned_data["cause"], acteur=s.acteur
            ),
            fait="Le compte est inactivé.",
            grave=True,
        ),
        Geste(
            nom="reactiver",
            titre="Réactiver le compte",
            bouton="Réactiver le compte",
            effets=_effets_reactiver,
            faire=lambda s, f: actions.reactiver(s.compte, acteur=s.acteur),
            fait="Le compte est réactivé.",
        ),
        Geste(
            nom="reactiver_apres_incident",
            titre="Réactiver le compte après l’incident",
            bouton="Réactiver le compte",
            effets=_effets_apres_incident,
            faire=lambda s, f: actions.reactiver(s.compte, acteur=s.acteur),
            fait="Le compte est réactivé. Un lien d’activation part à son adresse e-mail.",
        ),
        Geste(
            nom="annuler_invitation",
            titre="Annuler l’invitation",
            bouton="Annuler l’invitation",
            effets=lambda s: [
                f"Le lien d’activation envoyé à {s.compte} ne fonctionne plus.",
                "La place est libérée.",
            ],
            faire=lambda s, f: actions.annuler_invitation(s.compte, acteur=s.acteur),
            fait="L’invitation est annulée.",
            grave=True,
        ),
        Geste(
            nom="attribuer",
            titre="Changer le gestionnaire responsable",
            bouton="Enregistrer",
            effets=lambda s: [
                "Le gestionnaire responsable est celui à qui s’adresser pour ce compte ; tous les "
                "gestionnaires de la structure peuvent le gérer."
            ],
            formulaire=lambda s, d: FormulaireAttribution(
                d, responsables=gestionnaires_de(s.compte)
            ),
            faire=lambda s, f: actions.attribuer(
                s.compte, f.cleaned_data["responsable"], acteur=s.acteur
            ),
            fait="Le gestionnaire responsable est enregistré.",
        ),
        Geste(
            nom="renvoyer_lien",
            titre="Renvoyer le lien d’activation",
            bouton="Renvoyer le lien",
            effets=_effets_lien,
            faire=lambda s, f: activation.envoyer_lien(
                s.compte, Jeton.Usage.ACTIVATION, acteur=s.acteur
            ),
            fait="Un nouveau lien d’activation est envoyé.",
        ),
        Geste(
            nom="corriger_adresse",
            titre="Corriger l’adresse e-mail",
            bouton="Corriger et envoyer un nouveau lien",
            effets=_effets_adresse,
            formulaire=lambda s, d: FormulaireAdresse(d, compte=s.compte, domaines=s.domaines),
            faire=lambda s, f: actions.corriger_adresse(
                s.compte, f.cleaned_data["email"], acteur=s.acteur
            ),
            fait="L’adresse est corrigée. Un nouveau lien d’activation y est envoyé.",
        ),
        Geste(
            nom="corriger",
            titre="Modifier les coordonnées",
            bouton="Enregistrer",
            effets=_effets_coordonnees,
            formulaire=lambda s, d: FormulaireCoordonnees(d, compte=s.compte),
            faire=lambda s, f: actions.corriger_technicien(
                s.compte, f.changements(), acteur=s.acteur
            ),
            fait="Les coordonnées sont enregistrées.",
        ),
        Geste(
            nom="reinitialiser_second_facteur",
            titre="Réinitialiser le second facteur",
            bouton="Réinitialiser le second facteur",
            effets=_effets_second_facteur,
            faire=lambda s, f: reinitialiser_second_facteur(s.compte, acteur=s.acteur),
            fait="Le second facteur est réinitialisé. La personne en est prévenue par e-mail.",
        ),
        Geste(
            nom="demander_modification",
            titre="Demander une modification",
            bouton="Envoyer la demande",
            effets=_effets_modification,
            formulaire=lambda s, d: FormulaireChangement(
                d, compte=s.compte, domaines=s.domaines, caisses=s.caisses
            ),
            faire=lambda s, f: actions.demander_modification(
                s.compte, f.caisse_choisie, f.changements(), acteur=s.acteur
            ),
            fait="La demande est enregistrée.",
            suite="demarche",
        ),
        Geste(
            nom="demander_inactivation",
            titre="Demander l’inactivation",
            bouton="Envoyer la demande",
            effets=_effets_fin,
            formulaire=lambda s, d: FormulaireFin(
                d,
                au_plus_tot=inactivable_des(timezone.localdate()),
                repreneurs=s.repreneurs,
                caisses=s.caisses,
            ),
            faire=lambda s, f: actions.demander_inactivation(
                s.compte,
                f.caisse_choisie,
                date_voulue=f.cleaned_data["date_voulue"],
                repreneur=f.cleaned_data["repreneur"],
                acteur=s.acteur,
            ),
            fait="La demande est enregistrée.",
            suite="demarche",
            prealable=_remplacant,
        ),
        Geste(
            nom="signaler_fraude",
            titre="Signaler une fraude, un vol ou une perte",
            bouton="Signaler et inactiver le compte",
            effets=_effets_fraude,
            formulaire=lambda s, d: FormulaireFraude(d, caisses=s.caisses),
            faire=lambda s, f: actions.signaler_fraude(
                s.compte,
                f.caisse_choisie,
                nature=f.cleaned_data["nature"],
                constate_le=f.cleaned_data["constate_le"],
                recit=f.cleaned_data["recit"],
                acteur=s.acteur,
            ),
            fait="Le compte est inactivé. L’attestation est en préparation sur cette page.",
            grave=True,
        ),
    )
}
