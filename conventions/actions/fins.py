"""What an end does: dates that follow from the ruptures, states that follow from the dates.

A convention lasts until the first of its own ends, or until the last of its caisses has left; the
portal alone may end before it (C-04). When nothing reaches a partner any more, its accounts close
(H-12).
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from comptes import journal
from comptes.actions import cycle
from comptes.models import CauseInactivation, Partenaire
from conventions import dates
from conventions.actions.verrous import Acteur
from conventions.etats import VIVANTES
from conventions.models import CaisseLiee, Convention, Rupture
from conventions.offre import partenaires_lies
from portail.calendrier import jour_civil

Etat = Convention.Etat
Cause = Rupture.Cause
CHAMPS = (
    "etat",
    "date_fin",
    "fin_utilisation",
    "utilisation_close_le",
    "prochaine_echeance",
)


def recaler(convention: Convention, maintenant: datetime, *, acteur: Acteur) -> None:
    """Compute again every end from the ruptures that are open, then what is over by now.

    The caller holds the convention locked.
    """
    ouvertes = list(convention.ruptures.ouvertes())
    liens = list(convention.liens.all())
    for lien in liens:
        siennes = [r for r in ouvertes if r.caisse_id == lien.caisse_id]
        lien.date_fin = _premier_jour(siennes)
        lien.save(update_fields=["date_fin"])
    portail = [r for r in ouvertes if r.cause == Cause.UTILISATION]
    convention.fin_utilisation = min((r.dernier_jour for r in portail), default=None)
    globales = [r for r in ouvertes if r.caisse_id is None and r.cause != Cause.UTILISATION]
    convention.date_fin = _plus_tot(_premier_jour(globales), _depart_de_la_derniere(liens))
    if constater(convention, liens, ouvertes, maintenant):
        fermer_les_acces(convention.partenaires.all(), maintenant, acteur=acteur)


def constater(
    convention: Convention,
    liens: Collection[CaisseLiee],
    ouvertes: Collection[Rupture],
    maintenant: datetime,
) -> bool:
    """Write down what is over, and the state that follows; True when something has just ended."""
    jour = jour_civil(maintenant)
    secrets = {r.caisse_id for r in ouvertes if r.cause == Cause.SECRET}
    ferme = False
    for lien in liens:
        finie = _est_finie(lien.date_fin, jour, immediate=lien.caisse_id in secrets)
        ferme |= finie and lien.close_le is None
        if finie != bool(lien.close_le):
            lien.close_le = maintenant if finie else None
            lien.save(update_fields=["close_le"])
    sans_caisse = all(lien.close_le for lien in liens)
    finie = _est_finie(convention.date_fin, jour, immediate=None in secrets or sans_caisse)
    ferme |= finie and convention.etat != Etat.TERMINEE
    close = _est_finie(convention.fin_utilisation, jour, immediate=False)
    ferme |= close and convention.utilisation_close_le is None
    convention.utilisation_close_le = (
        (convention.utilisation_close_le or maintenant) if close else None
    )
    avant = convention.etat
    convention.etat = Etat.TERMINEE if finie else _etat(convention, liens, ouvertes)
    _prochaine_echeance(convention, jour)
    convention.save(update_fields=CHAMPS)
    if ferme or avant != convention.etat:
        _tracer(convention, liens, ouvertes)
    return ferme


def fermer_les_acces(
    partenaires: Iterable[Partenaire], maintenant: datetime, *, acteur: Acteur
) -> None:
    """Close the accounts of the partners that nothing reaches any more, at once (H-12, C-10).

    Each partner is locked, by primary key, before it is looked at: two caisses that leave it at
    the same instant do not each believe that the other stays.
    """
    pks = sorted(partenaire.pk for partenaire in partenaires)
    verrouilles = Partenaire.objects.filter(pk__in=pks).order_by("pk").select_for_update()
    tous = list(verrouilles)
    lies, joignables = partenaires_lies(pks, jour_civil(maintenant))
    finis = [p for p in tous if p.pk not in lies]
    coupes = [p for p in tous if p.pk in lies - joignables]
    for cause, siens in (
        (CauseInactivation.CONVENTION, finis),
        (CauseInactivation.COUPURE, coupes),
    ):
        if siens:
            cycle.inactiver_tous(siens, cause, acteur=acteur)


def _premier_jour(ruptures: Iterable[Rupture]) -> date | None:
    return min((r.dernier_jour for r in ruptures), default=None)


def _depart_de_la_derniere(liens: Collection[CaisseLiee]) -> date | None:
    """The day the last caisse leaves, once they all have one (H-12)."""
    departs = [lien.date_fin for lien in liens if lien.date_fin]
    return max(departs) if departs and len(departs) == len(liens) else None


def _plus_tot(*jours: date | None) -> date | None:
    return min((jour for jour in jours if jour), default=None)


def _est_finie(dernier_jour: date | None, jour: date, *, immediate: bool) -> bool:
    """Over once its last day is; on that very day for what ends at once (C-03)."""
    if dernier_jour is None:
        return False
    return dernier_jour < jour or (immediate and dernier_jour == jour)


def _etat(
    convention: Convention, liens: Collection[CaisseLiee], ouvertes: Collection[Rupture]
) -> str:
    """A caisse that leaves alone does not change the state of what the others keep."""
    toutes_partent = all(lien.date_fin for lien in liens)
    causes = {r.cause for r in ouvertes if r.caisse_id is None or toutes_partent}
    if convention.utilisation_close_le:
        causes.discard(Cause.UTILISATION)
    if causes & {Cause.MANQUEMENT, Cause.UTILISATION}:
        return Etat.MISE_EN_DEMEURE
    return Etat.DENONCEE if Cause.DENONCIATION in causes else Etat.EN_VIGUEUR


def _prochaine_echeance(convention: Convention, jour: date) -> None:
    if convention.etat not in VIVANTES:
        convention.prochaine_echeance = None
    elif convention.prochaine_echeance is None and convention.date_effet:
        convention.prochaine_echeance = dates.prochain_anniversaire(convention.date_effet, jour)


def _tracer(
    convention: Convention, liens: Iterable[CaisseLiee], ouvertes: Iterable[Rupture]
) -> None:
    """Nothing ends without a date and a cause."""
    closes = sorted(lien.caisse_id for lien in liens if lien.close_le)
    details = {"etat": str(convention.etat)}
    if convention.etat == Etat.TERMINEE:
        causes = [r.cause for r in ouvertes if r.dernier_jour == convention.date_fin]
        details |= {"dernier_jour": f"{convention.date_fin}", "cause": ", ".join(sorted(causes))}
    elif convention.utilisation_close_le:
        details |= {"fin_utilisation": f"{convention.fin_utilisation}"}
    if closes:
        details |= {"caisses_closes": ", ".join(map(str, closes))}
    journal.tracer(None, journal.Action.CHANGEMENT, convention, **details)
