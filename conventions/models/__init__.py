"""Under which terms: conventions, what is signed, who to talk to, what ends."""

from conventions.models.actes import Acte, Rupture, Signature, Version
from conventions.models.contacts import Contact
from conventions.models.conventions import CaisseLiee, Convention, Coupure, Service
from conventions.models.copil import RappelCopil, Reunion
from conventions.models.documents import Document, Scan

__all__ = [
    "Acte",
    "CaisseLiee",
    "Contact",
    "Convention",
    "Coupure",
    "Document",
    "RappelCopil",
    "Reunion",
    "Rupture",
    "Scan",
    "Service",
    "Signature",
    "Version",
]
