"""A file to erase is a row: whatever crashes, the storage ends up without it (G-04)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from portail import destructions
from portail.models import Destruction
from portail.taches import Tache

pytestmark = pytest.mark.django_db


def deposer(nom: str = "pieces/ab/abcdef") -> str:
    return storages["prive"].save(nom, ContentFile(b"octets"))


def present(chemin: str) -> bool:
    return storages["prive"].exists(chemin)


def refuser(*_: object) -> None:
    raise PermissionError("/srv/fichiers/pieces/ab/abcdef")


def test_rien_n_est_efface_avant_la_tache_puis_tout_l_est() -> None:
    garde, jete = deposer("pieces/ab/garde"), deposer()
    assert destructions.demander([jete, jete, ""]) == 1
    assert present(jete)
    assert destructions.detruire(timezone.now()) == 1
    assert (present(garde), present(jete)) == (True, False)
    assert not Destruction.objects.exists()
    assert destructions.detruire(timezone.now()) == 0
    storages["prive"].delete(garde)


def test_un_fichier_qui_n_est_deja_plus_la_compte_pour_efface() -> None:
    destructions.demander(["pieces/ab/jamais-vu"])
    assert destructions.detruire(timezone.now()) == 1
    assert not Destruction.objects.exists()


def test_demander_deux_fois_ne_repousse_rien() -> None:
    destructions.demander(["pieces/ab/une"])
    avant = Destruction.objects.values().get()
    destructions.demander(["pieces/ab/une", "pieces/ab/deux"])
    assert Destruction.objects.filter(**avant).exists()
    assert Destruction.objects.count() == 2


def test_un_stockage_qui_refuse_fait_attendre_de_plus_en_plus(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chemin, debut = deposer(), timezone.now()
    destructions.demander([chemin])
    with monkeypatch.context() as panne:
        panne.setattr("django.core.files.storage.FileSystemStorage.delete", refuser)
        instant, attentes = debut + timedelta(seconds=1), []
        for _ in range(9):
            assert destructions.detruire(instant) == 0
            assert destructions.detruire(instant) == 0, "not before its time"
            ligne = Destruction.objects.get()
            attentes.append((ligne.a_tenter_le - instant).total_seconds())
            instant = ligne.a_tenter_le
    assert attentes == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert (ligne.tentatives, ligne.derniere_erreur) == (9, "PermissionError")
    assert destructions.detruire(instant) == 1
    assert not present(chemin)


def test_un_ordre_sans_effet_n_est_pas_cru(monkeypatch: pytest.MonkeyPatch) -> None:
    chemin = deposer()
    destructions.demander([chemin])
    with monkeypatch.context() as panne:
        panne.setattr("django.core.files.storage.FileSystemStorage.delete", lambda *_: None)
        assert destructions.detruire(timezone.now()) == 0
    assert Destruction.objects.get().derniere_erreur == "EncorePresent"
    storages["prive"].delete(chemin)


def test_le_temps_passe_le_reste_attend_la_prochaine_fois() -> None:
    destructions.demander(["pieces/ab/une", "pieces/ab/deux"])
    assert destructions.detruire(timezone.now(), duree=0) == 0
    assert destructions.detruire(timezone.now()) == 2


def test_un_fichier_qui_resiste_n_arrete_pas_les_autres(monkeypatch: pytest.MonkeyPatch) -> None:
    vrai = type(storages["prive"]).delete

    def capricieux(depot: Any, nom: str) -> None:
        (refuser if nom.endswith("tetu") else vrai)(depot, nom)

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage.delete", capricieux)
    chemins = [deposer(f"pieces/ab/{nom}") for nom in ("tetu", "doux", "docile")]
    destructions.demander(chemins)
    assert destructions.detruire(timezone.now()) == 2
    assert Destruction.objects.get().chemin == chemins[0]


@pytest.mark.django_db(transaction=True)
def test_une_transaction_annulee_ne_fait_rien_effacer(monkeypatch: pytest.MonkeyPatch) -> None:
    publies: list[str] = []
    monkeypatch.setattr(Tache, "apply_async", lambda tache, *_: publies.append(tache.name))
    chemin = deposer()
    with transaction.atomic():
        destructions.demander([chemin])
        transaction.set_rollback(True)
    assert (publies, destructions.detruire(timezone.now())) == ([], 0)
    with transaction.atomic():
        destructions.demander([chemin])
        assert publies == []
    assert publies == ["portail.tasks.detruire_fichiers"]
    assert present(chemin)
    destructions.detruire(timezone.now())


class Tue(BaseException):
    """What `kill -9` looks like from inside."""


@pytest.mark.django_db(transaction=True)
def test_tue_apres_l_effacement_la_ligne_reste_et_se_rejoue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chemin = deposer()
    destructions.demander([chemin])

    def mourir(*_: object, **__: object) -> None:
        raise Tue

    with monkeypatch.context() as mort:
        mort.setattr(Destruction, "delete", mourir)
        with pytest.raises(Tue):
            destructions.detruire(timezone.now())
    assert not present(chemin)
    assert Destruction.objects.get().tentatives == 0
    assert destructions.detruire(timezone.now()) == 1


@pytest.mark.django_db(transaction=True)
def test_deux_ouvriers_n_effacent_pas_le_meme_fichier(en_meme_temps: Any) -> None:
    destructions.demander(deposer(f"pieces/ab/{rang}") for rang in range(20))
    instant = timezone.now()
    comptes = en_meme_temps(*[lambda: destructions.detruire(instant)] * 2)
    assert sum(comptes) == 20
    assert not Destruction.objects.exists()
