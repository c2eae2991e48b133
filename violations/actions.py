"""Declare a breach, know of it, add to it, close it (G-02)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from comptes import journal
from comptes.models import Caisse, Partenaire, Utilisateur
from echeances import actions as echeances
from echeances.natures import Nature
from portail.calendrier import jour_civil
from portail.etats import TransitionImpossible
from violations import annonces
from violations.acces import convention_entre, cote_de, premier_jour, siennes, siens
from violations.etats import CIRCUIT
from violations.models import Complement, Violation

Acteur = Utilisateur | None
DECLARES = ("statut", "constatee_le", "atteintes", "categories", "personnes", "recit", "mesures")


@transaction.atomic
def declarer(
    caisse: Caisse, partenaire: Partenaire, donnees: Mapping[str, Any], *, acteur: Utilisateur
) -> Violation:
    """Tell the other party at once; its clock runs from the finding (G-02).

    Anybody who works for the partner or for the caisse may; the same, sent twice by the same
    person, is declared once. Raises `ValidationError` by field,
    `TransitionImpossible` when no signed convention ever bound the two, `PermissionDenied`.
    """
    cote = cote_de(acteur)
    if partenaire.pk not in siens(acteur) and caisse.pk not in siennes(acteur):
        raise PermissionDenied
    convention = convention_entre(caisse, partenaire)
    if convention is None:
        raise TransitionImpossible("Aucune convention ne lie cette caisse à ce partenaire.")
    maintenant = timezone.now()
    if donnees["constatee_le"] > maintenant:
        raise ValidationError({"heure": "Cet instant est dans le futur : vérifiez l’heure."})
    _exiger_apres_la_premiere(caisse, partenaire, donnees["constatee_le"])
    if deja := _deja(caisse, partenaire, donnees, acteur):
        return deja
    violation = Violation(
        caisse=caisse,
        partenaire=partenaire,
        convention=convention,
        cote=cote,
        declaree_le=maintenant,
        declaree_par=acteur,
        **{nom: donnees[nom] for nom in DECLARES},
    )
    violation.clean_fields(exclude={"declaree_par"})
    violation.save()
    journal.tracer(acteur, journal.Action.CREATION, violation, statut=violation.statut)
    echeances.demarrer(
        violation, Nature.VIOLATION, quand=violation.constatee_le, convention=convention
    )
    annonces.violation_declaree(violation)
    return violation


def _exiger_apres_la_premiere(caisse: Caisse, partenaire: Partenaire, quand: datetime) -> None:
    """Nothing passed between the two before their first convention: a year is mistyped."""
    debut = premier_jour(caisse, partenaire)
    if debut and jour_civil(quand) < debut:
        raise ValidationError(
            {
                "constatee_le": "Cette date précède votre première convention, du "
                f"{debut:%d/%m/%Y} : vérifiez l’année."
            }
        )


def _deja(
    caisse: Caisse, partenaire: Partenaire, donnees: Mapping[str, Any], acteur: Utilisateur
) -> Violation | None:
    """The one that this person declared just now: a second click waits for the first one."""
    Utilisateur.objects.select_for_update().get(pk=acteur.pk)
    pareilles = Violation.objects.ouvertes().filter(
        caisse=caisse, partenaire=partenaire, declaree_par=acteur
    )
    return pareilles.filter(**{nom: donnees[nom] for nom in DECLARES}).first()


@transaction.atomic
def prendre_connaissance(violation: Violation, *, acteur: Acteur) -> Violation:
    """The party that was told knows: its deadline ends.

    Raises `TransitionImpossible`, `PermissionDenied`.
    """
    violation = _exiger(violation, acteur, "prendre_connaissance")
    violation.etat = Violation.Etat.CONNUE
    _connaitre(violation, acteur, timezone.now())
    violation.save(update_fields=["etat", "connue_le", "connue_par"])
    journal.tracer(acteur, journal.Action.CHANGEMENT, violation, etat=violation.etat)
    annonces.violation_connue(violation)
    return violation


@transaction.atomic
def completer(violation: Violation, *, texte: str, acteur: Utilisateur) -> Complement:
    """Add what was learned since; the others are told there is something to read.

    Raises `ValidationError`, `TransitionImpossible`, `PermissionDenied`.
    """
    violation = _exiger(violation, acteur, "completer")
    complement = Complement(
        violation=violation, texte=texte.strip(), ecrit_par=acteur, ecrit_le=timezone.now()
    )
    complement.clean_fields(exclude={"ecrit_par"})
    complement.save()
    journal.tracer(acteur, journal.Action.CHANGEMENT, violation, complement=complement.pk)
    annonces.violation_completee(violation, complement)
    return complement


@transaction.atomic
def clore(
    violation: Violation,
    *,
    suite: str,
    conclusion: str,
    personnes_informees: bool = False,
    acteur: Acteur,
) -> Violation:
    """The caisse says what was made of it. Raises `ValidationError`, `TransitionImpossible`,
    `PermissionDenied`."""
    violation = _exiger(violation, acteur, "clore")
    maintenant = timezone.now()
    if violation.connue_le is None:
        _connaitre(violation, acteur, maintenant)
    violation.etat, violation.suite = Violation.Etat.CLOSE, suite
    violation.conclusion, violation.personnes_informees = conclusion.strip(), personnes_informees
    violation.close_le, violation.close_par = maintenant, acteur
    if not suite:
        raise ValidationError({"suite": "Dites ce qui a été décidé."})
    violation.clean_fields(exclude={"declaree_par", "connue_par", "close_par"})
    violation.save()
    journal.tracer(acteur, journal.Action.CHANGEMENT, violation, etat=violation.etat, suite=suite)
    annonces.violation_close(violation)
    return violation


def _connaitre(violation: Violation, acteur: Acteur, quand: datetime) -> None:
    """Whoever knows first ends the clock, in time or not."""
    violation.connue_le, violation.connue_par = quand, acteur
    echeances.achever(violation, [Nature.VIOLATION], quand=quand)


def _exiger(violation: Violation, acteur: Acteur, nom: str) -> Violation:
    verrouillee = (
        Violation.objects.select_for_update(of=("self",))
        .select_related("caisse", "partenaire")
        .get(pk=violation.pk)
    )
    CIRCUIT.exiger(verrouillee, acteur, nom)
    return verrouillee
