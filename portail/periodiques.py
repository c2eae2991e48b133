"""What the operations page calls each task of the beat schedule: one line a task.

In the order of the page, when nothing is wrong; docs/exploitation.md says what to do otherwise.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Periodique:
    libelle: str
    phrase: str


PERIODIQUES: dict[str, Periodique] = {
    "signalements.tasks.balayer_echeances": Periodique(
        "Alertes des délais",
        "Prévient des délais qui approchent ou sont dépassés, une fois par seuil.",
    ),
    "comptes.tasks.relancer_courriels": Periodique(
        "Envoi des e-mails", "Envoie les e-mails qui attendent ou dont l’envoi a échoué."
    ),
    "comptes.tasks.envoyer_liens_demandes": Periodique(
        "Liens de mot de passe", "Envoie les liens demandés par qui a oublié son mot de passe."
    ),
    "comptes.tasks.recapituler": Periodique(
        "Récapitulatifs quotidiens", "Écrit le récapitulatif de chacun, à l’heure qu’il a choisie."
    ),
    "conventions.tasks.echoir": Periodique(
        "Dates des conventions",
        "Reconduit les conventions, applique les avenants, constate les fins et ferme les comptes.",
    ),
    "conventions.tasks.rappeler_copils": Periodique(
        "Rappels des comités de pilotage", "Rappelle les comités à prévoir, en retard ou proches."
    ),
    "equipes.tasks.executer_inactivations": Periodique(
        "Départs prévus", "Ferme les comptes de gestionnaires dont le départ est venu."
    ),
    "equipes.tasks.prevenir": Periodique(
        "Avertissements sur les comptes",
        "Prévient des comptes bientôt effacés et des mots de passe qui expirent.",
    ),
    "equipes.tasks.purger": Periodique(
        "Effacement des comptes", "Efface les comptes inactifs depuis six mois."
    ),
    "equipes.tasks.relancer_revues": Periodique(
        "Rappels des revues", "Rappelle les revues des habilitations qui attendent une réponse."
    ),
    "equipes.tasks.ouvrir_revues_periodiques": Periodique(
        "Revues périodiques", "Ouvre les revues des habilitations que leur périodicité demande."
    ),
    "signalements.tasks.relancer_pieces": Periodique(
        "Analyse des pièces jointes", "Soumet à l’antivirus les pièces jointes qui l’attendent."
    ),
    "conventions.tasks.relancer_scans": Periodique(
        "Analyse des signatures", "Soumet à l’antivirus les documents signés qui l’attendent."
    ),
    "signalements.tasks.relancer_recepisses": Periodique(
        "Récépissés", "Établit les récépissés de dépôt qui manquent."
    ),
    "conventions.tasks.relancer_documents": Periodique(
        "Documents PDF", "Redemande les documents des conventions et des équipes qui manquent."
    ),
    "signalements.tasks.relire_demandes": Periodique(
        "Relecture des demandes",
        "Relit les demandes ouvertes quand le lexique du garde-fou a changé.",
    ),
    "signalements.tasks.purger_brouillons": Periodique(
        "Brouillons expirés", "Efface les brouillons que leur auteur n’a pas repris à temps."
    ),
    "signalements.tasks.anonymiser_demandes": Periodique(
        "Anonymisation des demandes",
        "Anonymise les demandes closes dont la durée de conservation est écoulée.",
    ),
    "conventions.tasks.oublier_documents": Periodique(
        "Documents provisoires", "Efface les projets et les états d’un jour après trente jours."
    ),
    "comptes.tasks.purger_connexions": Periodique(
        "Sessions finies", "Efface les sessions finies et les vieux échecs de connexion."
    ),
    "comptes.tasks.purger_courriels": Periodique(
        "E-mails anciens", "Efface les e-mails partis depuis plus de 400 jours."
    ),
    "comptes.tasks.purger_notifications": Periodique(
        "Notifications anciennes", "Efface les notifications dont le temps est passé."
    ),
    "portail.tasks.detruire_fichiers": Periodique(
        "Destruction des fichiers", "Efface du stockage les fichiers dont plus rien ne parle."
    ),
    "portail.tasks.chercher_orphelins": Periodique(
        "Fichiers orphelins",
        "Parcourt le stockage à la recherche de fichiers que rien ne nomme depuis un jour.",
    ),
}
