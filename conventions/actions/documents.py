"""Our PDFs: what they say is frozen when they are asked, the bytes are made once and kept (C-05).

A source (an act, a signed review, an incident) has one document. What tells the state of a day, a
text still being written or today's accounts, is provisional: marked as such, and dropped later.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone

from comptes import journal
from comptes.models import Caisse, Partenaire, Utilisateur
from conventions import contextes
from conventions.models import Convention, Document, Scan
from portail import destructions, pdf
from portail.calendrier import jour_civil

GARDE_PROVISOIRE = timedelta(days=30)
LOT = 50

Contexte = Callable[[Document], dict[str, Any]]
Nature = Document.Nature

# What each document says, as strings, numbers and lists. An upper app adds its own (AppConfig).
# `provisoire` marks what only tells the state of a day.
CONTEXTES: dict[str, Contexte] = {
    Nature.UTILISATION: contextes.utilisation,
    Nature.AVENANT: contextes.avenant,
    Nature.CONTACTS: contextes.contacts,
}


@dataclass(frozen=True, slots=True)
class Gabarit:
    """A template and its version, which any change of its text or of its layout raises."""

    nom: str
    version: str


GABARITS: dict[str, Gabarit] = {
    Nature.UTILISATION: Gabarit("pdf/utilisation.html", "2026-1"),
    Nature.AVENANT: Gabarit("pdf/avenant.html", "2026-1"),
    Nature.CONTACTS: Gabarit("pdf/contacts.html", "2026-1"),
    Nature.HABILITATIONS: Gabarit("pdf/habilitations.html", "2026-1"),
    Nature.FRAUDE: Gabarit("pdf/fraude.html", "2026-1"),
}


class FichierIndisponible(Exception):
    """The bytes cannot be given now; `message` is the French reason."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@transaction.atomic
def demander_document(
    nature: str,
    *,
    source: Any = None,
    convention: Convention | None = None,
    caisse: Caisse | None = None,
    partenaire: Partenaire | None = None,
    acteur: Utilisateur | None,
) -> Document:
    """Freeze what the document says, and have it made after commit.

    `source` is what it tells, or its public identifier; None: nothing but the state of this day.
    Asked again for a source that has its document, it is that one. A source that is still being
    written (an act in preparation) gives a provisional document each time.
    """
    document = Document(
        nature=nature,
        convention=convention,
        caisse=caisse,
        partenaire=partenaire,
        demande_le=timezone.now(),
        demande_par=acteur,
    )
    document.source = _identifiant(source) or document.identifiant
    document.donnees = CONTEXTES[nature](document)
    if document.donnees.get("provisoire"):
        document.garde_jusqu_au = jour_civil(document.demande_le) + GARDE_PROVISOIRE
        document.save()
        return _faire_etablir(document, acteur)
    return _unique(document, acteur)


def etablir(pk: int) -> None:
    """Make the bytes of an asked document, once; a no-op when another task does it or did it."""
    with transaction.atomic():
        attendus = Document.objects.select_for_update(skip_locked=True, of=("self",))
        document = attendus.filter(pk=pk, etabli_le__isnull=True).first()
        if document is None:
            return
        gabarit = GABARITS[document.nature]
        octets = pdf.rendre(gabarit.nom, _composer(document, gabarit))
        document.fichier.save("document.pdf", ContentFile(octets), save=False)
        document.taille, document.sha256 = len(octets), pdf.empreinte(octets)
        document.version_gabarit, document.etabli_le = gabarit.version, timezone.now()
        document.donnees = {}
        document.save()
        journal.tracer(None, journal.Action.CHANGEMENT, document, etabli=document.nature)


def ouvrir(document: Document, *, acteur: Utilisateur) -> File:
    """The kept bytes; leaves a trace. Raises `FichierIndisponible` before they are made."""
    if not document.est_etabli:
        raise FichierIndisponible("Ce document est en préparation : réessayez dans un instant.")
    journal.tracer(acteur, journal.Action.TELECHARGEMENT, document, nature=document.nature)
    return document.fichier.open("rb")


def ouvrir_scan(scan: Scan, *, acteur: Utilisateur) -> File:
    """The bytes of a signed scan; leaves a trace.

    Raises `FichierIndisponible` before the antivirus said yes, and for ever if it said no.
    """
    if scan.etat == Scan.Etat.EN_ATTENTE:
        raise FichierIndisponible(
            "L’analyse antivirus de ce fichier n’est pas terminée : réessayez dans un instant."
        )
    if scan.etat != Scan.Etat.SAINE:
        raise FichierIndisponible("Ce fichier a été refusé par l’antivirus.")
    journal.tracer(acteur, journal.Action.TELECHARGEMENT, scan)
    return scan.fichier.open("rb")


def manquants(maintenant: datetime) -> list[int]:
    """Documents asked a minute ago that nobody made: lost task or broker down."""
    attendus = Document.objects.filter(
        etabli_le__isnull=True, demande_le__lt=maintenant - timedelta(minutes=1)
    )
    return list(attendus.order_by("-demande_le").values_list("pk", flat=True)[:LOT])


@transaction.atomic
def oublier_provisoires(maintenant: datetime) -> int:
    """Drop the drafts and the tables of a day whose time is over (H-14); returns how many."""
    perimes = Document.objects.filter(garde_jusqu_au__lt=jour_civil(maintenant))
    lot = list(perimes.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:LOT])
    destructions.demander(document.fichier.name or "" for document in lot)
    for document in lot:
        journal.tracer(None, journal.Action.SUPPRESSION, document, nature=document.nature)
    Document.objects.filter(pk__in=[document.pk for document in lot]).delete()
    return len(lot)


def _identifiant(source: Any) -> uuid.UUID | None:
    return getattr(source, "identifiant", source)


def _unique(document: Document, acteur: Utilisateur | None) -> Document:
    """The document of that source: this one, or the one that was there before it."""
    champs = "identifiant convention caisse partenaire donnees demande_le demande_par".split()
    garde, nouveau = Document.objects.get_or_create(
        nature=document.nature,
        source=document.source,
        garde_jusqu_au=None,
        defaults={champ: getattr(document, champ) for champ in champs},
    )
    return _faire_etablir(garde, acteur) if nouveau else garde


def _faire_etablir(document: Document, acteur: Utilisateur | None) -> Document:
    from conventions.tasks import etablir_document

    journal.tracer(acteur, journal.Action.CREATION, document, nature=document.nature)
    etablir_document.delay_on_commit(document.pk)
    return document


def _composer(document: Document, gabarit: Gabarit) -> dict[str, Any]:
    return {
        **document.donnees,
        "reference": document.reference,
        "modele": gabarit.version,
        "demande_le": document.demande_le,
    }
