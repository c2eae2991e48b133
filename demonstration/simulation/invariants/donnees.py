"""What is kept, what goes away, what is renewed (C-02, C-05, G-04, G-05)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.storage import storages
from django.db import connection

from demonstration.simulation.invariants import Controle, Instant, Invariant, Quand

VIVANTES = "c.etat IN ('en_vigueur', 'denoncee', 'mise_en_demeure')"
CONNUS = """
    SELECT fichier FROM signalements_piece WHERE fichier <> ''
    UNION SELECT fichier FROM signalements_recepisse
    UNION SELECT fichier FROM conventions_document WHERE fichier <> ''
    UNION SELECT fichier FROM conventions_scan WHERE fichier <> ''
"""
DESTRUCTIONS = "SELECT chemin, demandee_le, tentatives, derniere_erreur FROM portail_destruction"
UN_JOUR = timedelta(days=1)


def _trace(instant: Instant, controle: Controle) -> Iterator[dict[str, Any]]:
    """Rows that were there are there, and no number is given back."""
    memoire = controle.memoire
    sql = f"""
        SELECT count(*) AS traces, coalesce(max(id), 0) AS derniere,
               count(*) FILTER (WHERE id <= {memoire.derniere_trace}) AS restent
        FROM comptes_trace
    """
    with connection.cursor() as curseur:
        curseur.execute(sql)
        traces, derniere, restent = curseur.fetchone()
    if restent != memoire.traces or derniere < memoire.derniere_trace:
        yield {"avant": memoire.traces, "restent": restent, "derniere": derniere}
    memoire.traces, memoire.derniere_trace = traces, derniere


def _octets(instant: Instant, controle: Controle) -> Iterator[dict[str, Any]]:
    """Bytes that no row names are asked to be destroyed, and are gone within a day (G-04)."""
    demandees = {x["chemin"]: x for x in controle.lire("destructions", DESTRUCTIONS, instant)}
    connus = {ligne["fichier"] for ligne in controle.lire("fichiers", CONNUS, instant)}
    for chemin in _presents():
        if chemin not in connus and chemin not in demandees:
            yield {"chemin": chemin, "destruction": "jamais demandée"}
    for ligne in demandees.values():
        if ligne["demandee_le"] < instant.maintenant - UN_JOUR:
            yield ligne


def _presents() -> Iterator[str]:
    """What the private storage holds."""
    racine = Path(storages["prive"].path(""))
    for chemin in racine.rglob("*"):
        if chemin.is_file():
            yield chemin.relative_to(racine).as_posix()


INVARIANTS = (
    Invariant(
        "reconduction",
        "le prochain anniversaire de chaque convention vivante est à venir (C-02)",
        Quand.BALAYAGE,
        f"""
        SELECT c.intitule, c.etat, c.date_effet, c.prochaine_echeance, c.date_fin
        FROM conventions_convention c
        WHERE {VIVANTES} AND (c.prochaine_echeance IS NULL OR c.prochaine_echeance <= %(jour)s)
        """,
    ),
    Invariant(
        "fin",
        "ce qui a pris fin est dit terminé, la convention, la caisse ou le portail (C-04, H-12)",
        Quand.BALAYAGE,
        """
        SELECT c.intitule, c.etat, c.date_fin, l.caisse_id, l.date_fin AS fin_caisse,
               l.close_le, c.fin_utilisation, c.utilisation_close_le
        FROM conventions_convention c JOIN conventions_caisseliee l ON l.convention_id = c.id
        WHERE c.date_fin < %(jour)s AND c.etat <> 'terminee'
           OR l.date_fin < %(jour)s AND l.close_le IS NULL
           OR c.fin_utilisation < %(jour)s AND c.utilisation_close_le IS NULL
           OR c.etat = 'terminee' AND c.date_fin > %(jour)s
        """,
    ),
    Invariant(
        "avenant",
        "un avenant signé est appliqué à son jour (C-05)",
        Quand.BALAYAGE,
        f"""
        SELECT c.intitule, a.numero, a.signe_le, a.effet_le
        FROM conventions_acte a JOIN conventions_convention c ON c.id = a.convention_id
        WHERE a.nature = 'avenant' AND a.etat = 'signe' AND a.applique_le IS NULL
          AND a.effet_le <= %(jour)s AND {VIVANTES}
        """,
    ),
    Invariant(
        "brouillon",
        "un brouillon ne survit pas à son délai",
        Quand.BALAYAGE,
        """
        SELECT identifiant, modifie_le, expire_le FROM signalements_brouillon
        WHERE expire_le < %(maintenant)s
        """,
    ),
    Invariant("trace", "la trace ne fait que grandir (G-05)", Quand.NUIT, _trace),
    Invariant(
        "octets",
        "aucun fichier ne survit plus de 24 heures à ce qui le nommait (G-04)",
        Quand.NUIT,
        _octets,
    ),
    Invariant(
        "anonymisee",
        "une demande anonymisée ne dit plus rien de personne (G-04)",
        Quand.NUIT,
        """
        SELECT d.id, d.reference, d.nom, d.prenom, d.telephone, d.auteur_id, d.agent_id
        FROM signalements_demande d
        WHERE d.anonymisee_le IS NOT NULL AND (
            d.nom || d.prenom || d.telephone || d.commentaires || d.lieu_naissance
              || d.departement_residence || d.civilite || d.recherche || d.recherche_prenom <> ''
            OR num_nonnulls(d.date_naissance, d.auteur_id, d.agent_id, d.consentement_par_id) > 0
            OR EXISTS (SELECT FROM signalements_message x WHERE x.demande_id = d.id)
            OR EXISTS (SELECT FROM signalements_contact x WHERE x.demande_id = d.id)
            OR EXISTS (SELECT FROM signalements_piece x WHERE x.demande_id = d.id)
            OR EXISTS (SELECT FROM signalements_recepisse x WHERE x.demande_id = d.id))
        """,
    ),
    Invariant(
        "conservation",
        "une demande close n’est pas gardée plus longtemps que prévu (G-04)",
        Quand.NUIT,
        """
        SELECT d.reference, d.cloturee_le, c.conservation_mois, k.conservation_mois AS caisse
        FROM signalements_demande d
        JOIN conventions_convention c ON c.id = d.convention_id
        JOIN comptes_caisse k ON k.id = d.caisse_id
        WHERE d.etat = 'cloturee' AND d.anonymisee_le IS NULL
          AND (d.cloturee_le AT TIME ZONE 'Europe/Paris')::date + make_interval(
                months => least(c.conservation_mois, k.conservation_mois)) <= %(jour)s
        """,
    ),
)
