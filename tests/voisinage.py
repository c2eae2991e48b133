"""Two neighbouring caisses at work: each with a convention, a request, a draft, a file and a
contested refusal."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from comptes import habilitations
from comptes.models import Absence, Caisse, Notification, Partenaire, SessionOuverte, Utilisateur
from conventions.models import CaisseLiee, Contact, Convention, Coupure, Service
from equipes import actions as equipes
from equipes.models import Demarche, Revue
from portail.levees import empreinte
from signalements import actions
from signalements.models import Brouillon, Demande, Levee, Lieu, Piece
from tests.conventions.voisinage import garnir
from tests.factories import AbsenceFactory
from tests.personas import Personas
from violations import actions as violations
from violations.models import Violation

DONNEES: dict[str, Any] = {
    "motif": "mas",
    "contextes": ["droits"],
    "soins": ["consultation"],
    "anciennete": "moins_3_mois",
    "causes": ["reste_a_charge"],
    "civilite": "madame",
    "nom": "Vasseur",
    "prenom": "Élodie",
    "date_naissance": date(1984, 3, 9),
    "lieu_naissance": "62",
    "departement_residence": "62",
    "telephone": "06 39 98 00 12",
    "commentaires": "La personne ne parvient pas à renouveler sa complémentaire.",
    "urgente": False,
}

PERSONNES = count(1)


@dataclass(frozen=True)
class Cote:
    """What one side owns."""

    caisse: Caisse
    demande: Demande
    piece_demande: Piece
    brouillon: Brouillon
    piece_brouillon: Piece
    levee: Levee
    session: SessionOuverte
    notification: Notification
    contact: Contact
    coupure: Coupure
    agent: Utilisateur
    absence: Absence
    partenaire: Partenaire
    demarche: Demarche
    revue: Revue
    violation: Violation
    conventions: dict[str, dict[str, Any]]

    def parametres(self, vue: str) -> dict[str, Any]:
        """The arguments of a URL of the portal, on this side's objects."""
        toutes = self._partenaires() | self._equipes() | self._comptes() | self._demandes()
        toutes |= self._violations()
        return (toutes | self.conventions).get(vue, {})

    def _partenaires(self) -> dict[str, dict[str, Any]]:
        partenaire = {"code": self.demande.partenaire.code}
        contact = {"identifiant": self.contact.identifiant}
        return {
            "conventions:partenaire": partenaire,
            "conventions:partenaire_modifier": partenaire,
            "conventions:trace_partenaire": partenaire,
            "conventions:couper": partenaire,
            "conventions:retablir": {**partenaire, "identifiant": self.coupure.identifiant},
            "conventions:nommer_contact_partenaire": partenaire,
            "conventions:remplacer_contact": contact,
            "conventions:retirer_contact": contact,
            "signalements:demandes_partenaire": partenaire,
        }

    def _equipes(self) -> dict[str, dict[str, Any]]:
        return {
            "equipes:compte": {"identifiant": self.session.utilisateur.public},
            "equipes:geste": {"identifiant": self.session.utilisateur.public, "nom": "inactiver"},
            "equipes:exporter": {"format": "csv"},
            "equipes:demarche": {"identifiant": self.demarche.identifiant},
            "equipes:traiter": {"identifiant": self.demarche.identifiant, "nom": "retirer"},
            "equipes:revue": {"identifiant": self.revue.identifiant},
            "equipes:exporter_revue": {"identifiant": self.revue.identifiant, "format": "csv"},
            "equipes:signer": {"identifiant": self.revue.identifiant},
            "equipes:relancer": {"identifiant": self.revue.identifiant},
            "equipes:comptes": {"code": self.partenaire.code},
            "equipes:exporter_comptes": {"code": self.partenaire.code, "format": "csv"},
            "equipes:etablir_comptes": {"code": self.partenaire.code},
            "equipes:habiliter_pour": {"code": self.partenaire.code},
        }

    def _violations(self) -> dict[str, dict[str, Any]]:
        violation = {"identifiant": self.violation.identifiant}
        return {
            "violations:violation": violation,
            "violations:traiter": {**violation, "nom": "prendre_connaissance"},
        }

    def _comptes(self) -> dict[str, dict[str, Any]]:
        absence = {"identifiant": self.absence.identifiant}
        notification = {"identifiant": self.notification.identifiant}
        return {
            "declarer_absence_pour": {"identifiant": self.agent.public},
            "modifier_absence": absence,
            "annuler_absence": absence,
            "activation_lien": {"reference": "essai"},
            "mot_de_passe_lien": {"reference": "essai"},
            "agent": {"identifiant": self.agent.public},
            "agent_geste": {"identifiant": self.agent.public, "nom": "inactiver"},
            "reglages_caisse": {"caisse": self.caisse.code},
            "fermer_session": {"identifiant": self.session.identifiant},
            "signalements:notification_ouvrir": notification,
            "signalements:notification_marquer": notification,
        }

    def _demandes(self) -> dict[str, dict[str, Any]]:
        demande = {"reference": self.demande.reference}
        brouillon = {"identifiant": self.brouillon.identifiant}
        return {
            "signalements:nouvelle": {"caisse": self.caisse.code, "service": "signaler"},
            "signalements:demande": demande,
            "signalements:etape": {**demande, "nom": "prendre_en_charge"},
            "signalements:urgence": demande,
            "signalements:message": demande,
            "signalements:note": demande,
            "signalements:pieces_demande": demande,
            "signalements:joindre": demande,
            "signalements:recepisse": demande,
            "signalements:piece": {"identifiant": self.piece_demande.identifiant},
            "signalements:brouillon": brouillon,
            "signalements:enregistrer": brouillon,
            "signalements:pieces_brouillon": brouillon,
            "signalements:retirer_piece": {
                **brouillon,
                "piece": self.piece_brouillon.identifiant,
            },
            "signalements:relire": brouillon,
            "signalements:supprimer": brouillon,
            "signalements:avis": {"identifiant": self.levee.identifiant},
            "signalements:reglage": {"caisse": self.caisse.code},
        }


@dataclass(frozen=True)
class Voisinage:
    a: Cote
    b: Cote


def voisiner(personas: Personas) -> Voisinage:
    """Both sides furnished, through the same actions as the screens."""
    return Voisinage(
        a=_cote(personas.caisse_a, personas.partenaire_a, personas.technicien_a),
        b=_cote(personas.caisse_b, personas.partenaire_b, personas.technicien_b),
    )


def lier(caisse: Caisse, partenaire: Partenaire, **parametres: Any) -> Convention:
    """A convention in force between the two, with every service on unless told otherwise."""
    hier = timezone.localdate() - timedelta(days=60)
    convention = Convention.objects.create(
        **{
            "etat": Convention.Etat.EN_VIGUEUR,
            "intitule": f"{caisse} – {partenaire}",
            "date_effet": hier,
            "date_utilisation": hier,
            "services": list(Service.values),
            **parametres,
        },
    )
    convention.partenaires.add(partenaire)
    CaisseLiee.objects.create(convention=convention, caisse=caisse)
    return convention


def csv(nom: str = "budget.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(nom, b"poste;montant\nloyer;420\n", content_type="text/csv")


def _cote(caisse: Caisse, partenaire: Partenaire, technicien: Utilisateur) -> Cote:
    lier(caisse, partenaire)
    depose = _brouillon(caisse, partenaire, technicien)
    piece = actions.joindre(depose, csv(), usage=Piece.Usage.AUTRE, acteur=technicien)
    demande = actions.deposer(depose, DONNEES, acteur=technicien)
    brouillon = _brouillon(caisse, partenaire, technicien)
    return Cote(
        caisse=caisse,
        demande=demande,
        piece_demande=piece,
        brouillon=brouillon,
        piece_brouillon=actions.joindre(
            brouillon, csv(), usage=Piece.Usage.AUTRE, acteur=technicien
        ),
        levee=contester(demande),
        agent=habilitations.titulaires(caisse, "instruire").get(),
        absence=AbsenceFactory(
            agent=habilitations.titulaires(caisse, "instruire").get(),
            du=timezone.localdate() + timedelta(days=60),
        ),
        partenaire=partenaire,
        demarche=demander(caisse, partenaire),
        revue=revoir(caisse, partenaire),
        violation=declarer_violation(caisse, partenaire, technicien),
        conventions=garnir(caisse, partenaire),
        session=SessionOuverte.objects.create(utilisateur=technicien, cle=f"ailleurs-{caisse.pk}"),
        notification=Notification.objects.get(destinataire=technicien, gabarit="demande_deposee"),
        contact=Contact.objects.create(
            partenaire=partenaire,
            role=Contact.Role.REFERENT,
            nom="Accueil",
            telephone="03 53 01 62 10",
            depuis=timezone.localdate(),
        ),
        coupure=_ancienne_coupure(caisse, partenaire),
    )


def _ancienne_coupure(caisse: Caisse, partenaire: Partenaire) -> Coupure:
    """Given back the same day: the access is open."""
    instant = timezone.now()
    return Coupure.objects.create(
        caisse=caisse,
        partenaire=partenaire,
        motif="Identifiants partagés.",
        coupee_le=instant,
        retablie_le=instant,
    )


def demander(caisse: Caisse, partenaire: Partenaire) -> Demarche:
    """A habilitation that the partner's gestionnaire asks of the caisse (H-02)."""
    identite = {nom: DONNEES[nom] for nom in ("civilite", "nom", "prenom", "telephone")}
    return equipes.demander_habilitation(
        partenaire,
        caisse,
        {**identite, "fonction": "Directrice", "email": f"e.vasseur@{partenaire.code}.example"},
        acteur=habilitations.titulaires(partenaire, "gerer").get(),
    )


def revoir(caisse: Caisse, partenaire: Partenaire) -> Revue:
    """A review of the partner's habilitations, asked by the caisse (H-15)."""
    return equipes.ouvrir_revue(
        caisse,
        partenaire,
        echeance_le=timezone.localdate() + timedelta(days=30),
        acteur=habilitations.titulaires(caisse, "administrer").get(),
    )


def declarer_violation(
    caisse: Caisse, partenaire: Partenaire, acteur: Utilisateur, **donnees: Any
) -> Violation:
    """A breach found an hour ago, unlike any other, declared by somebody of either side (G-02)."""
    return violations.declarer(
        caisse,
        partenaire,
        {
            "statut": "suspectee",
            "constatee_le": timezone.now() - timedelta(hours=1),
            "atteintes": ["confidentialite"],
            "categories": ["identite", "pieces"],
            "personnes": next(PERSONNES),
            "recit": "Un fichier est parti vers une autre structure.",
            "mesures": "",
            **donnees,
        },
        acteur=acteur,
    )


def contester(demande: Demande, texte: str = "Rue du Cancer, à Arras.", **champs: Any) -> Levee:
    """A refusal that the author of the request set aside, for the text of a message."""
    return Levee.objects.create(
        **{
            "demande": demande,
            "caisse": demande.caisse,
            "partenaire": demande.partenaire,
            "auteur": demande.auteur,
            "lieu": Lieu.MESSAGE,
            "passages": [[[False, "Rue du "], [True, "Cancer"], [False, ", à Arras."]]],
            "categories": ["cancer"],
            "empreinte": empreinte(texte),
            "raison": "C’est le nom de la rue.",
            "creee_le": timezone.now(),
            **champs,
        }
    )


def _brouillon(caisse: Caisse, partenaire: Partenaire, technicien: Utilisateur) -> Brouillon:
    return actions.commencer(
        acteur=technicien, partenaire=partenaire, caisse=caisse, service=Service.SIGNALER
    )
