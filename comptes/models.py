"""Who: the tenants (caisses, partners), the accounts, their rights, the mails and the trace."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from guardian.models import UserObjectPermissionBase


class Caisse(models.Model):
    """A health-insurance office (CPAM)."""

    code = models.SlugField("code", max_length=40, unique=True)
    nom = models.CharField("nom", max_length=120, unique=True)
    departement = models.CharField("département", max_length=3)
    contact_support = models.CharField("contact de support", max_length=200, blank=True)
    # D-09: may its users answer a refusal with « Ce n'est pas une donnée de santé »?
    levees_admises = models.BooleanField("levées admises", default=True)

    class Meta:
        verbose_name = "caisse"
        ordering = ["nom"]
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


class Profil(models.TextChoices):
    """The five kinds of account; one account holds exactly one (H-01)."""

    TECHNICIEN = "technicien", "Technicien"
    GESTIONNAIRE = "gestionnaire", "Gestionnaire"
    AGENT = "agent", "Agent de caisse"
    ADMIN = "admin", "Administrateur de caisse"
    DPO = "dpo", "Délégué à la protection des données"


class Civilite(models.TextChoices):
    MADAME = "madame", "Madame"
    MONSIEUR = "monsieur", "Monsieur"


class UtilisateurManager(BaseUserManager["Utilisateur"]):
    def create_user(
        self, identifiant: str, password: str | None = None, **champs: Any
    ) -> "Utilisateur":
        utilisateur = self.model(identifiant=identifiant, **champs)
        utilisateur.set_password(password)
        utilisateur.save(using=self._db)
        return utilisateur


class Utilisateur(AbstractBaseUser, PermissionsMixin):
    """An account. The login is the *identifiant*: one person may hold two accounts (H-01)."""

    identifiant = models.CharField("identifiant", max_length=40, unique=True)
    profil = models.CharField("profil", max_length=20, choices=Profil)
    civilite = models.CharField("civilité", max_length=10, choices=Civilite)
    nom = models.CharField("nom", max_length=80)
    prenom = models.CharField("prénom", max_length=80)
    fonction = models.CharField("fonction", max_length=120, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("adresse électronique")
    is_active = models.BooleanField("actif", default=True)
    cree_le = models.DateTimeField("créé le", default=timezone.now, editable=False)

    # Where this request comes from; set for one request by the middleware, read by the trace.
    adresse: str | None = None

    objects = UtilisateurManager()

    USERNAME_FIELD = "identifiant"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["nom", "prenom", "email"]

    class Meta:
        verbose_name = "utilisateur"
        ordering = ["nom", "prenom"]
        constraints = [
            models.CheckConstraint(
                condition=Q(profil__in=Profil.values),
                name="utilisateur_profil_connu",
                violation_error_message="Ce profil n'existe pas.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return f"{self.prenom} {self.nom}"


class DroitCaisse(UserObjectPermissionBase):
    """A guardian grant on a caisse, with a real foreign key."""

    content_object = models.ForeignKey(Caisse, on_delete=models.CASCADE)


class DroitPartenaire(UserObjectPermissionBase):
    """A guardian grant on a partner, with a real foreign key."""

    content_object = models.ForeignKey(Partenaire, on_delete=models.CASCADE)


class VersionCGU(models.Model):
    """A published version of the terms of use (H-05)."""

    numero = models.CharField("version", max_length=20, unique=True)
    texte = models.TextField("texte")
    publiee_le = models.DateTimeField("publiée le", default=timezone.now)

    class Meta:
        verbose_name = "version des CGU"
        ordering = ["-publiee_le"]
        get_latest_by = "publiee_le"

    def __str__(self) -> str:
        return f"CGU {self.numero}"


class AcceptationCGU(models.Model):
    """The version that an account accepted, and when (H-05)."""

    utilisateur = models.ForeignKey(
        Utilisateur, on_delete=models.CASCADE, related_name="acceptations"
    )
    version = models.ForeignKey(VersionCGU, on_delete=models.PROTECT)
    acceptee_le = models.DateTimeField("acceptée le", default=timezone.now)

    class Meta:
        verbose_name = "acceptation des CGU"
        constraints = [
            models.UniqueConstraint(
                fields=["utilisateur", "version"],
                name="acceptation_unique",
                violation_error_message="Cette version est déjà acceptée.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} acceptées le {self.acceptee_le:%d/%m/%Y}"


class CodeSecours(models.Model):
    """A single-use recovery code, kept as a keyed hash only."""

    utilisateur = models.ForeignKey(
        Utilisateur, on_delete=models.CASCADE, related_name="codes_secours"
    )
    empreinte = models.CharField(max_length=64)
    utilise_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "code de secours"
        constraints = [
            models.UniqueConstraint(
                fields=["utilisateur", "empreinte"],
                name="code_secours_unique",
                violation_error_message="Ce code existe déjà.",
            ),
        ]

    def __str__(self) -> str:
        return "Code de secours utilisé" if self.utilise_le else "Code de secours"


class Courriel(models.Model):
    """An outgoing mail. It carries no personal data: a template and a reference (D-17)."""

    class Etat(models.TextChoices):
        A_ENVOYER = "a_envoyer", "À envoyer"
        ENVOYE = "envoye", "Envoyé"
        ABANDONNE = "abandonne", "Abandonné"

    cle = models.CharField("clé d'unicité", max_length=160, unique=True)
    destinataire = models.ForeignKey(
        Utilisateur, on_delete=models.CASCADE, related_name="courriels"
    )
    gabarit = models.CharField(max_length=60)
    contexte = models.JSONField(default=dict)
    etat = models.CharField(max_length=12, choices=Etat, default=Etat.A_ENVOYER)
    cree_le = models.DateTimeField(default=timezone.now)
    a_envoyer_le = models.DateTimeField(default=timezone.now)
    envoye_le = models.DateTimeField(null=True, blank=True)
    tentatives = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "courriel"
        ordering = ["-cree_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(etat="envoye") ^ Q(envoye_le__isnull=True),
                name="courriel_envoye_est_date",
                violation_error_message="Un courriel envoyé porte sa date d'envoi.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["a_envoyer_le"], condition=Q(etat="a_envoyer"), name="courriel_a_envoyer"
            ),
        ]

    def __str__(self) -> str:
        return f"Courriel {self.cle}"


class Trace(models.Model):
    """Who did what, when, from where (G-05). Rows are only ever added: see migration 0002.

    References are plain numbers without constraint, so that erasing an account (H-14) never has
    to touch the trace. `details` never holds what a person typed.
    """

    class Action(models.TextChoices):
        CONNEXION = "connexion", "Connexion"
        CONNEXION_REFUSEE = "connexion_refusee", "Connexion refusée"
        DECONNEXION = "deconnexion", "Déconnexion"
        CGU = "cgu", "CGU acceptées"
        HABILITATION = "habilitation", "Habilitation"
        LECTURE = "lecture", "Lecture"
        RECHERCHE = "recherche", "Recherche"
        CREATION = "creation", "Création"
        CHANGEMENT = "changement", "Changement"
        SUPPRESSION = "suppression", "Suppression"
        MESSAGE = "message", "Message"
        TELECHARGEMENT = "telechargement", "Téléchargement"
        REFUS = "refus", "Refus"

    quand = models.DateTimeField(default=timezone.now, db_index=True)
    qui = models.ForeignKey(
        Utilisateur,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
    )
    action = models.CharField(max_length=20, choices=Action)
    objet = models.CharField(max_length=40, blank=True)
    cle = models.CharField(max_length=60, blank=True)
    caisse_id = models.BigIntegerField(null=True)
    partenaire_id = models.BigIntegerField(null=True)
    adresse = models.GenericIPAddressField(null=True)
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name = "trace"
        ordering = ["-quand", "-pk"]
        indexes = [
            models.Index(fields=["objet", "cle", "-quand"], name="trace_par_objet"),
            models.Index(fields=["qui", "-quand"], name="trace_par_auteur"),
        ]

    def __str__(self) -> str:
        return f"{self.quand:%d/%m/%Y %H:%M} {self.get_action_display()} {self.objet} {self.cle}"
