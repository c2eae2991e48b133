"""What the simulated days were, in French, for whoever reads the end of the command."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from demonstration.simulation.deroulement import Simulation
from demonstration.simulation.monde import Monde

CHIFFRES = """
SELECT
    (SELECT count(*) FROM signalements_demande) AS demandes,
    (SELECT count(*) FROM signalements_demande WHERE etat = 'cloturee') AS closes,
    (SELECT count(*) FROM signalements_demande WHERE anonymisee_le IS NOT NULL) AS anonymisees,
    (SELECT count(*) FROM signalements_demande WHERE urgente) AS urgentes,
    (SELECT count(*) FROM comptes_notification) AS notifications,
    (SELECT count(*) FROM comptes_notification WHERE lue_le IS NOT NULL) AS lues,
    (SELECT count(*) FROM comptes_courriel WHERE gabarit = 'recapitulatif') AS recapitulatifs,
    (SELECT count(*) FROM comptes_trace WHERE details ? 'reconduction') AS reconductions,
    (SELECT count(*) FROM conventions_acte WHERE nature = 'avenant' AND applique_le IS NOT NULL)
        AS avenants,
    (SELECT count(*) FROM conventions_convention WHERE etat = 'terminee') AS fins,
    (SELECT count(*) FROM conventions_caisseliee WHERE close_le IS NOT NULL) AS departs,
    (SELECT count(*) FROM conventions_coupure) AS coupures,
    (SELECT count(*) FROM conventions_reunion WHERE etat = 'tenue') AS comites,
    (SELECT count(*) FROM conventions_rappelcopil) AS rappels,
    (SELECT count(*) FROM comptes_utilisateur WHERE profil IN ('technicien', 'gestionnaire'))
        AS comptes,
    (SELECT count(*) FROM comptes_utilisateur WHERE etat = 'inactif') AS inactifs,
    (SELECT count(*) FROM comptes_utilisateur WHERE etat = 'supprime') AS effaces,
    (SELECT count(*) FROM equipes_demarche) AS demarches,
    (SELECT count(*) FROM equipes_incident) AS incidents,
    (SELECT count(*) FROM equipes_revue) AS revues,
    (SELECT count(*) FROM equipes_revue WHERE signee_le IS NOT NULL) AS signees,
    (SELECT count(*) FROM violations_violation) AS violations,
    (SELECT count(*) FROM violations_violation WHERE cote = 'partenaire') AS du_partenaire,
    (SELECT count(*) FROM violations_violation WHERE etat = 'close') AS violations_closes,
    (SELECT count(*) FROM comptes_absence) AS absences,
    (SELECT count(*) FROM comptes_trace) AS traces
"""
ECHEANCES = """
SELECT nature, count(*) FILTER (WHERE terminee_le IS NOT NULL AND depassee_le IS NULL) AS tenues,
       count(*) FILTER (WHERE depassee_le IS NOT NULL) AS manquees,
       count(*) FILTER (WHERE terminee_le IS NULL AND depassee_le IS NULL) AS en_cours
FROM echeances_echeance GROUP BY nature ORDER BY nature
"""


def dire(simulation: Simulation, monde: Monde) -> str:
    return "\n".join(_phrases(simulation, monde))


def _phrases(simulation: Simulation, monde: Monde) -> Iterator[str]:
    n, faits = _lire(CHIFFRES)[0], monde.faits
    yield (
        f"{simulation.jours} jours à partir du {simulation.debut:%d/%m/%Y}, graine "
        f"{simulation.graine} : {simulation.pas} pas, {simulation.verifications} vérifications."
    )
    yield (
        f"Demandes : {n['demandes']} déposées, dont {n['urgentes']} urgentes ; {n['closes']} "
        f"closes, {faits['étape : rouvrir']} rouvertes, {n['anonymisees']} anonymisées."
    )
    for ligne in _lire(ECHEANCES):
        yield (
            f"  échéances {ligne['nature']} : {ligne['tenues']} tenues, {ligne['manquees']} "
            f"manquées, {ligne['en_cours']} en cours"
        )
    yield (
        f"Alertes : {faits['alertes']}. Notifications : {n['notifications']}, dont {n['lues']} "
        f"lues. Courriels : {faits['courriels partis']}, dont {n['recapitulatifs']} récapitulatifs."
    )
    yield (
        f"Conventions : {n['reconductions']} reconductions, {n['avenants']} avenants, {n['fins']} "
        f"fins, {n['departs']} départs de caisses, {n['coupures']} coupures ; {n['comites']} "
        f"comités tenus, {n['rappels']} rappels."
    )
    yield (
        f"Comptes des partenaires : {n['comptes']} ouverts, {n['inactifs']} inactifs à ce jour, "
        f"{n['effaces']} effacés, {faits['comptes rendus']} rendus ; {n['incidents']} incidents, "
        f"{n['demarches']} démarches, {n['signees']} revues signées sur {n['revues']}."
    )
    yield (
        f"Violations de données : {n['violations']} déclarées, dont {n['du_partenaire']} par les "
        f"partenaires ; {n['violations_closes']} closes, dont "
        f"{faits['violations closes sans avoir été lues']} jamais lues."
    )
    yield f"Absences : {n['absences']}. Lignes de la trace : {n['traces']}."
    yield "Ce qui a été fait :"
    yield from _compter(faits)
    yield "Ce qui a été refusé :"
    yield from _compter(monde.refus)
    yield "aucun écart"


def _compter(comptes: Any) -> Iterator[str]:
    return (f"  {nombre:6} {quoi}" for quoi, nombre in sorted(comptes.items()) if nombre)


def _lire(sql: str) -> list[dict[str, Any]]:
    with connection.cursor() as curseur:
        curseur.execute(sql)
        colonnes = [colonne.name for colonne in curseur.description]
        return [dict(zip(colonnes, ligne, strict=True)) for ligne in curseur.fetchall()]
