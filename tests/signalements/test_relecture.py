"""A new lexicon is replayed on open requests: what it would now stop is listed, once (D-09)."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portail import garde_fou
from portail.garde_fou import categories, dictionnaire, version
from signalements import actions
from signalements.actions import relecture
from signalements.models import Arret, Demande, Levee, Piece, Relecture
from signalements.tasks import relire_demandes
from tests.personas import Personas
from tests.signalements.fabriques import SIMPLE, deposer
from tests.voisinage import Voisinage, contester, csv, voisiner

pytestmark = [pytest.mark.django_db, pytest.mark.regle("D-09")]

ENTETE = "# Catégorie : essai\n# Libellé : une maladie inventée\n# Verdict : bloque\n"
PHRASE = "Le dossier parle de zorblaxie depuis mardi."
GARDES = ("cancers.txt", "groupes.txt", "groupes_3.txt", "LISEZMOI.md")
NIR = "1 85 03 62 193 004 05"


def oublier() -> None:
    """What a new process starts with."""
    for memoire in (dictionnaire.charger, version.version, categories.categories):
        memoire.cache_clear()


@pytest.fixture
def lexique(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """`lexique("zorblaxie")` is a new process whose lexicon, a short one, stops these words too."""

    def _changer(*mots: str) -> str:
        dossier = tmp_path / "-".join(mots)
        dossier.mkdir(exist_ok=True)
        for nom in GARDES:
            shutil.copy(origine / nom, dossier)
        (dossier / "essai.txt").write_text(ENTETE + "\n".join(mots) + "\n", encoding="utf-8")
        monkeypatch.setattr(dictionnaire, "DOSSIER", dossier)
        oublier()
        return version.version()

    origine = dictionnaire.DOSSIER
    monkeypatch.setattr(dictionnaire, "DOSSIER", origine)
    yield _changer
    monkeypatch.undo()
    oublier()


@pytest.fixture
def voisinage(personas: Personas) -> Voisinage:
    return voisiner(personas)


@pytest.fixture
def demandes(voisinage: Voisinage, personas: Personas) -> list[Demande]:
    """Six open requests of the first caisse whose comments hold the word, and the neighbour's."""
    p = personas
    return [
        deposer(p.caisse_a, p.partenaire_a, p.technicien_a, commentaires=f"{PHRASE} ({n})")
        for n in range(6)
    ] + [deposer(p.caisse_b, p.partenaire_b, p.technicien_b, commentaires=PHRASE)]


def arretees() -> list[int]:
    return list(Arret.objects.order_by("demande").values_list("demande", flat=True))


def test_l_empreinte_suit_les_fichiers_du_lexique_mais_pas_son_guide(
    lexique: Callable[..., str],
) -> None:
    premiere, autre = lexique("zorblaxie"), lexique("zorblaxie", "krumpose")
    assert len(premiere) == 64
    assert premiere != autre
    (dictionnaire.DOSSIER / "LISEZMOI.md").write_text("Un autre guide.", encoding="utf-8")
    oublier()
    assert version.version() == autre


def test_sans_nouveau_lexique_on_ne_relit_qu_une_fois(voisinage: Voisinage) -> None:
    assert actions.relire() == 2
    with CaptureQueriesContext(connection) as requetes:
        assert actions.relire() == 0
    lectures = [r for r in requetes if r["sql"].startswith(("SELECT", "INSERT", "UPDATE"))]
    assert len(lectures) == 1
    assert Relecture.objects.get().terminee_le is not None
    assert not Arret.objects.exists()


def test_chaque_texte_d_une_demande_est_relu(
    voisinage: Voisinage, personas: Personas, lexique: Callable[..., str]
) -> None:
    demande, agent = voisinage.a.demande, personas.agent_a
    actions.joindre(
        demande,
        csv("suivi_zorblaxie_mai.csv"),
        usage=Piece.Usage.AUTRE,
        acteur=personas.technicien_a,
    )
    actions.franchir(demande, "prendre_en_charge", acteur=agent)
    actions.ecrire(demande, f"Bonjour. {PHRASE}", acteur=personas.technicien_a)
    actions.annoter(demande, PHRASE, acteur=agent)
    avant = Demande.objects.values().get(pk=demande.pk)
    empreinte = lexique("zorblaxie")
    actions.relire()
    arrets = {a.lieu: a for a in Arret.objects.all()}
    assert sorted(arrets) == ["message", "note", "piece"]
    assert {a.demande_id for a in arrets.values()} == {demande.pk}
    assert {a.relecture.lexique for a in arrets.values()} == {empreinte}
    assert arrets["message"].message.texte == f"Bonjour. {PHRASE}"
    assert arrets["piece"].passages == [
        [[False, "suivi_"], [True, "zorblaxie"], [False, "_mai.csv"]]
    ]
    assert arrets["note"].categories == ["essai"]
    assert Demande.objects.values().get(pk=demande.pk) == avant


def test_une_demande_close_n_est_pas_relue(
    demandes: list[Demande], personas: Personas, lexique: Callable[..., str]
) -> None:
    simple = deposer(
        personas.caisse_a,
        personas.partenaire_a,
        personas.technicien_a,
        **SIMPLE,
        commentaires=PHRASE,
    )
    actions.franchir(simple, "prendre_en_charge", acteur=personas.agent_a)
    close = {"issue": "information", "texte": "Les droits sont à jour."}
    actions.franchir(simple, "cloturer", acteur=personas.agent_a, **close)
    lexique("zorblaxie")
    actions.relire()
    assert arretees() == [d.pk for d in demandes]


def test_coupee_au_milieu_elle_reprend_sans_doublon(
    demandes: list[Demande], lexique: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lexique("zorblaxie")
    lues: list[str] = []
    vrai = garde_fou.verifier

    def fragile(texte: str, **options: Any) -> garde_fou.Verdict:
        if len(lues) == 7:
            raise MemoryError
        lues.append(texte)
        return vrai(texte, **options)

    monkeypatch.setattr(garde_fou, "verifier", fragile)
    with pytest.raises(MemoryError):
        actions.relire(lot=2)
    a_moitie = Relecture.objects.get()
    assert (a_moitie.lues, a_moitie.terminee_le) == (4, None)
    assert 0 < len(arretees()) < len(demandes)
    monkeypatch.setattr(garde_fou, "verifier", vrai)
    actions.relire(lot=2)
    actions.relire(lot=2)
    assert arretees() == [d.pk for d in demandes]
    assert Relecture.objects.get().lues == Demande.objects.count()


def test_un_appel_ne_dure_pas_le_suivant_continue(
    demandes: list[Demande], lexique: Callable[..., str]
) -> None:
    lexique("zorblaxie")
    assert [actions.relire(lot=4, duree=0.0) for _ in range(5)] == [4, 4, 1, 0, 0]
    assert arretees() == [d.pk for d in demandes]


@pytest.mark.django_db(transaction=True)
def test_deux_travailleurs_ne_lisent_pas_deux_fois(
    demandes: list[Demande],
    lexique: Callable[..., str],
    en_meme_temps: Callable[..., list[Any]],
) -> None:
    lexique("zorblaxie")
    actions.relire(lot=1, duree=0.0)
    en_meme_temps(*[lambda: actions.relire(lot=1)] * 3)
    actions.relire()
    assert arretees() == [d.pk for d in demandes]
    assert Relecture.objects.get().lues == Demande.objects.count()


@pytest.mark.django_db(transaction=True)
def test_on_n_attend_pas_celui_qui_lit(
    demandes: list[Demande],
    lexique: Callable[..., str],
    en_meme_temps: Callable[..., list[Any]],
) -> None:
    lexique("zorblaxie")
    actions.relire(lot=1, duree=0.0)
    with transaction.atomic():
        Relecture.objects.select_for_update().get()
        assert en_meme_temps(actions.relire) == [0]
    assert actions.relire() == Demande.objects.count() - 1


def test_un_texte_conteste_n_est_pas_liste(
    demandes: list[Demande], personas: Personas, lexique: Callable[..., str]
) -> None:
    """The same words: contested, contested elsewhere, in vain, and in another wording."""
    contestee, ailleurs, en_vain, autrement = demandes[:4]
    contester(contestee, contestee.commentaires)
    contester(demandes[6], ailleurs.commentaires)
    jugee = {"avis": "injustifiee", "relue_par": personas.dpo_a, "relue_le": timezone.now()}
    contester(en_vain, en_vain.commentaires, **jugee)
    contester(autrement, autrement.commentaires + " ")
    lexique("zorblaxie")
    actions.relire()
    assert arretees() == [d.pk for d in demandes if d != contestee]


@pytest.mark.regle("D-08")
def test_un_nir_n_a_pas_de_recours(voisinage: Voisinage) -> None:
    demande = voisinage.a.demande
    Demande.objects.filter(pk=demande.pk).update(commentaires=f"Son numéro : {NIR}")
    contester(demande, f"Son numéro : {NIR}")
    actions.relire()
    assert Arret.objects.get().categories == ["cle_valide"]


@pytest.mark.regle("D-08")
def test_la_liste_dit_ou_est_un_nir_sans_le_recopier(voisinage: Voisinage) -> None:
    commentaires = f"Elle a un diabète, n° {NIR}, merci."
    Demande.objects.filter(pk=voisinage.a.demande.pk).update(commentaires=commentaires)
    actions.relire()
    ((*_, avant, nir, apres),) = Arret.objects.get().passages
    assert (nir, apres) == ([True, "•" * len(NIR)], [False, ", merci."])
    assert avant == [False, ", n° "]
    assert NIR not in str(Arret.objects.values_list())


def test_la_liste_d_avant_reste_jusqu_a_la_fin_de_la_suivante(
    demandes: list[Demande], lexique: Callable[..., str]
) -> None:
    lexique("zorblaxie")
    actions.relire()
    suivant = lexique("krumpose")
    actions.relire(lot=1, duree=0.0)
    assert len(arretees()) == len(demandes)
    actions.relire()
    assert arretees() == []
    assert Relecture.objects.derniere_terminee().lexique == suivant


def test_un_lexique_qui_revient_est_relu(
    demandes: list[Demande], lexique: Callable[..., str]
) -> None:
    for mot in ("zorblaxie", "krumpose", "zorblaxie"):
        lexique(mot)
        actions.relire()
    assert Relecture.objects.count() == 2
    assert arretees() == [d.pk for d in demandes]
    assert Relecture.objects.derniere_terminee().lues == Demande.objects.count()


def test_le_balayage_la_lance(voisinage: Voisinage) -> None:
    (prevue,) = [
        p for p in settings.CELERY_BEAT_SCHEDULE.values() if p["task"] == relire_demandes.name
    ]
    assert prevue["schedule"] <= 60
    relire_demandes()
    assert Relecture.objects.get().lues == 2


def test_elle_lit_par_lots_a_cout_constant(demandes: list[Demande]) -> None:
    Relecture.objects.create(lexique=version.version(), lancee_le=timezone.now())

    def requetes(lot: int) -> int:
        Relecture.objects.update(derniere=0)
        with CaptureQueriesContext(connection) as captees:
            relecture._lire_un_lot(Relecture.objects.get().pk, lot)
        return len(captees)

    assert requetes(2) == requetes(7)
    assert Levee.objects.count() == 2
