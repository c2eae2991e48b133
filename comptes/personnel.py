"""The staff of the caisses: who sees which accounts, and what may be done about them.

An admin sees the accounts that work for a caisse it administers. An account shared with another
caisse is not its own: it may take its caisse back, the rest belongs to the neighbour too.
"""

from django.db.models import Exists, OuterRef, QuerySet
from django_otp.plugins.otp_totp.models import TOTPDevice

from comptes import activation, habilitations
from comptes.models import OUVERTS, Caisse, Etat, Jeton, Profil, Utilisateur
from portail.etats import Circuit, Transition, TransitionImpossible

PROFILS = (Profil.AGENT, Profil.ADMIN, Profil.DPO)
DROIT = "administrer"


def administrees(acteur: Utilisateur) -> QuerySet[Caisse]:
    return Caisse.objects.filter(pk__in=habilitations.caisses(acteur, DROIT))


def visibles_par(acteur: Utilisateur) -> QuerySet[Utilisateur]:
    """The accounts that work for one of the actor's caisses, with `a_appareil`."""
    appareils = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
    siens = habilitations.personnel_de(habilitations.caisses(acteur, DROIT))
    return siens.filter(profil__in=PROFILS).annotate(a_appareil=Exists(appareils))


def caisses_de(compte: Utilisateur) -> list[Caisse]:
    return habilitations.caisses_par_compte([compte.pk])[compte.pk]


def ailleurs(compte: Utilisateur, acteur: Utilisateur) -> list[Caisse]:
    """The caisses of the account that the actor does not administer."""
    siennes = habilitations.caisses(acteur, DROIT)
    return [caisse for caisse in caisses_de(compte) if caisse.pk not in siennes]


def a_retirer(compte: Utilisateur, acteur: Utilisateur) -> list[Caisse]:
    siennes = habilitations.caisses(acteur, DROIT)
    return [caisse for caisse in caisses_de(compte) if caisse.pk in siennes]


def a_donner(compte: Utilisateur, acteur: Utilisateur) -> list[Caisse]:
    tenues = [caisse.pk for caisse in caisses_de(compte)]
    return list(administrees(acteur).exclude(pk__in=tenues))


def _sans_lien(compte: Utilisateur) -> str | None:
    if activation.peut_servir(compte, Jeton.Usage.ACTIVATION):
        return None
    return "Ce compte est déjà activé : il n’attend pas de lien."


def _sans_appareil(compte: Utilisateur) -> str | None:
    if activation.a_un_appareil(compte):
        return None
    return "Ce compte n’a pas d’application d’authentification : renvoyez-lui son lien."


def _a_droit(acteur: Utilisateur, droit: str, compte: Utilisateur) -> bool:
    siennes = habilitations.caisses(acteur, droit)
    return any(caisse.pk in siennes for caisse in caisses_de(compte))


def _etape(nom: str, libelle: str, *depuis: str, **champs: object) -> Transition:
    return Transition(
        nom=nom,
        libelle=libelle,
        depuis=frozenset(depuis),
        droit=DROIT,
        **champs,  # type: ignore[arg-type]
    )


CIRCUIT = Circuit(
    [
        _etape("renvoyer", "Renvoyer le lien d’activation", *OUVERTS, refus=_sans_lien),
        _etape("donner", "Donner une caisse", *OUVERTS),
        _etape("retirer", "Retirer une caisse", *OUVERTS),
        _etape(
            "reinitialiser",
            "Réinitialiser la double authentification",
            Etat.ACTIF,
            refus=_sans_appareil,
        ),
        _etape("inactiver", "Inactiver le compte", *OUVERTS, vers=Etat.INACTIF),
        _etape("reactiver", "Réactiver le compte", Etat.INACTIF, vers=Etat.ACTIF),
    ],
    a_droit=_a_droit,
)
SUR_SOI = {
    "inactiver": "Vous ne pouvez pas inactiver votre propre compte : demandez-le à un autre "
    "administrateur.",
    "retirer": "Vous ne pouvez pas vous retirer une caisse : demandez-le à un autre "
    "administrateur.",
    "reinitialiser": "Remplacez votre propre application d’authentification depuis « Mon compte ».",
}


def empechement(nom: str, compte: Utilisateur, acteur: Utilisateur) -> str | None:
    """Why this actor cannot take this step on this account, whatever its state."""
    if compte.pk == acteur.pk and nom in SUR_SOI:
        return SUR_SOI[nom]
    if nom == "donner" and not a_donner(compte, acteur):
        return "Ce compte travaille déjà pour toutes vos caisses."
    if nom == "retirer" and len(caisses_de(compte)) == 1:
        return "C’est sa seule caisse : inactivez plutôt le compte."
    autres = ailleurs(compte, acteur) if nom in ("inactiver", "reactiver") else []
    if autres:
        noms = ", ".join(str(caisse) for caisse in autres)
        suite = "retirez-lui plutôt votre caisse." if nom == "inactiver" else "demandez-le-lui."
        return f"Ce compte travaille aussi pour {noms}, que vous n’administrez pas : {suite}"
    return None


def possibles(compte: Utilisateur, acteur: Utilisateur) -> list[Transition]:
    return [
        etape
        for etape in CIRCUIT.possibles(compte, acteur)
        if empechement(etape.nom, compte, acteur) is None
    ]


def exiger(compte: Utilisateur, acteur: Utilisateur, nom: str) -> None:
    """Raises `PermissionDenied`, or `TransitionImpossible` with a French sentence."""
    CIRCUIT.exiger(compte, acteur, nom)
    raison = empechement(nom, compte, acteur)
    if raison is not None:
        raise TransitionImpossible(raison)
