"""One request on screen: its steps, its thread, its files, for the two sides and nobody else."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptes.models import Courriel, Trace
from signalements import actions
from signalements.models import Demande, Message, Piece
from tests.factories import UtilisateurFactory
from tests.personas import Personas, connecte
from tests.signalements.fabriques import avancer, deposer
from tests.voisinage import csv, lier

pytestmark = pytest.mark.django_db

NIR = "2 84 03 62 193 004 04"
SANTE = "Elle est atteinte d'un cancer du sein."


@pytest.fixture
def demande(personas: Personas) -> Demande:
    """A MAS request; next door, the neighbours have one too."""
    lier(personas.caisse_a, personas.partenaire_a)
    lier(personas.caisse_b, personas.partenaire_b)
    deposer(personas.caisse_b, personas.partenaire_b, personas.technicien_b)
    return deposer(personas.caisse_a, personas.partenaire_a, personas.technicien_a)


@pytest.fixture
def agent(personas: Personas) -> Client:
    return connecte(Client(), personas.agent_a)


@pytest.fixture
def technicien(personas: Personas) -> Client:
    return connecte(Client(), personas.technicien_a)


def lire(client: Client, demande: Demande) -> str:
    reponse = client.get(demande.get_absolute_url())
    assert reponse.status_code == 200
    return texte_de(reponse)


def texte_de(reponse: Any) -> str:
    """What is written on the page, tags and runs of spaces removed."""
    texte = re.sub(r"<[^>]+>", " ", reponse.content.decode())
    return " ".join(texte.replace("&#x27;", "'").split())


def boutons(client: Client, demande: Demande) -> dict[str, str]:
    """The steps offered by the page: name in the address → label."""
    html = client.get(demande.get_absolute_url()).content.decode()
    adresses = re.findall(r'action="[^"]*/etapes/([a-z_]+)/"', html)
    libelles = re.findall(
        r'<(?:summary|button type="submit")\s+class="fr-btn[^"]*"\s+'
        r'(?:id="etape-|aria-describedby="explication-)([a-z_]+)"[^>]*>([^<]+)<',
        html,
    )
    trouves = {nom: libelle.strip() for nom, libelle in libelles}
    assert set(trouves) == set(adresses)
    return trouves


def franchir(client: Client, demande: Demande, nom: str, **champs: Any) -> Any:
    donnees = {f"{nom}-{champ}": valeur for champ, valeur in champs.items()}
    adresse = f"{demande.get_absolute_url()}etapes/{nom}/"
    return client.post(adresse, donnees, follow=True)


@pytest.mark.regle("D-12")
def test_le_circuit_mas_se_parcourt_par_les_boutons_de_la_page(
    agent: Client, technicien: Client, demande: Demande, personas: Personas
) -> None:
    contact = {"canal": "telephone", "consentement": "on"}
    cloture = {"issue": "soins", "texte": "Un rendez-vous est pris."}
    parcours: list[tuple[str, dict[str, str], str]] = [
        ("Prendre en charge", {}, "Prise en charge"),
        ("Personne jointe", contact, "Personne contactée"),
        ("Bilan des droits réalisé", {}, "Bilan des droits réalisé"),
        ("Personne recontactée", {"canal": "accueil"}, "Évaluation complétée"),
        ("Plan proposé", {}, "Plan d'accompagnement proposé"),
        ("Engager l'accompagnement", {}, "Accompagnement en cours"),
        ("Clôturer", cloture, "Clôturée"),
    ]
    for rang, (libelle, champs, etape) in enumerate(parcours, start=2):
        noms = {v.replace("&#x27;", "'"): k for k, v in boutons(agent, demande).items()}
        reponse = franchir(agent, demande, noms[libelle], **champs)
        assert reponse.status_code == 200
        assert f"{etape} Étape {rang} sur 8" in lire(agent, demande)
        assert f"{etape} Étape {rang} sur 8" in lire(technicien, demande)
    demande.refresh_from_db()
    assert (demande.etat, demande.issue) == ("cloturee", "soins")
    assert demande.agent == personas.agent_a
    assert boutons(agent, demande) == {"rouvrir": "Rouvrir la demande"}
    page = lire(technicien, demande)
    assert "Demande clôturée : accès aux soins organisé" in page
    assert "Un rendez-vous est pris." in page


@pytest.mark.regle("D-12")
def test_une_etape_hors_de_son_heure_est_refusee_avec_la_raison(
    agent: Client, demande: Demande
) -> None:
    reponse = franchir(agent, demande, "realiser_bilan")
    assert "Étape « Bilan des droits réalisé » impossible" in texte_de(reponse)
    assert 'role="alert"' in reponse.content.decode()
    demande.refresh_from_db()
    assert demande.etat == "deposee"
    assert franchir(agent, demande, "supprimer_tout").status_code == 404


@pytest.mark.regle("D-12")
def test_sans_consentement_la_personne_n_est_pas_dite_jointe(
    agent: Client, demande: Demande
) -> None:
    franchir(agent, demande, "prendre_en_charge")
    reponse = franchir(agent, demande, "confirmer_contact", canal="telephone")
    assert "Sans consentement confirmé, l'accompagnement s'arrête" in texte_de(reponse)
    html = reponse.content.decode()
    assert re.search(r"<details\s+open>\s*<summary[^>]*etape-confirmer_contact", html)
    assert "<title>Erreur : " in html
    demande.refresh_from_db()
    assert demande.etat == "prise_en_charge"
    assert not demande.contacts.exists()


@pytest.mark.regle("D-12")
def test_le_refus_de_la_personne_termine_la_demande(
    agent: Client, technicien: Client, demande: Demande
) -> None:
    franchir(agent, demande, "prendre_en_charge")
    franchir(agent, demande, "refus_personne", canal="telephone")
    demande.refresh_from_db()
    assert (demande.etat, demande.issue) == ("cloturee", "refus")
    assert "Demande clôturée : refus de la personne" in lire(technicien, demande)


def test_le_second_agent_apprend_qui_a_ete_plus_rapide(
    agent: Client, demande: Demande, personas: Personas
) -> None:
    samira = UtilisateurFactory(
        profil="agent", prenom="Samira", nom="Haddad", sur=personas.caisse_a
    )
    franchir(connecte(Client(), samira), demande, "prendre_en_charge")
    reponse = franchir(agent, demande, "prendre_en_charge")
    alertes = re.findall(r'role="alert">\s*<p>([^<]+)</p>', reponse.content.decode())
    assert alertes == ["Cette demande est déjà prise en charge par Samira Haddad."]
    demande.refresh_from_db()
    assert demande.agent == samira
    assert "Suivie par Samira Haddad" in texte_de(reponse)


def test_le_texte_d_une_etape_depassee_est_rendu(
    agent: Client, demande: Demande, personas: Personas
) -> None:
    avancer(demande, personas.agent_a, jusqu_a="cloturer")
    reponse = franchir(agent, demande, "demander_complement", texte="Il manque un avis d’impôt.")
    assert "Votre texte n’a pas été envoyé Il manque un avis d’impôt." in texte_de(reponse)
    assert not Message.objects.filter(texte__contains="impôt").exists()


@pytest.mark.regle("D-14")
def test_la_demande_de_complement_appelle_une_reponse_et_arrete_les_delais(
    agent: Client, technicien: Client, demande: Demande
) -> None:
    franchir(agent, demande, "prendre_en_charge")
    franchir(agent, demande, "demander_complement", texte="Il manque l'avis d'imposition.")
    assert "En attente du partenaire" in lire(agent, demande)
    page = lire(technicien, demande)
    assert "attend votre réponse" in page
    assert "Il manque l'avis d'imposition." in page
    assert page.count("En pause depuis le") == 2
    technicien.post(f"{demande.get_absolute_url()}messages/", {"texte": "Le voici."})
    page = lire(agent, demande)
    assert "Le voici." in page
    assert "Partenaire a répondu" in page
    assert "En pause" not in page
    assert "attend votre réponse" not in lire(technicien, demande)


def test_les_etapes_ne_sont_offertes_qu_a_la_caisse(technicien: Client, demande: Demande) -> None:
    assert boutons(technicien, demande) == {}
    assert franchir(technicien, demande, "prendre_en_charge").status_code == 403


def test_une_note_interne_reste_a_la_caisse(
    agent: Client, technicien: Client, demande: Demande, personas: Personas
) -> None:
    avant = Courriel.objects.count()
    note = {"note-texte": "Rappeler après quatorze heures."}
    agent.post(f"{demande.get_absolute_url()}notes/", note)
    page = lire(agent, demande)
    assert "Rappeler après quatorze heures." in page
    assert "Jamais visibles du partenaire." in page
    autre = connecte(Client(), UtilisateurFactory(sur=personas.partenaire_a))
    for client in (technicien, autre):
        page = lire(client, demande)
        assert "quatorze heures" not in page
        assert "Notes internes" not in page
    assert Courriel.objects.count() == avant
    assert technicien.post(f"{demande.get_absolute_url()}notes/", note).status_code == 403


def test_ce_qui_reste_a_la_caisse_ne_se_montre_pas_au_partenaire(
    agent: Client, technicien: Client, demande: Demande
) -> None:
    franchir(agent, demande, "prendre_en_charge")
    franchir(agent, demande, "noter_tentative", canal="sms")
    page = lire(agent, demande)
    assert "Tentative de contact sans réponse" in page
    assert "SMS Sans réponse" in page
    page = lire(technicien, demande)
    assert "Tentative de contact" not in page
    assert "Contacts avec la personne" not in page
    assert "Prise en charge" in page


def test_l_accuse_de_lecture_date_la_premiere_lecture(
    agent: Client, technicien: Client, demande: Demande, personas: Personas
) -> None:
    lire(technicien, demande)  # before the message: does not count
    actions.ecrire(demande, "Bonjour, nous prenons contact.", acteur=personas.agent_a)
    assert "Pas encore lu" in lire(agent, demande)
    lire(connecte(Client(), personas.agent_a), demande)  # one's own side: does not count
    assert "Pas encore lu" in lire(agent, demande)
    lire(technicien, demande)
    lecture = Trace.objects.filter(action="lecture", qui=personas.technicien_a).latest("quand")
    heure = timezone.localtime(lecture.quand).strftime("%d/%m/%Y à %H h %M")
    page = lire(agent, demande)
    assert f"Lu par le partenaire le {heure}" in page
    assert "Pas encore lu" not in page
    actions.ecrire(demande, "Bien reçu.", acteur=personas.technicien_a)
    assert "Pas encore lu" in lire(technicien, demande)
    lire(agent, demande)
    assert "Lu par la caisse le" in lire(technicien, demande)


@pytest.mark.regle("D-15")
def test_un_collegue_suit_une_demande_qu_il_n_a_pas_deposee(
    agent: Client, demande: Demande, personas: Personas
) -> None:
    collegue = connecte(Client(), UtilisateurFactory(sur=personas.partenaire_a))
    franchir(agent, demande, "prendre_en_charge")
    page = lire(collegue, demande)
    assert "Prise en charge Étape 2 sur 8" in page
    assert f"par {personas.technicien_a}, {personas.partenaire_a}" in page


@pytest.mark.regle("G-05")
def test_afficher_la_page_se_trace_la_rafraichir_non(
    agent: Client, demande: Demande, personas: Personas
) -> None:
    lire(agent, demande)
    agent.get(f"{demande.get_absolute_url()}pieces/")
    trace = Trace.objects.get(action="lecture", qui=personas.agent_a)
    assert (trace.objet, trace.cle) == ("demande", demande.reference)


@pytest.mark.parametrize("chemin", ["messages/", "notes/", "etapes/demander_complement/"])
@pytest.mark.parametrize(
    "texte",
    [
        pytest.param(f"Son numéro est {NIR}.", marks=pytest.mark.regle("D-08"), id="nir"),
        pytest.param(SANTE, marks=pytest.mark.regle("D-09"), id="sante"),
    ],
)
def test_le_garde_fou_relit_tout_ce_qu_un_agent_ecrit(
    agent: Client, demande: Demande, chemin: str, texte: str
) -> None:
    franchir(agent, demande, "prendre_en_charge")
    champ = {"messages/": "texte", "notes/": "note-texte"}.get(chemin, "demander_complement-texte")
    reponse = agent.post(demande.get_absolute_url() + chemin, {champ: texte})
    html = reponse.content.decode()
    assert reponse.status_code == 200
    assert "<mark>" in html
    assert texte.replace("'", "&#x27;") in html  # what was typed is still in the field
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "texte",
    [
        pytest.param(f"Son numéro est {NIR}.", marks=pytest.mark.regle("D-08"), id="nir"),
        pytest.param(SANTE, marks=pytest.mark.regle("D-09"), id="sante"),
    ],
)
def test_le_garde_fou_relit_ce_que_le_partenaire_ecrit(
    technicien: Client, demande: Demande, texte: str
) -> None:
    reponse = technicien.post(f"{demande.get_absolute_url()}messages/", {"texte": texte})
    assert "<mark>" in reponse.content.decode()
    assert not Message.objects.exists()


@pytest.mark.regle("D-17")
def test_la_cloture_previent_le_partenaire_sans_rien_de_personnel(
    agent: Client, demande: Demande, personas: Personas
) -> None:
    avancer(demande, personas.agent_a, jusqu_a="engager_accompagnement")
    Courriel.objects.all().delete()
    reponse = "Les droits de Madame Vasseur sont rétablis."
    franchir(agent, demande, "cloturer", issue="droits_ouverts", texte=reponse)
    courriel = Courriel.objects.get()
    assert courriel.destinataire == personas.technicien_a
    from comptes.courriels import composer

    message = composer(courriel)
    entier = f"{message.subject}\n{message.body}\n{message.extra_headers}\n{courriel.contexte}"
    assert demande.reference in entier
    for interdit in ("asseur", "lodie", "1984", "droits de", "06 39"):
        assert interdit not in entier


def test_une_demande_close_ne_recoit_plus_rien(
    technicien: Client, agent: Client, demande: Demande, personas: Personas
) -> None:
    avancer(demande, personas.agent_a, jusqu_a="cloturer")
    page = demande.get_absolute_url()
    for client in (technicien, agent):
        html = client.get(page).content.decode()
        assert "messages/" not in html
        assert "pieces/ajouter/" not in html
        reponse = client.post(f"{page}messages/", {"texte": "Un dernier mot."}, follow=True)
        assert "La demande est clôturée" in texte_de(reponse)
        assert "Votre texte n’a pas été envoyé Un dernier mot." in texte_de(reponse)
    technicien.post(f"{page}pieces/ajouter/", {"fichiers": csv()})
    assert not demande.pieces.exists()
    assert not Message.objects.filter(texte="Un dernier mot.").exists()


def poser(demande: Demande, personas: Personas, etat: str) -> Piece:
    piece = actions.joindre(
        demande, csv(f"{etat}.csv"), usage="autre", acteur=personas.technicien_a
    )
    if etat != "en_attente":
        Piece.objects.filter(pk=piece.pk).update(etat=etat, analysee_le=timezone.now())
    return piece


@pytest.mark.regle("D-07")
def test_un_fichier_ne_s_ouvre_qu_apres_son_verdict(
    agent: Client, technicien: Client, demande: Demande, personas: Personas
) -> None:
    pieces = {etat: poser(demande, personas, etat) for etat in ("en_attente", "saine", "infectee")}
    for client in (agent, technicien):
        html = client.get(demande.get_absolute_url()).content.decode()
        for etat, piece in pieces.items():
            assert f"{etat}.csv" in html
            assert (f"/pieces/{piece.identifiant}/" in html) is (etat == "saine")
            reponse = client.get(f"/pieces/{piece.identifiant}/")
            assert reponse.status_code == (200 if etat == "saine" else 409)
            if etat == "saine":
                assert b"".join(reponse) == b"poste;montant\nloyer;420\n"
        assert "Analyse antivirus en cours" in html
        assert "Refusée : virus détecté" in html
    assert Trace.objects.filter(action="telechargement").count() == 2


def test_la_liste_des_fichiers_se_rafraichit_tant_qu_il_le_faut(
    technicien: Client, demande: Demande, personas: Personas
) -> None:
    adresse = f"{demande.get_absolute_url()}pieces/"
    poser(demande, personas, "saine")
    html = technicien.get(adresse).content.decode()
    assert f'hx-get="{adresse}"' in html  # the receipt is still expected
    assert "En préparation" in html
    actions.etablir_recepisse(demande.pk)
    html = technicien.get(adresse).content.decode()
    assert "hx-get" not in html
    assert f"{demande.get_absolute_url()}recepisse/" in html


def test_le_partenaire_ajoute_des_fichiers_chacun_pour_soi(
    technicien: Client, demande: Demande
) -> None:
    faux = csv("programme.exe")
    reponse = technicien.post(
        f"{demande.get_absolute_url()}pieces/ajouter/",
        {"fichiers": [csv("un.csv"), faux, csv("deux.csv")]},
        follow=True,
    )
    assert {p.nom for p in demande.pieces.all()} == {"un.csv", "deux.csv"}
    page = texte_de(reponse)
    assert "« un.csv » est ajouté." in page
    assert "« programme.exe » :" in page
    vide = technicien.post(f"{demande.get_absolute_url()}pieces/ajouter/", follow=True)
    assert "Choisissez un ou plusieurs fichiers" in texte_de(vide)


def test_le_contact_de_la_caisse_se_montre_a_son_partenaire(
    technicien: Client, agent: Client, demande: Demande
) -> None:
    assert "03 00 00 00 00" in lire(technicien, demande)
    assert "03 00 00 00 00" not in lire(agent, demande)


ADRESSES = [
    ("get", ""),
    ("post", "etapes/prendre_en_charge/"),
    ("post", "messages/"),
    ("post", "notes/"),
    ("get", "pieces/"),
    ("post", "pieces/ajouter/"),
    ("get", "recepisse/"),
]


@pytest.mark.parametrize("persona", ["agent_b", "technicien_b", "gestionnaire_a", "admin_a"])
def test_la_demande_d_un_autre_n_existe_pas(
    personas: Personas, demande: Demande, persona: str
) -> None:
    client = connecte(Client(), getattr(personas, persona))
    inconnue = Demande(reference="EP-ZZZZ-ZZZZ")
    for methode, suite in ADRESSES:
        for objet in (demande, inconnue):
            reponse = client.generic(methode.upper(), objet.get_absolute_url() + suite)
            assert reponse.status_code == 404, suite
    demande.refresh_from_db()
    assert demande.agent is None


@pytest.mark.parametrize("persona", ["agent_a", "technicien_a"])
def test_une_demande_bavarde_ne_coute_pas_plus(
    personas: Personas,
    demande: Demande,
    persona: str,
) -> None:
    client = connecte(Client(), getattr(personas, persona))
    avancer(demande, personas.agent_a, jusqu_a="prendre_en_charge")

    def remplir(fois: int) -> None:
        for rang in range(fois):
            auteur = UtilisateurFactory(sur=personas.partenaire_a)
            actions.ecrire(demande, f"Message {rang}.", acteur=auteur)
            actions.annoter(demande, f"Note {rang}.", acteur=personas.agent_a)
            actions.franchir(demande, "noter_tentative", acteur=personas.agent_a, canal="telephone")

    def cout() -> int:
        with CaptureQueriesContext(connection) as captees:
            assert client.get(demande.get_absolute_url()).status_code == 200
        return len(captees)

    remplir(2)
    poser(demande, personas, "saine")
    a_deux = cout()
    remplir(18)
    for _ in range(5):
        poser(demande, personas, "saine")
    assert cout() == a_deux


@pytest.fixture
def equipe(personas: Personas) -> Callable[[str], str]:
    lier(personas.caisse_a, personas.partenaire_a, intitule="Convention d'Arras")
    lier(personas.caisse_b, personas.partenaire_b, intitule="Convention de Calais")
    return lambda persona: texte_de(connecte(Client(), getattr(personas, persona)).get("/"))


def test_l_accueil_du_gestionnaire_dit_qui_et_avec_quelle_caisse(
    equipe: Callable[[str], str], personas: Personas
) -> None:
    page = equipe("gestionnaire_a")
    assert str(personas.partenaire_a) in page
    assert str(personas.caisse_a) in page
    assert str(personas.caisse_b) not in page
    assert "Techniciens : 1 sur 5" in page
