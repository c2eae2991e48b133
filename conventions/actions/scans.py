"""Signed papers, scanned: checked when they arrive, read once the antivirus said yes."""

from typing import BinaryIO, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from comptes import journal
from conventions import etats
from conventions.actions import annonces
from conventions.actions.verrous import Acteur
from conventions.models import Convention, Scan
from portail import analyse
from portail.fichiers import FichierControle, FichierRefuse, controler

# A signature is a picture of paper: what can be typed again is no signed document.
EXTENSIONS = ("pdf", "tiff", "png", "jpeg")


def deposer(convention: Convention, fichier: UploadedFile, *, acteur: Acteur) -> Scan:
    """Keep one signed paper of the convention, which the caller holds locked.

    Raises `ValidationError` (`scan`).
    """
    octets = cast(BinaryIO, fichier.file)
    try:
        controle = _controler(fichier, octets)
    except FichierRefuse as refus:
        raise ValidationError({"scan": refus.message}) from refus
    scan = Scan(
        convention=convention,
        nom=controle.nom_propre,
        type_mime=controle.type_mime,
        taille=controle.taille,
        sha256=controle.sha256,
        deposee_par=acteur,
        deposee_le=timezone.now(),
    )
    scan.fichier.save(controle.nom_propre, File(octets), save=False)
    scan.save()
    journal.tracer(acteur, journal.Action.CREATION, scan, convention=convention.reference)
    _analyser_apres_validation(scan)
    return scan


def analyser(pk: int) -> None:
    """Ask the antivirus about one pending scan; a refused one loses its bytes."""
    analyse.analyser(Scan, pk, _annoncer)


def en_attente() -> list[int]:
    return analyse.en_attente(Scan)


def exiger_droit(convention: Convention, acteur: Acteur) -> None:
    """Raise `PermissionDenied` unless the actor looks after this convention."""
    if not etats.a_droit(acteur, "administrer", convention):
        raise PermissionDenied


def _controler(fichier: UploadedFile, octets: BinaryIO) -> FichierControle:
    controle = controler(fichier.name or "", octets, fichier.size or 0)
    if controle.extension not in EXTENSIONS:
        raise FichierRefuse("Joignez le document signé en PDF ou en image.", "extension")
    analyse.exiger_nom(controle.nom_propre)
    return controle


def _annoncer(scan: Scan) -> None:
    action = journal.Action.REFUS if scan.est_refuse else journal.Action.CHANGEMENT
    journal.tracer(None, action, scan, verdict=scan.etat)
    if hasattr(scan, "reunion") and not scan.est_refuse:
        annonces.compte_rendu_lisible(scan)


def _analyser_apres_validation(scan: Scan) -> None:
    from conventions.tasks import analyser_scan

    analyser_scan.delay_on_commit(scan.pk)
