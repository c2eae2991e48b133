"""The structures and their conventions, through the verbs of the screens, each at its own date.

What was signed before the portal opened was recorded on its first day, with its real dates.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import time_machine

from comptes.models import Caisse, Partenaire
from conventions import actions, dates
from conventions.models import Acte, Contact, Convention, Rupture
from demonstration.structures import (
    CAISSES,
    CONVENTIONS,
    PARTENAIRES,
    FicheCaisse,
    FicheConvention,
    FichePartenaire,
)
from portail.calendrier import PARIS, jour_civil

SEMAINE = timedelta(days=7)
JOUR = timedelta(days=1)
MATIN = time(10, 0)
NUIT = time(0, 1)
QUALITE_CAISSE = "Directrice générale"
QUALITE_PARTENAIRE = "Présidence"
MOTIF = "Accès partagés entre plusieurs agents malgré un rappel écrit."
OBJET = "Donner un compte à chaque personne de l’accueil social."


def installer(maintenant: datetime, ouverture: datetime) -> None:
    """Add every caisse, partner and convention; the ages are counted back from `maintenant`."""
    with time_machine.travel(ouverture, tick=False):
        caisses = {fiche.code: _inscrire_caisse(fiche) for fiche in CAISSES}
        partenaires = {fiche.code: _inscrire_partenaire(fiche) for fiche in PARTENAIRES}
    for fiche in CONVENTIONS:
        Conclusion(fiche, maintenant, ouverture).conclure(caisses, partenaires)
    actions.echoir(maintenant)


@dataclass(frozen=True)
class Conclusion:
    """One convention, from its draft to what became of it."""

    fiche: FicheConvention
    maintenant: datetime
    ouverture: datetime

    def conclure(self, caisses: dict[str, Caisse], partenaires: dict[str, Partenaire]) -> None:
        metier = self.jour(self.fiche.metier)
        with self.le(metier - SEMAINE):
            convention = self.preparer(caisses, partenaires)
            actions.envoyer_en_signature(convention, acteur=None)
        self.signer(convention.actes.get(), metier)
        self.ouvrir_le_portail(convention)
        if self.fiche.avenant:
            self.changer(convention)
        if self.fiche.fin:
            self.rompre(convention, self.jour(self.fiche.fin))

    def preparer(
        self, caisses: dict[str, Caisse], partenaires: dict[str, Partenaire]
    ) -> Convention:
        return actions.preparer_convention(
            intitule=self.fiche.intitule,
            caisses={caisses[code]: mode for code, mode in self.fiche.caisses.items()},
            partenaires=[partenaires[code] for code in self.fiche.partenaires],
            services=list(self.fiche.services),
            autres_signataires=list(self.fiche.autres_signataires),
            acteur=None,
            **self.fiche.parametres,
        )

    def ouvrir_le_portail(self, convention: Convention) -> None:
        """Without a date, the convention d'utilisation still waits for the partner."""
        age = self.fiche.utilisation
        jour = self.jour(age if age is not None else 0)
        with self.le(jour - SEMAINE):
            acte = actions.preparer_utilisation(convention, acteur=None)
            actions.envoyer_acte(acte, acteur=None)
        self.signer(acte, jour, caisses_seules=age is None)

    def changer(self, convention: Convention) -> None:
        jour = jour_civil(self.ouverture) + SEMAINE
        with self.le(jour):
            acte = actions.preparer_avenant(
                convention,
                objet=OBJET,
                changements=self.fiche.avenant,
                effet_le=None,
                acteur=None,
            )
            actions.envoyer_acte(acte, acteur=None)
        self.signer(acte, jour + 2 * SEMAINE)

    def rompre(self, convention: Convention, dernier_jour: date) -> None:
        """A formal notice that nothing followed: the convention ended fifteen days later."""
        notifiee_le = dernier_jour - dates.REPARATION
        with self.le(notifiee_le):
            actions.notifier_rupture(
                convention,
                cause=Rupture.Cause.MANQUEMENT,
                notifiee_le=notifiee_le,
                motif=MOTIF,
                acteur=None,
            )
        actions.echoir(datetime.combine(dernier_jour + JOUR, NUIT, tzinfo=PARIS))

    def signer(self, acte: Acte, dernier: date, *, caisses_seules: bool = False) -> None:
        """The caisses, six days before the others."""
        for signature in acte.signatures.order_by("caisse", "pk"):
            de_caisse = signature.caisse_id is not None
            if caisses_seules and not de_caisse:
                continue
            jour = dernier - SEMAINE + JOUR if de_caisse else dernier
            with self.le(jour):
                actions.signer(
                    signature,
                    signee_le=jour,
                    qualite=QUALITE_CAISSE if de_caisse else QUALITE_PARTENAIRE,
                    acteur=None,
                )

    def jour(self, age: int) -> date:
        return jour_civil(self.maintenant) - timedelta(days=age)

    def le(self, jour: date) -> AbstractContextManager[object]:
        """The morning of that day, or the first day of the portal when it is later."""
        matin = datetime.combine(jour, MATIN, tzinfo=PARIS)
        return time_machine.travel(min(max(matin, self.ouverture), self.maintenant), tick=False)


def _inscrire_caisse(fiche: FicheCaisse) -> Caisse:
    caisse = actions.inscrire_caisse(
        code=fiche.code, nom=fiche.nom, departement=fiche.departement, acteur=None
    )
    support = ("Relations partenaires", fiche.telephone, f"partenaires@{fiche.domaine}")
    _nommer({"caisse": caisse}, Contact.Role.SUPPORT, *support)
    referent = (fiche.referent, fiche.telephone, f"referent.partenaires@{fiche.domaine}")
    _nommer({"caisse": caisse}, Contact.Role.REFERENT, *referent)
    _nommer({"caisse": caisse}, Contact.Role.DPO, DPO, "", f"dpo@{fiche.domaine}")
    return caisse


def _inscrire_partenaire(fiche: FichePartenaire) -> Partenaire:
    partenaire = actions.inscrire_partenaire(
        code=fiche.code,
        nom=fiche.nom,
        type=fiche.type,
        membres=fiche.membres,
        domaines_email=[fiche.domaine],
        recoit_documents=fiche.recoit_documents,
        acteur=None,
    )
    referent = (fiche.referent, "", f"referent@{fiche.domaine}")
    _nommer({"partenaire": partenaire}, Contact.Role.REFERENT, *referent)
    _nommer({"partenaire": partenaire}, Contact.Role.DPO, DPO, "", f"dpo@{fiche.domaine}")
    return partenaire


DPO = "Protection des données"


def _nommer(partie: dict, role: str, nom: str, telephone: str, email: str) -> None:
    actions.nommer_contact(
        **partie, role=role, nom=nom, telephone=telephone, email=email, acteur=None
    )
