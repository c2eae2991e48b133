"""What the parties sign."""

from datetime import date

from django.core.files.uploadedfile import UploadedFile

from comptes.models import Utilisateur
from conventions.models import Acte, Convention, Scan, Signature

Acteur = Utilisateur | None


def envoyer_en_signature(convention: Convention, *, acteur: Acteur) -> Convention:
    raise NotImplementedError


def reprendre_preparation(convention: Convention, *, acteur: Acteur) -> Convention:
    raise NotImplementedError


def preparer_utilisation(convention: Convention, *, acteur: Acteur) -> Acte:
    raise NotImplementedError


def envoyer_acte(acte: Acte, *, acteur: Acteur) -> Acte:
    raise NotImplementedError


def abandonner_acte(acte: Acte, *, acteur: Acteur) -> Acte:
    raise NotImplementedError


def signer(
    signature: Signature,
    *,
    signee_le: date,
    qualite: str,
    scan: UploadedFile | None = None,
    acteur: Acteur,
) -> Signature:
    raise NotImplementedError


def joindre_scan(signature: Signature, *, scan: UploadedFile, acteur: Acteur) -> Scan:
    raise NotImplementedError
