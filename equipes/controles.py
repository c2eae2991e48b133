"""What an account of a partner must be: its address, no double, somebody's account once (H-03)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.utils import timezone

from comptes import habilitations
from comptes.domaines import domaine_de, est_grand_public
from comptes.models import Etat, Partenaire, Profil, Utilisateur
from conventions.quotas import quotas

IDENTITE = ("civilite", "nom", "prenom", "fonction", "telephone", "email")


@dataclass(slots=True)
class Verdict:
    """A row of an import: what is wrong with it, by field; nothing when it may be created."""

    numero: int
    erreurs: dict[str, list[str]] = field(default_factory=dict)

    @property
    def est_valide(self) -> bool:
        return not self.erreurs

    def ajouter(self, champ: str, message: str) -> None:
        self.erreurs.setdefault(champ, []).append(message)


def controler_adresse(partenaire: Partenaire, email: str) -> None:
    """A professional address, within the partner's domains and their sub-domains (H-03).

    Raises `ValidationError` with the key `email`.
    """
    domaine = domaine_de(email)
    if est_grand_public(domaine):
        raise _refus(
            f"« {domaine} » est une messagerie personnelle : indiquez l'adresse professionnelle."
        )
    permis = [permis.lower() for permis in partenaire.domaines_email]
    if not any(domaine == p or domaine.endswith(f".{p}") for p in permis):
        liste = ", ".join(f"@{p}" for p in permis)
        raise _refus(
            f"Cette adresse n'est pas dans un domaine de la structure ({liste}). Corrigez-la, ou "
            "demandez à la caisse d'ajouter le domaine."
            if permis
            else "Aucun domaine d'adresse n'est enregistré pour la structure : demandez à la "
            "caisse de l'ajouter."
        )


def controler_double(
    partenaire: Partenaire, profil: str, email: str, *, sauf: Utilisateur | None = None
) -> None:
    """One account per person, per profile, in a partner (H-01). Raises `ValidationError`."""
    semblables = habilitations.comptes_de(partenaire).filter(profil=profil, email__iexact=email)
    double = semblables.exclude(pk=sauf.pk if sauf else None).first()
    if double is not None:
        raise _refus(_dire_double(double.etat))


def controler_changement(
    compte: Utilisateur, partenaire: Partenaire, changees: Mapping[str, str]
) -> None:
    """What an account would be with these new values; errors by field (H-03, H-08)."""
    futur = Utilisateur(profil=compte.profil, **{n: getattr(compte, n) for n in IDENTITE})
    for nom, valeur in changees.items():
        setattr(futur, nom, valeur)
    futur.clean_fields(exclude={"identifiant", "password"})
    if "email" in changees:
        controler_adresse(partenaire, changees["email"])
        controler_double(partenaire, compte.profil, changees["email"], sauf=compte)


def controler_technicien(partenaire: Partenaire, identite: Mapping[str, Any]) -> None:
    """What only the partner tells of a technicien to create; errors by field."""
    controler_adresse(partenaire, identite["email"])
    controler_double(partenaire, Profil.TECHNICIEN, identite["email"])
    if not identite.get("statut"):
        raise ValidationError({"statut": "Dites si la personne est salariée ou bénévole."})


def examiner(partenaire: Partenaire, lignes: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    """One verdict per row, reading only: fields, domain, doubles, then the quota (H-03, H-07)."""
    siens = habilitations.comptes_de(partenaire).filter(profil=Profil.TECHNICIEN)
    etats = dict(siens.values_list(Lower("email"), "etat"))
    reste = quotas(partenaire, timezone.localdate())[Profil.TECHNICIEN].reste
    vues: dict[str, int] = {}
    verdicts = [
        _examiner(partenaire, numero, ligne, etats, vues) for numero, ligne in enumerate(lignes, 1)
    ]
    if reste is not None and len(lignes) > reste:
        for verdict in verdicts[reste:]:
            verdict.ajouter("__all__", _hors_quota(reste))
    return verdicts


def _examiner(
    partenaire: Partenaire,
    numero: int,
    ligne: Mapping[str, Any],
    etats: Mapping[str, str],
    vues: dict[str, int],
) -> Verdict:
    verdict = Verdict(numero)
    email = str(ligne.get("email", "")).lower()
    for champ, messages in _champs(ligne).items():
        for message in messages:
            verdict.ajouter(champ, message)
    if "email" not in verdict.erreurs:
        try:
            controler_adresse(partenaire, email)
        except ValidationError as erreur:
            verdict.ajouter("email", erreur.message_dict["email"][0])
    if email in vues:
        verdict.ajouter("email", f"Cette adresse figure déjà à la ligne {vues[email]}.")
    elif email in etats:
        verdict.ajouter("email", _dire_double(etats[email]))
    vues.setdefault(email, numero)
    return verdict


def _champs(ligne: Mapping[str, Any]) -> dict[str, list[str]]:
    """What the columns themselves refuse."""
    compte = Utilisateur(profil=Profil.TECHNICIEN, **ligne)
    hors_ligne = {"identifiant", "password", "responsable"}
    erreurs: dict[str, list[str]] = {}
    try:
        compte.clean_fields(exclude=hors_ligne)
    except ValidationError as erreur:
        erreurs = erreur.message_dict
    if not compte.statut:
        erreurs["statut"] = ["Dites si la personne est salariée ou bénévole."]
    return erreurs


def _hors_quota(reste: int) -> str:
    places = "1 place" if reste == 1 else f"{reste} places"
    libres = f"il ne reste que {places}" if reste else "toutes les places sont prises"
    return f"Cette ligne dépasse le nombre de techniciens permis : {libres}."


def _dire_double(etat: str) -> str:
    if etat == Etat.INACTIF:
        return "Un compte inactif porte cette adresse : réactivez-le plutôt."
    return "Cette personne a déjà un compte de ce profil dans la structure."


def _refus(message: str) -> ValidationError:
    return ValidationError({"email": message})
