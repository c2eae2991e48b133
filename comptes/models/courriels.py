"""The mails, as rows."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from comptes.models.utilisateurs import Utilisateur


class Courriel(models.Model):
    """An outgoing mail. It carries no personal data: a template and a reference (D-17).

    It goes to an account, or to `adresse`: a desk that a party named and that has no account.
    """

    class Etat(models.TextChoices):
        A_ENVOYER = "a_envoyer", "À envoyer"
        ENVOYE = "envoye", "Envoyé"
        ABANDONNE = "abandonne", "Abandonné"

    cle = models.CharField("clé d'unicité", max_length=160, unique=True)
    destinataire = models.ForeignKey(
        Utilisateur, on_delete=models.CASCADE, null=True, blank=True, related_name="courriels"
    )
    adresse = models.EmailField(blank=True)
    gabarit = models.CharField(max_length=60)
    contexte = models.JSONField(default=dict)
    etat = models.CharField(max_length=12, choices=Etat, default=Etat.A_ENVOYER)
    cree_le = models.DateTimeField(default=timezone.now)
    a_envoyer_le = models.DateTimeField(default=timezone.now)
    envoye_le = models.DateTimeField(null=True, blank=True)
    tentatives = models.PositiveSmallIntegerField(default=0)
    # The kind of failure, never its message: a server quotes addresses.
    derniere_erreur = models.CharField("dernière erreur", max_length=80, blank=True)

    class Meta:
        verbose_name = "courriel"
        ordering = ["-cree_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(etat="envoye") ^ Q(envoye_le__isnull=True),
                name="courriel_envoye_est_date",
                violation_error_message="Un courriel envoyé porte sa date d'envoi.",
            ),
            models.CheckConstraint(
                condition=Q(destinataire__isnull=False) ^ ~Q(adresse=""),
                name="courriel_a_un_seul_destinataire",
                violation_error_message="Un courriel va à un compte ou à une adresse.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["a_envoyer_le"], condition=Q(etat="a_envoyer"), name="courriel_a_envoyer"
            ),
            models.Index(
                fields=["a_envoyer_le"], condition=Q(etat="abandonne"), name="courriel_abandonne"
            ),
            models.Index(fields=["envoye_le"], condition=Q(etat="envoye"), name="courriel_envoye"),
        ]

    def __str__(self) -> str:
        return f"Courriel {self.cle}"
