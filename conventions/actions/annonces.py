"""Who learns what is recorded of a convention: there is something to read, no more (D-17).

One admin may record what concerns several caisses: the others are told at once.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import chain

from comptes import habilitations, notifications
from comptes.courriels import Ligne
from comptes.models import Etat, Utilisateur
from conventions.actions.verrous import Acteur, aujourd_hui
from conventions.models import CaisseLiee, Convention, Reunion, Rupture, Scan, Signature


def signature_enregistree(signature: Signature, acteur: Acteur) -> None:
    """The admins of a caisse whose signature somebody else recorded."""
    if signature.caisse is None or acteur is None:
        return
    siens = habilitations.titulaires(signature.caisse, "administrer")
    if not siens.filter(pk=acteur.pk).exists():
        cle = f"signature:{signature.identifiant}:{signature.signee_le}"
        _prevenir(siens, "signature_enregistree", cle, signature.acte.convention, acteur)


def fin_annoncee(rupture: Rupture, acteur: Acteur) -> None:
    """Both sides, when an end is notified or lifted: the page tells the dates and the cause."""
    etat = "levee" if rupture.levee_le else "notifiee"
    cle = f"rupture:{rupture.identifiant}:{etat}"
    _prevenir(_parties(rupture), f"fin_{etat}", cle, rupture.convention, acteur)


def copil(reunion: Reunion, gabarit: str, cle: str, acteur: Acteur) -> None:
    """Both sides, when a committee gets a date, another one, or none any more (C-09)."""
    _ecrire([(reunion.convention, gabarit, cle)], aujourd_hui(), sauf=acteur)


def compte_rendu_lisible(scan: Scan) -> None:
    """Both sides, once the antivirus let the report be read; not who attached it."""
    cle = f"copil:{scan.reference}:compte_rendu"
    _ecrire([(scan.convention, "copil_compte_rendu", cle)], aujourd_hui(), sauf=scan.deposee_par)


def rappels_copil(lot: Collection[tuple[Convention, str, str]], jour: date) -> int:
    """Each message (convention, gabarit, key) to both sides, in a constant number of readings."""
    return _ecrire(lot, jour, sauf=None)


def _ecrire(
    lot: Collection[tuple[Convention, str, str]], jour: date, *, sauf: Utilisateur | None
) -> int:
    qui: dict[int, set[int]] = {}
    for convention, compte in _lies([convention for convention, _, _ in lot], jour):
        qui.setdefault(convention, set()).add(compte)
    return notifications.notifier_tous(
        Ligne(compte, gabarit, cle, convention.reference)
        for convention, gabarit, cle in lot
        for compte in sorted(qui.get(convention.pk, ()))
        if sauf is None or compte != sauf.pk
    )


def _lies(conventions: Collection[Convention], jour: date) -> Iterator[tuple[int, int]]:
    """Convention and account, by primary key: the admins of the caisses that it still binds on
    that day, the gestionnaires of its partners."""
    admins = CaisseLiee.objects.ouverts(jour).filter(
        convention__in=conventions,
        caisse__droitcaisse__permission__codename="administrer",
        caisse__droitcaisse__user__etat=Etat.ACTIF,
    )
    gestionnaires = Convention.partenaires.through.objects.filter(
        convention__in=conventions,
        partenaire__droitpartenaire__permission__codename="gerer",
        partenaire__droitpartenaire__user__etat=Etat.ACTIF,
    )
    return chain(
        admins.values_list("convention_id", "caisse__droitcaisse__user_id"),
        gestionnaires.values_list("convention_id", "partenaire__droitpartenaire__user_id"),
    )


def _parties(rupture: Rupture) -> list[Utilisateur]:
    convention = rupture.convention
    caisses = [rupture.caisse] if rupture.caisse else convention.caisses.all()
    admins = [a for caisse in caisses for a in habilitations.titulaires(caisse, "administrer")]
    gestionnaires = [
        g
        for partenaire in convention.partenaires.all()
        for g in habilitations.titulaires(partenaire, "gerer")
    ]
    return [*admins, *gestionnaires]


def _prevenir(
    destinataires: Iterable[Utilisateur],
    gabarit: str,
    cle: str,
    convention: Convention,
    acteur: Acteur,
) -> None:
    autres = [destinataire for destinataire in destinataires if destinataire != acteur]
    notifications.notifier(autres, gabarit, cle=cle, reference=convention.reference)
