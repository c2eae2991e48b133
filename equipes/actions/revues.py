"""A review is answered, signed, reminded (H-15)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from comptes import habilitations, journal
from comptes.actions import cycle
from comptes.models import FERMES, OUVERTS, CauseInactivation, Partenaire, Utilisateur
from conventions.actions.documents import demander_document
from conventions.models import Document
from equipes.actions import annonces
from equipes.actions.verrous import Acteur, exiger_admin, exiger_gestionnaire
from equipes.models import LigneRevue, Revue
from portail.calendrier import jour_civil
from portail.etats import TransitionImpossible

LOT = 500
SEMAINE = timedelta(days=7)
Decision = LigneRevue.Decision


@transaction.atomic
def decider(revue: Revue, decisions: Mapping[int, str], *, acteur: Acteur) -> Revue:
    """Keep what is decided so far, by primary key of account; nothing is ended yet.

    Accounts opened since are added. Raises `DernierGestionnaire` when no active gestionnaire
    would stay, `TransitionImpossible` once signed, `ValidationError`, `PermissionDenied`.
    """
    revue, partenaire = _tenir(revue, acteur)
    lignes = {ligne.compte_id: ligne for ligne in _completer(revue, partenaire)}
    for pk, decision in decisions.items():
        if pk not in lignes or decision not in Decision.values:
            raise ValidationError("Cette réponse ne concerne pas un compte de la revue.")
        lignes[pk].decision = decision
    _exiger_un_gestionnaire(partenaire, lignes)
    LigneRevue.objects.bulk_update(lignes.values(), ["decision"])
    journal.tracer(acteur, journal.Action.CHANGEMENT, revue, decisions=len(decisions))
    return revue


@transaction.atomic
def signer_revue(revue: Revue, *, acteur: Acteur) -> Revue:
    """End the accounts that are to end, date the answer, and have the signed table made.

    Raises `ValidationError` while an account is undecided, `DernierGestionnaire`,
    `TransitionImpossible` once signed, `PermissionDenied`.
    """
    revue, partenaire = _tenir(revue, acteur)
    lignes = {ligne.compte_id: ligne for ligne in _completer(revue, partenaire)}
    if restent := sum(not ligne.decision for ligne in lignes.values()):
        pluriel = "comptes restent" if restent > 1 else "compte reste"
        raise ValidationError(f"{restent} {pluriel} à décider avant de signer.")
    _exiger_un_gestionnaire(partenaire, lignes)
    for compte in _a_terminer(lignes):
        cycle.inactiver(compte, CauseInactivation.REVUE, acteur=acteur)
    revue.signee_le, revue.signee_par = timezone.now(), acteur
    revue.save(update_fields=["signee_le", "signee_par"])
    revue.document = demander_document(
        Document.Nature.HABILITATIONS,
        source=revue,
        caisse=revue.caisse,
        partenaire=partenaire,
        acteur=acteur,
    )
    revue.save(update_fields=["document"])
    journal.tracer(acteur, journal.Action.CHANGEMENT, revue, etat="signee")
    annonces.revue_signee(revue)
    return revue


@transaction.atomic
def relancer_revue(revue: Revue, *, acteur: Acteur) -> int:
    """The caisse reminds the gestionnaires, once a day at most; returns how many mails leave."""
    exiger_admin(acteur, revue.caisse)
    revue = Revue.objects.select_for_update().get(pk=revue.pk)
    if revue.signee_le:
        raise TransitionImpossible("Cette revue est déjà signée.")
    jour = timezone.localdate()
    envoyes = annonces.revues("revue_rappel", [(revue, f"relance:{jour}")])
    journal.tracer(acteur, journal.Action.CHANGEMENT, revue, relance=envoyes)
    return envoyes


def relancer_revues(maintenant: datetime) -> int:
    """Remind of open reviews: a week before the deadline, the eve, then every week after it.

    Returns how many mails were queued; each leaves once, however often this runs.
    """
    jour, total, apres = jour_civil(maintenant), 0, 0
    proches = Revue.objects.ouvertes().filter(echeance_le__lte=jour + SEMAINE).order_by("pk")
    while lot := list(proches.filter(pk__gt=apres)[:LOT]):
        apres = lot[-1].pk
        rappels = [(revue, nom) for revue in lot if (nom := _rappel(revue.echeance_le, jour))]
        total += annonces.revues("revue_rappel", rappels)
    return total


def _rappel(echeance: date, jour: date) -> str:
    """The name of the last reminder that is due; none in the week that follows the deadline."""
    reste = (echeance - jour).days
    if reste >= 0:
        return "j7" if reste > 1 else "j1"
    retard = -reste // 7
    return f"s{retard}" if retard else ""


def _tenir(revue: Revue, acteur: Acteur) -> tuple[Revue, Partenaire]:
    exiger_gestionnaire(acteur, revue.partenaire)
    partenaire = Partenaire.objects.select_for_update().get(pk=revue.partenaire_id)
    revue = Revue.objects.select_for_update().get(pk=revue.pk)
    if revue.signee_le:
        raise TransitionImpossible("Cette revue est déjà signée.")
    return revue, partenaire


def _completer(revue: Revue, partenaire: Partenaire) -> list[LigneRevue]:
    """Add the accounts opened since; those closed since are over, whatever was decided."""
    ouverts = habilitations.comptes_de(partenaire).filter(etat__in=OUVERTS)
    absents = ouverts.exclude(pk__in=revue.lignes.values("compte")).order_by("pk")
    LigneRevue.objects.bulk_create(LigneRevue(revue=revue, compte=compte) for compte in absents)
    revue.lignes.filter(compte__etat__in=FERMES).update(decision=Decision.TERMINER)
    return list(revue.lignes.select_related("compte"))


def _exiger_un_gestionnaire(partenaire: Partenaire, lignes: Mapping[int, LigneRevue]) -> None:
    finis = [pk for pk, ligne in lignes.items() if ligne.decision == Decision.TERMINER]
    actifs = habilitations.titulaires(partenaire, "gerer")
    if actifs.exists() and not actifs.exclude(pk__in=finis).exists():
        raise cycle.DernierGestionnaire


def _a_terminer(lignes: Mapping[int, LigneRevue]) -> list[Utilisateur]:
    """Techniciens first: the gestionnaires who stay then take over those who remain."""
    finis = [ligne.compte for ligne in lignes.values() if ligne.decision == Decision.TERMINER]
    ouverts = [compte for compte in finis if compte.etat in OUVERTS]
    return sorted(ouverts, key=lambda compte: (compte.profil != "technicien", compte.pk))
