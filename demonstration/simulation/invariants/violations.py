"""Breaches of data: one clock each until it is read, and both parties told at once (G-02)."""

from demonstration.simulation.invariants import Invariant, Quand

# What happened to a breach at the very instant of the check, and who needs not be told of it.
_FAITS = """
    SELECT v.id, v.caisse_id, v.partenaire_id, v.declaree_par_id AS auteur, f.sauf, f.a_tous,
           'violation:' || v.identifiant || ':' || f.quoi AS cle
    FROM violations_violation v CROSS JOIN LATERAL (VALUES
        ('declaree', v.declaree_le, v.declaree_par_id, true),
        ('connue', CASE v.etat WHEN 'connue' THEN v.connue_le END, v.connue_par_id, false),
        ('close', v.close_le, v.close_par_id, true)) f (quoi, quand, sauf, a_tous)
    WHERE f.quand = %(maintenant)s
"""
# Whoever protects or runs the caisse, whoever runs the partner, and who declared it.
_ATTENDUS = """
    SELECT f.cle, u.id AS compte
    FROM faits f JOIN comptes_utilisateur u
      ON u.etat = 'actif' AND u.id IS DISTINCT FROM f.sauf AND (u.id = f.auteur OR f.a_tous AND (
          u.profil IN ('dpo', 'admin') AND EXISTS (
              SELECT FROM comptes_droitcaisse g
              WHERE g.user_id = u.id AND g.content_object_id = f.caisse_id)
          OR u.profil = 'gestionnaire' AND EXISTS (
              SELECT FROM comptes_droitpartenaire g
              WHERE g.user_id = u.id AND g.content_object_id = f.partenaire_id)))
"""
_PREVENUS = """
    SELECT f.cle, n.destinataire_id AS compte
    FROM faits f CROSS JOIN comptes_utilisateur u
    JOIN comptes_notification n ON n.destinataire_id = u.id AND n.cle = f.cle
    WHERE n.creee_le = %(maintenant)s AND n.remise = 'immediate'
"""

INVARIANTS = (
    Invariant(
        "violation_une_horloge",
        "une violation a une échéance, du constat à sa lecture, que rien n’arrête (G-02)",
        Quand.GESTE,
        """
        SELECT v.identifiant, v.etat, v.constatee_le, v.connue_le, count(e.id) AS echeances,
               min(e.debut_le) AS debut_le, max(e.terminee_le) AS terminee_le
        FROM violations_violation v
        LEFT JOIN echeances_echeance e ON e.violation_id = v.id AND e.nature = 'violation'
        GROUP BY v.id
        HAVING count(e.id) <> 1 OR min(e.debut_le) <> v.constatee_le OR count(e.suspendue_le) > 0
            OR max(e.terminee_le) IS DISTINCT FROM v.connue_le
            OR (v.etat = 'declaree') <> (v.connue_le IS NULL)
        """,
    ),
    Invariant(
        "violation_annoncee",
        "d’une violation déclarée, lue ou close, ceux qui la lisent sont prévenus, eux seuls et "
        "aussitôt (G-02)",
        Quand.GESTE,
        f"""
        WITH faits AS ({_FAITS}), attendus AS ({_ATTENDUS}), prevenus AS ({_PREVENUS})
        SELECT 'oublié' AS quoi, o.* FROM (TABLE attendus EXCEPT TABLE prevenus) o
        UNION ALL
        SELECT 'de trop', t.* FROM (TABLE prevenus EXCEPT TABLE attendus) t
        """,
    ),
    Invariant(
        "violation_dite",
        "l’autre partie est prévenue à l’instant de la déclaration, avec ou sans compte (G-02)",
        Quand.BALAYAGE,
        """
        SELECT v.identifiant, v.cote, v.declaree_le
        FROM violations_violation v
        WHERE v.declaree_le > %(maintenant)s - interval '2 days' AND NOT (
            EXISTS (SELECT FROM conventions_contact k
                    JOIN comptes_courriel c ON c.cle = 'violation:' || v.identifiant
                                                       || ':contact:' || k.identifiant
                    WHERE k.role = 'dpo' AND c.adresse = k.email AND c.cree_le = v.declaree_le
                      AND CASE v.cote WHEN 'caisse' THEN k.partenaire_id = v.partenaire_id
                                      ELSE k.caisse_id = v.caisse_id END)
            AND (v.cote = 'caisse' OR EXISTS (
                SELECT FROM comptes_utilisateur u
                JOIN comptes_droitcaisse g ON g.user_id = u.id
                                          AND g.content_object_id = v.caisse_id
                JOIN comptes_notification n ON n.destinataire_id = u.id
                                           AND n.cle = 'violation:' || v.identifiant || ':declaree'
                WHERE u.profil = 'dpo' AND n.creee_le = v.declaree_le)))
        """,
    ),
)
