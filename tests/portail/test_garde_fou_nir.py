from itertools import pairwise

import pytest

from portail.garde_fou import Motif, verifier
from portail.garde_fou.resultats import rassembler

# Invented structures only; each key is computed here, independently of the code.


def avec_cle(numero: str) -> str:
    """Append the key: 97 minus the remainder by 97, 2A counting as 19 and 2B as 18."""
    chiffres = numero.replace("2A", "19").replace("2B", "18")
    return f"{numero}{97 - int(chiffres) % 97:02d}"


NIR = avec_cle("1850399123001")


def nir_trouves(texte: str) -> list[str]:
    return [m.extrait for m in verifier(texte).motifs if m.type == "nir"]


@pytest.mark.regle("D-08")
@pytest.mark.parametrize(
    "numero",
    [
        pytest.param(avec_cle("1850375116042"), id="homme"),
        pytest.param(avec_cle("2991259350999"), id="femme"),
        pytest.param(avec_cle("3010162193001"), id="sexe 3"),
        pytest.param(avec_cle("7850375116042"), id="temporaire, homme"),
        pytest.param(avec_cle("8850375116042"), id="temporaire, femme"),
        pytest.param(avec_cle("189032A004017"), id="Corse-du-Sud"),
        pytest.param(avec_cle("289032B033017"), id="Haute-Corse"),
        pytest.param(avec_cle("2700697105088"), id="Guadeloupe"),
        pytest.param(avec_cle("1700698735088"), id="Polynésie"),
        pytest.param(avec_cle("1660799352041"), id="né à l’étranger"),
        pytest.param(avec_cle("1663199352041"), id="mois 31"),
        pytest.param(avec_cle("2665099352041"), id="mois 50"),
    ],
)
def test_a_number_with_a_valid_key_is_blocked_where_it_stands(numero):
    texte = f"Dossier de M. Durand, {numero}, à revoir"
    verdict = verifier(texte)
    assert verdict.verdict == "bloque"
    assert verdict.est_bloquant
    (motif,) = verdict.motifs
    assert (motif.type, motif.extrait, motif.categorie) == ("nir", numero, "cle_valide")
    assert texte[motif.debut : motif.fin] == numero


@pytest.mark.regle("D-08")
@pytest.mark.parametrize(
    "separateur",
    [
        *" .-/'’–—_·\t\n\u00a0\u202f\u2009\u3000\u2011\u200b\u2060\ufeff\u00ad",
        *("  ", " - ", "\r\n", "\n  "),
    ],
)
@pytest.mark.parametrize("coupes", [(1, 3, 5, 7, 10, 13), range(1, 15), (4, 9), (2, 4, 6, 8)])
def test_no_separator_hides_it(separateur, coupes):
    bornes = [0, *coupes, 15]
    morceaux = [NIR[d:f] for d, f in pairwise(bornes)]
    deguise = separateur.join(morceaux)
    assert nir_trouves(f"Pour Mme Petit {deguise} merci") == [deguise]


@pytest.mark.regle("D-08")
@pytest.mark.parametrize(
    ("remplace", "par"),
    [
        *[("0", "O"), ("0", "o"), ("1", "I"), ("1", "l"), ("5", "S"), ("0", "О"), ("9", "９")],
        *[("3", "³"), ("2", "②"), ("8", "٨"), ("9", "९"), ("1", "1\ufe0f\u20e3")],
    ],
)
@pytest.mark.parametrize("separateur", ["", " "])
def test_no_look_alike_hides_it(remplace, par, separateur):
    morceaux = [NIR[:1], NIR[1:3], NIR[3:5], NIR[5:7], NIR[7:10], NIR[10:13], NIR[13:]]
    deguise = separateur.join(morceaux).replace(remplace, par)
    assert verifier(f"Pour Mme Petit : {deguise}").verdict == "bloque"


@pytest.mark.regle("D-08")
@pytest.mark.parametrize(
    "suite", [" clé {}", " (clé {})", " clef : {}", " cle={}", ", clé de contrôle {}", " CLÉ {}"]
)
def test_a_key_written_apart_belongs_to_the_number(suite):
    deguise = NIR[:13] + suite.format(NIR[13:])
    (extrait,) = nir_trouves(f"Assurée {deguise} à joindre")
    assert extrait == deguise.rstrip(")")


@pytest.mark.regle("D-08")
@pytest.mark.parametrize(
    "texte",
    [
        "n° sécu {}",
        "Numéro de sécurité sociale : {}",
        "NIR {}",
        "nss{}",
        "N° SS {}",
        "son immatriculation est {}",
        "numéro INSEE = {}",
        "{} (n° de sécu)",
        "carte_vitale_{}.pdf",
    ],
)
def test_a_word_that_names_it_blocks_thirteen_digits(texte):
    verdict = verifier(texte.format("1850399123001"))
    assert verdict.verdict == "bloque"
    assert "1850399123001" in {m.extrait for m in verdict.motifs}


@pytest.mark.regle("D-08")
def test_fifteen_digits_are_blocked_even_with_a_wrong_key():
    faux = NIR[:13] + ("01" if NIR[13:] != "01" else "02")
    verdict = verifier(f"Voir {faux} merci")
    assert verdict.verdict == "bloque"
    assert verdict.motifs[0].categorie == "quinze_chiffres"


@pytest.mark.regle("D-08")
@pytest.mark.parametrize("numero", ["1850399123001", "1 85 03 99 123 001", "185 03-99.123/001"])
def test_thirteen_digits_alone_are_to_be_confirmed(numero):
    verdict = verifier(f"Voir {numero} merci")
    assert verdict.verdict == "confirme"
    assert verdict.est_bloquant
    assert verdict.motifs[0].extrait == numero


@pytest.mark.regle("D-08")
@pytest.mark.parametrize(
    "numero",
    [
        pytest.param("5850399123001", id="sexe 5"),
        pytest.param("1851399123001", id="mois 13"),
        pytest.param("1850099123001", id="mois 00"),
        pytest.param("1854499123001", id="mois 44"),
        pytest.param("1850300123001", id="département 00"),
        pytest.param("185032C123001", id="département 2C"),
        pytest.param("185039912300", id="douze chiffres"),
        pytest.param("18503991230012", id="quatorze chiffres"),
        pytest.param("185039912300146123", id="dix-huit chiffres"),
    ],
)
def test_a_near_miss_of_the_structure_is_no_number(numero):
    assert nir_trouves(f"Voir {numero} merci") == []


@pytest.mark.regle("D-08")
@pytest.mark.parametrize(
    "texte",
    [
        "Rappeler au 06 12 34 56 78 ou au 07.11.22.33.44",
        "06 12 34 56 78 07 11 22 33 44 01 02 03 04 05",
        "Tél. +33 6 12 34 56 78 / 0033 1 23 45 67 89",
        "Née le 12/03/1985, reçue le 01/02/2024 à 14 h 30",
        "Du 12 03 2024 au 15 04 2024, puis le 2024-05-17",
        "IBAN FR76 3000 6000 0112 3456 7890 189",
        "RIB 30006 00001 12345678901 89",
        "SIRET 732 829 320 00074, SIREN 732 829 320",
        "SIRET : 73282932000074",
        "RPPS 10101234567 et FINESS 590781902",
        "Demande EP-7KQ2-M9FX puis EP-1234-5678",
        "EP-64PS-33S3 075537556",
        "Commande n° 2850399123001",
        "Facture 185039912300199",
        "Colis suivi 6A12345678901",
        "numéro fiscal 1234567890123",
        "Un loyer de 1 250,50 € et une dette de 12 345 678 €",
        "2021 2022 2023 2024 2025",
        "Carte 4970 1234 5678 9012",
        "Les montants : 1 200 350 420 510 600 710",
        "Bâtiment C 34, escalier 2 A, 59000 Lille",
        "Allocataire 1234567, agence 12",
        "ISBN 978-2-07-036822-8",
        "police d'assurance n° 1850399123001",
        "identifiant France Travail 2850399123001",
        "LRAR 1850399123001",
        "dossier n° 202411220000154",
        "GPS 47.1234567, 2.352219",
        "Ligne 1 | 13/03/64 | 132 389,74 euros | 09 09 88 35 52",
        "2018 2019 2020. sept enfants",
        "en 1993 / 1994 / 1995 il a la copie",
        "2 2001 2002 2003 2004",
        "Ligne | 84 | 03 | 624 | 980 | 011 |",
        "46 ; 793 0642961133 - 01-79-92-60-72",
        "une plaque 2934 AB 17, 01-38-51-82-23",
        "deux enfants, trente ans et cent vingt euros",
        "le 10/12/2024 75012 Paris",
        "demande d'immatriculation du 12/10/2024 75012 Paris",
    ],
)
def test_other_numbers_are_not_taken_for_it(texte):
    assert nir_trouves(texte) == []


@pytest.mark.regle("D-08")
@pytest.mark.parametrize(
    "texte",
    [
        "Née le 12/03/1985 {} à rappeler au 06 12 34 56 78",
        "tél. 06 12 34 56 78 {}",
        "{} 06 12 34 56 78",
        "SIRET 732 829 320 00074 ; {}",
        "commande de lunettes pour {}",
    ],
)
def test_neighbouring_numbers_do_not_hide_it(texte):
    numero = "1 85 03 99 123 001 " + NIR[13:]
    assert nir_trouves(texte.format(numero)) == [numero]


@pytest.mark.regle("D-08")
@pytest.mark.parametrize(
    "deguise",
    [
        "2840362 49800164",
        "2 84 03 62 49800164",
        "2840362 498001",
        "deux 84 03 62 498 001",
        "deux quatre-vingt-quatre zéro trois soixante-deux quatre cent quatre-vingt-dix-huit "
        "zéro zéro un",
        "un soixante et onze douze quatre-vingt-quinze cent vingt et un trois cent un",
        "| 84 03 62 498 001",
        "1 84,03,62,498,001",
        "Z840362498001",
        "2B40362 498001",
        "1 84 03 2 A 498 001",
        "2 840 3624 980 01",
        "284'0362/498 001",
        "28403-62498.001",
        "2 8403 62498001 clé 64",
        "2.84.|2.62.49.80.01",
        "|8403 62498 001",
        "2 8 4 0 3 6 2 4 9 8 0 1 zéro",
    ],
)
def test_odd_ways_to_write_a_number_are_stopped(deguise):
    assert verifier(f"Voir pour {deguise} s'il vous plaît").est_bloquant
    assert nir_trouves(f"Voir pour {deguise} s'il vous plaît") == [deguise]


@pytest.mark.regle("D-08")
@pytest.mark.parametrize(
    "avant", ["il a 59000 Lille", "depuis 2021", "1.", "06 12 34 56 78", "la facture de M. Durand"]
)
@pytest.mark.parametrize("apres", ["il a déménagé", "s'il vous plaît", "59000 Lille", "la carte"])
def test_ordinary_words_beside_a_number_do_not_hide_it(avant, apres):
    for numero in ("1850399 123 001", "1 85 03 99 123 001", "1850399123001"):
        assert nir_trouves(f"{avant} {numero} {apres}") == [numero]


@pytest.mark.regle("D-08")
def test_each_number_of_a_text_is_found_in_order():
    autre = avec_cle("2760462193044")
    texte = f"Couple : {NIR} et {autre}"
    assert nir_trouves(texte) == [NIR, autre]


@pytest.mark.regle("D-08")
def test_a_number_wins_over_the_health_data_around_it():
    numero = Motif("nir", "treize_chiffres", 10, 23, "1850399123001", "confirme", "")
    phrase = Motif("sante", "paraphrase", 0, 40, "x" * 40, "bloque", "")
    suite = Motif("sante", "cancer", 20, 45, "y" * 25, "bloque", "")
    assert rassembler([phrase, numero, suite]).motifs == (numero,)


@pytest.mark.regle("D-08")
def test_a_search_looks_for_numbers_only():
    assert verifier(NIR, sante=False).verdict == "bloque"
    assert verifier("cancer", sante=False).verdict == "ok"


@pytest.mark.regle("D-08")
def test_the_explanation_never_repeats_the_digits():
    for motif in verifier(f"NIR {NIR}, puis 2760462193044").motifs:
        assert not any(c.isdigit() for c in motif.explication)


@pytest.mark.regle("D-08")
@pytest.mark.parametrize("libelle", ["réf", "référence", "commande"])
def test_the_very_groups_of_a_nir_outweigh_a_vague_label(libelle):
    assert verifier(f"{libelle} 1 85 05 78 006 084").verdict == "confirme"
    assert verifier(f"{libelle} 1850 5780 06084").verdict == "ok"
