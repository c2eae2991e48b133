"""Who learns what is recorded of a convention: there is something to read, no more (D-17).

One admin may record what concerns several caisses: the others are told at once.
"""

from collections.abc import Iterable

from comptes import habilitations, notifications
from comptes.models import Utilisateur
from conventions.actions.verrous import Acteur
from conventions.models import Convention, Rupture, Signature


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
