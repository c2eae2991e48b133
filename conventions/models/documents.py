"""Files of the conventions: what we render, and the signed scans that we receive."""

import uuid
from typing import Any, ClassVar

from django.core.files.storage import storages
from django.db import models
from django.db.models import Q

from comptes import habilitations
from comptes.models import Caisse, Partenaire, Utilisateur
from conventions.models.conventions import Convention
from portail.fichiers import TAILLE_MAX


def _stockage() -> Any:
    return storages["prive"]


def _chemin_scan(scan: "Scan", nom: str) -> str:
    cle = uuid.uuid4().hex
    return f"scans/{cle[:2]}/{cle}"


def _chemin_document(document: "Document", nom: str) -> str:
    cle = uuid.uuid4().hex
    return f"documents/{cle[:2]}/{cle}.pdf"


class Scan(models.Model):
    """A signed paper, scanned: stored like any attachment, read once the antivirus said yes."""

    class Etat(models.TextChoices):
        EN_ATTENTE = "en_attente", "Analyse antivirus en cours"
        SAINE = "saine", "Vérifiée"
        INFECTEE = "infectee", "Refusée : virus détecté"
        ILLISIBLE = "illisible", "Refusée : analyse impossible"

    identifiant = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    convention = models.ForeignKey(Convention, on_delete=models.CASCADE, related_name="scans")
    nom = models.CharField("nom du fichier", max_length=120)
    type_mime = models.CharField(max_length=100)
    taille = models.PositiveIntegerField("taille en octets")
    sha256 = models.CharField(max_length=64)
    fichier = models.FileField(
        storage=_stockage, upload_to=_chemin_scan, max_length=120, blank=True
    )
    etat = models.CharField(max_length=12, choices=Etat, default=Etat.EN_ATTENTE)
    deposee_par = models.ForeignKey(
        Utilisateur, on_delete=models.PROTECT, null=True, related_name="+"
    )
    deposee_le = models.DateTimeField()
    analysee_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "scan signé"
        ordering = ["deposee_le", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(taille__gt=0, taille__lte=TAILLE_MAX),
                name="scan_taille_permise",
                violation_error_message="Un fichier pèse au plus 5 Mo.",
            ),
            models.CheckConstraint(
                condition=Q(etat="en_attente") ^ Q(analysee_le__isnull=False),
                name="scan_verdict_est_date",
                violation_error_message="Un verdict porte sa date.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["deposee_le"], condition=Q(etat="en_attente"), name="scan_en_attente"
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def reference(self) -> str:
        return str(self.identifiant)

    @property
    def est_refuse(self) -> bool:
        """Found by the antivirus, or past what it can look into: the bytes are erased."""
        return self.etat in (self.Etat.INFECTEE, self.Etat.ILLISIBLE)


class DocumentQuerySet(models.QuerySet["Document"]):
    def visibles_par(self, acteur: Any) -> "DocumentQuerySet":
        """Those of the caisses that an admin administers, of the partner that one manages."""
        conventions = Convention.objects.visibles_par(acteur).values("pk")
        return self.filter(
            Q(convention__in=conventions)
            | Q(convention__isnull=True, caisse__in=habilitations.caisses(acteur, "administrer"))
            | Q(convention__isnull=True, partenaire__in=habilitations.partenaires(acteur, "gerer"))
        )


class Document(models.Model):
    """A PDF of ours. Its bytes, SHA-256 and template version are kept: never rendered twice.

    `source` is the public identifier of what it tells (an act, a review, an incident), which has
    one document of a nature. `donnees` froze all that it says when it was asked, and is emptied
    once the bytes are there. A document that only tells the state of a day (a draft, today's
    table) is provisional: kept until `garde_jusqu_au`, and no longer.
    """

    class Nature(models.TextChoices):
        UTILISATION = "utilisation", "Convention d'utilisation du portail"
        AVENANT = "avenant", "Avenant"
        CONTACTS = "contacts", "Fiche des contacts"
        HABILITATIONS = "habilitations", "Tableau des habilitations"
        FRAUDE = "fraude", "Attestation d'inactivation"

    A_SIGNER = (Nature.UTILISATION, Nature.AVENANT)
    NOMS: ClassVar[dict[str, str]] = {
        Nature.UTILISATION: "convention-utilisation",
        Nature.AVENANT: "avenant",
        Nature.CONTACTS: "fiche-contacts",
        Nature.HABILITATIONS: "habilitations",
        Nature.FRAUDE: "attestation-inactivation",
    }

    identifiant = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    nature = models.CharField(max_length=14, choices=Nature)
    convention = models.ForeignKey(
        Convention, on_delete=models.CASCADE, null=True, blank=True, related_name="documents"
    )
    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, null=True, blank=True)
    partenaire = models.ForeignKey(Partenaire, on_delete=models.PROTECT, null=True, blank=True)
    source = models.UUIDField()
    donnees = models.JSONField(default=dict)
    garde_jusqu_au = models.DateField("gardé jusqu'au", null=True, blank=True)
    demande_le = models.DateTimeField("demandé le")
    demande_par = models.ForeignKey(
        Utilisateur, on_delete=models.PROTECT, null=True, related_name="+"
    )
    etabli_le = models.DateTimeField("établi le", null=True, blank=True)
    version_gabarit = models.CharField(max_length=20, blank=True)
    taille = models.PositiveIntegerField("taille en octets", default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    fichier = models.FileField(
        storage=_stockage, upload_to=_chemin_document, max_length=120, blank=True
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document"
        ordering = ["-demande_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(etabli_le__isnull=True, sha256="") | Q(etabli_le__isnull=False),
                name="document_etabli_est_date",
                violation_error_message="Un document établi porte sa date.",
            ),
            models.UniqueConstraint(
                fields=["nature", "source"],
                condition=Q(garde_jusqu_au__isnull=True),
                name="document_un_par_source",
                violation_error_message="Ce document est déjà demandé.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["demande_le"],
                condition=Q(etabli_le__isnull=True),
                name="document_a_etablir",
            ),
            models.Index(
                fields=["garde_jusqu_au"],
                condition=Q(garde_jusqu_au__isnull=False),
                name="document_provisoire",
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.get_nature_display()} (projet)"
            if self.est_projet
            else self.get_nature_display()
        )

    @property
    def reference(self) -> str:
        return str(self.identifiant)

    @property
    def nom_fichier(self) -> str:
        """What the browser calls it: nature and first digits of the reference."""
        projet = "projet-" if self.est_projet else ""
        return f"{projet}{self.NOMS[self.nature]}-{self.reference[:8]}.pdf"

    @property
    def est_etabli(self) -> bool:
        return self.etabli_le is not None

    @property
    def est_provisoire(self) -> bool:
        return self.garde_jusqu_au is not None

    @property
    def est_projet(self) -> bool:
        """A text still being written: its parties were not asked to sign it."""
        return self.est_provisoire and self.nature in self.A_SIGNER
