"""What no row names leaves the storage, a day later; nothing else ever does."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, storages
from django.utils import timezone

from portail import destructions, orphelins
from portail.models import Destruction, Parcours
from signalements.models import Piece
from tests.personas import Personas
from tests.voisinage import voisiner

pytestmark = pytest.mark.django_db

MAINTENANT = timezone.now()
# Typed by hand: a new folder is one where the sweep may erase.
DOSSIERS = ["documents", "etat", "pieces", "recepisses", "scans"]


@pytest.fixture(autouse=True)
def _depot_vide(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What other tests left behind is orphaned, and no business of these."""
    for attribut in ("base_location", "location"):
        monkeypatch.setitem(storages["prive"].__dict__, attribut, str(tmp_path))


def poser(chemin: str, *, heures: float) -> str:
    """A file of that age."""
    nom = storages["prive"].save(chemin, ContentFile(b"octets"))
    instant = (MAINTENANT - timedelta(hours=heures)).timestamp()
    os.utime(storages["prive"].path(nom), (instant, instant))
    return nom


def balayer(**options: Any) -> set[str]:
    """What a sweep asks to destroy."""
    orphelins.balayer(MAINTENANT, **options)
    return set(Destruction.objects.values_list("chemin", flat=True))


def vieillir(chemin: str) -> None:
    instant = (MAINTENANT - timedelta(days=90)).timestamp()
    os.utime(storages["prive"].path(chemin), (instant, instant))


def test_seuls_les_dossiers_de_nos_colonnes_sont_parcourus() -> None:
    assert orphelins.dossiers_connus() == DOSSIERS


def test_ce_que_rien_ne_nomme_depuis_un_jour_s_en_va(personas: Personas) -> None:
    voisiner(personas)
    nommes = list(Piece.objects.values_list("fichier", flat=True))
    assert len(nommes) >= 4
    for nom in nommes:
        vieillir(nom)
    dossier = nommes[0].rpartition("/")[0]
    voisin = poser(f"{dossier}/{'0' * 32}", heures=25)
    perdus = {voisin, poser("scans/ab/perdu", heures=24.1), poser("documents/x.pdf", heures=300)}
    perdus.add(poser("etat/sonde", heures=25))
    gardes = [
        poser("scans/ab/tout-neuf", heures=23.9),  # its transaction may still commit
        poser("etat/neuve", heures=1),
        poser("ailleurs/vieux", heures=900),
        poser("vieux-a-la-racine", heures=900),
    ]
    demandes = balayer()
    assert perdus <= demandes
    assert not demandes & {*nommes, *gardes}
    destructions.detruire(timezone.now())
    assert not any(storages["prive"].exists(chemin) for chemin in perdus)
    assert all(storages["prive"].exists(chemin) for chemin in (*nommes, *gardes))
    for chemin in gardes:
        storages["prive"].delete(chemin)


def test_un_lien_n_est_ni_suivi_ni_efface(tmp_path: Path) -> None:
    dehors = tmp_path / "dehors"
    dehors.mkdir()
    (dehors / "tresor").write_bytes(b"a quelqu'un d'autre")
    os.utime(dehors / "tresor", (1, 1))
    racine = Path(storages["prive"].path("pieces"))
    racine.mkdir(parents=True, exist_ok=True)
    for nom, cible in (("zz", dehors), ("zy", dehors / "tresor")):
        (racine / nom).symlink_to(cible)
    assert not {c for c in balayer() if c.startswith("pieces/z")}
    assert (dehors / "tresor").exists()
    for nom in ("zz", "zy"):
        (racine / nom).unlink()


def test_un_tour_reprend_ou_il_s_est_arrete() -> None:
    perdus = [poser(f"scans/{nom}/perdu", heures=48) for nom in ("a0", "a1", "a1/b", "a2", "b")]
    positions, trouves = [], set()
    for _ in range(60):
        trouves = balayer(duree=0)
        positions.append(Parcours.objects.get().position)
        if not positions[-1]:
            break
    siennes = [p for p in positions if p.startswith("scans/")]
    assert [p for p in siennes if p in ("scans/a0", "scans/a1", "scans/a1/b", "scans/a2")] == [
        "scans/a0",
        "scans/a1",
        "scans/a1/b",
        "scans/a2",
    ]
    assert siennes == sorted(siennes), "each folder once"
    assert set(perdus) <= trouves
    parcours = Parcours.objects.get()
    assert (parcours.acheve_le, parcours.trouves) == (MAINTENANT, len(trouves))
    balayer()
    assert Parcours.objects.get().trouves == len(trouves), "the next tour starts again"


def test_un_dossier_disparu_ne_perd_pas_la_place() -> None:
    for nom in ("a", "c"):
        poser(f"scans/{nom}/perdu", heures=48)
    Parcours.objects.create(nom="orphelins", position="scans/b/parti", commence_le=MAINTENANT)
    trouves = balayer()
    assert "scans/c/perdu" in trouves
    assert not {chemin for chemin in trouves if chemin < "scans/b"}


def test_un_autre_ouvrier_marche_deja(monkeypatch: pytest.MonkeyPatch) -> None:
    """It went further while this one looked at a folder: this one stops."""
    poser("scans/a/perdu", heures=48)
    vrai = orphelins._orphelins

    def pendant_ce_temps(*arguments: Any) -> list[str]:
        Parcours.objects.update(position="scans/m")
        return vrai(*arguments)

    monkeypatch.setattr(orphelins, "_orphelins", pendant_ce_temps)
    assert balayer() == set()
    assert Parcours.objects.get().position == "scans/m"


def test_un_autre_stockage_convient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any storage that lists and dates its files, like S3: it has no paths of a machine."""
    ailleurs = InMemoryStorage()
    ailleurs.save("etat/sonde", ContentFile(b"x"))
    ailleurs.save("ailleurs/x", ContentFile(b"x"))
    monkeypatch.setitem(storages._storages, "prive", ailleurs)
    assert orphelins.balayer(timezone.now() + timedelta(hours=23)) == 0
    assert orphelins.balayer(timezone.now() + timedelta(hours=25)) == 1
    assert Destruction.objects.get().chemin == "etat/sonde"
    destructions.detruire(timezone.now())
    assert not ailleurs.exists("etat/sonde")
    assert ailleurs.exists("ailleurs/x")


def test_autant_de_requetes_par_dossier_quel_que_soit_leur_nombre(
    django_assert_max_num_queries: Any,
) -> None:
    for rang in range(40):
        poser(f"scans/aa/{rang}", heures=48)
    Parcours.objects.create(nom="orphelins", position="scans/a", commence_le=MAINTENANT)
    with django_assert_max_num_queries(20):
        assert len(balayer()) >= 40


def test_un_nom_qu_aucune_colonne_ne_tient_n_arrete_pas_le_parcours() -> None:
    """Dropped there by hand, in another encoding or too long: left where it is."""
    vieux = poser("documents/zz-perdu.pdf", heures=25)
    dossier = os.path.dirname(os.fsencode(storages["prive"].path(vieux)))
    etranges = [os.path.join(dossier, nom) for nom in (b"d\xe9part.pdf", b"x" * 250)]
    for chemin in etranges:
        Path(os.fsdecode(chemin)).touch()
        os.utime(chemin, (0, 0))
    try:
        assert vieux in balayer()
        assert Parcours.objects.get().acheve_le == MAINTENANT
        assert all(os.path.exists(chemin) for chemin in etranges)
    finally:
        for chemin in etranges:
            os.remove(chemin)
