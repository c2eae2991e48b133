"""« Ce n'est pas une donnée de santé », as both sides use it: what passes, what the DPO reads."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comptes.models import Trace
from portail.levees import empreinte
from signalements.models import Brouillon, Demande, Levee, Lieu, Message
from tests.personas import Personas, connecte
from tests.signalements.fabriques import avancer, deposer, ouvrir_brouillon
from tests.signalements.saisies import SAISIE, envoyer, page
from tests.voisinage import lier

pytestmark = [pytest.mark.django_db, pytest.mark.regle("D-09")]

TEXTE = "Les courriers partent au nom de Diabète et Fils."
RAISON = "Diabète et Fils est l'employeur de la personne."
NIR = "2 84 03 62 498 001 64"
LEVER = {"commentaires_levee": empreinte(TEXTE), "commentaires_raison": RAISON}


@pytest.fixture
def demande(personas: Personas) -> Demande:
    lier(personas.caisse_a, personas.partenaire_a)
    return deposer(personas.caisse_a, personas.partenaire_a, personas.technicien_a)


def contester(texte: str = TEXTE, raison: str = RAISON, champ: str = "texte") -> dict[str, str]:
    return {champ: texte, f"{champ}_levee": empreinte(texte), f"{champ}_raison": raison}


def fermer(caisse: Any) -> None:
    caisse.levees_admises = False
    caisse.save(update_fields=["levees_admises"])


def champs_de(contenu: str, nom: str = "commentaires") -> dict[str, str]:
    """The two inputs of the way out, as the browser would send them back."""
    lus = {}
    for suffixe in ("levee", "raison"):
        trouve = re.search(rf'<input[^>]*name="{nom}_{suffixe}"[^>]*value="([^"]*)"', contenu)
        if trouve:
            lus[f"{nom}_{suffixe}"] = trouve[1].replace("&#x27;", "'")
    return lus


# --- a message, a note, a step: both sides ----------------------------------------------------


@pytest.mark.parametrize("profil", ["technicien_a", "agent_a"])
def test_un_message_conteste_part_et_se_lit_dans_la_liste_du_dpo(
    demande: Demande, personas: Personas, profil: str
) -> None:
    auteur = getattr(personas, profil)
    adresse = reverse("signalements:message", args=[demande.reference])
    client = connecte(Client(), auteur)
    refusee = client.post(adresse, {"texte": TEXTE})
    assert refusee.status_code == 200
    assert not Message.objects.exists()
    offerte = champs_de(refusee.content.decode(), "texte")
    reponse = client.post(adresse, {"texte": TEXTE, **offerte, "texte_raison": RAISON})
    assert reponse.status_code == 302
    assert Message.objects.get().texte == TEXTE
    levee = Levee.objects.get()
    assert (levee.caisse, levee.partenaire) == (demande.caisse, demande.partenaire)
    assert (levee.demande, levee.auteur, levee.lieu) == (demande, auteur, Lieu.MESSAGE)
    assert (levee.raison, levee.avis) == (RAISON, "")
    assert levee.empreinte == empreinte(TEXTE)
    assert levee.creee_le == Message.objects.get().envoye_le
    assert [True, "Diabète"] in levee.passages[0]
    assert "".join(texte for _, texte in levee.passages[0]).endswith("nom de Diabète et Fils.")
    assert levee.categories == ["maladie"]


def test_le_dpo_de_la_caisse_et_lui_seul_la_voit(demande: Demande, personas: Personas) -> None:
    adresse = reverse("signalements:message", args=[demande.reference])
    connecte(Client(), personas.technicien_a).post(adresse, contester())
    assert Levee.objects.visibles_par(personas.dpo_a).count() == 1
    for ailleurs in (personas.dpo_b, personas.agent_a, personas.technicien_a):
        assert not Levee.objects.visibles_par(ailleurs).exists()


def test_une_note_interne_se_conteste_sous_son_prefixe(
    demande: Demande, personas: Personas
) -> None:
    client = connecte(Client(), personas.agent_a)
    adresse = reverse("signalements:note", args=[demande.reference])
    client.post(adresse, {"note-texte": TEXTE, **contester()})
    assert not Levee.objects.exists()
    client.post(adresse, contester(champ="note-texte"))
    assert Levee.objects.get().lieu == Lieu.NOTE


@pytest.mark.parametrize(
    ("etape", "jusqu_a", "reste"),
    [
        ("demander_complement", "prendre_en_charge", {}),
        ("cloturer", "engager_accompagnement", {"issue": "droits_ouverts"}),
        ("refus_personne", "confirmer_contact", {"canal": "telephone"}),
    ],
)
def test_le_texte_d_une_etape_se_conteste(
    demande: Demande, personas: Personas, etape: str, jusqu_a: str, reste: dict[str, str]
) -> None:
    demande = avancer(demande, personas.agent_a, jusqu_a=jusqu_a)
    client = connecte(Client(), personas.agent_a)
    adresse = reverse("signalements:etape", args=[demande.reference, etape])
    saisie = {f"{etape}-{nom}": valeur for nom, valeur in reste.items()}
    champ = f"{etape}-texte"
    refusee = client.post(adresse, {**saisie, champ: TEXTE})
    offerte = champs_de(refusee.content.decode(), champ)
    reponse = client.post(adresse, {**saisie, champ: TEXTE, **offerte, f"{champ}_raison": RAISON})
    assert reponse.status_code == 302
    assert Levee.objects.get().lieu == Lieu.MESSAGE
    assert demande.messages.last().texte == TEXTE


def test_une_etape_devancee_ne_leve_rien(demande: Demande, personas: Personas) -> None:
    demande = avancer(demande, personas.agent_a, jusqu_a="cloturer")
    adresse = reverse("signalements:message", args=[demande.reference])
    connecte(Client(), personas.agent_a).post(adresse, contester())
    assert not Levee.objects.exists()


@pytest.mark.regle("D-08")
@pytest.mark.parametrize(
    "saisie",
    [
        contester() | {"texte": TEXTE + " Merci."},
        contester() | {"texte_levee": "0" * 64},
        contester(f"{TEXTE} {NIR}"),
        contester(raison="   "),
        contester(raison="Non"),
        contester(raison=f"Son numéro est {NIR}."),
        contester(raison="Elle a un cancer du sein."),
    ],
)
def test_le_reste_ne_passe_pas(
    demande: Demande, personas: Personas, saisie: dict[str, str]
) -> None:
    adresse = reverse("signalements:message", args=[demande.reference])
    reponse = connecte(Client(), personas.technicien_a).post(adresse, saisie)
    assert reponse.status_code == 200
    assert not Message.objects.exists()
    assert not Levee.objects.exists()


@pytest.mark.parametrize("profil", ["technicien_a", "agent_a"])
def test_une_caisse_qui_l_a_ferme_n_y_laisse_pas_passer(
    demande: Demande, personas: Personas, profil: str
) -> None:
    fermer(demande.caisse)
    adresse = reverse("signalements:message", args=[demande.reference])
    reponse = connecte(Client(), getattr(personas, profil)).post(adresse, contester())
    contenu = reponse.content.decode()
    assert not Message.objects.exists()
    assert "Ce n’est pas une donnée de santé" not in contenu
    assert "La caisse n’admet pas d’explication" in contenu


@pytest.mark.regle("G-05")
def test_la_trace_compte_et_ne_cite_pas(demande: Demande, personas: Personas) -> None:
    adresse = reverse("signalements:message", args=[demande.reference])
    client = connecte(Client(), personas.technicien_a)
    client.post(adresse, {"texte": TEXTE})
    client.post(adresse, contester())
    trace = Trace.objects.get(details__has_key="levees")
    assert trace.details == {"levees": 1}
    assert (trace.qui_id, trace.caisse_id) == (personas.technicien_a.pk, demande.caisse.pk)
    assert trace.cle == demande.reference
    tout = str(list(Trace.objects.values())).lower()
    assert "diabète" not in tout
    assert "employeur" not in tout
    assert empreinte(TEXTE) not in tout


# --- a deposit: the draft, its summary, its filing --------------------------------------------


def relire(client: Client, brouillon: Brouillon, **saisie: Any) -> Any:
    return envoyer(client, brouillon, "relire", **saisie)


def test_un_depot_conteste_sans_javascript(technicien: Client, brouillon: Brouillon) -> None:
    refusee = relire(technicien, brouillon, commentaires=TEXTE)
    assert refusee.status_code == 200
    brouillon.refresh_from_db()
    assert TEXTE not in str(brouillon.contenu)
    offerte = champs_de(refusee.content.decode())
    assert offerte == {**LEVER, "commentaires_raison": ""}
    reponse = relire(technicien, brouillon, **{"commentaires": TEXTE, **LEVER})
    assert reponse.url == page(brouillon, "relire/")
    resume = technicien.get(reponse.url).content.decode()
    assert "Diabète et Fils est l&#x27;employeur" in resume
    technicien.post(reponse.url)
    demande = Demande.objects.get()
    assert demande.commentaires == TEXTE
    levee = Levee.objects.get()
    assert (levee.demande, levee.lieu, levee.raison) == (demande, Lieu.COMMENTAIRES, RAISON)
    assert levee.creee_le == demande.deposee_le


def test_l_enregistrement_automatique_offre_la_sortie_puis_garde_le_texte(
    technicien: Client, brouillon: Brouillon
) -> None:
    enregistrer = page(brouillon, "enregistrer/")
    reponse = technicien.post(enregistrer, {"commentaires": TEXTE}).json()
    assert "<mark>Diabète</mark>" in reponse["refus"]["commentaires"]
    offerte = champs_de(reponse["sorties"]["commentaires"])
    assert offerte["commentaires_levee"] == empreinte(TEXTE)
    brouillon.refresh_from_db()
    assert TEXTE not in str(brouillon.contenu)
    reponse = technicien.post(enregistrer, {"commentaires": TEXTE, **LEVER}).json()
    assert reponse["refus"] == {}
    assert "data-acquise" in reponse["sorties"]["commentaires"]
    brouillon.refresh_from_db()
    assert brouillon.contenu["commentaires"] == [TEXTE]
    reponse = technicien.post(enregistrer, {"commentaires": "Bonjour."}).json()
    assert (reponse["refus"], reponse["sorties"]) == ({}, {})
    brouillon.refresh_from_db()
    assert RAISON not in str(brouillon.contenu)


def test_le_brouillon_repris_plus_tard_garde_l_explication(
    technicien: Client, brouillon: Brouillon
) -> None:
    technicien.post(page(brouillon, "enregistrer/"), {**SAISIE, "commentaires": TEXTE, **LEVER})
    contenu = technicien.get(page(brouillon)).content.decode()
    assert TEXTE in contenu
    assert "data-acquise" in contenu
    assert "data-refus" not in contenu
    assert champs_de(contenu) == LEVER
    assert relire(technicien, brouillon, commentaires=TEXTE, **LEVER).status_code == 302


def test_un_texte_change_est_redemande_et_garde_le_dernier_admis(
    technicien: Client, brouillon: Brouillon
) -> None:
    enregistrer = page(brouillon, "enregistrer/")
    technicien.post(enregistrer, {"commentaires": TEXTE, **LEVER})
    autre = TEXTE + " Elle a un cancer du sein."
    reponse = technicien.post(enregistrer, {"commentaires": autre, **LEVER}).json()
    assert "<mark>cancer du sein</mark>" in reponse["refus"]["commentaires"]
    offerte = champs_de(reponse["sorties"]["commentaires"])
    assert offerte == {"commentaires_levee": empreinte(autre), "commentaires_raison": RAISON}
    assert "data-a-confirmer" in reponse["sorties"]["commentaires"]
    brouillon.refresh_from_db()
    assert brouillon.contenu["commentaires"] == [TEXTE]
    assert brouillon.contenu["commentaires_levee"] == [empreinte(TEXTE)]


def test_une_raison_refusee_n_est_pas_gardee(technicien: Client, brouillon: Brouillon) -> None:
    saisie = {"commentaires": TEXTE, **LEVER, "commentaires_raison": f"C'est {NIR}."}
    reponse = technicien.post(page(brouillon, "enregistrer/"), saisie).json()
    assert f"<mark>{NIR}</mark>" in reponse["sorties"]["commentaires"]
    brouillon.refresh_from_db()
    assert NIR not in str(brouillon.contenu)
    assert "nir" in [trace.details.get("raison") for trace in Trace.objects.all()]


def test_une_caisse_qui_ferme_entre_temps_redemande_au_depot(
    technicien: Client, brouillon: Brouillon
) -> None:
    relire(technicien, brouillon, **{"commentaires": TEXTE, **LEVER})
    fermer(brouillon.caisse)
    for adresse in (page(brouillon), page(brouillon, "relire/")):
        contenu = technicien.get(adresse).content.decode()
        assert "<mark>Diabète</mark>" in contenu
        assert "Ce n’est pas une donnée de santé" not in contenu
    assert technicien.post(page(brouillon, "relire/")).status_code == 200
    assert not Demande.objects.exists()


def test_changer_de_caisse_redemande_et_garde_la_raison(
    technicien: Client, personas: Personas
) -> None:
    lier(personas.caisse_a, personas.partenaire_a)
    lier(personas.caisse_b, personas.partenaire_a)
    a = (personas.caisse_a, personas.partenaire_a, personas.technicien_a)
    brouillon = ouvrir_brouillon(*a)
    saisie = {"commentaires": TEXTE, **LEVER, "caisse": personas.caisse_b.code}
    reponse = envoyer(technicien, brouillon, "changer", **saisie)
    contenu = technicien.get(reponse.url).content.decode()
    assert TEXTE in contenu
    assert champs_de(contenu) == LEVER
    assert "data-a-confirmer" in contenu
    assert "<mark>Diabète</mark>" in contenu
    assert technicien.post(page(brouillon, "relire/")).status_code == 200
    assert not Demande.objects.exists()
    relire(technicien, brouillon, **{"commentaires": TEXTE, **champs_de(contenu)})
    technicien.post(page(brouillon, "relire/"))
    assert Levee.objects.get().caisse == personas.caisse_b


def test_un_depot_sans_rien_a_contester_ne_leve_rien(
    technicien: Client, brouillon: Brouillon
) -> None:
    relire(technicien, brouillon, **{**LEVER, "commentaires": "Bonjour."})
    technicien.post(page(brouillon, "relire/"))
    assert Demande.objects.count() == 1
    assert not Levee.objects.exists()
