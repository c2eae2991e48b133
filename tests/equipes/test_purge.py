"""Erased after 6 months, warned before: each warning once, and no trace of who it was (H-14)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from comptes.models import Courriel, Utilisateur
from equipes import actions
from equipes.acces import equipe_visible
from equipes.actions.rappels import avertissement
from equipes.models import Demarche, Incident
from signalements import actions as demandes
from signalements.models import Demande
from tests.equipes.fabriques import LUNDI, PARIS, a_l_oeuvre, identite, inactif
from tests.factories import UtilisateurFactory, fermer
from tests.personas import Personas
from tests.signalements.fabriques import deposer

pytestmark = [pytest.mark.django_db, pytest.mark.regle("H-14")]

FIN_AOUT = datetime(2026, 8, 31, 15, tzinfo=PARIS)


def paris(annee: int, mois: int, jour: int, heure: int = 9, minute: int = 0) -> datetime:
    return datetime(annee, mois, jour, heure, minute, tzinfo=PARIS)


@pytest.fixture
def horloge() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(LUNDI, tick=False) as voyage:
        yield voyage


@pytest.fixture
def pres(horloge: time_machine.Traveller, personas: Personas) -> Personas:
    return a_l_oeuvre(personas)


@pytest.mark.parametrize(
    ("ferme", "veille", "jour"),
    [
        (FIN_AOUT, paris(2027, 2, 27, 23, 59), paris(2027, 2, 28, 0)),
        (paris(2027, 8, 31), paris(2028, 2, 28, 23, 59), paris(2028, 2, 29, 0)),
        (paris(2026, 2, 28), paris(2026, 8, 27, 23, 59), paris(2026, 8, 28, 0)),
        (paris(2026, 3, 29, 3), paris(2026, 9, 28, 23, 59), paris(2026, 9, 29, 0)),
        (paris(2026, 10, 25, 0, 30), paris(2027, 4, 24, 23, 59), paris(2027, 4, 25, 0)),
    ],
)
def test_au_bout_de_six_mois_civils(
    ferme: datetime,
    veille: datetime,
    jour: datetime,
    pres: Personas,
    horloge: time_machine.Traveller,
) -> None:
    compte = inactif(pres.partenaire_a, ferme)
    Utilisateur.objects.filter(pk=pres.inactif.pk).update(inactif_le=jour)
    horloge.move_to(veille)
    assert actions.purger(veille) == 0
    assert compte in equipe_visible(pres.gestionnaire_a)
    horloge.move_to(jour)
    assert actions.purger(jour) == 1
    compte.refresh_from_db()
    assert (compte.etat, compte.supprime_le) == ("supprime", jour)
    assert pres.inactif in equipe_visible(pres.gestionnaire_a)
    assert actions.purger(jour) == 0


def test_il_disparait_et_ses_demandes_restent(
    pres: Personas, horloge: time_machine.Traveller
) -> None:
    compte = pres.technicien_a
    compte.nom, compte.prenom = "Vandamme-Unique", "Ombeline"
    compte.save()
    demande = deposer(pres.caisse_a, pres.partenaire_a, compte)
    demandes.ecrire(demande, "Voici la suite.", acteur=compte)
    assert compte.notifications.exists()
    fermer(compte)
    horloge.move_to(paris(2026, 9, 2))
    Utilisateur.objects.exclude(pk=compte.pk).filter(etat="inactif").delete()
    assert actions.purger(paris(2026, 9, 2)) == 1
    collegue = UtilisateurFactory(sur=pres.partenaire_a)
    relue = Demande.objects.visibles_par(collegue).get(pk=demande.pk)
    assert str(relue.auteur) == "Technicien supprimé"
    assert compte not in equipe_visible(pres.gestionnaire_a)
    assert compte not in equipe_visible(pres.admin_a)
    assert "Vandamme" not in contenu_de_la_base()
    assert "Ombeline" not in contenu_de_la_base()
    assert not compte.notifications.exists()


def test_ce_que_les_demarches_disaient_de_lui_aussi(pres: Personas) -> None:
    compte = inactif(pres.partenaire_a, LUNDI - timedelta(days=200), profil="gestionnaire")
    vieille, refusee, recente = (
        Demarche.objects.create(
            nature="habilitation",
            etat=etat,
            caisse=pres.caisse_a,
            partenaire=pres.partenaire_a,
            compte=sur,
            donnees=identite(),
            demandee_le=quand,
            traitee_le=quand,
        )
        for etat, sur, quand in (
            ("acceptee", compte, LUNDI - timedelta(days=400)),
            ("refusee", None, LUNDI - timedelta(days=200)),
            ("refusee", None, LUNDI - timedelta(days=100)),
        )
    )
    incident = Incident.objects.create(
        compte=compte,
        caisse=pres.caisse_a,
        partenaire=pres.partenaire_a,
        nature="perte",
        constate_le=LUNDI.date(),
        recit="Maud Wallet a perdu son téléphone.",
        signale_le=LUNDI,
    )
    actions.purger(LUNDI)
    incident.refresh_from_db()
    assert incident.recit == ""
    for demarche in (vieille, refusee, recente):
        demarche.refresh_from_db()
    assert (vieille.donnees, refusee.donnees, recente.donnees) == ({}, {}, identite())


def test_rien_ne_reste_a_traiter_pour_un_compte_efface(pres: Personas) -> None:
    compte = inactif(pres.partenaire_a, LUNDI - timedelta(days=200), profil="gestionnaire")
    commun = {"caisse": pres.caisse_a, "partenaire": pres.partenaire_a, "demandee_le": LUNDI}
    en_cours = Demarche.objects.create(
        nature="modification", compte=compte, donnees={"nom": "Neuf"}, **commun
    )
    refusee = Demarche.objects.create(
        nature="habilitation",
        etat="refusee",
        motif_refus="Maud Wallet n'est pas salariée.",
        donnees=identite(),
        traitee_le=LUNDI - timedelta(days=200),
        **commun,
    )
    actions.purger(LUNDI)
    en_cours.refresh_from_db()
    refusee.refresh_from_db()
    assert (en_cours.etat, en_cours.traitee_le, en_cours.donnees) == ("retiree", LUNDI, {})
    assert (refusee.donnees, refusee.motif_refus) == ({}, "")


def test_par_lots_jusqu_au_bout(pres: Personas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("equipes.actions.purge.LOT", 3)
    for _ in range(7):
        inactif(pres.partenaire_a, LUNDI - timedelta(days=200))
    assert actions.purger(LUNDI) == 7


@pytest.mark.parametrize(
    ("suppression", "jour", "attendu"),
    [
        (date(2027, 2, 28), date(2027, 1, 27), ""),
        (date(2027, 2, 28), date(2027, 1, 28), "mois"),
        (date(2027, 2, 28), date(2027, 2, 20), "mois"),
        (date(2027, 2, 28), date(2027, 2, 21), "semaine"),
        (date(2027, 2, 28), date(2027, 2, 27), "semaine"),
        (date(2027, 2, 28), date(2027, 2, 28), ""),
        (date(2026, 3, 31), date(2026, 2, 27), ""),
        (date(2026, 3, 31), date(2026, 2, 28), "mois"),
    ],
)
def test_quand_prevenir(suppression: date, jour: date, attendu: str) -> None:
    assert avertissement(suppression, jour) == attendu


def test_un_mois_puis_une_semaine_avant_une_fois_chacun(
    pres: Personas, horloge: time_machine.Traveller
) -> None:
    """Two techniciens that go on the same day are one mail; the caisse hears nothing of them."""
    Utilisateur.objects.filter(pk=pres.inactif.pk).update(inactif_le=FIN_AOUT)
    inactif(pres.partenaire_a, FIN_AOUT - timedelta(hours=5))
    partis = []
    jour = paris(2027, 1, 20)
    while jour < paris(2027, 3, 2):
        horloge.move_to(jour)
        partis += [jour.date()] * (actions.prevenir(jour) + actions.prevenir(jour))
        jour += timedelta(days=1)
    assert partis == [date(2027, 1, 28), date(2027, 2, 21)]
    assert list(Courriel.objects.order_by("pk").values_list("gabarit", "destinataire")) == [
        ("suppression_mois", pres.gestionnaire_a.pk),
        ("suppression_semaine", pres.gestionnaire_a.pk),
    ]


def test_pour_un_gestionnaire_les_autres_et_la_caisse(pres: Personas) -> None:
    Utilisateur.objects.filter(pk=pres.inactif.pk).delete()
    inactif(pres.partenaire_a, FIN_AOUT, profil="gestionnaire")
    assert actions.prevenir(paris(2027, 1, 30)) == 2
    assert set(Courriel.objects.values_list("destinataire", "gabarit")) == {
        (pres.gestionnaire_a.pk, "suppression_mois"),
        (pres.admin_a.pk, "suppression_mois_caisse"),
    }
    avis = Courriel.objects.get(destinataire=pres.admin_a)
    assert avis.contexte == {"reference": "ccas-arras"}


def test_sans_gestionnaire_la_caisse_est_prevenue(pres: Personas) -> None:
    Utilisateur.objects.filter(pk=pres.inactif.pk).update(inactif_le=FIN_AOUT)
    fermer(pres.gestionnaire_a)
    Utilisateur.objects.filter(pk=pres.gestionnaire_a.pk).update(inactif_le=paris(2027, 1, 29))
    assert actions.prevenir(paris(2027, 1, 30)) == 1
    assert Courriel.objects.get().destinataire == pres.admin_a


@pytest.mark.regle("H-04")
@pytest.mark.parametrize(
    ("jours", "choisi", "attendu"),
    [
        (365, timedelta(days=349, hours=23), 0),
        (365, timedelta(days=350), 1),
        (365, timedelta(days=364), 1),
        (365, timedelta(days=365), 0),
        (90, timedelta(days=74), 0),
        (90, timedelta(days=75), 1),
    ],
)
def test_la_fin_d_un_mot_de_passe_s_annonce_quinze_jours_avant(
    jours: int, choisi: timedelta, attendu: int, pres: Personas
) -> None:
    pres.caisse_a.mot_de_passe_jours = jours
    pres.caisse_a.save()
    Utilisateur.objects.filter(pk=pres.admin_a.pk).update(mot_de_passe_le=LUNDI - choisi)
    assert [actions.prevenir(LUNDI), actions.prevenir(LUNDI)] == [attendu, 0]
    attendus = [("mot_de_passe_expire", pres.admin_a.pk)] * attendu
    assert list(Courriel.objects.values_list("gabarit", "destinataire")) == attendus


def contenu_de_la_base() -> str:
    """Every text of every row of ours, as one."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relname ~ '^(comptes|conventions|equipes|signalements|django_session)'"
        )
        tables = [nom for (nom,) in curseur.fetchall()]
        morceaux = []
        for table in tables:
            curseur.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')  # noqa: S608
            morceaux.append(str(curseur.fetchone()[0]))
    assert len(tables) > 25
    return "\n".join(morceaux)
