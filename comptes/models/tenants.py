"""The two kinds of tenant, and the grants on them."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from guardian.models import UserObjectPermissionBase


def seuils_par_defaut() -> list[int]:
    return [50, 80]


class Caisse(models.Model):
    """A health-insurance office (CPAM)."""

    code = models.SlugField("code", max_length=40, unique=True)
    nom = models.CharField("nom", max_length=120, unique=True)
    departement = models.CharField("département", max_length=3)
    contact_support = models.CharField("contact de support", max_length=200, blank=True)
    # D-09: may its users answer a refusal with « Ce n'est pas une donnée de santé »?
    levees_admises = models.BooleanField("levées admises", default=True)
    # H-15: months between two reviews of the habilitations; None: on demand only.
    revue_mois = models.PositiveSmallIntegerField(
        "revue des habilitations tous les (mois)",
        null=True,
        blank=True,
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(36)],
    )
    # H-04: days a password lasts.
    mot_de_passe_jours = models.PositiveSmallIntegerField(
        "durée de vie d'un mot de passe (jours)",
        default=365,
        validators=[MinValueValidator(30), MaxValueValidator(730)],
    )
    # D-14: percents of a deadline at which somebody is told, before it is due; then every so many
    # hours once it is late. They hold for the deadlines that start afterwards.
    seuils_alerte = ArrayField(
        models.PositiveSmallIntegerField(
            validators=[MinValueValidator(1), MaxValueValidator(99)],
        ),
        verbose_name="alertes avant l’échéance (% du délai écoulé)",
        default=seuils_par_defaut,
        size=5,
    )
    relance_heures = models.PositiveSmallIntegerField(
        "alerte répétée après l’échéance (heures)",
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(720)],
    )
    # G-04: months that a closed request is kept; None: as the convention says. The shorter holds.
    conservation_mois = models.PositiveSmallIntegerField(
        "conservation d’une demande close (mois)",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )

    class Meta:
        verbose_name = "caisse"
        ordering = ["nom"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seuils_alerte__contained_by=list(range(1, 100))),
                name="caisse_seuils_en_pourcents",
                violation_error_message="Une alerte se règle entre 1 et 99 % du délai.",
            ),
            models.CheckConstraint(
                condition=Q(relance_heures__range=(1, 720)),
                name="caisse_relance_bornee",
                violation_error_message="Une alerte se répète entre 1 et 720 heures.",
            ),
            models.CheckConstraint(
                condition=Q(conservation_mois__isnull=True) | Q(conservation_mois__range=(1, 120)),
                name="caisse_conservation_bornee",
                violation_error_message="Une demande close se conserve de 1 à 120 mois.",
            ),
        ]
        permissions = [
            ("instruire", "Instruire les demandes de la caisse"),
            ("administrer", "Administrer la caisse"),
            ("proteger", "Protéger les données de la caisse"),
        ]

    def __str__(self) -> str:
        return self.nom


class Partenaire(models.Model):
    """A partner body: CCAS, département, city, guardianship body, hospital…"""

    class Type(models.TextChoices):
        CCAS = "ccas", "CCAS ou CIAS"
        DEPARTEMENT = "departement", "Département"
        COMMUNE = "commune", "Commune ou intercommunalité"
        TUTELLE = "tutelle", "Organisme tutélaire"
        ETABLISSEMENT = "etablissement", "Établissement de santé"
        ASSOCIATION = "association", "Association"

    code = models.SlugField("code", max_length=60, unique=True)
    nom = models.CharField("nom", max_length=160, unique=True)
    type = models.CharField("type", max_length=20, choices=Type)
    membres = models.PositiveIntegerField("nombre de membres", validators=[MinValueValidator(1)])
    domaines_email = ArrayField(models.CharField(max_length=100), verbose_name="domaines d'e-mail")
    recoit_documents = models.BooleanField("habilité à recevoir des documents", default=False)
    adresse = models.CharField("adresse", max_length=200, blank=True)
    # Who wrote the partner down sees it before any convention binds them.
    inscrit_par = models.ForeignKey(
        Caisse, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "partenaire"
        ordering = ["nom"]
        permissions = [
            ("deposer", "Déposer des demandes pour le partenaire"),
            ("gerer", "Gérer les comptes du partenaire"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(membres__gte=1),
                name="partenaire_membres_positif",
                violation_error_message="Un partenaire compte au moins un membre.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom


class DroitCaisse(UserObjectPermissionBase):
    """A guardian grant on a caisse, with a real foreign key."""

    content_object = models.ForeignKey(Caisse, on_delete=models.CASCADE)


class DroitPartenaire(UserObjectPermissionBase):
    """A guardian grant on a partner, with a real foreign key."""

    content_object = models.ForeignKey(Partenaire, on_delete=models.CASCADE)
