"""The life of a declared breach as a table (G-02)."""

from typing import Any

from comptes import habilitations
from portail.etats import Circuit, Transition
from violations.models import Violation, decidees

Etat = Violation.Etat
OUVERTS = frozenset([Etat.DECLAREE, Etat.CONNUE])


def _a_droit(acteur: Any, droit: str, violation: Any) -> bool:
    """`decider`: the caisse. `recevoir`: the party that did not find it. `participer`: any reader.

    Nobody (None) is the system.
    """
    if acteur is None:
        return True
    caisse = violation.caisse_id in decidees(acteur)
    if droit == "decider":
        return caisse
    partenaire = violation.partenaire_id in habilitations.partenaires(acteur, "gerer")
    if droit == "recevoir":
        return caisse if violation.cote == Violation.Cote.PARTENAIRE else partenaire
    return droit == "participer" and (
        caisse or partenaire or violation.declaree_par_id == acteur.pk
    )


CIRCUIT = Circuit(
    [
        Transition(
            nom="prendre_connaissance",
            libelle="En prendre connaissance",
            depuis=frozenset([Etat.DECLAREE]),
            droit="recevoir",
            vers=Etat.CONNUE,
        ),
        Transition(
            nom="completer", libelle="Ajouter une information", depuis=OUVERTS, droit="participer"
        ),
        Transition(nom="clore", libelle="Clore", depuis=OUVERTS, droit="decider", vers=Etat.CLOSE),
    ],
    a_droit=_a_droit,
)
