"""What an account is told in the portal, and how it wants to be told by mail."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from comptes.models.utilisateurs import Utilisateur


class Genre(models.TextChoices):
    """The kinds of event that one sets a preference for."""

    MES_DEMANDES = "mes_demandes", "Du nouveau sur vos demandes"
    REPONSES = "reponses", "Un partenaire vous a répondu"
    DEMANDES_CONFIEES = "demandes_confiees", "Les demandes et remplacements qui vous sont confiés"
    DELAIS_SUIVIS = "delais_suivis", "Les délais des demandes que vous suivez"
    DELAIS_EQUIPE = "delais_equipe", "Les délais des demandes de l’équipe"
    DELAIS_CAISSE = "delais_caisse", "Les délais dépassés de la caisse"
    DEMARCHES = "demarches", "Les démarches sur les comptes"
    REVUES = "revues", "Les revues des habilitations"
    CONVENTIONS = "conventions", "La vie des conventions"
    COMPTES = "comptes", "La suppression prochaine de comptes"
    INCIDENTS = "incidents", "Fraude, vol ou perte d’un compte"
    VIOLATIONS = "violations", "Les violations de données"


class Remise(models.TextChoices):
    """How the mail of a notification leaves; the portal shows it in any case."""

    IMMEDIATE = "immediate", "Tout de suite"
    QUOTIDIEN = "quotidien", "Récapitulatif quotidien"
    AUCUN = "aucun", "Pas d’e-mail"


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visibles_par(self, acteur: Any) -> "NotificationQuerySet":
        """One's own, and nobody else's."""
        return self.filter(destinataire=acteur.pk)

    def non_lues(self) -> "NotificationQuerySet":
        return self.filter(lue_le__isnull=True)

    def a_recapituler(self) -> "NotificationQuerySet":
        """For the next daily digest of its account."""
        return self.non_lues().filter(remise=Remise.QUOTIDIEN, recapitulee_le__isnull=True)


class Notification(models.Model):
    """There is something to read, and where: closed codes and a public identifier (D-17).

    Told once: the same `cle` never comes twice to the same account.
    """

    identifiant = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    destinataire = models.ForeignKey(
        Utilisateur, on_delete=models.CASCADE, related_name="notifications", db_index=False
    )
    gabarit = models.CharField(max_length=60)
    cle = models.CharField("clé d'unicité", max_length=120)
    reference = models.CharField(max_length=60, blank=True)
    details = models.JSONField(default=dict)
    creee_le = models.DateTimeField()
    lue_le = models.DateTimeField("lue le", null=True, blank=True)
    remise = models.CharField(max_length=10, choices=Remise)
    recapitulee_le = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = "notification"
        ordering = ["-creee_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["destinataire", "cle"],
                name="notification_une_fois",
                violation_error_message="Cette notification existe déjà.",
            ),
        ]
        indexes = [
            models.Index(fields=["destinataire", "-creee_le", "-id"], name="notification_page"),
            models.Index(
                fields=["destinataire"],
                condition=Q(lue_le__isnull=True),
                name="notification_non_lue",
            ),
            models.Index(
                fields=["destinataire", "creee_le"],
                condition=Q(remise="quotidien", recapitulee_le__isnull=True, lue_le__isnull=True),
                name="notification_a_recapituler",
            ),
            # G-04: what was told of a request that is anonymised.
            models.Index(fields=["reference"], name="notification_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.gabarit} {self.reference}".strip()


class Preference(models.Model):
    """How an account wants to be told of one kind of event; without it, the profile's default."""

    utilisateur = models.ForeignKey(
        Utilisateur, on_delete=models.CASCADE, related_name="preferences", db_index=False
    )
    genre = models.CharField(max_length=20, choices=Genre)
    remise = models.CharField(max_length=10, choices=Remise)

    class Meta:
        verbose_name = "préférence de notification"
        constraints = [
            models.UniqueConstraint(
                fields=["utilisateur", "genre"],
                name="preference_une_par_genre",
                violation_error_message="Cette préférence existe déjà.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_genre_display()} : {self.get_remise_display()}"
