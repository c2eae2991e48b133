"""Deadlines: none without an end, none that nobody looks at, told once at each step (D-14)."""

from demonstration.simulation.invariants import Invariant, Quand

JAMAIS = "timestamptz '9999-12-31 00:00:00+00'"
COURT = "e.terminee_le IS NULL AND e.suspendue_le IS NULL"
# The instant of a step: a part of the length before the deadline, or the second after it.
_ATTEINTE = """
    CASE WHEN a.palier < 100 THEN e.echeance_le - e.duree * (100 - a.palier) / 100
         ELSE e.echeance_le + interval '1 second'
              + (a.palier - 100) * e.relance_heures * interval '1 hour' END
"""
_ATTEINT = """
    CASE WHEN %(maintenant)s >= e.echeance_le + interval '1 second'
         THEN 100 + floor(extract(epoch FROM %(maintenant)s - e.echeance_le
                                             - interval '1 second')
                          / (e.relance_heures * 3600))::int
         ELSE coalesce((SELECT max(s) FROM unnest(e.seuils) s
              WHERE e.echeance_le - e.duree * (100 - s) / 100 <= %(maintenant)s), 0) END
"""
_JOUR = "({} AT TIME ZONE 'Europe/Paris')::date"
_MINUIT = "({} AT TIME ZONE 'Europe/Paris')::time = '23:59:59'"

INVARIANTS = (
    Invariant(
        "objet_ouvert",
        "une échéance ouverte porte sur un seul objet, ouvert lui aussi ou pas encore lu",
        Quand.GESTE,
        """
        SELECT e.id, e.nature, e.echeance_le, d.reference, d.etat AS demande, m.etat AS demarche,
               v.etat AS violation
        FROM echeances_echeance e
        LEFT JOIN signalements_demande d ON d.id = e.demande_id
        LEFT JOIN equipes_demarche m ON m.id = e.demarche_id
        LEFT JOIN violations_violation v ON v.id = e.violation_id
        WHERE e.terminee_le IS NULL
          AND (d.etat = 'cloturee' OR m.etat <> 'deposee' OR v.etat <> 'declaree'
               OR num_nonnulls(d.id, m.id, v.id) <> 1)
        """,
    ),
    Invariant(
        "a_une_echeance",
        "ce que la caisse a promis de traiter a une échéance ouverte",
        Quand.GESTE,
        """
        SELECT 'demande' AS quoi, d.reference::text AS lequel, d.etat
        FROM signalements_demande d
        WHERE d.etat IN ('deposee', 'prise_en_charge', 'contactee', 'bilan', 'recontactee')
          AND NOT EXISTS (SELECT FROM echeances_echeance e WHERE e.demande_id = d.id
                          AND e.terminee_le IS NULL AND e.nature = 'instruction_30j')
        UNION ALL
        SELECT 'démarche', m.identifiant::text, m.etat
        FROM equipes_demarche m
        WHERE m.etat = 'deposee'
          AND NOT EXISTS (SELECT FROM echeances_echeance e WHERE e.demarche_id = m.id
                          AND e.terminee_le IS NULL AND e.nature = 'habilitation_5jo')
        """,
    ),
    Invariant(
        "pause",
        "les délais d’une demande s’arrêtent quand la caisse attend, l’urgence exceptée",
        Quand.GESTE,
        """
        SELECT d.reference, d.attente_depuis, e.id, e.nature, e.suspendue_le
        FROM signalements_demande d
        JOIN echeances_echeance e ON e.demande_id = d.id AND e.terminee_le IS NULL
        WHERE (d.attente_depuis IS NULL) <> (e.suspendue_le IS NULL)
          AND NOT (e.nature = 'urgent_48h' AND e.suspendue_le IS NULL)
        """,
    ),
    Invariant(
        "colonnes",
        "les listes disent d’une demande ce que disent ses échéances",
        Quand.GESTE,
        f"""
        SELECT d.reference, d.a_traiter_avant, d.bientot_le, d.en_retard, c.*
        FROM signalements_demande d
        LEFT JOIN LATERAL (
            SELECT min(e.echeance_le) AS avant, bool_or(e.depassee_le IS NOT NULL) AS retard,
                   min(e.echeance_le - e.duree * (100 - coalesce(
                       (SELECT max(s) FROM unnest(e.seuils) s), 100)) / 100) AS bientot
            FROM echeances_echeance e WHERE e.demande_id = d.id AND {COURT}
        ) c ON true
        WHERE d.etat <> 'cloturee' AND (
            d.a_traiter_avant <> coalesce(c.avant, {JAMAIS})
            OR abs(extract(epoch FROM d.bientot_le - coalesce(c.bientot, {JAMAIS}))) > 1
            OR d.en_retard <> coalesce(c.retard, false))
        """,
    ),
    Invariant(
        "colonnes_closes",
        "une demande close n’est ni à traiter ni en retard",
        Quand.BALAYAGE,
        f"""
        SELECT reference, a_traiter_avant, bientot_le, en_retard, attente_depuis
        FROM signalements_demande
        WHERE etat = 'cloturee' AND (a_traiter_avant <> {JAMAIS} OR bientot_le <> {JAMAIS}
                                     OR en_retard OR attente_depuis IS NOT NULL)
        """,
    ),
    Invariant(
        "manquee",
        "une échéance est dite manquée quand elle l’est, et seulement alors",
        Quand.GESTE,
        """
        SELECT e.id, e.nature, e.echeance_le, e.terminee_le, e.depassee_le
        FROM echeances_echeance e
        WHERE e.depassee_le <= e.echeance_le
           OR e.depassee_le IS NULL AND e.terminee_le >= e.echeance_le + interval '1 second'
        """,
    ),
    Invariant(
        "longueur",
        "une échéance a la longueur que la convention fixait le jour de son début, une violation "
        "celle du jour où elle est déclarée (C-05, G-02, H-02)",
        Quand.NUIT,
        f"""
        SELECT e.id, e.nature, e.debut_le, e.duree, v.parametres, m.echeance_le AS demarche_le
        FROM (SELECT x.*, {_JOUR.format("x.debut_le")} AS debut, x.debut_le + x.duree AS fin,
                     {_JOUR.format("coalesce(w.declaree_le, x.debut_le)")} AS fixee
              FROM echeances_echeance x
              LEFT JOIN violations_violation w ON w.id = x.violation_id) e
        LEFT JOIN equipes_demarche m ON m.id = e.demarche_id
        LEFT JOIN LATERAL (
            SELECT x.parametres FROM conventions_version x
            WHERE x.convention_id = e.convention_id AND x.depuis <= e.fixee
            ORDER BY x.depuis DESC, x.numero DESC LIMIT 1) v ON true
        WHERE e.debut_le > %(maintenant)s - interval '3 days' AND NOT coalesce(CASE e.nature
            WHEN 'contact_48h' THEN extract(epoch FROM e.duree)
                 = 3600 * (v.parametres ->> 'delai_contact_heures')::int
            WHEN 'urgent_48h' THEN extract(epoch FROM e.duree)
                 = 3600 * (v.parametres ->> 'delai_urgence_heures')::int
            WHEN 'violation' THEN extract(epoch FROM e.duree)
                 = 3600 * (v.parametres ->> 'delai_violation_heures')::int
            WHEN 'instruction_30j' THEN {_MINUIT.format("e.fin")} AND {_JOUR.format("e.fin")}
                 = e.debut + (v.parametres ->> 'delai_instruction_jours')::int
            WHEN 'habilitation_5jo' THEN {_MINUIT.format("e.fin")}
                 AND {_JOUR.format("e.fin")} = m.echeance_le END, false)
        """,
    ),
    Invariant(
        "prochain_regard",
        "après un balayage, chaque échéance qui court sera regardée plus tard",
        Quand.BALAYAGE,
        f"""
        SELECT e.id, e.nature, e.echeance_le, e.a_alerter_le, e.depassee_le
        FROM echeances_echeance e
        WHERE {COURT} AND (e.a_alerter_le <= %(maintenant)s
            OR e.depassee_le IS NULL AND e.echeance_le + interval '1 second' <= %(maintenant)s)
        """,
    ),
    Invariant(
        "alerte_une_fois",
        "une étape d’une échéance est dite une fois",
        Quand.BALAYAGE,
        """
        SELECT echeance_id, palier, count(*), array_agg(emise_le) AS emises
        FROM echeances_alerte GROUP BY echeance_id, palier HAVING count(*) > 1
        """,
    ),
    Invariant(
        "alerte_a_l_heure",
        "aucune alerte avant son instant",
        Quand.BALAYAGE,
        f"""
        SELECT e.id, e.nature, e.echeance_le, a.palier, a.emise_le
        FROM echeances_alerte a JOIN echeances_echeance e ON e.id = a.echeance_id
        WHERE a.emise_le = %(maintenant)s
          AND {_ATTEINTE} > a.emise_le + interval '1 millisecond'
        """,
    ),
    Invariant(
        "alerte_donnee",
        "après un balayage, l’étape atteinte par chaque échéance a été dite",
        Quand.BALAYAGE,
        f"""
        SELECT e.id, e.nature, e.debut_le, e.echeance_le, e.palier, dite, atteint
        FROM (SELECT e.*, {_ATTEINT} AS atteint,
                     coalesce((SELECT max(a.palier) FROM echeances_alerte a
                               WHERE a.echeance_id = e.id), 0) AS dite
              FROM echeances_echeance e WHERE {COURT}) e
        WHERE dite < atteint OR dite <> palier
        """,
    ),
    Invariant(
        "alerte_entendue",
        "une alerte a prévenu quelqu’un, s’il y a quelqu’un",
        Quand.BALAYAGE,
        """
        SELECT e.id, e.nature, e.caisse_id, a.palier
        FROM echeances_alerte a JOIN echeances_echeance e ON e.id = a.echeance_id
        WHERE a.emise_le = %(maintenant)s
          AND NOT EXISTS (SELECT FROM comptes_notification n
                          WHERE n.cle = 'echeance:' || e.id || ':' || a.palier)
          AND (a.palier >= 100 OR e.demarche_id IS NOT NULL
            OR e.demande_id IS NOT NULL AND EXISTS (
              SELECT FROM comptes_utilisateur u
              JOIN comptes_droitcaisse g ON g.user_id = u.id AND g.content_object_id = e.caisse_id
              WHERE u.profil = 'agent' AND u.etat = 'actif')
            OR EXISTS (SELECT FROM violations_violation v
                       WHERE v.id = e.violation_id AND v.cote = 'partenaire')
            OR e.violation_id IS NOT NULL AND EXISTS (
              SELECT FROM comptes_utilisateur u
              JOIN comptes_droitpartenaire g ON g.user_id = u.id
                                            AND g.content_object_id = e.partenaire_id
              WHERE u.profil = 'gestionnaire' AND u.etat = 'actif'))
        """,
    ),
)
