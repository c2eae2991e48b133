"""The deadlines that are late, or about to be, for the admins of their caisses (D-14, H-02, G-02).

Requests, demarches and breaches together, without the name of any insured person.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import (
    DurationField,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat, Replace

from comptes import absences
from comptes.models import Utilisateur
from echeances.delais import ECHU
from echeances.models import COURT, Echeance
from echeances.natures import Nature
from equipes.models import Demarche
from portail.calendrier import jour_civil
from signalements import releve
from signalements.etats import OUVERTS
from signalements.horloges import en_mots
from signalements.listes import COMPTE_MAX, Compte, compte_a_rebours
from violations.models import Violation

VUES = {"retard": "En retard", "proche": "Bientôt en retard"}
COLONNES = (
    "nature",
    "echeance_le",
    "suspendue_le",
    "caisse",
    "caisse__nom",
    "partenaire__nom",
    "demande__reference",
    "demande__agent",
    "demande__agent__prenom",
    "demande__agent__nom",
    "demarche__identifiant",
    "demarche__nature",
    "violation__identifiant",
    "violation__cote",
)
# What tells the rows apart in a cursor: the object, and which of its deadlines.
REFERENCE = Concat(
    Coalesce(
        Cast("demande__reference", TextField()),
        Cast("demarche__identifiant", TextField()),
        Cast("violation__identifiant", TextField()),
    ),
    Value("-"),
    Replace("nature", Value("_"), Value("-")),
    output_field=TextField(),
)


class _DernierSeuil(Func):
    """The last alert step of a deadline before it is due, NULL without any."""

    template = "(SELECT MAX(seuil) FROM UNNEST(%(expressions)s) seuil)"
    output_field = IntegerField()


_RESTE = ExpressionWrapper(
    F("duree") * (ECHU - _DernierSeuil("seuils")) / ECHU, output_field=DurationField()
)


def parts(caisses: Collection[int], vue: str, maintenant: datetime) -> list[Q]:
    """The rows of a view, as disjoint sets that each have an index: see `portail.pagination`."""
    if vue == "retard":
        return [Q(caisse=caisse) for caisse in sorted(caisses)]
    return [
        part
        for caisse in sorted(caisses)
        for part in (
            Q(
                demande__caisse=caisse,
                demande__etat__in=sorted(OUVERTS),
                demande__bientot_le__lte=maintenant,
            ),
            Q(demarche__caisse=caisse, demarche__etat=Demarche.Etat.DEPOSEE),
            Q(violation__caisse=caisse, violation__etat=Violation.Etat.DECLAREE),
        )
    ]


def lignes(caisses: Collection[int], vue: str, maintenant: datetime) -> QuerySet[Any, Any]:
    """The rows of a view, as plain values: to be given to `presenter` once cut in pages."""
    choisies = _choisies(caisses, vue, maintenant).annotate(reference=REFERENCE)
    return choisies.values(*COLONNES, "reference")


def compter(acteur: Utilisateur, caisses: Collection[int], maintenant: datetime) -> dict[str, int]:
    """How many rows each view holds, a thousand at most, in one query."""
    ensembles = {
        f"{vue}_{rang}": _choisies(caisses, vue, maintenant).filter(part)
        for vue in VUES
        for rang, part in enumerate(parts(caisses, vue, maintenant))
    }
    comptes = {
        nom: Compte(ensemble.order_by().values("pk")[:COMPTE_MAX])
        for nom, ensemble in ensembles.items()
    }
    trouves = Utilisateur.objects.filter(pk=acteur.pk).order_by().values(**comptes).get()
    return {
        vue: min(sum(n for nom, n in trouves.items() if nom.startswith(vue)), COMPTE_MAX)
        for vue in VUES
    }


def presenter(
    lues: Sequence[dict[str, Any]], caisses: Collection[int], maintenant: datetime
) -> list[dict[str, Any]]:
    """Rows ready to print, with who follows each and who stands in: one query more."""
    absents = absences.relais(caisses, jour_civil(maintenant))
    return [_presenter(ligne, absents, maintenant) for ligne in lues]


def _choisies(caisses: Collection[int], vue: str, maintenant: datetime) -> QuerySet[Echeance]:
    siennes = Echeance.objects.filter(caisse__in=sorted(caisses))
    if vue == "retard":
        return siennes.en_retard()
    return siennes.filter(
        COURT,
        depassee_le__isnull=True,
        echeance_le__gte=maintenant,
        echeance_le__lte=maintenant + _RESTE,
    )


def _presenter(
    ligne: dict[str, Any], absents: absences.TousLesRelais, maintenant: datetime
) -> dict[str, Any]:
    agent, echeance_le = ligne["demande__agent"], ligne["echeance_le"]
    genre, texte = compte_a_rebours(echeance_le, maintenant, maintenant)
    if ligne["suspendue_le"]:
        texte = f"{texte}, en attente du partenaire"
    return {
        "reference": ligne["demande__reference"],
        "demarche": ligne["demarche__identifiant"],
        "violation": ligne["violation__identifiant"],
        "objet": Demarche.Nature(ligne["demarche__nature"]).label
        if ligne["demarche__nature"]
        else "",
        "caisse": ligne["caisse__nom"],
        "partenaire": ligne["partenaire__nom"],
        "delai": Nature(ligne["nature"]).label,
        "quand": en_mots(echeance_le, maintenant),
        "genre": genre,
        "texte": texte,
        "suivie_par": _suivie_par(ligne),
        "absence": releve.decrire(absents, agent, ligne["caisse"]) if agent else "",
    }


def _suivie_par(ligne: dict[str, Any]) -> str:
    if ligne["demande__agent"]:
        return f"{ligne['demande__agent__prenom']} {ligne['demande__agent__nom']}"
    if ligne["demarche__identifiant"]:
        return "Administrateurs"
    if ligne["violation__identifiant"]:
        attendue = ligne["violation__cote"] == Violation.Cote.PARTENAIRE
        return "Délégué à la protection des données" if attendue else "Gestionnaires du partenaire"
    return "Non attribuée"
