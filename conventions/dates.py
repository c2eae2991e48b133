"""The dates of a convention (C-02 to C-04, C-09): pure functions of days, no clock.

A convention that takes effect on a day has its anniversaries on that day of the following years
(28 February for 29 February, in a common year). A period ends on the eve of the anniversary.
"""

from datetime import date, timedelta

from portail.calendrier import apres_mois

__all__ = [
    "anniversaire",
    "apres_mois",
    "dernier_jour_denonciation",
    "dernier_jour_mise_en_demeure",
    "dernier_jour_secret",
    "dernier_jour_utilisation",
    "echeance_copil",
    "fenetre_denonciation",
    "prochain_anniversaire",
    "rappel_copil",
]

FENETRE = "fenetre"
UN_JOUR = timedelta(days=1)
REPARATION = timedelta(days=15)
REPARATION_UTILISATION = timedelta(days=30)
PREMIER_RAPPEL, SECOND_RAPPEL, RELANCE = 60, 15, 30  # days


def anniversaire(effet: date, n: int) -> date:
    """The `n`-th anniversary of the day a convention took effect; the 0th is that day."""
    return apres_mois(effet, 12 * n)


def prochain_anniversaire(effet: date, jour: date) -> date:
    """The first anniversary strictly after `jour`; the first one of all before the effect."""
    n = max(jour.year - effet.year, 1)
    suivant = anniversaire(effet, n)
    return suivant if suivant > jour else anniversaire(effet, n + 1)


def fenetre_denonciation(
    effet: date, preavis_mois: int, regle: str, jour: date
) -> tuple[date, date]:
    """First and last day to notify a denunciation, for the next term that `jour` can still reach.

    FENETRE: within the months before the anniversary, the window may lie ahead of `jour`.
    MINIMUM: at least so many months before it; `jour` always lies in the window, the one of the
    following anniversary when it is too late for this one.
    """
    terme = prochain_anniversaire(effet, jour)
    limite = apres_mois(terme, -preavis_mois)
    if regle == FENETRE:
        return limite, terme - UN_JOUR
    if jour > limite:
        suivant = prochain_anniversaire(effet, terme)
        return limite + UN_JOUR, apres_mois(suivant, -preavis_mois)
    precedent = _anniversaire_avant(effet, terme)
    debut = apres_mois(precedent, -preavis_mois) + UN_JOUR
    return max(debut, effet), limite


def dernier_jour_denonciation(
    effet: date, preavis_mois: int, regle: str, notifiee_le: date
) -> date:
    """The eve of the anniversary that the denunciation reaches (C-02)."""
    _, fin = fenetre_denonciation(effet, preavis_mois, regle, notifiee_le)
    return prochain_anniversaire(effet, fin) - UN_JOUR


def dernier_jour_mise_en_demeure(notifiee_le: date) -> date:
    """Fifteen days to repair a breach (C-03)."""
    return notifiee_le + REPARATION


def dernier_jour_utilisation(notifiee_le: date) -> date:
    """Thirty calendar days for a breach of the convention d'utilisation (C-04)."""
    return notifiee_le + REPARATION_UTILISATION


def dernier_jour_secret(notifiee_le: date) -> date:
    """The same day, which is closed at once: see `ConventionQuerySet.en_vigueur` (C-03)."""
    return notifiee_le


def echeance_copil(effet: date, dernier: date | None) -> date:
    """The last day to meet: a year after the last committee held, or after the effect (C-09)."""
    return apres_mois(max(effet, dernier or effet), 12)


def rappel_copil(echeance: date, jour: date) -> str:
    """The last reminder due on that day for a committee without a date; none before the first.

    60 days before, 15 days before, the day after, then every 30 days.
    """
    reste = (echeance - jour).days
    if reste < 0:
        return f"retard{(-reste - 1) // RELANCE + 1}"
    if reste <= SECOND_RAPPEL:
        return f"j{SECOND_RAPPEL}"
    return f"j{PREMIER_RAPPEL}" if reste <= PREMIER_RAPPEL else ""


def _anniversaire_avant(effet: date, terme: date) -> date:
    n = terme.year - effet.year
    return anniversaire(effet, n - 1)
