"""A request being written: kept for its author alone, until it is filed or expires."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.urls import reverse

from comptes import habilitations
from comptes.models import Caisse, Partenaire, Utilisateur
from conventions.models import Service

DUREE = timedelta(days=14)


class BrouillonQuerySet(models.QuerySet["Brouillon"]):
    def visibles_par(self, acteur: Any) -> "BrouillonQuerySet":
        """One's own drafts, for partners for which one still files."""
        partenaires = habilitations.partenaires(acteur, "deposer")
        return self.filter(auteur=acteur.pk, partenaire__in=sorted(partenaires))

    def commences(self) -> "BrouillonQuerySet":
        """Those in which something was typed or attached."""
        return self.filter(models.Q(vide=False) | models.Exists(_pieces()))


def _pieces() -> "models.QuerySet[Any]":
    from signalements.models.pieces import Piece

    return Piece.objects.filter(brouillon=models.OuterRef("pk"))


class Brouillon(models.Model):
    """What was typed so far, field by field, as the browser sent it.

    A field that the guard refuses is never stored, not even here (D-08).
    """

    identifiant = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    auteur = models.ForeignKey(Utilisateur, on_delete=models.CASCADE, related_name="brouillons")
    partenaire = models.ForeignKey(Partenaire, on_delete=models.CASCADE, related_name="+")
    caisse = models.ForeignKey(Caisse, on_delete=models.CASCADE, related_name="+")
    service = models.CharField(max_length=20, choices=Service)
    contenu = models.JSONField(default=dict)
    vide = models.BooleanField(default=True)
    modifie_le = models.DateTimeField()
    expire_le = models.DateTimeField()

    objects = BrouillonQuerySet.as_manager()

    class Meta:
        verbose_name = "brouillon"
        ordering = ["-modifie_le"]
        indexes = [models.Index(fields=["expire_le"], name="brouillon_expire")]

    def __str__(self) -> str:
        return f"Brouillon du {self.modifie_le:%d/%m/%Y}"

    def prolonger(self, quand: datetime) -> None:
        """Something was added: the delay starts again; the caller saves both dates."""
        self.modifie_le = quand
        self.expire_le = quand + DUREE

    @property
    def reference(self) -> str:
        return str(self.identifiant)

    def get_absolute_url(self) -> str:
        return reverse("signalements:brouillon", args=[self.identifiant])

    @property
    def titre(self) -> str:
        """What the author recognises it by."""
        noms = ["".join(self.contenu.get(champ, [])) for champ in ("prenom", "nom")]
        return " ".join(filter(None, noms)) or "Personne non renseignée"
