"""Passwords: which are accepted, and how long one lasts (H-04)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import (
    DateTimeField,
    DurationField,
    Expression,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from comptes import divulgues, robustesse
from comptes.models import Caisse, DroitCaisse, Etat, Partenaire, Utilisateur

MINIMUM, MAXIMUM = 12, 128
SCORE_MINIMAL = 3
JOURS = 365
ANNONCE = timedelta(days=15)
IDENTIQUE = "Choisissez un mot de passe différent du précédent."
REGLES = (
    f"entre {MINIMUM} et {MAXIMUM} caractères ; tous sont admis, espaces compris",
    "difficile à deviner : ni votre nom, ni un mot seul, ni une suite de touches ou de chiffres",
    "absent des listes de mots de passe divulgués sur internet",
)
_DE_L_APPLICATION = ("Espace Partenaires", "assurance maladie", "ameli", "cpam")
_ECHEANCE = "mot_de_passe_expire_le"


def _duree_par_defaut() -> Expression:
    return Value(JOURS)


# Days a password lasts for the account `OuterRef("pk")` of a partner, when no caisse tells: the
# storey that knows which caisses concern a partner puts its own function here.
DUREE: Callable[[], Expression] = _duree_par_defaut


@dataclass(frozen=True, slots=True)
class Examen:
    """What the rules say of a password, one answer for each line of `REGLES`."""

    longueur: bool
    robuste: bool
    inconnu: bool
    score: int
    conseil: str

    @property
    def admis(self) -> bool:
        return self.longueur and self.robuste and self.inconnu

    @property
    def regles(self) -> list[tuple[str, bool]]:
        """Each rule as the screen tells it, and whether it is kept."""
        return list(zip(REGLES, (self.longueur, self.robuste, self.inconnu), strict=True))


class Regles:
    """The one entry of AUTH_PASSWORD_VALIDATORS."""

    def validate(self, password: str, user: Any = None) -> None:
        examen = examiner(password, user)
        if not examen.longueur:
            raise ValidationError(_longueur(password), code="longueur")
        if not examen.inconnu:
            raise ValidationError(
                "Ce mot de passe figure dans une liste de mots de passe divulgués : "
                "choisissez-en un autre.",
                code="divulgue",
            )
        if not examen.robuste:
            raise ValidationError(
                f"Ce mot de passe est trop facile à deviner. {examen.conseil}", code="faible"
            )

    def get_help_text(self) -> str:
        return " ; ".join(REGLES)


def examiner(mot_de_passe: str, compte: Utilisateur | None = None) -> Examen:
    """Hold a password against the rules; nothing of it is kept."""
    note = robustesse.noter(mot_de_passe[:MAXIMUM], _sur_la_personne(compte))
    return Examen(
        longueur=MINIMUM <= len(mot_de_passe) <= MAXIMUM,
        robuste=note.score >= SCORE_MINIMAL,
        inconnu=not divulgues.est_divulgue(mot_de_passe[:MAXIMUM]),
        score=note.score,
        conseil=note.conseil,
    )


def a_montrer(examen: Examen | None = None) -> dict[str, Any]:
    """What `comptes/_regles_mot_de_passe.html` reads; without examination, the rules alone."""
    return {"examen": examen, "regles": examen.regles if examen else [(r, None) for r in REGLES]}


def valider(mot_de_passe: str, compte: Utilisateur) -> None:
    """Raise `ValidationError`, a French sentence that says what to do."""
    validate_password(mot_de_passe, compte)


def expire_le(compte: Utilisateur) -> datetime | None:
    """When the password must be changed; None while none was chosen."""
    echeances = avec_echeance(Utilisateur.objects.filter(pk=compte.pk))
    return echeances.values_list("expire_le", flat=True).first()


def avec_echeance(comptes: QuerySet[Utilisateur]) -> QuerySet[Utilisateur]:
    """The same accounts, with `expire_le`: the shortest duration of the caisses concerned."""
    siennes = DroitCaisse.objects.filter(user=OuterRef("pk")).order_by().values("user")
    courte = siennes.annotate(jours=Min("content_object__mot_de_passe_jours")).values("jours")
    jours = Coalesce(Subquery(courte), DUREE(), Value(JOURS))
    duree = ExpressionWrapper(jours * Value(timedelta(days=1)), DurationField())
    return comptes.annotate(
        expire_le=ExpressionWrapper(F("mot_de_passe_le") + duree, DateTimeField())
    )


def a_prevenir(maintenant: datetime) -> QuerySet[Utilisateur]:
    """Active accounts whose password ends within 15 days; `expire_le` tells when.

    The durations in use bound the days to look at, so that the index answers.
    """
    bornes = Caisse.objects.aggregate(
        courte=Min("mot_de_passe_jours"), longue=Max("mot_de_passe_jours")
    )
    courte = timedelta(days=min(bornes["courte"] or JOURS, JOURS))
    longue = timedelta(days=max(bornes["longue"] or JOURS, JOURS))
    proches = Utilisateur.objects.filter(
        etat=Etat.ACTIF,
        mot_de_passe_le__gt=maintenant - longue,
        mot_de_passe_le__lte=maintenant + ANNONCE - courte,
    )
    return avec_echeance(proches).filter(
        expire_le__gt=maintenant, expire_le__lte=maintenant + ANNONCE
    )


def noter_echeance(request: HttpRequest, compte: Utilisateur) -> None:
    """Keep in the session when the password ends, so that no page has to ask again."""
    echeance = expire_le(compte)
    request.session[_ECHEANCE] = echeance.timestamp() if echeance else None


def est_expire(request: HttpRequest, maintenant: datetime) -> bool:
    """Must another password be chosen before anything else?"""
    echeance = request.session.get(_ECHEANCE)
    return echeance is not None and echeance <= maintenant.timestamp()


def annonce(request: HttpRequest, maintenant: datetime) -> datetime | None:
    """When the password ends, in the 15 days before; None otherwise."""
    echeance = request.session.get(_ECHEANCE)
    if echeance is None:
        return None
    if not 0 < echeance - maintenant.timestamp() <= ANNONCE.total_seconds():
        return None
    return datetime.fromtimestamp(echeance, tz=maintenant.tzinfo)


def _longueur(mot_de_passe: str) -> str:
    nombre = len(mot_de_passe)
    if nombre < MINIMUM:
        return f"Ce mot de passe compte {nombre} caractères : il en faut au moins {MINIMUM}."
    return f"Ce mot de passe compte {nombre} caractères, pour {MAXIMUM} au maximum."


def _sur_la_personne(compte: Utilisateur | None) -> list[str]:
    if compte is None:
        return list(_DE_L_APPLICATION)
    lui = [compte.identifiant, compte.nom, compte.prenom, compte.email, compte.fonction]
    lui += [f"{compte.prenom}{compte.nom}", f"{compte.nom}{compte.prenom}", compte.telephone]
    for modele, lien in ((Partenaire, "droitpartenaire"), (Caisse, "droitcaisse")):
        tenants = modele._default_manager.filter(**{f"{lien}__user": compte.pk})
        lui += [texte for ligne in tenants.values_list("nom", "code") for texte in ligne]
    return [*_DE_L_APPLICATION, *lui]
