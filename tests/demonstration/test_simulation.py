"""Twenty-five simulated days, then each promise broken once by hand: the simulation says it."""

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection, transaction
from django.test import TestCase

from demonstration.simulation import bilan, dehors
from demonstration.simulation.deroulement import Simulation
from demonstration.simulation.ecarts import Ecart
from demonstration.simulation.invariants import Controle, Instant, Quand
from demonstration.simulation.invariants.tous import TOUS
from demonstration.simulation.violations import annoncer
from violations.models import Violation

DEBUT, JOURS, GRAINE = date(2026, 10, 12), 25, 11  # the clocks go back on 25 October

# By promise: how it is broken, in statements of which the last one must change something.
CASSES = {
    "objet_ouvert": """
        UPDATE echeances_echeance SET terminee_le = NULL WHERE id IN (
            SELECT max(e.id) FROM echeances_echeance e JOIN signalements_demande d
            ON d.id = e.demande_id WHERE d.etat = 'cloturee')
    """,
    "a_une_echeance": """
        UPDATE echeances_echeance SET terminee_le = %(maintenant)s, suspendue_le = NULL
        WHERE demande_id = (SELECT min(id) FROM signalements_demande WHERE etat = 'deposee')
    """,
    "pause": """
        UPDATE echeances_echeance SET suspendue_le = %(maintenant)s WHERE id = (
            SELECT min(e.id) FROM echeances_echeance e JOIN signalements_demande d
            ON d.id = e.demande_id WHERE d.attente_depuis IS NULL AND e.terminee_le IS NULL)
    """,
    "colonnes": """
        UPDATE signalements_demande SET a_traiter_avant = a_traiter_avant - interval '1 minute'
        WHERE id = (SELECT min(id) FROM signalements_demande
                    WHERE etat <> 'cloturee' AND attente_depuis IS NULL)
    """,
    "colonnes_closes": """
        UPDATE signalements_demande SET en_retard = true
        WHERE id = (SELECT min(id) FROM signalements_demande WHERE etat = 'cloturee')
    """,
    "manquee": """
        UPDATE echeances_echeance SET terminee_le = echeance_le + interval '2 seconds',
            suspendue_le = NULL, depassee_le = NULL
        WHERE id = (SELECT min(id) FROM echeances_echeance)
    """,
    "longueur": """
        UPDATE echeances_echeance SET duree = duree + interval '1 second'
        WHERE id = (SELECT max(id) FROM echeances_echeance)
    """,
    "prochain_regard": """
        UPDATE echeances_echeance SET a_alerter_le = %(maintenant)s WHERE id = (
            SELECT min(id) FROM echeances_echeance
            WHERE terminee_le IS NULL AND suspendue_le IS NULL)
    """,
    "alerte_une_fois": """
        ALTER TABLE echeances_alerte DROP CONSTRAINT alerte_une_fois;
        INSERT INTO echeances_alerte (echeance_id, palier, emise_le)
        SELECT echeance_id, palier, %(maintenant)s FROM echeances_alerte ORDER BY id LIMIT 1
    """,
    "alerte_a_l_heure": """
        INSERT INTO echeances_alerte (echeance_id, palier, emise_le)
        SELECT id, 99, %(maintenant)s FROM echeances_echeance
        WHERE echeance_le > %(maintenant)s + interval '2 days' ORDER BY id LIMIT 1
    """,
    "alerte_donnee": """
        DELETE FROM echeances_alerte WHERE echeance_id IN (
            SELECT id FROM echeances_echeance
            WHERE terminee_le IS NULL AND suspendue_le IS NULL AND palier > 0)
    """,
    "alerte_entendue": """
        UPDATE echeances_alerte SET emise_le = %(maintenant)s WHERE palier >= 100;
        DELETE FROM comptes_notification WHERE cle LIKE 'echeance:%%:100'
    """,
    "sans_convention": """
        UPDATE conventions_convention SET date_fin = %(jour)s - 1 WHERE intitule = 'departement'
    """,
    "quotas": """
        UPDATE conventions_convention SET techniciens_petit = 1, techniciens_moyen = 1
        WHERE intitule = 'mission-artois' OR intitule = 'mission-voisine'
    """,
    "un_gestionnaire": """
        UPDATE comptes_utilisateur SET etat = 'inactif', cause_inactivation = 'demande',
            inactif_le = %(maintenant)s WHERE profil = 'gestionnaire' AND etat = 'actif'
    """,
    "depart_tenu": """
        UPDATE comptes_utilisateur SET dernier_jour = %(jour)s - 1
        WHERE profil = 'gestionnaire' AND etat = 'actif'
    """,
    "efface": """
        UPDATE comptes_utilisateur SET etat = 'inactif', cause_inactivation = 'depart',
            inactif_le = %(maintenant)s - interval '6 months 1 day'
        WHERE id = (SELECT min(id) FROM comptes_utilisateur WHERE profil = 'technicien')
    """,
    "absences": """
        INSERT INTO comptes_absence (identifiant, agent_id, du, au, remplacant_id, creee_le,
                                     creee_par_id)
        SELECT gen_random_uuid(), min(id), %(jour)s, %(jour)s, max(id), %(maintenant)s, min(id)
        FROM comptes_utilisateur, generate_series(1, 2) n WHERE profil = 'agent' GROUP BY n
    """,
    "notification_une_fois": """
        ALTER TABLE comptes_notification DROP CONSTRAINT notification_une_fois;
        INSERT INTO comptes_notification
            (identifiant, destinataire_id, gabarit, cle, reference, details, creee_le, remise)
        SELECT gen_random_uuid(), destinataire_id, gabarit, cle, reference, details,
               %(maintenant)s, remise FROM comptes_notification ORDER BY id LIMIT 1
    """,
    "courriel_une_fois": """
        ALTER TABLE comptes_courriel DROP CONSTRAINT comptes_courriel_cle_key;
        UPDATE comptes_courriel SET cle = 'la meme', cree_le = %(maintenant)s
        WHERE id IN (SELECT id FROM comptes_courriel ORDER BY id LIMIT 2)
    """,
    "courriel_immediat": """
        DELETE FROM comptes_courriel WHERE cree_le > %(maintenant)s - interval '2 days'
    """,
    "recapitulatif_quotidien": """
        UPDATE comptes_courriel SET gabarit = 'recapitulatif', cree_le = %(maintenant)s,
            destinataire_id = (SELECT min(id) FROM comptes_utilisateur)
        WHERE id IN (SELECT id FROM comptes_courriel ORDER BY id LIMIT 2)
    """,
    "recapitulatif_parti": """
        DELETE FROM comptes_courriel WHERE gabarit = 'recapitulatif';
        UPDATE comptes_notification SET remise = 'quotidien', recapitulee_le = NULL,
            lue_le = NULL, creee_le = %(maintenant)s - interval '2 days'
        WHERE id IN (SELECT n.id FROM comptes_notification n JOIN comptes_utilisateur u
                     ON u.id = n.destinataire_id AND u.etat = 'actif' LIMIT 1)
    """,
    "courriel_parti": """
        UPDATE comptes_courriel SET etat = 'a_envoyer', envoye_le = NULL
        WHERE id = (SELECT min(id) FROM comptes_courriel)
    """,
    "reconduction": """
        UPDATE conventions_convention SET prochaine_echeance = %(jour)s
        WHERE intitule = 'departement'
    """,
    "fin": """
        UPDATE conventions_caisseliee SET date_fin = %(jour)s - 1
        WHERE id = (SELECT min(id) FROM conventions_caisseliee WHERE close_le IS NULL)
    """,
    "avenant": """
        UPDATE conventions_acte SET nature = 'avenant', applique_le = NULL
        WHERE id IN (SELECT a.id FROM conventions_acte a JOIN conventions_convention c
                     ON c.id = a.convention_id WHERE c.intitule = 'departement' LIMIT 1)
    """,
    "brouillon": """
        INSERT INTO signalements_brouillon (identifiant, auteur_id, partenaire_id, caisse_id,
                                            service, contenu, vide, modifie_le, expire_le)
        SELECT gen_random_uuid(), 1, 1, 1, 'signaler', '{}', true, %(maintenant)s,
               %(maintenant)s - interval '1 second'
    """,
    "anonymisee": """
        ALTER TABLE signalements_demande DROP CONSTRAINT demande_anonymisee_est_vide;
        UPDATE signalements_demande SET anonymisee_le = %(maintenant)s
        WHERE id = (SELECT min(id) FROM signalements_demande)
    """,
    "conservation": """
        UPDATE signalements_demande SET cloturee_le = %(maintenant)s - interval '25 months'
        WHERE id = (SELECT min(id) FROM signalements_demande WHERE etat = 'cloturee')
    """,
    "octets": """
        INSERT INTO portail_destruction (chemin, demandee_le, tentatives, a_tenter_le,
                                         derniere_erreur)
        VALUES ('pieces/00/oublie', %(maintenant)s - interval '25 hours', 3, %(maintenant)s, '')
    """,
    "violation_une_horloge": """
        DELETE FROM echeances_echeance WHERE violation_id = (
            SELECT min(id) FROM violations_violation)
    """,
    "violation_annoncee": """
        UPDATE violations_violation SET declaree_le = %(maintenant)s
        WHERE id = (SELECT min(id) FROM violations_violation WHERE cote = 'caisse')
    """,
    "violation_dite": """
        UPDATE violations_violation SET declaree_le = %(maintenant)s - interval '1 second'
        WHERE id = (SELECT min(id) FROM violations_violation WHERE cote = 'partenaire')
    """,
}
# What is promised of several objects, broken for a breach.
CASSES_DES_VIOLATIONS = {
    "objet_ouvert": """
        UPDATE violations_violation SET etat = 'connue', connue_le = %(maintenant)s
        WHERE etat = 'declaree';
        UPDATE echeances_echeance SET terminee_le = NULL WHERE violation_id IS NOT NULL
    """,
    "longueur": """
        UPDATE echeances_echeance SET duree = duree + interval '1 second',
            debut_le = %(maintenant)s - interval '1 hour',
            echeance_le = %(maintenant)s + interval '1 day' WHERE violation_id IS NOT NULL
    """,
    "alerte_une_fois": """
        ALTER TABLE echeances_alerte DROP CONSTRAINT alerte_une_fois;
        INSERT INTO echeances_alerte (echeance_id, palier, emise_le)
        SELECT a.echeance_id, a.palier, %(maintenant)s
        FROM echeances_alerte a JOIN echeances_echeance e ON e.id = a.echeance_id
        WHERE e.violation_id IS NOT NULL LIMIT 1
    """,
    "alerte_entendue": """
        UPDATE echeances_alerte a SET emise_le = %(maintenant)s, palier = 99
        FROM echeances_echeance e JOIN violations_violation v ON v.id = e.violation_id
        WHERE e.id = a.echeance_id
          AND a.id IN (SELECT max(x.id) FROM echeances_alerte x GROUP BY x.echeance_id)
    """,
}
UN_OUBLI = """
    DELETE FROM comptes_notification WHERE id = (
        SELECT max(id) FROM comptes_notification WHERE cle LIKE 'violation:%%:declaree')
"""
UN_DE_TROP = """
    UPDATE comptes_notification SET destinataire_id = (
        SELECT max(id) FROM comptes_utilisateur WHERE profil = 'technicien')
    WHERE id = (SELECT max(id) FROM comptes_notification WHERE cle LIKE 'violation:%%:declaree')
"""
SANS_COURRIEL = "DELETE FROM comptes_courriel WHERE cle LIKE 'violation:%%:contact:%%'"
MOINS_GENEREUSE = """
    UPDATE conventions_convention SET date_fin = %(jour)s - 1 WHERE intitule = 'departement';
    UPDATE conventions_convention SET techniciens_grand = 2 WHERE intitule = 'mission-artois';
    INSERT INTO conventions_convention_partenaires (convention_id, partenaire_id)
    SELECT c.id, p.id FROM conventions_convention c, comptes_partenaire p
    WHERE c.intitule = 'mission-artois' AND p.code = 'departement'
"""
UN_DE_PLUS = """
    UPDATE comptes_droitpartenaire SET content_object_id =
        (SELECT id FROM comptes_partenaire WHERE code = 'departement')
    WHERE user_id = (
        SELECT min(u.id) FROM comptes_utilisateur u
        JOIN comptes_droitpartenaire d ON d.user_id = u.id
        JOIN comptes_partenaire p ON p.id = d.content_object_id
        WHERE u.profil = 'technicien' AND u.etat = 'actif' AND p.code <> 'departement')
"""


class TestVingtCinqJours(TestCase):
    """Lived once for the class; what a test breaks is put back after it."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        dossier = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.enterClassContext(dehors.tenu(dossier))
        cls.simulation = Simulation(DEBUT, JOURS, GRAINE)
        cls.monde = cls.simulation.derouler()

    def setUp(self) -> None:
        """As the last sweep left it, for the owner of the tables, whom no trigger stops."""
        self.instant = Instant(self.monde.horloge.maintenant, self.monde.jour)
        with connection.cursor() as curseur:
            curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
            curseur.execute("SET LOCAL ROLE NONE")
            curseur.execute("SET LOCAL session_replication_role = replica")

    def casser(self, sql: str) -> None:
        """Run these statements; the last one must change something."""
        with connection.cursor() as curseur:
            for instruction in sql.split(";"):
                valeurs = {"maintenant": self.instant.maintenant, "jour": self.instant.jour}
                curseur.execute(instruction, valeurs)
            assert curseur.rowcount > 0

    def controle(self, nom: str) -> Controle:
        """One promise alone, which remembers what the simulation saw."""
        regard = Controle([i for i in TOUS if i.nom == nom])
        regard.memoire = replace(self.simulation.controle.memoire)
        return regard

    def verifier(self, regard: Controle) -> None:
        regard.verifier(Quand.NUIT, self.instant)

    def rompre(self, nom: str, sql: str) -> list[dict]:
        """The same check that found nothing wrong finds the row that was broken."""
        (promesse,) = (i.promesse for i in TOUS if i.nom == nom)
        self.verifier(self.controle(nom))
        self.casser(sql)
        with pytest.raises(Ecart) as ecart:
            self.verifier(self.controle(nom))
        assert ecart.value.promesse == promesse
        assert ecart.value.lignes
        return ecart.value.lignes

    def declarer(self, *, par_la_caisse: bool) -> None:
        """A breach, at the instant of the checks."""
        with time_machine.travel(self.instant.maintenant, tick=False):
            annoncer("artois", "mission", par_la_caisse=par_la_caisse)(self.monde)

    def test_les_jours_ont_ete_vecus_sans_ecart(self) -> None:
        assert self.simulation.pas > 200
        assert self.monde.jour == date(2026, 11, 5)
        assert self.monde.refus["avenant sous le nombre de comptes (H-07)"] == 1
        texte = bilan.dire(self.simulation, self.monde)
        assert texte.startswith("25 jours à partir du 12/10/2026, graine 11 : ")
        assert texte.endswith("\naucun écart")

    def test_chaque_promesse_est_rompue_une_fois(self) -> None:
        assert {i.nom for i in TOUS} == {*CASSES, "trace"}
        assert len(TOUS) == len(CASSES) + 1

    def test_une_trace_effacee_est_dite(self) -> None:
        regard = self.controle("trace")
        self.verifier(regard)
        self.casser("DELETE FROM comptes_trace WHERE id = (SELECT min(id) FROM comptes_trace)")
        with pytest.raises(Ecart, match="la trace ne fait que grandir"):
            self.verifier(regard)

    def test_un_fichier_que_rien_ne_nomme_est_dit(self) -> None:
        storages["prive"].save("pieces/00/orphelin", ContentFile(b"octets"))
        self.addCleanup(storages["prive"].delete, "pieces/00/orphelin")
        with pytest.raises(Ecart) as ecart:
            self.verifier(self.controle("octets"))
        assert [ligne["chemin"] for ligne in ecart.value.lignes] == ["pieces/00/orphelin"]

    @pytest.mark.regle("H-07")
    def test_un_depassement_herite_est_tolere_mais_ne_grandit_pas(self) -> None:
        """The convention that gave more has ended: who is there stays, nobody comes."""
        regard = self.controle("quotas")
        self.verifier(regard)
        self.casser(MOINS_GENEREUSE)
        self.verifier(regard)
        self.casser(UN_DE_PLUS)
        with pytest.raises(Ecart, match="jamais plus de comptes que de places"):
            self.verifier(regard)

    @pytest.mark.regle("G-02")
    def test_de_qui_lit_une_violation_aucun_n_est_oublie_ni_de_trop(self) -> None:
        for sql, dits in ((UN_OUBLI, {"oublié"}), (UN_DE_TROP, {"oublié", "de trop"})):
            with self.subTest(dits), transaction.atomic():
                self.declarer(par_la_caisse=False)
                lignes = self.rompre("violation_annoncee", sql)
                assert {ligne["quoi"] for ligne in lignes} == dits
                transaction.set_rollback(True)

    @pytest.mark.regle("G-02")
    def test_le_dpo_sans_compte_d_un_partenaire_est_prevenu(self) -> None:
        self.declarer(par_la_caisse=True)
        self.rompre("violation_dite", SANS_COURRIEL)

    @pytest.mark.regle("G-02")
    def test_les_deux_parties_ont_declare_des_violations(self) -> None:
        declarees = Violation.objects.values_list("cote", flat=True)
        assert set(declarees) == {"partenaire", "caisse"}

    def test_ce_qui_devait_etre_refuse_et_ne_l_est_pas_est_dit(self) -> None:
        with pytest.raises(Ecart, match="accepté alors que"), self.monde.refuse("x", ValueError):
            pass
        with self.monde.refuse("x", ValueError):
            raise ValueError
        assert self.monde.refus["x"] == 1


def _rompre(nom: str, sql: str, suffixe: str = "") -> None:
    def essai(self: TestVingtCinqJours) -> None:
        self.rompre(nom, sql)

    setattr(TestVingtCinqJours, f"test_rompre_{nom}{suffixe}", essai)


for _nom, _sql in CASSES.items():
    _rompre(_nom, _sql)
for _nom, _sql in CASSES_DES_VIOLATIONS.items():
    _rompre(_nom, _sql, "_d_une_violation")
