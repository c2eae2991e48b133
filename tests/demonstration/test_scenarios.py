"""The stories themselves, without a database: when, who, and what may be written."""

import io
import re
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from demonstration.fichiers import ESSAIS, PIECES
from demonstration.personnes import COMPTES
from demonstration.scenarios import DOSSIERS, EBAUCHES, VIOLATIONS
from portail import garde_fou
from portail.fichiers import FichierRefuse, controler

PARIS = ZoneInfo("Europe/Paris")
# A Sunday night, a Monday morning, a public holiday, both changes of clock, a Friday evening.
CHARGEMENTS = [
    datetime(2026, 11, 22, 0, 54, tzinfo=UTC),
    datetime(2026, 1, 5, 7, 2, tzinfo=UTC),
    datetime(2026, 5, 14, 12, 30, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    datetime(2026, 7, 17, 18, 45, tzinfo=UTC),
]


def textes() -> list[str]:
    """What is written in the stories, but for what its author contests."""
    pas_ecrits = [p.donnees for d in DOSSIERS for p in d.suite if "texte" in p.donnees]
    ecrits = [donnees["texte"] for donnees in pas_ecrits if "raison" not in donnees]
    brouillons = [t for e in EBAUCHES for t in e.contenu.get("commentaires", [])]
    violations = [v.reponses[nom] for v in VIOLATIONS for nom in ("recit", "mesures")]
    suites = [p.donnees.get("texte", "") for v in VIOLATIONS for p in v.suite]
    suites += [p.donnees.get("conclusion", "") for v in VIOLATIONS for p in v.suite]
    commentaires = [dossier.commentaires for dossier in DOSSIERS]
    return [*commentaires, *ecrits, *brouillons, *violations, *filter(None, suites)]


@pytest.mark.parametrize("maintenant", CHARGEMENTS, ids=str)
def test_chaque_histoire_avance_et_finit_dans_le_passe(maintenant: datetime) -> None:
    for histoire in (*DOSSIERS, *VIOLATIONS):
        instants = histoire.instants(maintenant)
        assert all(avant < apres for avant, apres in pairwise(instants)), histoire.graine
        assert instants[-1] < maintenant, histoire.graine


@pytest.mark.parametrize("maintenant", CHARGEMENTS, ids=str)
def test_les_histoires_couvrent_dix_semaines_aux_heures_de_bureau(maintenant: datetime) -> None:
    instants = [instant for dossier in DOSSIERS for instant in dossier.instants(maintenant)]
    locaux = [instant.astimezone(PARIS) for instant in instants]
    ages = [(maintenant - instant).days for instant in instants]
    # What must be near a deadline or of today cannot choose its hour nor its day: a few.
    hors_bureau = [i for i in locaux if not time(7, 30) <= i.time() <= time(20, 30)]
    week_ends = [i for i in locaux if i.weekday() > 4]
    assert 65 <= max(ages) <= 85
    assert len(hors_bureau) <= 12
    assert len(week_ends) <= 35


@pytest.mark.regle("G-02")
@pytest.mark.parametrize("maintenant", CHARGEMENTS, ids=str)
def test_une_violation_est_lue_a_temps_une_attend_une_est_lue_trop_tard(
    maintenant: datetime,
) -> None:
    heure = timedelta(hours=1)
    lue, attendue, tardive = (v.instants(maintenant) for v in VIOLATIONS)
    assert 19 <= (maintenant - lue[0]).days <= 26
    assert lue[2] - lue[0] < 24 * heure
    assert maintenant - attendue[0] < 20 * heure
    assert tardive[2] - tardive[0] > 48 * heure


def test_les_memes_minutes_sont_tirees_a_chaque_chargement() -> None:
    un, deux = ([d.instants(CHARGEMENTS[0]) for d in DOSSIERS] for _ in range(2))
    assert un == deux


@pytest.mark.regle("D-09")
@pytest.mark.regle("D-08")
def test_aucun_texte_ne_fait_reagir_la_garde() -> None:
    assert len(textes()) > 120
    for texte in textes():
        assert garde_fou.verifier(texte).verdict == "ok", texte


@pytest.mark.regle("D-09")
def test_chaque_caisse_a_un_refus_conteste_a_relire() -> None:
    """None of them for a NIR, which nobody may contest."""
    contestes = [(d.caisse, p.donnees) for d in DOSSIERS for p in d.suite if "raison" in p.donnees]
    assert len({caisse for caisse, _ in contestes}) == 6
    for _, donnees in contestes:
        bloquants = garde_fou.verifier(donnees["texte"]).bloquants
        assert {motif.type for motif in bloquants} == {"sante"}, donnees["texte"]
        assert garde_fou.verifier(donnees["raison"]).verdict == "ok"


@pytest.mark.regle("D-08")
def test_aucun_texte_ne_contient_de_suite_de_treize_chiffres() -> None:
    for texte in [*textes(), *PIECES]:
        assert not re.search(r"(?:\d[\s.-]*){13}", texte), texte


def test_les_personnes_et_les_commentaires_sont_tous_differents() -> None:
    noms = Counter((d.personne.prenom, d.personne.nom) for d in DOSSIERS)
    commentaires = Counter(d.commentaires for d in DOSSIERS)
    assert 55 <= len(DOSSIERS) <= 65
    assert max(noms.values()) == 1
    assert max(commentaires.values()) == 1


@pytest.mark.regle("H-01")
def test_une_personne_a_deux_comptes_et_deux_identifiants() -> None:
    par_personne: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for compte in COMPTES:
        personne = compte.prenom, compte.nom
        par_personne.setdefault(personne, []).append((compte.profil.value, compte.identifiant))
    doubles = {p: c for p, c in par_personne.items() if len(c) > 1}
    assert doubles == {
        ("Corinne", "Salvador"): [
            ("technicien", "corinne.salvador.t"),
            ("gestionnaire", "corinne.salvador"),
        ]
    }


def test_un_nouveau_n_a_rien_pu_deposer() -> None:
    nouveaux = {compte.identifiant for compte in COMPTES if compte.nouveau}
    agissent = {d.auteur for d in DOSSIERS} | {e.auteur for e in EBAUCHES}
    agissent |= {d.agent for d in DOSSIERS} | {p.par for d in DOSSIERS for p in d.suite}
    agissent |= {v.auteur for v in VIOLATIONS} | {p.par for v in VIOLATIONS for p in v.suite}
    assert COMPTES[0].identifiant in nouveaux
    assert not nouveaux & agissent


@pytest.mark.regle("D-07")
@pytest.mark.parametrize("nom", PIECES)
def test_les_pieces_sont_de_vrais_fichiers(nom: str) -> None:
    _controler(nom, PIECES[nom]())


@pytest.mark.regle("D-07")
@pytest.mark.parametrize(
    ("nom", "refus"),
    [
        ("exemple.pdf", None),
        ("photo.png", None),
        ("limite-5-mo.pdf", None),
        ("trop-gros.pdf", "trop_gros"),
        ("deguise.pdf", "contenu"),
        ("eicar.csv", None),
    ],
)
def test_les_fichiers_a_essayer_font_ce_qui_est_annonce(nom: str, refus: str | None) -> None:
    _, fabriquer = ESSAIS[nom]
    if refus is None:
        _controler(nom, fabriquer())
        return
    with pytest.raises(FichierRefuse) as leve:
        _controler(nom, fabriquer())
    assert leve.value.code == refus


def test_les_fichiers_limites_pesent_5_mo_et_un_octet_de_plus() -> None:
    tailles = {nom: len(ESSAIS[nom][1]()) for nom in ("limite-5-mo.pdf", "trop-gros.pdf")}
    assert tailles == {"limite-5-mo.pdf": 5_242_880, "trop-gros.pdf": 5_242_881}


def _controler(nom: str, octets: bytes) -> None:
    controler(nom, io.BytesIO(octets), len(octets))
