"""A convention is denounced, broken for breach, or kept after all (C-02, C-03, C-04, H-12)."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from comptes import journal
from comptes.models import Caisse
from conventions import dates
from conventions.actions import annonces
from conventions.actions.fins import recaler
from conventions.actions.verrous import Acteur, aujourd_hui, exiger, exiger_admin, verrouiller
from conventions.etats import CIRCUIT, GESTE_DE_RUPTURE
from conventions.models import CaisseLiee, Convention, Rupture
from portail.etats import TransitionImpossible

Cause = Rupture.Cause


@transaction.atomic
def notifier_rupture(
    convention: Convention,
    *,
    cause: str,
    notifiee_le: date,
    motif: str,
    caisse: Caisse | None = None,
    acteur: Acteur,
) -> Rupture:
    """Record a notified end, with the last day that follows from it.

    With `caisse`, that caisse alone leaves; the others stay bound (H-12). A breach of professional
    secrecy closes the access at once. Raises `ValidationError` (`notifiee_le`, `motif`, `caisse`),
    `TransitionImpossible` or `PermissionDenied`.
    """
    if cause not in GESTE_DE_RUPTURE:
        raise ValidationError({"cause": "Choisissez la cause de la fin."})
    convention = exiger(convention, acteur, GESTE_DE_RUPTURE[Cause(cause)])
    lien = _lien_vivant(convention, caisse, cause, acteur) if caisse else None
    _exiger_motif(motif)
    rupture = Rupture(
        convention=convention,
        caisse=caisse,
        cause=cause,
        notifiee_le=notifiee_le,
        dernier_jour=dernier_jour(convention, cause, notifiee_le),
        motif=motif.strip(),
        enregistree_le=timezone.now(),
        enregistree_par=acteur,
    )
    if lien and convention.ruptures.ouvertes().filter(caisse=caisse, cause=cause).exists():
        raise TransitionImpossible("Cette procédure est déjà ouverte pour cette caisse.")
    rupture.full_clean(exclude=["enregistree_par"])
    rupture.save()
    _tracer(rupture, acteur, dernier_jour=f"{rupture.dernier_jour}")
    recaler(convention, rupture.enregistree_le, acteur=acteur)
    annonces.fin_annoncee(rupture, acteur)
    return rupture


@transaction.atomic
def lever_rupture(rupture: Rupture, *, levee_le: date, motif: str, acteur: Acteur) -> Rupture:
    """The breach was cured, or the denunciation withdrawn, before the last day was over (C-03).

    Recorded later, it puts the convention back in force. Raises `ValidationError` (`levee_le`,
    `motif`), `TransitionImpossible` or `PermissionDenied`.
    """
    convention = _exiger_levee(rupture, acteur)
    rupture = Rupture.objects.select_related("caisse").get(pk=rupture.pk)
    _exiger_levable(rupture)
    _exiger_jour_de_levee(rupture, levee_le)
    _exiger_motif(motif)
    rupture.levee_le, rupture.motif_levee = levee_le, motif.strip()
    rupture.full_clean(exclude=["enregistree_par"])
    rupture.save(update_fields=["levee_le", "motif_levee"])
    _tracer(rupture, acteur, levee_le=f"{levee_le}")
    recaler(convention, timezone.now(), acteur=acteur)
    annonces.fin_annoncee(rupture, acteur)
    return rupture


def dernier_jour(convention: Convention, cause: str, notifiee_le: date) -> date:
    """The last day that a notification leads to, so that it is shown before anything is done.

    Raises `ValidationError` (`notifiee_le`): in the future, before the convention, or out of the
    window of a denunciation, whose dates it gives (C-02).
    """
    effet = convention.date_effet
    assert effet is not None  # noqa: S101 - the table only opens signed conventions
    if notifiee_le > aujourd_hui():
        _refuser("Cette date est dans le futur : indiquez le jour de la notification.")
    if notifiee_le < effet:
        _refuser(f"La convention n'a pris effet que le {effet:%d/%m/%Y}.")
    if cause == Cause.DENONCIATION:
        return _fin_de_denonciation(convention, effet, notifiee_le)
    calculs = {
        Cause.MANQUEMENT: dates.dernier_jour_mise_en_demeure,
        Cause.SECRET: dates.dernier_jour_secret,
        Cause.UTILISATION: dates.dernier_jour_utilisation,
    }
    return calculs[Cause(cause)](notifiee_le)


def _fin_de_denonciation(convention: Convention, effet: date, notifiee_le: date) -> date:
    preavis = (convention.preavis_mois, convention.regle_preavis)
    debut, fin = dates.fenetre_denonciation(effet, *preavis, notifiee_le)
    if notifiee_le < debut:
        _refuser(
            f"La dénonciation se notifie dans les {convention.preavis_mois} mois qui précèdent "
            f"l'anniversaire : du {debut:%d/%m/%Y} au {fin:%d/%m/%Y}."
        )
    return dates.dernier_jour_denonciation(effet, *preavis, notifiee_le)


def _lien_vivant(convention: Convention, caisse: Caisse, cause: str, acteur: Acteur) -> CaisseLiee:
    """The link of the caisse that leaves, which only its own admins may undo."""
    exiger_admin(acteur, caisse)
    lien = convention.liens.filter(caisse=caisse, close_le__isnull=True).first()
    if lien is None:
        raise PermissionDenied
    if cause == Cause.UTILISATION:
        raison = "La convention d'utilisation se rompt pour toutes les caisses à la fois."
        raise ValidationError({"caisse": raison})
    return lien


def _exiger_levee(rupture: Rupture, acteur: Acteur) -> Convention:
    """The convention, locked. A caisse that left alone, and only it, may come back alone."""
    if rupture.caisse is None:
        return exiger(rupture.convention, acteur, "lever")
    exiger_admin(acteur, rupture.caisse)
    convention = verrouiller(rupture.convention)
    if raison := CIRCUIT["lever"].empechement(convention):
        raise TransitionImpossible(raison)
    return convention


def _exiger_motif(motif: str) -> None:
    if not motif.strip():
        raise ValidationError({"motif": "Indiquez le motif."})


def _exiger_levable(rupture: Rupture) -> None:
    if rupture.levee_le:
        raise TransitionImpossible(
            f"Cette procédure est levée depuis le {rupture.levee_le:%d/%m/%Y}."
        )
    if rupture.cause == Cause.SECRET:
        raise TransitionImpossible(
            "Une rupture pour violation du secret professionnel est immédiate : elle ne se lève "
            "pas. Préparez une nouvelle convention."
        )


def _exiger_jour_de_levee(rupture: Rupture, jour: date) -> None:
    raison = None
    if jour > aujourd_hui():
        raison = "Cette date est dans le futur."
    elif jour < rupture.notifiee_le:
        raison = f"La procédure n'a été notifiée que le {rupture.notifiee_le:%d/%m/%Y}."
    elif jour > rupture.dernier_jour:
        raison = (
            f"La convention a pris fin le {rupture.dernier_jour:%d/%m/%Y} : "
            "préparez une nouvelle convention."
        )
    if raison:
        raise ValidationError({"levee_le": raison})


def _refuser(raison: str) -> None:
    raise ValidationError({"notifiee_le": raison})


def _tracer(rupture: Rupture, acteur: Acteur, **details: str) -> None:
    if rupture.caisse:
        details["caisse"] = rupture.caisse.code
    journal.tracer(
        acteur, journal.Action.CHANGEMENT, rupture.convention, rupture=rupture.cause, **details
    )
