"""Accounts at every stage of their life, invented people only."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from comptes.models import Caisse, Etat, Partenaire, Profil, Utilisateur
from equipes.models import Demarche
from tests.factories import UtilisateurFactory, fermer
from tests.personas import Personas
from tests.voisinage import lier

PARIS = ZoneInfo("Europe/Paris")
LUNDI = datetime(2026, 3, 2, 9, tzinfo=PARIS)


def identite(prenom: str = "Maud", nom: str = "Wallet", **autres: Any) -> dict[str, Any]:
    """A gestionnaire to habilitate at the CCAS of Arras (H-02)."""
    return {
        "civilite": "madame",
        "nom": nom,
        "prenom": prenom,
        "fonction": "Responsable de l'accueil",
        "telephone": "06 39 98 00 12",
        "email": f"{prenom}.{nom}@ccas-arras.example".lower(),
        **autres,
    }


def technicien(prenom: str = "Hugo", nom: str = "Lemoine", **autres: Any) -> dict[str, Any]:
    """A technicien to create there, declared by the gestionnaire (H-03)."""
    return identite(prenom, nom, **{"civilite": "monsieur", "statut": "salarie", **autres})


def gestionnaire(partenaire: Partenaire, **champs: Any) -> Utilisateur:
    """One more active gestionnaire."""
    compte = UtilisateurFactory(profil=Profil.GESTIONNAIRE, sur=partenaire, **champs)
    compte.active_le = timezone.now()
    compte.save(update_fields=["active_le"])
    return compte


def inactif(partenaire: Partenaire, depuis: datetime, **champs: Any) -> Utilisateur:
    """An account of the partner, closed at that instant."""
    cause = champs.pop("cause", Utilisateur.Cause.DEPART)
    compte = fermer(UtilisateurFactory(sur=partenaire, **champs), cause)
    compte.inactif_le = depuis
    compte.save(update_fields=["inactif_le"])
    return compte


def invite(partenaire: Partenaire, **champs: Any) -> Utilisateur:
    return UtilisateurFactory(etat=Etat.INVITE, sur=partenaire, **champs)


def depart_prevu(
    compte: Utilisateur, caisse: Caisse, partenaire: Partenaire, jours: int = -1, **autres: Any
) -> Demarche:
    """The accepted end of a gestionnaire: its last day was yesterday unless told otherwise."""
    compte.dernier_jour = timezone.localdate() + timedelta(days=jours)
    compte.save(update_fields=["dernier_jour"])
    return Demarche.objects.create(
        nature=Demarche.Nature.INACTIVATION,
        etat=Demarche.Etat.ACCEPTEE,
        caisse=caisse,
        partenaire=partenaire,
        compte=compte,
        date_voulue=compte.dernier_jour,
        demandee_le=timezone.now(),
        traitee_le=timezone.now(),
        **autres,
    )


def a_l_oeuvre(personas: Personas) -> Personas:
    """The two near tenants are bound by a convention in force."""
    lier(personas.caisse_a, personas.partenaire_a)
    return personas
