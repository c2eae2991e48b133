"""The life of the teams: invitations, departures, demarches, reviews, a theft, committees.

Each step goes through the verbs of the screens, at its own date, by the account that would do it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from comptes import habilitations
from comptes.models import Caisse, CauseInactivation, Civilite, Partenaire, Profil, Utilisateur
from conventions.actions import copil
from conventions.actions.documents import demander_document
from conventions.models import Acte, Convention, Document
from demonstration import fichiers
from demonstration.agenda import Agenda
from demonstration.structures import DOMAINES
from equipes import actions
from equipes.models import Demarche, Incident, LigneRevue, Revue
from portail.calendrier import jour_civil

JOUR = timedelta(days=1)
DEUX_MOIS = timedelta(days=61)
CONSERVER, TERMINER = LigneRevue.Decision.CONSERVER, LigneRevue.Decision.TERMINER


def installer(maintenant: datetime) -> None:
    """Tell it all, counted back from `maintenant`."""
    recit = Recit(maintenant)
    recit.rattacher()
    recit.bondues()
    recit.frejus()
    recit.pas_de_calais()
    recit.montbrison()
    recit.dijon()
    recit.comites()
    recit.documents()


def sont_presentes() -> bool:
    return Demarche.objects.exists() and Revue.objects.exists()


class Recit:
    """Who did what, and how long ago."""

    def __init__(self, maintenant: datetime) -> None:
        self.maintenant = maintenant
        self.agenda = Agenda(maintenant, "equipes")

    @contextmanager
    def il_y_a(self, jours: int) -> Iterator[None]:
        """In office hours of that many working days ago."""
        instant = self.agenda.au_bureau(self.agenda.jour_ouvre(jours))
        with time_machine.travel(min(instant, self.maintenant), tick=False):
            yield

    def rattacher(self) -> None:
        """Every technicien answers to the gestionnaire of its structure (H-10)."""
        for partenaire in Partenaire.objects.all():
            siens = habilitations.titulaires(partenaire, "gerer").order_by("pk")
            responsable = siens.first()
            if responsable:
                techniciens = habilitations.titulaires(partenaire, "deposer")
                techniciens.filter(responsable=None).update(responsable=responsable)

    def bondues(self) -> None:
        """Four places out of five: two newcomers have a link to use, somebody left."""
        partenaire, gestionnaire = _partenaire("ccas-bondues"), _compte("marguerite.claeys")
        for civilite, prenom, nom, age in (
            (Civilite.MADAME, "Solène", "Baert", 3),
            (Civilite.MONSIEUR, "Yanis", "Ghezali", 1),
        ):
            with self.il_y_a(age):
                _creer(partenaire, gestionnaire, civilite, prenom, nom)
        with time_machine.travel(self.maintenant - DEUX_MOIS - JOUR, tick=False):
            partie = _creer(partenaire, gestionnaire, Civilite.MADAME, "Bérengère", "Wambre")
        with time_machine.travel(self.maintenant - DEUX_MOIS, tick=False):
            actions.inactiver_technicien(
                partie, cause=CauseInactivation.DEPART, acteur=gestionnaire
            )
        with self.il_y_a(1):
            actions.demander_modification(
                gestionnaire,
                _caisse("cpam-roubaix-tourcoing"),
                {"telephone": "03 53 01 59 44"},
                acteur=gestionnaire,
            )

    def frejus(self) -> None:
        """A second gestionnaire is asked for; a first request was refused; a review is open."""
        partenaire, gestionnaire = _partenaire("ccas-frejus"), _compte("corinne.salvador")
        caisse, admin = _caisse("cpam-var"), _compte("nadege.perrault")
        with self.il_y_a(22):
            refusee = actions.demander_habilitation(
                partenaire, caisse, _identite("Fabien", "Ollivier", partenaire), acteur=gestionnaire
            )
        with self.il_y_a(20):
            actions.refuser(
                refusee,
                motif="Cette personne n’encadre pas l’accueil : qui doit gérer les comptes ?",
                acteur=admin,
            )
        with self.il_y_a(3):
            actions.demander_habilitation(
                partenaire, caisse, _identite("Sandra", "Giraud", partenaire), acteur=gestionnaire
            )
        with self.il_y_a(8):
            echeance = (self.maintenant + 21 * JOUR).date()
            revue = actions.ouvrir_revue(caisse, partenaire, echeance_le=echeance, acteur=admin)
        with self.il_y_a(2):
            premiere = revue.lignes.filter(compte__profil=Profil.TECHNICIEN)[0]
            actions.decider(revue, {premiere.compte_id: CONSERVER}, acteur=gestionnaire)

    def pas_de_calais(self) -> None:
        """Of two gestionnaires, one leaves in a month."""
        partant, reste = _compte("sylviane.houze"), _compte("rachid.ouali")
        with self.il_y_a(2):
            actions.demander_inactivation(
                partant,
                _caisse("cpam-artois"),
                date_voulue=(self.maintenant + 32 * JOUR).date(),
                repreneur=reste,
                acteur=reste,
            )

    def montbrison(self) -> None:
        """A stolen phone: the account was closed at once, with its proof (H-13)."""
        partenaire, gestionnaire = _partenaire("ccas-montbrison"), _compte("gaelle.thevenon")
        with self.il_y_a(30):
            compte = _creer(partenaire, gestionnaire, Civilite.MONSIEUR, "Sylvain", "Murat")
        with self.il_y_a(11):
            actions.signaler_fraude(
                compte,
                _caisse("cpam-loire"),
                nature=Incident.Nature.VOL,
                constate_le=self.agenda.jour_ouvre(12),
                recit="Téléphone professionnel volé pendant un déplacement, plainte déposée.",
                acteur=gestionnaire,
            )

    def dijon(self) -> None:
        """A campaign: one of the three bodies has signed."""
        caisse, admin = _caisse("cpam-cote-or"), _compte("edouard.lacordaire")
        corps = [_partenaire(c) for c in ("ville-dijon", "ccas-dijon", "dijon-metropole")]
        with self.il_y_a(15):
            echeance = (self.maintenant + 5 * JOUR).date()
            actions.ouvrir_campagne(caisse, corps, echeance_le=echeance, acteur=admin)
        gestionnaire = _compte("awa.traore")
        revue = Revue.objects.get(partenaire__code="ccas-dijon", signee_le=None)
        with self.il_y_a(6):
            comptes = revue.lignes.values_list("compte_id", flat=True)
            actions.decider(revue, dict.fromkeys(comptes, CONSERVER), acteur=gestionnaire)
            actions.signer_revue(revue, acteur=gestionnaire)

    def comites(self) -> None:
        """One met and shared its report, one has a date; Montbrison's is late (C-09)."""
        papier = fichiers.pdf("Compte rendu du comité", "", "Document fictif de démonstration")
        with self.il_y_a(58):
            copil.enregistrer(
                Convention.objects.get(partenaires__code="ccas-frejus"),
                jour=self.agenda.jour_ouvre(60),
                scan=SimpleUploadedFile("compte_rendu.pdf", papier),
                acteur=_compte("nadege.perrault"),
            )
        with self.il_y_a(9):
            copil.planifier(
                Convention.objects.get(partenaires__code="departement-pas-de-calais"),
                jour=jour_civil(self.maintenant + 20 * JOUR),
                acteur=_compte("fatoumata.diarra"),
            )

    def documents(self) -> None:
        """The conventions d'utilisation signed by all, as PDFs."""
        signes = Acte.objects.filter(nature=Acte.Nature.UTILISATION, etat=Acte.Etat.SIGNE)
        for acte in signes.select_related("convention"):
            demander_document(
                Document.Nature.UTILISATION,
                source=acte,
                convention=acte.convention,
                acteur=None,
            )


def _partenaire(code: str) -> Partenaire:
    return Partenaire.objects.get(code=code)


def _caisse(code: str) -> Caisse:
    return Caisse.objects.get(code=code)


def _compte(identifiant: str) -> Utilisateur:
    return Utilisateur.objects.get(identifiant=identifiant)


def _email(prenom: str, nom: str, partenaire: Partenaire) -> str:
    plat = f"{prenom}.{nom}".lower().translate(str.maketrans("éèêëàç", "eeeeac"))
    return f"{plat}@{DOMAINES[partenaire.code]}"


def _identite(prenom: str, nom: str, partenaire: Partenaire) -> dict[str, Any]:
    return {
        "civilite": Civilite.MADAME if prenom == "Sandra" else Civilite.MONSIEUR,
        "prenom": prenom,
        "nom": nom,
        "fonction": "Responsable de l’accueil social",
        "telephone": "04 65 71 83 27",
        "email": _email(prenom, nom, partenaire),
    }


def _creer(
    partenaire: Partenaire, gestionnaire: Utilisateur, civilite: str, prenom: str, nom: str
) -> Utilisateur:
    return actions.creer_technicien(
        partenaire,
        acteur=gestionnaire,
        civilite=civilite,
        prenom=prenom,
        nom=nom,
        fonction="Travailleur social" if civilite == Civilite.MONSIEUR else "Travailleuse sociale",
        telephone="06 39 98 41 07",
        email=_email(prenom, nom, partenaire),
        statut=Utilisateur.Statut.SALARIE,
    )
