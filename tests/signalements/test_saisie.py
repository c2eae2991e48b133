"""What the guard reads of a deposit: whole values, and the values that belong together."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.datastructures import MultiValueDict

from conventions.models import Convention
from portail.departements import DEPARTEMENTS
from signalements.forms.brouillon import trier_saisie
from signalements.forms.depot import ChampLieuNaissance, FormulaireSignalement
from signalements.models import Brouillon, Demande
from tests.personas import Personas
from tests.signalements.fabriques import deposer
from tests.signalements.saisies import SAISIE, envoyer
from tests.voisinage import lier


def trier(precedent: dict[str, list[str]] | None = None, **saisie: str) -> Any:
    return trier_saisie(MultiValueDict({n: [v] for n, v in saisie.items()}), precedent or {})


@pytest.mark.regle("D-08")
@pytest.mark.parametrize("champ", ["nom", "commentaires"])
def test_un_caractere_nul_ne_cache_pas_un_nir(champ: str) -> None:
    gardes, refuses = trier({champ: ["avant"]}, **{champ: "2 84\x0003 62 498 001 64"})
    assert list(refuses) == [champ]
    assert gardes[champ] == ["avant"]


def test_un_caractere_nul_seul_est_simplement_ote() -> None:
    gardes, refuses = trier(commentaires="un dossier\x00 de 2024")
    assert (gardes["commentaires"], refuses) == (["un dossier de 2024"], {})


MORCEAUX = [
    ("2 84 03 62", "498 001 64"),
    ("498 001 64", "2 84 03 62"),
    ("2840362", "49800164"),
    ("Roux 2840362", "498 001 64"),
]


@pytest.mark.regle("D-08")
@pytest.mark.parametrize("saisi", ["00284036249800164", "+2(0)84036249800164"])
def test_un_brouillon_ne_garde_pas_un_nir_sous_un_indicatif(saisi: str) -> None:
    gardes, refuses = trier({"telephone": ["06"]}, telephone=saisi)
    assert list(refuses) == ["telephone"]
    assert gardes["telephone"] == ["06"]


@pytest.mark.regle("D-08")
@pytest.mark.parametrize(("nom", "prenom"), MORCEAUX)
def test_un_nir_coupe_entre_nom_et_prenom_n_est_pas_garde(nom: str, prenom: str) -> None:
    gardes, refuses = trier({"nom": ["Vasseur"], "prenom": ["Élodie"]}, nom=nom, prenom=prenom)
    assert list(refuses) == ["prenom"]
    assert (gardes["nom"], gardes["prenom"]) == (["Vasseur"], ["Élodie"])


def test_un_nir_ne_se_complete_pas_en_deux_fois() -> None:
    """The first half is in the draft already: the second one does not join it."""
    gardes, refuses = trier({"prenom": ["498 001 64"]}, nom="2 84 03 62", prenom="498 001 64")
    assert list(refuses) == ["prenom"]
    assert (gardes["nom"], gardes["prenom"]) == ([], ["498 001 64"])


@pytest.mark.regle("D-08")
@pytest.mark.parametrize(("nom", "prenom"), MORCEAUX)
def test_un_nir_coupe_entre_nom_et_prenom_n_est_pas_depose(nom: str, prenom: str) -> None:
    assert list(formulaire(nom=nom, prenom=prenom).errors) == ["prenom"]


def test_deux_morceaux_qui_ne_font_pas_un_nir_passent() -> None:
    """The near miss: the same digits, too few of them."""
    assert not formulaire(nom="2 84 03 62", prenom="498 00").errors
    assert trier(nom="2 84 03 62", prenom="498 00")[1] == {}


def formulaire(**saisie: str) -> FormulaireSignalement:
    return FormulaireSignalement(
        {**SAISIE, **saisie}, convention=Convention(), mode_consentement="case"
    )


@pytest.mark.regle("D-09")
@pytest.mark.parametrize("lieu", ["cancer du sein", "diabète", "Diabète de type 2"])
def test_un_lieu_de_naissance_n_est_pas_une_maladie(lieu: str) -> None:
    _, refuses = trier(lieu_naissance=lieu)
    assert [erreur.code for erreur in refuses["lieu_naissance"].error_list] == ["sante"]
    with pytest.raises(Exception, match="santé"):
        ChampLieuNaissance().clean(lieu)


PAYS = """Portugal, Algérie, Maroc, Tunisie, Côte d'Ivoire, Guinée-Bissau, Congo, Sénégal, Mali,
Syrie, Liban, Comores, Sri Lanka, Royaume-Uni, Antilles néerlandaises, Cap-Vert, Salvador, Niger,
Saint-Vincent-et-les-Grenadines, Timor oriental, Turquie, Corée du Sud, Sainte-Lucie, Tchad"""


@pytest.mark.parametrize("lieu", [pays.strip() for pays in PAYS.split(",")])
def test_un_pays_est_un_lieu_de_naissance(lieu: str) -> None:
    assert ChampLieuNaissance().clean(lieu) == lieu


def test_un_departement_est_un_lieu_de_naissance() -> None:
    assert [ChampLieuNaissance().clean(numero) for numero in DEPARTEMENTS] == list(DEPARTEMENTS)


@pytest.mark.django_db
@pytest.mark.parametrize("nom", ["Beauneze", "Desjarde"])
def test_un_nom_qui_se_lit_comme_une_reference_reste_un_nom(personas: Personas, nom: str) -> None:
    lier(personas.caisse_a, personas.partenaire_a)
    a = (personas.caisse_a, personas.partenaire_a, personas.technicien_a)
    demande, _autre = deposer(*a, nom=nom), deposer(*a, nom="Roux")
    assert list(Demande.objects.cherchees(nom.upper())) == [demande]
    assert list(Demande.objects.cherchees(demande.reference.lower())) == [demande]
    assert list(Demande.objects.cherchees("???")) == []


@pytest.mark.django_db
def test_trop_de_fichiers_ne_perdent_pas_le_texte(technicien: Client, brouillon: Brouillon) -> None:
    fichiers = [SimpleUploadedFile(f"note{n}.csv", b"a;b\n1;2\n") for n in range(21)]
    reponse = envoyer(technicien, brouillon, fichiers=fichiers, commentaires="Un long récit.")
    assert reponse.status_code in (200, 302)
    brouillon.refresh_from_db()
    assert brouillon.contenu["commentaires"] == ["Un long récit."]
    assert brouillon.pieces.count() == 8


@pytest.mark.regle("D-08")
def test_un_champ_sans_recours_le_dit_a_la_page() -> None:
    champs = FormulaireSignalement.base_fields
    sans = {nom for nom, champ in champs.items() if "data-sans-recours" in champ.widget.attrs}
    assert {"nom", "prenom", "lieu_naissance"} <= sans
    assert "commentaires" not in sans
