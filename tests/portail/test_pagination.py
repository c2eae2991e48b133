import random
from datetime import UTC, datetime, timedelta

import pytest
from django.apps.registry import Apps
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from portail.pagination import page

pytestmark = pytest.mark.django_db
ORIGINE = datetime(2026, 11, 22, 10, 0, 0, 123456, tzinfo=UTC)


class Ligne(models.Model):
    """A table of this module only, made and dropped inside each test's transaction."""

    reference = models.CharField(max_length=20, unique=True)
    depose_le = models.DateTimeField()

    class Meta:
        app_label = "portail"
        apps = Apps()
        indexes = [models.Index(fields=["depose_le", "reference"], name="essai_cle")]

    def __str__(self) -> str:
        return self.reference


@pytest.fixture
def table(proprietaire):
    with proprietaire(), connection.schema_editor() as editeur:
        editeur.create_model(Ligne)
    return Ligne.objects.all()


def _remplir(nombre: int, *, ex_aequo: int = 3) -> list[str]:
    """Rows in random insertion order, `ex_aequo` of them sharing each instant."""
    lignes = [
        Ligne(reference=f"EP-{rang:05d}", depose_le=ORIGINE + timedelta(hours=rang // ex_aequo))
        for rang in range(nombre)
    ]
    random.Random(7).shuffle(lignes)
    Ligne.objects.bulk_create(lignes)
    return [f"EP-{rang:05d}" for rang in range(nombre)]


def _references(resultat) -> list[str]:
    return [ligne.reference for ligne in resultat.lignes]


def _apres_la_premiere(table) -> str | None:
    return page(table, cle="depose_le", taille=4).suivant


def _parcourir(table, **options) -> list:
    pages, curseur = [], None
    while True:
        pages.append(page(table, cle="depose_le", curseur=curseur, **options))
        curseur = pages[-1].suivant
        if curseur is None:
            return pages


@pytest.mark.parametrize("descendant", [False, True])
@pytest.mark.parametrize(("nombre", "tailles"), [(11, [4, 4, 3]), (8, [4, 4]), (3, [3]), (0, [0])])
def test_walking_forward_gives_each_row_once_in_order(table, nombre, tailles, descendant):
    attendu = _remplir(nombre)
    pages = _parcourir(table, taille=4, descendant=descendant)
    assert [len(p.lignes) for p in pages] == tailles
    lues = [r for p in pages for r in _references(p)]
    assert lues == (attendu[::-1] if descendant else attendu)
    assert pages[0].precedent is None


@pytest.mark.parametrize("descendant", [False, True])
@pytest.mark.parametrize("nombre", [8, 11, 12])
def test_walking_back_gives_the_same_pages(table, nombre, descendant):
    _remplir(nombre)
    aller = _parcourir(table, taille=4, descendant=descendant)
    courante, retour = aller[-1], []
    while courante.precedent:
        courante = page(
            table, cle="depose_le", curseur=courante.precedent, taille=4, descendant=descendant
        )
        retour.append(courante)
    assert [_references(p) for p in retour] == [_references(p) for p in aller[-2::-1]]
    assert [p.suivant for p in retour] == [p.suivant for p in aller[-2::-1]]


PARTS = [models.Q(reference__lt="EP-00004"), models.Q(reference__gte="EP-00004")]


@pytest.mark.parametrize("descendant", [False, True])
@pytest.mark.parametrize("champs", [(), ("reference", "depose_le")])
def test_rows_cut_in_parts_make_the_same_pages(
    table, champs, descendant, django_assert_num_queries
):
    _remplir(11)
    lignes = table.values(*champs) if champs else table
    entieres = _parcourir(lignes, taille=3, descendant=descendant)
    with django_assert_num_queries(4):
        fusionnees = _parcourir(lignes, taille=3, descendant=descendant, parts=PARTS)
    assert fusionnees == entieres
    retour = page(
        lignes,
        cle="depose_le",
        taille=3,
        descendant=descendant,
        parts=PARTS,
        curseur=entieres[-1].precedent,
    )
    assert retour.lignes == entieres[-2].lignes
    assert page(lignes.none(), cle="depose_le", parts=PARTS).lignes == []


def test_a_row_that_arrives_while_reading_moves_nothing(table):
    _remplir(8, ex_aequo=1)
    premiere = page(table, cle="depose_le", taille=4)
    Ligne.objects.create(reference="EP-AVANT", depose_le=ORIGINE - timedelta(days=1))
    seconde = page(table, cle="depose_le", taille=4, curseur=premiere.suivant)
    assert _references(seconde) == ["EP-00004", "EP-00005", "EP-00006", "EP-00007"]


def test_after_the_last_row_the_way_back_leads_to_the_last_page(table):
    _remplir(6)
    premiere = page(table, cle="depose_le", taille=4)
    Ligne.objects.filter(reference__gt="EP-00003").delete()
    vide = page(table, cle="depose_le", taille=4, curseur=premiere.suivant)
    assert (vide.lignes, vide.suivant) == ([], None)
    derniere = page(table, cle="depose_le", taille=3, curseur=vide.precedent)
    assert _references(derniere) == ["EP-00001", "EP-00002", "EP-00003"]
    assert derniere.suivant is None
    assert derniere.precedent is not None


def test_before_the_first_row_the_way_on_leads_to_the_first_page(table):
    _remplir(6)
    seconde = page(table, cle="depose_le", taille=4, curseur=_apres_la_premiere(table))
    Ligne.objects.filter(reference__lte="EP-00003").delete()
    vide = page(table, cle="depose_le", taille=4, curseur=seconde.precedent)
    assert (vide.lignes, vide.precedent) == ([], None)
    premiere = page(table, cle="depose_le", taille=4, curseur=vide.suivant)
    assert _references(premiere) == ["EP-00004", "EP-00005"]


@pytest.mark.parametrize(
    "curseur",
    [
        "",
        "~",
        "avant~",
        "n'importe quoi",
        "2026-11-22T10:00:00Z",
        "2026-11-22T10:00:00Z~",
        "2026-11-22T10:00:00~EP-00002",
        "2026-13-22T10:00:00Z~EP-00001",
        "0001-01-01T00:00:00+14:00~EP-00001",
        "9999-12-31T23:59:59-14:00~EP-00001",
        "2026-11-22T10:00:00Z~EP\x00",
        "2026-11-22T10:00:00Z~' OR 1=1 --",
        "2026-11-22T10:00:00Z~" + "A" * 500,
    ],
)
def test_an_unreadable_cursor_gives_the_first_page(table, curseur):
    _remplir(6)
    resultat = page(table, cle="depose_le", taille=4, curseur=curseur)
    assert _references(resultat) == ["EP-00000", "EP-00001", "EP-00002", "EP-00003"]
    assert resultat.precedent is None


def test_a_cursor_written_with_a_numeric_offset_is_read(table):
    _remplir(6, ex_aequo=1)
    resultat = page(table, cle="depose_le", curseur="2026-11-22T13:00:00.123456+01:00~EP-00002")
    assert _references(resultat) == ["EP-00003", "EP-00004", "EP-00005"]


def test_cursors_need_no_quoting_in_an_address(table):
    _remplir(6)
    resultat = page(table, cle="depose_le", taille=4)
    assert resultat.suivant == "2026-11-22T11:00:00.123456Z~EP-00003"


def test_rows_read_as_dictionaries_paginate_too(table):
    _remplir(6)
    valeurs = table.values("reference", "depose_le")
    suite = page(valeurs, cle="depose_le", taille=4, curseur=_apres_la_premiere(table))
    assert [ligne["reference"] for ligne in suite.lignes] == ["EP-00004", "EP-00005"]


@pytest.mark.parametrize("descendant", [False, True])
def test_one_query_without_count_nor_offset(table, django_assert_num_queries, descendant):
    _remplir(30)
    debut = page(table, cle="depose_le", taille=4, descendant=descendant)
    with django_assert_num_queries(1) as requetes:
        page(table, cle="depose_le", taille=4, curseur=debut.suivant, descendant=descendant)
    sql = requetes[0]["sql"]
    assert "COUNT" not in sql
    assert "OFFSET" not in sql
    assert "LIMIT 5" in sql


@pytest.mark.parametrize("descendant", [False, True])
def test_a_far_page_is_one_seek_in_the_composite_index(table, descendant):
    _remplir(3000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE portail_ligne")
    depart = "2026-12-13T10:00:00.123456Z~EP-01500"
    with CaptureQueriesContext(connection) as requetes:
        page(table, cle="depose_le", taille=10, curseur=depart, descendant=descendant)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + requetes[0]["sql"])
        plan = "\n".join(ligne for (ligne,) in cursor.fetchall())
    assert "essai_cle" in plan
    assert "Index Cond: (ROW(" in plan
    assert "Sort" not in plan
