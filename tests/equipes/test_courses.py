"""Two real connections at once, around the last place and the last gestionnaire."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from comptes.actions import cycle
from comptes.actions.cycle import DernierGestionnaire
from comptes.models import Etat, Partenaire, Utilisateur
from conventions.quotas import QuotaAtteint
from equipes import actions
from equipes.models import Demarche
from tests.equipes.fabriques import a_l_oeuvre, gestionnaire, identite, inactif, technicien
from tests.factories import UtilisateurFactory
from tests.personas import Personas
from tests.voisinage import lier

pytestmark = pytest.mark.django_db(transaction=True)

COURSES = 200
Verbe = Callable[[], object]
PLACES = {"technicien": 5, "gestionnaire": 2}


class Coureurs:
    """Two threads, each with its own connection, that start every race at the same instant."""

    def __init__(self) -> None:
        self.depart, self.arrivee = threading.Barrier(3), threading.Barrier(3)
        self.verbes: list[Verbe] = []
        self.resultats: list[object] = [None, None]
        self.fils = [threading.Thread(target=self._courir, args=[rang]) for rang in (0, 1)]

    def __enter__(self) -> "Coureurs":
        for fil in self.fils:
            fil.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.verbes = []
        self.depart.wait(timeout=30)
        for fil in self.fils:
            fil.join(timeout=30)

    def lancer(self, *verbes: Verbe) -> list[object]:
        self.verbes = list(verbes)
        self.depart.wait(timeout=30)
        self.arrivee.wait(timeout=30)
        return list(self.resultats)

    def _courir(self, rang: int) -> None:
        while True:
            self.depart.wait(timeout=60)
            if not self.verbes:
                connection.close()
                return
            try:
                self.resultats[rang] = self.verbes[rang]()
            except Exception as erreur:
                self.resultats[rang] = erreur
            self.arrivee.wait(timeout=60)


def creations(pres: Personas, numero: int) -> tuple[Verbe, Verbe]:
    """Two new techniciens of the same name, by two gestionnaires."""

    def creer(rang: int) -> Verbe:
        donnees = technicien(email=f"h{numero}.{rang}@ccas-arras.example")
        return lambda: actions.creer_technicien(
            pres.partenaire_a, acteur=pres.gestionnaire_a, **donnees
        )

    return creer(0), creer(1)


def reactivations(pres: Personas, numero: int) -> tuple[Verbe, Verbe]:
    """One comes back while another one is created."""
    ancien = inactif(
        pres.partenaire_a,
        pres.inactif.inactif_le,  # type: ignore[arg-type]
        email=f"a{numero}@ccas-arras.example",
    )
    return lambda: actions.reactiver(ancien, acteur=pres.gestionnaire_a), creations(pres, numero)[0]


def acceptations(pres: Personas, numero: int) -> tuple[Verbe, Verbe]:
    """Two admins accept two habilitations."""

    def accepter(rang: int) -> Verbe:
        email = f"m{numero}.{rang}@ccas-arras.example"
        demarche = actions.demander_habilitation(
            pres.partenaire_a, pres.caisse_a, identite(email=email), acteur=pres.gestionnaire_a
        )
        return lambda: actions.accepter(demarche, acteur=pres.admin_a)

    return accepter(0), accepter(1)


@pytest.mark.regle("H-06")
@pytest.mark.regle("H-07")
def test_deux_cents_courses_et_pas_un_compte_de_trop(personas: Personas) -> None:
    """One place is left each time, and exactly one of the two takes it."""
    pres = a_l_oeuvre(personas)
    UtilisateurFactory.create_batch(3, sur=pres.partenaire_a)
    gardes = set(Utilisateur.objects.values_list("pk", flat=True))
    genres = (creations, reactivations, acceptations)
    with Coureurs() as coureurs:
        for numero in range(COURSES):
            genre = genres[numero % 3]
            resultats = coureurs.lancer(*genre(pres, numero))
            refus = [r for r in resultats if isinstance(r, QuotaAtteint)]
            assert len(refus) == 1, (genre.__name__, numero, resultats)
            profil = "gestionnaire" if genre is acceptations else "technicien"
            assert ouverts(pres.partenaire_a, profil) == PLACES[profil]
            liberer(gardes)


@pytest.mark.regle("H-09")
@pytest.mark.parametrize("verbe", ["accepter", "inactiver"])
def test_deux_gestionnaires_au_meme_instant_un_reste(
    verbe: str, personas: Personas, en_meme_temps: Callable[..., list[object]]
) -> None:
    """Two admins, of two caisses, end the only two gestionnaires."""
    pres = a_l_oeuvre(personas)
    lier(pres.caisse_b, pres.partenaire_a)
    second = gestionnaire(pres.partenaire_a)
    couples = (
        (pres.gestionnaire_a, pres.caisse_a, pres.admin_a),
        (second, pres.caisse_b, pres.admin_b),
    )

    def finir(compte: Utilisateur, caisse: object, admin: Utilisateur) -> Verbe:
        if verbe == "inactiver":
            return lambda: cycle.inactiver(compte, "demande", acteur=admin)
        demarche = Demarche.objects.get(compte=compte)
        return lambda: actions.accepter(demarche, acteur=admin)

    for compte, caisse, _ in couples if verbe == "accepter" else ():
        actions.demander_inactivation(
            compte, caisse, date_voulue=jour_lointain(), acteur=pres.gestionnaire_a
        )
    resultats = en_meme_temps(*(finir(*couple) for couple in couples))
    assert len([r for r in resultats if isinstance(r, DernierGestionnaire)]) == 1, resultats
    restants = Utilisateur.objects.filter(
        pk__in=[pres.gestionnaire_a.pk, second.pk], etat=Etat.ACTIF, dernier_jour=None
    )
    assert restants.count() == 1


@pytest.mark.regle("H-03")
def test_deux_imports_de_memes_noms_ne_se_bloquent_pas(
    personas: Personas, en_meme_temps: Callable[..., list[object]]
) -> None:
    """Same people at two partners, in opposite orders: as many logins as accounts."""
    pres = a_l_oeuvre(personas)
    lier(pres.caisse_b, pres.partenaire_b)
    noms = [("Ada", "Blanc"), ("Hugo", "Lemoine"), ("Nora", "Petit"), ("Paul", "Roux")]

    def importer(partenaire: Partenaire, acteur: Utilisateur, pas: int) -> Verbe:
        lignes = [
            technicien(p, n, email=f"{n}@{partenaire.code}.example".lower()) for p, n in noms[::pas]
        ]
        return lambda: actions.creer_techniciens(partenaire, lignes, acteur=acteur)

    resultats = en_meme_temps(
        importer(pres.partenaire_a, pres.gestionnaire_a, 1),
        importer(pres.partenaire_b, pres.gestionnaire_b, -1),
    )
    assert [len(r) for r in resultats if isinstance(r, list)] == [4, 4], resultats


def ouverts(partenaire: Partenaire, profil: str) -> int:
    return Utilisateur.objects.filter(
        profil=profil,
        etat__in=("invite", "actif"),
        droitpartenaire__content_object=partenaire,
    ).count()


def liberer(gardes: set[int]) -> None:
    """Make the place free again."""
    Utilisateur.objects.exclude(pk__in=gardes).filter(etat__in=("invite", "actif")).update(
        etat="inactif", inactif_le=timezone.now(), cause_inactivation="depart"
    )


def jour_lointain() -> date:
    return timezone.localdate() + timedelta(days=40)
