"""The data breaches, declared and followed through the forms of the screens (G-02)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from comptes.models import Caisse, Partenaire
from demonstration.recit import Constat, Pas
from demonstration.rejeu import Fait, Rejeu, au_moment, jouer, valider
from demonstration.scenarios import VIOLATIONS
from violations import actions
from violations.forms import FormulaireCloture, FormulaireComplement, FormulaireDeclaration
from violations.models import Violation

FORMULAIRES = {"completer": FormulaireComplement, "clore": FormulaireCloture}


def installer(maintenant: datetime) -> None:
    """Tell them all, the late ones marked on the way. Raises `ScenarioInvalide`."""
    jouer(_faits(Rejeu(maintenant)), maintenant)


def sont_presentes() -> bool:
    return Violation.objects.filter(declaree_par__identifiant=VIOLATIONS[0].auteur).exists()


def _faits(rejeu: Rejeu) -> Iterator[Fait]:
    for constat in VIOLATIONS:
        constate_le, declare_le, *suite = constat.instants(rejeu.maintenant)
        vie = _Vie(rejeu, constat)
        yield declare_le, _Declaration(vie, constate_le)
        for instant, pas in zip(suite, constat.suite, strict=True):
            yield instant, _Suite(vie, pas)


@dataclass
class _Vie:
    """Where the story of a breach stands: its row, once declared."""

    rejeu: Rejeu
    constat: Constat
    violation: Violation = field(init=False)


@dataclass(frozen=True)
class _Declaration:
    """Somebody fills in the form, and sends it."""

    vie: _Vie
    constate_le: datetime

    @property
    def nom(self) -> str:
        return f"breach {self.vie.constat.graine}"

    def __call__(self, instant: datetime) -> None:
        constat, constate_le = self.vie.constat, timezone.localtime(self.constate_le)
        saisie = {
            **constat.reponses,
            "constatee_le": f"{constate_le:%d/%m/%Y}",
            "heure": f"{constate_le:%H:%M}",
        }
        with au_moment(instant):
            formulaire = FormulaireDeclaration(_postees(saisie))
            valider(formulaire)
            self.vie.violation = actions.declarer(
                Caisse.objects.get(code=constat.caisse),
                Partenaire.objects.get(code=constat.partenaire),
                formulaire.donnees(),
                acteur=self.vie.rejeu.acteur(constat.auteur),
            )


@dataclass(frozen=True)
class _Suite:
    """Somebody takes a step of the circuit."""

    vie: _Vie
    pas: Pas

    @property
    def nom(self) -> str:
        return f"{self.pas.verbe} {self.vie.constat.graine}"

    def __call__(self, instant: datetime) -> None:
        pas, faire = self.pas, getattr(actions, self.pas.verbe)
        with au_moment(instant):
            type_ = FORMULAIRES.get(pas.verbe)
            donnees = valider(type_(_postees(pas.donnees))) if type_ else {}
            faire(self.vie.violation, **donnees, acteur=self.vie.rejeu.acteur(pas.par))


def _postees(reponses: Any) -> MultiValueDict[str, str]:
    """What the browser would post."""
    return MultiValueDict(
        {nom: valeur if isinstance(valeur, list) else [valeur] for nom, valeur in reponses.items()}
    )
