"""The comité de pilotage is planned, held, dated again, its report shared (C-09)."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from comptes import journal
from conventions.actions import annonces, rappels, scans
from conventions.actions.verrous import Acteur, aujourd_hui, verrouiller
from conventions.dates import apres_mois
from conventions.etats import COPIL, REUNIONS
from conventions.models import Convention, Reunion, Scan
from portail.etats import TransitionImpossible

Etat = Reunion.Etat


@transaction.atomic
def planifier(convention: Convention, *, jour: date, acteur: Acteur) -> Reunion:
    """Plan the next meeting, today or later. Both sides are told.

    Raises `ValidationError` (`jour`), `TransitionImpossible` (one is planned already, or the
    convention does not hold any more) or `PermissionDenied`.
    """
    convention = _tenir_convention(convention, acteur, "prevoir")
    _exiger_a_venir(jour, convention)
    reunion = Reunion(convention=convention, etat=Etat.PREVUE)
    _dater(reunion, jour, acteur, "prevu")
    _annoncer_la_date(reunion, acteur)
    return reunion


@transaction.atomic
def enregistrer(
    convention: Convention, *, jour: date, scan: UploadedFile | None = None, acteur: Acteur
) -> Reunion:
    """Record a meeting held without being planned here, with its report if it is at hand.

    Raises `ValidationError` (`jour`, `scan`), `TransitionImpossible` or `PermissionDenied`.
    """
    convention = _tenir_convention(convention, acteur, "enregistrer")
    return _enregistrer(Reunion(convention=convention), jour, scan, acteur)


@transaction.atomic
def tenir(
    reunion: Reunion, *, jour: date, scan: UploadedFile | None = None, acteur: Acteur
) -> Reunion:
    """The planned meeting took place, on that day or on another. Raises as `enregistrer` does."""
    return _enregistrer(_reprendre(reunion, acteur, "tenir"), jour, scan, acteur)


@transaction.atomic
def dater(reunion: Reunion, *, jour: date, acteur: Acteur) -> Reunion:
    """Move a planned meeting, or correct the day of one that took place.

    The same day again changes nothing and tells nobody. Raises as `planifier` or as `enregistrer`
    does.
    """
    reunion = _reprendre(reunion, acteur, "dater")
    if jour == reunion.jour:
        return reunion
    if reunion.est_tenue:
        _exiger_passee(jour, reunion)
        return _dater(reunion, jour, acteur, "date")
    _exiger_a_venir(jour, reunion.convention)
    _dater(reunion, jour, acteur, "date")
    _annoncer_la_date(reunion, acteur)
    return reunion


@transaction.atomic
def joindre(reunion: Reunion, *, scan: UploadedFile, acteur: Acteur) -> Scan:
    """Add the report of a meeting held, or replace one that the antivirus refused.

    Raises `ValidationError` (`scan`), `TransitionImpossible` or `PermissionDenied`.
    """
    return _joindre(_reprendre(reunion, acteur, "joindre"), scan, acteur)


@transaction.atomic
def annuler(reunion: Reunion, *, acteur: Acteur) -> None:
    """Give up a planned meeting, or take back one recorded by mistake, before its report.

    Raises `TransitionImpossible` or `PermissionDenied`.
    """
    reunion = _reprendre(reunion, acteur, "annuler")
    _tracer(reunion, acteur, "annule")
    if not reunion.est_tenue:
        annonces.copil(reunion, "copil_annule", f"copil:{reunion.reference}:annule", acteur)
    reunion.delete()


def _tenir_convention(convention: Convention, acteur: Acteur, geste: str) -> Convention:
    """The convention, locked, once its table opened this step to the actor."""
    verrouillee = verrouiller(convention)
    COPIL.exiger(verrouillee, acteur, geste)
    return verrouillee


def _reprendre(reunion: Reunion, acteur: Acteur, geste: str) -> Reunion:
    """The meeting as it is now, its convention locked."""
    convention = verrouiller(reunion.convention)
    siennes = Reunion.objects.select_related("compte_rendu")
    actuelle = siennes.filter(pk=reunion.pk).first()
    if actuelle is None:
        raise TransitionImpossible("Cette réunion a été annulée entre-temps.")
    actuelle.convention = convention
    REUNIONS.exiger(actuelle, acteur, geste)
    return actuelle


def _enregistrer(
    reunion: Reunion, jour: date, scan: UploadedFile | None, acteur: Acteur
) -> Reunion:
    _exiger_passee(jour, reunion)
    reunion.etat = Etat.TENUE
    _dater(reunion, jour, acteur, "tenu")
    if scan is not None:
        _joindre(reunion, scan, acteur)
    return reunion


def _joindre(reunion: Reunion, scan: UploadedFile, acteur: Acteur) -> Scan:
    reunion.compte_rendu = scans.deposer(reunion.convention, scan, acteur=acteur)
    reunion.save(update_fields=["compte_rendu"])
    _tracer(reunion, acteur, "compte_rendu")
    return reunion.compte_rendu


def _dater(reunion: Reunion, jour: date, acteur: Acteur, fait: str) -> Reunion:
    reunion.jour = jour
    reunion.enregistree_par, reunion.enregistree_le = acteur, timezone.now()
    reunion.save()
    return _tracer(reunion, acteur, fait)


def _exiger_a_venir(jour: date, convention: Convention) -> None:
    """A day typed years ahead would silence every reminder."""
    raison, actuel = None, aujourd_hui()
    if jour < actuel:
        raison = "Cette date est passée\u00a0: enregistrez plutôt une réunion tenue."
    elif convention.date_fin and jour > convention.date_fin:
        raison = f"La convention prend fin le {convention.date_fin:%d/%m/%Y}."
    elif jour > apres_mois(actuel, 12):
        raison = (
            "Le comité de pilotage se réunit chaque année\u00a0: choisissez une date au plus tard "
            f"le {apres_mois(actuel, 12):%d/%m/%Y}."
        )
    if raison:
        raise ValidationError({"jour": raison})


def _exiger_passee(jour: date, reunion: Reunion) -> None:
    raison, effet = None, reunion.convention.date_effet
    autres = reunion.convention.reunions.filter(etat=Etat.TENUE, jour=jour).exclude(pk=reunion.pk)
    if jour > aujourd_hui():
        raison = "Cette date est dans le futur\u00a0: une réunion s’enregistre une fois tenue."
    elif effet and jour < effet:
        raison = f"La convention n’a pris effet que le {effet:%d/%m/%Y}."
    elif autres.exists():
        raison = "Une réunion est déjà enregistrée à cette date."
    if raison:
        raise ValidationError({"jour": raison})


def _annoncer_la_date(reunion: Reunion, acteur: Acteur) -> None:
    # Moved and moved back, the same day is news again.
    cle = f"copil:{reunion.reference}:{reunion.jour}:{reunion.enregistree_le:%Y%m%d%H%M%S%f}"
    annonces.copil(reunion, "copil_date", cle, acteur)
    rappels.tenir_pour_rappele(reunion)


def _tracer(reunion: Reunion, acteur: Acteur, fait: str) -> Reunion:
    details = {"copil": fait, "jour": f"{reunion.jour}"}
    journal.tracer(acteur, journal.Action.CHANGEMENT, reunion.convention, **details)
    return reunion
