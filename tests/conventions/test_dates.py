"""The dates of conventions, typed by hand: month ends, leap years, both changes of clocks."""

from datetime import date, datetime

import pytest

from conventions import dates


def jour(texte: str) -> date:
    return date.fromisoformat(texte)


@pytest.mark.regle("C-02")
@pytest.mark.parametrize(
    ("effet", "rang", "attendu"),
    [
        ("2025-03-02", 0, "2025-03-02"),
        ("2025-03-02", 1, "2026-03-02"),
        ("2025-12-31", 2, "2027-12-31"),
        ("2024-02-29", 1, "2025-02-28"),
        ("2024-02-29", 3, "2027-02-28"),
        ("2024-02-29", 4, "2028-02-29"),
        ("2025-02-28", 3, "2028-02-28"),
    ],
)
def test_un_anniversaire_revient_le_meme_jour(effet: str, rang: int, attendu: str) -> None:
    assert dates.anniversaire(jour(effet), rang) == jour(attendu)


@pytest.mark.regle("C-02")
@pytest.mark.parametrize(
    ("effet", "le", "attendu"),
    [
        ("2025-03-02", "2025-03-02", "2026-03-02"),
        ("2025-03-02", "2026-03-01", "2026-03-02"),
        ("2025-03-02", "2026-03-02", "2027-03-02"),
        ("2025-12-31", "2026-01-01", "2026-12-31"),
        ("2025-01-01", "2025-12-31", "2026-01-01"),
        ("2024-02-29", "2025-02-27", "2025-02-28"),
        ("2024-02-29", "2025-02-28", "2026-02-28"),
        ("2024-02-29", "2028-02-28", "2028-02-29"),
        ("2026-06-01", "2025-01-01", "2027-06-01"),
        # Clocks change on 29 March and 25 October 2026.
        ("2025-03-29", "2026-03-28", "2026-03-29"),
        ("2025-10-25", "2026-10-25", "2027-10-25"),
    ],
)
def test_le_prochain_anniversaire_est_strictement_apres(effet: str, le: str, attendu: str) -> None:
    assert dates.prochain_anniversaire(jour(effet), jour(le)) == jour(attendu)


@pytest.mark.regle("C-02")
@pytest.mark.parametrize(
    ("effet", "mois", "regle", "le", "debut", "fin", "dernier"),
    [
        # Within the three months before the anniversary (Bondues).
        ("2025-03-02", 3, "fenetre", "2025-06-01", "2025-12-02", "2026-03-01", "2026-03-01"),
        ("2025-03-02", 3, "fenetre", "2026-03-01", "2025-12-02", "2026-03-01", "2026-03-01"),
        ("2025-03-02", 3, "fenetre", "2026-03-02", "2026-12-02", "2027-03-01", "2027-03-01"),
        ("2024-05-31", 3, "fenetre", "2025-05-01", "2025-02-28", "2025-05-30", "2025-05-30"),
        ("2023-05-31", 3, "fenetre", "2024-05-01", "2024-02-29", "2024-05-30", "2024-05-30"),
        ("2024-02-29", 3, "fenetre", "2025-01-15", "2024-11-28", "2025-02-27", "2025-02-27"),
        ("2024-02-29", 1, "fenetre", "2028-02-28", "2028-01-29", "2028-02-28", "2028-02-28"),
        ("2025-12-31", 1, "fenetre", "2026-12-01", "2026-11-30", "2026-12-30", "2026-12-30"),
        # At least three months before it, else at the following one.
        ("2025-03-02", 3, "minimum", "2025-06-01", "2025-03-02", "2025-12-02", "2026-03-01"),
        ("2025-03-02", 3, "minimum", "2025-12-02", "2025-03-02", "2025-12-02", "2026-03-01"),
        ("2025-03-02", 3, "minimum", "2025-12-03", "2025-12-03", "2026-12-02", "2027-03-01"),
        ("2025-03-02", 3, "minimum", "2026-05-01", "2025-12-03", "2026-12-02", "2027-03-01"),
        ("2024-05-31", 3, "minimum", "2025-02-28", "2024-05-31", "2025-02-28", "2025-05-30"),
        ("2024-05-31", 3, "minimum", "2025-03-01", "2025-03-01", "2026-02-28", "2026-05-30"),
        ("2024-02-29", 6, "minimum", "2025-08-29", "2025-08-29", "2026-08-28", "2027-02-27"),
    ],
)
def test_une_denonciation_a_sa_fenetre_et_son_dernier_jour(
    effet: str, mois: int, regle: str, le: str, debut: str, fin: str, dernier: str
) -> None:
    preavis = (jour(effet), mois, regle, jour(le))
    assert dates.fenetre_denonciation(*preavis) == (jour(debut), jour(fin))
    assert dates.dernier_jour_denonciation(*preavis) == jour(dernier)


@pytest.mark.regle("C-03")
@pytest.mark.parametrize(
    ("notifiee", "dernier"),
    [
        ("2026-02-20", "2026-03-07"),
        ("2028-02-20", "2028-03-06"),
        ("2026-12-20", "2027-01-04"),
        ("2026-03-20", "2026-04-04"),
        ("2026-10-20", "2026-11-04"),
        ("2026-06-30", "2026-07-15"),
    ],
)
def test_quinze_jours_pour_reparer(notifiee: str, dernier: str) -> None:
    assert dates.dernier_jour_mise_en_demeure(jour(notifiee)) == jour(dernier)


@pytest.mark.regle("C-04")
@pytest.mark.parametrize(
    ("notifiee", "dernier"),
    [
        ("2026-01-30", "2026-03-01"),
        ("2028-01-30", "2028-02-29"),
        ("2026-03-01", "2026-03-31"),
        ("2026-10-01", "2026-10-31"),
        ("2026-12-15", "2027-01-14"),
    ],
)
def test_trente_jours_pour_la_convention_d_utilisation(notifiee: str, dernier: str) -> None:
    assert dates.dernier_jour_utilisation(jour(notifiee)) == jour(dernier)


@pytest.mark.regle("C-03")
def test_le_secret_professionnel_n_attend_pas() -> None:
    assert dates.dernier_jour_secret(jour("2026-03-29")) == jour("2026-03-29")


@pytest.mark.parametrize(
    ("depuis", "mois", "attendu"),
    [
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-08-29", 6, "2027-02-28"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-01-31", 13, "2027-02-28"),
        ("2026-12-31", 0, "2026-12-31"),
    ],
)
def test_des_mois_s_ajoutent_a_un_jour(depuis: str, mois: int, attendu: str) -> None:
    assert dates.apres_mois(jour(depuis), mois) == jour(attendu)


def test_un_instant_n_est_pas_un_jour() -> None:
    with pytest.raises(ValueError, match="day"):
        dates.apres_mois(datetime(2026, 8, 31), 6)  # noqa: DTZ001
