"""A GET writes nothing but the trace, and the clock of its own session (docs/adr/0002)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comptes.models import SessionOuverte
from tests.personas import Personas, connecte
from tests.test_permissions import lignes
from tests.voisinage import voisiner

ECRITURES = re.compile(r"^\s*(INSERT|UPDATE|DELETE)\b", re.I)
HORLOGE = re.compile(
    r"""UPDATE "comptes_sessionouverte" SET "vue_le" = '[^']+'::timestamptz """
    r"""WHERE \("comptes_sessionouverte"."id" = (\d+) AND "comptes_sessionouverte"."vue_le" < """
)


@pytest.mark.django_db
@pytest.mark.regle("G-05")
@pytest.mark.parametrize(
    "persona", ["technicien_a", "agent_a", "gestionnaire_a", "admin_a", "dpo_a"]
)
def test_un_get_n_ecrit_que_la_trace_et_l_horloge_de_sa_session(
    persona: str, personas: Personas
) -> None:
    voisinage = voisiner(personas)
    client = connecte(Client(), getattr(personas, persona))
    sienne = SessionOuverte.objects.get(cle=client.session.session_key)
    for vue in sorted({vue for vue, methode, _ in lignes() if methode == "GET"}):
        adresse = reverse(vue, kwargs=voisinage.a.parametres(vue))
        SessionOuverte.objects.update(vue_le=timezone.now() - timedelta(minutes=2))
        with CaptureQueriesContext(connection) as requetes:
            client.get(adresse)
        ecrites = [r["sql"] for r in requetes if ECRITURES.match(r["sql"])]
        horloges = [HORLOGE.match(sql) for sql in ecrites if "sessionouverte" in sql]
        assert [trouvee and trouvee[1] for trouvee in horloges] in ([], [str(sienne.pk)]), vue
        autres = [sql for sql in ecrites if "sessionouverte" not in sql]
        assert all(sql.startswith('INSERT INTO "comptes_trace"') for sql in autres), vue
