"""Who did what: append-only (G-05)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from comptes.models.utilisateurs import Utilisateur


class Trace(models.Model):
    """Who did what, when, from where (G-05). Rows are only ever added: see migration 0002.

    References are plain numbers without constraint, so that erasing an account (H-14) never has
    to touch the trace. `details` never holds what a person typed.
    """

    class Action(models.TextChoices):
        CONNEXION = "connexion", "Connexion"
        CONNEXION_REFUSEE = "connexion_refusee", "Connexion refusée"
        DECONNEXION = "deconnexion", "Déconnexion"
        CGU = "cgu", "CGU acceptées"
        HABILITATION = "habilitation", "Habilitation"
        LECTURE = "lecture", "Lecture"
        RECHERCHE = "recherche", "Recherche"
        CREATION = "creation", "Création"
        CHANGEMENT = "changement", "Changement"
        SUPPRESSION = "suppression", "Suppression"
        MESSAGE = "message", "Message"
        TELECHARGEMENT = "telechargement", "Téléchargement"
        REFUS = "refus", "Refus"

    quand = models.DateTimeField(default=timezone.now, db_index=True)
    qui = models.ForeignKey(
        Utilisateur,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
    )
    action = models.CharField(max_length=20, choices=Action)
    objet = models.CharField(max_length=40, blank=True)
    cle = models.CharField(max_length=60, blank=True)
    caisse_id = models.BigIntegerField(null=True)
    partenaire_id = models.BigIntegerField(null=True)
    adresse = models.GenericIPAddressField(null=True)
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name = "trace"
        ordering = ["-quand", "-pk"]
        indexes = [
            models.Index(fields=["objet", "cle", "-quand"], name="trace_par_objet"),
            models.Index(fields=["qui", "-quand"], name="trace_par_auteur"),
            models.Index(
                fields=["partenaire_id", "-quand"],
                condition=Q(partenaire_id__isnull=False),
                name="trace_par_partenaire",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quand:%d/%m/%Y %H:%M} {self.get_action_display()} {self.objet} {self.cle}"
