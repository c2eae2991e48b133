"""Start, stop, resume and end deadlines; the caller holds the lock of the object they are about."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from conventions.models import Convention
from echeances import delais
from echeances.models import Echeance
from echeances.natures import JOURS_OUVRES_HABILITATION, PARAMETRES, Nature


def demarrer(
    objet: Any, nature: str, *, quand: datetime, convention: Convention | None = None
) -> Echeance:
    """Start this clock, unless it runs already; returns it.

    `objet` is a request or a breach, whose length is read in `convention`, or a demarche (H-02).
    """
    deja = Echeance.objects.de(objet).ouvertes().filter(nature=nature).first()
    return deja or _ouvrir(objet, nature, quand, convention)


def _ouvrir(objet: Any, nature: str, quand: datetime, convention: Convention | None) -> Echeance:
    """Keep the length and the alert steps in force at `quand` (D-14)."""
    longueur = (
        getattr(convention, PARAMETRES[Nature(nature)]) if convention else JOURS_OUVRES_HABILITATION
    )
    caisse = objet.caisse
    fin = delais.echeance(nature, quand, longueur, caisse.departement)
    echeance = Echeance(
        nature=nature,
        caisse=caisse,
        partenaire_id=objet.partenaire_id,
        convention=convention,
        debut_le=quand,
        echeance_le=fin,
        duree=fin - quand,
        seuils=sorted(caisse.seuils_alerte),
        relance_heures=caisse.relance_heures,
        **{str(objet._meta.model_name): objet},
    )
    echeance.a_alerter_le = echeance.echelle.suivant(quand)
    echeance.save()
    return echeance


def achever(objet: Any, natures: Iterable[str], *, quand: datetime) -> list[Echeance]:
    """End these clocks, whether they run or are paused; returns those that passed unseen."""
    manquees = []
    ouvertes = Echeance.objects.de(objet).ouvertes().filter(nature__in=list(natures))
    for echeance in ouvertes.select_for_update():
        _reprendre(echeance, quand)
        if echeance.depassee_le is None and echeance.echelle.est_echue(quand):
            echeance.depassee_le = quand
            manquees.append(echeance)
        echeance.terminee_le = quand
        echeance.save(
            update_fields=[
                "echeance_le",
                "suspendue_le",
                "depassee_le",
                "terminee_le",
                "a_alerter_le",
            ]
        )
    return manquees


def suspendre(objet: Any, *, quand: datetime, sauf: Collection[str] = ()) -> None:
    """Stop the running clocks, `sauf` these natures: the caisse waits for the partner (D-14)."""
    ouvertes = Echeance.objects.de(objet).ouvertes().exclude(nature__in=sauf)
    ouvertes.filter(suspendue_le__isnull=True).update(suspendue_le=quand)


def relancer(objet: Any, *, quand: datetime) -> None:
    """Start the paused clocks again, later by the time waited (D-14).

    A deadline that had passed before the pause stays passed.
    """
    arretees = Echeance.objects.de(objet).ouvertes().filter(suspendue_le__isnull=False)
    for echeance in arretees.select_for_update():
        _reprendre(echeance, quand)
        echeance.save(update_fields=["echeance_le", "suspendue_le", "a_alerter_le"])


def _reprendre(echeance: Echeance, quand: datetime) -> None:
    """Out of its pause, if it was in one; the caller saves.

    The next sweep looks at it: a step reached just before the pause may not have been told.
    """
    arret, echeance.suspendue_le = echeance.suspendue_le, None
    if arret is None:
        return
    if not echeance.echelle.est_echue(arret):
        echeance.echeance_le = delais.prolongee(echeance.nature, echeance.echeance_le, arret, quand)
    echeance.a_alerter_le = quand
