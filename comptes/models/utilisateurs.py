"""The accounts, what they accepted, and what opens them."""

import uuid
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Profil(models.TextChoices):
    """The kinds of account; one account holds exactly one (H-01)."""

    TECHNICIEN = "technicien", "Technicien"
    GESTIONNAIRE = "gestionnaire", "Gestionnaire"
    AGENT = "agent", "Agent de caisse"
    ADMIN = "admin", "Administrateur de caisse"
    DPO = "dpo", "Délégué à la protection des données"
    # Publishes terms and announcements, opens caisses: no tenant, no request.
    SUPPORT = "support", "Support national"


class Civilite(models.TextChoices):
    MADAME = "madame", "Madame"
    MONSIEUR = "monsieur", "Monsieur"


class Etat(models.TextChoices):
    """The life of an account: invited, active, inactive, erased (H-04, H-09, H-14)."""

    INVITE = "invite", "En attente d'activation"
    ACTIF = "actif", "Actif"
    INACTIF = "inactif", "Inactif"
    SUPPRIME = "supprime", "Supprimé"


OUVERTS = (Etat.INVITE, Etat.ACTIF)
"""Those that count against a quota (H-06, H-07)."""
FERMES = (Etat.INACTIF, Etat.SUPPRIME)


class CauseInactivation(models.TextChoices):
    """Why an account was closed; what may be done next depends on it."""

    DEPART = "depart", "Départ ou changement de poste"
    DEMANDE = "demande", "Demande du partenaire"
    REVUE = "revue", "Revue des habilitations"
    FRAUDE = "fraude", "Usage frauduleux, vol ou perte"
    CONVENTION = "convention", "Fin de convention"
    COUPURE = "coupure", "Accès de la structure coupé"


class Statut(models.TextChoices):
    """How a technicien belongs to the partner (H-03)."""

    SALARIE = "salarie", "Salarié ou agent de la structure"
    BENEVOLE = "benevole", "Bénévole de la structure"


class UtilisateurManager(BaseUserManager["Utilisateur"]):
    def create_user(
        self, identifiant: str, password: str | None = None, **champs: Any
    ) -> "Utilisateur":
        utilisateur = self.model(identifiant=identifiant, **champs)
        utilisateur.set_password(password)
        utilisateur.save(using=self._db)
        return utilisateur


class Utilisateur(AbstractBaseUser, PermissionsMixin):
    """An account. The login is the *identifiant*: one person may hold two accounts (H-01).

    Erased, it keeps its row, without anything personal: what it did stays told (H-14).
    """

    Etat = Etat
    Cause = CauseInactivation
    Statut = Statut

    # How addresses name an account: neither its login nor its number.
    public = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    identifiant = models.CharField("identifiant", max_length=40, unique=True)
    profil = models.CharField("profil", max_length=20, choices=Profil)
    civilite = models.CharField("civilité", max_length=10, choices=Civilite)
    nom = models.CharField("nom", max_length=80)
    prenom = models.CharField("prénom", max_length=80)
    fonction = models.CharField("fonction", max_length=120, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("adresse électronique")
    etat = models.CharField("état", max_length=10, choices=Etat, default=Etat.ACTIF)
    cree_le = models.DateTimeField("créé le", default=timezone.now, editable=False)
    active_le = models.DateTimeField("activé le", null=True, blank=True)
    # H-04: when the password was last chosen.
    mot_de_passe_le = models.DateTimeField("mot de passe choisi le", null=True, blank=True)
    # Somebody asked for another password; the mail is written apart, in the background.
    lien_demande_le = models.DateTimeField("lien demandé le", null=True, blank=True)
    # The hour, in Paris, of the daily digest of notifications.
    heure_recapitulatif = models.PositiveSmallIntegerField(
        "heure du récapitulatif", default=8, validators=[MaxValueValidator(23)]
    )
    # H-03: what the gestionnaire declared of a technicien, and when.
    statut = models.CharField("statut", max_length=10, choices=Statut, blank=True)
    declare_le = models.DateTimeField(
        "poste professionnel protégé déclaré le", null=True, blank=True
    )
    # H-10: the gestionnaire who answers for a technicien.
    responsable = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="rattaches"
    )
    # H-09: the last day of a gestionnaire whose end is planned.
    dernier_jour = models.DateField("dernier jour", null=True, blank=True)
    inactif_le = models.DateTimeField("inactivé le", null=True, blank=True)
    cause_inactivation = models.CharField(
        "cause de l'inactivation", max_length=16, choices=CauseInactivation, blank=True
    )
    supprime_le = models.DateTimeField("supprimé le", null=True, blank=True)

    # Where this request comes from; set for one request by the middleware, read by the trace.
    adresse: str | None = None
    # The partner it works for; set by who acts on the account, read by the trace.
    partenaire_id: int | None = None

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
            models.CheckConstraint(
                condition=Q(is_superuser=True, profil=Profil.SUPPORT)
                | Q(is_superuser=False) & ~Q(profil=Profil.SUPPORT),
                name="utilisateur_support_seul_superutilisateur",
                violation_error_message=(
                    "Seul le support national dispose du site d'administration."
                ),
            ),
            models.CheckConstraint(
                condition=Q(etat__in=Etat.values),
                name="utilisateur_etat_connu",
                violation_error_message="Cet état de compte n'existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=FERMES, inactif_le__isnull=False) & ~Q(cause_inactivation="")
                | Q(etat__in=OUVERTS, inactif_le__isnull=True, cause_inactivation=""),
                name="utilisateur_inactif_date_et_cause",
                violation_error_message="Un compte inactif porte la date et la cause de sa fin.",
            ),
            models.CheckConstraint(
                condition=Q(etat=Etat.SUPPRIME) ^ Q(supprime_le__isnull=True),
                name="utilisateur_supprime_est_date",
                violation_error_message="Un compte supprimé porte la date de sa suppression.",
            ),
        ]
        indexes = [
            # What the nightly tasks look for: H-14, H-09, H-04.
            models.Index(
                fields=["inactif_le"], condition=Q(etat="inactif"), name="utilisateur_inactif"
            ),
            models.Index(
                fields=["dernier_jour"],
                condition=Q(etat="actif", dernier_jour__isnull=False),
                name="utilisateur_a_inactiver",
            ),
            models.Index(
                fields=["mot_de_passe_le"], condition=Q(etat="actif"), name="utilisateur_rotation"
            ),
            models.Index(
                fields=["lien_demande_le"],
                condition=Q(lien_demande_le__isnull=False),
                name="utilisateur_lien_demande",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Django's word for an account that may sign in."""
        return self.etat == Etat.ACTIF

    @property
    def is_staff(self) -> bool:
        """The national support, in Django's admin: no tenant, no request."""
        return self.is_superuser

    @property
    def est_supprime(self) -> bool:
        return self.etat == Etat.SUPPRIME

    def get_full_name(self) -> str:
        """The person, or a neutral label once the account is erased (H-14)."""
        if self.est_supprime:
            return f"{self.get_profil_display()} supprimé".capitalize()
        return f"{self.prenom} {self.nom}"


class VersionCGU(models.Model):
    """A published version of the terms of use (H-05)."""

    numero = models.CharField("version", max_length=20, unique=True)
    texte = models.TextField("texte")
    publiee_le = models.DateTimeField("publiée le", default=timezone.now)

    class Meta:
        verbose_name = "version des CGU"
        verbose_name_plural = "versions des CGU"
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


class Jeton(models.Model):
    """A single-use link sent by mail: to activate an account, or to choose a new password (H-04).

    The mail names the row by `identifiant`; the secret half of the link is a keyed hash of it,
    computed when the mail leaves and when the link comes back: it is stored nowhere.
    """

    class Usage(models.TextChoices):
        ACTIVATION = "activation", "Activation du compte"
        MOT_DE_PASSE = "mot_de_passe", "Nouveau mot de passe"

    identifiant = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    utilisateur = models.ForeignKey(Utilisateur, on_delete=models.CASCADE, related_name="jetons")
    usage = models.CharField(max_length=12, choices=Usage)
    cree_le = models.DateTimeField(default=timezone.now)
    expire_le = models.DateTimeField()
    utilise_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "lien à usage unique"
        ordering = ["-cree_le"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expire_le__gt=models.F("cree_le")),
                name="jeton_expire_apres_sa_creation",
                violation_error_message="Un lien expire après sa création.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_usage_display()} {self.identifiant}"


class SessionOuverte(models.Model):
    """A session of an account, so that its owner can see it and close it."""

    identifiant = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    utilisateur = models.ForeignKey(Utilisateur, on_delete=models.CASCADE, related_name="sessions")
    cle = models.CharField("clé de session", max_length=40, unique=True)
    ouverte_le = models.DateTimeField(default=timezone.now)
    vue_le = models.DateTimeField("dernière activité", default=timezone.now)
    adresse = models.GenericIPAddressField(null=True)
    navigateur = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = "session ouverte"
        ordering = ["-vue_le"]
        indexes = [models.Index(fields=["utilisateur", "-vue_le"], name="session_par_compte")]

    def __str__(self) -> str:
        return f"Session ouverte le {self.ouverte_le:%d/%m/%Y %H:%M}"
