"""Warnings: before an account is erased (H-14), before a password is over (H-04)."""

from datetime import date, datetime, timedelta

from django.db.models.functions import TruncDate

from comptes import courriels, motdepasse, notifications
from comptes.dates import MOIS_AVANT_SUPPRESSION, debut, derniere_fermeture
from comptes.models import DroitPartenaire, Etat, Partenaire, Profil
from equipes.actions import annonces
from portail.calendrier import PARIS, apres_mois, jour_civil

LOT = 500
SEMAINE = timedelta(days=7)
UN_JOUR = timedelta(days=1)


def prevenir(maintenant: datetime) -> int:
    """Write the warnings that are due; returns how many. Each leaves once."""
    return _prevenir_suppressions(jour_civil(maintenant)) + _prevenir_rotations(maintenant)


def _prevenir_suppressions(jour: date) -> int:
    """One notice to each for all the accounts of a partner that go on the same day."""
    groupes = _groupes(jour)
    lots = (groupes[rang : rang + LOT] for rang in range(0, len(groupes), LOT))
    return sum(_ecrire(lot, jour) for lot in lots)


def _groupes(jour: date) -> list[tuple[int, date, str]]:
    """Partner, day of closing, profile of the accounts that are to be warned about."""
    lointaine = derniere_fermeture(apres_mois(jour, 1) + UN_JOUR)
    fermes = DroitPartenaire.objects.filter(
        user__etat=Etat.INACTIF,
        user__inactif_le__lt=debut(lointaine + 4 * UN_JOUR),
        user__inactif_le__gte=debut(derniere_fermeture(jour) + UN_JOUR),
    )
    groupes = fermes.annotate(ferme=TruncDate("user__inactif_le", tzinfo=PARIS)).values_list(
        "content_object_id", "ferme", "user__profil"
    )
    return list(groupes.distinct().order_by("content_object_id", "ferme", "user__profil"))


def avertissement(suppression: date, jour: date) -> str:
    """The warning that is due: a month before, a week before, or none yet (H-14)."""
    if jour >= suppression:
        return ""
    if jour >= suppression - SEMAINE:
        return "semaine"
    return "mois" if jour >= apres_mois(suppression, -1) else ""


def _ecrire(groupes: list[tuple[int, date, str]], jour: date) -> int:
    """To the gestionnaires; also to the caisse when one of them goes, or when none is left."""
    partenaires = {partenaire for partenaire, _, _ in groupes}
    gestionnaires = annonces.gestionnaires_par_partenaire(partenaires)
    admins = annonces.admins_par_partenaire(partenaires)
    codes = dict(Partenaire.objects.filter(pk__in=partenaires).values_list("pk", "code"))
    lignes = []
    for partenaire, ferme, profil in groupes:
        suppression = apres_mois(ferme, MOIS_AVANT_SUPPRESSION)
        if not (nom := avertissement(suppression, jour)):
            continue
        siens = gestionnaires.get(partenaire, [])
        cle, gabarit = f"suppression:{partenaire}:{suppression}:{nom}", f"suppression_{nom}"
        lignes += [courriels.Ligne(pk, gabarit, cle) for pk in siens]
        if profil == Profil.GESTIONNAIRE or not siens:
            avertis, code = admins.get(partenaire, []), codes[partenaire]
            lignes += [courriels.Ligne(pk, f"{gabarit}_caisse", cle, code) for pk in avertis]
    return notifications.notifier_tous(lignes)


def _prevenir_rotations(maintenant: datetime) -> int:
    """Fifteen days before, to the owner; who lets it pass is asked at the next sign-in (H-04)."""
    dus = list(
        motdepasse.a_prevenir(maintenant).order_by("pk").values_list("pk", "mot_de_passe_le")
    )
    total = 0
    for rang in range(0, len(dus), LOT):
        total += courriels.ecrire_tous(
            courriels.Ligne(pk, "mot_de_passe_expire", f"rotation:{choisi:%Y%m%d%H%M%S}")
            for pk, choisi in dus[rang : rang + LOT]
        )
    return total
