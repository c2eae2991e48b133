"""What the convention d'utilisation, the avenant and the contact sheet say, typed by hand."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from comptes.models import Caisse, Partenaire
from conventions.actions import documents
from conventions.models import Acte, Contact, Convention, Document, Signature, Version
from tests.conventions import vies
from tests.conventions.documents import (
    acte,
    convention_metier,
    demander,
    faire,
    lecteur,
    lier_caisse,
    structure,
    texte,
)
from tests.factories import CaisseFactory, PartenaireFactory
from tests.personas import Personas

pytestmark = pytest.mark.django_db

LUNDI = datetime(2026, 3, 9, 9, 5, tzinfo=ZoneInfo("Europe/Paris"))
NOM_LONG = (
    "Communauté d’agglomération des Collines du Haut-Pays et de la Vallée verte, centre "
    "intercommunal d’action sociale, pôle de l’inclusion et de l’accès aux soins"
)


@pytest.fixture(autouse=True)
def _horloge() -> Iterator[None]:
    """Monday 9 March 2026, 9:05 in Paris."""
    with time_machine.travel(LUNDI, tick=False):
        yield


@pytest.fixture
def scene(_horloge: None, personas: Personas) -> Personas:
    return personas


def signable(scene: Personas, **parametres: Any) -> Acte:
    return acte(convention_metier(scene.caisse_a, scene.partenaire_a, **parametres))


def dit(scene: Personas, **parametres: Any) -> str:
    return texte(demander(signable(scene, **parametres), scene.admin_a))


def contact(tenant: Caisse | Partenaire, **champs: Any) -> Contact:
    cle = "caisse" if isinstance(tenant, Caisse) else "partenaire"
    defauts = {"role": "referent", "telephone": "03 00 00 00 21", "depuis": date(2026, 1, 1)}
    return Contact.objects.create(**{cle: tenant}, **{**defauts, **champs})


@pytest.mark.regle("C-04")
def test_la_convention_nomme_ses_parties_et_son_adossement(scene: Personas) -> None:
    Caisse.objects.filter(pk=scene.caisse_a.pk).update(nom="CPAM des Collines")
    Partenaire.objects.filter(pk=scene.partenaire_a.pk).update(
        nom="CCAS de Bellefontaine", adresse="3 place du Marché, 62990 Bellefontaine"
    )
    contenu = dit(
        scene, intitule="Accès aux soins à Bellefontaine", autres_signataires=["CARSAT d’essai"]
    )
    for attendu in (
        "Convention d’utilisation de l’Espace Partenaires",
        "« Accès aux soins à Bellefontaine »",
        "CPAM des Collines, caisse d’assurance maladie",
        "CCAS de Bellefontaine, 3 place du Marché, 62990 Bellefontaine",
        "CARSAT d’essai, signataire sans accès au portail",
        "signée par la dernière d’entre elles le 3 mars 2026",
        "en autant d’exemplaires que de parties (3)",
        "Texte établi le 9 mars 2026",
    ):
        assert attendu in contenu, attendu
    assert contenu.count("Signature et cachet") == 3
    assert "République" not in contenu


@pytest.mark.regle("C-06")
def test_un_service_ferme_n_apparait_pas(scene: Personas) -> None:
    contenu = dit(scene, services=["signaler", "historique"])
    assert "Signaler une difficulté d'accès aux droits et aux soins" in contenu
    assert "Consulter l'historique des demandes" in contenu
    for ferme in (
        "Contacter la caisse",
        "Soumettre une demande d'étude de dossier",
        "Demander un rendez-vous",
        "Demander un document",
        "Remise des documents",
        "Complémentaire santé solidaire",
    ):
        assert ferme not in contenu, ferme


@pytest.mark.regle("C-07")
def test_qui_recoit_les_documents_par_le_portail(scene: Personas) -> None:
    tutelle = PartenaireFactory(nom="Tutelles d’essai", recoit_documents=True)
    convention = convention_metier(scene.caisse_a, scene.partenaire_a)
    convention.partenaires.add(tutelle)
    contenu = texte(demander(acte(convention), scene.admin_a))
    assert "Tutelles d’essai : habilité à recevoir les documents par le portail." in contenu
    assert f"{scene.partenaire_a.nom} : envoi à l’adresse de l’assuré." in contenu


@pytest.mark.regle("H-06")
@pytest.mark.regle("H-07")
def test_la_grille_de_la_convention_est_celle_qui_s_imprime(scene: Personas) -> None:
    Partenaire.objects.filter(pk=scene.partenaire_a.pk).update(membres=11)
    contenu = dit(scene, techniciens_petit=4, techniciens_moyen=16, techniciens_grand=None)
    assert "De 1 à 10 membres 2 4 De 11 à 25 membres 3 16" in contenu
    assert "Plus de 25 membres 5 sans limite" in contenu
    assert f"{scene.partenaire_a.nom} 11 3 16" in contenu


@pytest.mark.regle("H-07")
def test_sans_limite_toujours(scene: Personas) -> None:
    contenu = dit(scene, techniciens_petit=None, techniciens_moyen=None, techniciens_grand=None)
    assert contenu.count("sans limite") == 4  # the three lines of the grid, and the partner


@pytest.mark.regle("C-02")
@pytest.mark.parametrize(
    ("regle", "attendu"),
    [
        ("fenetre", "dénoncer la convention métier dans les 5 mois qui précèdent sa date"),
        ("minimum", "dénoncer la convention métier 5 mois au moins avant sa date anniversaire"),
    ],
)
def test_le_preavis_se_lit_comme_la_convention_le_dit(
    scene: Personas, regle: str, attendu: str
) -> None:
    assert attendu in dit(scene, preavis_mois=5, regle_preavis=regle)


def test_les_parametres_sont_ceux_de_la_convention(scene: Personas) -> None:
    contenu = dit(
        scene,
        delai_violation_heures=48,
        conservation_mois=18,
        delai_urgence_heures=36,
        delai_contact_heures=72,
        delai_instruction_jours=28,
        delai_c2s_jours=29,
        justificatif_urgence=True,
    )
    for attendu in (
        "dans les 48 heures",
        "conservée 18 mois",
        "demande urgente 36 heures du dépôt",
        "72 heures de la prise en charge",
        "28 jours du dépôt",
        "29 jours du jour où le dossier est complet",
        "la demande urgente n’est pas reçue",
        "dans les 30 jours calendaires",
        "15 jours après une mise en demeure",
        "dans les 5 jours ouvrés",
    ):
        assert attendu in contenu, attendu


@pytest.mark.regle("D-03")
def test_l_annexe_dit_le_consentement_de_chaque_caisse(scene: Personas) -> None:
    convention = convention_metier(scene.caisse_a, scene.partenaire_a)
    lier_caisse(convention, scene.caisse_b, mode_consentement="formulaire")
    contenu = texte(demander(acte(convention), scene.admin_a))
    assert "« La personne concernée accepte que ses coordonnées soient transmises" in contenu
    assert f"{scene.caisse_a.nom} : l’auteur de la demande coche la case" in contenu
    assert f"{scene.caisse_b.nom} : le formulaire signé par la personne est joint" in contenu
    assert "10.6 Retrait d’une seule caisse" in contenu


def test_ce_que_les_caisses_decident_autrement_est_dit_de_chacune(scene: Personas) -> None:
    Caisse.objects.filter(pk=scene.caisse_b.pk).update(mot_de_passe_jours=180, revue_mois=None)
    convention = convention_metier(scene.caisse_a, scene.partenaire_a)
    lier_caisse(convention, scene.caisse_b)
    contenu = texte(demander(acte(convention), scene.admin_a))
    a, b = scene.caisse_a.nom, scene.caisse_b.nom
    assert f"tous les 365 jours ({a}) ; tous les 180 jours ({b})" in contenu
    assert f"tous les 12 mois ({a}) ; à la seule demande de la caisse ({b})" in contenu


@pytest.mark.regle("C-05")
def test_un_acte_signe_garde_ses_parametres_et_ses_dates(scene: Personas) -> None:
    signe = signable(scene, conservation_mois=24)
    parametres = {nom: getattr(signe.convention, nom) for nom in Convention.PARAMETRES}
    Version.objects.create(
        convention=signe.convention,
        acte=signe,
        numero=1,
        depuis=date(2026, 3, 5),
        parametres={
            **parametres,
            "conservation_mois": 12,
            "modes_consentement": {scene.caisse_a.code: "formulaire"},
        },
    )
    Signature.objects.filter(caisse=scene.caisse_a).update(
        signee_le=date(2026, 3, 1), qualite="la directrice"
    )
    contenu = texte(demander(signe, scene.admin_a))
    assert "conservée 12 mois" in contenu
    assert f"{scene.caisse_a.nom} : le formulaire signé par la personne est joint" in contenu
    assert "Signé le 1er mars 2026, par la directrice" in contenu


@pytest.mark.regle("C-08")
def test_la_fiche_des_contacts_dit_qui_manque(scene: Personas) -> None:
    convention = convention_metier(scene.caisse_a, scene.partenaire_a)
    contact(scene.caisse_a, nom="Inès Caron", fonction="Chargée des partenariats")
    contact(scene.caisse_a, nom="Bureau du délégué", role="dpo", email="dpo@cpam.example")
    contact(scene.partenaire_a, nom="Paul Ancien", jusqu_au=date(2026, 2, 1))
    contact(scene.caisse_b, nom="Une voisine")
    contenu = texte(
        faire(documents.demander_document("contacts", convention=convention, acteur=None))
    )
    for attendu in (
        "Contacts en fonction le 9 mars 2026",
        "Inès Caron Chargée des partenariats depuis le 1er janvier 2026 03 00 00 00 21",
        "dpo@cpam.example",
        "Service partenaires, 03 00 00 00 00",  # what the caisse publishes
        "Référent local à désigner.",  # on the partner's side
        "Page 1 sur 1",
    ):
        assert attendu in contenu, attendu
    assert "Paul Ancien" not in contenu
    assert "Une voisine" not in contenu
    assert contenu.count("Délégué à la protection des données à désigner.") == 1


@pytest.mark.regle("C-05")
def test_l_avenant_dit_l_ancien_et_le_nouveau(scene: Personas) -> None:
    convention = convention_metier(
        scene.caisse_a, scene.partenaire_a, services=["signaler"], date_utilisation=LUNDI.date()
    )
    avenant = acte(
        convention,
        nature="avenant",
        numero=2,
        objet="Suivre la nouvelle taille de la structure.",
        effet_le=date(2026, 5, 1),
        changements={
            "techniciens_petit": None,
            "conservation_mois": 36,
            "modes_consentement": {scene.caisse_a.code: "formulaire"},
        },
    )
    contenu = texte(demander(avenant, scene.admin_a))
    for attendu in (
        "Avenant n° 2 à la convention",
        "Suivre la nouvelle taille de la structure.",
        "Techniciens, de 1 à 10 membres 5 au plus Sans limite",
        "Conservation d’une demande close 24 mois 36 mois",
        f"{scene.caisse_a.nom} : case à cocher {scene.caisse_a.nom} : formulaire signé joint",
        "prend effet le 1er mai 2026",
        "signée par la dernière d’entre elles le 3 mars 2026",
        "entrée en vigueur le 9 mars 2026",
    ):
        assert attendu in contenu, attendu
    assert "Services ouverts" not in contenu
    assert contenu.count("Signature et cachet") == 2


def test_le_sommaire_donne_les_bonnes_pages(scene: Personas) -> None:
    pdf = lecteur(demander(signable(scene), scene.admin_a))
    pages = [" ".join(page.extract_text().split()) for page in pdf.pages]
    entrees = re.findall(r"((?:Article|Annexe) \d+ – [^.]+?) ?\.{3,} ?(\d+)", pages[1])
    assert len(entrees) == 14
    for titre, numero in entrees:
        assert titre in pages[int(numero) - 1], titre
    for rang, page in enumerate(pages, start=1):
        assert f"Page {rang} sur {len(pages)}" in page


def test_le_pdf_est_accessible(scene: Personas) -> None:
    pdf = lecteur(demander(signable(scene), scene.admin_a))
    catalogue = pdf.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "fr"
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata.title == "Convention d’utilisation de l’Espace Partenaires"
    elements = list(structure(catalogue["/StructTreeRoot"]))
    genres = {element["/S"] for element in elements}
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/L", "/Link"} <= genres
    entetes = [element for element in elements if element["/S"] == "/TH"]
    portees = {str(entete["/A"]["/Scope"]) for entete in entetes}
    assert portees == {"/Column", "/Row"}
    titres = [titre.title for titre in pdf.outline if not isinstance(titre, list)]
    assert "Convention d’utilisation de l’Espace Partenaires" in titres


def test_beaucoup_de_parties_aux_noms_longs_tiennent_dans_la_page(scene: Personas) -> None:
    convention = convention_metier(
        scene.caisse_a, scene.partenaire_a, autres_signataires=["CARSAT d’essai"]
    )
    for _ in range(3):
        lier_caisse(convention, CaisseFactory())
    convention.partenaires.add(PartenaireFactory(nom=NOM_LONG, membres=400))
    document = demander(acte(convention), scene.admin_a)
    contenu = texte(document)
    assert contenu.count("Signature et cachet") == 7
    assert NOM_LONG in contenu
    largeurs = {float(page.mediabox.width) for page in lecteur(document).pages}
    assert {round(largeur) for largeur in largeurs} == {595}
    assert not [page for page in lecteur(document).pages if len(page.extract_text()) < 200]


@pytest.mark.regle("C-05")
def test_envoyer_un_acte_fait_etablir_ce_que_les_parties_signent(scene: Personas) -> None:
    convention = vies.en_vigueur(date(2026, 3, 3), delai_instruction_jours=30)
    vies.avenant(convention, {"delai_instruction_jours": 20})
    assert list(Document.objects.order_by("pk").values_list("nature", "garde_jusqu_au")) == [
        ("utilisation", None),
        ("avenant", None),
    ]


@pytest.mark.regle("C-05")
def test_un_avenant_deja_applique_dit_encore_ce_qu_il_a_change(scene: Personas) -> None:
    convention = vies.en_vigueur(date(2026, 3, 3), delai_instruction_jours=30)
    premier = vies.avenant(convention, {"delai_instruction_jours": 20})
    vies.tout_signer(premier, date(2026, 3, 9))
    convention.refresh_from_db()
    assert convention.delai_instruction_jours == 20
    Document.objects.all().delete()  # as if it had been signed before the portal
    contenu = texte(demander(Acte.objects.get(pk=premier.pk), scene.admin_a))
    assert "Instruction d’un dossier 30 jours 20 jours" in contenu
    assert contenu.count("Signé le 9 mars 2026, par Direction") == 2
