"""The receipt: rendered once, kept as it was (bytes, SHA-256, template version)."""

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone

from comptes import journal
from comptes.models import Utilisateur
from echeances.natures import Nature
from portail import pdf
from signalements.models import Demande, Recepisse
from signalements.registre import CONSENTEMENTS

VERSION_GABARIT = "2026-1"


@transaction.atomic
def etablir_recepisse(pk: int) -> None:
    """Make the receipt of a request, unless it exists."""
    nommees = Demande.objects.filter(pk=pk, anonymisee_le__isnull=True)
    if nommees.select_for_update().first() is None:
        return
    if Recepisse.objects.filter(demande=pk).exists():
        return
    demande = Demande.objects.select_related(
        "caisse", "partenaire", "auteur", "convention", "consentement_par"
    ).get(pk=pk)
    octets = pdf.rendre("pdf/recepisse.html", contexte(demande))
    recepisse = Recepisse(
        demande=demande,
        sha256=pdf.empreinte(octets),
        version_gabarit=VERSION_GABARIT,
        genere_le=timezone.now(),
    )
    recepisse.fichier.save("recepisse.pdf", ContentFile(octets), save=False)
    recepisse.save()
    Demande.objects.filter(pk=pk).update(recepisse_attendu=False)
    journal.tracer(None, journal.Action.CREATION, demande, recepisse=True)


def contexte(demande: Demande) -> dict[str, object]:
    """What the receipt shows: the state of the request when it was filed."""
    echeances = list(demande.echeances.filter(debut_le=demande.deposee_le))
    return {
        "demande": demande,
        "urgente": any(e.nature == Nature.URGENT_48H for e in echeances),
        "pieces": demande.pieces.filter(deposee_le__lte=demande.deposee_le),
        "echeances": echeances,
        "consentement": CONSENTEMENTS[demande.consentement_version],
        "version": VERSION_GABARIT,
    }


def ouvrir_recepisse(recepisse: Recepisse, *, acteur: Utilisateur) -> File:
    """The kept bytes; leaves a trace."""
    journal.tracer(acteur, journal.Action.TELECHARGEMENT, recepisse.demande, recepisse=True)
    return recepisse.fichier.open("rb")


def manquants() -> list[int]:
    """Requests whose receipt was not made yet: lost task or broker down."""
    sans = Demande.objects.filter(recepisse_attendu=True).order_by("-deposee_le")
    return list(sans.values_list("pk", flat=True)[:40])
