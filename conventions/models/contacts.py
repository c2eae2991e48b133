"""Who to talk to on each side: référents, DPO, support; every change is dated (C-08)."""

import uuid

from django.db import models
from django.db.models import Q

from comptes.models import Caisse, Partenaire


class ContactQuerySet(models.QuerySet["Contact"]):
    def actuels(self) -> "ContactQuerySet":
        return self.filter(jusqu_au__isnull=True)


class Contact(models.Model):
    """A person or a desk named by a caisse, for its partners, or by a partner.

    A change closes the row (`jusqu_au`, its last day) and opens another one.
    """

    class Role(models.TextChoices):
        REFERENT = "referent", "Référent local"
        DPO = "dpo", "Délégué à la protection des données"
        SUPPORT = "support", "Contact de support"

    identifiant = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    caisse = models.ForeignKey(
        Caisse, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    partenaire = models.ForeignKey(
        Partenaire, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    role = models.CharField("rôle", max_length=10, choices=Role)
    nom = models.CharField("nom ou service", max_length=120)
    fonction = models.CharField("fonction", max_length=120, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    depuis = models.DateField("depuis le")
    jusqu_au = models.DateField("jusqu'au", null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = "contact"
        ordering = ["role", "nom", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(caisse__isnull=True) ^ Q(partenaire__isnull=True),
                name="contact_d_une_seule_partie",
                violation_error_message="Un contact est celui d'une caisse ou d'un partenaire.",
            ),
            models.CheckConstraint(
                condition=~Q(role="support") | Q(caisse__isnull=False),
                name="contact_support_de_caisse",
                violation_error_message="Le contact de support est nommé par la caisse.",
            ),
            models.CheckConstraint(
                condition=~Q(telephone="", email=""),
                name="contact_joignable",
                violation_error_message="Donnez un téléphone ou une adresse électronique.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} : {self.nom}"
