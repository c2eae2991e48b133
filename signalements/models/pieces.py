"""Attachments of a draft or of a request (D-07)."""

import uuid
from typing import Any, cast

from django.core.files.storage import storages
from django.db import models
from django.db.models import Q

from comptes.models import Utilisateur
from portail.fichiers import NOMBRE_MAX, TAILLE_MAX
from signalements.models.brouillons import Brouillon
from signalements.models.demandes import Demande


def _stockage() -> Any:
    return storages["prive"]


def _chemin(piece: "Piece", nom: str) -> str:
    """Random and without any personal data; spread over folders."""
    cle = uuid.uuid4().hex
    return f"pieces/{cle[:2]}/{cle}"


class PieceQuerySet(models.QuerySet["Piece"]):
    def visibles_par(self, acteur: Any) -> "PieceQuerySet":
        return self.filter(
            Q(demande__in=Demande.objects.visibles_par(acteur))
            | Q(brouillon__in=Brouillon.objects.visibles_par(acteur))
        )

    def comptees(self) -> "PieceQuerySet":
        """Those that count against the limit: a refused file is gone."""
        return self.exclude(etat__in=REFUSES)

    def refusees(self) -> "PieceQuerySet":
        return self.filter(etat__in=REFUSES)


class Piece(models.Model):
    """One file. Its bytes cannot be read before the antivirus said that it is clean."""

    NOMBRE_MAX = NOMBRE_MAX
    TAILLE_MAX = TAILLE_MAX

    class Etat(models.TextChoices):
        EN_ATTENTE = "en_attente", "Analyse antivirus en cours"
        SAINE = "saine", "Vérifiée"
        INFECTEE = "infectee", "Refusée : virus détecté"
        ILLISIBLE = "illisible", "Refusée : analyse impossible"

    class Usage(models.TextChoices):
        AUTRE = "autre", "Pièce jointe"
        CONSENTEMENT = "consentement", "Formulaire de consentement signé"
        URGENCE = "urgence", "Justificatif d'urgence"

    identifiant = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    demande = models.ForeignKey(
        Demande, on_delete=models.CASCADE, null=True, blank=True, related_name="pieces"
    )
    brouillon = models.ForeignKey(
        Brouillon, on_delete=models.CASCADE, null=True, blank=True, related_name="pieces"
    )
    usage = models.CharField(max_length=12, choices=Usage, default=Usage.AUTRE)
    nom = models.CharField("nom du fichier", max_length=120)
    type_mime = models.CharField(max_length=100)
    taille = models.PositiveIntegerField("taille en octets")
    sha256 = models.CharField(max_length=64)
    fichier = models.FileField(storage=_stockage, upload_to=_chemin, max_length=120, blank=True)
    etat = models.CharField(max_length=12, choices=Etat, default=Etat.EN_ATTENTE)
    deposee_par = models.ForeignKey(Utilisateur, on_delete=models.PROTECT, related_name="+")
    deposee_le = models.DateTimeField()
    analysee_le = models.DateTimeField(null=True, blank=True)

    objects = PieceQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce jointe"
        ordering = ["deposee_le", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(demande__isnull=True) ^ Q(brouillon__isnull=True),
                name="piece_a_un_seul_parent",
                violation_error_message="Une pièce appartient à une demande ou à un brouillon.",
            ),
            models.CheckConstraint(
                condition=Q(taille__gt=0, taille__lte=TAILLE_MAX),
                name="piece_taille_permise",
                violation_error_message="Un fichier pèse au plus 5 Mo.",
            ),
            models.CheckConstraint(
                condition=Q(etat="en_attente") ^ Q(analysee_le__isnull=False),
                name="piece_verdict_est_date",
                violation_error_message="Un verdict porte sa date.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["deposee_le"], condition=Q(etat="en_attente"), name="piece_en_attente"
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def reference(self) -> str:
        return str(self.identifiant)

    @property
    def parent(self) -> "Demande | Brouillon":
        return cast("Demande | Brouillon", self.demande or self.brouillon)

    @property
    def caisse_id(self) -> int:
        return self.parent.caisse_id

    @property
    def partenaire_id(self) -> int:
        return self.parent.partenaire_id

    @property
    def est_saine(self) -> bool:
        return self.etat == self.Etat.SAINE

    @property
    def est_refusee(self) -> bool:
        return self.etat in REFUSES


# Found by the antivirus, or past what it can look into: the bytes are erased either way.
REFUSES = (Piece.Etat.INFECTEE, Piece.Etat.ILLISIBLE)
