"""Open deadlines by the million in seconds, written by SQL: invented tenants, accounts, requests.

50 caisses with 20 agents and 2 admins each; two open deadlines a request, whose columns are those
of one row built by the models. A thousand of them are due, spread over the caisses and over the
table: a quarter reached half of its delay, a quarter 80 %, a quarter just passed, a quarter is to
be reminded of. One request out of five is nobody's.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Model

from comptes.models import Caisse, DroitCaisse, DroitPartenaire, Partenaire, Profil, Utilisateur
from conventions.models import Convention
from echeances.models import Echeance
from signalements.models import Demande

CAISSES, AGENTS, ADMINS = 50, 20, 2
DUES = 1_000
DELAI = timedelta(days=30)
VIDER = """
TRUNCATE echeances_echeance, echeances_alerte, signalements_demande, comptes_notification,
    comptes_courriel CASCADE
"""

_rang = count(1)


def peupler_les_caisses() -> None:
    """Tenants and accounts: one partner and one author for each caisse."""
    for n in range(CAISSES):
        caisse = Caisse.objects.create(code=f"c-{n}", nom=f"CPAM du banc {n}", departement="59")
        partenaire = Partenaire.objects.create(
            code=f"p-{n}", nom=f"CCAS du banc {n}", type="ccas", membres=9, domaines_email=[]
        )
        Convention.objects.create(intitule=f"Convention du banc {n}", services=["signaler"])
        _habiliter(DroitCaisse, "instruire", caisse, Profil.AGENT, AGENTS)
        _habiliter(DroitCaisse, "administrer", caisse, Profil.ADMIN, ADMINS)
        _habiliter(DroitPartenaire, "deposer", partenaire, Profil.TECHNICIEN, 1)


def peupler_les_echeances(nombre: int, maintenant: datetime) -> None:
    """Leave exactly `nombre` open deadlines, of which `DUES` are due at `maintenant`."""
    demandes = nombre // 2
    valeurs = {
        "demandes": demandes,
        "pas": demandes // DUES,
        "dues": DUES,
        "maintenant": maintenant,
        "delai": DELAI,
        "caisses": _pks(Caisse),
        "partenaires": _pks(Partenaire),
        "conventions": _pks(Convention),
        "agents": _pks(Utilisateur, profil=Profil.AGENT),
        "auteurs": _pks(Utilisateur, profil=Profil.TECHNICIEN),
    }
    with connection.cursor() as curseur:
        curseur.execute(_VIDER)
        curseur.execute("SET session_replication_role = replica")
        _inserer(curseur, _demande(maintenant), _DEMANDES, _SOURCE_DEMANDES, valeurs)
        _inserer(curseur, _echeance(), _ECHEANCES, _SOURCE_ECHEANCES, valeurs)
        curseur.execute("RESET session_replication_role")
        curseur.execute("VACUUM ANALYZE")


def _habiliter(droits: Any, droit: str, tenant: Model, profil: str, nombre: int) -> None:
    comptes = Utilisateur.objects.bulk_create(
        Utilisateur(
            identifiant=f"banc.{rang}",
            profil=profil,
            nom=f"Banc{rang}",
            prenom="Compte",
            email=f"c{rang}@banc.example",
        )
        for _, rang in zip(range(nombre), _rang, strict=False)
    )
    permission = Permission.objects.get(
        codename=droit, content_type__model=str(tenant._meta.model_name)
    )
    droits.objects.bulk_create(
        droits(user=compte, content_object=tenant, permission=permission) for compte in comptes
    )


def _pks(modele: Any, **filtre: str) -> list[int]:
    return list(modele.objects.filter(**filtre).order_by("pk").values_list("pk", flat=True))


def _inserer(
    curseur: Any,
    gabarit: Model,
    colonnes: Mapping[str, str],
    source: str,
    valeurs: Mapping[str, Any],
) -> None:
    """Insert the rows of `source`: its `colonnes`, and everything else as in `gabarit`."""
    champs = gabarit._meta.concrete_fields
    fixes = {
        c.attname: c.get_db_prep_save(getattr(gabarit, c.attname), connection)
        for c in champs
        if c.attname not in colonnes
    }
    noms = ", ".join(f'"{c.column}"' for c in champs)
    expressions = ", ".join(
        colonnes.get(c.attname, f"%({c.attname})s::{c.db_type(connection)}") for c in champs
    )
    curseur.execute(
        f"INSERT INTO {gabarit._meta.db_table} ({noms}) SELECT {expressions} FROM {source}",  # noqa: S608
        {**fixes, **valeurs},
    )


def _demande(maintenant: datetime) -> Demande:
    return Demande(
        service="signaler",
        motif="droits",
        deposee_le=maintenant - DELAI,
        activite_le=maintenant - DELAI,
        consentement_le=maintenant - DELAI,
        consentement_version="banc",
        consentement_mode="case",
        civilite="madame",
        nom="Banc",
        prenom="Personne",
        date_naissance=date(1984, 3, 9),
        commentaires="Une demande du banc.",
        etat="prise_en_charge",
        recepisse_attendu=False,
    )


def _echeance() -> Echeance:
    return Echeance(duree=DELAI, seuils=[50, 80], relance_heures=24)


# Nobody vacuums behind our back while we measure: we do it between two sweeps.
_VIDER = """
ALTER TABLE echeances_echeance SET (autovacuum_enabled = off);
ALTER TABLE signalements_demande SET (autovacuum_enabled = off);
ALTER TABLE comptes_notification SET (autovacuum_enabled = off);
TRUNCATE echeances_echeance, echeances_alerte, signalements_demande, comptes_notification,
    comptes_courriel CASCADE
"""
# `h` scatters: neither the caisse nor the agent follows the place in the table.
_SOURCE_DEMANDES = """
(SELECT i, 1 + (hashint4(i) & 1048575) %% 50 AS c, hashint4(i + 1) & 1048575 AS h
 FROM generate_series(1, %(demandes)s) i) s
"""
_DEMANDES = {
    "id": "i",
    "reference": "'EP-' || lpad(i::text, 9, '0')",
    "origine": "gen_random_uuid()",
    "caisse_id": "(%(caisses)s::bigint[])[c]",
    "partenaire_id": "(%(partenaires)s::bigint[])[c]",
    "convention_id": "(%(conventions)s::bigint[])[c]",
    "auteur_id": "(%(auteurs)s::bigint[])[c]",
    "consentement_par_id": "(%(auteurs)s::bigint[])[c]",
    "agent_id": "CASE WHEN h %% 5 > 0 THEN (%(agents)s::bigint[])[20 * (c - 1) + 1 + h %% 20] END",
}
# What is not due began less than 14 days ago: its first step is ahead.
_SOURCE_ECHEANCES = """
(SELECT *, %(maintenant)s - ecoule AS debut
 FROM (SELECT d.*, n.nature, n.rang, q.due, q.rappels,
              CASE WHEN NOT q.due THEN (d.id %% 1400) * interval '14.4 minutes'
                   ELSE interval '5 minutes' + (ARRAY[15, 24, 30, 31 + q.rappels])[1 + q.quart]
                        * interval '1 day' END AS ecoule,
              CASE WHEN q.due THEN (ARRAY[0, 50, 80, 100 + q.rappels])[1 + q.quart] ELSE 0 END
                  AS dernier
       FROM signalements_demande d
       CROSS JOIN (VALUES (1, 'instruction_30j'), (2, 'contact_48h')) n (rang, nature)
       CROSS JOIN LATERAL (
           SELECT n.rang = 1 AND d.id %% %(pas)s = 0 AND d.id / %(pas)s <= %(dues)s AS due,
                  (d.id / %(pas)s %% 4)::int AS quart, (d.id / %(pas)s %% 10)::int AS rappels) q
      ) e) s
"""
_ECHEANCES = {
    "id": "2 * id - 2 + rang",
    "nature": "nature",
    "demande_id": "id",
    "caisse_id": "caisse_id",
    "partenaire_id": "partenaire_id",
    "convention_id": "convention_id",
    "debut_le": "debut",
    "echeance_le": "debut + %(delai)s",
    "palier": "dernier",
    "depassee_le": "CASE WHEN dernier >= 100 THEN debut + %(delai)s + interval '1 minute' END",
    "a_alerter_le": (
        "debut + CASE WHEN dernier = 50 THEN %(delai)s * 0.8 WHEN dernier >= 80 THEN"
        " %(delai)s + (greatest(dernier, 99) - 99) * interval '1 day' + interval '1 second'"
        " ELSE %(delai)s * 0.5 END"
    ),
}
