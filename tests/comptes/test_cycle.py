"""The life of an account: invited, closed, given back, erased."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from comptes import courriels, habilitations, sessions
from comptes.actions import cycle
from comptes.connexion import generer_codes
from comptes.dates import derniere_fermeture, suppression_le
from comptes.identifiants import radical
from comptes.models import Courriel, Jeton, SessionOuverte, Trace, Utilisateur
from portail.etats import TransitionImpossible
from tests.factories import UtilisateurFactory, appareil, fermer
from tests.personas import Personas, connecte

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
IDENTITE: dict[str, Any] = {
    "civilite": "madame",
    "nom": "Lecœur-Noël",
    "prenom": "Zoé",
    "fonction": "Assistante sociale",
    "email": "z.lecoeur@ccas-arras.example",
}


def inviter(personas: Personas, **champs: Any) -> Utilisateur:
    return cycle.inviter(
        **{
            "profil": "technicien",
            "tenant": personas.partenaire_a,
            "acteur": personas.gestionnaire_a,
            "statut": "benevole",
            **IDENTITE,
            **champs,
        }
    )


@pytest.mark.regle("H-01")
@pytest.mark.parametrize(
    ("prenom", "nom", "attendu"),
    [
        ("Maud", "Delattre", "m.delattre"),
        ("Zoé", "Lecœur-Noël", "z.lecoeurnoel"),
        ("Jean-Luc", "Le Goff", "j.legoff"),
        ("Éric", "D’Hérouville", "e.dherouville"),
        ("Ana", "de Albuquerque e Castro Mascarenhas", "a.dealbuquerqueecastromascaren"),
        ("李", "王", "compte"),
    ],
)
def test_un_identifiant_se_dit_au_telephone(prenom: str, nom: str, attendu: str) -> None:
    assert radical(prenom, nom) == attendu


@pytest.mark.regle("H-01")
def test_les_homonymes_ont_des_identifiants_differents(personas: Personas) -> None:
    UtilisateurFactory(identifiant="z.lecoeurnoel3")
    noms = [inviter(personas, email=f"z{n}@ccas-arras.example").identifiant for n in range(3)]
    assert noms == ["z.lecoeurnoel", "z.lecoeurnoel2", "z.lecoeurnoel4"]


@pytest.mark.regle("H-04")
def test_un_compte_invite_attend_son_proprietaire(personas: Personas) -> None:
    compte = inviter(personas)
    assert (compte.etat, compte.is_active, compte.has_usable_password()) == ("invite", False, False)
    assert compte.declare_le is not None
    assert habilitations.partenaire_de(compte) == personas.partenaire_a
    assert Jeton.objects.get(utilisateur=compte).usage == "activation"
    assert Courriel.objects.get(destinataire=compte).gabarit == "activation"
    trace = Trace.objects.filter(action="creation", objet="utilisateur").latest("pk")
    assert (trace.qui, trace.partenaire_id) == (personas.gestionnaire_a, personas.partenaire_a.pk)
    assert "Zo" not in str(trace.details)


def test_une_identite_fausse_n_invite_personne(personas: Personas) -> None:
    avant = Utilisateur.objects.count()
    with pytest.raises(ValidationError) as refus:
        inviter(personas, email="pas une adresse", nom="")
    assert set(refus.value.message_dict) == {"email", "nom"}
    assert Utilisateur.objects.count() == avant


@pytest.mark.regle("D-17")
def test_rien_ne_part_plus_vers_un_compte_ferme(personas: Personas) -> None:
    siens = (personas.technicien_a, personas.technicien_b)
    for compte in siens:
        courriels.ecrire(compte, "revue_rappel", cle="essai")
    cycle.inactiver(personas.technicien_a, "depart", acteur=personas.gestionnaire_a)
    etats = [Courriel.objects.get(destinataire=compte).etat for compte in siens]
    assert etats == ["abandonne", "a_envoyer"]


@pytest.mark.regle("H-13")
def test_inactiver_ferme_tout_a_la_requete_suivante(personas: Personas) -> None:
    client = connecte(Client(), personas.technicien_a)
    SessionOuverte.objects.get_or_create(
        cle=client.session.session_key, defaults={"utilisateur": personas.technicien_a}
    )
    jeton = Jeton.objects.create(
        utilisateur=personas.technicien_a,
        usage="mot_de_passe",
        expire_le=timezone.now() + timedelta(hours=1),
    )
    compte = cycle.inactiver(personas.technicien_a, "depart", acteur=personas.gestionnaire_a)
    assert (compte.etat, compte.cause_inactivation) == ("inactif", "depart")
    assert client.get("/").status_code == 302
    assert not SessionOuverte.objects.filter(utilisateur=compte).exists()
    assert not Session.objects.filter(session_key=client.session.session_key or "-").exists()
    jeton.refresh_from_db()
    assert jeton.utilise_le is not None
    assert sessions.vivantes(compte, timezone.now()).count() == 0


def test_un_compte_ferme_ne_se_ferme_pas_deux_fois(personas: Personas) -> None:
    with pytest.raises(TransitionImpossible):
        cycle.inactiver(personas.inactif, "depart", acteur=None)


@pytest.mark.regle("H-09")
@pytest.mark.parametrize("cause", ["depart", "demande", "revue"])
def test_le_dernier_gestionnaire_actif_reste(cause: str, personas: Personas) -> None:
    UtilisateurFactory(profil="gestionnaire", etat="invite", sur=personas.partenaire_a)
    with pytest.raises(cycle.DernierGestionnaire):
        cycle.inactiver(personas.gestionnaire_a, cause, acteur=personas.admin_a)
    personas.gestionnaire_a.refresh_from_db()
    assert personas.gestionnaire_a.etat == "actif"


@pytest.mark.regle("H-13")
@pytest.mark.parametrize("cause", ["fraude", "convention", "coupure"])
def test_la_fraude_et_les_fins_passent_outre(cause: str, personas: Personas) -> None:
    compte = cycle.inactiver(personas.gestionnaire_a, cause, acteur=personas.admin_a)
    assert compte.etat == "inactif"


@pytest.mark.regle("H-10")
def test_les_techniciens_d_un_partant_vont_au_plus_ancien(personas: Personas) -> None:
    sien, autre = (UtilisateurFactory(sur=personas.partenaire_a) for _ in range(2))
    anciens = [
        UtilisateurFactory(
            profil="gestionnaire",
            sur=personas.partenaire_a,
            active_le=datetime(2024, mois, 1, tzinfo=PARIS),
        )
        for mois in (5, 2)
    ]
    # Older, but invited only, or about to leave.
    UtilisateurFactory(
        profil="gestionnaire",
        etat="invite",
        sur=personas.partenaire_a,
        cree_le=datetime(2020, 1, 1, tzinfo=PARIS),
    )
    UtilisateurFactory(
        profil="gestionnaire",
        sur=personas.partenaire_a,
        active_le=datetime(2021, 1, 1, tzinfo=PARIS),
        dernier_jour=date(2030, 1, 1),
    )
    Utilisateur.objects.filter(pk=sien.pk).update(responsable=personas.gestionnaire_a)
    Utilisateur.objects.filter(pk=autre.pk).update(responsable=anciens[0])
    cycle.inactiver(personas.gestionnaire_a, "depart", acteur=personas.admin_a)
    sien.refresh_from_db()
    autre.refresh_from_db()
    assert (sien.etat, sien.responsable) == ("actif", anciens[1])
    assert autre.responsable == anciens[0]


@pytest.mark.regle("H-12")
def test_tous_les_comptes_d_un_partenaire_et_eux_seuls(personas: Personas) -> None:
    invite = UtilisateurFactory(etat="invite", sur=personas.partenaire_a)
    assert cycle.inactiver_tous(personas.partenaire_a, "convention", acteur=None) == 3
    etats = {c.pk: c.cause_inactivation for c in habilitations.comptes_de(personas.partenaire_a)}
    assert etats == {
        personas.technicien_a.pk: "convention",
        personas.gestionnaire_a.pk: "convention",
        invite.pk: "convention",
        personas.inactif.pk: "depart",
    }
    personas.technicien_b.refresh_from_db()
    assert personas.technicien_b.etat == "actif"
    traces = Trace.objects.filter(details__cause="convention")
    assert {t.partenaire_id for t in traces} == {personas.partenaire_a.pk}
    assert traces.count() == 3
    assert cycle.inactiver_tous(personas.partenaire_a, "convention", acteur=None) == 0


def test_par_lots_autant_de_traces_que_de_comptes(
    personas: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cycle, "LOT", 3)
    UtilisateurFactory.create_batch(6, sur=personas.partenaire_a)
    deux = [personas.partenaire_a, personas.partenaire_b]
    assert cycle.inactiver_tous(deux, "coupure", acteur=personas.admin_a) == 10
    assert Trace.objects.filter(details__cause="coupure", qui=personas.admin_a).count() == 10


@pytest.mark.regle("H-14")
@pytest.mark.parametrize(
    ("ferme", "effacement"),
    [
        (datetime(2026, 1, 15, 10, tzinfo=PARIS), date(2026, 7, 15)),
        (datetime(2026, 8, 31, 23, 59, tzinfo=PARIS), date(2027, 2, 28)),
        (datetime(2027, 8, 31, 0, 0, tzinfo=PARIS), date(2028, 2, 29)),
        (datetime(2026, 8, 29, 12, tzinfo=PARIS), date(2027, 2, 28)),
        # 22:30 in UTC is already the next day in Paris, in summer.
        (datetime(2026, 6, 30, 22, 30, tzinfo=ZoneInfo("UTC")), date(2027, 1, 1)),
        (datetime(2026, 3, 29, 3, 30, tzinfo=PARIS), date(2026, 9, 29)),
        (datetime(2026, 10, 25, 2, 30, tzinfo=PARIS), date(2027, 4, 25)),
    ],
)
def test_six_mois_civils_a_paris(ferme: datetime, effacement: date) -> None:
    assert suppression_le(Utilisateur(inactif_le=ferme)) == effacement


@pytest.mark.regle("H-14")
@pytest.mark.parametrize(
    ("jour", "derniere"),
    [
        (date(2027, 2, 27), date(2026, 8, 27)),
        (date(2027, 2, 28), date(2026, 8, 31)),
        (date(2028, 2, 28), date(2027, 8, 28)),
        (date(2028, 2, 29), date(2027, 8, 31)),
        (date(2026, 8, 30), date(2026, 2, 28)),
        (date(2026, 9, 1), date(2026, 3, 1)),
    ],
)
def test_la_derniere_fermeture_qui_s_efface(jour: date, derniere: date) -> None:
    assert derniere_fermeture(jour) == derniere


@pytest.mark.regle("H-14")
def test_un_compte_se_rouvre_pendant_six_mois(personas: Personas) -> None:
    compte = personas.inactif
    Utilisateur.objects.filter(pk=compte.pk).update(
        inactif_le=datetime(2026, 8, 31, 9, tzinfo=PARIS),
        active_le=datetime(2026, 1, 5, tzinfo=PARIS),
    )
    with (
        time_machine.travel(datetime(2027, 2, 28, 0, 0, tzinfo=PARIS), tick=False),
        pytest.raises(TransitionImpossible, match="6 mois"),
    ):
        cycle.rouvrir(compte, acteur=personas.gestionnaire_a)
    with time_machine.travel(datetime(2027, 2, 27, 23, 59, tzinfo=PARIS), tick=False):
        rouvert = cycle.rouvrir(compte, acteur=personas.gestionnaire_a)
    assert (rouvert.etat, rouvert.cause_inactivation, rouvert.inactif_le) == ("actif", "", None)
    assert not Jeton.objects.filter(utilisateur=compte).exists()


def test_un_compte_jamais_active_attend_de_nouveau(personas: Personas) -> None:
    compte = fermer(UtilisateurFactory(etat="invite", active_le=None, sur=personas.partenaire_a))
    rouvert = cycle.rouvrir(compte, acteur=personas.gestionnaire_a)
    assert rouvert.etat == "invite"
    assert Jeton.objects.filter(utilisateur=compte, utilise_le=None).count() == 1


@pytest.mark.regle("H-13")
def test_apres_une_fraude_rien_de_ce_qui_fut_vole_n_ouvre(personas: Personas) -> None:
    compte = personas.technicien_a
    Utilisateur.objects.filter(pk=compte.pk).update(active_le=timezone.now())
    appareil(compte)
    generer_codes(compte)
    cycle.inactiver(compte, "fraude", acteur=personas.admin_a)
    rouvert = cycle.rouvrir(compte, acteur=personas.admin_a)
    assert (rouvert.etat, rouvert.has_usable_password()) == ("invite", False)
    assert not TOTPDevice.objects.filter(user=compte).exists()
    assert not compte.codes_secours.exists()


@pytest.mark.regle("H-14")
def test_effacer_ne_laisse_que_ce_qui_fut_fait(personas: Personas) -> None:
    compte = personas.inactif
    rattache = UtilisateurFactory(sur=personas.partenaire_a, responsable=compte)
    appareil(compte)
    generer_codes(compte)
    courriels.ecrire(compte, "demande_evolue", cle="essai", contexte={"reference": "EP-2222-2222"})
    traces = Trace.objects.filter(qui=compte).count()
    cycle.effacer(compte)
    compte.refresh_from_db()
    personnels = ("nom", "prenom", "email", "telephone", "fonction", "civilite", "statut")
    assert [getattr(compte, champ) for champ in personnels] == [""] * 7
    assert (compte.etat, compte.identifiant) == ("supprime", f"supprime-{compte.pk}")
    assert str(compte) == "Technicien supprimé"
    assert compte.supprime_le is not None
    assert not compte.has_usable_password()
    assert habilitations.partenaire_de(compte) is None
    assert not TOTPDevice.objects.filter(user=compte).exists()
    assert not compte.codes_secours.exists()
    rattache.refresh_from_db()
    assert rattache.responsable is None
    assert Courriel.objects.get(destinataire=compte).etat == "abandonne"
    assert not mail.outbox
    assert Trace.objects.filter(qui=compte).count() == traces
    assert Trace.objects.filter(action="suppression", cle=str(compte.pk)).count() == 1


@pytest.mark.regle("H-14")
def test_un_compte_ouvert_ne_s_efface_pas(personas: Personas) -> None:
    cycle.effacer(personas.technicien_a)
    personas.technicien_a.refresh_from_db()
    assert (personas.technicien_a.etat, personas.technicien_a.nom) == ("actif", "Delattre")
