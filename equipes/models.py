"""What partners and caisses ask each other about accounts: demarches, reviews, incidents."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from comptes import habilitations
from comptes.models import Caisse, Partenaire, Utilisateur
from conventions.models import Document


class DemarcheQuerySet(models.QuerySet["Demarche"]):
    def visibles_par(self, acteur: Any) -> "DemarcheQuerySet":
        """An admin sees those put to its caisses, a gestionnaire those of its partner."""
        return self.filter(
            Q(caisse__in=habilitations.caisses(acteur, "administrer"))
            | Q(partenaire__in=habilitations.partenaires(acteur, "gerer"))
        )

    def a_traiter(self) -> "DemarcheQuerySet":
        return self.filter(etat=Demarche.Etat.DEPOSEE)


class Demarche(models.Model):
    """What a partner asks of a caisse about a gestionnaire's account (H-02, H-08, H-09).

    `donnees` holds what the form of this nature checked, by field name: the identity of the person
    to habilitate (H-02), the new values of the four fields that may change (H-08). It is emptied
    when the account is erased (H-14). `demandee_par` None: keyed in by the caisse.
    """

    class Nature(models.TextChoices):
        HABILITATION = "habilitation", "Habilitation d'un gestionnaire"
        MODIFICATION = "modification", "Modification d'un compte"
        INACTIVATION = "inactivation", "Inactivation d'un gestionnaire"

    class Etat(models.TextChoices):
        DEPOSEE = "deposee", "À traiter"
        ACCEPTEE = "acceptee", "Acceptée"
        REFUSEE = "refusee", "Refusée"
        RETIREE = "retiree", "Retirée"

    identifiant = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    nature = models.CharField(max_length=12, choices=Nature)
    etat = models.CharField("état", max_length=10, choices=Etat, default=Etat.DEPOSEE)
    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, related_name="+")
    partenaire = models.ForeignKey(Partenaire, on_delete=models.PROTECT, related_name="demarches")
    # The account concerned; for a habilitation, the one that was created from it.
    compte = models.ForeignKey(
        Utilisateur, on_delete=models.PROTECT, null=True, blank=True, related_name="demarches"
    )
    donnees = models.JSONField(default=dict)
    # H-09
    date_voulue = models.DateField("date d'inactivation souhaitée", null=True, blank=True)
    # H-10: who takes over the techniciens.
    repreneur = models.ForeignKey(
        Utilisateur, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    demandee_par = models.ForeignKey(
        Utilisateur, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    demandee_le = models.DateTimeField()
    # H-02: the fifth working day of the caisse's département.
    echeance_le = models.DateField("à traiter avant le", null=True, blank=True)
    traitee_par = models.ForeignKey(
        Utilisateur, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    traitee_le = models.DateTimeField(null=True, blank=True)
    motif_refus = models.TextField("motif du refus", max_length=1000, blank=True)

    objects = DemarcheQuerySet.as_manager()

    class Meta:
        verbose_name = "démarche"
        ordering = ["echeance_le", "demandee_le", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(etat="deposee") ^ Q(traitee_le__isnull=False),
                name="demarche_traitee_est_datee",
                violation_error_message="Une démarche traitée porte sa date.",
            ),
            models.CheckConstraint(
                condition=Q(etat="refusee") | Q(motif_refus=""),
                name="demarche_refusee_seule_motivee",
                violation_error_message="Seul un refus porte un motif.",
            ),
            models.CheckConstraint(
                condition=Q(nature="inactivation") ^ Q(date_voulue__isnull=True),
                name="demarche_inactivation_est_datee",
                violation_error_message="Une inactivation porte la date souhaitée.",
            ),
            models.UniqueConstraint(
                fields=["compte", "nature"],
                condition=Q(etat="deposee"),
                name="demarche_une_a_la_fois",
                violation_error_message="Une démarche de ce type est déjà en cours pour ce compte.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["caisse", "echeance_le"],
                condition=Q(etat="deposee"),
                name="demarche_a_traiter",
            ),
        ]

    def __str__(self) -> str:
        return self.get_nature_display()

    @property
    def reference(self) -> str:
        return str(self.identifiant)


class Incident(models.Model):
    """Fraud, theft or loss: the account was closed at once, and the partner told (H-13)."""

    class Nature(models.TextChoices):
        FRAUDE = "fraude", "Usage frauduleux"
        VOL = "vol", "Vol d'identifiants ou d'appareil"
        PERTE = "perte", "Perte d'identifiants ou d'appareil"

    identifiant = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    compte = models.ForeignKey(Utilisateur, on_delete=models.PROTECT, related_name="incidents")
    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, related_name="+")
    partenaire = models.ForeignKey(Partenaire, on_delete=models.PROTECT, related_name="incidents")
    nature = models.CharField(max_length=8, choices=Nature)
    constate_le = models.DateField("constaté le")
    recit = models.TextField("ce qui s'est passé", max_length=2000)
    signale_par = models.ForeignKey(
        Utilisateur, on_delete=models.PROTECT, null=True, related_name="+"
    )
    signale_le = models.DateTimeField()
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        verbose_name = "incident"
        ordering = ["-signale_le"]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} signalé le {self.signale_le:%d/%m/%Y}"

    @property
    def reference(self) -> str:
        return str(self.identifiant)


class RevueQuerySet(models.QuerySet["Revue"]):
    def visibles_par(self, acteur: Any) -> "RevueQuerySet":
        return self.filter(
            Q(caisse__in=habilitations.caisses(acteur, "administrer"))
            | Q(partenaire__in=habilitations.partenaires(acteur, "gerer"))
        )

    def ouvertes(self) -> "RevueQuerySet":
        return self.filter(signee_le__isnull=True)


class Revue(models.Model):
    """One partner's review of its habilitations, asked by a caisse (H-15)."""

    identifiant = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, related_name="revues")
    partenaire = models.ForeignKey(Partenaire, on_delete=models.PROTECT, related_name="revues")
    ouverte_le = models.DateTimeField()
    # None: the periodic one.
    ouverte_par = models.ForeignKey(
        Utilisateur, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    echeance_le = models.DateField("à rendre avant le")
    signee_le = models.DateTimeField(null=True, blank=True)
    signee_par = models.ForeignKey(
        Utilisateur, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True)

    objects = RevueQuerySet.as_manager()

    class Meta:
        verbose_name = "revue des habilitations"
        ordering = ["-ouverte_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "partenaire"],
                condition=Q(signee_le__isnull=True),
                name="revue_une_seule_ouverte",
                violation_error_message="Une revue est déjà en cours pour ce partenaire.",
            ),
        ]

    def __str__(self) -> str:
        return f"Revue ouverte le {self.ouverte_le:%d/%m/%Y}"

    @property
    def reference(self) -> str:
        return str(self.identifiant)


class LigneRevue(models.Model):
    """An account under review, and what the gestionnaire decided of it."""

    class Decision(models.TextChoices):
        CONSERVER = "conserver", "Conserver"
        TERMINER = "terminer", "Mettre fin"

    revue = models.ForeignKey(Revue, on_delete=models.CASCADE, related_name="lignes")
    compte = models.ForeignKey(Utilisateur, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField("décision", max_length=10, choices=Decision, blank=True)

    class Meta:
        verbose_name = "ligne de revue"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["revue", "compte"],
                name="ligne_revue_unique",
                violation_error_message="Ce compte figure déjà dans la revue.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.compte} : {self.get_decision_display() or 'à décider'}"
