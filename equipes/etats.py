"""The life of an account and of a demarche as tables (H-02, H-08 to H-14).

Pages draw their buttons from these rows and actions ask them; nothing else decides who may do
what, from which state.
"""

from typing import Any

from django.utils import timezone

from comptes import habilitations
from comptes.dates import suppression_le
from comptes.models import OUVERTS, CauseInactivation, Etat, Profil
from conventions.acces import caisses_competentes
from equipes.models import Demarche
from portail.calendrier import jour_civil
from portail.etats import Circuit, Transition

PARTENAIRES = (Profil.TECHNICIEN, Profil.GESTIONNAIRE)


def possibles(objet: Any, acteur: Any) -> list[Transition]:
    """The steps that this actor may take now on this account, or on this demarche."""
    circuit = DEMARCHES if isinstance(objet, Demarche) else CIRCUIT
    return circuit.possibles(objet, acteur)


def _sur_un_compte(acteur: Any, droit: str, compte: Any) -> bool:
    """Who may act on an account of a partner; nobody (None) is the system.

    `gerer`: a gestionnaire of its partner. `administrer`: an admin of a caisse that answers for
    it. `habiliter`: who opens such accounts, the partner for its techniciens and the caisse for
    gestionnaires. `signaler`: either side. `soi`: its owner.
    """
    if acteur is None:
        return droit != "soi"
    if droit == "soi":
        return bool(acteur.pk == compte.pk)
    if droit == "signaler":
        return any(_sur_un_compte(acteur, d, compte) for d in ("gerer", "administrer"))
    if droit == "habiliter":
        droit = "gerer" if compte.profil == Profil.TECHNICIEN else "administrer"
    if droit == "gerer":
        return partenaire_pk(compte) in habilitations.partenaires(acteur, "gerer")
    return droit == "administrer" and _administre(acteur, compte)


def partenaire_pk(compte: Any) -> int | None:
    """The partner of the account, read once."""
    if "_partenaire" not in compte.__dict__:
        compte.__dict__["_partenaire"] = habilitations.partenaires_des([compte.pk]).get(compte.pk)
    return compte.__dict__["_partenaire"]


def _administre(acteur: Any, compte: Any) -> bool:
    siennes, partenaire = habilitations.caisses(acteur, "administrer"), partenaire_pk(compte)
    if not siennes or partenaire is None:
        return False
    if "_caisses" not in compte.__dict__:
        compte.__dict__["_caisses"] = caisses_competentes(partenaire)
    return not siennes.isdisjoint(compte.__dict__["_caisses"])


def _technicien(compte: Any) -> str | None:
    if compte.profil == Profil.TECHNICIEN:
        return None
    return "Le compte d'un gestionnaire s'inactive par une démarche auprès de la caisse."


def _gestionnaire(compte: Any) -> str | None:
    if compte.profil == Profil.GESTIONNAIRE:
        return None
    return "Cette démarche concerne les comptes des gestionnaires."


def _technicien_seul(compte: Any) -> str | None:
    if compte.profil == Profil.TECHNICIEN:
        return None
    return "Seuls les techniciens ont un gestionnaire responsable."


def _coordonnees(compte: Any) -> str | None:
    if compte.profil == Profil.TECHNICIEN:
        return None
    return "Les coordonnées d'un gestionnaire se modifient par une démarche auprès de la caisse."


def _sans_depart_prevu(compte: Any) -> str | None:
    if compte.dernier_jour:
        return f"La fin de ce compte est déjà prévue le {compte.dernier_jour:%d/%m/%Y}."
    return _gestionnaire(compte)


def _jamais_active(compte: Any) -> str | None:
    if compte.profil == Profil.TECHNICIEN:
        return "Le compte d'un technicien s'inactive par un gestionnaire."
    return None


def _revient(compte: Any, *, fraude: bool) -> str | None:
    if (compte.cause_inactivation == CauseInactivation.FRAUDE) is not fraude:
        return "Après une fraude, un vol ou une perte, seule la caisse réactive le compte."
    if jour_civil(timezone.now()) >= suppression_le(compte):
        return "Ce compte est inactif depuis 6 mois : il ne peut plus être réactivé."
    return None


def _etape(nom: str, libelle: str, depuis: Any, droit: str, **reste: Any) -> Transition:
    return Transition(
        nom=nom,
        libelle=libelle,
        depuis=frozenset([depuis] if isinstance(depuis, str) else depuis),
        droit=droit,
        **reste,
    )


CIRCUIT = Circuit(
    [
        _etape("activer", "Activer", Etat.INVITE, "soi", vers=Etat.ACTIF),
        _etape("renvoyer_lien", "Renvoyer le lien d'activation", Etat.INVITE, "habiliter"),
        _etape(
            "corriger_adresse",
            "Corriger l'adresse e-mail",
            Etat.INVITE,
            "gerer",
            refus=_coordonnees,
        ),
        _etape("corriger", "Modifier les coordonnées", OUVERTS, "gerer", refus=_coordonnees),
        _etape(
            "reinitialiser_second_facteur",
            "Réinitialiser le second facteur",
            Etat.ACTIF,
            "habiliter",
        ),
        _etape(
            "attribuer",
            "Changer le gestionnaire responsable",
            OUVERTS,
            "gerer",
            refus=_technicien_seul,
        ),
        _etape(
            "demander_modification",
            "Demander une modification",
            OUVERTS,
            "gerer",
            refus=_gestionnaire,
        ),
        _etape(
            "demander_inactivation",
            "Demander l'inactivation",
            Etat.ACTIF,
            "gerer",
            refus=_sans_depart_prevu,
        ),
        _etape(
            "inactiver",
            "Inactiver le compte",
            OUVERTS,
            "gerer",
            vers=Etat.INACTIF,
            refus=_technicien,
        ),
        _etape(
            "annuler_invitation",
            "Annuler l'invitation",
            Etat.INVITE,
            "administrer",
            vers=Etat.INACTIF,
            refus=_jamais_active,
        ),
        _etape(
            "signaler_fraude",
            "Signaler une fraude, un vol ou une perte",
            (*OUVERTS, Etat.INACTIF),
            "signaler",
            vers=Etat.INACTIF,
        ),
        _etape(
            "reactiver",
            "Réactiver le compte",
            Etat.INACTIF,
            "habiliter",
            vers=Etat.ACTIF,
            refus=lambda compte: _revient(compte, fraude=False),
        ),
        _etape(
            "reactiver_apres_incident",
            "Réactiver le compte après l'incident",
            Etat.INACTIF,
            "administrer",
            vers=Etat.INVITE,
            refus=lambda compte: _revient(compte, fraude=True),
        ),
        _etape("effacer", "Effacer", Etat.INACTIF, "systeme", vers=Etat.SUPPRIME),
    ],
    a_droit=_sur_un_compte,
)


def _sur_une_demarche(acteur: Any, droit: str, demarche: Any) -> bool:
    if acteur is None:
        return True
    if droit == "administrer":
        return demarche.caisse_id in habilitations.caisses(acteur, "administrer")
    return demarche.partenaire_id in habilitations.partenaires(acteur, "gerer")


DEMARCHES = Circuit(
    [
        _etape(
            "accepter",
            "Accepter",
            Demarche.Etat.DEPOSEE,
            "administrer",
            vers=Demarche.Etat.ACCEPTEE,
        ),
        _etape(
            "refuser", "Refuser", Demarche.Etat.DEPOSEE, "administrer", vers=Demarche.Etat.REFUSEE
        ),
        _etape("retirer", "Retirer", Demarche.Etat.DEPOSEE, "gerer", vers=Demarche.Etat.RETIREE),
    ],
    a_droit=_sur_une_demarche,
)
