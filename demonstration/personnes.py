"""The accounts of the demonstration: invented people, one profile each (H-01)."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.utils import timezone

from comptes import actions, habilitations
from comptes.connexion import generer_codes
from comptes.models import Civilite, Profil, Utilisateur, VersionCGU
from demonstration.acces import MOTS_DE_PASSE, cle_totp
from demonstration.structures import DOMAINES, tenants

MME, M = Civilite.MADAME, Civilite.MONSIEUR
AGE_COMPTES = timedelta(days=100)
AGE_CGU = timedelta(days=97)
DOMAINE_NATIONAL = "support-national.example"


@dataclass(frozen=True)
class Compte:
    """`suffixe` tells apart the two accounts of one person; `nouveau` has not accepted the CGU."""

    profil: Profil
    civilite: Civilite
    prenom: str
    nom: str
    tenants: tuple[str, ...]
    fonction: str
    suffixe: str = ""
    nouveau: bool = False

    @property
    def identifiant(self) -> str:
        return _ascii(f"{self.prenom}.{self.nom}{self.suffixe}")

    @property
    def email(self) -> str:
        domaine = DOMAINES[self.tenants[0]] if self.tenants else DOMAINE_NATIONAL
        return f"{_ascii(self.prenom)}.{_ascii(self.nom)}@{domaine}"

    @property
    def particularites(self) -> dict[str, Any]:
        """What only this profile holds: the declarations of H-03, the national support's door."""
        if self.profil == Profil.TECHNICIEN:
            return {"statut": Utilisateur.Statut.SALARIE, "declare_le": timezone.now()}
        return {"is_superuser": True} if self.profil == Profil.SUPPORT else {}


def _ascii(texte: str) -> str:
    plat = unicodedata.normalize("NFKD", texte.lower())
    return "".join(c for c in plat if not unicodedata.combining(c)).replace(" ", "-")


def _compte(profil: Profil, elle: str, lui: str) -> Callable[..., Compte]:
    """A maker of accounts of this profile; the usual job is written for her and for him."""

    def compte(civilite: Civilite, prenom: str, nom: str, *ou: str, **reste: Any) -> Compte:
        fonction = reste.pop("fonction", elle if civilite == MME else lui)
        return Compte(profil, civilite, prenom, nom, ou, fonction, **reste)

    return compte


_technicien = _compte(Profil.TECHNICIEN, "Travailleuse sociale", "Travailleur social")
_gestionnaire = _compte(Profil.GESTIONNAIRE, "Responsable de service", "Responsable de service")
_agent = _compte(
    Profil.AGENT,
    "Conseillère Mission accompagnement santé",
    "Conseiller Mission accompagnement santé",
)
_admin = _compte(
    Profil.ADMIN, "Responsable des relations partenaires", "Responsable des relations partenaires"
)
_dpo = _compte(
    Profil.DPO, "Déléguée à la protection des données", "Délégué à la protection des données"
)

COMPTES = (
    _technicien(MME, "Inès", "Belkacem", "ccas-frejus", nouveau=True),
    _technicien(M, "Damien", "Roustan", "ccas-frejus"),
    _technicien(
        MME, "Corinne", "Salvador", "ccas-frejus", suffixe=".t", fonction="Responsable de service"
    ),
    _gestionnaire(MME, "Corinne", "Salvador", "ccas-frejus"),
    _technicien(MME, "Émilie", "Santoni", "trois-pins", fonction="Mandataire judiciaire"),
    _technicien(M, "Rayan", "Kader", "trois-pins", fonction="Mandataire judiciaire"),
    _gestionnaire(M, "Olivier", "Cassagne", "trois-pins"),
    _technicien(MME, "Clémence", "Prudhomme", "departement-pas-de-calais"),
    _technicien(M, "Mehdi", "Saïdi", "departement-pas-de-calais"),
    _technicien(MME, "Odile", "Vanhoutte", "departement-pas-de-calais"),
    _gestionnaire(M, "Rachid", "Ouali", "departement-pas-de-calais"),
    _gestionnaire(MME, "Sylviane", "Houzé", "departement-pas-de-calais", nouveau=True),
    _technicien(M, "Loïc", "Dhaene", "ccas-bondues"),
    _technicien(MME, "Aïssatou", "Sow", "ccas-bondues"),
    _gestionnaire(MME, "Marguerite", "Claeys", "ccas-bondues"),
    _technicien(M, "Baptiste", "Chomat", "ccas-montbrison"),
    _technicien(MME, "Jacqueline", "Rolland-Pons", "ccas-montbrison"),
    _gestionnaire(MME, "Gaëlle", "Thévenon", "ccas-montbrison"),
    _technicien(MME, "Mathilde", "Goutagny", "ch-valmorin", fonction="Assistante sociale"),
    _technicien(M, "Hugo", "Bernardin", "ch-valmorin", fonction="Assistant social"),
    _gestionnaire(MME, "Isabelle", "Ferrand", "ch-valmorin"),
    _technicien(MME, "Nolwenn", "Garnier-Lopes", "ville-dijon"),
    _technicien(M, "Wilfried", "Amoussou", "ville-dijon", nouveau=True),
    _gestionnaire(M, "Vincent", "Bourgeot", "ville-dijon"),
    _technicien(M, "Pierre-Yves", "Maréchal", "ccas-dijon"),
    _technicien(MME, "Cécile", "Aubertin", "ccas-dijon"),
    _gestionnaire(MME, "Awa", "Traoré", "ccas-dijon"),
    _technicien(M, "Tarek", "Meziane", "dijon-metropole"),
    _technicien(MME, "Françoise", "Jobard", "dijon-metropole"),
    _gestionnaire(MME, "Laure", "Simonnot", "dijon-metropole"),
    _agent(MME, "Yasmine", "Ferrat", "cpam-var"),
    _agent(M, "Julien", "Castaldi", "cpam-var"),
    _agent(MME, "Mireille", "Andrieu-Costa", "cpam-var"),
    _admin(MME, "Nadège", "Perrault", "cpam-var"),
    _dpo(M, "Lucas", "Bonifay", "cpam-var"),
    _agent(M, "Grégory", "Wartel", "cpam-artois"),
    _agent(MME, "Hélène", "Nowicki", "cpam-artois"),
    _agent(MME, "Amandine", "Delcourt-Ba", "cpam-artois", "cpam-cote-opale"),
    _admin(MME, "Fatoumata", "Diarra", "cpam-artois"),
    _dpo(MME, "Ghislaine", "Leclercq", "cpam-artois"),
    _agent(MME, "Sabrina", "Fourcroy", "cpam-cote-opale"),
    _agent(M, "Thomas", "Quenneville", "cpam-cote-opale"),
    _admin(M, "Hervé", "Daubresse", "cpam-cote-opale"),
    _dpo(M, "Idriss", "Benali", "cpam-cote-opale"),
    _agent(MME, "Leïla", "Haddouche", "cpam-roubaix-tourcoing"),
    _agent(M, "Bruno", "Vantorre", "cpam-roubaix-tourcoing"),
    _admin(M, "Kévin", "Desrumaux", "cpam-roubaix-tourcoing"),
    _dpo(MME, "Capucine", "Deschildre", "cpam-roubaix-tourcoing"),
    _agent(M, "Maxime", "Perrichon", "cpam-loire"),
    _agent(MME, "Thi-Mai", "Nguyen", "cpam-loire"),
    _admin(MME, "Solange", "Fayolle", "cpam-loire"),
    _dpo(M, "Étienne", "Chavassieux", "cpam-loire"),
    _agent(MME, "Priscilla", "Morizot", "cpam-cote-or"),
    _agent(M, "Sékou", "Camara", "cpam-cote-or", nouveau=True),
    _agent(MME, "Anne-Lise", "Grivot", "cpam-cote-or"),
    _admin(M, "Édouard", "Lacordaire", "cpam-cote-or"),
    _dpo(MME, "Rosalie", "Mugnier", "cpam-cote-or"),
    Compte(Profil.SUPPORT, M, "Bastien", "Lormeau", (), "Support national du portail"),
)


def installer(version: VersionCGU, maintenant: datetime) -> None:
    """Create the accounts that are missing, as they were some weeks ago.

    Newcomers have not accepted the CGU.
    """
    presents = _presents()
    for rang, compte in enumerate(COMPTES):
        if compte.identifiant in presents:
            continue
        cree_le = maintenant - AGE_COMPTES + timedelta(minutes=7 * rang)
        with time_machine.travel(cree_le, tick=False):
            utilisateur = _creer(compte, f"02 61 91 30 {rang:02d}")
        if not compte.nouveau:
            with time_machine.travel(maintenant - AGE_CGU, tick=False):
                actions.accepter_cgu(version, acteur=utilisateur)


def sont_presents() -> bool:
    return len(_presents()) == len(COMPTES)


def _presents() -> set[str]:
    identifiants = [compte.identifiant for compte in COMPTES]
    presents = Utilisateur.objects.filter(identifiant__in=identifiants)
    return set(presents.values_list("identifiant", flat=True))


def _creer(compte: Compte, telephone: str) -> Utilisateur:
    utilisateur = actions.creer_compte(
        identifiant=compte.identifiant,
        profil=compte.profil,
        mot_de_passe=MOTS_DE_PASSE[compte.profil],
        civilite=compte.civilite,
        nom=compte.nom,
        prenom=compte.prenom,
        email=compte.email,
        fonction=compte.fonction,
        telephone=telephone,
        acteur=None,
        **compte.particularites,
    )
    actions.poser_totp(utilisateur, cle_totp(compte.identifiant), acteur=None)
    generer_codes(utilisateur)
    for tenant in tenants(compte.tenants):
        habilitations.habiliter(utilisateur, tenant, acteur=None)
    return utilisateur
