"""The people and the tenants of the simulation, and how they came there: by the real verbs."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from comptes import activation, habilitations
from comptes.actions import accepter_cgu, creer_compte, poser_totp, publier_cgu
from comptes.actions.securite import activer_par_lien, choisir_mot_de_passe
from comptes.models import Caisse, Etat, Jeton, Partenaire, Profil, Utilisateur, VersionCGU
from conventions import actions as conventions
from conventions.models import Acte, Contact, Convention
from conventions.quotas import QuotaAtteint
from demonstration.simulation.ecarts import Ecart
from demonstration.simulation.fiches import (
    CAISSES,
    CONVENTIONS,
    PARTENAIRES,
    SERVICES,
    FicheConvention,
    FichePartenaire,
)
from demonstration.simulation.horloge import JOUR, Horloge, instant
from demonstration.simulation.population import Population
from equipes import actions as equipes
from portail.calendrier import apres_mois
from portail.etats import TransitionImpossible
from portail.fichiers import FichierRefuse
from signalements.actions import DepotImpossible

MATIN, SOIR = time(10, 0), time(21, 0)
AN = 12
# Anniversaries: late enough to denounce before them, and not a year away.
AU_PLUS_TOT, AU_PLUS_TARD = 8 * JOUR, 330 * JOUR
DOMAINE = "{}.example"
# What the portal answers instead of doing: it changes nothing, and says why.
REFUS = (
    DepotImpossible,
    FichierRefuse,
    QuotaAtteint,
    TransitionImpossible,
    ValidationError,
)


class RienAFaire(Exception):
    """Nobody is in a position to do that today."""


class Monde:
    """Who is there. Rows are read again at each gesture, as pages do."""

    def __init__(self, horloge: Horloge, debut: date, jours: int, graine: int) -> None:
        self.horloge, self.debut, self.jours = horloge, debut, jours
        self.hasard = random.Random(graine)
        self.population = Population(self.hasard)
        self.faits: Counter[str] = Counter()
        self.refus: Counter[str] = Counter()
        self.cgu: VersionCGU

    @property
    def jour(self) -> date:
        return self.horloge.jour

    def le(self, part: float) -> date:
        """The day at that part of the simulation."""
        return self.debut + timedelta(days=int(part * self.jours))

    def choisir(self, lignes: QuerySet[Any]) -> Any:
        """One of these rows, as it is now. Raises `RienAFaire` when there is none."""
        pks = list(lignes.order_by("pk").values_list("pk", flat=True))
        if not pks:
            raise RienAFaire
        return lignes.model._default_manager.get(pk=self.hasard.choice(pks))

    def parmi(self, *noms: Any) -> Any:
        return self.hasard.choice(noms)

    def arrive(self, chance: float) -> bool:
        return self.hasard.random() < chance

    def caisse(self, code: str) -> Caisse:
        return Caisse.objects.get(code=code)

    def partenaire(self, code: str) -> Partenaire:
        return Partenaire.objects.get(code=code)

    def convention(self, intitule: str) -> Convention:
        return Convention.objects.get(intitule=intitule)

    def admin(self, caisse: Caisse) -> Utilisateur:
        return self.choisir(habilitations.titulaires(caisse, "administrer"))

    def gestionnaire(self, partenaire: Partenaire) -> Utilisateur:
        return self.choisir(habilitations.titulaires(partenaire, "gerer"))

    def comptes(self, profil: str, etat: str = Etat.ACTIF) -> QuerySet[Utilisateur]:
        return Utilisateur.objects.filter(profil=profil, etat=etat)

    @contextmanager
    def refuse(self, quoi: str, *raisons: type[Exception]) -> Iterator[None]:
        """What the portal must say no to; an `Ecart` when it says yes."""
        try:
            with transaction.atomic():
                yield
        except raisons:
            self.refus[quoi] += 1
        else:
            raise Ecart(f"accepté alors que ce devait être refusé : {quoi}")


def peupler(monde: Monde) -> None:
    """Everything that was there before the first day, each at its own date."""
    premiers = sorted(CONVENTIONS, key=lambda fiche: _effet(monde, fiche))
    monde.horloge.aller(instant(_effet(monde, premiers[0]) - 2 * JOUR, MATIN))
    monde.cgu = publier_cgu(numero="1.0", texte="# Objet\n\nUn usage professionnel.", acteur=None)
    for caisse in CAISSES:
        _inscrire_caisse(monde, caisse)
    for partenaire in PARTENAIRES:
        inscrire(partenaire)
    for fiche in premiers:
        monde.horloge.aller(instant(_effet(monde, fiche), MATIN))
        conclure(monde, preparer(monde, fiche))
    monde.horloge.aller(instant(monde.debut - JOUR, MATIN))
    for partenaire in PARTENAIRES:
        _former_equipe(monde, partenaire)


def preparer(monde: Monde, fiche: FicheConvention) -> Convention:
    return conventions.preparer_convention(
        intitule=fiche.code,
        caisses={monde.caisse(code): mode for code, mode in fiche.caisses.items()},
        partenaires=[monde.partenaire(code) for code in fiche.partenaires],
        services=list(SERVICES),
        acteur=None,
        **fiche.parametres,
    )


def conclure(monde: Monde, convention: Convention) -> None:
    """The convention métier then the one of the portal, signed by all on this day (C-02, C-04)."""
    conventions.envoyer_en_signature(convention, acteur=None)
    signer(monde, convention.actes.get())
    ouvrir_le_portail(monde, convention)


def ouvrir_le_portail(monde: Monde, convention: Convention) -> None:
    acte = conventions.preparer_utilisation(convention, acteur=None)
    signer(monde, conventions.envoyer_acte(acte, acteur=None))


def signer(monde: Monde, acte: Acte) -> None:
    for signature in acte.signatures.filter(signee_le=None):
        conventions.signer(signature, signee_le=monde.jour, qualite="Direction", acteur=None)


def inscrire(fiche: FichePartenaire) -> Partenaire:
    partenaire = conventions.inscrire_partenaire(
        code=fiche.code,
        nom=fiche.nom,
        type=fiche.type,
        membres=fiche.membres,
        domaines_email=[DOMAINE.format(fiche.code)],
        acteur=None,
    )
    _nommer_dpo(fiche.code, partenaire=partenaire)
    return partenaire


def activer(monde: Monde, compte: Utilisateur) -> None:
    """Its owner follows the link: a password, an authenticator, the terms of use (H-04, H-05)."""
    jeton = activation.en_cours(compte, Jeton.Usage.ACTIVATION).latest("pk")
    if activation.retrouver(jeton.identifiant, jeton.usage) is None:
        raise RienAFaire
    cle = f"{monde.hasard.getrandbits(160):040x}"
    if compte.etat == Etat.INVITE:
        choisir_mot_de_passe(compte, mot_de_passe(monde), acteur=compte)
    activer_par_lien(jeton, cle, code(cle, monde.horloge.maintenant.timestamp()))
    accepter_cgu(monde.cgu, acteur=compte)


def mot_de_passe(monde: Monde) -> str:
    return f"Galet-{monde.hasard.getrandbits(64):x}-fougère"


def code(cle: str, quand: float) -> str:
    """What the authenticator shows."""
    totp = TOTP(TOTPDevice(key=cle).bin_key)
    totp.time = quand
    return f"{totp.token():06d}"


def accueillir(
    monde: Monde, profil: str, caisses: list[Caisse], acteur: Utilisateur | None = None
) -> Utilisateur:
    """Somebody who works for these caisses, ready to work."""
    compte = creer_compte(
        identifiant=f"{profil}.{monde.hasard.getrandbits(40):x}",
        profil=profil,
        mot_de_passe=mot_de_passe(monde),
        acteur=acteur,
        **monde.population.identite(DOMAINE.format(caisses[0].code)),
    )
    poser_totp(compte, f"{monde.hasard.getrandbits(160):040x}", acteur=acteur)
    for caisse in caisses:
        habilitations.habiliter(compte, caisse, acteur=acteur)
    accepter_cgu(monde.cgu, acteur=compte)
    return compte


def _inscrire_caisse(monde: Monde, fiche: Any) -> None:
    caisse = conventions.inscrire_caisse(
        code=fiche.code,
        nom=fiche.nom,
        departement=fiche.departement,
        acteur=None,
        **fiche.reglages,
    )
    _nommer_dpo(fiche.code, caisse=caisse)
    for profil, nombre in ((Profil.ADMIN, 2), (Profil.AGENT, fiche.agents), (Profil.DPO, 1)):
        for _ in range(nombre):
            accueillir(monde, profil, [caisse])
    if fiche.code == "opale":
        # One agent works for both caisses of the département.
        accueillir(monde, Profil.AGENT, [monde.caisse("artois"), caisse])


def _nommer_dpo(code: str, **partie: Any) -> None:
    """A desk: the one of a partner has no account (C-08)."""
    adresse = f"dpo@{DOMAINE.format(code)}"
    conventions.nommer_contact(
        **partie, role=Contact.Role.DPO, nom="Protection des données", email=adresse, acteur=None
    )


def _former_equipe(monde: Monde, fiche: FichePartenaire) -> None:
    partenaire = monde.partenaire(fiche.code)
    gestionnaires, techniciens = fiche.equipe
    for _ in range(gestionnaires):
        habiliter(monde, partenaire)
    for _ in range(techniciens):
        compte = equipes.creer_technicien(
            partenaire,
            acteur=monde.gestionnaire(partenaire),
            **monde.population.technicien(DOMAINE.format(fiche.code)),
        )
        activer(monde, compte)


def habiliter(monde: Monde, partenaire: Partenaire) -> Utilisateur:
    """One more gestionnaire, asked for and answered at once; the caisse keys the first one in."""
    caisse = Caisse.objects.filter(conventions__partenaires=partenaire).order_by("pk")[0]
    admin = monde.admin(caisse)
    demandeur = habilitations.titulaires(partenaire, "gerer").first() or admin
    identite = monde.population.identite(DOMAINE.format(partenaire.code))
    demarche = equipes.demander_habilitation(partenaire, caisse, identite, acteur=demandeur)
    compte = equipes.accepter(demarche, acteur=admin).compte
    assert compte is not None  # noqa: S101 - accepting opened it
    activer(monde, compte)
    return Utilisateur.objects.get(pk=compte.pk)


def _effet(monde: Monde, fiche: FicheConvention) -> date:
    """The day it was signed, so that its anniversary comes when it must."""
    if fiche.terme is not None:
        terme = max(monde.le(fiche.terme), monde.debut + AU_PLUS_TOT)
        return apres_mois(min(terme, monde.debut + AU_PLUS_TARD), -AN)
    annee = monde.debut.year - 1
    while annee % 4:
        annee -= 1
    return date(annee, 2, 29)
