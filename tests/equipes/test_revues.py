"""Reviews of the habilitations: opened, answered, signed, reminded (H-15)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from comptes.actions.cycle import DernierGestionnaire
from comptes.models import Courriel, Notification, Utilisateur
from conventions.models import Convention
from equipes import actions
from equipes.models import Revue
from portail.etats import TransitionImpossible
from tests.equipes.fabriques import LUNDI, PARIS, a_l_oeuvre, gestionnaire, inactif, invite
from tests.factories import PartenaireFactory, UtilisateurFactory, fermer
from tests.personas import Personas
from tests.voisinage import lier

pytestmark = [pytest.mark.django_db, pytest.mark.regle("H-15")]

ECHEANCE = date(2026, 4, 1)


@pytest.fixture
def horloge() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(LUNDI, tick=False) as voyage:
        yield voyage


@pytest.fixture
def pres(horloge: time_machine.Traveller, personas: Personas) -> Personas:
    return a_l_oeuvre(personas)


@pytest.fixture
def revue(pres: Personas) -> Revue:
    return ouvrir(pres)


def ouvrir(pres: Personas) -> Revue:
    return actions.ouvrir_revue(
        pres.caisse_a, pres.partenaire_a, echeance_le=ECHEANCE, acteur=pres.admin_a
    )


def tout(revue: Revue, decision: str = "conserver", **sauf: str) -> dict[int, str]:
    decisions = dict.fromkeys(revue.lignes.values_list("compte", flat=True), decision)
    return decisions | {int(pk): autre for pk, autre in sauf.items()}


def test_elle_liste_les_comptes_ouverts(pres: Personas) -> None:
    attendu = invite(pres.partenaire_a)
    revue = ouvrir(pres)
    assert {ligne.compte for ligne in revue.lignes.all()} == {
        pres.technicien_a,
        pres.gestionnaire_a,
        attendu,
    }
    courriel = Courriel.objects.get(gabarit="revue_ouverte")
    assert courriel.destinataire == pres.gestionnaire_a
    assert courriel.contexte == {"reference": str(revue.identifiant)}


def test_une_seule_a_la_fois_a_une_date_a_venir_entre_lies(revue: Revue, pres: Personas) -> None:
    with pytest.raises(TransitionImpossible, match="déjà en cours"):
        ouvrir(pres)
    with pytest.raises(TransitionImpossible, match="convention"):
        actions.ouvrir_revue(
            pres.caisse_a, pres.partenaire_b, echeance_le=ECHEANCE, acteur=pres.admin_a
        )
    with pytest.raises(ValidationError):
        actions.ouvrir_revue(
            pres.caisse_a, pres.partenaire_a, echeance_le=LUNDI.date(), acteur=pres.admin_a
        )
    for nom in ("gestionnaire_a", "agent_a", "admin_b"):
        with pytest.raises(PermissionDenied):
            actions.ouvrir_revue(
                pres.caisse_a,
                pres.partenaire_a,
                echeance_le=ECHEANCE,
                acteur=getattr(pres, nom),
            )


def test_une_campagne_laisse_ceux_qui_n_y_sont_pas(revue: Revue, pres: Personas) -> None:
    """One has a review in progress, one no account, one no convention: a single one is opened."""
    vide, libre = PartenaireFactory(), PartenaireFactory()
    lier(pres.caisse_a, vide)
    lier(pres.caisse_a, libre)
    UtilisateurFactory(sur=libre)
    tous = [pres.partenaire_a, vide, libre, pres.partenaire_b]
    nombre = actions.ouvrir_campagne(pres.caisse_a, tous, echeance_le=ECHEANCE, acteur=pres.admin_a)
    assert nombre == 1
    assert Revue.objects.get(partenaire=libre).ouverte_par == pres.admin_a


def test_decider_signer_terminer(revue: Revue, pres: Personas) -> None:
    second = gestionnaire(pres.partenaire_a)
    nouveau = UtilisateurFactory(sur=pres.partenaire_a, responsable=second)
    parti = UtilisateurFactory(sur=pres.partenaire_a)
    actions.decider(revue, tout(revue), acteur=pres.gestionnaire_a)
    with pytest.raises(ValidationError, match="3 comptes restent"):
        actions.signer_revue(revue, acteur=pres.gestionnaire_a)
    fermer(parti)
    choix = {nouveau.pk: "conserver", second.pk: "terminer", pres.technicien_a.pk: "terminer"}
    actions.decider(revue, choix, acteur=pres.gestionnaire_a)
    pres.technicien_a.refresh_from_db()
    assert pres.technicien_a.etat == "actif"  # nothing is ended before the signature
    signee = actions.signer_revue(revue, acteur=pres.gestionnaire_a)
    assert (signee.signee_par, signee.signee_le) == (pres.gestionnaire_a, LUNDI)
    assert signee.document is not None
    assert signee.document.nature == "habilitations"
    etats = {
        compte: (compte.etat, compte.cause_inactivation)
        for compte in Utilisateur.objects.filter(pk__in=[*choix, parti.pk])
    }
    assert etats == {
        nouveau: ("actif", ""),
        second: ("inactif", "revue"),
        pres.technicien_a: ("inactif", "revue"),
        parti: ("inactif", "depart"),
    }
    nouveau.refresh_from_db()
    assert nouveau.responsable == pres.gestionnaire_a
    assert Notification.objects.get(gabarit="revue_signee").destinataire == pres.admin_a
    with pytest.raises(TransitionImpossible):
        actions.decider(signee, {}, acteur=pres.gestionnaire_a)


@pytest.mark.regle("H-09")
def test_le_dernier_gestionnaire_ne_se_termine_pas(revue: Revue, pres: Personas) -> None:
    attente = invite(pres.partenaire_a, profil="gestionnaire")
    choix = tout(revue) | {pres.gestionnaire_a.pk: "terminer"}
    with pytest.raises(DernierGestionnaire):
        actions.decider(revue, choix, acteur=pres.gestionnaire_a)
    assert set(revue.lignes.values_list("decision", flat=True)) == {""}
    # Decided while there were two, signed when one is left.
    second = gestionnaire(pres.partenaire_a)
    actions.decider(revue, choix | {second.pk: "conserver", attente.pk: "conserver"}, acteur=second)
    fermer(second)
    with pytest.raises(DernierGestionnaire):
        actions.signer_revue(revue, acteur=pres.gestionnaire_a)


def test_une_reponse_sur_un_autre_compte_est_refusee(revue: Revue, pres: Personas) -> None:
    for decisions in ({pres.technicien_b.pk: "terminer"}, {pres.technicien_a.pk: "effacer"}):
        with pytest.raises(ValidationError):
            actions.decider(revue, decisions, acteur=pres.gestionnaire_a)


@pytest.mark.parametrize("nom", ["admin_a", "technicien_a", "gestionnaire_b"])
def test_seul_un_gestionnaire_du_partenaire_repond(nom: str, revue: Revue, pres: Personas) -> None:
    for verbe in (
        lambda a: actions.decider(revue, {}, acteur=a),
        lambda a: actions.signer_revue(revue, acteur=a),
    ):
        with pytest.raises(PermissionDenied):
            verbe(getattr(pres, nom))


def test_les_rappels_partent_une_fois_chacun(
    revue: Revue, pres: Personas, horloge: time_machine.Traveller
) -> None:
    partis = []
    jour = date(2026, 3, 24)
    while jour <= date(2026, 4, 17):
        instant = datetime(jour.year, jour.month, jour.day, 8, tzinfo=PARIS)
        horloge.move_to(instant)
        envoyes = actions.relancer_revues(instant) + actions.relancer_revues(instant)
        partis += [jour] * envoyes
        jour += timedelta(days=1)
    assert partis == [
        date(2026, 3, 25),
        date(2026, 3, 31),
        date(2026, 4, 8),
        date(2026, 4, 15),
    ]


def test_signee_elle_ne_se_rappelle_plus(revue: Revue, pres: Personas) -> None:
    actions.decider(revue, tout(revue), acteur=pres.gestionnaire_a)
    signee = actions.signer_revue(revue, acteur=pres.gestionnaire_a)
    assert actions.relancer_revues(datetime(2026, 4, 20, 8, tzinfo=PARIS)) == 0
    with pytest.raises(TransitionImpossible):
        actions.relancer_revue(signee, acteur=pres.admin_a)


def test_la_caisse_relance_une_fois_par_jour(revue: Revue, pres: Personas) -> None:
    assert actions.relancer_revue(revue, acteur=pres.admin_a) == 1
    assert actions.relancer_revue(revue, acteur=pres.admin_a) == 0
    with pytest.raises(PermissionDenied):
        actions.relancer_revue(revue, acteur=pres.gestionnaire_a)


@pytest.mark.parametrize(
    ("mois", "signature", "maintenant", "ouvertes"),
    [
        (6, date(2026, 8, 31), datetime(2027, 2, 27, 23, 59, tzinfo=PARIS), 0),
        (6, date(2026, 8, 31), datetime(2027, 2, 28, 0, 0, tzinfo=PARIS), 1),
        (12, date(2024, 2, 29), datetime(2025, 2, 28, 1, 0, tzinfo=PARIS), 1),
        (None, date(2020, 1, 1), datetime(2027, 2, 28, 0, 0, tzinfo=PARIS), 0),
    ],
)
def test_la_premiere_revue_periodique(
    mois: int | None,
    signature: date,
    maintenant: datetime,
    ouvertes: int,
    pres: Personas,
    horloge: time_machine.Traveller,
) -> None:
    pres.caisse_a.revue_mois = mois
    pres.caisse_a.save()
    Convention.objects.update(date_effet=signature, date_utilisation=signature)
    horloge.move_to(maintenant)
    assert actions.ouvrir_revues_periodiques(maintenant) == ouvertes
    assert actions.ouvrir_revues_periodiques(maintenant) == 0


def test_la_suivante_compte_depuis_la_precedente(
    revue: Revue, pres: Personas, horloge: time_machine.Traveller
) -> None:
    """A year after 2 March; before that, and while one is open, none."""
    Convention.objects.update(date_effet=date(2020, 1, 1), date_utilisation=date(2020, 1, 1))
    veille, jour = (datetime(2027, 3, n, 0, 30, tzinfo=PARIS) for n in (1, 2))
    horloge.move_to(jour)
    assert actions.ouvrir_revues_periodiques(jour) == 0
    actions.decider(revue, tout(revue), acteur=pres.gestionnaire_a)
    actions.signer_revue(revue, acteur=pres.gestionnaire_a)
    horloge.move_to(veille)
    assert actions.ouvrir_revues_periodiques(veille) == 0
    horloge.move_to(jour)
    assert actions.ouvrir_revues_periodiques(jour) == 1
    suivante = Revue.objects.get(signee_le=None)
    assert (suivante.ouverte_par, suivante.echeance_le) == (None, date(2027, 4, 1))


def test_sans_gestionnaire_actif_pas_de_revue_periodique(
    pres: Personas, horloge: time_machine.Traveller
) -> None:
    Convention.objects.update(date_effet=date(2020, 1, 1), date_utilisation=date(2020, 1, 1))
    inactif(pres.partenaire_a, LUNDI, profil="gestionnaire")
    fermer(pres.gestionnaire_a)
    assert actions.ouvrir_revues_periodiques(LUNDI) == 0
