"""The comité de pilotage: due each year, planned, held, its report shared (C-09)."""

from datetime import date, timedelta
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from comptes.models import Notification, Trace
from conventions import dates
from conventions.actions import copil
from conventions.copil import situer
from conventions.models import CaisseLiee, Convention, RappelCopil, Reunion
from conventions.tasks import analyser_scan
from portail import antivirus
from portail.etats import TransitionImpossible
from tests.conventions.vies import le, relue
from tests.personas import Personas
from tests.portail import echantillons
from tests.voisinage import lier

pytestmark = [pytest.mark.django_db, pytest.mark.regle("C-09")]

EFFET = date(2025, 3, 2)
JOUR = date(2026, 1, 15)
DEMAIN, HIER = JOUR + timedelta(days=1), JOUR - timedelta(days=1)


@pytest.fixture
def convention(personas: Personas) -> Convention:
    return en_vigueur(personas)


def en_vigueur(personas: Personas, **champs: object) -> Convention:
    dates_ = {"date_effet": EFFET, "date_utilisation": EFFET}
    return lier(personas.caisse_a, personas.partenaire_a, **{**dates_, **champs})


def papier(nom: str = "compte_rendu.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(nom, echantillons.pdf())


def analyser(reunion: Reunion, *, sain: bool) -> None:
    verdict = antivirus.Verdict(sain=sain, signature=None if sain else "Essai")
    with mock.patch.object(antivirus, "analyser", return_value=verdict):
        analyser_scan(relue(reunion).compte_rendu_id)


def avertis(gabarit: str) -> set[str]:
    dits = Notification.objects.filter(gabarit=gabarit)
    return set(dits.values_list("destinataire__identifiant", flat=True))


def faits() -> list[str]:
    lignes = Trace.objects.filter(objet="convention", details__has_key="copil").order_by("pk")
    return [f"{ligne.details['copil']} {ligne.details['jour']}" for ligne in lignes]


@pytest.mark.parametrize(
    ("effet", "dernier", "attendue"),
    [
        ("2025-03-02", None, "2026-03-02"),
        ("2025-03-02", "2025-11-20", "2026-11-20"),
        # Recorded later than the effect or not, the later of the two counts.
        ("2025-03-02", "2025-03-02", "2026-03-02"),
        ("2025-03-02", "2024-12-01", "2026-03-02"),
        ("2024-02-29", None, "2025-02-28"),
        ("2023-02-28", None, "2024-02-28"),
        ("2023-03-01", "2024-02-29", "2025-02-28"),
        ("2027-02-28", "2027-03-01", "2028-03-01"),
        ("2025-12-31", None, "2026-12-31"),
    ],
)
def test_la_date_limite_est_un_an_apres(effet: str, dernier: str | None, attendue: str) -> None:
    tenue = date.fromisoformat(dernier) if dernier else None
    obtenue = dates.echeance_copil(date.fromisoformat(effet), tenue)
    assert obtenue == date.fromisoformat(attendue)


@pytest.mark.parametrize(
    ("jour", "phrase", "genre"),
    [
        ("2025-12-31", "à tenir au plus tard le 2 mars 2026, dans 61 jours", "normal"),
        ("2026-01-01", "à tenir au plus tard le 2 mars 2026, dans 60 jours", "proche"),
        ("2026-03-01", "à tenir au plus tard le 2 mars 2026, demain", "proche"),
        ("2026-03-02", "à tenir au plus tard le 2 mars 2026, aujourd’hui", "proche"),
        ("2026-03-03", "en retard de 1 jour, à tenir au plus tard le 2 mars 2026", "retard"),
        ("2026-04-01", "en retard de 30 jours, à tenir au plus tard le 2 mars 2026", "retard"),
    ],
)
def test_la_situation_se_dit_en_clair(jour: str, phrase: str, genre: str) -> None:
    en_cours = Convention(etat="en_vigueur", date_effet=EFFET)
    situee = situer(en_cours, dernier=None, prevue=None, jour=date.fromisoformat(jour))
    assert situee.phrase.replace("\u00a0", " ") == phrase
    assert situee.genre == genre


def test_une_date_prevue_se_dit_et_rien_n_attend_plus(convention: Convention) -> None:
    prevue = situer(convention, dernier=None, prevue=date(2026, 4, 1), jour=date(2026, 3, 20))
    assert prevue.phrase.replace("\u00a0", " ") == "prévu le 1er avril 2026, dans 12 jours"
    assert not prevue.est_attendue
    passee = situer(convention, dernier=None, prevue=date(2026, 4, 1), jour=date(2026, 4, 2))
    assert passee.genre == "retard"


@pytest.mark.parametrize(
    "champs",
    [
        {"etat": "terminee", "date_fin": date(2026, 1, 10)},
        # It ends on the eve of the day by which to meet.
        {"etat": "denoncee", "date_fin": date(2026, 3, 1)},
    ],
)
def test_ce_qui_finit_avant_ne_doit_plus_de_reunion(
    personas: Personas, champs: dict[str, object]
) -> None:
    finie = en_vigueur(personas, **champs)
    assert situer(finie, dernier=None, prevue=None, jour=JOUR).echeance is None


def test_prevue_deplacee_puis_tenue_elle_repousse_la_date_limite(
    convention: Convention, personas: Personas
) -> None:
    with le(JOUR):
        prevue = copil.planifier(convention, jour=date(2026, 2, 20), acteur=personas.admin_a)
        assert avertis("copil_date") == {"gestionnaire.a"}
        copil.dater(prevue, jour=date(2026, 2, 26), acteur=personas.admin_a)
        copil.dater(prevue, jour=date(2026, 2, 26), acteur=personas.admin_a)
    assert Notification.objects.filter(gabarit="copil_date").count() == 2
    with le(date(2026, 2, 27)):
        tenue = copil.tenir(prevue, jour=date(2026, 2, 26), acteur=personas.admin_a)
    assert (relue(tenue).etat, relue(tenue).enregistree_par) == ("tenue", personas.admin_a)
    assert faits() == ["prevu 2026-02-20", "date 2026-02-26", "tenu 2026-02-26"]
    situee = situer(convention, dernier=tenue.jour, prevue=None, jour=date(2026, 2, 27))
    assert situee.echeance == date(2027, 2, 26)


@pytest.mark.parametrize(
    ("jour", "raison"),
    [
        (HIER, "enregistrez plutôt une réunion tenue"),
        (date(2027, 1, 16), "au plus tard le 15/01/2027"),
        (date(2062, 2, 20), "au plus tard le 15/01/2027"),
    ],
)
def test_on_prevoit_a_partir_d_aujourd_hui_et_a_un_an_au_plus(
    convention: Convention, jour: date, raison: str
) -> None:
    with le(JOUR):
        with pytest.raises(ValidationError, match=raison) as refus:
            copil.planifier(convention, jour=jour, acteur=None)
        assert list(refus.value.message_dict) == ["jour"]
        prevue = copil.planifier(convention, jour=date(2027, 1, 15), acteur=None)
        with pytest.raises(ValidationError, match=raison):
            copil.dater(prevue, jour=jour, acteur=None)
        copil.dater(prevue, jour=JOUR, acteur=None)


def test_on_ne_prevoit_ni_deux_fois_ni_apres_la_fin(personas: Personas) -> None:
    convention = en_vigueur(personas, etat="denoncee", date_fin=date(2026, 3, 1))
    with le(JOUR):
        with pytest.raises(ValidationError, match="prend fin le 01/03/2026"):
            copil.planifier(convention, jour=date(2026, 3, 2), acteur=None)
        copil.planifier(convention, jour=date(2026, 3, 1), acteur=None)
        with pytest.raises(TransitionImpossible, match="déjà prévue le 01/03/2026"):
            copil.planifier(convention, jour=DEMAIN, acteur=None)


@pytest.mark.parametrize(
    ("jour", "raison"),
    [
        (DEMAIN, "futur"),
        (date(2025, 3, 1), "n’a pris effet que le 02/03/2025"),
        (date(2025, 11, 20), "déjà enregistrée à cette date"),
    ],
)
def test_on_enregistre_ce_qui_a_eu_lieu(convention: Convention, jour: date, raison: str) -> None:
    with le(JOUR):
        copil.enregistrer(convention, jour=date(2025, 11, 20), acteur=None)
        with pytest.raises(ValidationError, match=raison) as refus:
            copil.enregistrer(convention, jour=jour, scan=papier(), acteur=None)
        assert list(refus.value.message_dict) == ["jour"]
        copil.enregistrer(convention, jour=JOUR, acteur=None)
        copil.enregistrer(convention, jour=EFFET, acteur=None)
    assert not Reunion.objects.exclude(compte_rendu=None)


def test_le_compte_rendu_est_annonce_une_fois_lisible_et_ne_se_remplace_pas(
    convention: Convention, personas: Personas
) -> None:
    with le(JOUR):
        tenue = copil.enregistrer(
            convention, jour=HIER, scan=papier("premier.pdf"), acteur=personas.admin_a
        )
        analyser(tenue, sain=False)
        assert avertis("copil_compte_rendu") == set()
        copil.joindre(tenue, scan=papier(), acteur=personas.admin_a)
        analyser(tenue, sain=True)
        with pytest.raises(TransitionImpossible, match="déjà joint"):
            copil.joindre(tenue, scan=papier(), acteur=personas.admin_a)
        with pytest.raises(TransitionImpossible, match="ne s’efface plus"):
            copil.annuler(tenue, acteur=personas.admin_a)
        copil.dater(tenue, jour=JOUR, acteur=personas.admin_a)
    assert avertis("copil_compte_rendu") == {"gestionnaire.a"}
    assert relue(tenue).compte_rendu.nom == "compte_rendu.pdf"


def test_annuler_defait_une_date_prevue_et_une_erreur_de_saisie(
    convention: Convention, personas: Personas
) -> None:
    with le(JOUR):
        prevue = copil.planifier(convention, jour=DEMAIN, acteur=personas.admin_a)
        copil.annuler(prevue, acteur=personas.admin_a)
        tenue = copil.enregistrer(convention, jour=HIER, acteur=personas.admin_a)
        copil.annuler(tenue, acteur=personas.admin_a)
        with pytest.raises(TransitionImpossible, match="annulée entre-temps"):
            copil.tenir(prevue, jour=JOUR, acteur=personas.admin_a)
        with pytest.raises(TransitionImpossible, match="annulée entre-temps"):
            copil.joindre(tenue, scan=papier(), acteur=personas.admin_a)
    assert not Reunion.objects.exists()
    assert avertis("copil_annule") == {"gestionnaire.a"}
    assert faits()[1::2] == ["annule 2026-01-16", "annule 2026-01-14"]


def test_une_reunion_prevue_n_a_pas_de_compte_rendu(convention: Convention) -> None:
    with le(JOUR):
        prevue = copil.planifier(convention, jour=DEMAIN, acteur=None)
        with pytest.raises(TransitionImpossible, match="prévue"):
            copil.joindre(prevue, scan=papier(), acteur=None)


@pytest.mark.parametrize(
    "qui", "admin_b agent_a dpo_a gestionnaire_a technicien_a gestionnaire_b".split()
)
def test_seul_l_admin_d_une_caisse_liee_enregistre(
    convention: Convention, personas: Personas, qui: str
) -> None:
    lier(personas.caisse_b, personas.partenaire_b)
    acteur = getattr(personas, qui)
    with le(JOUR):
        prevue = copil.planifier(convention, jour=DEMAIN, acteur=None)
        tenue = copil.enregistrer(convention, jour=HIER, acteur=None)
        for refuse in (
            lambda: copil.planifier(convention, jour=DEMAIN, acteur=acteur),
            lambda: copil.enregistrer(convention, jour=JOUR, acteur=acteur),
            lambda: copil.tenir(prevue, jour=JOUR, acteur=acteur),
            lambda: copil.dater(tenue, jour=JOUR, acteur=acteur),
            lambda: copil.joindre(tenue, scan=papier(), acteur=acteur),
            lambda: copil.annuler(prevue, acteur=acteur),
        ):
            with pytest.raises(PermissionDenied):
                refuse()


@pytest.mark.regle("H-12")
def test_une_caisse_partie_n_enregistre_plus_et_n_apprend_plus_rien(personas: Personas) -> None:
    convention = en_vigueur(personas)
    CaisseLiee.objects.create(
        convention=convention,
        caisse=personas.caisse_b,
        date_fin=HIER,
        close_le="2026-01-15T00:00:00Z",
    )
    with le(JOUR):
        with pytest.raises(PermissionDenied):
            copil.enregistrer(convention, jour=HIER, acteur=personas.admin_b)
        copil.planifier(convention, jour=DEMAIN, acteur=None)
    assert avertis("copil_date") == {"admin.a", "gestionnaire.a"}


def test_une_convention_finie_ne_recoit_plus_qu_un_compte_rendu(convention: Convention) -> None:
    with le(JOUR):
        prevue = copil.planifier(convention, jour=DEMAIN, acteur=None)
        tenue = copil.enregistrer(convention, jour=HIER, acteur=None)
        Convention.objects.update(etat="terminee", date_fin=HIER)
        for refuse in (
            lambda: copil.planifier(convention, jour=DEMAIN, acteur=None),
            lambda: copil.enregistrer(convention, jour=JOUR, acteur=None),
            lambda: copil.tenir(prevue, jour=JOUR, acteur=None),
            lambda: copil.dater(tenue, jour=JOUR, acteur=None),
            lambda: copil.annuler(tenue, acteur=None),
        ):
            with pytest.raises(TransitionImpossible):
                refuse()
        copil.joindre(tenue, scan=papier(), acteur=None)
    assert not RappelCopil.objects.exclude(nom="j7")
