"""The comité de pilotage of a convention: its meetings, their reports, what was reminded (C-09)."""

import uuid

from django.db import models
from django.db.models import Q

from comptes.models import Utilisateur
from conventions.models.conventions import Convention
from conventions.models.documents import Scan


class Reunion(models.Model):
    """One meeting: planned for a day to come, then held on a day past, with its shared report."""

    class Etat(models.TextChoices):
        PREVUE = "prevue", "Prévue"
        TENUE = "tenue", "Tenue"

    identifiant = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    convention = models.ForeignKey(Convention, on_delete=models.CASCADE, related_name="reunions")
    etat = models.CharField("état", max_length=6, choices=Etat)
    jour = models.DateField("date de la réunion")
    compte_rendu = models.OneToOneField(
        Scan, on_delete=models.PROTECT, null=True, blank=True, related_name="reunion"
    )
    # The last time that its state or its day was recorded.
    enregistree_par = models.ForeignKey(
        Utilisateur, on_delete=models.PROTECT, null=True, related_name="+"
    )
    enregistree_le = models.DateTimeField()

    class Meta:
        verbose_name = "comité de pilotage"
        verbose_name_plural = "comités de pilotage"
        ordering = ["-jour", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention"],
                condition=Q(etat="prevue"),
                name="copil_un_seul_prevu",
                violation_error_message="Un comité de pilotage est déjà prévu.",
            ),
            models.UniqueConstraint(
                fields=["convention", "jour"],
                condition=Q(etat="tenue"),
                name="copil_tenu_une_fois_par_jour",
                violation_error_message="Un comité de pilotage est déjà enregistré à cette date.",
            ),
            models.CheckConstraint(
                condition=Q(etat="tenue") | Q(compte_rendu__isnull=True),
                name="copil_compte_rendu_d_une_reunion_tenue",
                violation_error_message="Le compte rendu est celui d’une réunion qui a eu lieu.",
            ),
        ]

    def __str__(self) -> str:
        return f"Comité de pilotage du {self.jour:%d/%m/%Y}"

    @property
    def reference(self) -> str:
        return str(self.identifiant)

    @property
    def est_tenue(self) -> bool:
        return self.etat == self.Etat.TENUE


class RappelCopil(models.Model):
    """A reminder that left, once for all: about which day, and which of the series it is."""

    convention = models.ForeignKey(
        Convention, on_delete=models.CASCADE, related_name="rappels_copil"
    )
    pour = models.DateField("pour le")
    nom = models.CharField(max_length=12)
    emis_le = models.DateTimeField()

    class Meta:
        verbose_name = "rappel de comité de pilotage"
        verbose_name_plural = "rappels de comité de pilotage"
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "pour", "nom"],
                name="copil_rappele_une_fois",
                violation_error_message="Ce rappel est déjà parti.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nom} pour le {self.pour:%d/%m/%Y}"
