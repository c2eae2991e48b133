"""Breaches of personal data, declared by one party to the other's DPO (G-02)."""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from comptes import habilitations
from comptes.models import Caisse, Partenaire, Utilisateur
from conventions.models import Convention

DECIDER = ("proteger", "administrer")


def decidees(acteur: Any) -> frozenset[int]:
    """The caisses for which one decides what is made of a breach."""
    return frozenset(c for droit in DECIDER for c in habilitations.caisses(acteur, droit))


class ViolationQuerySet(models.QuerySet["Violation"]):
    def visibles_par(self, acteur: Any) -> "ViolationQuerySet":
        """Those of the caisses that one protects or administers, of the partner that one manages.

        Who works for a side without that right reads again what they declared themselves.
        """
        sienne = Q(declaree_par=acteur.pk) & (
            Q(caisse__in=habilitations.caisses(acteur, "instruire"))
            | Q(partenaire__in=habilitations.partenaires(acteur, "deposer"))
        )
        geree = Q(partenaire__in=habilitations.partenaires(acteur, "gerer"))
        return self.filter(Q(caisse__in=decidees(acteur)) | geree | sienne)

    def a_lire_par(self, acteur: Any) -> "ViolationQuerySet":
        """Those that the other party declared and that nobody on the actor's side read."""
        return self.filter(
            Q(cote=Violation.Cote.PARTENAIRE, caisse__in=decidees(acteur))
            | Q(
                cote=Violation.Cote.CAISSE,
                partenaire__in=habilitations.partenaires(acteur, "gerer"),
            ),
            etat=Violation.Etat.DECLAREE,
        )

    def ouvertes(self) -> "ViolationQuerySet":
        return self.exclude(etat=Violation.Etat.CLOSE)


class Violation(models.Model):
    """A breach of data, suspected or certain, that one party found and tells the other (G-02).

    `convention` gave the hours within which the other party's DPO has to know, counted from
    `constatee_le`. `cote` is the party that found it. It names no insured person: the texts pass
    the guard, the rest are closed lists and a number.
    """

    class Cote(models.TextChoices):
        PARTENAIRE = "partenaire", "Le partenaire"
        CAISSE = "caisse", "La caisse"

    class Statut(models.TextChoices):
        SUSPECTEE = "suspectee", "Soupçonnée"
        AVEREE = "averee", "Avérée"

    class Etat(models.TextChoices):
        DECLAREE = "declaree", "À lire"
        CONNUE = "connue", "En cours de traitement"
        CLOSE = "close", "Close"

    class Atteinte(models.TextChoices):
        """RGPD article 4, 12)."""

        CONFIDENTIALITE = "confidentialite", "Vues, copiées ou divulguées sans en avoir le droit"
        INTEGRITE = "integrite", "Modifiées sans en avoir le droit"
        DISPONIBILITE = "disponibilite", "Perdues, détruites ou devenues inaccessibles"

    class Categorie(models.TextChoices):
        IDENTITE = "identite", "Identité et coordonnées"
        NIR = "nir", "Numéro de sécurité sociale"
        SITUATION = "situation", "Situation sociale, familiale ou financière"
        SANTE = "sante", "Santé"
        PIECES = "pieces", "Pièces jointes à une demande"
        ACCES = "acces", "Identifiants de connexion"
        AUTRE = "autre", "Autres données, ou pas encore connu"

    class Suite(models.TextChoices):
        """RGPD article 33: the authority is told unless a risk is unlikely."""

        NOTIFIEE = "notifiee", "Notifiée à la CNIL"
        SANS_RISQUE = "sans_risque", "Non notifiée : un risque pour les personnes est improbable"
        ECARTEE = "ecartee", "Pas de violation : le soupçon est écarté"

    identifiant = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, related_name="+", db_index=False)
    partenaire = models.ForeignKey(
        Partenaire, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="+")
    cote = models.CharField("constatée par", max_length=10, choices=Cote)
    etat = models.CharField("état", max_length=8, choices=Etat, default=Etat.DECLAREE)
    statut = models.CharField(max_length=9, choices=Statut)
    constatee_le = models.DateTimeField("constatée le")
    atteintes = ArrayField(models.CharField(max_length=15, choices=Atteinte))
    categories = ArrayField(models.CharField("données", max_length=9, choices=Categorie))
    personnes = models.PositiveIntegerField(
        "personnes concernées", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    recit = models.TextField("ce qui s’est passé", max_length=3000)
    mesures = models.TextField("mesures déjà prises", max_length=2000, blank=True)
    declaree_le = models.DateTimeField("déclarée le")
    declaree_par = models.ForeignKey(
        Utilisateur, on_delete=models.PROTECT, null=True, related_name="+"
    )
    connue_le = models.DateTimeField("lue par l’autre partie le", null=True, blank=True)
    connue_par = models.ForeignKey(
        Utilisateur, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    close_le = models.DateTimeField(null=True, blank=True)
    close_par = models.ForeignKey(
        Utilisateur, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    suite = models.CharField(max_length=11, choices=Suite, blank=True)
    personnes_informees = models.BooleanField(default=False)
    conclusion = models.TextField(max_length=2000, blank=True)

    objects = ViolationQuerySet.as_manager()

    class Meta:
        verbose_name = "violation de données"
        ordering = ["-declaree_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(constatee_le__lte=F("declaree_le")),
                name="violation_constatee_avant_declaree",
                violation_error_message="Une violation est constatée avant d’être déclarée.",
            ),
            models.CheckConstraint(
                condition=Q(etat="declaree") ^ Q(connue_le__isnull=False),
                name="violation_connue_est_datee",
                violation_error_message="Une violation lue par l’autre partie porte cette date.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(etat="close", close_le__isnull=False) & ~Q(suite="")
                    | ~Q(etat="close") & Q(close_le__isnull=True, suite="")
                ),
                name="violation_close_a_une_suite",
                violation_error_message="Une violation close porte sa date et sa suite.",
            ),
            models.CheckConstraint(
                condition=Q(atteintes__len__gte=1) & Q(categories__len__gte=1),
                name="violation_dit_quoi",
                violation_error_message="Une violation dit quelles données sont atteintes.",
            ),
        ]
        indexes = [
            models.Index(fields=["caisse", "-declaree_le", "-id"], name="violation_caisse"),
            models.Index(fields=["partenaire", "-declaree_le", "-id"], name="violation_partenaire"),
        ]

    def __str__(self) -> str:
        return f"Violation de données déclarée le {self.declaree_le:%d/%m/%Y}"

    @property
    def reference(self) -> str:
        return str(self.identifiant)

    @property
    def est_lue(self) -> bool:
        """Whether the other party knows: a caisse that closes its own unread does not read it."""
        close_sans_lecture = self.cote == self.Cote.CAISSE and self.connue_le == self.close_le
        return self.connue_le is not None and not close_sans_lecture


class Complement(models.Model):
    """What one of the parties learned later (RGPD article 33, 4)."""

    violation = models.ForeignKey(Violation, on_delete=models.CASCADE, related_name="complements")
    texte = models.TextField(max_length=2000)
    ecrit_par = models.ForeignKey(
        Utilisateur, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ecrit_le = models.DateTimeField()

    class Meta:
        verbose_name = "complément"
        ordering = ["ecrit_le", "pk"]

    def __str__(self) -> str:
        return f"Complément du {self.ecrit_le:%d/%m/%Y}"
