"""The only writer of the trace (G-05): each reading, change, download and refusal is a row."""

from collections.abc import Iterable
from typing import Any

from comptes.models import Trace, Utilisateur

Action = Trace.Action


def tracer(acteur: Utilisateur | None, action: str, objet: Any = None, **details: Any) -> None:
    """Add one row. `acteur` None is the system; `details` are codes, never typed text."""
    _ligne(acteur, action, objet, details).save(force_insert=True)


def tracer_tous(
    acteur: Utilisateur | None, action: str, objets: Iterable[Any], **details: Any
) -> None:
    """Add one row for each of these objects, in one statement."""
    Trace.objects.bulk_create(_ligne(acteur, action, objet, details) for objet in objets)


def refuser(acteur: Utilisateur | None, *, vue: str, cle: str, statut: int) -> None:
    """Record that somebody was turned away from a page; `cle` is the public identifier asked."""
    Trace.objects.create(
        qui_id=getattr(acteur, "pk", None),
        adresse=getattr(acteur, "adresse", None),
        action=Action.REFUS,
        objet=vue[:40],
        cle=cle[:60],
        details={"statut": statut},
    )


def _ligne(acteur: Utilisateur | None, action: str, objet: Any, details: dict[str, Any]) -> Trace:
    return Trace(
        qui_id=getattr(acteur, "pk", None),
        adresse=getattr(acteur, "adresse", None),
        action=action,
        objet="" if objet is None else objet._meta.model_name,
        cle="" if objet is None else str(getattr(objet, "reference", objet.pk)),
        caisse_id=getattr(objet, "caisse_id", None),
        partenaire_id=getattr(objet, "partenaire_id", None),
        details=details,
    )
