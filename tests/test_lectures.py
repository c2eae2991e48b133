"""A GET writes nothing but the trace (docs/adr/0002), whoever reads whatever."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.personas import Personas, connecte
from tests.test_permissions import lignes
from tests.voisinage import voisiner

ECRITURES = re.compile(r"^\s*(INSERT|UPDATE|DELETE)\b", re.I)


@pytest.mark.django_db
@pytest.mark.regle("G-05")
@pytest.mark.parametrize(
    "persona", ["technicien_a", "agent_a", "gestionnaire_a", "admin_a", "dpo_a"]
)
def test_un_get_n_ecrit_que_la_trace(persona: str, personas: Personas) -> None:
    voisinage = voisiner(personas)
    client = connecte(Client(), getattr(personas, persona))
    for vue in sorted({vue for vue, methode, _ in lignes() if methode == "GET"}):
        adresse = reverse(vue, kwargs=voisinage.a.parametres(vue))
        with CaptureQueriesContext(connection) as requetes:
            client.get(adresse)
        ecrites = [r["sql"] for r in requetes if ECRITURES.match(r["sql"])]
        assert all(sql.startswith('INSERT INTO "comptes_trace"') for sql in ecrites), vue
