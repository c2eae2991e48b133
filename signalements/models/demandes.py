"""The request: what the partner asked, for whom, and where it stands."""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from comptes import habilitations
from comptes.models import Caisse, Civilite, Partenaire, Utilisateur
from conventions.models import CaisseLiee, Convention, Service
from echeances.delais import JAMAIS
from echeances.natures import Nature
from portail import references
from portail.normalisation import cle_recherche, date_saisie
from signalements.models.choix import Anciennete, Cause, Contexte, Etat, Issue, Motif, Soin

# What tells whom a request was about, or whom to ask, as an anonymised one holds it (G-04).
EFFACES: dict[str, Any] = {
    "auteur": None,
    "consentement_par": None,
    "agent": None,
    "civilite": "",
    "nom": "",
    "prenom": "",
    "date_naissance": None,
    "lieu_naissance": "",
    "departement_residence": "",
    "telephone": "",
    "commentaires": "",
    "recherche": "",
    "recherche_prenom": "",
    "recepisse_attendu": False,
}


def _cle(*noms: str) -> str:
    """Names as they are searched: no accent, case, space, apostrophe nor hyphen."""
    return cle_recherche(*noms).replace(" ", "")


class DemandeQuerySet(models.QuerySet["Demande"]):
    def visibles_par(self, acteur: Any) -> "DemandeQuerySet":
        """Requests of the partners for which the actor files, or of the caisses they handle."""
        caisses = habilitations.caisses(acteur, "instruire")
        if caisses:
            return self.filter(caisse__in=sorted(caisses))
        partenaires = habilitations.partenaires(acteur, "deposer")
        return self.filter(partenaire__in=sorted(partenaires)) if partenaires else self.none()

    def ouvertes(self) -> "DemandeQuerySet":
        return self.exclude(etat=Etat.CLOTUREE)

    def conservees(self) -> "DemandeQuerySet":
        """The closed ones that still tell whom they are about (G-04)."""
        return self.filter(etat=Etat.CLOTUREE, anonymisee_le__isnull=True)

    def cherchees(self, saisie: str) -> "DemandeQuerySet":
        """By reference, birth date or the beginning of the name; accents and case ignored."""
        naissance = date_saisie(saisie)
        if naissance:
            return self.filter(date_naissance=naissance)
        trouvees = Q(pk__in=[])
        # Some names read as a reference too: « Beauneze » is also EP-BEAV-NEZE.
        if reference := references.normaliser(saisie):
            trouvees |= Q(reference=reference)
        if cle := _cle(saisie):
            trouvees |= Q(recherche__startswith=cle) | Q(recherche_prenom__startswith=cle)
        return self.filter(trouvees)


def _connus(champ: str, choix: type[models.TextChoices]) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{champ}__contained_by": choix.values}),
        name=f"demande_{champ}_connus",
        violation_error_message="Une des réponses n'existe pas dans la liste.",
    )


class Demande(models.Model):
    """A request filed by a partner with a caisse. It holds no NIR column (D-02)."""

    reference = models.CharField(max_length=12, unique=True, default=references.tirer)
    # The draft it was written in: a second click on « Déposer » finds the request again.
    origine = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, related_name="+")
    partenaire = models.ForeignKey(Partenaire, on_delete=models.PROTECT, related_name="+")
    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="+")
    service = models.CharField("service", max_length=20, choices=Service)
    motif = models.CharField("motif", max_length=20, choices=Motif)
    auteur = models.ForeignKey(Utilisateur, on_delete=models.PROTECT, null=True, related_name="+")
    deposee_le = models.DateTimeField("déposée le")

    consentement_version = models.CharField(max_length=20)
    consentement_mode = models.CharField(max_length=12, choices=CaisseLiee.ModeConsentement)
    consentement_le = models.DateTimeField()
    consentement_par = models.ForeignKey(
        Utilisateur, on_delete=models.PROTECT, null=True, related_name="+"
    )

    contextes = ArrayField(models.CharField(max_length=20, choices=Contexte), default=list)
    soins = ArrayField(models.CharField(max_length=20, choices=Soin), default=list)
    anciennete = models.CharField(max_length=20, choices=Anciennete, blank=True)
    causes = ArrayField(models.CharField(max_length=20, choices=Cause), default=list)

    civilite = models.CharField("civilité", max_length=10, choices=Civilite)
    nom = models.CharField("nom", max_length=80)
    prenom = models.CharField("prénom", max_length=80)
    date_naissance = models.DateField("date de naissance", null=True)
    lieu_naissance = models.CharField("lieu de naissance", max_length=60)
    departement_residence = models.CharField("département de résidence", max_length=3)
    telephone = models.CharField("téléphone", max_length=20)
    commentaires = models.CharField("commentaires", max_length=5000)
    urgente = models.BooleanField("urgente", default=False)

    etat = models.CharField("étape", max_length=20, choices=Etat, default=Etat.DEPOSEE)
    issue = models.CharField("issue", max_length=20, choices=Issue, blank=True)
    agent = models.ForeignKey(
        Utilisateur, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    attente_depuis = models.DateTimeField("en attente du partenaire depuis", null=True, blank=True)
    partenaire_a_repondu = models.BooleanField(default=False)
    en_retard = models.BooleanField(default=False)
    a_traiter_avant = models.DateTimeField("à traiter avant", default=JAMAIS)
    # From when the earliest deadline that runs is about to pass.
    bientot_le = models.DateTimeField(default=JAMAIS)
    activite_le = models.DateTimeField("dernière activité")
    cloturee_le = models.DateTimeField("clôturée le", null=True, blank=True)
    # G-04: nothing tells any more whom it was about.
    anonymisee_le = models.DateTimeField("anonymisée le", null=True, blank=True)

    recepisse_attendu = models.BooleanField(default=True)

    recherche = models.CharField(max_length=170, editable=False)
    recherche_prenom = models.CharField(max_length=170, editable=False)

    objects = DemandeQuerySet.as_manager()

    class Meta:
        verbose_name = "demande"
        ordering = ["-activite_le", "-reference"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(motif=Motif.MAS) | Q(contextes__len__gt=0),
                name="demande_mas_a_un_contexte",
                violation_error_message=(
                    "Indiquez dans quel cadre l'accompagnement santé est sollicité."
                ),
            ),
            models.CheckConstraint(
                condition=Q(motif=Motif.MAS) | Q(contextes=[], soins=[], causes=[], anciennete=""),
                name="demande_precisions_mas_seulement",
                violation_error_message="Ces précisions ne concernent que la saisine MAS.",
            ),
            _connus("contextes", Contexte),
            _connus("soins", Soin),
            _connus("causes", Cause),
            models.CheckConstraint(
                condition=Q(etat=Etat.CLOTUREE, cloturee_le__isnull=False, issue__gt="")
                | (~Q(etat=Etat.CLOTUREE) & Q(cloturee_le__isnull=True, issue="")),
                name="demande_cloture_a_date_et_issue",
                violation_error_message="Une demande clôturée porte une date et une issue.",
            ),
            models.CheckConstraint(
                condition=Q(commentaires__gt="") | Q(anonymisee_le__isnull=False),
                name="demande_commentaires_obligatoires",
                violation_error_message="Le commentaire est obligatoire.",
            ),
            models.CheckConstraint(
                condition=Q(
                    anonymisee_le__isnull=True,
                    date_naissance__isnull=False,
                    auteur__isnull=False,
                    consentement_par__isnull=False,
                )
                | Q(anonymisee_le__isnull=False, etat=Etat.CLOTUREE, **EFFACES),
                name="demande_anonymisee_est_vide",
                violation_error_message="Une demande anonymisée ne dit plus rien de la personne.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["caisse", "a_traiter_avant", "reference"],
                condition=~Q(etat="cloturee"),
                name="demande_file",
            ),
            models.Index(
                fields=["caisse", "agent"], condition=~Q(etat="cloturee"), name="demande_par_agent"
            ),
            models.Index(fields=["caisse"], condition=Q(etat="deposee"), name="demande_nouvelles"),
            models.Index(
                fields=["caisse", "bientot_le"],
                condition=~Q(etat="cloturee"),
                name="demande_bientot",
            ),
            # G-04: what the retention looks for.
            models.Index(
                fields=["caisse", "convention", "cloturee_le"],
                condition=Q(etat="cloturee", anonymisee_le__isnull=True),
                name="demande_a_anonymiser",
            ),
            models.Index(
                fields=["caisse"],
                condition=Q(anonymisee_le__isnull=False),
                name="demande_anonymisees",
            ),
            models.Index(
                fields=["caisse"],
                condition=Q(urgente=True) & ~Q(etat="cloturee"),
                name="demande_urgentes",
            ),
            models.Index(
                fields=["caisse"],
                condition=Q(partenaire_a_repondu=True) & ~Q(etat="cloturee"),
                name="demande_repondues",
            ),
            models.Index(
                fields=["caisse", "-activite_le", "-reference"], name="demande_par_caisse"
            ),
            models.Index(
                fields=["partenaire", "-activite_le", "-reference"], name="demande_par_partenaire"
            ),
            models.Index(
                fields=["recherche"], name="demande_recherche", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(
                fields=["recherche_prenom"],
                name="demande_recherche_prenom",
                opclasses=["varchar_pattern_ops"],
            ),
            models.Index(fields=["date_naissance"], name="demande_naissance"),
            models.Index(
                fields=["deposee_le"],
                condition=Q(recepisse_attendu=True),
                name="demande_sans_recepisse",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            self.recherche = _cle(self.nom, self.prenom)
            self.recherche_prenom = _cle(self.prenom, self.nom)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("signalements:demande", args=[self.reference])

    @property
    def personne(self) -> str:
        if self.anonymisee_le:
            return "Demande anonymisée"
        return f"{self.get_civilite_display()} {self.prenom} {self.nom.upper()}"

    @property
    def est_close(self) -> bool:
        return self.etat == Etat.CLOTUREE

    @property
    def urgence_attend(self) -> bool:
        """Is it still to be taken into account that the request is urgent (D-14)?"""
        return self.urgente and any(
            e.nature == Nature.URGENT_48H and e.terminee_le is None for e in self.echeances.all()
        )

    @property
    def contextes_libelles(self) -> list[str]:
        return [Contexte(c).label for c in self.contextes]

    @property
    def soins_libelles(self) -> list[str]:
        return [Soin(s).label for s in self.soins]

    @property
    def causes_libelles(self) -> list[str]:
        return [Cause(c).label for c in self.causes]
