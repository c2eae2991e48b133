"""Who is told of a breach, at once and whatever they prefer: never a name, only that it is there.

The DPO of the other party first (G-02): its accounts, and the desks that the parties named as
such, who may have no account (C-08).
"""

from collections.abc import Iterable

from comptes import courriels, habilitations, notifications
from comptes.models import Utilisateur
from conventions.models import Contact
from violations.models import Complement, Violation


def violation_declaree(violation: Violation) -> None:
    """Both sides' people hear of it, but for who declared it; the other side's DPO by all means."""
    recus = _autres(violation, violation.declaree_par)
    _prevenir(violation, recus, "violation_declaree", "declaree")
    connus = {compte.email.lower() for compte in recus}
    for contact in _delegues(violation):
        if contact.email.lower() not in connus:
            courriels.ecrire_a(
                contact.email,
                "violation_declaree_contact",
                cle=f"violation:{violation.reference}:contact:{contact.identifiant}",
            )


def violation_connue(violation: Violation) -> None:
    """Who declared it learns that it was read."""
    _prevenir(violation, _auteur(violation), "violation_connue", "connue")


def violation_completee(violation: Violation, complement: Complement) -> None:
    autres = _tous(violation, complement.ecrit_par)
    _prevenir(violation, autres, "violation_completee", f"complement:{complement.pk}")


def violation_close(violation: Violation) -> None:
    _prevenir(violation, _tous(violation, violation.close_par), "violation_close", "close")


def _autres(violation: Violation, sauf: Utilisateur | None) -> list[Utilisateur]:
    """The people of both sides who read every breach."""
    gens = [
        *habilitations.titulaires(violation.caisse, "proteger"),
        *habilitations.titulaires(violation.caisse, "administrer"),
        *habilitations.titulaires(violation.partenaire, "gerer"),
    ]
    return [compte for compte in gens if compte != sauf]


def _tous(violation: Violation, sauf: Utilisateur | None) -> list[Utilisateur]:
    """The same, with who declared it."""
    gens = _autres(violation, sauf)
    return gens + [a for a in _auteur(violation) if a != sauf and a not in gens]


def _auteur(violation: Violation) -> list[Utilisateur]:
    """Who declared it, as long as they may read it."""
    auteur = violation.declaree_par
    if auteur is None:
        return []
    lisibles = Violation.objects.visibles_par(auteur).filter(pk=violation.pk)
    return [auteur] if lisibles.exists() else []


def _delegues(violation: Violation) -> Iterable[Contact]:
    """The DPO of the party that did not find it, as that party names it today."""
    par_le_partenaire = violation.cote == Violation.Cote.PARTENAIRE
    partie = violation.caisse if par_le_partenaire else violation.partenaire
    return partie.contacts.actuels().filter(role=Contact.Role.DPO).exclude(email="")


def _prevenir(
    violation: Violation, comptes: Iterable[Utilisateur], gabarit: str, quoi: str
) -> None:
    notifications.notifier(
        comptes,
        gabarit,
        cle=f"violation:{violation.reference}:{quoi}",
        reference=violation.reference,
    )
