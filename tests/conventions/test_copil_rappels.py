"""Both sides are reminded of the comité de pilotage, each time once (C-09)."""

from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from comptes.courriels import composer
from comptes.models import Courriel, Notification
from conventions import tasks
from conventions.actions import annonces, copil, rappels
from conventions.actions.rappels import rappeler_copils
from conventions.models import CaisseLiee, Convention, RappelCopil, Reunion
from portail.etats import TransitionImpossible
from tests.conventions.vies import instant, le
from tests.factories import CaisseFactory, PartenaireFactory, UtilisateurFactory, fermer
from tests.personas import Personas
from tests.voisinage import lier

pytestmark = [pytest.mark.django_db, pytest.mark.regle("C-09")]

EFFET = date(2025, 3, 2)
LIMITE = date(2026, 3, 2)
UN_JOUR = timedelta(days=1)
LES_DEUX = {"admin.a", "gestionnaire.a"}


@pytest.fixture
def convention(personas: Personas) -> Convention:
    return lier(personas.caisse_a, personas.partenaire_a, date_effet=EFFET, date_utilisation=EFFET)


def balayer(jour: date, heure: int = 8) -> int:
    with le(jour, heure):
        return rappeler_copils(instant(jour, heure))


def de_jour_en_jour(debut: date, fin: date) -> list[str]:
    """Two sweeps a day; what each day said, and to how many."""
    dits = []
    while debut <= fin:
        deja = set(Notification.objects.values_list("pk", flat=True))
        balayer(debut), balayer(debut, 20)
        nouvelles = Notification.objects.exclude(pk__in=deja)
        if nouvelles:
            [gabarit] = {n.gabarit for n in nouvelles}
            dits.append(f"{debut} {gabarit} {len(nouvelles)}")
        debut += UN_JOUR
    return dits


def avertis(**filtre: Any) -> set[str]:
    dits = Notification.objects.filter(**filtre)
    return set(dits.values_list("destinataire__identifiant", flat=True))


def test_sans_date_les_rappels_se_suivent_chacun_une_fois(convention: Convention) -> None:
    assert de_jour_en_jour(date(2025, 12, 29), date(2026, 5, 4)) == [
        "2026-01-01 copil_a_prevoir 2",
        "2026-02-15 copil_a_prevoir 2",
        "2026-03-03 copil_en_retard 2",
        "2026-04-02 copil_en_retard 2",
        "2026-05-02 copil_en_retard 2",
    ]
    assert avertis() == LES_DEUX


@pytest.mark.parametrize(
    ("jour", "gabarit", "nom"),
    [
        ("2026-02-14", "copil_a_prevoir", "j60"),
        ("2026-02-26", "copil_a_prevoir", "j15"),
        ("2026-03-02", "copil_a_prevoir", "j15"),
        ("2026-04-20", "copil_en_retard", "retard2"),
        ("2027-03-03", "copil_en_retard", "retard13"),
    ],
)
def test_un_balayage_en_retard_n_envoie_que_le_dernier_rappel(
    convention: Convention, jour: str, gabarit: str, nom: str
) -> None:
    assert balayer(date.fromisoformat(jour)) == 2
    assert balayer(date.fromisoformat(jour), 9) == 0
    assert set(Notification.objects.values_list("gabarit", flat=True)) == {gabarit}
    assert [(r.pour, r.nom) for r in RappelCopil.objects.all()] == [(LIMITE, nom)]


@pytest.mark.parametrize(
    ("effet", "premier"),
    [
        # The limit is 28 February 2025, then 29 February 2028 for who met on that day of 2027.
        ("2024-02-29", "2024-12-30"),
        ("2027-03-01", "2028-01-01"),
        ("2023-12-31", "2024-11-01"),
    ],
)
def test_le_premier_rappel_part_soixante_jours_avant(
    personas: Personas, effet: str, premier: str
) -> None:
    jour = date.fromisoformat(effet)
    lier(personas.caisse_a, personas.partenaire_a, date_effet=jour, date_utilisation=jour)
    assert balayer(date.fromisoformat(premier) - UN_JOUR) == 0
    assert balayer(date.fromisoformat(premier)) == 2


def test_une_date_prevue_fait_taire_les_rappels_jusqu_a_sept_jours_avant(
    convention: Convention,
) -> None:
    with le(date(2025, 12, 20)):
        copil.planifier(convention, jour=date(2026, 3, 20), acteur=None)
    assert de_jour_en_jour(date(2025, 12, 29), date(2026, 3, 23)) == [
        "2026-03-13 copil_proche 2",
        # It passed, and nobody said that they met: it is late.
        "2026-03-21 copil_en_retard 2",
    ]


def test_tenue_elle_fait_taire_jusqu_a_l_annee_suivante(convention: Convention) -> None:
    with le(date(2026, 2, 20)):
        copil.enregistrer(convention, jour=date(2026, 2, 10), acteur=None)
    assert de_jour_en_jour(date(2026, 2, 20), date(2026, 3, 10)) == []
    assert balayer(date(2026, 12, 11)) == 0
    assert balayer(date(2026, 12, 12)) == 2


def test_deplacee_elle_est_rappelee_a_sa_nouvelle_date(convention: Convention) -> None:
    with le(date(2026, 1, 2)):
        prevue = copil.planifier(convention, jour=date(2026, 2, 1), acteur=None)
    assert balayer(date(2026, 1, 26)) == 2
    with le(date(2026, 1, 26)):
        copil.dater(prevue, jour=date(2026, 2, 20), acteur=None)
    assert balayer(date(2026, 2, 12)) == 0
    assert balayer(date(2026, 2, 13)) == 2


def test_qui_vient_d_apprendre_une_date_proche_n_en_recoit_pas_aussi_le_rappel(
    convention: Convention,
) -> None:
    with le(date(2026, 1, 26)):
        copil.planifier(convention, jour=date(2026, 2, 2), acteur=None)
    assert avertis(gabarit="copil_date") == LES_DEUX
    assert balayer(date(2026, 1, 26), 20) == balayer(date(2026, 2, 2)) == 0


@pytest.mark.parametrize(
    "champs",
    [
        {"etat": "brouillon", "date_effet": None, "date_utilisation": None},
        {"etat": "abandonnee", "date_effet": None, "date_utilisation": None},
        {"etat": "terminee", "date_fin": date(2026, 2, 25)},
        # The sweep of ends has not passed yet: the dates decide.
        {"etat": "denoncee", "date_fin": date(2026, 2, 25)},
        {"etat": "denoncee", "date_fin": date(2026, 3, 1)},
    ],
)
def test_rien_ne_se_rappelle_d_une_convention_qui_ne_vit_pas_jusque_la(
    personas: Personas, champs: dict[str, Any]
) -> None:
    vivante = {"date_effet": EFFET, "date_utilisation": EFFET}
    lier(personas.caisse_a, personas.partenaire_a, **{**vivante, **champs})
    assert balayer(date(2026, 2, 26)) == 0
    temoin = {"etat": "mise_en_demeure", "date_fin": date(2026, 3, 2), "intitule": "Vivante"}
    lier(personas.caisse_b, personas.partenaire_b, **{**vivante, **temoin})
    assert balayer(date(2026, 2, 26)) == 2
    assert avertis() == {"admin.b", "gestionnaire.b"}


@pytest.mark.regle("H-12")
def test_seuls_ceux_qui_sont_encore_lies_sont_avertis(
    convention: Convention, personas: Personas
) -> None:
    CaisseLiee.objects.create(
        convention=convention, caisse=personas.caisse_b, date_fin=date(2026, 2, 20)
    )
    convention.partenaires.add(personas.partenaire_b)
    fermer(UtilisateurFactory(profil="admin", sur=personas.caisse_a))
    assert balayer(date(2026, 2, 20)) == 4
    assert avertis() == LES_DEUX | {"admin.b", "gestionnaire.b"}
    Notification.objects.all().delete()
    assert balayer(date(2026, 3, 3)) == 3
    assert avertis() == LES_DEUX | {"gestionnaire.b"}


@pytest.mark.regle("D-17")
def test_les_courriels_ne_nomment_personne(convention: Convention, personas: Personas) -> None:
    with le(date(2026, 1, 2)):
        prevue = copil.planifier(convention, jour=date(2026, 2, 1), acteur=None)
        copil.annuler(prevue, acteur=None)
    for jour in (date(2026, 2, 26), date(2026, 3, 5)):
        balayer(jour)
    courriels = Courriel.objects.filter(gabarit__startswith="copil_", destinataire=personas.admin_a)
    assert len(courriels) == 4
    for courriel in courriels:
        message = composer(courriel)
        assert f"/conventions/{convention.identifiant}/" in message.body
        for secret in (convention, personas.caisse_a, personas.partenaire_a, "02/2026"):
            assert str(secret) not in message.body + message.subject


def test_la_tache_est_de_celles_que_l_horloge_lance(convention: Convention) -> None:
    with le(date(2026, 2, 26)):
        assert tasks.rappeler_copils() == 2
    assert settings.CELERY_BEAT_SCHEDULE["conventions.tasks.rappeler_copils"]["schedule"] == 3600


def conventions(nombre: int) -> None:
    for _ in range(nombre):
        caisse, partenaire = CaisseFactory(), PartenaireFactory()
        UtilisateurFactory(profil="admin", sur=caisse)
        UtilisateurFactory(profil="gestionnaire", sur=partenaire)
        lier(caisse, partenaire, date_effet=EFFET, date_utilisation=EFFET)


def test_tue_au_milieu_il_finit_au_passage_suivant(monkeypatch: pytest.MonkeyPatch) -> None:
    conventions(5)
    monkeypatch.setattr(rappels, "LOT", 2)
    vraie = annonces.rappels_copil
    coupee = mock.Mock(side_effect=[mock.DEFAULT, KeyboardInterrupt], wraps=vraie)
    with mock.patch.object(annonces, "rappels_copil", coupee), pytest.raises(KeyboardInterrupt):
        balayer(date(2026, 2, 26))
    assert (RappelCopil.objects.count(), Notification.objects.count()) == (2, 4)
    assert balayer(date(2026, 2, 26)) == 6
    assert Notification.objects.count() == 10


def test_beaucoup_de_rappels_ne_coutent_pas_plus_de_requetes(
    django_assert_max_num_queries: Callable,
) -> None:
    conventions(2)
    with django_assert_max_num_queries(40) as deux:
        balayer(date(2026, 2, 26))
    conventions(18)
    with django_assert_max_num_queries(len(deux)):
        assert balayer(date(2026, 2, 26)) == 36


@pytest.mark.django_db(transaction=True)
def test_deux_balayages_a_la_fois_avertissent_chacun_une_seule_fois() -> None:
    conventions(3)
    depart, comptes = Barrier(2), []

    def lancer() -> None:
        depart.wait(20)
        comptes.append(rappeler_copils(instant(date(2026, 2, 26))))
        connection.close()

    fils = [Thread(target=lancer) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    # What the other one held was left to the next passage.
    assert sum(comptes) + rappeler_copils(instant(date(2026, 2, 26))) == 6
    assert Notification.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_deux_admins_ne_prevoient_pas_deux_reunions(personas: Personas) -> None:
    convention = lier(
        personas.caisse_a, personas.partenaire_a, date_effet=EFFET, date_utilisation=EFFET
    )
    demain, depart, refus = timezone.localdate() + UN_JOUR, Barrier(2), []

    def prevoir(jour: date) -> None:
        depart.wait(20)
        try:
            copil.planifier(convention, jour=jour, acteur=None)
        except TransitionImpossible as erreur:
            refus.append(erreur.message)
        connection.close()

    fils = [Thread(target=prevoir, args=[jour]) for jour in (demain, demain + UN_JOUR)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    [reunion] = Reunion.objects.all()
    assert refus == [
        f"Une réunion est déjà prévue le {reunion.jour:%d/%m/%Y}\u00a0: changez sa date."
    ]
