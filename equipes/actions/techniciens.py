"""Techniciens, created and ended by the gestionnaires of their partner (H-03, H-07, H-11)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from comptes import activation, habilitations, journal
from comptes.actions import cycle
from comptes.identifiants import radical
from comptes.models import CauseInactivation, Etat, Jeton, Partenaire, Profil, Utilisateur
from conventions.quotas import exiger_place
from equipes.actions.verrous import Acteur, exiger_geste, exiger_gestionnaire
from equipes.controles import (
    controler_adresse,
    controler_changement,
    controler_technicien,
    examiner,
)
from equipes.etats import CIRCUIT
from portail.etats import TransitionImpossible

# H-11: what a gestionnaire may say; the other causes have their own verbs.
CAUSES = (CauseInactivation.DEPART, CauseInactivation.DEMANDE)
# What a gestionnaire may change of a technicien at any time.
COORDONNEES = ("nom", "prenom", "fonction", "telephone")


@transaction.atomic
def creer_technicien(partenaire: Partenaire, *, acteur: Acteur, **identite: Any) -> Utilisateur:
    """Invite a technicien, with what the gestionnaire declared: `statut` (H-03).

    Raises `ValidationError` by field, `QuotaAtteint` (H-07), `PermissionDenied`.
    """
    exiger_gestionnaire(acteur, partenaire)
    partenaire = exiger_place(partenaire, Profil.TECHNICIEN, jour=timezone.localdate())
    controler_technicien(partenaire, identite)
    return _inviter(partenaire, acteur, identite)


@transaction.atomic
def creer_techniciens(
    partenaire: Partenaire, lignes: Sequence[Mapping[str, Any]], *, acteur: Acteur
) -> list[Utilisateur]:
    """Invite them all, or none: one wrong row or one place missing creates nobody (H-03).

    Raises `ValidationError`, one message per wrong row, `QuotaAtteint`, `PermissionDenied`.
    """
    exiger_gestionnaire(acteur, partenaire)
    jour, nombre = timezone.localdate(), len(lignes)
    if not nombre:
        raise ValidationError("Indiquez au moins une personne.")
    partenaire = exiger_place(partenaire, Profil.TECHNICIEN, jour=jour, nombre=nombre)
    fausses = [verdict for verdict in examiner(partenaire, lignes) if not verdict.est_valide]
    if fausses:
        raise ValidationError(
            [f"Ligne {v.numero} : {m}" for v in fausses for ms in v.erreurs.values() for m in ms]
        )
    # By login: two imports at once take the free ones in the same order, and never block forever.
    rangs = sorted(range(nombre), key=lambda rang: radical(*_noms(lignes[rang])))
    crees = {rang: _inviter(partenaire, acteur, lignes[rang]) for rang in rangs}
    return [crees[rang] for rang in range(nombre)]


@transaction.atomic
def inactiver_technicien(compte: Utilisateur, *, cause: str, acteur: Acteur) -> Utilisateur:
    """End a technicien at once, whoever created the account (H-11).

    Raises `TransitionImpossible`, `PermissionDenied`, `ValidationError` for another cause.
    """
    exiger_geste(compte, acteur, "inactiver")
    if cause not in CAUSES:
        raise ValidationError({"cause": "Cette cause n'est pas de celles qu'on peut choisir."})
    return cycle.inactiver(compte, cause, acteur=acteur)


@transaction.atomic
def corriger_adresse(compte: Utilisateur, email: str, *, acteur: Acteur) -> Utilisateur:
    """Put the mistyped address of an invited technicien right; the link goes there instead.

    Never once it is activated: whoever holds the address may choose the password. Raises
    `ValidationError` by field, `TransitionImpossible`, `PermissionDenied`.
    """
    compte, partenaire = exiger_geste(compte, acteur, "corriger_adresse")
    _changer(compte, partenaire, {"email": email.strip()}, acteur)
    activation.envoyer_lien(compte, Jeton.Usage.ACTIVATION, acteur=acteur)
    return compte


@transaction.atomic
def corriger_technicien(
    compte: Utilisateur, donnees: Mapping[str, str], *, acteur: Acteur
) -> Utilisateur:
    """Change the names, the function or the phone number of a technicien.

    Raises `ValidationError` by field, `TransitionImpossible`, `PermissionDenied`.
    """
    compte, partenaire = exiger_geste(compte, acteur, "corriger")
    if interdits := sorted(set(donnees) - set(COORDONNEES)):
        raise ValidationError(f"Ces informations ne se modifient pas : {', '.join(interdits)}.")
    _changer(compte, partenaire, {n: str(v).strip() for n, v in donnees.items()}, acteur)
    return compte


@transaction.atomic
def annuler_invitation(compte: Utilisateur, *, acteur: Acteur) -> Utilisateur:
    """Take back a gestionnaire's invitation that nobody answered: the place is free again."""
    exiger_geste(compte, acteur, "annuler_invitation")
    return cycle.inactiver(compte, CauseInactivation.DEMANDE, acteur=acteur)


@transaction.atomic
def reactiver(compte: Utilisateur, *, acteur: Acteur) -> Utilisateur:
    """Give an account back within 6 months, if a place is left (H-06, H-07, H-14).

    After a fraud only the caisse may. Raises `QuotaAtteint`, `TransitionImpossible`,
    `ValidationError` when the address is not the partner's any more, `PermissionDenied`.
    """
    fraude = compte.cause_inactivation == CauseInactivation.FRAUDE
    partenaire = habilitations.partenaire_de(compte)
    if partenaire is None:
        raise TransitionImpossible("Ce compte ne peut pas être réactivé ici.")
    CIRCUIT.exiger(compte, acteur, "reactiver_apres_incident" if fraude else "reactiver")
    partenaire = exiger_place(partenaire, compte.profil, jour=timezone.localdate())
    compte, _ = exiger_geste(compte, acteur, "reactiver_apres_incident" if fraude else "reactiver")
    controler_adresse(partenaire, compte.email)
    return cycle.rouvrir(compte, acteur=acteur)


@transaction.atomic
def attribuer(compte: Utilisateur, responsable: Utilisateur, *, acteur: Acteur) -> Utilisateur:
    """Say which gestionnaire answers for a technicien (H-10).

    Raises `ValidationError` for anybody but an active gestionnaire of the same partner.
    """
    compte, partenaire = exiger_geste(compte, acteur, "attribuer")
    siens = habilitations.titulaires(partenaire, "gerer")
    if not siens.filter(pk=responsable.pk, etat=Etat.ACTIF).exists():
        raise ValidationError(
            {"responsable": "Choisissez un gestionnaire actif de la même structure."}
        )
    compte.responsable = responsable
    compte.save(update_fields=["responsable"])
    compte.partenaire_id = partenaire.pk
    journal.tracer(acteur, journal.Action.CHANGEMENT, compte, responsable=responsable.pk)
    return compte


def _changer(
    compte: Utilisateur, partenaire: Partenaire, donnees: Mapping[str, str], acteur: Acteur
) -> None:
    changees = {nom: valeur for nom, valeur in donnees.items() if valeur != getattr(compte, nom)}
    if not changees:
        raise ValidationError("Rien n'est changé : indiquez au moins une nouvelle valeur.")
    controler_changement(compte, partenaire, changees)
    for nom, valeur in changees.items():
        setattr(compte, nom, valeur)
    compte.save(update_fields=list(changees))
    compte.partenaire_id = partenaire.pk
    journal.tracer(acteur, journal.Action.CHANGEMENT, compte, champs=",".join(sorted(changees)))


def _inviter(partenaire: Partenaire, acteur: Acteur, identite: Mapping[str, Any]) -> Utilisateur:
    return cycle.inviter(
        profil=Profil.TECHNICIEN,
        tenant=partenaire,
        acteur=acteur,
        responsable=acteur,
        **identite,
    )


def _noms(ligne: Mapping[str, Any]) -> tuple[str, str]:
    return str(ligne["prenom"]), str(ligne["nom"])
