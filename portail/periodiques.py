"""What the operations page calls each task of the beat schedule: one line a task.

In the order of the page, when nothing is wrong; docs/exploitation.md says what to do otherwise.
"""

from dataclasses import dataclass

from portail.denombrement import denombrer


@dataclass(frozen=True, slots=True)
class Periodique:
    """A task: its name, what it does, and what its result counts, of one and of several."""

    libelle: str
    phrase: str
    un: str = ""
    plusieurs: str = ""

    def dire(self, resultat: str) -> str:
        """The result in words; as it is when it is no count, or a count of nothing known."""
        if not self.un or not resultat.isdecimal():
            return resultat
        return denombrer(int(resultat), self.un, self.plusieurs)


PERIODIQUES: dict[str, Periodique] = {
    "signalements.tasks.balayer_echeances": Periodique(
        "Alertes des délais",
        "Prévient des délais qui approchent ou sont dépassés, une fois par seuil.",
        "un délai examiné",
        "délais examinés",
    ),
    "comptes.tasks.relancer_courriels": Periodique(
        "Envoi des e-mails",
        "Envoie les e-mails qui attendent ou dont l’envoi a échoué.",
        "un e-mail envoyé",
        "e-mails envoyés",
    ),
    "comptes.tasks.envoyer_liens_demandes": Periodique(
        "Liens de mot de passe",
        "Envoie les liens demandés par qui a oublié son mot de passe.",
        "un lien envoyé",
        "liens envoyés",
    ),
    "comptes.tasks.recapituler": Periodique(
        "Récapitulatifs quotidiens",
        "Écrit le récapitulatif de chacun, à l’heure qu’il a choisie.",
        "un récapitulatif écrit",
        "récapitulatifs écrits",
    ),
    "conventions.tasks.echoir": Periodique(
        "Dates des conventions",
        "Reconduit les conventions, applique les avenants, constate les fins et ferme les comptes.",
        "une date constatée",
        "dates constatées",
    ),
    "conventions.tasks.rappeler_copils": Periodique(
        "Rappels des comités de pilotage",
        "Rappelle les comités à prévoir, en retard ou proches.",
        "un rappel donné",
        "rappels donnés",
    ),
    "equipes.tasks.executer_inactivations": Periodique(
        "Départs prévus",
        "Ferme les comptes de gestionnaires dont le départ est venu.",
        "un compte fermé",
        "comptes fermés",
    ),
    "equipes.tasks.prevenir": Periodique(
        "Avertissements sur les comptes",
        "Prévient des comptes bientôt effacés et des mots de passe qui expirent.",
        "un avertissement donné",
        "avertissements donnés",
    ),
    "equipes.tasks.purger": Periodique(
        "Effacement des comptes",
        "Efface les comptes inactifs depuis six mois.",
        "un compte effacé",
        "comptes effacés",
    ),
    "equipes.tasks.relancer_revues": Periodique(
        "Rappels des revues",
        "Rappelle les revues des habilitations qui attendent une réponse.",
        "un rappel donné",
        "rappels donnés",
    ),
    "equipes.tasks.ouvrir_revues_periodiques": Periodique(
        "Revues périodiques",
        "Ouvre les revues des habilitations que leur périodicité demande.",
        "une revue ouverte",
        "revues ouvertes",
    ),
    "signalements.tasks.relancer_pieces": Periodique(
        "Analyse des pièces jointes",
        "Soumet à l’antivirus les pièces jointes qui l’attendent.",
        "une pièce jointe soumise",
        "pièces jointes soumises",
    ),
    "conventions.tasks.relancer_scans": Periodique(
        "Analyse des signatures",
        "Soumet à l’antivirus les documents signés qui l’attendent.",
        "un document soumis",
        "documents soumis",
    ),
    "signalements.tasks.relancer_recepisses": Periodique(
        "Récépissés",
        "Établit les récépissés de dépôt qui manquent.",
        "un récépissé établi",
        "récépissés établis",
    ),
    "conventions.tasks.relancer_documents": Periodique(
        "Documents PDF",
        "Redemande les documents des conventions et des équipes qui manquent.",
        "un document redemandé",
        "documents redemandés",
    ),
    "signalements.tasks.relire_demandes": Periodique(
        "Relecture des demandes",
        "Relit les demandes ouvertes quand le lexique du garde-fou a changé.",
        "une demande relue",
        "demandes relues",
    ),
    "signalements.tasks.purger_brouillons": Periodique(
        "Brouillons expirés",
        "Efface les brouillons que leur auteur n’a pas repris à temps.",
        "un brouillon effacé",
        "brouillons effacés",
    ),
    "signalements.tasks.anonymiser_demandes": Periodique(
        "Anonymisation des demandes",
        "Anonymise les demandes closes dont la durée de conservation est écoulée.",
        "une demande anonymisée",
        "demandes anonymisées",
    ),
    "conventions.tasks.oublier_documents": Periodique(
        "Documents provisoires",
        "Efface les projets et les états d’un jour après trente jours.",
        "un document effacé",
        "documents effacés",
    ),
    "comptes.tasks.purger_connexions": Periodique(
        "Sessions finies",
        "Efface les sessions finies et les vieux échecs de connexion.",
        "une session ou tentative effacée",
        "sessions ou tentatives effacées",
    ),
    "comptes.tasks.purger_courriels": Periodique(
        "E-mails anciens",
        "Efface les e-mails partis depuis plus de 400 jours.",
        "un e-mail effacé",
        "e-mails effacés",
    ),
    "comptes.tasks.purger_notifications": Periodique(
        "Notifications anciennes",
        "Efface les notifications dont le temps est passé.",
        "une notification effacée",
        "notifications effacées",
    ),
    "portail.tasks.detruire_fichiers": Periodique(
        "Destruction des fichiers",
        "Efface du stockage les fichiers dont plus rien ne parle.",
        "un fichier effacé",
        "fichiers effacés",
    ),
    "portail.tasks.chercher_orphelins": Periodique(
        "Fichiers orphelins",
        "Parcourt le stockage à la recherche de fichiers que rien ne nomme depuis un jour.",
        "un fichier orphelin trouvé",
        "fichiers orphelins trouvés",
    ),
}
