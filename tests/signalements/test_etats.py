"""The MAS circuit: state × step × role, against a table typed from D-12 and not from the code."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from echeances.models import Echeance
from portail.etats import TransitionImpossible
from signalements.etats import MAS, SIMPLE
from signalements.models import Demande, Etat
from tests.personas import Personas

# What an agent may do: a line per step, a column per stage; CONDITIONS says what else must hold.
# fmt: off
ETATS = "deposee prise_en_charge contactee bilan recontactee plan accompagnement cloturee".split()
TABLE_MAS = {
    "prendre_en_charge":      "x . . . . . . .",
    "confirmer_contact":      ". x . . . . . .",
    "noter_tentative":        ". x x x x x x .",
    "realiser_bilan":         ". . x . . . . .",
    "recontacter":            ". . . x . . . .",
    "proposer_plan":          ". . . . x . . .",
    "engager_accompagnement": ". . . . . x . .",
    "cloturer":               ". . . . . . x .",
    "demander_complement":    ". x x x x x x .",
    "reprendre":              ". x x x x x x .",
    "acquitter":              ". x x x x x x .",
    "liberer":                ". x x x x x x .",
    "attribuer":              ". x x x x x x .",
    "confier":                ". x x x x x x .",
    "signaler_urgence":       "x x x x x x x .",
    "prendre_en_compte_urgence": ". x x x x x x .",
    "rouvrir":                ". . . . . . . x",
    "refus_personne":         ". x x x x x x .",
    "cloturer_sans_suite":    ". x x x x x . .",
}
TABLE_SIMPLE = {
    "prendre_en_charge":      "x . . . . . . .",
    "cloturer":               ". x . . . . . .",
    "demander_complement":    ". x x x x x x .",
    "reprendre":              ". x x x x x x .",
    "acquitter":              ". x x x x x x .",
    "liberer":                ". x x x x x x .",
    "attribuer":              ". x x x x x x .",
    "confier":                ". x x x x x x .",
    "signaler_urgence":       "x x x x x x x .",
    "prendre_en_compte_urgence": ". x x x x x x .",
    "rouvrir":                ". . . . . . . x",
}
ARRIVEES = {
    "prendre_en_charge": "prise_en_charge",
    "confirmer_contact": "contactee",
    "realiser_bilan": "bilan",
    "recontacter": "recontactee",
    "proposer_plan": "plan",
    "engager_accompagnement": "accompagnement",
    "cloturer": "cloturee",
    "refus_personne": "cloturee",
    "cloturer_sans_suite": "cloturee",
    "rouvrir": "prise_en_charge",
}
# fmt: on
# What must also be true of the request for these steps.
CONDITIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "demander_complement": ({"attente_depuis": None}, {"attente_depuis": timezone.now()}),
    "reprendre": ({"attente_depuis": timezone.now()}, {"attente_depuis": None}),
    "acquitter": ({"partenaire_a_repondu": True}, {"partenaire_a_repondu": False}),
    "liberer": ({"agent_id": 1}, {"agent_id": None}),
    "attribuer": ({"agent_id": None}, {"agent_id": 1}),
    "signaler_urgence": ({"urgente": False}, {"urgente": True}),
    "prendre_en_compte_urgence": (
        {"urgente": True, "court": True},
        {"urgente": True, "court": False},
    ),
}
CAS = [
    pytest.param(circuit, nom, etat, croix == "x", id=f"{circuit} {nom} depuis {etat}")
    for circuit, table in (("mas", TABLE_MAS), ("simple", TABLE_SIMPLE))
    for nom, croix_par_etat in table.items()
    for etat, croix in zip(ETATS, croix_par_etat.split(), strict=True)
]
CIRCUITS = {"mas": MAS, "simple": SIMPLE}

pytestmark = pytest.mark.regle("D-12")


class Toutpuissant:
    """Holds the right everywhere: only the state of the request can refuse."""


@pytest.fixture
def sans_droits(monkeypatch: pytest.MonkeyPatch) -> None:
    for circuit in CIRCUITS.values():
        monkeypatch.setattr(circuit, "_a_droit", lambda acteur, droit, demande: True)


def demande(etat: str, *, court: bool = False, **champs: Any) -> Demande:
    """`court`: the clock of its urgency runs, else it ended."""
    objet = Demande(pk=1, etat=etat, **{"agent_id": 1, **champs})
    horloge = Echeance(nature="urgent_48h", terminee_le=None if court else timezone.now())
    objet._prefetched_objects_cache = {"echeances": [horloge]}  # type: ignore[attr-defined]
    return objet


@pytest.mark.usefixtures("sans_droits")
@pytest.mark.parametrize(("circuit", "nom", "etat", "ouverte"), CAS)
def test_une_etape_ne_s_ouvre_qu_a_son_heure(
    circuit: str, nom: str, etat: str, ouverte: bool
) -> None:
    favorable, contraire = CONDITIONS.get(nom, ({}, {}))
    assert _est_ouverte(circuit, nom, demande(etat, **favorable)) is ouverte
    if contraire:
        assert not _est_ouverte(circuit, nom, demande(etat, **contraire))


@pytest.mark.parametrize("nom", CIRCUITS)
def test_les_tables_nomment_toutes_les_etapes(nom: str) -> None:
    attendues = {"mas": TABLE_MAS, "simple": TABLE_SIMPLE}[nom]
    assert {etape.nom for etape in CIRCUITS[nom]} == set(attendues)


@pytest.mark.parametrize("nom", CIRCUITS)
def test_chaque_etape_mene_la_ou_dit_le_circuit(nom: str) -> None:
    for etape in CIRCUITS[nom]:
        assert etape.vers == ARRIVEES.get(etape.nom), etape.nom


def test_le_refus_n_offre_qu_une_issue() -> None:
    assert [i.value for i in MAS["refus_personne"].issues] == ["refus"]  # type: ignore[attr-defined]


def test_le_partenaire_est_informe_des_etapes_du_circuit() -> None:
    """D-12: taken in charge, then each stage, then the closure; an urgency (D-14), a reopening."""
    visibles = {etape.nom for etape in MAS if etape.visible}  # type: ignore[attr-defined]
    urgence = {"signaler_urgence", "prendre_en_compte_urgence"}
    assert visibles == set(ARRIVEES) | urgence | {"demander_complement"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("persona", "attendu"),
    [
        ("agent_a", "ouverte"),
        ("agent_b", "interdite"),
        ("admin_a", "interdite"),
        ("technicien_a", "interdite"),
        ("gestionnaire_a", "interdite"),
        ("inactif", "interdite"),
    ],
)
@pytest.mark.parametrize("nom", TABLE_MAS)
def test_seul_un_agent_de_la_caisse_avance(
    personas: Personas, persona: str, attendu: str, nom: str
) -> None:
    acteur = getattr(personas, persona)
    colonne = TABLE_MAS[nom].split().index("x")
    favorable, _ = CONDITIONS.get(nom, ({}, {}))
    objet = demande(ETATS[colonne], **favorable, caisse=personas.caisse_a)
    ouvertes = [etape.nom for etape in MAS.possibles(objet, acteur)]
    if attendu == "ouverte":
        assert nom in ouvertes
        assert MAS.exiger(objet, acteur, nom).nom == nom
    else:
        assert ouvertes == []
        with pytest.raises(PermissionDenied):
            MAS.exiger(objet, acteur, nom)


@pytest.mark.usefixtures("sans_droits")
def test_le_refus_dit_pourquoi() -> None:
    with pytest.raises(TransitionImpossible) as refus:
        MAS.exiger(demande(Etat.DEPOSEE), Toutpuissant(), "realiser_bilan")
    assert "Bilan des droits réalisé" in refus.value.message
    assert "déposée" in refus.value.message
    with pytest.raises(TransitionImpossible) as refus:
        MAS.exiger(demande(Etat.BILAN), Toutpuissant(), "annuler_la_demande")
    assert "n'existe pas" in refus.value.message


def _est_ouverte(circuit: str, nom: str, objet: Demande) -> bool:
    etapes = CIRCUITS[circuit].possibles(objet, Toutpuissant())
    ouverte = nom in {etape.nom for etape in etapes}
    if not ouverte:
        with pytest.raises(TransitionImpossible):
            CIRCUITS[circuit].exiger(objet, Toutpuissant(), nom)
    return ouverte
