"""The agreement between caisses and partner bodies, with its parameters and its dates."""

import uuid
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from comptes import habilitations
from comptes.models import Caisse, Partenaire

UN_AN_AU_PLUS = [MinValueValidator(1), MaxValueValidator(366)]
HEURES = [MinValueValidator(1), MaxValueValidator(720)]


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
        """Signed by all, utilisation included, and not ended on that day (C-02, C-04).

        The dates decide, never the state: a late task opens nothing and closes nothing. One case
        needs more than a day: what ends at once ends on its last day itself (C-03).
        """
        return self.filter(
            Q(date_fin__isnull=True)
            | Q(date_fin__gt=jour)
            | Q(date_fin=jour) & ~Q(etat=Convention.Etat.TERMINEE),
            Q(fin_utilisation__isnull=True) | Q(fin_utilisation__gte=jour),
            date_effet__lte=jour,
            date_utilisation__lte=jour,
        )

    def liant(self, caisse: Caisse, partenaire: Partenaire, jour: date) -> "ConventionQuerySet":
        """Those that still bind the two on that day, whose access the caisse did not cut (C-10)."""
        liens = CaisseLiee.objects.ouverts(jour).filter(convention=OuterRef("pk"), caisse=caisse)
        coupures = Coupure.objects.ouvertes().filter(caisse=caisse, partenaire=partenaire)
        return self.filter(Exists(liens), ~Exists(coupures), partenaires=partenaire)

    def offrant(self, service: str) -> "ConventionQuerySet":
        """Those where the caisse switched this service on (C-06)."""
        return self.filter(services__contains=[service])

    def visibles_par(self, acteur: Any) -> "ConventionQuerySet":
        """An admin sees those of the caisses it administers, a gestionnaire its partner's."""
        caisses = habilitations.caisses(acteur, "administrer")
        partenaires = habilitations.partenaires(acteur, "gerer")
        liees = CaisseLiee.objects.filter(caisse__in=caisses).values("convention")
        siennes = Convention.partenaires.through.objects.filter(partenaire__in=partenaires)
        return self.filter(Q(pk__in=liees) | Q(pk__in=siennes.values("convention")))


class Convention(models.Model):
    """A convention métier and the convention d'utilisation that leans on it (C-01, C-04).

    The fields of `PARAMETRES` are what avenants may change (C-05); delays are in hours of elapsed
    time or in civil days (D-14). `date_effet` is the day the last party signed the first act,
    `date_utilisation` the second; `date_fin` is the last day on which the whole holds,
    `fin_utilisation` the last day of the portal alone (C-04). None of them is ever typed alone:
    they follow from the signatures (`Acte`) and from the ends (`Rupture`).
    """

    class Etat(models.TextChoices):
        BROUILLON = "brouillon", "Brouillon"
        SIGNATURE = "signature", "En attente de signatures"
        EN_VIGUEUR = "en_vigueur", "En vigueur"
        DENONCEE = "denoncee", "Dénoncée"
        MISE_EN_DEMEURE = "mise_en_demeure", "Mise en demeure en cours"
        TERMINEE = "terminee", "Terminée"
        ABANDONNEE = "abandonnee", "Abandonnée"

    class ReglePreavis(models.TextChoices):
        """How the notice period of a denunciation is read (C-02)."""

        FENETRE = "fenetre", "Dans les mois qui précèdent l'anniversaire"
        MINIMUM = "minimum", "Au moins tant de mois avant l'anniversaire"

    PARAMETRES = (
        "services",
        "justificatif_urgence",
        "delai_urgence_heures",
        "delai_contact_heures",
        "delai_instruction_jours",
        "delai_c2s_jours",
        "preavis_mois",
        "regle_preavis",
        "techniciens_petit",
        "techniciens_moyen",
        "techniciens_grand",
        "delai_violation_heures",
        "conservation_mois",
    )

    identifiant = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    intitule = models.CharField("intitulé", max_length=200)
    etat = models.CharField("état", max_length=16, choices=Etat, default=Etat.BROUILLON)
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
    fin_utilisation = models.DateField("fin de la convention d'utilisation", null=True, blank=True)
    utilisation_close_le = models.DateTimeField(
        "fin du portail constatée le", null=True, blank=True
    )
    # C-02: the anniversary that the tacit renewal has to reach next.
    prochaine_echeance = models.DateField("prochain anniversaire", null=True, blank=True)
    services = ArrayField(models.CharField(max_length=20, choices=Service), default=list)
    justificatif_urgence = models.BooleanField(
        "justificatif obligatoire pour une demande urgente", default=False
    )
    delai_urgence_heures = models.PositiveSmallIntegerField(
        "prise en compte d'une demande urgente (heures)", default=48, validators=HEURES
    )
    delai_contact_heures = models.PositiveSmallIntegerField(
        "premier contact avec l'assuré (heures)", default=48, validators=HEURES
    )
    delai_instruction_jours = models.PositiveSmallIntegerField(
        "instruction d'un dossier (jours)", default=30, validators=UN_AN_AU_PLUS
    )
    delai_c2s_jours = models.PositiveSmallIntegerField(
        "instruction d'un dossier C2S (jours)", default=31, validators=UN_AN_AU_PLUS
    )
    preavis_mois = models.PositiveSmallIntegerField(
        "préavis de dénonciation (mois)",
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(11)],
    )
    regle_preavis = models.CharField(
        "lecture du préavis", max_length=8, choices=ReglePreavis, default=ReglePreavis.FENETRE
    )
    # H-07: techniciens allowed for 1–10, 11–25 and more members; None: unlimited.
    techniciens_petit = models.PositiveSmallIntegerField(
        "techniciens, de 1 à 10 membres", null=True, blank=True, default=5
    )
    techniciens_moyen = models.PositiveSmallIntegerField(
        "techniciens, de 11 à 25 membres", null=True, blank=True, default=15
    )
    techniciens_grand = models.PositiveSmallIntegerField(
        "techniciens, plus de 25 membres", null=True, blank=True, default=25
    )
    # G-02
    delai_violation_heures = models.PositiveSmallIntegerField(
        "annonce d'une violation de données (heures)",
        default=24,
        choices=[(24, "24 heures"), (48, "48 heures")],
    )
    # G-04
    conservation_mois = models.PositiveSmallIntegerField(
        "conservation d'une demande close (mois)",
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )

    objects = ConventionQuerySet.as_manager()

    class Meta:
        verbose_name = "convention"
        ordering = ["intitule"]
        constraints = [
            # What was given up leaves its title free.
            models.UniqueConstraint(
                fields=["intitule"],
                condition=~Q(etat="abandonnee"),
                name="convention_intitule_unique",
                violation_error_code="unique",
                violation_error_message="Une convention porte déjà cet intitulé.",
            ),
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
            models.CheckConstraint(
                condition=Q(etat__in=("brouillon", "signature", "abandonnee"))
                ^ Q(date_effet__isnull=False),
                name="convention_signee_est_datee",
                violation_error_message="Une convention signée porte sa date d'effet.",
            ),
            models.CheckConstraint(
                condition=~Q(etat="terminee") | Q(date_fin__isnull=False),
                name="convention_terminee_est_datee",
                violation_error_message="Une convention terminée porte sa date de fin.",
            ),
        ]
        indexes = [
            # What the sweep of ends and of renewals looks for.
            models.Index(
                fields=["date_fin"],
                condition=Q(date_fin__isnull=False) & ~Q(etat="terminee"),
                name="convention_a_terminer",
            ),
            models.Index(
                fields=["prochaine_echeance"],
                condition=Q(prochaine_echeance__isnull=False) & ~Q(etat="terminee"),
                name="convention_a_reconduire",
            ),
            models.Index(
                fields=["fin_utilisation"],
                condition=Q(fin_utilisation__isnull=False, utilisation_close_le__isnull=True),
                name="convention_portail_a_clore",
            ),
        ]

    def __str__(self) -> str:
        return self.intitule

    @property
    def reference(self) -> str:
        return str(self.identifiant)


class CaisseLieeQuerySet(models.QuerySet["CaisseLiee"]):
    def ouverts(self, jour: date) -> "CaisseLieeQuerySet":
        """Links that hold on that day: a caisse may leave a convention before the others."""
        return self.filter(
            Q(date_fin__isnull=True)
            | Q(date_fin__gt=jour)
            | Q(date_fin=jour, close_le__isnull=True)
        )


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
    # H-12: the last day of this caisse alone.
    date_fin = models.DateField("dernier jour de cette caisse", null=True, blank=True)
    close_le = models.DateTimeField("fin constatée le", null=True, blank=True)

    objects = CaisseLieeQuerySet.as_manager()

    class Meta:
        verbose_name = "caisse liée"
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "caisse"],
                name="caisse_liee_une_fois",
                violation_error_message="Cette caisse est déjà liée par la convention.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["date_fin"],
                condition=Q(date_fin__isnull=False, close_le__isnull=True),
                name="caisse_liee_a_clore",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.convention} – {self.caisse}"


class CoupureQuerySet(models.QuerySet["Coupure"]):
    def ouvertes(self) -> "CoupureQuerySet":
        return self.filter(retablie_le__isnull=True)


class Coupure(models.Model):
    """The access of a whole structure, cut by a caisse for misuse (C-10)."""

    identifiant = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, related_name="coupures")
    partenaire = models.ForeignKey(Partenaire, on_delete=models.PROTECT, related_name="coupures")
    motif = models.TextField("motif", max_length=1000)
    coupee_le = models.DateTimeField()
    coupee_par = models.ForeignKey(
        "comptes.Utilisateur", on_delete=models.PROTECT, null=True, related_name="+"
    )
    retablie_le = models.DateTimeField(null=True, blank=True)
    retablie_par = models.ForeignKey(
        "comptes.Utilisateur", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = CoupureQuerySet.as_manager()

    class Meta:
        verbose_name = "coupure d'accès"
        ordering = ["-coupee_le"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "partenaire"],
                condition=Q(retablie_le__isnull=True),
                name="coupure_une_seule_ouverte",
                violation_error_message="L'accès de cette structure est déjà coupé.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.caisse} – {self.partenaire} : accès coupé le {self.coupee_le:%d/%m/%Y}"
