"""What people paste or send, read as rows; what leaves for a spreadsheet, harmless."""

import io
import re
import zipfile

import pytest

from equipes import exports, tableur

pytestmark = pytest.mark.regle("H-03")

LIGNE = "Madame;Vasseur;Élodie;Travailleuse sociale;06 39 98 00 12;e.vasseur@ccas.example;salarié"
ATTENDUE = {
    "civilite": "Madame",
    "nom": "Vasseur",
    "prenom": "Élodie",
    "fonction": "Travailleuse sociale",
    "telephone": "06 39 98 00 12",
    "email": "e.vasseur@ccas.example",
    "statut": "salarié",
}
TITRES = "Civilité;Nom;Prénom;Fonction;Téléphone;Adresse e-mail;Statut"


def seule(texte: str) -> dict[str, str]:
    [(_, cases)] = tableur.lire(texte).lignes
    return cases


@pytest.mark.parametrize(
    "texte",
    [
        LIGNE,
        LIGNE + "\r\n\r\n",
        f"{TITRES}\n{LIGNE}",
        f"\ufeff{TITRES}\r\n{LIGNE}\r\n",
        LIGNE.replace(";", "\t"),
        LIGNE.replace(";", ","),
        '"' + LIGNE.replace(";", '";"') + '"',
        "  " + LIGNE.replace(";", " ; "),
    ],
    ids="seule fin titres bom tabulations virgules guillemets espaces".split(),
)
def test_une_ligne_se_lit_sous_toutes_ses_formes(texte: str) -> None:
    assert seule(texte) == ATTENDUE


def test_les_titres_donnent_l_ordre_des_colonnes() -> None:
    texte = (
        "MAIL;prenom;NOM DE FAMILLE;Titre;tel;poste;statut;Service\n"
        "e.vasseur@ccas.example;Élodie;Vasseur;Madame;06 39 98 00 12;Travailleuse sociale;salarié;A"
    )
    assert seule(texte) == ATTENDUE
    assert tableur.lire(texte).ignorees == ["Service"]


def test_une_virgule_entre_guillemets_reste_dans_sa_case() -> None:
    texte = LIGNE.replace(";", ",").replace("Travailleuse sociale", '"Écoute, accueil"')
    assert seule(texte)["fonction"] == "Écoute, accueil"


def test_une_premiere_case_vide_ne_decale_pas_les_autres() -> None:
    assert seule(LIGNE.replace("Madame", "").replace(";", "\t"))["nom"] == "Vasseur"


def test_les_numeros_sont_ceux_des_lignes_collees() -> None:
    lue = tableur.lire(f"{TITRES}\n\n{LIGNE}\n{LIGNE};en trop")
    assert [numero for numero, _ in lue.lignes] == [3, 4]
    assert lue.en_trop == {4}


def test_deux_cents_lignes_passent_et_pas_une_de_plus() -> None:
    assert len(tableur.lire("\n".join([TITRES, *[LIGNE] * 200])).lignes) == 200
    with pytest.raises(tableur.Illisible, match="201 lignes, pour 200"):
        tableur.lire("\n".join([TITRES, *[LIGNE] * 201]))


@pytest.mark.parametrize(
    ("texte", "raison"),
    [
        ("  \n\n", "au moins une ligne"),
        (TITRES, "que ses titres"),
        ("Nom;Prénom\nVasseur;Élodie", "Il manque une colonne : Civilité"),
        (f"{TITRES};Mail\n{LIGNE};x", "figure deux fois"),
        (f'"{LIGNE}', "guillemet"),
    ],
)
def test_ce_qui_n_est_pas_un_tableau_le_dit(texte: str, raison: str) -> None:
    with pytest.raises(tableur.Illisible, match=raison):
        tableur.lire(texte)


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_un_fichier_de_tableur_se_lit_quel_que_soit_son_encodage(encodage: str) -> None:
    assert seule(tableur.decoder(LIGNE.encode(encodage))) == ATTENDUE


@pytest.mark.parametrize("octets", [b"PK\x03\x04classeur", b"\x00\x01\x02\x81"])
def test_un_fichier_qui_n_est_pas_du_texte_est_refuse(octets: bytes) -> None:
    with pytest.raises(tableur.Illisible):
        tableur.decoder(octets)


def test_ce_qui_est_ecrit_se_relit() -> None:
    cases = {**ATTENDUE, "fonction": 'Accueil ; dit "le guichet"'}
    assert seule(tableur.ecrire([cases])) == cases


@pytest.mark.regle("H-15")
@pytest.mark.parametrize("case", ["=1+1", "+41 22", "-2", "@SOMME(A1)", "\t=1", "\r=1"])
def test_une_formule_n_est_pas_executee(case: str) -> None:
    assert exports.neutraliser(case) == f"'{case}"
    texte = exports.en_csv([[case, "Vasseur"]]).decode("utf-8-sig")
    assert "Vasseur" in texte
    assert not texte.lstrip('"').startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.regle("H-15")
def test_le_classeur_ne_contient_que_du_texte() -> None:
    octets = exports.en_xlsx([["Nom", "Fonction"], ["Élodie <V>", "=1+1\x01"]])
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        assert archive.testzip() is None
        feuille = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in feuille
    assert set(re.findall(r"<c [^>]*>", feuille)) == {'<c t="inlineStr">'}
    textes = re.findall(r"<t [^>]*>([^<]*)</t>", feuille)
    assert textes == ["Nom", "Fonction", "Élodie &lt;V&gt;", "=1+1"]
