"""What the national support tells everybody, on every page (A-01)."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class AnnonceQuerySet(models.QuerySet["Annonce"]):
    def en_cours(self, maintenant: datetime) -> "AnnonceQuerySet":
        return self.filter(debut__lte=maintenant, fin__gt=maintenant)


class Annonce(models.Model):
    """An announcement shown on every page, signed in or not, between two instants."""

    titre = models.CharField("titre", max_length=80)
    texte = models.CharField("texte", max_length=300)
    debut = models.DateTimeField("affichée à partir du", default=timezone.now)
    fin = models.DateTimeField("jusqu'au")

    objects = AnnonceQuerySet.as_manager()

    class Meta:
        verbose_name = "annonce"
        ordering = ["-debut", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__gt=F("debut")),
                name="annonce_finit_apres_son_debut",
                violation_error_message="L'annonce doit finir après son début.",
            ),
        ]
        indexes = [models.Index(fields=["fin"], name="annonce_par_fin")]

    def __str__(self) -> str:
        return self.titre
