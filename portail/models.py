"""What the housekeeping keeps of itself: last runs, files to erase, where a long walk stands."""

from django.db import models
from django.utils import timezone


class Execution(models.Model):
    """The last run of a periodic task, for the operations page; never what a task worked on."""

    nom = models.CharField("tâche", max_length=120, unique=True)
    debut_le = models.DateTimeField("dernier début")
    fin_le = models.DateTimeField("dernière fin", null=True, blank=True)
    duree = models.DurationField("dernière durée", null=True, blank=True)
    resultat = models.CharField("dernier résultat", max_length=200, blank=True)
    erreur = models.CharField("classe de la dernière erreur", max_length=100, blank=True)
    derniere_reussite_le = models.DateTimeField("dernière réussite", null=True, blank=True)
    echecs = models.PositiveIntegerField("échecs de suite", default=0)
    lancements = models.PositiveBigIntegerField("exécutions depuis l'origine", default=0)

    class Meta:
        verbose_name = "exécution"
        ordering = ["nom"]

    def __str__(self) -> str:
        return self.nom


class Destruction(models.Model):
    """A file that the private storage must not hold any more; the row goes once it does not."""

    chemin = models.CharField("chemin dans le stockage", max_length=255, unique=True)
    demandee_le = models.DateTimeField("demandée le", default=timezone.now)
    tentatives = models.PositiveIntegerField(default=0)
    a_tenter_le = models.DateTimeField("à tenter le", default=timezone.now)
    derniere_erreur = models.CharField("classe de la dernière erreur", max_length=100, blank=True)

    class Meta:
        verbose_name = "destruction"
        ordering = ["demandee_le", "pk"]
        indexes = [
            models.Index(fields=["a_tenter_le"], name="destruction_a_tenter"),
            models.Index(fields=["demandee_le"], name="destruction_demandee"),
        ]

    def __str__(self) -> str:
        return f"Destruction {self.pk}"


class Parcours(models.Model):
    """A walk that takes several runs of its task: where it stands, so that the next one goes on."""

    nom = models.CharField(max_length=60, unique=True)
    position = models.CharField("dernier dossier vu", max_length=255, blank=True)
    commence_le = models.DateTimeField("commencé le")
    acheve_le = models.DateTimeField("dernier tour achevé le", null=True, blank=True)
    trouves = models.PositiveIntegerField("trouvés pendant ce tour", default=0)

    class Meta:
        verbose_name = "parcours"
        verbose_name_plural = "parcours"

    def __str__(self) -> str:
        return self.nom
