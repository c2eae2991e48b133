"""From a blank draft to a filed request."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from comptes import journal, notifications
from comptes.models import Caisse, Partenaire, Utilisateur
from conventions import offre
from conventions.models import Convention
from echeances.natures import Nature
from portail.levees import Levee, a_confirmer
from signalements.actions import pieces, suivi
from signalements.actions.garde import lever
from signalements.actions.verrous import DepotImpossible, verrouiller_brouillon
from signalements.models import Brouillon, Demande, Etat, Lieu
from signalements.registre import CONSENTEMENT_VERSION, TYPES

VIDE_GARDE = timedelta(days=1)

CHAMPS_DEPOSES = (
    "motif",
    "contextes",
    "soins",
    "anciennete",
    "causes",
    "civilite",
    "nom",
    "prenom",
    "date_naissance",
    "lieu_naissance",
    "departement_residence",
    "telephone",
    "commentaires",
    "urgente",
)


@transaction.atomic
def commencer(
    *, acteur: Utilisateur, partenaire: Partenaire, caisse: Caisse, service: str
) -> Brouillon:
    """Open a draft. Raises `DepotImpossible` without a convention in force (D-01, C-06)."""
    maintenant = timezone.now()
    _convention(caisse, partenaire, service)
    brouillon = Brouillon.objects.create(
        auteur=acteur,
        partenaire=partenaire,
        caisse=caisse,
        service=service,
        modifie_le=maintenant,
        expire_le=maintenant + VIDE_GARDE,
    )
    journal.tracer(acteur, journal.Action.CREATION, brouillon)
    return brouillon


@transaction.atomic
def enregistrer(brouillon: Brouillon, contenu: dict[str, Any], *, acteur: Utilisateur) -> Brouillon:
    """Keep what was typed so far, and push the expiry back."""
    verrouille = verrouiller_brouillon(brouillon)
    if verrouille.contenu == contenu:
        return verrouille
    verrouille.contenu = contenu
    verrouille.vide = not any(any(valeurs) for valeurs in contenu.values())
    verrouille.prolonger(timezone.now())
    verrouille.save(update_fields=["contenu", "vide", "modifie_le", "expire_le"])
    journal.tracer(acteur, journal.Action.CHANGEMENT, verrouille)
    return verrouille


@transaction.atomic
def changer_caisse(brouillon: Brouillon, caisse: Caisse, *, acteur: Utilisateur) -> Brouillon:
    """Address the draft to another caisse bound to the partner (D-01).

    What was contested is to be confirmed: another DPO will read it (D-09).
    """
    verrouille = verrouiller_brouillon(brouillon)
    _convention(caisse, verrouille.partenaire, verrouille.service)
    if verrouille.caisse_id != caisse.pk:
        verrouille.contenu = a_confirmer(verrouille.contenu)
    verrouille.caisse = caisse
    verrouille.modifie_le = timezone.now()
    verrouille.save(update_fields=["caisse", "contenu", "modifie_le"])
    journal.tracer(acteur, journal.Action.CHANGEMENT, verrouille)
    return verrouille


@transaction.atomic
def abandonner(brouillon: Brouillon, *, acteur: Utilisateur | None) -> None:
    """Delete a draft and its files; the system does it when it expires (acteur None)."""
    verrouille = verrouiller_brouillon(brouillon)
    for piece in verrouille.pieces.select_for_update():
        pieces.effacer_octets(piece)
    journal.tracer(acteur, journal.Action.SUPPRESSION, verrouille)
    verrouille.delete()


def purger() -> int:
    """Delete the drafts past their delay, at most 500 a run; returns how many."""
    perimes = Brouillon.objects.filter(expire_le__lt=timezone.now())
    return sum(_expirer(pk) for pk in list(perimes.values_list("pk", flat=True)[:500]))


@transaction.atomic
def _expirer(pk: int) -> bool:
    """Delete one draft, unless its author came back to it or holds it right now."""
    perimes = Brouillon.objects.filter(pk=pk, expire_le__lt=timezone.now())
    brouillon = perimes.select_for_update(skip_locked=True).first()
    if brouillon is not None:
        abandonner(brouillon, acteur=None)
    return brouillon is not None


@transaction.atomic
def deposer(
    brouillon: Brouillon,
    donnees: dict[str, Any],
    *,
    acteur: Utilisateur,
    levees: Iterable[Levee] = (),
) -> Demande:
    """File the request written in a draft; `donnees` is its form's cleaned data, with its `levees`.

    One transaction: the row, its attachments, its clocks (D-14), its history, its trace, and what
    its author contested (D-09).
    Raises `DepotImpossible` when the convention ended meanwhile (D-01), when the draft was filed
    already by another click, or when another page changed it after it was read again.
    """
    brouillon = _reprendre(brouillon)
    maintenant = timezone.now()
    convention = _convention(brouillon.caisse, brouillon.partenaire, brouillon.service)
    demande = Demande.objects.create(
        origine=brouillon.identifiant,
        caisse=brouillon.caisse,
        partenaire=brouillon.partenaire,
        convention=convention,
        service=brouillon.service,
        auteur=acteur,
        etat=Etat.DEPOSEE,
        deposee_le=maintenant,
        activite_le=maintenant,
        consentement_version=CONSENTEMENT_VERSION,
        consentement_mode=offre.mode_consentement(convention, brouillon.caisse),
        consentement_le=maintenant,
        consentement_par=acteur,
        **{champ: donnees[champ] for champ in CHAMPS_DEPOSES},
    )
    lever(demande, levees, lieu=Lieu.COMMENTAIRES, acteur=acteur, quand=maintenant)
    _demarrer_les_delais(demande)
    brouillon.pieces.refusees().delete()
    brouillon.pieces.update(brouillon=None, demande=demande)
    brouillon.delete()
    _annoncer(demande, acteur)
    return demande


def _reprendre(brouillon: Brouillon) -> Brouillon:
    verrouille = verrouiller_brouillon(brouillon)
    if verrouille.contenu != brouillon.contenu or verrouille.caisse_id != brouillon.caisse_id:
        raise DepotImpossible(
            "Ce brouillon a été modifié dans une autre page : relisez-le, puis déposez-le."
        )
    return verrouille


def _convention(caisse: Caisse, partenaire: Partenaire, service: str) -> Convention:
    convention = offre.convention_pour(caisse, partenaire, service, timezone.localdate())
    if convention is None:
        raise DepotImpossible(
            f"Aucune convention en vigueur n'ouvre ce service auprès de la {caisse.nom}. "
            "Choisissez une autre caisse ou contactez votre interlocuteur habituel."
        )
    return convention


def _demarrer_les_delais(demande: Demande) -> None:
    natures = TYPES[demande.service, demande.motif].au_depot
    if demande.urgente:
        natures = (Nature.URGENT_48H, *natures)
    suivi.demarrer(demande, natures, quand=demande.deposee_le)
    suivi.recaler(demande)
    demande.save(update_fields=["a_traiter_avant", "bientot_le", "en_retard"])


def _annoncer(demande: Demande, acteur: Utilisateur) -> None:
    from signalements.tasks import etablir_recepisse

    suivi.noter(
        demande,
        "Demande déposée",
        acteur=acteur,
        quand=demande.deposee_le,
        etat=Etat.DEPOSEE,
    )
    journal.tracer(acteur, journal.Action.CREATION, demande)
    cle = f"demande:{demande.reference}:depot"
    notifications.notifier([acteur], "demande_deposee", cle=cle, reference=demande.reference)
    etablir_recepisse.delay_on_commit(demande.pk)
