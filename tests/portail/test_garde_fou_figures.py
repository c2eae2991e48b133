"""Words said of things, of places of work or of names are nobody's health (D-09)."""

import pytest

from portail.garde_fou import verifier

pytestmark = pytest.mark.regle("D-09")

CHOSES = [
    "Le budget est amputé de 120 € par la saisie.",
    "La plateforme est paralysée depuis hier.",
    "Petite entorse à la règle : la photo est acceptée.",
    "Hémorragie de départs au CCAS, deux agents pour 400 dossiers.",
    "La consigne est un peu schizophrénique.",
    "Le 3646 est muet depuis ce matin.",
    "Ma collègue est allergique aux tableurs.",
]
PERSONNES = [
    "Monsieur est amputé depuis l'accident.",
    "Madame est paralysée depuis hier.",
    "Une entorse à la cheville l'empêche de venir.",
    "Hémorragie dans la nuit, elle n'a pas pu venir.",
    "Son frère est schizophrène.",
    "L'enfant est muet depuis ce matin.",
    "Ma protégée est allergique aux noix.",
]


@pytest.mark.parametrize("texte", CHOSES)
def test_ce_qui_se_dit_d_une_chose_passe(texte: str) -> None:
    assert verifier(texte).verdict == "ok"


@pytest.mark.parametrize("texte", PERSONNES)
def test_le_meme_mot_dit_d_une_personne_est_arrete(texte: str) -> None:
    assert verifier(texte).verdict == "bloque"


@pytest.mark.parametrize(
    ("permis", "arrete"),
    [
        ("Comité mensuel de pilotage (CMP) reporté au 14.", "Son suivi au CMP est reporté au 14."),
        ("Situation familiale : SEP. (séparé), 2 enfants.", "Situation : SEP, 2 enfants."),
        ("Versement du 14 SEP non parvenu.", "Sa SEP a été déclarée le 14."),
        ("Référence VIH-20413 à rappeler.", "Statut VIH à ne pas rappeler."),
    ],
)
def test_un_sigle_explique_n_en_est_plus_un(permis: str, arrete: str) -> None:
    assert verifier(permis).verdict == "ok"
    assert verifier(arrete).verdict == "bloque"


@pytest.mark.parametrize(
    ("permis", "arrete"),
    [
        ("Elle est secrétaire en service de psychiatrie.", "Elle est suivie en psychiatrie."),
        ("Il est vigile à l'hôpital psychiatrique.", "Il est à l'hôpital psychiatrique."),
    ],
)
def test_travailler_dans_un_lieu_de_soin_n_est_pas_y_etre_soigne(permis: str, arrete: str) -> None:
    assert verifier(permis).verdict == "ok"
    assert verifier(arrete).verdict == "bloque"


@pytest.mark.parametrize(
    ("permis", "arrete"),
    [
        ("Rattachement de l'enfant Coma Ionela.", "Rattachement de l'enfant, coma depuis lundi."),
        ("Dossier ROUGEOLLE Martine à rouvrir.", "Dossier à rouvrir, rougeole déclarée."),
        ("Sida Camara a rejoint son mari.", "Camara a le sida."),
        ("Me Basedow, avocate, demande la copie.", "La maladie de Basedow, dit-elle."),
    ],
)
def test_un_nom_sans_civilite_est_reconnu_a_son_voisin(permis: str, arrete: str) -> None:
    assert verifier(permis).verdict == "ok"
    assert verifier(arrete).verdict == "bloque"
