"""What a partner asks of a caisse about its gestionnaires, and the answer (H-02, H-08, H-09)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from comptes import activation, habilitations, journal
from comptes.actions import cycle
from comptes.models import Caisse, Etat, Jeton, Partenaire, Profil, Utilisateur
from conventions.offre import est_lie
from conventions.quotas import exiger_place
from echeances import actions as echeances
from echeances import natures
from equipes.actions import annonces
from equipes.actions.verrous import Acteur, exiger_etape, exiger_geste
from equipes.controles import (
    IDENTITE,
    controler_adresse,
    controler_changement,
    controler_double,
)
from equipes.dates import inactivable_des
from equipes.models import Demarche
from portail.calendrier import jours_ouvres
from portail.etats import TransitionImpossible

MODIFIABLES = ("nom", "fonction", "telephone", "email")

Nature = Demarche.Nature


@transaction.atomic
def demander_habilitation(
    partenaire: Partenaire, caisse: Caisse, donnees: Mapping[str, Any], *, acteur: Acteur
) -> Demarche:
    """Ask the caisse for a gestionnaire's account (H-02).

    By a gestionnaire of the partner, or keyed in by an admin of the caisse when there is none.
    Raises `ValidationError` by field, `TransitionImpossible` without a convention d'utilisation
    in force between the two, `PermissionDenied`.
    """
    partenaire = Partenaire.objects.select_for_update().get(pk=partenaire.pk)
    demandeur = _demandeur(partenaire, caisse, acteur)
    _exiger_lien(caisse, partenaire)
    identite = {nom: str(donnees.get(nom, "")).strip() for nom in IDENTITE}
    _controler(partenaire, Profil.GESTIONNAIRE, identite)
    controler_double(partenaire, Profil.GESTIONNAIRE, identite["email"])
    pareilles = Demarche.objects.a_traiter().filter(
        partenaire=partenaire, nature=Nature.HABILITATION
    )
    if pareilles.filter(donnees__email__iexact=identite["email"]).exists():
        raise ValidationError(
            {"email": "Une demande d'habilitation est déjà en cours pour cette adresse."}
        )
    return _deposer(
        Nature.HABILITATION, caisse, partenaire, acteur, demandee_par=demandeur, donnees=identite
    )


@transaction.atomic
def demander_modification(
    compte: Utilisateur, caisse: Caisse, donnees: Mapping[str, Any], *, acteur: Acteur
) -> Demarche:
    """Ask for another phone number, address, function or name of a gestionnaire (H-08).

    Raises `ValidationError` by field, `TransitionImpossible`, `PermissionDenied`.
    """
    compte, partenaire = exiger_geste(compte, acteur, "demander_modification")
    _exiger_lien(caisse, partenaire)
    _exiger_seule(compte, Nature.MODIFICATION)
    if interdits := sorted(set(donnees) - set(MODIFIABLES)):
        raise ValidationError(f"Ces informations ne se modifient pas : {', '.join(interdits)}.")
    changees = {
        n: str(v).strip() for n, v in donnees.items() if str(v).strip() != getattr(compte, n)
    }
    if not changees:
        raise ValidationError("Rien n'est changé : indiquez au moins une nouvelle valeur.")
    controler_changement(compte, partenaire, changees)
    demarche = _deposer(
        Nature.MODIFICATION, caisse, partenaire, acteur, compte=compte, donnees=changees
    )
    annonces.modification_demandee(demarche, acteur)
    return demarche


@transaction.atomic
def demander_inactivation(
    compte: Utilisateur,
    caisse: Caisse,
    *,
    date_voulue: date,
    repreneur: Utilisateur | None = None,
    acteur: Acteur,
) -> Demarche:
    """Ask for the end of a gestionnaire's account, at least 15 days ahead (H-09).

    `date_voulue` is the last day; `repreneur` takes the techniciens over (H-10). Raises
    `ValidationError` by field, `DernierGestionnaire`, `TransitionImpossible`, `PermissionDenied`.
    """
    compte, partenaire = exiger_geste(compte, acteur, "demander_inactivation")
    _exiger_lien(caisse, partenaire)
    _exiger_seule(compte, Nature.INACTIVATION)
    exiger_remplacant(compte, partenaire)
    au_plus_tot = inactivable_des(timezone.localdate())
    if date_voulue < au_plus_tot:
        raise ValidationError(
            {
                "date_voulue": "La caisse doit être prévenue au moins 15 jours à l'avance : "
                f"choisissez le {au_plus_tot:%d/%m/%Y} ou une date plus tardive."
            }
        )
    if repreneur and not _restants(compte, partenaire).filter(pk=repreneur.pk).exists():
        raise ValidationError(
            {"repreneur": "Choisissez un autre gestionnaire actif de la structure."}
        )
    return _deposer(
        Nature.INACTIVATION,
        caisse,
        partenaire,
        acteur,
        compte=compte,
        date_voulue=date_voulue,
        repreneur=repreneur,
    )


@transaction.atomic
def accepter(demarche: Demarche, *, acteur: Acteur) -> Demarche:
    """Do what was asked: open the account, change it, or plan its end.

    Everything is checked again, since it was asked: quota, domains, the last gestionnaire. Raises
    `QuotaAtteint`, `ValidationError`, `DernierGestionnaire`, `TransitionImpossible`,
    `PermissionDenied`.
    """
    demarche = exiger_etape(demarche, acteur, "accepter")
    _exiger_lien(demarche.caisse, demarche.partenaire)
    {
        Nature.HABILITATION: _habiliter,
        Nature.MODIFICATION: _modifier,
        Nature.INACTIVATION: _planifier,
    }[Nature(demarche.nature)](demarche, acteur)
    return _clore(demarche, Demarche.Etat.ACCEPTEE, acteur)


@transaction.atomic
def refuser(demarche: Demarche, *, motif: str, acteur: Acteur) -> Demarche:
    """Say no, and why. Raises `ValidationError` without a reason, `TransitionImpossible`,
    `PermissionDenied`."""
    demarche = exiger_etape(demarche, acteur, "refuser")
    demarche.motif_refus = motif.strip()
    if not demarche.motif_refus:
        raise ValidationError({"motif": "Dites pourquoi, pour que le partenaire puisse corriger."})
    return _clore(demarche, Demarche.Etat.REFUSEE, acteur)


@transaction.atomic
def retirer_demarche(demarche: Demarche, *, acteur: Acteur) -> Demarche:
    """Take it back before it is handled. Raises `TransitionImpossible`, `PermissionDenied`."""
    demarche = exiger_etape(demarche, acteur, "retirer")
    return _clore(demarche, Demarche.Etat.RETIREE, acteur)


def exiger_remplacant(compte: Utilisateur, partenaire: Partenaire) -> None:
    """Raise `DernierGestionnaire` unless another active one stays (H-09).

    An invited one does not count, nor does one whose own end is planned; the caller holds the
    partner locked.
    """
    if not _restants(compte, partenaire).exists():
        raise cycle.DernierGestionnaire


def _restants(compte: Utilisateur, partenaire: Partenaire) -> Any:
    actifs = habilitations.titulaires(partenaire, "gerer")
    return actifs.filter(dernier_jour=None).exclude(pk=compte.pk)


def _habiliter(demarche: Demarche, acteur: Acteur) -> None:
    partenaire = exiger_place(demarche.partenaire, Profil.GESTIONNAIRE, jour=timezone.localdate())
    _controler(partenaire, Profil.GESTIONNAIRE, demarche.donnees)
    controler_double(partenaire, Profil.GESTIONNAIRE, demarche.donnees["email"])
    demarche.compte = cycle.inviter(
        profil=Profil.GESTIONNAIRE, tenant=partenaire, acteur=acteur, **demarche.donnees
    )


def _modifier(demarche: Demarche, acteur: Acteur) -> None:
    compte = Utilisateur.objects.select_for_update().get(pk=_compte(demarche).pk)
    if not set(demarche.donnees) <= set(MODIFIABLES) or compte.etat not in (
        Etat.INVITE,
        Etat.ACTIF,
    ):
        raise TransitionImpossible("Ce compte n'est plus ouvert : la modification est sans objet.")
    controler_changement(compte, demarche.partenaire, demarche.donnees)
    for nom, valeur in demarche.donnees.items():
        setattr(compte, nom, valeur)
    compte.save(update_fields=list(demarche.donnees))
    if "email" in demarche.donnees:
        _renvoyer_les_liens(compte, acteur)
    compte.partenaire_id = demarche.partenaire_id
    champs = ",".join(sorted(demarche.donnees))
    journal.tracer(acteur, journal.Action.CHANGEMENT, compte, champs=champs)


def _renvoyer_les_liens(compte: Utilisateur, acteur: Acteur) -> None:
    """What went to the former address, nobody's or somebody else's, opens nothing any more."""
    activation.annuler(compte, Jeton.Usage.MOT_DE_PASSE, maintenant=timezone.now())
    if activation.peut_servir(compte, Jeton.Usage.ACTIVATION):
        activation.envoyer_lien(compte, Jeton.Usage.ACTIVATION, acteur=acteur)


def _planifier(demarche: Demarche, acteur: Acteur) -> None:
    compte = Utilisateur.objects.select_for_update().get(pk=_compte(demarche).pk)
    if compte.etat != Etat.ACTIF:
        raise TransitionImpossible("Ce compte n'est plus actif : la démarche est sans objet.")
    exiger_remplacant(compte, demarche.partenaire)
    compte.dernier_jour = demarche.date_voulue
    compte.save(update_fields=["dernier_jour"])
    compte.partenaire_id = demarche.partenaire_id
    journal.tracer(acteur, journal.Action.CHANGEMENT, compte, dernier_jour=str(compte.dernier_jour))


def _compte(demarche: Demarche) -> Utilisateur:
    if demarche.compte is None:
        raise TransitionImpossible("Cette démarche ne désigne aucun compte.")
    return demarche.compte


def _demandeur(partenaire: Partenaire, caisse: Caisse, acteur: Acteur) -> Acteur:
    """Whose request it is: the partner's gestionnaire; None when the caisse keys it in."""
    if acteur is None or partenaire.pk in habilitations.partenaires(acteur, "gerer"):
        return acteur
    if caisse.pk not in habilitations.caisses(acteur, "administrer"):
        raise PermissionDenied
    if habilitations.titulaires(partenaire, "gerer").exists():
        raise TransitionImpossible(
            "Ce partenaire a un gestionnaire actif : c'est à lui de demander l'habilitation."
        )
    return None


def _exiger_lien(caisse: Caisse, partenaire: Partenaire) -> None:
    if not est_lie(caisse, partenaire, timezone.localdate()):
        raise TransitionImpossible(
            "Aucune convention d'utilisation signée n'est en vigueur entre cette caisse et ce "
            "partenaire."
        )


def _exiger_seule(compte: Utilisateur, nature: str) -> None:
    if Demarche.objects.a_traiter().filter(compte=compte, nature=nature).exists():
        raise TransitionImpossible("Une démarche de ce type est déjà en cours pour ce compte.")


def _controler(partenaire: Partenaire, profil: str, identite: Mapping[str, Any]) -> None:
    """Every field of H-02 is asked for; the address is the partner's."""
    vides = [nom for nom in IDENTITE if not identite.get(nom)]
    if vides:
        raise ValidationError(dict.fromkeys(vides, "Remplissez ce champ."))
    compte = Utilisateur(profil=profil, **identite)
    compte.clean_fields(exclude={"identifiant", "password"})
    controler_adresse(partenaire, identite["email"])


def _deposer(
    nature: str,
    caisse: Caisse,
    partenaire: Partenaire,
    acteur: Acteur,
    **champs: Any,
) -> Demarche:
    """Keep it, with its deadline in working days of the caisse (H-02), and tell the admins."""
    maintenant = timezone.now()
    demarche = Demarche.objects.create(
        nature=nature,
        caisse=caisse,
        partenaire=partenaire,
        demandee_le=maintenant,
        echeance_le=jours_ouvres(maintenant, natures.JOURS_OUVRES_HABILITATION, caisse.departement),
        **{"demandee_par": acteur, **champs},
    )
    echeances.demarrer(demarche, natures.Nature.HABILITATION_5JO, quand=maintenant)
    journal.tracer(acteur, journal.Action.CREATION, demarche, nature=nature)
    annonces.demarche_deposee(demarche)
    return demarche


def _clore(demarche: Demarche, etat: str, acteur: Acteur) -> Demarche:
    maintenant = timezone.now()
    demarche.etat, demarche.traitee_par, demarche.traitee_le = etat, acteur, maintenant
    echeances.achever(demarche, [natures.Nature.HABILITATION_5JO], quand=maintenant)
    demarche.save(update_fields=["etat", "traitee_par", "traitee_le", "motif_refus", "compte"])
    journal.tracer(acteur, journal.Action.CHANGEMENT, demarche, etat=etat)
    if etat != Demarche.Etat.RETIREE:
        annonces.demarche_traitee(demarche)
    return demarche
