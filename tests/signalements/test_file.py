"""The agents' queue and the partner's history: baskets, filters, search, pages, cost."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptes import habilitations
from comptes.models import Trace, Utilisateur
from signalements import actions
from signalements.models import Demande
from tests.factories import PartenaireFactory, UtilisateurFactory
from tests.personas import Personas, connecte
from tests.signalements.fabriques import SIMPLE, avancer, deposer
from tests.voisinage import lier

pytestmark = pytest.mark.django_db

FILE, HISTORIQUE = "/file/", "/demandes/"
REFERENCE = re.compile(r"EP-[0-9A-Z]{4}-[0-9A-Z]{4}")
NIR = "2 84 03 62 193 004 04"


@pytest.fixture
def scene(personas: Personas) -> Personas:
    """Two neighbouring caisses at work, each with one request for the same person."""
    lier(personas.caisse_a, personas.partenaire_a)
    lier(personas.caisse_b, personas.partenaire_b)
    deposer(personas.caisse_b, personas.partenaire_b, personas.technicien_b)
    return personas


@pytest.fixture
def agent(client: Client, scene: Personas) -> Client:
    return connecte(client, scene.agent_a)


@pytest.fixture
def depose(scene: Personas) -> Callable[..., Demande]:
    def _deposer(**donnees: Any) -> Demande:
        return deposer(scene.caisse_a, scene.partenaire_a, scene.technicien_a, **donnees)

    return _deposer


def montrees(reponse: Any) -> list[str]:
    """The references on the page, in its order."""
    assert reponse.status_code == 200
    return list(dict.fromkeys(REFERENCE.findall(reponse.content.decode())))


def echoir(demande: Demande, heures: float) -> Demande:
    """Due in so many hours, about to be for the last twelve."""
    demande.a_traiter_avant = timezone.now() + timedelta(hours=heures)
    demande.bientot_le = demande.a_traiter_avant - timedelta(hours=12)
    demande.save(update_fields=["a_traiter_avant", "bientot_le"])
    return demande


def compte(reponse: Any, libelle: str) -> str:
    """The number next to a basket's label, as the page shows it."""
    texte = re.sub(r"<[^>]+>", " ", reponse.content.decode())
    trouve = re.search(rf"{libelle}\s+(\d+\+?)", texte)
    assert trouve, libelle
    return trouve.group(1)


def test_la_file_est_triee_par_echeance(agent: Client, depose: Callable[..., Demande]) -> None:
    loin, passee, proche = (echoir(depose(), heures) for heures in (90, -3, 5))
    assert montrees(agent.get(FILE)) == [passee.reference, proche.reference, loin.reference]


def test_une_ligne_dit_tout_d_un_coup_d_oeil(
    agent: Client, scene: Personas, depose: Callable[..., Demande]
) -> None:
    demande = echoir(depose(urgente=True), -2.5)
    html = agent.get(FILE).content.decode()
    assert "en retard de 2\u00a0h\u00a030" in html
    assert "ep-delai--retard" in html
    for attendu in (
        "Urgente",
        f'href="{demande.get_absolute_url()}"',
        "Madame Élodie VASSEUR",
        "Saisine Mission accompagnement santé",
        str(scene.partenaire_a),
        "Déposée",
        "Non attribuée",
    ):
        assert attendu in html, attendu


@pytest.mark.regle("D-14")
@pytest.mark.parametrize(
    ("heures", "genre", "texte"),
    [
        (-1.01, "retard", "en retard de 1 h"),
        (11.01, "proche", "bientôt, dans 11 h"),
        (13.01, "normal", "dans 13 h"),
        (200.01, "normal", "dans 8 j"),
    ],
)
def test_le_badge_change_avant_l_echeance(
    agent: Client, depose: Callable[..., Demande], heures: float, genre: str, texte: str
) -> None:
    """Green, orange then red, and the words that say it without any colour."""
    echoir(depose(), heures)
    html = agent.get(FILE).content.decode().replace("\u00a0", " ")
    assert f'<span class="ep-delai ep-delai--{genre}">{texte}</span>' in html


def test_la_ligne_dit_qui_suit_la_demande(
    agent: Client, scene: Personas, depose: Callable[..., Demande]
) -> None:
    collegue = UtilisateurFactory(profil="agent", prenom="Samira", nom="Haddad", sur=scene.caisse_a)
    actions.franchir(depose(), "prendre_en_charge", acteur=collegue)
    assert "Samira Haddad" in agent.get(FILE).content.decode()
    actions.franchir(depose(), "prendre_en_charge", acteur=scene.agent_a)
    assert re.search(r">\s*Vous\s*<", agent.get(f"{FILE}?corbeille=miennes").content.decode())


def test_chaque_corbeille_tient_ses_demandes(
    agent: Client, scene: Personas, depose: Callable[..., Demande]
) -> None:
    moi = scene.agent_a
    collegue = UtilisateurFactory(profil="agent", sur=scene.caisse_a)
    neuve = echoir(depose(), 100)
    urgente = echoir(depose(urgente=True), 101)
    mienne = echoir(avancer(depose(), moi, jusqu_a="prendre_en_charge"), 102)
    repondue = avancer(depose(), collegue, jusqu_a="prendre_en_charge")
    actions.ecrire(repondue, "Voici l'avis demandé.", acteur=scene.technicien_a)
    repondue.refresh_from_db()
    echoir(repondue, 103)
    tardive = echoir(avancer(depose(), collegue, jusqu_a="realiser_bilan"), 11)
    rendue = avancer(depose(), collegue, jusqu_a="prendre_en_charge")
    rendue = echoir(actions.franchir(rendue, "liberer", acteur=collegue), 104)
    close = avancer(depose(), moi, jusqu_a="cloturer")
    attendues = {
        "nouvelles": ("Nouvelles", [neuve, urgente]),
        "miennes": ("Les miennes", [mienne]),
        "urgentes": ("Urgentes", [urgente]),
        "retard": ("En retard ou presque", [tardive]),
        "repondues": ("Le partenaire a répondu", [repondue]),
        "non_attribuees": ("Non attribuées", [neuve, urgente, rendue]),
        "ouvertes": ("Toutes en cours", [tardive, neuve, urgente, mienne, repondue, rendue]),
        "closes": ("Clôturées", [close]),
    }
    for nom, (libelle, demandes) in attendues.items():
        reponse = agent.get(f"{FILE}?corbeille={nom}")
        assert montrees(reponse) == [d.reference for d in demandes], nom
        if nom != "closes":
            assert compte(reponse, libelle) == str(len(demandes)), nom
        courante = re.findall(r'aria-current="page"[^>]*>\s*([^<\n]+)', reponse.content.decode())
        assert libelle in [texte.strip() for texte in courante]


def test_une_corbeille_inconnue_montre_les_demandes_en_cours(
    agent: Client, depose: Callable[..., Demande]
) -> None:
    demande = depose()
    assert montrees(agent.get(f"{FILE}?corbeille=../../etc")) == [demande.reference]


def test_la_demande_du_voisin_ne_se_montre_nulle_part(agent: Client, scene: Personas) -> None:
    for corbeille in ("nouvelles", "ouvertes", "closes"):
        assert montrees(agent.get(f"{FILE}?corbeille={corbeille}")) == []
    assert montrees(agent.post(FILE, {"q": "Vasseur"})) == []
    voisin = connecte(Client(), scene.agent_b)
    assert len(montrees(voisin.post(FILE, {"q": "Vasseur"}))) == 1


@pytest.mark.regle("D-15")
def test_l_historique_montre_les_demandes_de_toute_la_structure(
    client: Client, scene: Personas, depose: Callable[..., Demande]
) -> None:
    collegue = UtilisateurFactory(sur=scene.partenaire_a)
    sienne = deposer(scene.caisse_a, scene.partenaire_a, collegue)
    close = avancer(depose(), scene.agent_a, jusqu_a="cloturer")
    reponse = connecte(client, scene.technicien_a).get(HISTORIQUE)
    assert set(montrees(reponse)) == {sienne.reference, close.reference}
    assert "Clôturée" in reponse.content.decode()


@pytest.mark.parametrize("page", [FILE, HISTORIQUE])
@pytest.mark.parametrize(
    "saisie",
    [
        "vasseur",
        "VASSEUR",
        "Vass",
        "élodie",
        "ELODIE vasseur",
        "vasseur  Élodie",
        "09/03/1984",
        "9-3-1984",
        "1984-03-09",
    ],
)
def test_la_recherche_ignore_accents_casse_et_ordre(
    client: Client,
    scene: Personas,
    depose: Callable[..., Demande],
    page: str,
    saisie: str,
) -> None:
    cherchee = depose()
    depose(nom="Vaneau", prenom="Odile", date_naissance=date(1984, 9, 3))
    acteur = scene.agent_a if page == FILE else scene.technicien_a
    assert montrees(connecte(client, acteur).post(page, {"q": saisie})) == [cherchee.reference]


@pytest.mark.parametrize("page", [FILE, HISTORIQUE])
def test_la_recherche_trouve_une_reference_mal_tapee(
    client: Client, scene: Personas, depose: Callable[..., Demande], page: str
) -> None:
    cherchee = depose()
    depose()
    acteur = scene.agent_a if page == FILE else scene.technicien_a
    saisie = cherchee.reference.lower().replace("-", " ")
    assert montrees(connecte(client, acteur).post(page, {"q": saisie})) == [cherchee.reference]


def test_la_recherche_de_l_agent_retrouve_une_demande_close(
    agent: Client, scene: Personas, depose: Callable[..., Demande]
) -> None:
    close = avancer(depose(), scene.agent_a, jusqu_a="cloturer")
    assert montrees(agent.post(FILE, {"q": "vasseur"})) == [close.reference]


@pytest.mark.regle("D-08")
@pytest.mark.parametrize("page", [FILE, HISTORIQUE])
def test_un_nir_ne_se_cherche_pas(
    client: Client, scene: Personas, depose: Callable[..., Demande], page: str
) -> None:
    depose()
    acteur = scene.agent_a if page == FILE else scene.technicien_a
    reponse = connecte(client, acteur).post(page, {"q": f"Vasseur {NIR}"})
    assert montrees(reponse) == []
    html = reponse.content.decode()
    assert "<mark>" in html
    assert "fr-message--error" in html
    assert not Trace.objects.filter(action="recherche").exists()


@pytest.mark.regle("D-17")
@pytest.mark.parametrize("page", [FILE, HISTORIQUE])
def test_une_recherche_ne_passe_jamais_par_l_adresse(
    client: Client, scene: Personas, depose: Callable[..., Demande], page: str
) -> None:
    demande, autre = depose(), depose(nom="Caron")
    acteur = scene.agent_a if page == FILE else scene.technicien_a
    reponse = connecte(client, acteur).get(page, {"q": "Vasseur"})
    assert set(montrees(reponse)) == {demande.reference, autre.reference}
    assert not re.search(r'(href|hx-get|action)="[^"]*Vasseur', reponse.content.decode())


@pytest.mark.regle("G-05")
def test_une_recherche_se_trace_sans_ses_mots(agent: Client, scene: Personas) -> None:
    agent.post(FILE, {"q": "Vasseur"})
    trace = Trace.objects.get(action="recherche")
    assert trace.qui == scene.agent_a
    assert "asseur" not in f"{trace.details}{trace.cle}{trace.objet}"


def test_les_filtres_se_combinent(
    agent: Client, scene: Personas, depose: Callable[..., Demande]
) -> None:
    departement = PartenaireFactory(code="departement", nom="Département d’essai")
    lier(scene.caisse_a, departement)
    ailleurs = deposer(scene.caisse_a, departement, UtilisateurFactory(sur=departement))
    mas, urgente = depose(), depose(urgente=True, **SIMPLE)
    prise = avancer(depose(), scene.agent_a, jusqu_a="prendre_en_charge")
    veille = depose()
    hier = timezone.localdate() - timedelta(days=1)
    Demande.objects.filter(pk=veille.pk).update(deposee_le=timezone.now() - timedelta(days=1))
    for parametres, attendues in (
        ("partenaire=departement", [ailleurs]),
        ("etape=prise_en_charge", [prise]),
        ("urgence=on", [urgente]),
        ("service=signaler", [ailleurs, mas, urgente, prise, veille]),
        ("service=document", []),
        (f"du={hier}&au={hier}", [veille]),
        (f"du={hier:%d/%m/%Y}&etape=prise_en_charge", [prise]),
        ("partenaire=departement&etape=prise_en_charge", []),
        ("partenaire=ccas-calais", [ailleurs, mas, urgente, prise, veille]),  # next door: refused
        ("du=2026-02-30", [ailleurs, mas, urgente, prise, veille]),
    ):
        reponse = agent.get(f"{FILE}?{parametres}")
        assert set(montrees(reponse)) == {d.reference for d in attendues}, parametres


def test_un_filtre_faux_se_dit(agent: Client) -> None:
    html = agent.get(f"{FILE}?du=2026-02-30").content.decode()
    assert "n’existe pas dans le calendrier" in html
    html = agent.get(f"{FILE}?du=2026-03-02&au=2026-03-01").content.decode()
    assert "La fin de la période précède son début." in html


def test_le_filtre_des_partenaires_ne_nomme_que_les_siens(agent: Client, scene: Personas) -> None:
    lier(scene.caisse_a, PartenaireFactory(nom="Département d’essai"))
    html = agent.get(f"{FILE}?filtrer=1").content.decode()
    assert str(scene.partenaire_a) in html
    assert str(scene.partenaire_b) not in html


def test_la_caisse_ne_se_filtre_que_si_l_on_en_tient_plusieurs(
    agent: Client, scene: Personas, depose: Callable[..., Demande]
) -> None:
    assert 'name="caisse"' not in agent.get(f"{FILE}?filtrer=1").content.decode()
    habilitations.habiliter(scene.agent_a, scene.caisse_b, acteur=None)
    depose()
    assert len(montrees(agent.get(FILE))) == 2
    assert 'name="caisse"' in agent.get(f"{FILE}?filtrer=1").content.decode()
    voisine = Demande.objects.get(caisse=scene.caisse_b)
    assert set(montrees(agent.post(FILE, {"q": "vasseur"}))) == set(montrees(agent.get(FILE)))
    assert montrees(agent.post(FILE, {"q": NIR})) == []
    assert montrees(agent.get(f"{FILE}?caisse={scene.caisse_b.code}")) == [voisine.reference]


@pytest.fixture
def pages_de_deux(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of two rows, so that five requests make three pages."""
    from portail import pagination
    from signalements.views import listes

    def par_deux(*args: Any, **kwargs: Any) -> Any:
        return pagination.page(*args, **kwargs, taille=2)

    monkeypatch.setattr(listes, "page", par_deux)


@pytest.mark.usefixtures("pages_de_deux")
def test_les_pages_se_suivent_avec_leurs_filtres(
    agent: Client, depose: Callable[..., Demande]
) -> None:
    demandes = [echoir(depose(), heures) for heures in range(1, 6)]
    lues, adresse = [], f"{FILE}?corbeille=nouvelles&etape=deposee"
    for attendues in (2, 2, 1):
        reponse = agent.get(adresse)
        assert len(montrees(reponse)) == attendues
        lues += montrees(reponse)
        suite = re.search(r'rel="next"\s+href="([^"]+)"', reponse.content.decode())
        if suite:
            adresse = FILE + suite.group(1).replace("&amp;", "&")
            assert "corbeille=nouvelles" in adresse
            assert "etape=deposee" in adresse
    assert lues == [d.reference for d in demandes]


@pytest.mark.usefixtures("pages_de_deux")
@pytest.mark.parametrize("page", [FILE, HISTORIQUE])
def test_les_pages_d_une_recherche_gardent_ses_mots_hors_de_l_adresse(
    client: Client, scene: Personas, depose: Callable[..., Demande], page: str
) -> None:
    depose(nom="Caron")
    demandes = {depose().reference for _ in range(3)}
    acteur = scene.agent_a if page == FILE else scene.technicien_a
    client = connecte(client, acteur)
    premiere = client.post(page, {"q": "vasseur"})
    curseur = re.search(r'name="curseur"\s+value="([^"]+)"', premiere.content.decode())
    assert curseur
    seconde = client.post(page, {"q": "vasseur", "curseur": curseur.group(1)})
    assert 'value="vasseur"' in seconde.content.decode()
    assert set(montrees(premiere)) | set(montrees(seconde)) == demandes
    assert not set(montrees(premiere)) & set(montrees(seconde))


def test_htmx_ne_recoit_que_la_file(agent: Client, depose: Callable[..., Demande]) -> None:
    demande = depose()
    reponse = agent.get(f"{FILE}?corbeille=nouvelles", headers={"HX-Request": "true"})
    html = reponse.content.decode()
    assert montrees(reponse) == [demande.reference]
    assert "<html" not in html
    assert "<title>Nouvelles – File de travail – Espace Partenaires</title>" in html


def test_prendre_en_charge_depuis_la_file(
    agent: Client, scene: Personas, depose: Callable[..., Demande]
) -> None:
    demande = depose()
    bouton = re.search(r'formaction="([^"]+)"', agent.get(FILE).content.decode())
    assert bouton
    reponse = agent.post(bouton.group(1), follow=True)
    demande.refresh_from_db()
    assert demande.agent == scene.agent_a
    assert reponse.redirect_chain[-1][0] == demande.get_absolute_url()
    assert "formaction" not in agent.get(FILE).content.decode()


def test_l_accueil_de_l_agent_compte_ses_corbeilles(
    agent: Client, scene: Personas, depose: Callable[..., Demande]
) -> None:
    depose()
    mienne = avancer(depose(), scene.agent_a, jusqu_a="prendre_en_charge")
    html = agent.get("/").content.decode()
    texte = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert "1 Nouvelles" in texte
    assert "2 Toutes en cours" in texte
    assert mienne.reference in html


def requetes(client: Client, adresse: str) -> int:
    with CaptureQueriesContext(connection) as captees:
        assert client.get(adresse).status_code == 200
    return len(captees)


@pytest.mark.parametrize(
    ("page", "persona"),
    [(FILE, "agent_a"), (HISTORIQUE, "technicien_a"), ("/", "agent_a"), ("/", "technicien_a")],
)
def test_vingt_lignes_ne_coutent_pas_plus_que_deux(
    client: Client, scene: Personas, depose: Callable[..., Demande], page: str, persona: str
) -> None:
    acteur: Utilisateur = getattr(scene, persona)
    client = connecte(client, acteur)
    for _ in range(2):
        avancer(depose(urgente=True), scene.agent_a, jusqu_a="prendre_en_charge")
    a_deux = requetes(client, page)
    for _ in range(18):
        avancer(depose(), scene.agent_a, jusqu_a="prendre_en_charge")
    assert requetes(client, page) == a_deux


def test_la_file_tient_en_treize_requetes(
    agent: Client,
    scene: Personas,
    depose: Callable[..., Demande],
    django_assert_max_num_queries: Any,
) -> None:
    """Five of them say who is there, since when, and what the support announces; one says which
    colleagues are away, and who stands in."""
    habilitations.habiliter(scene.agent_a, scene.caisse_b, acteur=None)
    for _ in range(12):
        depose(urgente=True)
    with django_assert_max_num_queries(13):
        agent.get(f"{FILE}?corbeille=ouvertes&etape=deposee")
    with django_assert_max_num_queries(13):
        agent.post(FILE, {"q": "vasseur"})
