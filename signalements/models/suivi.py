"""What happens to a request: its history, its deadlines, its messages, its receipt."""

from typing import Any

from django.core.files.storage import storages
from django.db import models
from django.db.models import Q

from comptes.models import Profil, Utilisateur
from signalements.models.choix import Canal
from signalements.models.demandes import Demande


class EvenementQuerySet(models.QuerySet["Evenement"]):
    def visibles_par(self, acteur: Utilisateur) -> "EvenementQuerySet":
        """A partner sees the steps that concern it; the caisse sees them all."""
        return self if acteur.profil == Profil.AGENT else self.filter(visible=True)


class Evenement(models.Model):
    """One line of the request's history; appended, never edited."""

    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="evenements")
    quand = models.DateTimeField()
    auteur = models.ForeignKey(
        Utilisateur, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    libelle = models.CharField(max_length=160)
    etat = models.CharField(max_length=20, blank=True)
    visible = models.BooleanField("visible du partenaire", default=True)

    objects = EvenementQuerySet.as_manager()

    class Meta:
        verbose_name = "événement"
        ordering = ["quand", "pk"]

    def __str__(self) -> str:
        return self.libelle


class MessageQuerySet(models.QuerySet["Message"]):
    def visibles_par(self, acteur: Utilisateur) -> "MessageQuerySet":
        """Internal notes stay on the caisse's side."""
        return self if acteur.profil == Profil.AGENT else self.filter(interne=False)


class Message(models.Model):
    """A message between the two sides, or a note that the partner never sees."""

    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="messages")
    auteur = models.ForeignKey(Utilisateur, on_delete=models.PROTECT, related_name="+")
    de_la_caisse = models.BooleanField()
    interne = models.BooleanField("note interne", default=False)
    texte = models.CharField(max_length=5000)
    envoye_le = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "message"
        ordering = ["envoye_le", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(interne=False) | Q(de_la_caisse=True),
                name="message_note_de_la_caisse",
                violation_error_message="Une note interne est écrite par la caisse.",
            ),
        ]

    def __str__(self) -> str:
        return f"Message du {self.envoye_le:%d/%m/%Y}"


class Contact(models.Model):
    """An attempt to reach the insured person (D-12)."""

    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="contacts")
    agent = models.ForeignKey(Utilisateur, on_delete=models.PROTECT, related_name="+")
    quand = models.DateTimeField()
    canal = models.CharField(max_length=12, choices=Canal)
    abouti = models.BooleanField()
    consentement_confirme = models.BooleanField(default=False)

    class Meta:
        verbose_name = "contact"
        ordering = ["quand", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(consentement_confirme=False) | Q(abouti=True),
                name="contact_consentement_suppose_abouti",
                violation_error_message="Le consentement suppose que la personne a été jointe.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_canal_display()} – {'jointe' if self.abouti else 'sans réponse'}"


def _stockage() -> Any:
    return storages["prive"]


def _chemin(recepisse: "Recepisse", nom: str) -> str:
    return f"recepisses/{recepisse.sha256[:2]}/{recepisse.sha256}.pdf"


class Recepisse(models.Model):
    """The PDF receipt, kept as it was made: bytes, fingerprint and template version."""

    demande = models.OneToOneField(Demande, on_delete=models.CASCADE, related_name="recepisse")
    fichier = models.FileField(storage=_stockage, upload_to=_chemin, max_length=120)
    sha256 = models.CharField(max_length=64)
    version_gabarit = models.CharField(max_length=20)
    genere_le = models.DateTimeField()

    class Meta:
        verbose_name = "récépissé"

    def __str__(self) -> str:
        return f"Récépissé {self.demande}"
