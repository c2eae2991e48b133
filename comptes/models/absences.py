"""When an agent is away, and who stands in."""

import uuid
from collections.abc import Collection
from datetime import date

from django.db import models
from django.db.models import F, Q

from comptes.models.utilisateurs import Utilisateur


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def maintenues(self) -> "AbsenceQuerySet":
        return self.filter(annulee_le__isnull=True)

    def en_cours(self, agents: Collection[int], jour: date) -> "AbsenceQuerySet":
        """Those of these agents that hold on that day, both ends included."""
        return self.maintenues().filter(agent__in=agents, du__lte=jour, au__gte=jour)


class Absence(models.Model):
    """Days, both included, during which new work and alerts go to the substitute."""

    identifiant = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    agent = models.ForeignKey(Utilisateur, on_delete=models.CASCADE, related_name="absences")
    du = models.DateField("premier jour d’absence")
    au = models.DateField("dernier jour d’absence")
    remplacant = models.ForeignKey(
        Utilisateur,
        on_delete=models.PROTECT,
        related_name="remplacements",
        verbose_name="remplacé par",
    )
    creee_le = models.DateTimeField()
    creee_par = models.ForeignKey(Utilisateur, on_delete=models.PROTECT, related_name="+")
    annulee_le = models.DateTimeField(null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = "absence"
        ordering = ["du", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(au__gte=F("du")),
                name="absence_finit_apres_son_debut",
                violation_error_message="Le dernier jour ne peut précéder le premier.",
            ),
            models.CheckConstraint(
                condition=~Q(agent=F("remplacant")),
                name="absence_remplacee_par_un_autre",
                violation_error_message="Choisissez un collègue : on ne se remplace pas soi-même.",
            ),
        ]

    def __str__(self) -> str:
        return f"Absence du {self.du:%d/%m/%Y} au {self.au:%d/%m/%Y}"
