"""Notifications and mails: each once, as its reader chose, one digest a day at most (D-17)."""

from demonstration.simulation.invariants import Invariant, Quand

RECENTE = "n.creee_le > %(maintenant)s - interval '2 days'"

INVARIANTS = (
    Invariant(
        "notification_une_fois",
        "une personne n’est notifiée qu’une fois sous une même clé",
        Quand.BALAYAGE,
        f"""
        SELECT t.destinataire_id, t.cle, count(*)
        FROM comptes_notification t
        JOIN (SELECT DISTINCT destinataire_id, cle FROM comptes_notification n WHERE {RECENTE}) r
          ON r.destinataire_id = t.destinataire_id AND r.cle = t.cle
        GROUP BY t.destinataire_id, t.cle HAVING count(*) > 1
        """,
    ),
    Invariant(
        "courriel_une_fois",
        "un courriel n’est écrit qu’une fois sous une même clé",
        Quand.BALAYAGE,
        """
        SELECT t.cle, count(*), array_agg(t.cree_le) AS ecrits
        FROM comptes_courriel t
        JOIN (SELECT DISTINCT cle FROM comptes_courriel
              WHERE cree_le > %(maintenant)s - interval '2 days') r ON r.cle = t.cle
        GROUP BY t.cle HAVING count(*) > 1
        """,
    ),
    Invariant(
        "courriel_immediat",
        "une notification immédiate a son courriel, les autres n’en ont pas",
        Quand.BALAYAGE,
        f"""
        SELECT n.destinataire_id, n.cle, n.remise, count(c.id) AS courriels
        FROM comptes_notification n
        LEFT JOIN comptes_courriel c ON c.cle = n.cle || ':' || n.destinataire_id
        WHERE {RECENTE}
        GROUP BY n.id HAVING count(c.id) <> (n.remise = 'immediate')::int
        """,
    ),
    Invariant(
        "recapitulatif_quotidien",
        "personne ne reçoit deux récapitulatifs le même jour",
        Quand.BALAYAGE,
        """
        SELECT destinataire_id, (cree_le AT TIME ZONE 'Europe/Paris')::date AS le, count(*)
        FROM comptes_courriel
        WHERE gabarit = 'recapitulatif' AND cree_le > %(maintenant)s - interval '3 days'
        GROUP BY 1, 2 HAVING count(*) > 1
        """,
    ),
    Invariant(
        "recapitulatif_parti",
        "le récapitulatif du jour part à l’heure choisie, s’il y a quelque chose à dire",
        Quand.BALAYAGE,
        """
        SELECT u.identifiant, u.heure_recapitulatif, count(*) AS lignes, min(n.creee_le)
        FROM comptes_utilisateur u JOIN comptes_notification n ON n.destinataire_id = u.id
        CROSS JOIN LATERAL (SELECT (%(jour)s::date
            + make_interval(hours => u.heure_recapitulatif)) AT TIME ZONE 'Europe/Paris' AS ouverte
        ) heure
        WHERE u.etat = 'actif' AND n.remise = 'quotidien' AND n.recapitulee_le IS NULL
          AND n.lue_le IS NULL AND n.creee_le < heure.ouverte AND heure.ouverte <= %(maintenant)s
          AND NOT EXISTS (
            SELECT FROM comptes_courriel c
            WHERE c.destinataire_id = u.id AND c.gabarit = 'recapitulatif'
              AND (c.cree_le AT TIME ZONE 'Europe/Paris')::date = %(jour)s)
        GROUP BY u.id, u.identifiant, u.heure_recapitulatif
        """,
    ),
    Invariant(
        "courriel_parti",
        "aucun courriel n’attend encore après le passage de la poste",
        Quand.BALAYAGE,
        """
        SELECT id, cle, gabarit, etat, a_envoyer_le FROM comptes_courriel
        WHERE etat = 'a_envoyer' AND a_envoyer_le <= %(maintenant)s
        """,
    ),
)
