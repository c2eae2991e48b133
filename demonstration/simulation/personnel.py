"""What the staff of the caisses do beside the requests; what anybody does with messages."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from comptes import absences, gabarits, habilitations
from comptes.actions import absences as verbes
from comptes.actions import agents, notifications, preferences
from comptes.models import (
    Absence,
    Caisse,
    CauseInactivation,
    Etat,
    Notification,
    Profil,
    Remise,
    Utilisateur,
)
from conventions.actions import copil
from conventions.models import Convention, Reunion
from demonstration.fichiers import PIECES
from demonstration.simulation.monde import DOMAINE, Monde

UN_JOUR = timedelta(days=1)


def s_absenter(monde: Monde) -> None:
    """A few days from soon on; the substitute may be away too, chains and circles included."""
    agent = monde.choisir(monde.comptes(Profil.AGENT))
    du = monde.jour + timedelta(days=monde.hasard.randint(0, 12))
    au = du + timedelta(days=monde.parmi(0, 2, 4, 9, 20))
    acteur = monde.parmi(agent, _admin_de(monde, agent))
    remplacant = monde.choisir(absences.candidats(agent, acteur))
    verbes.declarer(agent, du=du, au=au, remplacant=remplacant, acteur=acteur)


def changer_absence(monde: Monde) -> None:
    absence = monde.choisir(_a_venir(monde))
    au = max(absence.du, monde.jour) + timedelta(days=monde.hasard.randint(0, 10))
    remplacant = monde.choisir(absences.candidats(absence.agent, absence.agent))
    verbes.modifier(absence, du=absence.du, au=au, remplacant=remplacant, acteur=absence.agent)


def revenir(monde: Monde) -> None:
    absence = monde.choisir(_a_venir(monde))
    verbes.annuler(absence, acteur=absence.agent)


def embaucher(monde: Monde) -> None:
    caisse = monde.choisir(Caisse.objects.all())
    agents.inviter_agent(
        profil=Profil.AGENT,
        caisses=[caisse],
        acteur=monde.admin(caisse),
        **monde.population.identite(DOMAINE.format(caisse.code)),
    )


def quitter(monde: Monde) -> None:
    """An agent leaves; a caisse keeps three of them."""
    agent = monde.choisir(monde.comptes(Profil.AGENT))
    equipes = habilitations.titulaires_par_caisse(
        habilitations.caisses(agent, "instruire"), "instruire"
    )
    if min(map(len, equipes.values()), default=0) > 3:
        acteur = _admin_de(monde, agent)
        agents.inactiver_agent(agent, CauseInactivation.DEPART, acteur=acteur)


def lire(monde: Monde) -> None:
    """One of one's lines, or all of them."""
    notification = monde.choisir(Notification.objects.non_lues())
    quand = monde.horloge.maintenant
    if monde.arrive(0.5):
        notifications.tout_lire(jusqua=quand, quand=quand, acteur=notification.destinataire)
    else:
        notifications.marquer_lue(notification, quand=quand)


def regler(monde: Monde) -> None:
    """How one wants to be told of each kind, and at which hour."""
    compte = monde.choisir(Utilisateur.objects.filter(etat=Etat.ACTIF))
    genres = gabarits.DEFAUTS[compte.profil]
    remises: dict[str, Any] = {g: monde.hasard.choice(Remise.values) for g in genres}
    heure = monde.hasard.choice([0, 2, 3, 7, 8, 12, 18, 23])
    preferences.regler_notifications(remises=remises, heure=heure, acteur=compte)


def prevoir_copil(monde: Monde) -> None:
    """The yearly committee gets a date (C-09)."""
    convention = monde.choisir(Convention.objects.filter(etat=Convention.Etat.EN_VIGUEUR))
    jour = monde.jour + timedelta(days=monde.hasard.randint(2, 40))
    copil.planifier(convention, jour=jour, acteur=_admin_du(monde, convention))


def tenir_copil(monde: Monde) -> None:
    """With its report at once, or later."""
    reunion = monde.choisir(Reunion.objects.filter(etat=Reunion.Etat.PREVUE, jour__lte=monde.jour))
    scan = _compte_rendu() if monde.arrive(0.5) else None
    acteur = _admin_du(monde, reunion.convention)
    copil.tenir(reunion, jour=reunion.jour, scan=scan, acteur=acteur)


def noter_copil(monde: Monde) -> None:
    """A committee that nobody planned here."""
    convention = monde.choisir(Convention.objects.filter(etat=Convention.Etat.EN_VIGUEUR))
    jour = monde.jour - timedelta(days=monde.hasard.randint(0, 6))
    copil.enregistrer(convention, jour=jour, acteur=_admin_du(monde, convention))


def joindre_compte_rendu(monde: Monde) -> None:
    sans = Reunion.objects.filter(etat=Reunion.Etat.TENUE, compte_rendu=None)
    reunion = monde.choisir(sans)
    copil.joindre(reunion, scan=_compte_rendu(), acteur=_admin_du(monde, reunion.convention))


def deplacer_copil(monde: Monde) -> None:
    reunion = monde.choisir(Reunion.objects.filter(etat=Reunion.Etat.PREVUE))
    acteur = _admin_du(monde, reunion.convention)
    if monde.arrive(0.3):
        copil.annuler(reunion, acteur=acteur)
        return
    jour = monde.jour + timedelta(days=monde.hasard.randint(1, 30))
    copil.dater(reunion, jour=jour, acteur=acteur)


def _compte_rendu() -> SimpleUploadedFile:
    return SimpleUploadedFile("compte-rendu.pdf", PIECES["attestation_droits.pdf"]())


def _a_venir(monde: Monde) -> Any:
    return Absence.objects.maintenues().filter(au__gte=monde.jour, agent__etat=Etat.ACTIF)


def _admin_de(monde: Monde, agent: Utilisateur) -> Utilisateur:
    caisses = habilitations.caisses_par_compte([agent.pk])[agent.pk]
    return monde.admin(monde.hasard.choice(caisses))


def _admin_du(monde: Monde, convention: Convention) -> Utilisateur:
    liens = convention.liens.filter(close_le=None).values("caisse")
    return monde.admin(monde.choisir(Caisse.objects.filter(pk__in=liens)))
