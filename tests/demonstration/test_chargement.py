"""The whole demonstration, loaded once for the class by the real command."""

import io
import json
import re
from collections import Counter
from datetime import timedelta
from unittest import mock

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP

from comptes.models import Caisse, Courriel, Notification, Partenaire, Utilisateur
from conventions import copil
from conventions.models import Convention, Reunion, Service
from conventions.offre import offres
from demonstration import chargement
from demonstration.management.commands import charger_demo, comptes_demo
from equipes.models import Demarche, Revue
from signalements import actions, listes
from signalements.models import Brouillon, Demande, Evenement, Message, Piece
from violations.models import Violation

CAISSES = {
    "CPAM du Var": "83",
    "CPAM de l’Artois": "62",
    "CPAM de la Côte d’Opale": "62",
    "CPAM de Roubaix-Tourcoing": "59",
    "CPAM de la Loire": "42",
    "CPAM de la Côte-d’Or": "21",
}
# ARCEP keeps these for fiction.
FICTION = r"(01 99 00|02 61 91|03 53 01|04 65 71|05 36 49|06 39 98) \d\d \d\d"
CORBEILLES = "nouvelles urgentes retard repondues non_attribuees".split()


def charger() -> str:
    sortie = io.StringIO()
    call_command(charger_demo.Command(), stderr=sortie)
    return sortie.getvalue()


def comptes() -> list[dict]:
    sortie = io.StringIO()
    call_command(comptes_demo.Command(), json=True, stdout=sortie)
    return json.loads(sortie.getvalue())


def code(secret: str) -> str:
    import base64

    totp = TOTP(base64.b32decode(secret))
    totp.time = timezone.now().timestamp()
    return f"{totp.token():06d}"


class TestDemonstration(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        charger()

    def test_six_caisses_et_leurs_departements(self) -> None:
        assert dict(Caisse.objects.values_list("nom", "departement")) == CAISSES

    def test_la_vie_des_equipes_se_voit_partout(self) -> None:
        etats = Counter(Demarche.objects.values_list("nature", "etat"))
        assert etats == {
            ("habilitation", "deposee"): 1,
            ("habilitation", "refusee"): 1,
            ("modification", "deposee"): 1,
            ("inactivation", "deposee"): 1,
        }
        assert Revue.objects.filter(signee_le=None).count() == 3
        assert Revue.objects.exclude(signee_le=None).count() == 1
        comptes = Counter(Utilisateur.objects.values_list("etat", "cause_inactivation"))
        assert comptes["invite", ""] == 2
        assert comptes["inactif", "depart"] == comptes["inactif", "fraude"] == 1

    def test_une_soixantaine_de_demandes_a_toutes_les_etapes(self) -> None:
        etapes = Counter(Demande.objects.values_list("etat", flat=True))
        assert 55 <= etapes.total() <= 65
        assert set(etapes) == set(
            "deposee prise_en_charge contactee bilan recontactee plan accompagnement "
            "cloturee".split()
        )

    @pytest.mark.regle("G-04")
    def test_une_demande_est_assez_ancienne_pour_etre_anonymisee(self) -> None:
        agees = Demande.objects.filter(nom="Vialatte")
        assert agees.count() == 1
        assert actions.anonymiser(timezone.now()) == 1
        assert not agees.exists()

    @pytest.mark.regle("D-04")
    def test_tous_les_motifs_et_toutes_les_issues(self) -> None:
        motifs = set(Demande.objects.values_list("motif", flat=True))
        issues = set(Demande.objects.exclude(issue="").values_list("issue", flat=True))
        assert motifs == {"dossier_complexe", "droits", "urgence", "mas", "suivi"}
        assert issues == set(
            "droits_ouverts soins orientation information refus injoignable doublon "
            "hors_champ".split()
        )

    def test_chaque_corbeille_de_chaque_caisse_contient_quelque_chose(self) -> None:
        for nom in CAISSES:
            agent = Utilisateur.objects.filter(
                profil="agent", droitcaisse__content_object__nom=nom
            ).first()
            assert agent is not None
            comptees = listes.compter(agent, timezone.now())
            assert all(int(comptees[corbeille]) for corbeille in CORBEILLES), (nom, comptees)

    def test_des_demandes_en_retard_presque_en_retard_et_en_attente(self) -> None:
        maintenant = timezone.now()
        ouvertes = list(Demande.objects.exclude(etat="cloturee"))
        genres = Counter(listes.delai(demande, maintenant)[0] for demande in ouvertes)
        assert genres["retard"] >= 6
        assert genres["proche"] >= 6
        assert genres["pause"] >= 3
        assert genres["normal"] >= 6

    def test_ce_qui_a_passe_son_delai_est_marque(self) -> None:
        maintenant = timezone.now()
        for demande in Demande.objects.exclude(etat="cloturee").filter(attente_depuis=None):
            assert demande.en_retard == (demande.a_traiter_avant < maintenant), demande

    @pytest.mark.regle("D-03")
    def test_la_cote_d_opale_a_le_formulaire_signe_l_artois_une_case(self) -> None:
        opale = Demande.objects.filter(caisse__code="cpam-cote-opale")
        artois = Demande.objects.filter(caisse__code="cpam-artois")
        assert opale.count() >= 10
        assert opale.exclude(consentement_mode="formulaire").count() == 0
        assert opale.exclude(pieces__usage="consentement").count() == 0
        assert artois.count() >= 10
        assert artois.exclude(consentement_mode="case").count() == 0

    @pytest.mark.regle("D-10")
    def test_a_bondues_une_urgence_a_son_justificatif(self) -> None:
        urgentes = Demande.objects.filter(partenaire__code="ccas-bondues", urgente=True)
        assert urgentes.count() >= 1
        assert urgentes.exclude(pieces__usage="urgence").count() == 0

    @pytest.mark.regle("C-06")
    def test_dijon_n_ouvre_pas_contacter(self) -> None:
        services = {
            partenaire.nom: [o.services for o in offres(partenaire, timezone.localdate())]
            for partenaire in Partenaire.objects.filter(code__in=["ville-dijon", "ccas-frejus"])
        }
        tous = list(Service)
        assert services["CCAS de Fréjus"] == [tous]
        assert services["Ville de Dijon"] == [[s for s in tous if s != "contacter"]]

    @pytest.mark.regle("D-01")
    def test_une_convention_finie_ou_non_signee_n_ouvre_rien(self) -> None:
        attendues = {"ch-valmorin": ["CPAM de la Loire"], "trois-pins": ["CPAM du Var"]}
        for partenaire, caisses in attendues.items():
            objet = Partenaire.objects.get(code=partenaire)
            assert [o.caisse.nom for o in offres(objet, timezone.localdate())] == caisses
            assert objet.conventions.count() == 2

    @pytest.mark.regle("C-01")
    def test_une_convention_peut_lier_deux_caisses_ou_trois_partenaires(self) -> None:
        liens = {
            (convention.caisses.count(), convention.partenaires.count())
            for convention in Convention.objects.all()
        }
        assert {(2, 1), (1, 3)} <= liens

    @pytest.mark.regle("C-09")
    def test_un_comite_s_est_tenu_un_a_une_date_un_est_en_retard(self) -> None:
        jour = timezone.localdate()
        [(prevue, dans), (tenue, _)] = Reunion.objects.order_by("etat").values_list("etat", "jour")
        assert (prevue, tenue, (dans - jour).days) == ("prevue", "tenue", 20)
        assert Reunion.objects.get(etat="tenue").compte_rendu.nom == "compte_rendu.pdf"
        loire = Caisse.objects.get(code="cpam-loire")
        [(convention, situation)] = copil.attendus([loire.pk], jour)
        assert "Montbrison" in convention.intitule
        assert situation.est_en_retard

    @pytest.mark.regle("G-02")
    def test_une_violation_close_une_a_lire_une_lue_trop_tard(self) -> None:
        close, tardive, attendue = Violation.objects.order_by("declaree_le")
        assert (close.etat, close.suite, close.cote) == ("close", "notifiee", "partenaire")
        assert close.declaree_par.profil == "technicien"
        assert close.connue_par.profil == "dpo"
        assert close.complements.count() == 1
        assert (tardive.etat, tardive.cote) == ("connue", "caisse")
        assert tardive.declaree_par.profil == "agent"
        assert (attendue.etat, attendue.declaree_par.profil) == ("declaree", "gestionnaire")
        lue, depassee, court = (v.echeances.get() for v in (close, tardive, attendue))
        heures = [e.duree.total_seconds() / 3600 for e in (lue, depassee, court)]
        assert heures == [24, 48, 24]
        assert lue.terminee_le == close.connue_le < lue.echeance_le
        assert lue.depassee_le is None
        assert depassee.echeance_le < depassee.depassee_le < depassee.terminee_le
        assert depassee.alertes.filter(palier=100).exists()
        assert court.terminee_le is None
        assert timezone.now() < court.echeance_le

    @pytest.mark.regle("G-02")
    def test_une_violation_lue_trop_tard_l_a_ete_dite_a_qui_l_attendait(self) -> None:
        depassee = Violation.objects.get(cote="caisse").echeances.get()
        dits = Notification.objects.filter(cle=f"echeance:{depassee.pk}:100")
        prevenus = dits.values_list("destinataire__identifiant", flat=True)
        assert set(prevenus) == {
            "olivier.cassagne",
            "lucas.bonifay",
            "nadege.perrault",
            "mireille.andrieu-costa",
        }

    @pytest.mark.regle("G-02")
    def test_une_dpo_voit_en_entrant_le_temps_qui_lui_reste(self) -> None:
        """With what the page of the accounts shows for her."""
        dpo = [c for c in comptes() if c["role"] == "dpo"]
        assert {nom for c in dpo for nom in c["tenants"]} == set(CAISSES)
        compte = next(c for c in dpo if c["tenants"] == ["CPAM de l’Artois"])
        self._se_connecter(compte)
        page = self.client.get(reverse("violations:liste")).content.decode()
        assert re.search(r"à lire : dans \d+\sh", page)

    def test_rien_de_reel_dans_les_contacts(self) -> None:
        for caisse in Caisse.objects.all():
            assert re.search(FICTION, caisse.contact_support)
            assert caisse.contact_support.endswith(".example")
        for compte in Utilisateur.objects.all():
            assert compte.email.endswith(".example")
            assert re.fullmatch(FICTION, compte.telephone)
        for telephone in Demande.objects.values_list("telephone", flat=True):
            assert re.fullmatch(FICTION, telephone)

    def test_l_adresse_est_dans_les_domaines_du_partenaire(self) -> None:
        for compte in Utilisateur.objects.filter(profil__in=["technicien", "gestionnaire"]):
            partenaire = Partenaire.objects.get(droitpartenaire__user=compte)
            assert compte.email.partition("@")[2] in partenaire.domaines_email

    def test_un_agent_tient_deux_caisses(self) -> None:
        amandine = Utilisateur.objects.get(identifiant="amandine.delcourt-ba")
        caisses = set(Caisse.objects.filter(droitcaisse__user=amandine).values_list("nom"))
        assert caisses == {("CPAM de l’Artois",), ("CPAM de la Côte d’Opale",)}

    def test_une_agente_est_absente_et_sa_remplacante_a_ses_demandes(self) -> None:
        amandine = Utilisateur.objects.get(identifiant="amandine.delcourt-ba")
        corbeille = listes.CORBEILLES["remplacements"]
        suivies = listes.file_de(amandine, corbeille, timezone.now())
        assert set(suivies.values_list("agent__nom", flat=True)) == {"Nowicki"}
        assert suivies.count() >= 2

    def test_l_histoire_de_chaque_demande_va_de_l_avant(self) -> None:
        maintenant = timezone.now()
        for demande in Demande.objects.all():
            quand = list(
                Evenement.objects.filter(demande=demande).order_by("pk").values_list("quand")
            )
            assert quand == sorted(quand), demande
            assert quand[-1] <= (maintenant,)

    def test_des_echanges_des_notes_et_des_pieces(self) -> None:
        assert Message.objects.filter(interne=True).count() >= 10
        assert Message.objects.filter(interne=False, de_la_caisse=False).count() >= 6
        assert Message.objects.filter(interne=False, de_la_caisse=True).count() >= 30
        types = set(Piece.objects.values_list("type_mime", flat=True))
        assert types >= {"application/pdf", "image/png", "image/jpeg", "text/csv"}

    def test_un_brouillon_est_pres_d_expirer(self) -> None:
        restes = sorted(b.expire_le - timezone.now() for b in Brouillon.objects.all())
        assert timedelta() < restes[0] < timedelta(hours=12)
        assert restes[-1] > timedelta(days=13)

    def test_le_passe_n_envoie_pas_de_courriel_le_present_oui(self) -> None:
        passes = Courriel.objects.filter(cree_le__lt=timezone.now() - timedelta(hours=2))
        assert passes.count() > 100
        assert passes.exclude(etat="envoye").count() == 0

    def test_un_second_chargement_ne_change_rien(self) -> None:
        avant = self._compter()
        assert "nothing to do" in charger()
        assert self._compter() == avant

    def test_le_tableau_des_comptes_ouvre_vraiment_une_session(self) -> None:
        compte = next(c for c in comptes() if c["identifiant"] == "yasmine.ferrat")
        assert (compte["role"], compte["tenants"]) == ("agent", ["CPAM du Var"])
        suite = self._se_connecter(compte)
        assert suite.url == reverse("accueil")
        assert self.client.get(suite.url).status_code == 200

    @pytest.mark.regle("H-05")
    def test_le_premier_technicien_de_la_liste_decouvre_les_cgu(self) -> None:
        compte = next(c for c in comptes() if c["role"] == "technicien")
        assert compte["cgu_acceptees"] is False
        suite = self._se_connecter(compte)
        assert self.client.get(suite.url).url.startswith(reverse("cgu_accepter"))

    def test_le_tableau_se_lit_aussi_a_l_ecran(self) -> None:
        sortie = io.StringIO()
        call_command(comptes_demo.Command(), stdout=sortie)
        entete, *lignes = sortie.getvalue().strip().splitlines()
        assert entete.split() == ["identifiant", "mot_de_passe", "totp_secret", "role", "tenant"]
        assert len(lignes) == len(comptes()) == Utilisateur.objects.filter(etat="actif").count()

    def _se_connecter(self, compte: dict):
        acces = {"identifiant": compte["identifiant"], "password": compte["mot_de_passe"]}
        self.client.post(reverse("connexion"), acces)
        saisie = {"code": code(compte["totp_secret"])}
        return self.client.post(reverse("connexion_code"), saisie)

    def _compter(self) -> dict[str, int]:
        noms = ("comptes", "conventions", "signalements", "violations", "otp_totp")
        modeles = [m for nom in noms for m in apps.get_app_config(nom).get_models()]
        return {modele._meta.label: modele._default_manager.count() for modele in modeles}


@pytest.mark.django_db
def test_un_chargement_interrompu_se_reprend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chargement, "DOSSIERS", chargement.DOSSIERS[:2])
    coupure = mock.patch.object(chargement, "_dater_les_courriels", side_effect=KeyboardInterrupt)
    with coupure, pytest.raises(KeyboardInterrupt):
        charger()
    assert Utilisateur.objects.exists()
    assert not Demande.objects.exists()
    assert not Brouillon.objects.exists()

    reprise = charger()
    assert "Loading the requests" in reprise
    assert "Loading the accounts" not in reprise
    assert Demande.objects.count() == 2


@pytest.mark.django_db
def test_sans_chargement_la_liste_des_comptes_dit_quoi_faire() -> None:
    with pytest.raises(CommandError, match="charger_demo"):
        comptes()
