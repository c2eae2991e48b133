"""The home of a gestionnaire: what waits for it, its team in figures, what the caisses open."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from comptes import activation
from comptes.dates import debut, derniere_fermeture
from comptes.models import Etat, Jeton, Partenaire, Profil, Utilisateur
from conventions.offre import offres
from equipes import bilans, listes, suivi
from equipes.acces import comptes_de, partenaire_gere
from equipes.dates import suppression_le
from equipes.models import Demarche, Revue
from equipes.places import places
from violations.suivi import a_lire

UN_JOUR = timedelta(days=1)
ACTIVATION = timedelta(hours=48)
BIENTOT = timedelta(days=30)
AU_PLUS = 5


def composer(acteur: Utilisateur) -> dict[str, Any]:
    """Raises `PermissionDenied` for an account that manages no partner."""
    partenaire = partenaire_gere(acteur)
    maintenant = timezone.now()
    jour = timezone.localdate(maintenant)
    comptes = comptes_de(partenaire)
    liens = activation.en_cours(OuterRef("pk"), Jeton.Usage.ACTIVATION)
    oubliees = comptes.filter(
        ~Exists(liens.filter(expire_le__gt=maintenant)),
        profil=Profil.TECHNICIEN,
        etat=Etat.INVITE,
        cree_le__lte=maintenant - ACTIVATION,
    )
    attentes = {
        "revues": [bilans.presenter(revue) for revue in _revues(partenaire)],
        "invitations": listes.presenter(list(oubliees.order_by("cree_le")[:AU_PLUS])),
        "demarches": [suivi.presenter(demarche) for demarche in _demarches(partenaire)],
        "bientot_effaces": _bientot_effaces(partenaire, jour),
    }
    return {
        **attentes,
        "attend": any(attentes.values()),
        "violations": a_lire(acteur),
        "partenaire": partenaire,
        "places": places(partenaire),
        "offres": offres(partenaire, jour),
    }


def _revues(partenaire: Partenaire) -> list[Revue]:
    siennes = Revue.objects.ouvertes().filter(partenaire=partenaire)
    return list(siennes.select_related("caisse", "partenaire").order_by("echeance_le")[:AU_PLUS])


def _demarches(partenaire: Partenaire) -> list[Demarche]:
    siennes = Demarche.objects.a_traiter().filter(partenaire=partenaire)
    return list(siennes.select_related("caisse", "compte").order_by("demandee_le")[:AU_PLUS])


def _bientot_effaces(partenaire: Partenaire, jour: date) -> list[dict[str, Any]]:
    """The accounts that disappear within a month, the first one first (H-14)."""
    fin = debut(derniere_fermeture(jour + BIENTOT) + UN_JOUR)
    siens = comptes_de(partenaire).filter(etat=Etat.INACTIF, inactif_le__lt=fin)
    return [
        {**ligne, "effacement": suppression_le(ligne["compte"])}
        for ligne in listes.presenter(list(siens.order_by("inactif_le")[:AU_PLUS]))
    ]
