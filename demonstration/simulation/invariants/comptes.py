"""Accounts: none without a convention, none over the quotas, somebody always answers for a team."""

from collections.abc import Iterator
from typing import Any

from demonstration.simulation.invariants import Controle, Instant, Invariant, Quand

EN_VIGUEUR = """
    c.date_effet <= %(jour)s AND c.date_utilisation <= %(jour)s
    AND (c.date_fin IS NULL OR c.date_fin > %(jour)s
         OR c.date_fin = %(jour)s AND c.etat <> 'terminee')
    AND (c.fin_utilisation IS NULL OR c.fin_utilisation >= %(jour)s)
"""
# A convention in force with a caisse that neither left it nor cut the access of the partner.
JOIGNABLE = f"""
    EXISTS (
        SELECT FROM conventions_convention c
        JOIN conventions_convention_partenaires cp ON cp.convention_id = c.id
        JOIN conventions_caisseliee l ON l.convention_id = c.id
        WHERE cp.partenaire_id = p.id AND {EN_VIGUEUR}
          AND (l.date_fin IS NULL OR l.date_fin > %(jour)s
               OR l.date_fin = %(jour)s AND l.close_le IS NULL)
          AND NOT EXISTS (SELECT FROM conventions_coupure k WHERE k.caisse_id = l.caisse_id
                          AND k.partenaire_id = p.id AND k.retablie_le IS NULL))
"""

# Open accounts against places, now and under the most generous grid there ever was.
_PLACES = f"""
    SELECT p.code, u.profil, count(u.id) AS comptes,
           CASE WHEN u.profil = 'gestionnaire'
                THEN CASE WHEN p.membres <= 10 THEN 2 WHEN p.membres <= 25 THEN 3 ELSE 5 END
                WHEN NOT g.illimite THEN g.places END AS places,
           CASE WHEN u.profil = 'gestionnaire'
                THEN CASE WHEN p.membres <= 10 THEN 2 WHEN p.membres <= 25 THEN 3 ELSE 5 END
                WHEN NOT g.illimite_jadis THEN g.places_jadis END AS places_jadis
    FROM comptes_partenaire p
    JOIN comptes_droitpartenaire d ON d.content_object_id = p.id
    JOIN comptes_utilisateur u ON u.id = d.user_id AND u.etat IN ('invite', 'actif')
    LEFT JOIN LATERAL (
        SELECT coalesce(max(t) FILTER (WHERE vive), 0) AS places, max(t) AS places_jadis,
               coalesce(bool_or(t IS NULL AND vive), false) AS illimite,
               bool_or(t IS NULL) AS illimite_jadis
        FROM (SELECT CASE WHEN p.membres <= 10 THEN c.techniciens_petit
                          WHEN p.membres <= 25 THEN c.techniciens_moyen
                          ELSE c.techniciens_grand END AS t, {EN_VIGUEUR} AS vive
              FROM conventions_convention c
              JOIN conventions_convention_partenaires cp ON cp.convention_id = c.id
              WHERE cp.partenaire_id = p.id AND c.date_utilisation IS NOT NULL) grilles
    ) g ON true
    GROUP BY p.code, p.membres, u.profil, g.illimite, g.places, g.illimite_jadis, g.places_jadis
"""


def _quotas(instant: Instant, controle: Controle) -> Iterator[dict[str, Any]]:
    """Over its places only because a convention that gave more ended, and never one more."""
    avant = controle.memoire.comptes
    controle.memoire.comptes = {}
    for ligne in controle.lire("places", _PLACES, instant):
        qui, comptes = (ligne["code"], ligne["profil"]), ligne["comptes"]
        controle.memoire.comptes[qui] = comptes
        if ligne["places"] is None or comptes <= ligne["places"]:
            continue
        jadis = ligne["places_jadis"]
        if comptes > avant.get(qui, 0) or (jadis is not None and comptes > jadis):
            yield ligne


INVARIANTS = (
    Invariant(
        "sans_convention",
        "aucun compte ouvert chez un partenaire qu’aucune convention en vigueur n’atteint",
        Quand.GESTE,
        f"""
        SELECT p.code, u.identifiant, u.profil, u.etat
        FROM comptes_partenaire p
        JOIN comptes_droitpartenaire d ON d.content_object_id = p.id
        JOIN comptes_utilisateur u ON u.id = d.user_id
        WHERE u.etat IN ('invite', 'actif') AND NOT {JOIGNABLE}
        """,
    ),
    Invariant(
        "quotas",
        "jamais plus de comptes que de places (H-06, H-07)",
        Quand.GESTE,
        _quotas,
    ),
    Invariant(
        "un_gestionnaire",
        "un partenaire qui avait un gestionnaire en garde un, hors fraude et coupure (H-09)",
        Quand.GESTE,
        f"""
        SELECT p.code, dernier.identifiant, dernier.cause_inactivation, dernier.inactif_le
        FROM comptes_partenaire p
        JOIN LATERAL (
            SELECT u.identifiant, u.cause_inactivation, u.inactif_le
            FROM comptes_droitpartenaire d JOIN comptes_utilisateur u ON u.id = d.user_id
            WHERE d.content_object_id = p.id AND u.profil = 'gestionnaire'
              AND u.etat = 'inactif' AND u.active_le IS NOT NULL
            ORDER BY u.inactif_le DESC LIMIT 1) dernier ON true
        WHERE dernier.cause_inactivation NOT IN ('fraude', 'convention', 'coupure')
          AND {JOIGNABLE}
          AND NOT EXISTS (
            SELECT FROM comptes_droitpartenaire d JOIN comptes_utilisateur u ON u.id = d.user_id
            WHERE d.content_object_id = p.id AND u.profil = 'gestionnaire' AND u.etat = 'actif')
        """,
    ),
    Invariant(
        "depart_tenu",
        "un départ prévu a lieu, si un autre gestionnaire reste (H-09)",
        Quand.BALAYAGE,
        """
        SELECT u.identifiant, u.dernier_jour
        FROM comptes_utilisateur u JOIN comptes_droitpartenaire d ON d.user_id = u.id
        WHERE u.etat = 'actif' AND u.dernier_jour < %(jour)s AND EXISTS (
            SELECT FROM comptes_droitpartenaire x JOIN comptes_utilisateur v ON v.id = x.user_id
            WHERE x.content_object_id = d.content_object_id AND v.id <> u.id
              AND v.profil = 'gestionnaire' AND v.etat = 'actif')
        """,
    ),
    Invariant(
        "efface",
        "un compte inactif depuis six mois est effacé, sans rien de la personne (H-14)",
        Quand.NUIT,
        """
        SELECT id, identifiant, etat, inactif_le, nom, prenom, email
        FROM comptes_utilisateur
        WHERE etat = 'inactif' AND (inactif_le AT TIME ZONE 'Europe/Paris')::date
                                   + interval '6 months' <= %(jour)s
           OR etat = 'supprime' AND (nom || prenom || email || telephone || fonction <> ''
                                     OR identifiant <> 'supprime-' || id)
        """,
    ),
    Invariant(
        "absences",
        "un agent n’est pas absent deux fois le même jour",
        Quand.NUIT,
        """
        SELECT a.agent_id, a.du, a.au, b.du AS autre_du, b.au AS autre_au
        FROM comptes_absence a JOIN comptes_absence b
          ON b.agent_id = a.agent_id AND b.id > a.id AND a.du <= b.au AND b.du <= a.au
        WHERE a.annulee_le IS NULL AND b.annulee_le IS NULL
        """,
    ),
)
