"""Deadlines of every kind, and the alerts that were given about them."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from comptes import habilitations
from comptes.models import Caisse, Partenaire
from conventions.models import Convention
from echeances.delais import JAMAIS, Echelle
from echeances.natures import DES_DEMANDES, Nature

OUVERTE = Q(terminee_le__isnull=True)
COURT = OUVERTE & Q(suspendue_le__isnull=True)
OBJETS = ("demande", "demarche", "violation")


def _seul(objet: str, **nature: Any) -> Q:
    """The deadline is about this object and no other."""
    return Q(**nature, **{f"{autre}__isnull": autre != objet for autre in OBJETS})


class EcheanceQuerySet(models.QuerySet["Echeance"]):
    def de(self, objet: models.Model) -> "EcheanceQuerySet":
        """Those of one request, one demarche or one breach."""
        return self.filter(**{str(objet._meta.model_name): objet})

    def ouvertes(self) -> "EcheanceQuerySet":
        return self.filter(OUVERTE)

    def a_alerter(self, maintenant: datetime) -> "EcheanceQuerySet":
        """Those that run and reached a step, the longest ago first."""
        return self.filter(COURT, a_alerter_le__lte=maintenant).order_by("a_alerter_le")

    def en_retard(self) -> "EcheanceQuerySet":
        return self.filter(OUVERTE, depassee_le__isnull=False)

    def visibles_par(self, acteur: Any) -> "EcheanceQuerySet":
        """Those of the caisses that one administers."""
        return self.filter(caisse__in=sorted(habilitations.caisses(acteur, "administrer")))


class Echeance(models.Model):
    """One promise of a caisse: what is due, for which object, from when, until when.

    Its length and its alert steps are those in force when it started (D-14), kept here. It stops
    while the caisse waits for the partner (`suspendue_le`), ends when the promise is met or falls
    (`terminee_le`), and remembers that it was missed (`depassee_le`). `duree` is its length
    without pauses; `palier` the last step told, `a_alerter_le` the instant of the next one.
    """

    nature = models.CharField(max_length=20, choices=Nature)
    demande = models.ForeignKey(
        "signalements.Demande",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="echeances",
        db_index=False,
    )
    demarche = models.ForeignKey(
        "equipes.Demarche",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="echeances",
        db_index=False,
    )
    violation = models.ForeignKey(
        "violations.Violation",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="echeances",
        db_index=False,
    )
    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, related_name="+", db_index=False)
    partenaire = models.ForeignKey(
        Partenaire, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # The one that gave the length when the clock started; none for a demarche (H-02).
    convention = models.ForeignKey(
        Convention,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    debut_le = models.DateTimeField()
    echeance_le = models.DateTimeField()
    duree = models.DurationField()
    suspendue_le = models.DateTimeField(null=True, blank=True)
    terminee_le = models.DateTimeField(null=True, blank=True)
    depassee_le = models.DateTimeField(null=True, blank=True)
    seuils = ArrayField(models.PositiveSmallIntegerField())
    relance_heures = models.PositiveSmallIntegerField()
    palier = models.PositiveIntegerField(default=0)
    a_alerter_le = models.DateTimeField()

    # The step told before the one that a sweep is telling.
    precedent: int = 0

    objects = EcheanceQuerySet.as_manager()

    class Meta:
        verbose_name = "échéance"
        ordering = ["echeance_le", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=_seul("demande", nature__in=DES_DEMANDES)
                | _seul("demarche", nature=Nature.HABILITATION_5JO)
                | _seul("violation", nature=Nature.VIOLATION),
                name="echeance_d_un_seul_objet",
                violation_error_message=(
                    "Une échéance porte sur une demande, une démarche ou une violation."
                ),
            ),
            models.CheckConstraint(
                condition=Q(echeance_le__gt=F("debut_le")),
                name="echeance_apres_son_debut",
                violation_error_message="Une échéance tombe après son début.",
            ),
            models.CheckConstraint(
                condition=Q(terminee_le__isnull=True) | Q(suspendue_le__isnull=True),
                name="echeance_terminee_ne_pause_plus",
                violation_error_message="Une échéance terminée n’est plus en pause.",
            ),
            models.CheckConstraint(
                condition=Q(relance_heures__gte=1),
                name="echeance_relance_positive",
                violation_error_message="Une alerte se répète après une heure au moins.",
            ),
            models.UniqueConstraint(
                fields=["demande", "nature"],
                condition=OUVERTE,
                name="echeance_une_par_nature",
                violation_error_message="Cette échéance court déjà.",
            ),
            models.UniqueConstraint(
                fields=["demarche", "nature"],
                condition=OUVERTE,
                name="echeance_une_par_demarche",
                violation_error_message="Cette échéance court déjà.",
            ),
            models.UniqueConstraint(
                fields=["violation", "nature"],
                condition=OUVERTE,
                name="echeance_une_par_violation",
                violation_error_message="Cette échéance court déjà.",
            ),
        ]
        indexes = [
            models.Index(fields=["a_alerter_le"], condition=COURT, name="echeance_a_alerter"),
            models.Index(
                fields=["caisse", "echeance_le", "id"],
                condition=OUVERTE & Q(depassee_le__isnull=False),
                name="echeance_en_retard",
            ),
            models.Index(
                fields=["demande"], condition=Q(demande__isnull=False), name="echeance_demande"
            ),
            models.Index(
                fields=["demarche"], condition=Q(demarche__isnull=False), name="echeance_demarche"
            ),
            models.Index(
                fields=["violation"],
                condition=Q(violation__isnull=False),
                name="echeance_violation",
            ),
        ]

    def __str__(self) -> str:
        return self.get_nature_display()

    def cle(self, palier: int) -> str:
        """The name of a step, under which each person is told once; empty before the first."""
        return f"echeance:{self.pk}:{palier}" if palier else ""

    @property
    def court(self) -> bool:
        return self.terminee_le is None and self.suspendue_le is None

    @property
    def echelle(self) -> Echelle:
        return Echelle(self.echeance_le, self.duree, self.seuils, self.relance_heures)

    @property
    def bientot_le(self) -> datetime:
        """From when it is about to pass; never for one that does not run."""
        return self.echelle.bientot if self.court else JAMAIS


class Alerte(models.Model):
    """A step of a deadline, told once: the constraint holds whatever crashes."""

    echeance = models.ForeignKey(
        Echeance, on_delete=models.CASCADE, related_name="alertes", db_index=False
    )
    palier = models.PositiveIntegerField()
    emise_le = models.DateTimeField()

    class Meta:
        verbose_name = "alerte"
        ordering = ["palier"]
        constraints = [
            models.UniqueConstraint(
                fields=["echeance", "palier"],
                name="alerte_une_fois",
                violation_error_message="Cette alerte est déjà donnée.",
            ),
        ]

    def __str__(self) -> str:
        return f"Alerte à {self.palier}"
