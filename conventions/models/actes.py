"""What is signed, by whom, the versions that follow from it, and what ends a convention."""

import uuid

from django.db import models
from django.db.models import Q

from comptes.models import Caisse, Partenaire, Utilisateur
from conventions.models.conventions import Convention
from conventions.models.documents import Scan


class Acte(models.Model):
    """A text that the parties sign: the convention métier, the one of the portal, an avenant.

    `changements` gives, for an avenant, each parameter that it changes and its new value (C-05);
    it takes effect at `effet_le`, or at the last signature when that is later.
    """

    class Nature(models.TextChoices):
        METIER = "metier", "Convention métier"
        UTILISATION = "utilisation", "Convention d'utilisation du portail"
        AVENANT = "avenant", "Avenant"

    class Etat(models.TextChoices):
        BROUILLON = "brouillon", "En préparation"
        SIGNATURE = "signature", "En attente de signatures"
        SIGNE = "signe", "Signé par tous"
        ABANDONNE = "abandonne", "Abandonné"

    identifiant = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    convention = models.ForeignKey(Convention, on_delete=models.CASCADE, related_name="actes")
    nature = models.CharField(max_length=12, choices=Nature)
    numero = models.PositiveSmallIntegerField("numéro", default=0)
    objet = models.TextField("objet", max_length=2000, blank=True)
    changements = models.JSONField(default=dict)
    effet_le = models.DateField("prend effet le", null=True, blank=True)
    etat = models.CharField("état", max_length=10, choices=Etat, default=Etat.BROUILLON)
    cree_le = models.DateTimeField()
    signe_le = models.DateField("dernière signature le", null=True, blank=True)
    applique_le = models.DateTimeField("appliqué le", null=True, blank=True)

    class Meta:
        verbose_name = "acte"
        ordering = ["cree_le", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "nature", "numero"],
                name="acte_numero_unique",
                violation_error_message="Cet acte existe déjà.",
            ),
            models.CheckConstraint(
                condition=Q(etat="signe") ^ Q(signe_le__isnull=True),
                name="acte_signe_est_date",
                violation_error_message="Un acte signé porte la date de la dernière signature.",
            ),
        ]
        indexes = [
            # What the sweep looks for: signed avenants that wait for their day.
            models.Index(
                fields=["effet_le"],
                condition=Q(etat="signe", applique_le__isnull=True),
                name="acte_a_appliquer",
            ),
        ]

    def __str__(self) -> str:
        numero = f" n° {self.numero}" if self.nature == self.Nature.AVENANT else ""
        return f"{self.get_nature_display()}{numero}"

    @property
    def etat_accorde(self) -> str:
        """« Signé par tous » of an avenant, « Signée par tous » of a convention."""
        etat: str = self.get_etat_display()
        if self.nature == self.Nature.AVENANT:
            return etat
        return etat.replace("Signé ", "Signée ").replace("Abandonné", "Abandonnée")

    @property
    def reference(self) -> str:
        return str(self.identifiant)


class Signature(models.Model):
    """A party of an act: a caisse, a partner or another signatory; dated once it signed (C-02)."""

    identifiant = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    acte = models.ForeignKey(Acte, on_delete=models.CASCADE, related_name="signatures")
    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, null=True, blank=True)
    partenaire = models.ForeignKey(Partenaire, on_delete=models.PROTECT, null=True, blank=True)
    autre = models.CharField("autre signataire", max_length=160, blank=True)
    qualite = models.CharField("qualité du signataire", max_length=120, blank=True)
    signee_le = models.DateField("signé le", null=True, blank=True)
    scan = models.ForeignKey(Scan, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        verbose_name = "signature"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(caisse__isnull=False, partenaire__isnull=True, autre="")
                | Q(caisse__isnull=True, partenaire__isnull=False, autre="")
                | Q(caisse__isnull=True, partenaire__isnull=True) & ~Q(autre=""),
                name="signature_d_une_seule_partie",
                violation_error_message="Une signature est celle d'une seule partie.",
            ),
            models.UniqueConstraint(
                fields=["acte", "caisse", "partenaire", "autre"],
                nulls_distinct=False,
                name="signature_une_par_partie",
                violation_error_message="Cette partie figure déjà parmi les signataires.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.acte} – {self.partie}"

    @property
    def partie(self) -> str:
        return str(self.caisse or self.partenaire or self.autre)


class Version(models.Model):
    """The parameters as an act set them, from a day on; the last one of a day wins (C-05)."""

    convention = models.ForeignKey(Convention, on_delete=models.CASCADE, related_name="versions")
    acte = models.OneToOneField(Acte, on_delete=models.PROTECT, related_name="version")
    numero = models.PositiveSmallIntegerField("numéro")
    depuis = models.DateField("en vigueur depuis le")
    parametres = models.JSONField()

    class Meta:
        verbose_name = "version des paramètres"
        ordering = ["numero"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "numero"],
                name="version_numero_unique",
                violation_error_message="Cette version existe déjà.",
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.numero} du {self.depuis:%d/%m/%Y}"


class RuptureQuerySet(models.QuerySet["Rupture"]):
    def ouvertes(self) -> "RuptureQuerySet":
        return self.filter(levee_le__isnull=True)


class Rupture(models.Model):
    """What will end, or ended, a convention: a cause, a notified date, a computed last day.

    `caisse` is set when one caisse alone leaves; None: the whole convention (H-12). Lifted
    (`levee_le`), it counts no more: the breach was cured, or the denunciation withdrawn.
    """

    class Cause(models.TextChoices):
        DENONCIATION = "denonciation", "Dénonciation"
        MANQUEMENT = "manquement", "Manquement, après mise en demeure"
        SECRET = "secret", "Violation du secret professionnel"
        UTILISATION = "utilisation", "Manquement à la convention d'utilisation"

    identifiant = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    convention = models.ForeignKey(Convention, on_delete=models.CASCADE, related_name="ruptures")
    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, null=True, blank=True)
    cause = models.CharField(max_length=12, choices=Cause)
    notifiee_le = models.DateField("notifiée le")
    dernier_jour = models.DateField("dernier jour")
    motif = models.TextField("motif", max_length=1000, blank=True)
    enregistree_le = models.DateTimeField()
    enregistree_par = models.ForeignKey(
        Utilisateur, on_delete=models.PROTECT, null=True, related_name="+"
    )
    levee_le = models.DateField("levée le", null=True, blank=True)
    motif_levee = models.TextField("motif de la levée", max_length=1000, blank=True)

    objects = RuptureQuerySet.as_manager()

    class Meta:
        verbose_name = "rupture"
        ordering = ["enregistree_le"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dernier_jour__gte=models.F("notifiee_le")),
                name="rupture_finit_apres_sa_notification",
                violation_error_message="Une convention ne finit pas avant la notification.",
            ),
            models.UniqueConstraint(
                fields=["convention", "caisse", "cause"],
                condition=Q(levee_le__isnull=True),
                nulls_distinct=False,
                name="rupture_une_ouverte_par_cause",
                violation_error_message="Cette procédure est déjà ouverte.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()} – {self.convention}"
