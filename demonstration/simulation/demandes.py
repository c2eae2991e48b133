"""What techniciens and agents do with requests, from the draft to the reopening (D-12, D-14)."""

from datetime import timedelta
from functools import cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from comptes import absences, habilitations
from comptes.models import Caisse, Etat, Partenaire, Profil, Utilisateur
from conventions import offre
from conventions.models import CaisseLiee, Service
from demonstration.fichiers import PIECES
from demonstration.simulation.dehors import VIRUS
from demonstration.simulation.monde import Monde, RienAFaire
from portail.calendrier import est_ouvre
from signalements import actions
from signalements.models import Brouillon, Demande, Motif, Piece
from signalements.models import Etat as Etape
from signalements.registre import circuit

MOTIFS = {
    Motif.MAS: 4,
    Motif.DROITS: 3,
    Motif.DOSSIER_COMPLEXE: 2,
    Motif.SUIVI: 2,
    Motif.URGENCE: 1,
}
COMMENTAIRES = "La personne demande un accompagnement pour ouvrir ses droits."
TEXTE = "Merci de compléter le dossier avec la pièce attendue."
# How often a step is taken when the circuit offers it; the others follow their own chance.
POIDS = {
    "prendre_en_charge": 30,
    "confirmer_contact": 12,
    "realiser_bilan": 8,
    "recontacter": 8,
    "proposer_plan": 8,
    "engager_accompagnement": 8,
    "cloturer": 8,
    "prendre_en_compte_urgence": 40,
    "acquitter": 4,
    "attribuer": 4,
    "noter_tentative": 2,
    "demander_complement": 2.5,
    "reprendre": 0.6,
    "cloturer_sans_suite": 0.4,
    "refus_personne": 0.3,
    "liberer": 0.3,
    "confier": 0.6,
    "signaler_urgence": 0.4,
    "rouvrir": 1,
}
CANAUX = ("telephone", "sms", "courrier", "accueil")
RECENTE = timedelta(days=20)


@cache
def _octets(nom: str) -> bytes:
    return PIECES[nom]()


def _fichier(monde: Monde) -> SimpleUploadedFile:
    nom = monde.parmi(
        "attestation_droits.pdf", "releve_ressources.csv", "justificatif_domicile.png"
    )
    octets = _octets(nom)
    if nom.endswith(".csv") and monde.arrive(0.2):
        octets += VIRUS
    return SimpleUploadedFile(nom, octets)


def deposer(monde: Monde) -> None:
    """A draft, its files, then the deposit; now and then it stays a draft."""
    auteur = monde.choisir(monde.comptes(Profil.TECHNICIEN))
    partenaire, caisse, mode = _destination(monde, auteur)
    brouillon = actions.commencer(
        acteur=auteur, partenaire=partenaire, caisse=caisse, service=Service.SIGNALER
    )
    donnees = _saisie(monde)
    contenu = {"nom": [donnees["nom"]], "commentaires": [donnees["commentaires"]]}
    brouillon = actions.enregistrer(brouillon, contenu, acteur=auteur)
    _joindre(monde, brouillon, mode, donnees, auteur)
    if monde.arrive(0.06):
        monde.faits["brouillons laissés"] += 1
        return
    actions.deposer(Brouillon.objects.get(pk=brouillon.pk), donnees, acteur=auteur)


def deposer_ailleurs(monde: Monde) -> None:
    """With a caisse that no convention in force binds (D-01)."""
    auteur = monde.choisir(monde.comptes(Profil.TECHNICIEN))
    partenaire = habilitations.partenaire_de(auteur)
    if partenaire is None:
        raise RienAFaire
    permises = [o.caisse.pk for o in offre.offres(partenaire, monde.jour)]
    caisse = monde.choisir(Caisse.objects.exclude(pk__in=permises))
    with monde.refuse("demande à une caisse sans convention", actions.DepotImpossible):
        actions.commencer(
            acteur=auteur, partenaire=partenaire, caisse=caisse, service=Service.SIGNALER
        )


def abandonner(monde: Monde) -> None:
    brouillon = monde.choisir(Brouillon.objects.all())
    actions.abandonner(brouillon, acteur=brouillon.auteur)


def traiter(monde: Monde) -> None:
    """An agent who is there takes one step with one request of the caisse, urgent ones first."""
    agent = monde.choisir(monde.comptes(Profil.AGENT))
    if absences.en_cours([agent.pk], monde.jour):
        raise RienAFaire
    demande = _a_traiter(monde, agent)
    actions.consulter(demande, acteur=agent)
    _franchir(monde, demande, agent)


def rouvrir(monde: Monde) -> None:
    agent = monde.choisir(monde.comptes(Profil.AGENT))
    closes = Demande.objects.filter(
        etat=Etape.CLOTUREE,
        caisse__in=habilitations.caisses(agent, "instruire"),
        cloturee_le__gt=monde.horloge.maintenant - RECENTE,
    )
    _franchir(monde, monde.choisir(closes), agent)


def repondre(monde: Monde) -> None:
    """The partner answers, by a message or by a file: the clocks start again (D-14)."""
    attendues = Demande.objects.ouvertes().filter(attente_depuis__isnull=False)
    demande = monde.choisir(attendues)
    _ecrire_ou_joindre(monde, demande, _technicien(monde, demande.partenaire))


def relancer(monde: Monde) -> None:
    """The partner writes though nobody waits for it."""
    demande = monde.choisir(Demande.objects.ouvertes())
    _ecrire_ou_joindre(monde, demande, _technicien(monde, demande.partenaire))


def signaler_urgence(monde: Monde) -> None:
    """The request becomes urgent later: its clock starts then (D-14)."""
    demande = monde.choisir(Demande.objects.ouvertes().filter(urgente=False))
    auteur = _technicien(monde, demande.partenaire)
    justificatif = SimpleUploadedFile("attestation.pdf", _octets("attestation_droits.pdf"))
    actions.signaler_urgence(demande, acteur=auteur, justificatif=justificatif)


def dialoguer(monde: Monde) -> None:
    """The agent in charge writes to the partner, or keeps a note."""
    demande = monde.choisir(Demande.objects.ouvertes().filter(agent__etat=Etat.ACTIF))
    verbe = monde.parmi(actions.ecrire, actions.annoter)
    verbe(demande, TEXTE, acteur=demande.agent)


def traiter_ailleurs(monde: Monde) -> None:
    """An agent tries a request of a caisse that is not theirs (D-01)."""
    agent = monde.choisir(monde.comptes(Profil.AGENT))
    siennes = habilitations.caisses(agent, "instruire")
    demande = monde.choisir(Demande.objects.filter(etat=Etape.DEPOSEE).exclude(caisse__in=siennes))
    with monde.refuse("demande d’une autre caisse", PermissionDenied):
        actions.franchir(demande, "prendre_en_charge", acteur=agent)


def _destination(monde: Monde, auteur: Utilisateur) -> tuple[Partenaire, Caisse, str]:
    partenaire = habilitations.partenaire_de(auteur)
    offres = offre.offres(partenaire, monde.jour) if partenaire else []
    ouvertes = [o for o in offres if Service.SIGNALER in o.services]
    if partenaire is None or not ouvertes:
        raise RienAFaire
    choisie = monde.hasard.choice(ouvertes)
    convention = choisie.conventions[Service.SIGNALER]
    return partenaire, choisie.caisse, offre.mode_consentement(convention, choisie.caisse)


def _saisie(monde: Monde) -> dict[str, Any]:
    """What the form would have cleaned."""
    motif = monde.hasard.choices(list(MOTIFS), list(MOTIFS.values()))[0]
    mas = motif == Motif.MAS
    return {
        **monde.population.assure(),
        "motif": motif.value,
        "contextes": ["droits", "social"] if mas else [],
        "soins": ["consultation"] if mas else [],
        "anciennete": "moins_3_mois" if mas else "",
        "causes": ["demarches"] if mas else [],
        "commentaires": COMMENTAIRES,
        "urgente": monde.arrive(0.15),
    }


def _joindre(
    monde: Monde, brouillon: Brouillon, mode: str, donnees: dict[str, Any], auteur: Utilisateur
) -> None:
    usages = [Piece.Usage.CONSENTEMENT] * (mode == CaisseLiee.ModeConsentement.FORMULAIRE)
    usages += [Piece.Usage.URGENCE] * bool(donnees["urgente"])
    for usage in usages:
        fichier = SimpleUploadedFile("document.pdf", _octets("consentement_signe.pdf"))
        actions.joindre(brouillon, fichier, usage=usage, acteur=auteur)
    if monde.arrive(0.15):
        actions.joindre(brouillon, _fichier(monde), usage=Piece.Usage.AUTRE, acteur=auteur)


def _a_traiter(monde: Monde, agent: Utilisateur) -> Demande:
    """The first ones of the queue most often."""
    caisses = habilitations.caisses(agent, "instruire")
    file = Demande.objects.ouvertes().filter(caisse__in=caisses, attente_depuis=None)
    pks = list(file.order_by("a_traiter_avant", "pk").values_list("pk", flat=True))
    if not pks:
        raise RienAFaire
    rang = int(len(pks) * monde.hasard.random() ** 3)
    return Demande.objects.get(pk=pks[rang])


def _franchir(monde: Monde, demande: Demande, agent: Utilisateur) -> None:
    etapes = circuit(demande).possibles(demande, agent)
    if not etapes:
        raise RienAFaire
    poids = [POIDS.get(etape.nom, 0.5) for etape in etapes]
    etape: Any = monde.hasard.choices(etapes, poids)[0]
    actions.franchir(demande, etape.nom, acteur=agent, **_reponses(monde, demande, etape))
    monde.faits[f"étape : {etape.nom}"] += 1


def _reponses(monde: Monde, demande: Demande, etape: Any) -> dict[str, Any]:
    """What the form of the step would ask."""
    reponses: dict[str, Any] = {}
    if etape.issues:
        reponses["issue"] = monde.hasard.choice(etape.issues).value
    if etape.formulaire in ("contact", "tentative", "recontact", "refus"):
        reponses["canal"] = monde.parmi(*CANAUX)
    if etape.formulaire in ("message", "cloture", "refus"):
        reponses["texte"] = TEXTE
    if etape.formulaire == "confier":
        reponses["agent"] = _collegue(monde, demande)
    return reponses


def _collegue(monde: Monde, demande: Demande) -> Utilisateur:
    equipe = habilitations.titulaires(demande.caisse, "instruire")
    return monde.choisir(equipe.exclude(pk=demande.agent_id or 0))


def _technicien(monde: Monde, partenaire: Partenaire) -> Utilisateur:
    return monde.choisir(habilitations.titulaires(partenaire, "deposer"))


def _ecrire_ou_joindre(monde: Monde, demande: Demande, auteur: Utilisateur) -> None:
    if monde.arrive(0.6):
        actions.ecrire(demande, TEXTE, acteur=auteur)
    else:
        actions.joindre(demande, _fichier(monde), usage=Piece.Usage.AUTRE, acteur=auteur)


def charge(monde: Monde) -> int:
    """How many steps the agents take on this day: a part of what waits for them."""
    attendent = Demande.objects.ouvertes().filter(attente_depuis=None).count()
    jour_plein = est_ouvre(monde.jour, "62")
    return max(2, attendent // (3 if jour_plein else 20))
