"""Under which terms: which caisse and which partner are bound, for which services."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from comptes.models import Caisse, Partenaire


class Service(models.TextChoices):
    """The six services of the portal, with the labels partners know (C-06)."""

    SIGNALER = "signaler", "Signaler une difficulté d'accès aux droits et aux soins"
    ETUDE_DOSSIER = "etude_dossier", "Soumettre une demande d'étude de dossier"
    RENDEZ_VOUS = "rendez_vous", "Demander un rendez-vous pour un assuré"
    DOCUMENT = "document", "Demander un document"
    CONTACTER = "contacter", "Contacter la caisse"
    HISTORIQUE = "historique", "Consulter l'historique des demandes"


class ConventionQuerySet(models.QuerySet["Convention"]):
    def en_vigueur(self, jour: date) -> "ConventionQuerySet":
        """Signed by all, utilisation included, and not ended on that day (C-02, C-04)."""
        return self.filter(
            Q(date_fin__isnull=True) | Q(date_fin__gte=jour),
            date_effet__lte=jour,
            date_utilisation__lte=jour,
        )

    def liant(self, caisse: Caisse, partenaire: Partenaire) -> "ConventionQuerySet":
        return self.filter(caisses=caisse, partenaires=partenaire)

    def offrant(self, service: str) -> "ConventionQuerySet":
        """Those where the caisse switched this service on (C-06)."""
        return self.filter(services__contains=[service])


class Convention(models.Model):
    """A convention métier and the convention d'utilisation that leans on it (C-01, C-04).

    `date_effet` is the day the last party signed the first, `date_utilisation` the second;
    `date_fin` is the last day on which it holds. Delays are the parameters of D-14, in hours of
    elapsed time or in civil days.
    """

    intitule = models.CharField("intitulé", max_length=200, unique=True)
    caisses = models.ManyToManyField(
        Caisse, through="CaisseLiee", related_name="conventions", verbose_name="caisses"
    )
    partenaires = models.ManyToManyField(
        Partenaire, related_name="conventions", verbose_name="partenaires"
    )
    autres_signataires = ArrayField(models.CharField(max_length=160), default=list, blank=True)
    date_effet = models.DateField("date d'effet", null=True, blank=True)
    date_utilisation = models.DateField("convention d'utilisation signée le", null=True, blank=True)
    date_fin = models.DateField("date de fin", null=True, blank=True)
    services = ArrayField(models.CharField(max_length=20, choices=Service), default=list)
    justificatif_urgence = models.BooleanField(
        "justificatif obligatoire pour une demande urgente", default=False
    )
    delai_urgence_heures = models.PositiveSmallIntegerField(
        default=48, validators=[MinValueValidator(1)]
    )
    delai_contact_heures = models.PositiveSmallIntegerField(
        default=48, validators=[MinValueValidator(1)]
    )
    delai_instruction_jours = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(1)]
    )
    delai_c2s_jours = models.PositiveSmallIntegerField(
        default=31, validators=[MinValueValidator(1)]
    )

    objects = ConventionQuerySet.as_manager()

    class Meta:
        verbose_name = "convention"
        ordering = ["intitule"]
        constraints = [
            models.CheckConstraint(
                condition=Q(services__contained_by=Service.values),
                name="convention_services_connus",
                violation_error_message="Un des services n'existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(date_utilisation__isnull=True)
                | Q(date_utilisation__gte=F("date_effet")),
                name="convention_utilisation_apres_metier",
                violation_error_message=(
                    "La convention d'utilisation suppose une convention métier déjà signée."
                ),
            ),
            models.CheckConstraint(
                condition=Q(date_fin__isnull=True) | Q(date_fin__gte=F("date_effet")),
                name="convention_fin_apres_effet",
                violation_error_message="La fin ne peut précéder la date d'effet.",
            ),
        ]

    def __str__(self) -> str:
        return self.intitule


class CaisseLiee(models.Model):
    """A caisse bound by a convention, with its own way to record consent (C-01, D-03)."""

    class ModeConsentement(models.TextChoices):
        CASE = "case", "Case à cocher"
        FORMULAIRE = "formulaire", "Formulaire signé joint"

    convention = models.ForeignKey(Convention, on_delete=models.CASCADE, related_name="liens")
    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, related_name="liens")
    mode_consentement = models.CharField(
        "recueil du consentement",
        max_length=12,
        choices=ModeConsentement,
        default=ModeConsentement.CASE,
    )

    class Meta:
        verbose_name = "caisse liée"
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "caisse"],
                name="caisse_liee_une_fois",
                violation_error_message="Cette caisse est déjà liée par la convention.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.convention} – {self.caisse}"
