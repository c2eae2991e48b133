"""Who is told of what: never a name, only that there is something to read (D-17)."""

from collections.abc import Collection, Iterable

from comptes import courriels, habilitations, notifications
from comptes.models import DroitCaisse, DroitPartenaire, Etat, Utilisateur
from conventions.models import CaisseLiee
from equipes.models import Demarche, Incident, Revue


def demarche_deposee(demarche: Demarche) -> None:
    """The admins of the caisse have something to handle."""
    _prevenir(
        habilitations.titulaires(demarche.caisse, "administrer"),
        "demarche_deposee",
        f"demarche:{demarche.reference}:deposee",
        demarche.reference,
    )


def modification_demandee(demarche: Demarche, acteur: Utilisateur | None) -> None:
    """Whose data a colleague wants to change hears of it, at the address known so far (H-08)."""
    if demarche.compte and demarche.compte != acteur:
        courriels.ecrire(
            demarche.compte,
            "modification_demandee",
            cle=f"demarche:{demarche.reference}:compte",
            contexte={"reference": demarche.reference},
        )


def demarche_traitee(demarche: Demarche) -> None:
    """The partner's gestionnaires have an answer."""
    _prevenir(
        habilitations.titulaires(demarche.partenaire, "gerer"),
        "demarche_traitee",
        f"demarche:{demarche.reference}:{demarche.etat}",
        demarche.reference,
    )


def inactivation_reportee(demarche: Demarche) -> None:
    """The planned end would leave the partner without gestionnaire: the caisse is told (H-09)."""
    _prevenir(
        habilitations.titulaires(demarche.caisse, "administrer"),
        "inactivation_reportee",
        f"demarche:{demarche.reference}:reportee:{demarche.date_voulue}",
        demarche.reference,
    )


def incident_signale(incident: Incident, acteur: Utilisateur | None) -> None:
    """Both sides learn of the exclusion, but for who reported it (H-13)."""
    for tenant, droit in ((incident.partenaire, "gerer"), (incident.caisse, "administrer")):
        _prevenir(
            [compte for compte in habilitations.titulaires(tenant, droit) if compte != acteur],
            "incident_signale",
            f"incident:{incident.reference}",
            str(incident.compte.public),
        )


def revue_signee(revue: Revue) -> None:
    _prevenir(
        habilitations.titulaires(revue.caisse, "administrer"),
        "revue_signee",
        f"revue:{revue.reference}:signee",
        revue.reference,
    )


def revues(gabarit: str, lot: Collection[tuple[Revue, str]]) -> int:
    """One notice of each of these reviews to each gestionnaire of its partner, once per name."""
    gestionnaires = gestionnaires_par_partenaire({revue.partenaire_id for revue, _ in lot})
    return notifications.notifier_tous(
        courriels.Ligne(pk, gabarit, f"revue:{revue.reference}:{nom}", revue.reference)
        for revue, nom in lot
        for pk in gestionnaires.get(revue.partenaire_id, ())
    )


def gestionnaires_par_partenaire(partenaires: Collection[int]) -> dict[int, list[int]]:
    """The active gestionnaires of each of these partners, by primary key."""
    grants = DroitPartenaire.objects.filter(
        content_object__in=partenaires, permission__codename="gerer", user__etat=Etat.ACTIF
    )
    return _ranger(grants.order_by("user_id").values_list("content_object_id", "user_id"))


def admins_par_partenaire(partenaires: Collection[int]) -> dict[int, list[int]]:
    """The active admins of the caisses that a signed convention bound to each of these partners."""
    liens = CaisseLiee.objects.filter(
        convention__partenaires__in=partenaires, convention__date_effet__isnull=False
    )
    caisses = _ranger(liens.values_list("caisse_id", "convention__partenaires"))
    grants = DroitCaisse.objects.filter(
        content_object__in=caisses, permission__codename="administrer", user__etat=Etat.ACTIF
    )
    return _ranger(
        (partenaire, admin)
        for caisse, admin in grants.order_by("user_id").values_list("content_object_id", "user_id")
        for partenaire in caisses[caisse]
    )


def _ranger(couples: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    ranges: dict[int, dict[int, None]] = {}
    for cle, valeur in couples:
        ranges.setdefault(cle, {})[valeur] = None
    return {cle: list(valeurs) for cle, valeurs in ranges.items()}


def _prevenir(destinataires: Iterable[Utilisateur], gabarit: str, cle: str, reference: str) -> None:
    notifications.notifier(destinataires, gabarit, cle=cle, reference=reference)
