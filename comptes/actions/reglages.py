"""The business verbs on the terms of use and on what a caisse sets for its users."""

from django.db import transaction

from comptes import journal
from comptes.models import AcceptationCGU, Caisse, Utilisateur, VersionCGU


@transaction.atomic
def regler_levees(caisse: Caisse, admises: bool, *, acteur: Utilisateur) -> None:
    """Say whether the users of the caisse may set a refusal of the guard aside (D-09)."""
    verrouillee = Caisse.objects.select_for_update().get(pk=caisse.pk)
    if verrouillee.levees_admises == admises:
        return
    verrouillee.levees_admises = admises
    verrouillee.save(update_fields=["levees_admises"])
    journal.tracer(acteur, journal.Action.CHANGEMENT, verrouillee, levees_admises=admises)


@transaction.atomic
def regler_caisse(
    caisse: Caisse,
    *,
    mot_de_passe_jours: int,
    revue_mois: int | None,
    seuils_alerte: list[int],
    relance_heures: int,
    conservation_mois: int | None,
    acteur: Utilisateur,
) -> Caisse:
    """Set how long a password lasts (H-04), how often habilitations are reviewed (H-15), when
    alerts are given (D-14), and how long a closed request is kept (G-04).

    `revue_mois` None: on demand only; `conservation_mois` None: as each convention says. The alert
    steps hold for the deadlines that start afterwards. Raises `ValidationError`.
    """
    verrouillee = Caisse.objects.select_for_update().get(pk=caisse.pk)
    voulus = {
        "mot_de_passe_jours": mot_de_passe_jours,
        "revue_mois": revue_mois,
        "seuils_alerte": sorted(set(seuils_alerte)),
        "relance_heures": relance_heures,
        "conservation_mois": conservation_mois,
    }
    changes = {nom: v for nom, v in voulus.items() if getattr(verrouillee, nom) != v}
    for nom, valeur in changes.items():
        setattr(verrouillee, nom, valeur)
    verrouillee.full_clean()
    if changes:
        verrouillee.save(update_fields=list(changes))
        journal.tracer(acteur, journal.Action.CHANGEMENT, verrouillee, **changes)
    return verrouillee


@transaction.atomic
def publier_cgu(*, numero: str, texte: str, acteur: Utilisateur | None) -> VersionCGU:
    """Put a version of the terms in force, now: everybody is asked for it again (H-05)."""
    version = VersionCGU(numero=numero, texte=texte)
    version.full_clean()
    version.save()
    journal.tracer(acteur, journal.Action.CREATION, version, numero=numero)
    return version


@transaction.atomic
def accepter_cgu(version: VersionCGU, *, acteur: Utilisateur) -> AcceptationCGU:
    """Keep which version the account accepted, and when (H-05); once is enough."""
    acceptation, nouvelle = AcceptationCGU.objects.get_or_create(
        utilisateur=acteur, version=version
    )
    if nouvelle:
        journal.tracer(acteur, journal.Action.CGU, version, numero=version.numero)
    return acceptation
