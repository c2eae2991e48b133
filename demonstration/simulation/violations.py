"""Breaches of data: declared by either party, read in time, late or never, closed (G-02)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from comptes import habilitations
from comptes.models import Caisse, Etat, Partenaire, Profil, Utilisateur
from demonstration.simulation.monde import Monde, RienAFaire
from violations import acces, actions
from violations.models import Violation

DU_PARTENAIRE = (Profil.TECHNICIEN, Profil.GESTIONNAIRE)
DE_LA_CAISSE = (Profil.AGENT, Profil.ADMIN, Profil.DPO)
# Hours from the finding to the declaration: the last ones leave no time at all to read it.
HEURES = (0.2, 1, 2, 5, 16, 30, 50)
# Chances that somebody opens one in half a day: when it is new, once it is forgotten.
NOUVELLE, OUBLIEE = 0.4, 0.04
DEUX_JOURS = timedelta(days=2)
RECIT = "Une liste de rendez-vous a été envoyée par erreur à une autre structure."
TEXTE = "La structure a supprimé le message et l’a confirmé par écrit."


def declarer_au_partenaire(monde: Monde) -> None:
    """By anybody of a caisse, to a partner that a convention binds to it, or did."""
    auteur = monde.choisir(_en_poste(*DE_LA_CAISSE))
    partenaire = monde.choisir(acces.partenaires_concernes(auteur))
    caisses = acces.caisses_concernees(auteur).filter(conventions__partenaires=partenaire)
    _declarer(monde, monde.choisir(caisses.distinct()), partenaire, auteur)


def declarer_a_la_caisse(monde: Monde) -> None:
    """By anybody of a partner, to one of its caisses."""
    auteur = monde.choisir(_en_poste(*DU_PARTENAIRE))
    partenaire = habilitations.partenaire_de(auteur)
    if partenaire is None:
        raise RienAFaire
    _declarer(monde, monde.choisir(acces.caisses_concernees(auteur)), partenaire, auteur)


def annoncer(
    caisse: str, partenaire: str, *, par_la_caisse: bool = False
) -> Callable[[Monde], None]:
    """The same between these two, by who runs the accounts there."""

    def declarer(monde: Monde) -> None:
        qui, a_qui = monde.caisse(caisse), monde.partenaire(partenaire)
        auteur = monde.admin(qui) if par_la_caisse else monde.gestionnaire(a_qui)
        _declarer(monde, qui, a_qui, auteur)

    return declarer


def a_ouvrir(monde: Monde) -> int:
    """How many of the unread ones are opened in half a day."""
    recente = monde.horloge.maintenant - DEUX_JOURS
    chances = [NOUVELLE if v.declaree_le > recente else OUBLIEE for v in _a_lire().order_by("pk")]
    return sum(map(monde.arrive, chances))


def lire(monde: Monde) -> None:
    """In time or not: whoever may, of the party that did not find it."""
    violation = monde.choisir(_a_lire())
    actions.prendre_connaissance(violation, acteur=_lecteur(monde, violation))


def lire_la_sienne(monde: Monde) -> None:
    """The party that found it does not stop the clock of the other one."""
    violation = monde.choisir(_a_lire())
    if violation.cote == Violation.Cote.CAISSE:
        acteur = monde.admin(violation.caisse)
    else:
        acteur = monde.gestionnaire(violation.partenaire)
    with monde.refuse("violation lue par qui l’a constatée (G-02)", PermissionDenied):
        actions.prendre_connaissance(violation, acteur=acteur)


def completer(monde: Monde) -> None:
    """By who declared it, or by whoever reads it."""
    violation = monde.choisir(Violation.objects.ouvertes())
    auteur = monde.comptes(violation.declaree_par.profil).filter(pk=violation.declaree_par_id)
    acteur = auteur.first() or _lecteur(monde, violation)
    actions.completer(violation, texte=TEXTE, acteur=acteur)


def clore(monde: Monde) -> None:
    """By the caisse, whether the other party read it or never did."""
    violation = monde.choisir(Violation.objects.ouvertes())
    if violation.etat == Violation.Etat.DECLAREE:
        monde.faits["violations closes sans avoir été lues"] += 1
    actions.clore(
        violation,
        suite=monde.hasard.choice(Violation.Suite.values),
        conclusion=TEXTE,
        personnes_informees=monde.arrive(0.5),
        acteur=_de_la_caisse(monde, violation),
    )


def _declarer(monde: Monde, caisse: Caisse, partenaire: Partenaire, auteur: Utilisateur) -> None:
    donnees: dict[str, Any] = {
        "statut": monde.hasard.choice(Violation.Statut.values),
        "constatee_le": monde.horloge.maintenant - timedelta(hours=monde.parmi(*HEURES)),
        "atteintes": [monde.hasard.choice(Violation.Atteinte.values)],
        "categories": [Violation.Categorie.IDENTITE.value],
        "personnes": monde.parmi(None, 1, 12, 300),
        "recit": RECIT,
        "mesures": monde.parmi("", TEXTE),
    }
    actions.declarer(caisse, partenaire, donnees, acteur=auteur)


def _lecteur(monde: Monde, violation: Violation) -> Utilisateur:
    if violation.cote == Violation.Cote.CAISSE:
        return monde.gestionnaire(violation.partenaire)
    return _de_la_caisse(monde, violation)


def _de_la_caisse(monde: Monde, violation: Violation) -> Utilisateur:
    """Its DPO, or one of its admins."""
    droit = monde.parmi("proteger", "administrer")
    return monde.choisir(habilitations.titulaires(violation.caisse, droit))


def _a_lire() -> QuerySet[Violation]:
    return Violation.objects.filter(etat=Violation.Etat.DECLAREE)


def _en_poste(*profils: str) -> QuerySet[Utilisateur]:
    return Utilisateur.objects.filter(profil__in=profils, etat=Etat.ACTIF)
