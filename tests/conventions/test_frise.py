"""The timeline of a convention, against tables typed by hand."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from comptes.models import Caisse
from conventions.frise import Repere, frise, prochaine_date
from conventions.models import Acte, CaisseLiee, Convention, Rupture

EFFET = date(2024, 3, 15)
ARTOIS = Caisse(pk=1, nom="CPAM de l’Artois", code="artois")
Cause, Etat = Rupture.Cause, Convention.Etat


def convention(**champs: Any) -> Convention:
    return Convention(
        **{
            "etat": Etat.EN_VIGUEUR,
            "date_effet": EFFET,
            "date_utilisation": date(2024, 4, 2),
            **champs,
        }
    )


def rupture(cause: str, notifiee_le: date, dernier_jour: date, **champs: Any) -> Rupture:
    return Rupture(cause=cause, notifiee_le=notifiee_le, dernier_jour=dernier_jour, **champs)


def lire(objet: Convention, jour: date, **reste: Any) -> list[str]:
    vides: dict[str, Any] = {"actes": [], "ruptures": [], "liens": []}
    return [dire(r) for r in frise(objet, jour=jour, **{**vides, **reste})]


def dire(repere: Repere) -> str:
    fin = f"–{repere.jusqu_au:%d/%m/%Y}" if repere.jusqu_au else ""
    quand = f"{repere.quand:%d/%m/%Y}" if repere.quand else "?"
    return f"{repere.etat} {quand}{fin} {repere.titre}"


@pytest.mark.regle("C-02")
def test_une_convention_en_vigueur_montre_son_passe_et_son_prochain_terme() -> None:
    assert lire(convention(), date(2026, 11, 22)) == [
        "fait 15/03/2024 Convention métier signée par toutes les parties",
        "fait 02/04/2024 Convention d’utilisation signée par toutes les parties",
        "fait 15/03/2025 1re reconduction tacite",
        "fait 15/03/2026 2e reconduction tacite",
        "courant 22/11/2026 Aujourd’hui",
        "a_venir 15/12/2026–14/03/2027 Dénonciation possible",
        "a_venir 15/03/2027 3e reconduction tacite",
    ]


@pytest.mark.regle("C-02")
@pytest.mark.parametrize(
    ("effet", "jour", "passees", "fenetre", "terme"),
    [
        # 29 February: the anniversary is the 28th in a common year, the 29th in a leap one.
        (date(2024, 2, 29), date(2025, 2, 27), 0, "28/11/2024–27/02/2025", "28/02/2025"),
        (date(2024, 2, 29), date(2025, 2, 28), 1, "28/11/2025–27/02/2026", "28/02/2026"),
        (date(2024, 2, 29), date(2028, 2, 28), 3, "29/11/2027–28/02/2028", "29/02/2028"),
        # Three months before 31 May is the last day of February.
        (date(2024, 5, 31), date(2024, 12, 1), 0, "28/02/2025–30/05/2025", "31/05/2025"),
        # The very day of the anniversary belongs to the new period.
        (date(2024, 3, 31), date(2025, 3, 31), 1, "31/12/2025–30/03/2026", "31/03/2026"),
    ],
)
def test_les_anniversaires_et_la_fenetre_suivent_le_calendrier(
    effet: date, jour: date, passees: int, fenetre: str, terme: str
) -> None:
    lignes = lire(convention(date_effet=effet, date_utilisation=None), jour)
    assert len([li for li in lignes if li.startswith("fait") and "reconduction" in li]) == passees
    [ouverte] = [li for li in lignes if "Dénonciation possible" in li]
    assert fenetre in ouverte
    [venir] = [li for li in lignes if li.startswith("a_venir") and "reconduction" in li]
    assert terme in venir


@pytest.mark.regle("C-02")
def test_un_preavis_minimum_se_lit_autrement() -> None:
    lignes = lire(convention(preavis_mois=2, regle_preavis="minimum"), date(2026, 11, 22))
    assert "fait 16/01/2026–15/01/2027 Dénonciation possible" in lignes
    assert "a_venir 15/01/2027 Dernier jour pour dénoncer" in lignes


@pytest.mark.regle("H-14")
def test_une_denonciation_remplace_la_reconduction_par_la_fin_et_ses_suites() -> None:
    denonciation = rupture(Cause.DENONCIATION, date(2026, 12, 20), date(2027, 3, 14))
    objet = convention(etat=Etat.DENONCEE, date_fin=date(2027, 3, 14))
    assert lire(objet, date(2027, 1, 5), ruptures=[denonciation])[-4:] == [
        "fait 20/12/2026 Dénonciation notifiée",
        "courant 05/01/2027 Aujourd’hui",
        "a_venir 14/03/2027 Dernier jour de la convention",
        "a_venir 15/09/2027 Suppression des comptes inactivés",
    ]
    [fin] = [
        r
        for r in frise(objet, actes=[], ruptures=[denonciation], liens=[], jour=date(2027, 1, 5))
        if r.titre == "Dernier jour de la convention"
    ]
    assert fin.texte == "Cause : dénonciation."


@pytest.mark.regle("H-14")
@pytest.mark.parametrize(
    ("dernier_jour", "suppression"),
    [
        (date(2026, 8, 30), "28/02/2027"),  # 31 August + 6 months
        (date(2027, 8, 30), "29/02/2028"),
        (date(2026, 12, 31), "01/07/2027"),
        (date(2026, 2, 28), "01/09/2026"),
    ],
)
def test_les_comptes_disparaissent_six_mois_apres_le_lendemain_de_la_fin(
    dernier_jour: date, suppression: str
) -> None:
    lignes = lire(convention(date_fin=dernier_jour), date(2026, 1, 10))
    assert f"a_venir {suppression} Suppression des comptes inactivés" in lignes


@pytest.mark.regle("C-03")
def test_une_mise_en_demeure_levee_ne_laisse_que_sa_memoire() -> None:
    levee = rupture(
        Cause.MANQUEMENT, date(2026, 5, 2), date(2026, 5, 17), levee_le=date(2026, 5, 10)
    )
    lignes = lire(convention(), date(2026, 6, 1), ruptures=[levee])
    assert "fait 02/05/2026 Mise en demeure notifiée" in lignes
    assert "fait 10/05/2026 Mise en demeure levée : le manquement est réparé" in lignes
    assert not [ligne for ligne in lignes if "Dernier jour" in ligne]
    assert [ligne for ligne in lignes if "Dénonciation possible" in ligne]


@pytest.mark.regle("C-04")
def test_la_fin_du_portail_seul_laisse_la_convention_metier() -> None:
    objet = convention(fin_utilisation=date(2026, 6, 1))
    procedure = rupture(Cause.UTILISATION, date(2026, 5, 2), date(2026, 6, 1))
    lignes = lire(objet, date(2026, 5, 10), ruptures=[procedure])
    assert "a_venir 01/06/2026 Dernier jour du portail" in lignes
    assert "a_venir 02/12/2026 Suppression des comptes inactivés" in lignes
    assert "a_venir 15/03/2027 3e reconduction tacite" in lignes
    assert not [ligne for ligne in lignes if "Dernier jour de la convention" in ligne]


@pytest.mark.regle("H-12")
def test_une_caisse_qui_part_seule_a_son_dernier_jour() -> None:
    lien = CaisseLiee(caisse=ARTOIS, date_fin=date(2026, 6, 17))
    procedure = rupture(Cause.MANQUEMENT, date(2026, 6, 2), date(2026, 6, 17), caisse=ARTOIS)
    lignes = lire(convention(), date(2026, 6, 3), ruptures=[procedure], liens=[lien])
    assert "a_venir 17/06/2026 Dernier jour pour CPAM de l’Artois" in lignes
    assert not [ligne for ligne in lignes if "Dernier jour de la convention" in ligne]


@pytest.mark.regle("C-05")
def test_un_avenant_prend_effet_a_sa_date_ou_a_la_derniere_signature() -> None:
    def avenant(numero: int, signe_le: date, effet_le: date | None) -> Acte:
        return Acte(
            nature=Acte.Nature.AVENANT,
            numero=numero,
            etat=Acte.Etat.SIGNE,
            signe_le=signe_le,
            effet_le=effet_le,
            cree_le=datetime(2026, 1, 1, tzinfo=UTC),
        )

    actes = [
        avenant(1, date(2026, 2, 3), date(2026, 4, 1)),
        avenant(2, date(2026, 5, 20), date(2026, 5, 1)),
        avenant(3, date(2026, 6, 30), None),
    ]
    lignes = lire(convention(), date(2026, 5, 25), actes=actes)
    assert "fait 01/04/2026 Avenant n° 1 : prise d’effet" in lignes
    assert "fait 20/05/2026 Avenant n° 2 : prise d’effet" in lignes
    assert "a_venir 30/06/2026 Avenant n° 3 : prise d’effet" in lignes


def test_un_brouillon_n_a_pas_encore_de_date() -> None:
    objet = Convention(etat=Etat.BROUILLON)
    assert lire(objet, date(2026, 1, 2)) == [
        "courant 02/01/2026 Aujourd’hui",
        "a_venir ? Prise d’effet",
    ]


def test_une_convention_terminee_a_toute_son_histoire_derriere_elle() -> None:
    objet = convention(etat=Etat.TERMINEE, date_fin=date(2025, 3, 14))
    assert lire(objet, date(2026, 1, 2)) == [
        "fait 15/03/2024 Convention métier signée par toutes les parties",
        "fait 02/04/2024 Convention d’utilisation signée par toutes les parties",
        "fait 14/03/2025 Dernier jour de la convention",
        "fait 15/09/2025 Suppression des comptes inactivés",
        "courant 02/01/2026 Aujourd’hui",
    ]


@pytest.mark.parametrize(
    ("champs", "attendue"),
    [
        ({}, "a_venir 15/12/2026–14/03/2027 Dénonciation possible"),
        ({"date_fin": date(2027, 3, 14)}, "a_venir 14/03/2027 Dernier jour de la convention"),
        ({"fin_utilisation": date(2026, 12, 1)}, "a_venir 01/12/2026 Dernier jour du portail"),
        ({"etat": Etat.TERMINEE, "date_fin": date(2026, 3, 14)}, None),
        ({"etat": Etat.BROUILLON, "date_effet": None, "date_utilisation": None}, None),
    ],
)
def test_la_liste_ne_montre_que_la_prochaine_date(
    champs: dict[str, Any], attendue: str | None
) -> None:
    prochaine = prochaine_date(convention(**champs), date(2026, 11, 22))
    assert (dire(prochaine) if prochaine else None) == attendue
