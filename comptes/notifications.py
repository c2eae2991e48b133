"""The one door to tell people of something: a line in the portal, and a mail as they prefer.

Told once: the line is unique by account and `cle`, its immediate mail is written in the same
transaction, and only by who wrote the line. What nobody may switch off (a link, a changed
password) goes straight through `courriels.ecrire`. See docs/adr/0016-notifications.md.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import Func, IntegerField, OuterRef
from django.utils import timezone

from comptes import courriels
from comptes.courriels import Ligne
from comptes.gabarits import CODES, DEFAUTS, GABARITS, mots, remise_conseillee
from comptes.models import Etat, Notification, Preference, Remise, Utilisateur

__all__ = ["DEFAUTS", "GABARITS", "cloche", "notifier", "notifier_tous"]

CLOCHE_MAX = 99

Reglage = tuple[str, dict[str, str]]
"""The profile of an account, and what it chose by kind."""


def notifier(
    destinataires: Iterable[Utilisateur],
    gabarit: str,
    *,
    cle: str,
    reference: str = "",
    details: Mapping[str, Any] | None = None,
) -> int:
    """Tell these accounts once under this name; returns how many are told by this call.

    `reference` is a public identifier and `details` holds codes of closed lists (D-17): anything
    else raises.
    """
    return _notifier(
        [Ligne(lui.pk, gabarit, cle, reference, dict(details or {})) for lui in destinataires],
        presse=True,
    )


def notifier_tous(lignes: Iterable[Ligne]) -> int:
    """The same for thousands of lines in a constant number of statements; the sweep sends."""
    return _notifier(lignes, presse=False)


def cloche() -> Func:
    """How many lines the account `OuterRef("pk")` has not read; counting stops past 99."""
    non_lues = Notification.objects.filter(destinataire=OuterRef("pk")).non_lues().order_by()
    quelques = ArraySubquery(non_lues.values("pk")[: CLOCHE_MAX + 1])
    return Func(quelques, function="CARDINALITY", output_field=IntegerField())


@transaction.atomic
def _notifier(lignes: Iterable[Ligne], *, presse: bool) -> int:
    demandees = {(ligne.destinataire, ligne.cle): ligne for ligne in lignes}
    if not demandees:
        return 0
    _verifier(demandees.values())
    reglages = _reglages({destinataire for destinataire, _ in demandees})
    # Sorted: two transactions that write the same lines never wait for each other in a circle.
    remises = {
        couple: _remise(ligne, *reglages[ligne.destinataire])
        for couple, ligne in sorted(demandees.items(), key=lambda paire: paire[0])
        if ligne.destinataire in reglages
    }
    ecrites = _inserer([(demandees[couple], remise) for couple, remise in remises.items()])
    _remplacer([demandees[couple] for couple in ecrites])
    pressees = [demandees[couple] for couple in ecrites if remises[couple] == Remise.IMMEDIATE]
    courriels.ecrire_tous(pressees)
    if presse:
        courriels.hater(pressees)
    return len(ecrites)


def _verifier(lignes: Iterable[Ligne]) -> None:
    for ligne in lignes:
        courriels.exiger_identifiant(ligne.reference)
        if ligne.details and set(ligne.details) != CODES:
            raise ValueError(f"{ligne.gabarit}: not codes of closed lists")
        GABARITS[ligne.gabarit].phrase.format(reference="", **mots(ligne.details))


def _reglages(comptes: Collection[int]) -> dict[int, Reglage]:
    """The open accounts among these, each with its profile and its preferences."""
    ouverts = Utilisateur.objects.filter(pk__in=comptes, etat=Etat.ACTIF)
    reglages: dict[int, Reglage] = {
        pk: (profil, {}) for pk, profil in ouverts.values_list("pk", "profil")
    }
    choix = Preference.objects.filter(utilisateur__in=comptes)
    for compte, genre, remise in choix.values_list("utilisateur", "genre", "remise"):
        if compte in reglages:
            reglages[compte][1][genre] = remise
    return reglages


def _remise(ligne: Ligne, profil: str, choix: Mapping[str, str]) -> str:
    genre = GABARITS[ligne.gabarit].genre
    return choix.get(genre) or remise_conseillee(profil, genre)


def _inserer(lignes: Iterable[tuple[Ligne, str]]) -> list[tuple[int, str]]:
    """Write those that do not exist yet, each with its remise; returns those that are new.

    One parameter and one answer: a sweep writes ten thousand lines, which as many objects and as
    many parameters made four times slower (`make bench-echeances`).
    """
    contenu = [
        {
            "destinataire": ligne.destinataire,
            "gabarit": ligne.gabarit,
            "cle": ligne.cle,
            "reference": ligne.reference,
            "details": ligne.details,
            "remise": remise,
        }
        for ligne, remise in lignes
    ]
    with connection.cursor() as curseur:
        curseur.execute(_INSERTION, [timezone.now(), json.dumps(contenu)])
        return curseur.fetchall()


def _remplacer(lignes: Iterable[Ligne]) -> None:
    """What says more than an unread line takes its place: one late request is one line to read."""
    remplacees = [(ligne.destinataire, ligne.remplace) for ligne in lignes if ligne.remplace]
    if remplacees:
        contenu = [{"destinataire": compte, "cle": cle} for compte, cle in remplacees]
        with connection.cursor() as curseur:
            curseur.execute(_LECTURE, [timezone.now(), json.dumps(contenu)])


_LECTURE = """
UPDATE comptes_notification AS n
SET lue_le = %s
FROM json_to_recordset(%s) AS l (destinataire bigint, cle text)
WHERE n.destinataire_id = l.destinataire AND n.cle = l.cle AND n.lue_le IS NULL
"""

_INSERTION = """
INSERT INTO comptes_notification
    (identifiant, creee_le, destinataire_id, gabarit, cle, reference, details, remise)
SELECT gen_random_uuid(), %s, ligne.*
FROM json_to_recordset(%s) AS ligne (
    destinataire bigint, gabarit text, cle text, reference text, details jsonb, remise text
)
ON CONFLICT (destinataire_id, cle) DO NOTHING
RETURNING destinataire_id, cle
"""
