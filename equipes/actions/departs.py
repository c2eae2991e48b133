"""The planned ends of gestionnaires, once their last day is over (H-09, H-10)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Case, QuerySet, When

from comptes import habilitations, journal
from comptes.actions import cycle
from comptes.models import CauseInactivation, DroitPartenaire, Etat, Partenaire, Utilisateur
from equipes.actions import annonces
from equipes.models import Demarche
from portail.calendrier import jour_civil

LOT = 200


def executer_inactivations(maintenant: datetime) -> int:
    """Close the accounts whose last day is over; returns how many.

    Batches of 200, each one transaction; a partner held by somebody else waits for the next run.
    The last active gestionnaire stays, and the caisse is told: it ends as soon as another one is
    active.
    """
    jour, total, apres = jour_civil(maintenant), 0, 0
    while lot := list(_dus(jour).filter(pk__gt=apres).order_by("pk")[:LOT]):
        apres = lot[-1].pk
        total += _executer([compte.pk for compte in lot], jour)
    return total


def _dus(jour: date) -> QuerySet[Utilisateur]:
    return Utilisateur.objects.filter(etat=Etat.ACTIF, dernier_jour__lt=jour)


@transaction.atomic
def _executer(pks: list[int], jour: date) -> int:
    libres = Partenaire.objects.filter(pk__in=set(habilitations.partenaires_des(pks).values()))
    tenus = libres.select_for_update(skip_locked=True).order_by("pk")
    droits = habilitations.partenaire_par_compte([partenaire.pk for partenaire in tenus])
    # All those of a partner together, whatever the batch: who stays is decided once.
    siens = _dus(jour).filter(pk__in=list(droits))
    dus = list(siens.select_for_update().order_by("dernier_jour", "pk"))
    restants = _restants({droits[compte.pk] for compte in dus}, jour)
    partants, retenus = _departager(dus, droits, restants)
    _reporter(retenus)
    if partants:
        _transmettre(partants, droits, restants)
        cycle.fermer(partants, CauseInactivation.DEMANDE, droits, acteur=None)
    return len(partants)


def _restants(partenaires: Iterable[int], jour: date) -> dict[int, list[int]]:
    """The active gestionnaires who stay, by partner: the oldest first, leaving ones last."""
    grants = DroitPartenaire.objects.filter(
        content_object__in=list(partenaires),
        permission__codename="gerer",
        user__etat=Etat.ACTIF,
    ).exclude(user__dernier_jour__lt=jour)
    restants: dict[int, list[int]] = defaultdict(list)
    ordre = grants.order_by("-user__dernier_jour", "user__active_le", "user_id")
    for partenaire, pk in ordre.values_list("content_object_id", "user_id"):
        restants[partenaire].append(pk)
    return restants


def _departager(
    dus: list[Utilisateur], droits: dict[int, int], restants: dict[int, list[int]]
) -> tuple[list[Utilisateur], list[Utilisateur]]:
    """Who leaves and who has to stay: without anybody else, the last of the due ones does."""
    derniers = {droits[compte.pk]: compte for compte in dus if compte.profil == "gestionnaire"}
    retenus = [c for partenaire, c in derniers.items() if not restants.get(partenaire)]
    for compte in retenus:
        restants[droits[compte.pk]].append(compte.pk)
    return [compte for compte in dus if compte not in retenus], retenus


def _transmettre(
    partants: list[Utilisateur], droits: dict[int, int], restants: dict[int, list[int]]
) -> None:
    """Their techniciens go to who was named if still there, else to the oldest one (H-10)."""
    demarches = Demarche.objects.filter(
        compte__in=partants, nature=Demarche.Nature.INACTIVATION, etat=Demarche.Etat.ACCEPTEE
    ).order_by("traitee_le")
    nommes = dict(demarches.values_list("compte", "repreneur"))
    suites = {}
    for compte in partants:
        possibles = restants.get(droits[compte.pk], [])
        nomme = nommes.get(compte.pk)
        suites[compte.pk] = nomme if nomme in possibles else next(iter(possibles), None)
    siens = Utilisateur.objects.filter(responsable__in=[pk for pk, s in suites.items() if s])
    concernes = {pk for pk in siens.values_list("responsable", flat=True) if pk}
    if not concernes:
        return
    siens.update(
        responsable=Case(*(When(responsable=pk, then=suites[pk]) for pk in sorted(concernes)))
    )
    cedants = [compte for compte in partants if compte.pk in concernes]
    journal.tracer_tous(None, journal.Action.CHANGEMENT, cedants, techniciens="transmis")


def _reporter(retenus: list[Utilisateur]) -> None:
    demarches = Demarche.objects.filter(
        compte__in=retenus, nature=Demarche.Nature.INACTIVATION, etat=Demarche.Etat.ACCEPTEE
    ).select_related("caisse")
    for demarche in demarches:
        annonces.inactivation_reportee(demarche)
