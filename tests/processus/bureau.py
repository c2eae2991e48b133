"""A caisse whose deadlines fall all along a run, and whose agents work meanwhile."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from comptes.models import Preference, Profil, Utilisateur
from echeances.models import Echeance
from portail.etats import TransitionImpossible
from signalements import actions
from signalements.actions import suivi
from signalements.models import Demande
from tests.factories import AbsenceFactory, CaisseFactory, PartenaireFactory, UtilisateurFactory
from tests.processus.attendus import HEURE, SECONDE, Cours
from tests.signalements.fabriques import deposer
from tests.voisinage import demander, lier

GESTES = ("demander_complement", "demander_complement", "confirmer_contact")
PARAMETRES: dict[str, dict[str, Any]] = {
    "demander_complement": {"texte": "Il manque un avis."},
    "reprendre": {},
    "confirmer_contact": {"canal": "telephone"},
}


@dataclass
class Suivi:
    """One deadline in the table, and what it must become."""

    pk: int
    cours: Cours
    demande: Demande | None = None
    agent: str | None = None
    """Who is told as the one who follows the request: Anne, or who stands in for Diane."""
    attribuee_le: datetime | None = None
    """When Anne took it over, if nobody followed it."""

    def suivie_par(self, quand: datetime) -> str | None:
        prise = self.attribuee_le is not None and self.attribuee_le <= quand
        return self.agent or ("anne" if prise else None)


class Bureau:
    """A caisse whose agents work while everything dies around them."""

    def __init__(self, alea: random.Random, demandes: int) -> None:
        self.alea = alea
        self.caisse, self.partenaire = CaisseFactory(), PartenaireFactory(code="ccas")
        lier(self.caisse, self.partenaire)
        self.anne, self.bruno, _chloe, self.diane = (
            self._compte(nom, Profil.AGENT) for nom in ("anne", "bruno", "chloe", "diane")
        )
        self.admin = self._compte("admin", Profil.ADMIN)
        self.auteur = UtilisateurFactory(identifiant="auteur", sur=self.partenaire)
        UtilisateurFactory(profil=Profil.GESTIONNAIRE, sur=self.partenaire)
        self._preferer(self.bruno, "delais_equipe")
        self._preferer(self.admin, "delais_caisse")
        # Diane is away; Bruno does her work.
        hier = timezone.localdate() - timedelta(days=1)
        AbsenceFactory(agent=self.diane, remplacant=self.bruno, du=hier)
        self.demandes = [self._suivre() for _ in range(demandes)]
        self.demarche = demander(self.caisse, self.partenaire)

    def _compte(self, identifiant: str, profil: Profil) -> Utilisateur:
        return UtilisateurFactory(identifiant=identifiant, profil=profil, sur=self.caisse)

    @staticmethod
    def _preferer(compte: Utilisateur, genre: str) -> None:
        Preference.objects.create(utilisateur=compte, genre=genre, remise="immediate")

    def _suivre(self) -> Demande:
        demande = deposer(self.caisse, self.partenaire, self.auteur)
        demande = actions.franchir(demande, "prendre_en_charge", acteur=self.anne)
        demande.agent = self.alea.choice((self.anne, self.anne, self.diane, None))
        demande.recepisse_attendu = False
        demande.save(update_fields=["agent", "recepisse_attendu"])
        return demande

    def programmer(self, depart: datetime, duree: float) -> list[Suivi]:
        """Type when everything falls: a contact and a reminder for each request, one demarche."""
        suivis = []
        for demande in self.demandes:
            fin = depart + timedelta(seconds=self.alea.uniform(0.2, 1) * duree)
            contact = Cours(fin, (fin - depart) * self.alea.uniform(0.6, 1.8))
            rappel = depart + timedelta(seconds=self.alea.uniform(0.1, 1) * duree)
            instruction = Cours(rappel - HEURE - SECONDE, timedelta(days=30), palier=100)
            suivis += [
                self._ecrire(demande.echeances.get(nature="contact_48h"), contact),
                self._ecrire(demande.echeances.get(nature="instruction_30j"), instruction),
            ]
            suivi.recaler(demande)
            suivi.enregistrer(demande)
        moitie = timedelta(seconds=duree / 2)
        demarche = Echeance.objects.get(demarche=self.demarche)
        return [*suivis, self._ecrire(demarche, Cours(depart + moitie, moitie))]

    def _ecrire(self, echeance: Echeance, cours: Cours) -> Suivi:
        echeance.debut_le, echeance.echeance_le = cours.fin - cours.duree, cours.fin
        echeance.duree, echeance.relance_heures = cours.duree, 1
        echeance.a_alerter_le = cours.fin - cours.duree / 2
        if cours.palier:
            echeance.palier, echeance.depassee_le = cours.palier, cours.fin + SECONDE
            echeance.a_alerter_le = cours.fin + SECONDE + HEURE
        echeance.save()
        suivie_par = {self.anne.pk: "anne", self.diane.pk: "bruno"}
        agent = echeance.demande and suivie_par.get(echeance.demande.agent_id or 0)
        return Suivi(echeance.pk, cours, echeance.demande, agent)

    def agir(self, suivis: list[Suivi]) -> None:
        """An agent asks the partner for something, goes on without it, or reaches the person."""
        rang = 2 * self.alea.randrange(len(self.demandes))
        contact, instruction = suivis[rang : rang + 2]
        en_pause = not instruction.cours.court(timezone.now())
        geste = "reprendre" if en_pause else self.alea.choice(GESTES)
        try:
            demande = actions.franchir(
                contact.demande, geste, acteur=self.anne, **PARAMETRES[geste]
            )
        except TransitionImpossible:  # the person was reached already
            return
        quand = demande.activite_le
        contact.attribuee_le = instruction.attribuee_le = contact.attribuee_le or quand
        for cours in (contact.cours, instruction.cours):
            if geste == "demander_complement" and cours.terminee_le is None:
                cours.pauses.append([quand])
            if geste == "reprendre" and cours.terminee_le is None:
                cours.pauses[-1].append(quand)
        if geste == "confirmer_contact":
            contact.cours.terminee_le = quand
