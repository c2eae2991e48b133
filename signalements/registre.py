"""Which requests exist: one entry per service and motif, with its circuit and its deadlines.

A new type of request is a new entry here; its form, pages and actions read the entry.
"""

from dataclasses import dataclass

from conventions import consentement
from conventions.models import Service
from echeances.natures import Nature
from portail.etats import Circuit
from signalements import etats
from signalements.models.choix import Motif

# D-03: the wording that the author confirms is the one that the conventions annex.
CONSENTEMENTS = consentement.TEXTES
CONSENTEMENT_VERSION = consentement.VERSION
CONSENTEMENT_TEXTE = CONSENTEMENTS[CONSENTEMENT_VERSION]


@dataclass(frozen=True, slots=True)
class TypeDemande:
    """How a request of this service and motif lives; `au_depot` are the clocks it starts."""

    service: Service
    motif: Motif
    circuit: Circuit
    au_depot: tuple[Nature, ...] = (Nature.INSTRUCTION_30J,)


TYPES: dict[tuple[str, str], TypeDemande] = {
    (t.service, t.motif): t
    for t in [
        TypeDemande(Service.SIGNALER, Motif.DOSSIER_COMPLEXE, etats.SIMPLE),
        TypeDemande(Service.SIGNALER, Motif.DROITS, etats.SIMPLE),
        TypeDemande(Service.SIGNALER, Motif.URGENCE, etats.SIMPLE),
        TypeDemande(Service.SIGNALER, Motif.MAS, etats.MAS),
        TypeDemande(Service.SIGNALER, Motif.SUIVI, etats.SIMPLE),
    ]
}

# Services that this portal can take requests for today; the others name the other channel.
SERVICES_OUVERTS = frozenset(service for service, _ in TYPES)


def circuit(demande: object) -> Circuit:
    """The circuit that a request follows."""
    return TYPES[demande.service, demande.motif].circuit  # type: ignore[attr-defined]
