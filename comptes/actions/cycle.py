"""The life of an account: invited, closed, given back, erased (H-04, H-09, H-13, H-14)."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from comptes import activation, courriels, habilitations, identifiants, journal, sessions
from comptes.actions.effacement import effacer, effacer_tous
from comptes.dates import suppression_le
from comptes.models import (
    OUVERTS,
    Caisse,
    CauseInactivation,
    CodeSecours,
    Etat,
    Jeton,
    Partenaire,
    Profil,
    Utilisateur,
)
from portail.calendrier import jour_civil
from portail.etats import TransitionImpossible

__all__ = [
    "DernierGestionnaire",
    "effacer",
    "effacer_tous",
    "fermer",
    "inactiver",
    "inactiver_tous",
    "inviter",
    "rouvrir",
    "transmettre",
]

LOT = 500
# H-09, H-12, H-13: what closes an account without waiting for a replacement.
SANS_REMPLACANT = (
    CauseInactivation.FRAUDE,
    CauseInactivation.CONVENTION,
    CauseInactivation.COUPURE,
)


class DernierGestionnaire(TransitionImpossible):
    """The partner would be left without any active gestionnaire (H-09)."""

    def __init__(self) -> None:
        super().__init__(
            "C'est le seul gestionnaire actif de la structure : faites d'abord habiliter et "
            "activer son remplaçant."
        )


@transaction.atomic
def inviter(
    *,
    profil: str,
    tenant: Caisse | Partenaire,
    acteur: Utilisateur | None,
    responsable: Utilisateur | None = None,
    statut: str = "",
    **identite: Any,
) -> Utilisateur:
    """Open an account that its owner will activate by mail (H-02, H-03, H-04).

    `identite`: civilite, nom, prenom, email, and optionally fonction, telephone. `statut` is what
    was declared of a technicien. Quotas are the caller's. Raises `ValidationError`.
    """
    compte = Utilisateur(
        profil=profil,
        etat=Etat.INVITE,
        responsable=responsable,
        statut=statut,
        declare_le=timezone.now() if statut else None,
        **identite,
    )
    compte.set_unusable_password()
    compte.full_clean(exclude=["identifiant"])
    identifiants.enregistrer(compte)
    _situer([compte], {compte.pk: tenant.pk} if isinstance(tenant, Partenaire) else {})
    journal.tracer(acteur, journal.Action.CREATION, compte, profil=profil)
    habilitations.habiliter(compte, tenant, acteur=acteur)
    activation.envoyer_lien(compte, Jeton.Usage.ACTIVATION, acteur=acteur)
    return compte


@transaction.atomic
def inactiver(
    compte: Utilisateur,
    cause: str,
    *,
    acteur: Utilisateur | None,
    repreneur: Utilisateur | None = None,
) -> Utilisateur:
    """Close an open account at once: its next request is nobody's.

    The techniciens of a gestionnaire go to `repreneur`, else to the oldest active one (H-10).
    Raises `DernierGestionnaire` (H-09), `TransitionImpossible` for a closed account.
    """
    partenaire = verrouiller_partenaire(compte)
    compte = Utilisateur.objects.select_for_update().get(pk=compte.pk)
    if compte.etat not in OUVERTS:
        raise TransitionImpossible("Ce compte est déjà inactif.")
    if partenaire and compte.profil == Profil.GESTIONNAIRE:
        autres = habilitations.titulaires(partenaire, "gerer").exclude(pk=compte.pk)
        if compte.etat == Etat.ACTIF and cause not in SANS_REMPLACANT and not autres.exists():
            raise DernierGestionnaire
        transmettre(compte, repreneur or premier(autres), acteur=acteur)
    fermer([compte], cause, {compte.pk: partenaire.pk} if partenaire else {}, acteur=acteur)
    compte.refresh_from_db()
    return compte


def inactiver_tous(
    partenaires: Partenaire | Collection[Partenaire], cause: str, *, acteur: Utilisateur | None
) -> int:
    """Close every open account of these partners, in batches; returns how many (H-12, C-10)."""
    tous = [partenaires] if isinstance(partenaires, Partenaire) else partenaires
    pks, total = sorted(p.pk for p in tous), 0
    while fermes := _inactiver_un_lot(pks, cause, acteur):
        total += fermes
    return total


@transaction.atomic
def rouvrir(compte: Utilisateur, *, acteur: Utilisateur | None) -> Utilisateur:
    """Give an inactive account back, until the eve of its erasure (H-14); quotas are the caller's.

    It is active again, but for one that never was or that was stolen (H-13): its owner gets a new
    activation link. Raises `TransitionImpossible`.
    """
    partenaire = verrouiller_partenaire(compte)
    compte = Utilisateur.objects.select_for_update().get(pk=compte.pk)
    if compte.etat != Etat.INACTIF:
        raise TransitionImpossible("Seul un compte inactif peut être réactivé.")
    if jour_civil(timezone.now()) >= (suppression_le(compte) or jour_civil(timezone.now())):
        raise TransitionImpossible(
            "Ce compte est inactif depuis 6 mois : il ne peut plus être réactivé."
        )
    if compte.cause_inactivation == CauseInactivation.FRAUDE:
        _desarmer(compte)
    pret = compte.active_le is not None and compte.has_usable_password()
    compte.etat = Etat.ACTIF if pret else Etat.INVITE
    compte.inactif_le, compte.cause_inactivation, compte.dernier_jour = None, "", None
    compte.save(update_fields=["etat", "inactif_le", "cause_inactivation", "dernier_jour"])
    _situer([compte], {compte.pk: partenaire.pk} if partenaire else {})
    journal.tracer(acteur, journal.Action.CHANGEMENT, compte, etat=compte.etat)
    if not pret:
        activation.envoyer_lien(compte, Jeton.Usage.ACTIVATION, acteur=acteur)
    return compte


def transmettre(
    compte: Utilisateur, repreneur: Utilisateur | None, *, acteur: Utilisateur | None
) -> int:
    """Attach the techniciens of a leaving gestionnaire to who takes over (H-10).

    Without anybody, they stay where they are until a gestionnaire takes them.
    """
    if repreneur is None or repreneur.pk == compte.pk:
        return 0
    siens = Utilisateur.objects.filter(responsable=compte)
    nombre = siens.update(responsable=repreneur)
    if nombre:
        journal.tracer(acteur, journal.Action.CHANGEMENT, compte, techniciens_transmis=nombre)
    return nombre


def premier(gestionnaires: Any) -> Utilisateur | None:
    """Who takes over by default: the oldest active one, those about to leave last (H-10)."""
    ordre = gestionnaires.order_by("dernier_jour", "active_le", "pk")
    return ordre.filter(dernier_jour=None).first() or ordre.last()


def verrouiller_partenaire(compte: Utilisateur) -> Partenaire | None:
    """The partner of the account, locked until the end of the transaction; None for a caisse's."""
    siens = Partenaire.objects.filter(droitpartenaire__user=compte.pk)
    return siens.select_for_update(of=("self",)).first()


def fermer(
    comptes: Collection[Utilisateur],
    cause: str,
    partenaires: Mapping[int, int],
    *,
    acteur: Utilisateur | None,
) -> None:
    """Close these open accounts, which the caller holds locked: state, sessions and links.

    `partenaires` gives the partner of each account, for the trace.
    """
    maintenant = timezone.now()
    lot = Utilisateur.objects.filter(pk__in=[compte.pk for compte in comptes])
    lot.update(
        etat=Etat.INACTIF, inactif_le=maintenant, cause_inactivation=cause, dernier_jour=None
    )
    sessions.fermer_tous(lot)
    Jeton.objects.filter(utilisateur__in=lot, utilise_le=None).update(utilise_le=maintenant)
    courriels.abandonner(lot)
    _situer(comptes, partenaires)
    journal.tracer_tous(acteur, journal.Action.CHANGEMENT, comptes, etat="inactif", cause=cause)


@transaction.atomic
def _inactiver_un_lot(pks: Collection[int], cause: str, acteur: Utilisateur | None) -> int:
    list(Partenaire.objects.filter(pk__in=pks).order_by("pk").select_for_update())
    droits = habilitations.partenaire_par_compte(pks)
    ouverts = Utilisateur.objects.filter(pk__in=list(droits), etat__in=OUVERTS)
    comptes = list(ouverts.order_by("pk").select_for_update()[:LOT])
    if comptes:
        fermer(comptes, cause, droits, acteur=acteur)
    return len(comptes)


def _desarmer(compte: Utilisateur) -> None:
    """What a thief may know opens nothing any more (H-13)."""
    compte.set_unusable_password()
    compte.active_le = compte.mot_de_passe_le = None
    compte.save(update_fields=["password", "active_le", "mot_de_passe_le"])
    TOTPDevice.objects.filter(user=compte).delete()
    CodeSecours.objects.filter(utilisateur=compte).delete()


def _situer(comptes: Collection[Utilisateur], partenaires: Mapping[int, int]) -> None:
    """Tell the trace which partner each account works for."""
    for compte in comptes:
        compte.partenaire_id = partenaires.get(compte.pk)
