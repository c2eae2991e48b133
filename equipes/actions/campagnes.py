"""Reviews of the habilitations are opened: for one partner, for many, every so often (H-15)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from comptes import journal
from comptes.dates import debut, dernier_revolu
from comptes.models import OUVERTS, Caisse, DroitPartenaire, Etat, Partenaire
from conventions.models import CaisseLiee, Convention, Coupure
from conventions.offre import est_lie
from equipes.actions import annonces
from equipes.actions.verrous import Acteur, exiger_admin
from equipes.models import LigneRevue, Revue
from portail.calendrier import jour_civil
from portail.etats import TransitionImpossible

LOT = 500
DELAI = timedelta(days=30)


@transaction.atomic
def ouvrir_revue(
    caisse: Caisse, partenaire: Partenaire, *, echeance_le: date, acteur: Acteur
) -> Revue:
    """Ask the partner to confirm or end each of its open accounts, before that day (H-15).

    Raises `TransitionImpossible` when a review is in progress, when nothing binds the two or when
    there is no account, `ValidationError` by field, `PermissionDenied`.
    """
    exiger_admin(acteur, caisse)
    _exiger_a_venir(echeance_le)
    if not est_lie(caisse, partenaire, timezone.localdate()):
        raise TransitionImpossible("Aucune convention en vigueur ne lie la caisse au partenaire.")
    if Revue.objects.ouvertes().filter(caisse=caisse, partenaire=partenaire).exists():
        raise TransitionImpossible("Une revue est déjà en cours pour ce partenaire.")
    ouvertes = _ouvrir(caisse, [partenaire.pk], echeance_le, acteur, timezone.now())
    if not ouvertes:
        raise TransitionImpossible("Ce partenaire n'a aucun compte ouvert à passer en revue.")
    return ouvertes[0]


def ouvrir_campagne(
    caisse: Caisse, partenaires: Iterable[Partenaire], *, echeance_le: date, acteur: Acteur
) -> int:
    """Open a review for each of these partners; returns how many.

    Those with a review in progress, without account or without convention in force are left out.
    Raises `ValidationError` by field, `PermissionDenied`.
    """
    exiger_admin(acteur, caisse)
    _exiger_a_venir(echeance_le)
    maintenant, pks = timezone.now(), [p.pk for p in partenaires]
    total = 0
    for rang in range(0, len(pks), LOT):
        lies = _lies(caisse, timezone.localdate()).filter(pk__in=pks[rang : rang + LOT])
        lot = list(lies.order_by("pk").values_list("pk", flat=True))
        total += len(_ouvrir(caisse, lot, echeance_le, acteur, maintenant))
    return total


def ouvrir_revues_periodiques(maintenant: datetime) -> int:
    """Open the reviews whose time has come, `revue_mois` after the last one; returns how many.

    The first one comes so long after the convention d'utilisation took effect. One transaction
    for each batch: killed, it goes on at the next call.
    """
    total = 0
    for caisse in Caisse.objects.filter(revue_mois__isnull=False).order_by("pk"):
        while ouvertes := _ouvrir_un_lot(caisse, maintenant):
            total += ouvertes
    return total


def _ouvrir_un_lot(caisse: Caisse, maintenant: datetime) -> int:
    dus = _a_revoir(caisse, jour_civil(maintenant))
    lot = list(dus.order_by("pk").values_list("pk", flat=True)[:LOT])
    if not lot:
        return 0
    return len(_ouvrir(caisse, lot, jour_civil(maintenant) + DELAI, None, maintenant))


def _a_revoir(caisse: Caisse, jour: date) -> QuerySet[Partenaire]:
    limite = dernier_revolu(jour, caisse.revue_mois or 0)
    recentes = Revue.objects.filter(
        caisse=caisse, partenaire=OuterRef("pk"), ouverte_le__gte=debut(limite + timedelta(days=1))
    )
    gestionnaires = DroitPartenaire.objects.filter(
        content_object=OuterRef("pk"), permission__codename="gerer", user__etat=Etat.ACTIF
    )
    ouvertes = Revue.objects.ouvertes().filter(caisse=caisse, partenaire=OuterRef("pk"))
    return _lies(caisse, jour, depuis=limite).filter(
        ~Exists(recentes), ~Exists(ouvertes), Exists(gestionnaires)
    )


def _lies(caisse: Caisse, jour: date, *, depuis: date | None = None) -> QuerySet[Partenaire]:
    """The partners that a convention in force binds to the caisse, since `depuis` at least."""
    liens = CaisseLiee.objects.ouverts(jour).filter(convention=OuterRef("pk"), caisse=caisse)
    vivantes = Convention.objects.en_vigueur(jour).filter(Exists(liens))
    if depuis is not None:
        vivantes = vivantes.filter(date_utilisation__lte=depuis)
    parties = Convention.partenaires.through.objects.filter(convention__in=vivantes)
    coupes = Coupure.objects.ouvertes().filter(caisse=caisse)
    return Partenaire.objects.filter(pk__in=parties.values("partenaire")).exclude(
        pk__in=coupes.values("partenaire")
    )


@transaction.atomic
def _ouvrir(
    caisse: Caisse,
    partenaires: Sequence[int],
    echeance_le: date,
    acteur: Acteur,
    maintenant: datetime,
) -> list[Revue]:
    """The caisse is locked: two campaigns at once open one review for each partner."""
    Caisse.objects.select_for_update().get(pk=caisse.pk)
    comptes = _comptes_ouverts(partenaires)
    en_cours = Revue.objects.ouvertes().filter(caisse=caisse, partenaire__in=partenaires)
    libres = set(comptes) - set(en_cours.values_list("partenaire", flat=True))
    revues = Revue.objects.bulk_create(
        Revue(
            caisse=caisse,
            partenaire_id=pk,
            ouverte_le=maintenant,
            ouverte_par=acteur,
            echeance_le=echeance_le,
        )
        for pk in sorted(libres)
    )
    LigneRevue.objects.bulk_create(
        LigneRevue(revue=revue, compte_id=pk)
        for revue in revues
        for pk in comptes[revue.partenaire_id]
    )
    journal.tracer_tous(acteur, journal.Action.CREATION, revues, echeance=str(echeance_le))
    annonces.revues("revue_ouverte", [(revue, "ouverte") for revue in revues])
    return revues


def _comptes_ouverts(partenaires: Sequence[int]) -> dict[int, list[int]]:
    grants = DroitPartenaire.objects.filter(content_object__in=partenaires, user__etat__in=OUVERTS)
    comptes: dict[int, list[int]] = {}
    for partenaire, pk in grants.order_by("user_id").values_list("content_object_id", "user_id"):
        comptes.setdefault(partenaire, []).append(pk)
    return comptes


def _exiger_a_venir(echeance_le: date) -> None:
    if echeance_le <= timezone.localdate():
        raise ValidationError({"echeance_le": "Choisissez une date à venir."})
