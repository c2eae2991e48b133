"""The verbs on an agent's absence: declared, changed, ended. The substitute is told each time.

By the agent, for itself, or by an admin of one of its caisses (a sick leave that nobody planned).
All raise `PermissionDenied` for anybody else, `TransitionImpossible`, a French sentence, for what
the state of the account or of the absence forbids, `ValidationError` by field for the rest.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from comptes import absences, habilitations, journal, notifications, personnel
from comptes.models import Absence, Profil, Utilisateur
from portail.calendrier import jour_civil
from portail.etats import TransitionImpossible
from portail.templatetags.portail import jour as en_clair

JOURS_MAX = 366
UN_JOUR = timedelta(days=1)


@transaction.atomic
def declarer(
    agent: Utilisateur, *, du: date, au: date, remplacant: Utilisateur, acteur: Utilisateur
) -> Absence:
    """Note that the agent is away on these days, both included, and who stands in."""
    agent, maintenant = _verrouiller(agent, acteur), timezone.now()
    _exiger(absences.empechement(agent, jour_civil(maintenant)))
    absence = Absence(
        agent=agent, du=du, au=au, remplacant=remplacant, creee_le=maintenant, creee_par=acteur
    )
    _verifier(absence, acteur, jour_civil(maintenant))
    absence.save()
    journal.tracer(acteur, journal.Action.CREATION, absence, **_details(absence))
    _dire(remplacant, "remplacement_declare", absence, maintenant)
    return absence


@transaction.atomic
def modifier(
    absence: Absence, *, du: date, au: date, remplacant: Utilisateur, acteur: Utilisateur
) -> Absence:
    """Change the days or the substitute of an absence that is not over."""
    agent, maintenant = _verrouiller(absence.agent, acteur), timezone.now()
    absence = _ouverte(absence, agent, jour_civil(maintenant))
    avant, parti = _details(absence), absence.remplacant
    if absence.du <= jour_civil(maintenant) and du != absence.du:
        raise ValidationError({"du": "L’absence a commencé : son premier jour ne change plus."})
    absence.du, absence.au, absence.remplacant = du, au, remplacant
    _verifier(absence, acteur, jour_civil(maintenant))
    if _details(absence) == avant:
        return absence
    absence.save(update_fields=["du", "au", "remplacant"])
    journal.tracer(acteur, journal.Action.CHANGEMENT, absence, **_details(absence))
    if parti == remplacant:
        _dire(remplacant, "remplacement_modifie", absence, maintenant)
    else:
        _dire(parti, "remplacement_termine", absence, maintenant)
        _dire(remplacant, "remplacement_declare", absence, maintenant)
    return absence


@transaction.atomic
def annuler(absence: Absence, *, acteur: Utilisateur) -> Absence:
    """The agent is there from today on: what is over already stays noted, the rest is dropped."""
    agent, maintenant = _verrouiller(absence.agent, acteur), timezone.now()
    aujourd_hui = jour_civil(maintenant)
    absence = _ouverte(absence, agent, aujourd_hui)
    if absence.du < aujourd_hui:
        absence.au = aujourd_hui - UN_JOUR
    else:
        absence.annulee_le = maintenant
    absence.save(update_fields=["au", "annulee_le"])
    annulee = absence.annulee_le is not None
    journal.tracer(acteur, journal.Action.CHANGEMENT, absence, **_details(absence), annulee=annulee)
    _dire(absence.remplacant, "remplacement_termine", absence, maintenant)
    return absence


def _verrouiller(agent: Utilisateur, acteur: Utilisateur) -> Utilisateur:
    """The agent, whose absences nobody else changes meanwhile."""
    # Not FOR UPDATE: requests go on being given to the agent meanwhile.
    agent = Utilisateur.objects.select_for_update(no_key=True).get(pk=agent.pk)
    couples = [(acteur.pk, caisse.pk) for caisse in personnel.caisses_de(agent)]
    if acteur.pk != agent.pk and not habilitations.detenus(couples, personnel.DROIT):
        raise PermissionDenied
    if agent.profil != Profil.AGENT:
        raise PermissionDenied
    return agent


def _ouverte(absence: Absence, agent: Utilisateur, jour: date) -> Absence:
    """The absence as it is now, which is neither cancelled nor over."""
    absence = agent.absences.select_related("remplacant").get(pk=absence.pk)
    _exiger(absences.empechement(agent, jour, absence))
    return absence


def _exiger(empechement: str | None) -> None:
    if empechement is not None:
        raise TransitionImpossible(empechement)


def _verifier(absence: Absence, acteur: Utilisateur, jour: date) -> None:
    erreurs: dict[str, str] = {}
    for champ, message in _refus(absence, acteur, jour):
        erreurs.setdefault(champ, message)
    if erreurs:
        raise ValidationError(dict(erreurs))


def _refus(absence: Absence, acteur: Utilisateur, jour: date) -> Iterator[tuple[str, str]]:
    if absence.au < absence.du:
        yield "au", "Le dernier jour ne peut précéder le premier."
    if absence.au < jour:
        yield "au", "Cette absence est déjà passée : indiquez un dernier jour à venir."
    if absence.au - absence.du >= timedelta(days=JOURS_MAX):
        yield "au", f"Une absence dure {JOURS_MAX} jours au plus : vérifiez l’année."
    if absence.du - jour > timedelta(days=JOURS_MAX):
        yield "du", f"Une absence se note {JOURS_MAX} jours à l’avance au plus : vérifiez l’année."
    if not absences.candidats(absence.agent, acteur).filter(pk=absence.remplacant_id).exists():
        yield "remplacant", "Choisissez un agent actif qui travaille pour la même caisse."
    siennes = absence.agent.absences.maintenues().exclude(pk=absence.pk)
    autre = siennes.filter(du__lte=absence.au, au__gte=absence.du).first()
    if autre is not None:
        yield (
            "du",
            f"Une absence est déjà notée du {en_clair(autre.du)} au {en_clair(autre.au)} : "
            "modifiez-la, ou choisissez d’autres jours.",
        )


def _details(absence: Absence) -> dict[str, str | int]:
    return {
        "agent": absence.agent_id,
        "du": absence.du.isoformat(),
        "au": absence.au.isoformat(),
        "remplacant": absence.remplacant_id,
    }


def _dire(remplacant: Utilisateur, gabarit: str, absence: Absence, quand: datetime) -> None:
    """Each change has its own name: the same days may be set twice."""
    cle = f"{gabarit}:{absence.pk}:{quand.isoformat()}"
    notifications.notifier([remplacant], gabarit, cle=cle)
