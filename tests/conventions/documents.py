"""Acts to render, and what a reader finds in a PDF of ours."""

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pypdf
from django.utils import timezone

from comptes.models import Caisse, Partenaire, Utilisateur
from conventions.actions import documents
from conventions.models import Acte, CaisseLiee, Convention, Document, Scan, Service, Signature
from tests.voisinage import lier

EFFET = date(2026, 3, 3)


def convention_metier(caisse: Caisse, partenaire: Partenaire, **parametres: Any) -> Convention:
    """A convention whose métier act is signed, and the portal not yet open."""
    champs = {
        "intitule": f"Accès aux droits, {partenaire}",
        "date_effet": EFFET,
        "date_utilisation": None,
        "services": list(Service.values),
        **parametres,
    }
    return lier(caisse, partenaire, **champs)


def lier_caisse(convention: Convention, caisse: Caisse, **champs: Any) -> CaisseLiee:
    return CaisseLiee.objects.create(convention=convention, caisse=caisse, **champs)


def acte(convention: Convention, **champs: Any) -> Acte:
    """The convention d'utilisation of this convention, sent to its parties by default."""
    defauts = {"nature": "utilisation", "etat": "signature", "cree_le": timezone.now()}
    cree = Acte.objects.create(convention=convention, **{**defauts, **champs})
    parties = [{"caisse": lien.caisse} for lien in convention.liens.select_related("caisse")]
    parties += [{"partenaire": partenaire} for partenaire in convention.partenaires.all()]
    parties += [{"autre": autre} for autre in convention.autres_signataires]
    for partie in parties:
        Signature.objects.create(acte=cree, **partie)
    return cree


def demander(objet: Acte, acteur: Utilisateur) -> Document:
    """The document of the act, made."""
    nature = "avenant" if objet.nature == "avenant" else "utilisation"
    document = documents.demander_document(
        nature, source=objet, convention=objet.convention, acteur=acteur
    )
    return faire(document)


def faire(document: Document) -> Document:
    documents.etablir(document.pk)
    document.refresh_from_db()
    return document


def octets(document: Document) -> bytes:
    with document.fichier.open("rb") as fichier:
        return fichier.read()


def lecteur(document: Document) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(octets(document)), strict=True)


def texte(document: Document) -> str:
    """All its words, with ordinary spaces; the break of a line is one of them."""
    return " ".join(" ".join(page.extract_text() for page in lecteur(document).pages).split())


def structure(noeud: Any) -> Iterator[Any]:
    """The elements of the structure tree, as a screen reader walks it."""
    if "/S" in noeud:
        yield noeud
    enfants = noeud.get("/K", [])
    for enfant in enfants if isinstance(enfants, list) else [enfants]:
        objet = enfant.get_object()
        if isinstance(objet, dict):
            yield from structure(objet)


def scan(convention: Convention, contenu: bytes, **champs: Any) -> Scan:
    """A signed paper that was just dropped: the antivirus did not look at it yet."""
    from django.core.files.base import ContentFile

    depose = Scan(
        convention=convention,
        nom="convention-signee.pdf",
        type_mime="application/pdf",
        taille=len(contenu),
        sha256="0" * 64,
        deposee_le=timezone.now(),
        **champs,
    )
    depose.fichier.save("scan.pdf", ContentFile(contenu), save=False)
    depose.save()
    return depose
