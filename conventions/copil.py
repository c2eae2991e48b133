"""Where the comité de pilotage of a convention stands on a day: due, planned, late (C-09)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from comptes.models import Utilisateur
from conventions.contextes.mots import en_toutes_lettres
from conventions.dates import PREMIER_RAPPEL, apres_mois, echeance_copil, rappel_copil
from conventions.etats import COPIL, REUNIONS, VIVANTES
from conventions.frise import Repere
from conventions.models import CaisseLiee, Convention, Reunion
from conventions.reste import Geste, Tache

BIENTOT = timedelta(days=PREMIER_RAPPEL)
PROCHE = timedelta(days=7)
UN_JOUR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Situation:
    """What `jour` knows. `echeance`: the last day to meet, none when the convention ends before
    it; `prevue`: the day of the planned meeting, even passed and never recorded."""

    jour: date
    echeance: date | None
    prevue: date | None

    @property
    def a_venir(self) -> date | None:
        """The planned day, as long as it has not passed."""
        return self.prevue if self.prevue and self.prevue >= self.jour else None

    @property
    def est_en_retard(self) -> bool:
        return self.echeance is not None and self.echeance < self.jour

    @property
    def est_attendue(self) -> bool:
        """A date is to be agreed upon: due within sixty days or late, and none is planned."""
        proche = self.echeance is not None and self.echeance <= self.jour + BIENTOT
        return proche and not self.a_venir

    @property
    def genre(self) -> str:
        """How pressing it is, as the badges of the portal say it."""
        if not self.est_attendue:
            return "normal"
        return "retard" if self.est_en_retard else "proche"

    @property
    def phrase(self) -> str:
        if self.a_venir:
            return f"prévu le {en_toutes_lettres(self.a_venir)}, {_dans(self.a_venir, self.jour)}"
        if self.echeance is None:
            return ""
        limite = f"à tenir au plus tard le {en_toutes_lettres(self.echeance)}"
        if self.est_en_retard:
            return f"en retard de {_jours(self.jour - self.echeance)}, {limite}"
        return f"{limite}, {_dans(self.echeance, self.jour)}"

    @property
    def rappel(self) -> tuple[str, date, str] | None:
        """The last reminder due: its message, the day it is about, its name."""
        if self.a_venir:
            return ("copil_proche", self.a_venir, "j7") if self.est_proche(self.a_venir) else None
        nom = rappel_copil(self.echeance, self.jour) if self.echeance else ""
        if self.echeance is None or not nom:
            return None
        return "copil_en_retard" if self.est_en_retard else "copil_a_prevoir", self.echeance, nom

    def est_proche(self, quand: date) -> bool:
        return self.jour <= quand <= self.jour + PROCHE


def situer(
    convention: Convention, *, dernier: date | None, prevue: date | None, jour: date
) -> Situation:
    """From the day of the last meeting held and the day of the planned one."""
    effet, fin = convention.date_effet, convention.date_fin
    if effet is None or convention.etat not in VIVANTES:
        return Situation(jour, None, None)
    echeance = echeance_copil(effet, dernier)
    return Situation(jour, None if fin and fin < echeance else echeance, prevue)


def a_suivre(jour: date) -> QuerySet[Any]:
    """The living conventions that may need a word on that day, by primary key.

    With `copil_tenu` and `copil_prevu`, the days that `situer` asks for.
    """
    reunions = Reunion.objects.filter(convention=OuterRef("pk"))
    tenues = reunions.filter(etat=Reunion.Etat.TENUE).order_by("-jour")
    prevues = reunions.filter(etat=Reunion.Etat.PREVUE)
    # One day more than the calendar says: 29 February has its anniversary on the 28th.
    limite = apres_mois(jour + BIENTOT, -12) + UN_JOUR
    return (
        Convention.objects.filter(
            Q(date_fin__isnull=True) | Q(date_fin__gte=jour), etat__in=VIVANTES
        )
        .annotate(
            copil_tenu=Subquery(tenues.values("jour")[:1]),
            copil_prevu=Subquery(prevues.values("jour")[:1]),
        )
        .filter(
            Q(date_effet__lte=limite) & (Q(copil_tenu__isnull=True) | Q(copil_tenu__lte=limite))
            | Q(copil_prevu__range=(jour, jour + PROCHE))
        )
        .order_by("pk")
    )


def situation(convention: Any, jour: date) -> Situation:
    """Of a convention that `a_suivre` gave."""
    return situer(
        convention, dernier=convention.copil_tenu, prevue=convention.copil_prevu, jour=jour
    )


def attendus(caisses: Collection[int], jour: date) -> list[tuple[Convention, Situation]]:
    """The conventions of these caisses that wait for a date, the first due first."""
    liens = CaisseLiee.objects.ouverts(jour).filter(caisse__in=caisses)
    suivies = a_suivre(jour).filter(pk__in=liens.values("convention"))
    situees = [(convention, situation(convention, jour)) for convention in suivies]
    attendues = [ligne for ligne in situees if ligne[1].est_attendue]
    return sorted(attendues, key=lambda ligne: (ligne[1].echeance or jour, ligne[0].intitule))


def composer(convention: Convention, acteur: Utilisateur, jour: date) -> dict[str, Any]:
    """The section of the convention's page; who may only read gets no gesture."""
    reunions = list(convention.reunions.select_related("compte_rendu", "enregistree_par"))
    tenues = [reunion for reunion in reunions if reunion.est_tenue]
    prevue = next((reunion for reunion in reunions if not reunion.est_tenue), None)
    situee = situer(
        convention,
        dernier=tenues[0].jour if tenues else None,
        prevue=prevue.jour if prevue else None,
        jour=jour,
    )
    for reunion in reunions:
        reunion.convention = convention  # its links are read once
    return {
        "situation": situee,
        "gestes": COPIL.possibles(convention, acteur),
        "prevue": prevue and (prevue, _gestes(prevue, acteur, jour)),
        "tenues": [(reunion, _gestes(reunion, acteur, jour)) for reunion in tenues],
        "reperes": list(_reperes(reunions, situee)),
    }


def taches(comite: dict[str, Any]) -> list[Tache]:
    """What remains to be done of it, for a caisse that may do it."""
    situee = comite["situation"]
    if not (comite["gestes"] and situee.est_attendue):
        return []
    texte = situee.phrase[:1].upper() + situee.phrase[1:] + "."
    geste = Geste("Aller au comité de pilotage", "#copil")
    return [Tache("Réunir le comité de pilotage", texte, gestes=[geste])]


def _gestes(reunion: Reunion, acteur: Utilisateur, jour: date) -> list[Any]:
    """Nobody says of a day to come that the meeting took place."""
    permis = REUNIONS.possibles(reunion, acteur)
    return [geste for geste in permis if geste.nom != "tenir" or reunion.jour <= jour]


def _reperes(reunions: list[Reunion], situee: Situation) -> Iterator[Repere]:
    """The same dates in the timeline of the convention."""
    for reunion in reunions:
        if reunion.est_tenue:
            yield Repere(reunion.jour, "Comité de pilotage")
    if situee.a_venir:
        yield Repere(situee.a_venir, "Comité de pilotage prévu")
    elif situee.echeance:
        manque = "Aucune réunion n’est enregistrée à ce jour." if situee.est_en_retard else ""
        yield Repere(situee.echeance, "Date limite du comité de pilotage", manque)


def _dans(quand: date, jour: date) -> str:
    ecart = quand - jour
    if not ecart:
        return "aujourd’hui"
    return "demain" if ecart == UN_JOUR else f"dans {_jours(ecart)}"


def _jours(ecart: timedelta) -> str:
    return f"{ecart.days}\u00a0jour{'s' if ecart.days > 1 else ''}"
