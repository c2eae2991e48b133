"""The parties sign: each one's date is recorded, the last one makes the act hold (C-02, C-04)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from comptes import journal
from conventions.actions import annonces, documents, entree, scans
from conventions.actions.verrous import Acteur, aujourd_hui, exiger, verrouiller
from conventions.models import Acte, Convention, Document, Scan, Signature
from portail.etats import TransitionImpossible

# Nothing of what a convention is could have been signed before: a year was mistyped.
PREMIERE_SIGNATURE = date(2000, 1, 1)
# What the parties of each act receive to sign; the convention métier is written elsewhere.
DOCUMENTS = {
    Acte.Nature.UTILISATION: Document.Nature.UTILISATION,
    Acte.Nature.AVENANT: Document.Nature.AVENANT,
}


@transaction.atomic
def envoyer_en_signature(convention: Convention, *, acteur: Acteur) -> Convention:
    """Close the text of a draft and wait for the signature of each party.

    Raises `TransitionImpossible` (what is missing) or `PermissionDenied`.
    """
    convention = exiger(convention, acteur, "envoyer")
    _ouvrir_aux_signatures(convention.actes.get(nature=Acte.Nature.METIER), convention)
    return _passer(convention, Convention.Etat.SIGNATURE, acteur)


@transaction.atomic
def reprendre_preparation(convention: Convention, *, acteur: Acteur) -> Convention:
    """Make it a draft again, as long as nobody signed. Raises `TransitionImpossible`."""
    convention = exiger(convention, acteur, "reprendre")
    acte = convention.actes.get(nature=Acte.Nature.METIER)
    acte.signatures.all().delete()
    acte.etat = Acte.Etat.BROUILLON
    acte.save(update_fields=["etat"])
    return _passer(convention, Convention.Etat.BROUILLON, acteur)


@transaction.atomic
def preparer_utilisation(convention: Convention, *, acteur: Acteur) -> Acte:
    """Write down the convention d'utilisation: only a signed convention métier bears one (C-04).

    Raises `TransitionImpossible` or `PermissionDenied`.
    """
    convention = exiger(convention, acteur, "preparer_utilisation")
    acte = convention.actes.create(
        nature=Acte.Nature.UTILISATION,
        numero=numero_suivant(convention, Acte.Nature.UTILISATION),
        cree_le=timezone.now(),
    )
    _tracer(acte, convention, acteur, etat=acte.etat)
    return acte


@transaction.atomic
def envoyer_acte(acte: Acte, *, acteur: Acteur) -> Acte:
    """Close the text of an act, have its PDF made and wait for the signature of each party.

    Raises `TransitionImpossible` or `PermissionDenied`.
    """
    convention = exiger(acte.convention, acteur, "envoyer_acte")
    acte = _reprendre(acte, {Acte.Etat.BROUILLON}, "Cet acte n'est plus en préparation.")
    _ouvrir_aux_signatures(acte, convention)
    _tracer(acte, convention, acteur, etat=acte.etat)
    documents.demander_document(
        DOCUMENTS[Acte.Nature(acte.nature)], source=acte, convention=convention, acteur=acteur
    )
    return acte


@transaction.atomic
def abandonner_acte(acte: Acte, *, acteur: Acteur) -> Acte:
    """Give up an act that is not signed by all. Raises as `envoyer_acte` does."""
    convention = exiger(acte.convention, acteur, "abandonner_acte")
    pendants = {Acte.Etat.BROUILLON, Acte.Etat.SIGNATURE}
    acte = _reprendre(acte, pendants, "Cet acte ne peut plus être abandonné.")
    acte.etat = Acte.Etat.ABANDONNE
    acte.save(update_fields=["etat"])
    _tracer(acte, convention, acteur, etat=acte.etat)
    return acte


@transaction.atomic
def signer(
    signature: Signature,
    *,
    signee_le: date,
    qualite: str,
    scan: UploadedFile | None = None,
    acteur: Acteur,
) -> Signature:
    """Record the day on which a party signed; until the last one signs, it may be corrected.

    Raises `ValidationError` (`signee_le`, `qualite`, `scan`), `QuotaAtteint` for an avenant that
    leaves less places than accounts, `TransitionImpossible` or `PermissionDenied`.
    """
    convention = exiger(signature.acte.convention, acteur, "signer")
    signature = Signature.objects.select_related("acte__convention", "caisse").get(pk=signature.pk)
    acte = _reprendre(signature.acte, {Acte.Etat.SIGNATURE}, "Cet acte n'attend pas de signature.")
    _exiger_jour(signee_le, acte, convention)
    entree.exiger_grille(acte, convention)
    signature.signee_le, signature.qualite = signee_le, qualite
    signature.clean_fields(exclude=["acte", "caisse", "partenaire", "autre", "scan"])
    if scan is not None:
        signature.scan = scans.deposer(convention, scan, acteur=acteur)
    signature.save(update_fields=["signee_le", "qualite", "scan"])
    _tracer(acte, convention, acteur, partie=_code(signature), signee_le=f"{signee_le}")
    annonces.signature_enregistree(signature, acteur)
    if not acte.signatures.filter(signee_le__isnull=True).exists():
        entree.conclure(acte, convention, acteur=acteur)
    return signature


@transaction.atomic
def joindre_scan(signature: Signature, *, scan: UploadedFile, acteur: Acteur) -> Scan:
    """Add the signed paper of a dated signature, or replace one that the antivirus refused.

    Raises `ValidationError` (`scan`), `TransitionImpossible` or `PermissionDenied`.
    """
    convention = verrouiller(signature.acte.convention)
    scans.exiger_droit(convention, acteur)
    signature = Signature.objects.select_related("scan", "acte").get(pk=signature.pk)
    if signature.signee_le is None:
        raise TransitionImpossible("Enregistrez d'abord la date de cette signature.")
    if signature.scan is not None and not signature.scan.est_refuse:
        raise TransitionImpossible("Le document signé de cette partie est déjà enregistré.")
    signature.scan = scans.deposer(convention, scan, acteur=acteur)
    signature.save(update_fields=["scan"])
    return signature.scan


def numero_suivant(convention: Convention, nature: str) -> int:
    """Avenants count from 1; the other acts from 0, their first one being the only one mostly."""
    premier = 1 if nature == Acte.Nature.AVENANT else 0
    return premier + convention.actes.filter(nature=nature).count()


def _ouvrir_aux_signatures(acte: Acte, convention: Convention) -> None:
    Signature.objects.bulk_create(
        Signature(acte=acte, **partie) for partie in _parties(acte, convention)
    )
    acte.etat = Acte.Etat.SIGNATURE
    acte.save(update_fields=["etat"])


def _parties(acte: Acte, convention: Convention) -> Iterator[dict[str, Any]]:
    """Who signs: the other signatories have no part in the portal's convention (C-01, C-04)."""
    liens = convention.liens.filter(close_le__isnull=True).select_related("caisse")
    for lien in liens.order_by("caisse__nom"):
        yield {"caisse": lien.caisse}
    for partenaire in convention.partenaires.order_by("nom"):
        yield {"partenaire": partenaire}
    if acte.nature != Acte.Nature.UTILISATION:
        for nom in convention.autres_signataires:
            yield {"autre": nom}


def _reprendre(acte: Acte, etats: set[Acte.Etat], raison: str) -> Acte:
    """The act as it is now: its convention is locked already."""
    acte = Acte.objects.get(pk=acte.pk)
    if acte.etat not in etats:
        raise TransitionImpossible(raison)
    return acte


def _exiger_jour(jour: date, acte: Acte, convention: Convention) -> None:
    """Paper was often signed long before; never tomorrow, nor an avenant before what it changes."""
    raison = None
    if jour > aujourd_hui():
        raison = "Cette date est dans le futur : une signature s'enregistre une fois donnée."
    elif jour < PREMIERE_SIGNATURE:
        raison = "Cette date est trop ancienne : vérifiez l'année."
    elif acte.nature == Acte.Nature.AVENANT and jour < (convention.date_effet or jour):
        raison = (
            f"Un avenant ne précède pas la convention, signée le {convention.date_effet:%d/%m/%Y}."
        )
    if raison:
        raise ValidationError({"signee_le": raison})


def _passer(convention: Convention, etat: str, acteur: Acteur) -> Convention:
    convention.etat = etat
    convention.save(update_fields=["etat"])
    journal.tracer(acteur, journal.Action.CHANGEMENT, convention, etat=etat)
    return convention


def _tracer(acte: Acte, convention: Convention, acteur: Acteur, **details: str) -> None:
    details = {"acte": acte.nature, "numero": f"{acte.numero}", **details}
    journal.tracer(acteur, journal.Action.CHANGEMENT, convention, **details)


def _code(signature: Signature) -> str:
    """Which party, as a code: what a person typed stays out of the trace."""
    tenant = signature.caisse or signature.partenaire
    return tenant.code if tenant else "autre"
