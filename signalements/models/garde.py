"""What the guard leaves to a human: contested refusals, and texts a new lexicon would stop."""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from comptes import habilitations
from comptes.models import Caisse, Partenaire, Utilisateur
from signalements.models.demandes import Demande
from signalements.models.pieces import Piece
from signalements.models.suivi import Message


class Lieu(models.TextChoices):
    """Where in a request a text stands."""

    COMMENTAIRES = "commentaires", "Commentaires de la demande"
    MESSAGE = "message", "Message"
    NOTE = "note", "Note interne"
    PIECE = "piece", "Nom d'une pièce jointe"


class PassageQuerySet(models.QuerySet[Any]):
    def visibles_par(self, acteur: Any) -> "PassageQuerySet":
        """Those of the caisses whose data the actor protects."""
        return self.filter(caisse__in=sorted(habilitations.caisses(acteur, "proteger")))


class Passage(models.Model):
    """Words of a request that the guard stops, as the caisse's DPO reads them.

    `passages` holds short excerpts, each cut into [marked, text] segments; `categories` says what
    the marked words were taken for.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, related_name="+")
    partenaire = models.ForeignKey(Partenaire, on_delete=models.PROTECT, related_name="+")
    lieu = models.CharField("emplacement", max_length=20, choices=Lieu)
    passages = models.JSONField()
    categories = ArrayField(models.CharField(max_length=40))

    objects = PassageQuerySet.as_manager()

    class Meta:
        abstract = True


class Levee(Passage):
    """« Ce n'est pas une donnée de santé »: a refusal that its author set aside, with a reason.

    It is bound to one text by `empreinte`, a keyed hash (D-09).
    """

    class Avis(models.TextChoices):
        JUSTIFIEE = "justifiee", "Ce n'est pas une donnée de santé"
        INJUSTIFIEE = "injustifiee", "C'est une donnée de santé"

    identifiant = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="levees")
    auteur = models.ForeignKey(Utilisateur, on_delete=models.PROTECT, related_name="+")
    empreinte = models.CharField(max_length=64)
    raison = models.CharField("raison donnée", max_length=300)
    creee_le = models.DateTimeField("le")
    avis = models.CharField(max_length=12, choices=Avis, blank=True)
    relue_par = models.ForeignKey(
        Utilisateur, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    relue_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "levée"
        ordering = ["-creee_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(raison__gt=""),
                name="levee_a_une_raison",
                violation_error_message="Dites pourquoi ce n'est pas une donnée de santé.",
            ),
            models.CheckConstraint(
                condition=Q(avis="", relue_le__isnull=True, relue_par__isnull=True)
                | Q(avis__gt="", relue_le__isnull=False, relue_par__isnull=False),
                name="levee_relue_est_datee",
                violation_error_message="Une levée relue porte un avis, une date et un auteur.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["caisse", "-creee_le"], condition=Q(avis=""), name="levee_a_relire"
            ),
        ]

    def __str__(self) -> str:
        return f"Levée du {self.creee_le:%d/%m/%Y}"

    @property
    def est_un_numero(self) -> bool:
        """Are digits alone at stake: what looked like a NIR, and its author says is not (D-08)?"""
        return self.categories == ["treize_chiffres"]

    @property
    def avis_donne(self) -> str:
        """The opinion in words, about a number or about health."""
        if not self.est_un_numero:
            return self.get_avis_display()
        autre = self.avis == Levee.Avis.JUSTIFIEE
        return "C'est un autre numéro" if autre else "C'est un numéro de sécurité sociale"


class RelectureQuerySet(models.QuerySet["Relecture"]):
    def derniere_terminee(self) -> "Relecture | None":
        """The last reading that ended, whichever its lexicon."""
        return self.filter(terminee_le__isnull=False).order_by("-terminee_le").first()


class Relecture(models.Model):
    """One reading of every open request with one version of the lexicon."""

    lexique = models.CharField("version du lexique", max_length=64, unique=True)
    lancee_le = models.DateTimeField()
    terminee_le = models.DateTimeField(null=True, blank=True)
    lues = models.PositiveIntegerField("demandes relues", default=0)
    # Where the reading stands: the greatest primary key of the requests already read.
    derniere = models.BigIntegerField(default=0)

    objects = RelectureQuerySet.as_manager()

    class Meta:
        verbose_name = "relecture"
        ordering = ["-lancee_le"]

    def __str__(self) -> str:
        return f"Relecture du {self.lancee_le:%d/%m/%Y}"


class Arret(Passage):
    """A text of an open request that the lexicon of a reading would now stop."""

    relecture = models.ForeignKey(Relecture, on_delete=models.CASCADE, related_name="arrets")
    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="arrets")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, blank=True)
    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        verbose_name = "texte arrêté"
        ordering = ["demande_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["relecture", "demande", "message", "piece"],
                name="arret_unique_par_texte",
                nulls_distinct=False,
                violation_error_message="Ce texte est déjà dans la liste.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_lieu_display()} de {self.demande_id}"
