"""Attachments: checked when they arrive, read only once the antivirus said yes (D-07)."""

from typing import Any, BinaryIO, cast

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from comptes import journal, notifications
from comptes.models import Profil, Utilisateur
from portail import analyse
from portail.analyse import effacer_octets, exiger_nom
from portail.fichiers import NOMBRE_MAX, FichierControle, FichierRefuse, controler
from signalements.actions import suivi
from signalements.actions.verrous import verrouiller_brouillon
from signalements.models import Brouillon, Demande, Piece


class PieceIndisponible(Exception):
    """The file has no clean verdict; `message` is the French reason."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@transaction.atomic
def joindre(
    parent: Brouillon | Demande, fichier: UploadedFile, *, usage: str, acteur: Utilisateur
) -> Piece:
    """Attach one file to a draft or to an open request.

    Raises `FichierRefuse` (French reason) for a name the guard refuses (D-08), a content that
    does not match, a size over 5 Mo or a ninth file (D-07). The parent is locked, then counted.
    """
    controle = _controler(fichier)
    verrouille = _verrouiller(parent)
    piece = _ajouter(verrouille, fichier, controle, usage, acteur)
    if isinstance(verrouille, Demande):
        _signaler_ajout(verrouille, acteur)
    else:
        verrouille.prolonger(piece.deposee_le)
        verrouille.save(update_fields=["modifie_le", "expire_le"])
    return piece


def joindre_justificatif(demande: Demande, fichier: UploadedFile, *, acteur: Utilisateur) -> Piece:
    """Attach the document of an urgency (D-10) to a request that the caller holds.

    It answers nothing that the caisse asked: a wait for the partner goes on. Raises as `joindre`.
    """
    return _ajouter(demande, fichier, _controler(fichier), Piece.Usage.URGENCE, acteur)


def tracer_fichier_refuse(parent: Brouillon | Demande, code: str, *, acteur: Utilisateur) -> None:
    """Record that a file was refused, and for which kind of reason; never its name."""
    journal.tracer(acteur, journal.Action.REFUS, parent, raison=f"fichier:{code}")


@transaction.atomic
def retirer(piece: Piece, *, acteur: Utilisateur) -> None:
    """Remove a file from a draft; a no-op when it is removed already.

    A filed request keeps what was filed with it: raises `PieceIndisponible` for a file of a
    request, `DepotImpossible` for one whose draft was filed meanwhile.
    """
    if piece.brouillon is None:
        raise PieceIndisponible("Une pièce déposée ne peut plus être retirée.")
    brouillon = verrouiller_brouillon(piece.brouillon)
    verrouillee = brouillon.pieces.select_for_update().filter(pk=piece.pk).first()
    if verrouillee is None:
        return
    effacer_octets(verrouillee)
    journal.tracer(acteur, journal.Action.SUPPRESSION, verrouillee)
    verrouillee.delete()


def ouvrir(piece: Piece, *, acteur: Utilisateur) -> File:
    """The bytes, for somebody who may see the piece; leaves a trace.

    Raises `PieceIndisponible` before a clean verdict.
    """
    if not piece.est_saine:
        raise PieceIndisponible(
            "Ce fichier a été refusé par l'antivirus."
            if piece.est_refusee
            else "L'analyse antivirus de ce fichier n'est pas terminée : réessayez dans un instant."
        )
    journal.tracer(acteur, journal.Action.TELECHARGEMENT, piece)
    return piece.fichier.open("rb")


def analyser(pk: int) -> None:
    """Ask the antivirus about one pending file, wherever the file goes during the scan."""
    analyse.analyser(Piece, pk, _annoncer)


def en_attente() -> list[int]:
    return analyse.en_attente(Piece)


def _controler(fichier: UploadedFile) -> FichierControle:
    controle = controler(fichier.name or "", cast(BinaryIO, fichier.file), fichier.size or 0)
    exiger_nom(controle.nom_propre)
    return controle


def _ajouter(
    parent: Brouillon | Demande,
    fichier: UploadedFile,
    controle: FichierControle,
    usage: str,
    acteur: Utilisateur,
) -> Piece:
    """Keep a checked file with its parent, which is held."""
    _refuser_si_complet(parent)
    piece = Piece(
        usage=usage,
        nom=controle.nom_propre,
        type_mime=controle.type_mime,
        taille=controle.taille,
        sha256=controle.sha256,
        deposee_par=acteur,
        deposee_le=timezone.now(),
        **{_lien(parent): parent},
    )
    piece.fichier.save(controle.nom_propre, File(cast(BinaryIO, fichier.file)), save=False)
    piece.save()
    journal.tracer(acteur, journal.Action.CREATION, piece)
    _analyser_apres_validation(piece)
    return piece


def _refuser_si_complet(parent: Any) -> None:
    if parent.pieces.comptees().count() >= NOMBRE_MAX:
        suite = (
            "Dites dans un message ce qui manque."
            if isinstance(parent, Demande)
            else "Retirez-en une avant d'en ajouter."
        )
        raise FichierRefuse(
            f"La demande a déjà {NOMBRE_MAX} pièces jointes, le maximum. {suite}", "nombre"
        )
    if isinstance(parent, Demande) and parent.est_close:
        raise FichierRefuse("La demande est clôturée : elle ne reçoit plus de pièce.", "close")


def _verrouiller(parent: Brouillon | Demande) -> Brouillon | Demande:
    if isinstance(parent, Demande):
        return suivi.verrouiller(parent)
    return verrouiller_brouillon(parent)


def _lien(parent: Brouillon | Demande) -> str:
    return "demande" if isinstance(parent, Demande) else "brouillon"


def _analyser_apres_validation(piece: Piece) -> None:
    from signalements.tasks import analyser_piece

    analyser_piece.delay_on_commit(piece.pk)


def _signaler_ajout(demande: Demande, acteur: Utilisateur) -> None:
    demande = suivi.verrouiller(demande)
    maintenant = timezone.now()
    evenement = suivi.noter(demande, "Pièce jointe ajoutée", acteur=acteur, quand=maintenant)
    if acteur.profil == Profil.TECHNICIEN:
        if not demande.partenaire_a_repondu:
            suivi.prevenir_agent(demande, evenement)
        suivi.repondre(demande, quand=maintenant)
    suivi.enregistrer(demande)


def _annoncer(piece: Piece) -> None:
    if not piece.est_refusee:
        journal.tracer(None, journal.Action.CHANGEMENT, piece, verdict=piece.etat)
        return
    journal.tracer(None, journal.Action.REFUS, piece, raison=piece.etat)
    if piece.demande is None:
        return
    demande = suivi.verrouiller(piece.demande)
    suivi.noter(
        demande,
        "Pièce jointe refusée par l'antivirus",
        acteur=None,
        quand=timezone.now(),
    )
    suivi.enregistrer(demande)
    cle = f"piece:{piece.pk}:refusee"
    notifications.notifier(
        [piece.deposee_par], "fichier_refuse", cle=cle, reference=demande.reference
    )
