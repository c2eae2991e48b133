"""A new lexicon is replayed on open requests: what it would now stop is listed (D-09)."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from portail import garde_fou
from portail.analyse import verdict_du_nom
from portail.garde_fou.presentation import genre
from portail.garde_fou.version import version
from portail.levees import empreinte
from signalements.models import Arret, Demande, Levee, Lieu, Relecture

Verifier = Callable[[str], garde_fou.Verdict]

LOT = 50
DUREE = 20.0  # seconds: the worker has other sweeps to run


def relire(*, lot: int = LOT, duree: float = DUREE) -> int:
    """Read open requests with the lexicon of this process, once for each version.

    Stops after about `duree` seconds and goes on at the next call; returns how many requests
    this call read. Each batch of `lot` requests is one transaction, held by one worker at a time.
    """
    pk = _ouvrir(version())
    lues, fin = 0, time.monotonic() + duree
    while pk is not None and (dans_le_lot := _lire_un_lot(pk, lot)):
        lues += dans_le_lot
        if time.monotonic() >= fin:
            break
    return lues


@transaction.atomic
def _ouvrir(lexique: str) -> int | None:
    """The reading to go on with; None when the last one that ended had this very lexicon."""
    derniere = Relecture.objects.derniere_terminee()
    if derniere and derniere.lexique == lexique:
        return None
    maintenant = timezone.now()
    relecture, _ = Relecture.objects.get_or_create(
        lexique=lexique, defaults={"lancee_le": maintenant}
    )
    if relecture.terminee_le:
        # A former lexicon came back: its list is gone, it is read again from the start.
        Relecture.objects.filter(pk=relecture.pk, terminee_le=relecture.terminee_le).update(
            lancee_le=maintenant, terminee_le=None, lues=0, derniere=0
        )
    return relecture.pk


@transaction.atomic
def _lire_un_lot(pk: int, taille: int) -> int:
    """Read the next requests; 0 when none is left, or when another worker holds the reading."""
    en_cours = Relecture.objects.select_for_update(skip_locked=True)
    relecture = en_cours.filter(pk=pk, terminee_le__isnull=True).first()
    if relecture is None:
        return 0
    demandes = list(_suivantes(relecture.derniere)[:taille])
    if demandes:
        Arret.objects.bulk_create(
            Arret(relecture=relecture, demande=demande, **arret)
            for demande in demandes
            for arret in _arrets(demande)
        )
        relecture.derniere = demandes[-1].pk
        relecture.lues += len(demandes)
    else:
        relecture.terminee_le = timezone.now()
        Arret.objects.exclude(relecture=relecture).delete()
    relecture.save(update_fields=["derniere", "lues", "terminee_le"])
    return len(demandes)


def _suivantes(derniere: int) -> Any:
    contestees = Levee.objects.exclude(avis=Levee.Avis.INJUSTIFIEE)
    return (
        Demande.objects.ouvertes()
        .filter(pk__gt=derniere)
        .order_by("pk")
        .only("commentaires", "caisse", "partenaire")
        .prefetch_related(
            "messages", "pieces", Prefetch("levees", queryset=contestees, to_attr="admises")
        )
    )


def _arrets(demande: Any) -> Iterator[dict[str, Any]]:
    admises = {levee.empreinte for levee in demande.admises}
    for texte, verifier, ou in _textes(demande):
        bloquants = verifier(texte).bloquants
        if empreinte(texte) in admises:
            # A person answered for this very text; a certain NIR has no way around.
            bloquants = tuple(motif for motif in bloquants if genre(motif) == "nir")
        if bloquants:
            yield {
                **ou,
                "caisse_id": demande.caisse_id,
                "partenaire_id": demande.partenaire_id,
                "passages": garde_fou.extraits(_masquer(texte, bloquants), bloquants),
                "categories": list(dict.fromkeys(motif.categorie for motif in bloquants)),
            }


def _masquer(texte: str, motifs: Iterable[garde_fou.Motif]) -> str:
    """The text without its certain NIRs: the list says where one stands, no column copies it."""
    for motif in motifs:
        if genre(motif) == "nir":
            texte = texte[: motif.debut] + "•" * len(motif.extrait) + texte[motif.fin :]
    return texte


def _textes(demande: Demande) -> Iterator[tuple[str, Verifier, dict[str, Any]]]:
    """Every text typed in the request, how the guard reads it, and where it stands."""
    yield demande.commentaires, garde_fou.verifier, {"lieu": Lieu.COMMENTAIRES}
    for message in demande.messages.all():
        lieu = Lieu.NOTE if message.interne else Lieu.MESSAGE
        yield message.texte, garde_fou.verifier, {"lieu": lieu, "message": message}
    for piece in demande.pieces.all():
        yield piece.nom, verdict_du_nom, {"lieu": Lieu.PIECE, "piece": piece}
