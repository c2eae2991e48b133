"""A request that a caisse follows since Monday 1 June 2026 at 10:15, and who is told of it.

Its agent has 48 hours to reach the person (D-12): half of them on Tuesday at 10:15, 80 % on
Wednesday at 00:39, all of them on Wednesday at 10:15, the second after is late.
"""

from dataclasses import dataclass, field
from datetime import datetime

import time_machine

from comptes.models import Caisse, Courriel, Notification, Partenaire, Profil, Utilisateur
from echeances.balayage import balayer
from echeances.models import Alerte, Echeance
from equipes.actions import alertes as demarches
from signalements import actions
from signalements.actions import alertes as demandes
from signalements.models import Demande
from tests.factories import CaisseFactory, PartenaireFactory, UtilisateurFactory
from tests.signalements.fabriques import deposer
from tests.voisinage import lier

PORTEURS = (demandes.PORTEUR, demarches.PORTEUR)
DEBUT = "2026-06-01T10:15+02"
MOITIE, PROCHE, ECHUE, RAPPEL = (
    "2026-06-02T10:15:00+02",
    "2026-06-03T00:39:00+02",
    "2026-06-03T10:15:01+02",
    "2026-06-04T10:15:01+02",
)


def i(texte: str) -> datetime:
    return datetime.fromisoformat(texte)


@dataclass
class Scene:
    """A caisse with an admin, three agents and a technicien; the next one has as many."""

    horloge: time_machine.Traveller
    caisse: Caisse = field(default_factory=lambda: CaisseFactory(code="lille", departement="59"))
    partenaire: Partenaire = field(default_factory=lambda: PartenaireFactory(code="ccas"))

    def __post_init__(self) -> None:
        self.convention = lier(self.caisse, self.partenaire)
        self.anne, self.bruno, self.chloe = (
            self.compte(nom, Profil.AGENT) for nom in ("anne", "bruno", "chloe")
        )
        self.admin = self.compte("admin", Profil.ADMIN)
        self.auteur = self.compte("auteur", Profil.TECHNICIEN)
        voisine, voisin = CaisseFactory(), PartenaireFactory()
        for profil, tenant in (
            (Profil.AGENT, voisine),
            (Profil.ADMIN, voisine),
            (Profil.DPO, self.caisse),
            (Profil.TECHNICIEN, voisin),
            (Profil.TECHNICIEN, self.partenaire),
            (Profil.GESTIONNAIRE, self.partenaire),
        ):
            UtilisateurFactory(profil=profil, sur=tenant)

    def compte(self, identifiant: str, profil: Profil) -> Utilisateur:
        tenant = self.partenaire if profil == Profil.TECHNICIEN else self.caisse
        return UtilisateurFactory(identifiant=identifiant, profil=profil, sur=tenant)

    def deposer(self) -> Demande:
        return deposer(self.caisse, self.partenaire, self.auteur)

    def suivie(self) -> Demande:
        """Filed, and taken in charge by Anne at once."""
        return actions.franchir(self.deposer(), "prendre_en_charge", acteur=self.anne)

    def agir(self, quand: str, demande: Demande, nom: str, **parametres: str) -> Demande:
        self.horloge.move_to(i(quand))
        return actions.franchir(demande, nom, acteur=self.anne, **parametres)

    def balayer(self, quand: str) -> set[tuple[str, str, int]]:
        """Who is told by a sweep at that instant: of what, and at which step."""
        avant = set(Notification.objects.values_list("pk", flat=True))
        self.horloge.move_to(i(quand))
        balayer(PORTEURS, i(quand))
        nouvelles = Notification.objects.exclude(pk__in=avant).values_list(
            "destinataire__identifiant", "gabarit", "details__palier"
        )
        dites = list(nouvelles)
        assert len(set(dites)) == len(dites)
        return set(dites)


def contact(demande: Demande) -> Echeance:
    return demande.echeances.get(nature="contact_48h")


def paliers(demande: Demande) -> list[int]:
    """The steps told of its contact, in order."""
    return list(Alerte.objects.filter(echeance=contact(demande)).values_list("palier", flat=True))


def courriels() -> set[tuple[str, str]]:
    """Who gets a mail about a deadline at once."""
    lignes = Courriel.objects.filter(cle__startswith="echeance:")
    return set(lignes.values_list("destinataire__identifiant", "gabarit"))
