"""What a DPO re-reads, and what an administrator tries and sets; the neighbour has its own."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comptes.models import Profil, Trace, Utilisateur
from portail.garde_fou.version import version
from signalements import actions
from signalements.models import Arret, Demande, Levee, Relecture
from tests.factories import UtilisateurFactory
from tests.personas import Personas, connecte
from tests.voisinage import Voisinage, contester, voisiner

pytestmark = [pytest.mark.django_db, pytest.mark.regle("D-09")]

LEVEES, RELECTURE = "/protection-des-donnees/levees/", "/protection-des-donnees/relecture/"
GARDE_FOU = "/administration/garde-fou/"
REFERENCE = re.compile(r"EP-[0-9A-Z]{4}-[0-9A-Z]{4}")
NIR = "1 85 03 62 193 004 05"


@pytest.fixture
def voisinage(personas: Personas) -> Voisinage:
    """Each side has one contested refusal: nobody is refused by an empty list."""
    return voisiner(personas)


@pytest.fixture
def dpo(personas: Personas, voisinage: Voisinage) -> Client:
    return connecte(Client(), personas.dpo_a)


@pytest.fixture
def voisin(personas: Personas, voisinage: Voisinage) -> Client:
    return connecte(Client(), personas.dpo_b)


@pytest.fixture
def admin(personas: Personas, voisinage: Voisinage) -> Client:
    return connecte(Client(), personas.admin_a)


def lire(client: Client, adresse: str) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    return reponse.content.decode()


def montrees(html: str) -> list[str]:
    return list(dict.fromkeys(REFERENCE.findall(html)))


def juger(client: Client, levee: Levee, avis: str, vu: str = "", **autres: str) -> Any:
    adresse = reverse("signalements:avis", args=[levee.identifiant])
    return client.post(adresse, {"avis": avis, "vu": vu, **autres}, follow=True)


def arreter(demande: Demande, relecture: Relecture, **champs: Any) -> Arret:
    return Arret.objects.create(
        **{
            "relecture": relecture,
            "demande": demande,
            "caisse": demande.caisse,
            "partenaire": demande.partenaire,
            "lieu": "commentaires",
            "passages": [[[False, "Il parle de "], [True, "diabète"], [False, "…"]]],
            "categories": ["maladie"],
            **champs,
        }
    )


def relue(**champs: Any) -> Relecture:
    maintenant = timezone.now()
    return Relecture.objects.create(
        **{"lexique": version(), "lancee_le": maintenant, "terminee_le": maintenant, **champs}
    )


def requetes(client: Client, adresse: str) -> int:
    with CaptureQueriesContext(connection) as captees:
        assert client.get(adresse).status_code == 200
    return len(captees)


# --- contested refusals ----------------------------------------------------------------------


def test_chacun_relit_les_levees_de_sa_caisse(
    dpo: Client, voisin: Client, voisinage: Voisinage
) -> None:
    assert montrees(lire(dpo, LEVEES)) == [voisinage.a.demande.reference]
    assert montrees(lire(voisin, LEVEES)) == [voisinage.b.demande.reference]


def test_une_levee_ne_montre_que_les_mots_en_cause(dpo: Client, voisinage: Voisinage) -> None:
    html = lire(dpo, LEVEES)
    auteur = voisinage.a.demande.auteur
    for attendu in (
        "« Rue du <mark>Cancer</mark>, à Arras. »",
        "un cancer",
        "C’est le nom de la rue.",
        f"{auteur}, {voisinage.a.demande.partenaire}",
        "Message – EP-",
    ):
        assert attendu in html, attendu
    for absent in ("Vasseur", "complémentaire", "/demandes/"):
        assert absent not in html, absent


def test_un_agent_ecrit_pour_sa_caisse(
    dpo: Client, voisinage: Voisinage, personas: Personas
) -> None:
    contester(voisinage.a.demande, auteur=personas.agent_a, lieu="note")
    assert f"{personas.agent_a}, {personas.caisse_a}" in lire(dpo, LEVEES)


def test_le_texte_d_autrui_est_echappe(dpo: Client, voisinage: Voisinage) -> None:
    contester(voisinage.a.demande, passages=[[[True, "<b>x</b>"]]], raison="<i>non</i>")
    html = lire(dpo, LEVEES)
    assert "<mark>&lt;b&gt;x&lt;/b&gt;</mark>" in html
    assert "&lt;i&gt;non" in html


def test_les_plus_anciennes_d_abord_par_pages(dpo: Client, voisinage: Voisinage) -> None:
    Levee.objects.filter(caisse=voisinage.a.caisse).delete()
    hier = timezone.now() - timedelta(days=1)
    for rang in range(25):
        quand = hier + timedelta(minutes=rang // 2)
        contester(voisinage.a.demande, raison=f"Raison n° {rang:02d}.", creee_le=quand)
    premiere = lire(dpo, LEVEES)
    (suite,) = re.findall(r'rel="next"\s+href="([^"]+)"', premiere)
    seconde = lire(dpo, LEVEES + suite)
    rangs = [re.findall(r"Raison n° (\d\d)", page) for page in (premiere, seconde)]
    assert [len(page) for page in rangs] == [20, 5]
    assert [int(r) // 2 for page in rangs for r in page] == [r // 2 for r in range(25)]
    assert ">25</span>" in premiere
    assert 'rel="prev"' in seconde


@pytest.mark.regle("G-05")
def test_les_lire_laisse_une_trace(dpo: Client, voisinage: Voisinage, personas: Personas) -> None:
    lire(dpo, LEVEES)
    trace = Trace.objects.filter(action="lecture", qui=personas.dpo_a).get()
    assert trace.details == {"liste": "levees", "demandes": [voisinage.a.demande.reference]}


@pytest.mark.parametrize(
    ("avis", "libelle"),
    [
        ("justifiee", "Ce n&#x27;est pas une donnée de santé"),
        ("injustifiee", "C&#x27;est une donnée de santé"),
    ],
)
def test_un_avis_se_donne_et_se_reprend(
    dpo: Client, voisinage: Voisinage, personas: Personas, avis: str, libelle: str
) -> None:
    levee = voisinage.a.levee
    assert "Rien à relire" in juger(dpo, levee, avis).content.decode()
    levee.refresh_from_db()
    assert (levee.avis, levee.relue_par) == (avis, personas.dpo_a)
    assert libelle in lire(dpo, LEVEES + "?vue=relues")
    retour = juger(dpo, levee, "", avis, vue="relues")
    assert retour.redirect_chain == [(LEVEES + "?vue=relues", 302)]
    assert "Aucune levée relue" in retour.content.decode()
    assert montrees(lire(dpo, LEVEES)) == [voisinage.a.demande.reference]
    levee.refresh_from_db()
    assert (levee.avis, levee.relue_par, levee.relue_le) == ("", None, None)


@pytest.mark.regle("D-08")
def test_l_avis_sur_un_numero_parle_d_un_numero(dpo: Client, voisinage: Voisinage) -> None:
    numero = contester(voisinage.a.demande, categories=["treize_chiffres"])
    html = juger(dpo, numero, "justifiee").content.decode()
    assert "« C&#x27;est un autre numéro »" in html
    html = juger(dpo, numero, "injustifiee").content.decode()
    assert "autre avis : « C&#x27;est un autre numéro »" in html


@pytest.mark.regle("G-05")
def test_un_avis_est_trace_une_fois(dpo: Client, voisinage: Voisinage) -> None:
    levee = voisinage.a.levee
    for _ in range(2):
        juger(dpo, levee, "justifiee")
    (trace,) = Trace.objects.filter(action="changement", details__has_key="levee")
    assert (trace.cle, trace.caisse_id) == (levee.demande.reference, levee.caisse_id)
    assert trace.details == {"levee": str(levee.identifiant), "avis": "justifiee"}


def test_le_second_apprend_que_le_premier_a_juge(
    dpo: Client, voisinage: Voisinage, personas: Personas
) -> None:
    collegue = UtilisateurFactory(
        profil=Profil.DPO, prenom="Maud", nom="Quesnel", sur=personas.caisse_a
    )
    juger(connecte(Client(), collegue), voisinage.a.levee, "injustifiee")
    html = juger(dpo, voisinage.a.levee, "justifiee").content.decode()
    assert "Maud Quesnel a relu cette levée entre-temps" in html
    assert (
        "Maud Quesnel a déjà donné cet avis"
        in juger(dpo, voisinage.a.levee, "injustifiee").content.decode()
    )
    voisinage.a.levee.refresh_from_db()
    assert (voisinage.a.levee.avis, voisinage.a.levee.relue_par) == ("injustifiee", collegue)


@pytest.mark.django_db(transaction=True)
def test_deux_avis_contraires_a_la_fois_un_seul_compte(
    personas: Personas, en_meme_temps: Callable[..., list[object]]
) -> None:
    levee = voisiner(personas).a.levee
    collegue = UtilisateurFactory(profil=Profil.DPO, sur=personas.caisse_a)

    def donner(avis: str, acteur: Utilisateur) -> Callable[[], object]:
        return lambda: actions.juger(levee, avis, vu="", acteur=acteur)

    resultats = en_meme_temps(donner("justifiee", personas.dpo_a), donner("injustifiee", collegue))
    assert sorted(type(r).__name__ for r in resultats) == ["Levee", "LeveeDevancee"]
    levee.refresh_from_db()
    gagnant = personas.dpo_a if isinstance(resultats[0], Levee) else collegue
    assert levee.relue_par == gagnant


def test_un_avis_inconnu_est_refuse(dpo: Client, voisinage: Voisinage) -> None:
    assert juger(dpo, voisinage.a.levee, "peut-etre").status_code == 400
    voisinage.a.levee.refresh_from_db()
    assert voisinage.a.levee.avis == ""


def test_le_voisin_ne_juge_pas(voisin: Client, voisinage: Voisinage) -> None:
    assert juger(voisin, voisinage.a.levee, "justifiee").status_code == 404
    assert juger(voisin, voisinage.b.levee, "justifiee").status_code == 200
    assert list(Levee.objects.exclude(avis="").values_list("pk", flat=True)) == [
        voisinage.b.levee.pk
    ]


@pytest.mark.parametrize("page", [LEVEES, LEVEES + "?vue=relues", RELECTURE, "/"])
def test_vingt_lignes_ne_coutent_pas_plus_que_deux(
    dpo: Client, voisinage: Voisinage, personas: Personas, page: str
) -> None:
    relecture = relue()

    def remplir(nombre: int) -> None:
        maintenant = timezone.now()
        avis = {"avis": "justifiee", "relue_par": personas.dpo_a, "relue_le": maintenant}
        for _ in range(nombre):
            auteur = UtilisateurFactory(sur=personas.partenaire_a)
            contester(voisinage.a.demande, auteur=auteur)
            contester(voisinage.a.demande, auteur=auteur, **avis)
            message = actions.ecrire(voisinage.a.demande, "Bonjour.", acteur=auteur)
            arreter(voisinage.a.demande, relecture, lieu="message", message=message)

    remplir(2)
    deux = requetes(dpo, page)
    remplir(18)
    assert requetes(dpo, page) == deux


# --- the replay ------------------------------------------------------------------------------


def test_la_relecture_liste_ce_qu_elle_arrete_chez_soi(
    dpo: Client, voisin: Client, voisinage: Voisinage
) -> None:
    relecture = relue(lues=2)
    for cote in (voisinage.a, voisinage.b):
        arreter(cote.demande, relecture)
    html = lire(dpo, RELECTURE)
    assert montrees(html) == [voisinage.a.demande.reference]
    assert montrees(lire(voisin, RELECTURE)) == [voisinage.b.demande.reference]
    for attendu in (
        "« Il parle de <mark>diabète</mark>… »",
        "une maladie ou un diagnostic",
        "Commentaires de la demande",
        "2 demandes en cours relues",
        f"<code>{version()[:12]}</code>",
    ):
        assert attendu in html, attendu
    assert "Vasseur" not in html


def test_une_demande_close_depuis_n_est_plus_listee(dpo: Client, voisinage: Voisinage) -> None:
    arreter(voisinage.a.demande, relue())
    maintenant = timezone.now()
    Demande.objects.filter(pk=voisinage.a.demande.pk).update(
        etat="cloturee", issue="information", cloturee_le=maintenant
    )
    assert "Aucun passage arrêté" in lire(dpo, RELECTURE)


def test_pendant_une_relecture_on_voit_son_avancement(dpo: Client, voisinage: Voisinage) -> None:
    assert "commence dans la minute" in lire(dpo, RELECTURE)
    en_cours = Relecture.objects.create(
        lexique=version(), lancee_le=timezone.now(), lues=1, derniere=voisinage.a.demande.pk
    )
    html = lire(dpo, RELECTURE)
    assert "1 demande relue, encore 1" in html
    assert re.search(r'<progress[^>]+max="2"\s+value="1"', html)
    suivi = dpo.get(RELECTURE, headers={"HX-Request": "true"})
    assert "<html" not in suivi.content.decode()
    assert 'id="progression"' in suivi.content.decode()
    en_cours.terminee_le = timezone.now()
    en_cours.save()
    assert dpo.get(RELECTURE, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


# --- the guard, tried and set ----------------------------------------------------------------


@pytest.mark.parametrize("profil", ["admin_a", "dpo_a"])
def test_un_texte_s_essaie_mot_par_mot(
    profil: str, personas: Personas, voisinage: Voisinage
) -> None:
    client = connecte(Client(), getattr(personas, profil))
    html = client.post(GARDE_FOU, {"texte": "Elle a un diabète."}).content.decode()
    for attendu in (
        "Ce texte serait refusé.",
        "Elle a un <mark>diabète</mark>.",
        "une maladie ou un diagnostic",
        "Indiquez le besoin ou la démarche",
        "Son auteur pourrait répondre",
    ):
        assert attendu in html, attendu


@pytest.mark.parametrize(
    ("texte", "phrase"),
    [
        ("La personne a besoin d’un rendez-vous.", "le garde-fou n’y trouve rien"),
        ("Elle est en ALD.", "avec un conseil à côté du champ"),
        (f"Son numéro : {NIR}", "Ce texte serait refusé."),
        ("Voici 1 85 03 62 193 004 pour elle", "sauf si son auteur le confirme"),
        ("Voici 1 85 03 62 193 004 pour elle", "Si c’est un autre numéro, dites lequel."),
        ("", "Renseignez « Texte à essayer »."),
    ],
)
def test_le_verdict_est_dit_en_mots(admin: Client, texte: str, phrase: str) -> None:
    html = admin.post(GARDE_FOU, {"texte": texte, "x": "1"}).content.decode()
    assert phrase in html
    assert "Son auteur pourrait répondre" not in html


@pytest.mark.regle("D-08")
def test_un_essai_n_est_ni_garde_ni_trace_ni_refuse(
    admin: Client, caplog: pytest.LogCaptureFixture
) -> None:
    avant = Trace.objects.count()
    with CaptureQueriesContext(connection) as requetes:
        reponse = admin.post(GARDE_FOU, {"texte": f"Un cancer, {NIR}, krumpose."})
    assert reponse.status_code == 200
    assert Trace.objects.count() == avant
    assert not [r for r in requetes if re.match(r"\s*(INSERT|UPDATE|DELETE)", r["sql"])]
    assert "krumpose" not in caplog.text


@pytest.mark.regle("D-08")
@pytest.mark.parametrize(
    "texte",
    [
        f"Voici : {NIR}",
        "Son n° de sécu est 1 85 03 62 193 004",
        "Voici 1 85 03 62 193 004 06 pour elle",
        "Voici 1 85 03 62 193 004 pour elle",
    ],
)
def test_toutes_les_sortes_de_nir_ont_un_nom(admin: Client, texte: str) -> None:
    html = admin.post(GARDE_FOU, {"texte": texte}).content.decode()
    assert 'data-libelle="Pris pour">un numéro de sécurité sociale</td>' in html


@pytest.mark.regle("G-05")
def test_le_recours_se_coupe_et_se_retablit_pour_sa_seule_caisse(
    admin: Client, personas: Personas
) -> None:
    adresse = reverse("signalements:reglage", args=[personas.caisse_a.code])
    for admises in ("false", "false", "true"):
        html = admin.post(adresse, {"admises": admises}, follow=True).content.decode()
        phrase = "peuvent désormais" if admises == "true" else "ne peuvent plus"
        assert f"{personas.caisse_a} : les utilisateurs {phrase} passer outre" in html
    reglages = Trace.objects.filter(details__has_key="levees_admises").order_by("pk")
    assert [t.details["levees_admises"] for t in reglages] == [False, True]
    assert {t.qui for t in reglages} == {personas.admin_a}


def test_on_ne_regle_pas_la_caisse_voisine(admin: Client, personas: Personas) -> None:
    adresse = reverse("signalements:reglage", args=[personas.caisse_b.code])
    assert admin.post(adresse, {"admises": "false"}).status_code == 404
    personas.caisse_b.refresh_from_db()
    assert personas.caisse_b.levees_admises is True


def test_le_dpo_essaie_mais_ne_regle_pas(dpo: Client) -> None:
    html = lire(dpo, GARDE_FOU)
    assert "Essayer un texte" in html
    assert "Passer outre un refus" not in html


def test_l_accueil_du_dpo_compte_ce_qui_est_a_relire(
    dpo: Client, voisinage: Voisinage, personas: Personas
) -> None:
    arreter(voisinage.a.demande, relue())
    contester(voisinage.a.demande)
    html = lire(dpo, "/")
    assert re.findall(r'nombre">(\d+)<', html) == ["2", "1"]
    assert str(personas.caisse_a) in html
    for menu in ("Levées", "Relecture", "Garde-fou"):
        assert re.search(rf'fr-nav__link"[^>]*>{menu}<', html), menu
