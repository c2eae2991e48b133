"""How many accounts a partner may open: strict, even when two ask at once (H-06, H-07)."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from comptes.models import Partenaire
from conventions import actions
from conventions.quotas import (
    Quota,
    QuotaAtteint,
    exiger_place,
    limite_gestionnaires,
    limite_techniciens,
    quotas,
)
from tests.conventions.vies import (
    avenant,
    en_vigueur,
    equipe,
    le,
    metier_signe,
    relue,
    rompue,
    tout_signer,
)
from tests.factories import PartenaireFactory, UtilisateurFactory, fermer
from tests.personas import Personas

pytestmark = pytest.mark.django_db

EFFET = date(2026, 3, 2)
JOUR = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def _en_juin():
    with le(JOUR):
        yield


@pytest.mark.regle("H-06")
@pytest.mark.parametrize(
    ("membres", "limite"), [(1, 2), (10, 2), (11, 3), (25, 3), (26, 5), (140, 5)]
)
def test_gestionnaires_selon_le_nombre_de_membres(membres: int, limite: int) -> None:
    assert limite_gestionnaires(membres) == limite


@pytest.mark.regle("H-07")
@pytest.mark.parametrize(
    ("membres", "bondues", "pas_de_calais", "dijon"),
    [
        (1, 5, 5, None),
        (10, 5, 5, None),
        (11, 15, 15, None),
        (25, 15, 15, None),
        (26, 25, None, None),
        (140, 25, None, None),
    ],
)
def test_techniciens_selon_la_grille_de_la_convention(
    membres: int, bondues: int, pas_de_calais: int | None, dijon: None
) -> None:
    grilles = {
        bondues: {},
        pas_de_calais: {"techniciens_grand": None},
        dijon: dict.fromkeys(("techniciens_petit", "techniciens_moyen", "techniciens_grand"), None),
    }
    for attendue, grille in grilles.items():
        partenaire = PartenaireFactory(membres=membres)
        en_vigueur(EFFET, partenaires=[partenaire], **grille)
        assert limite_techniciens(partenaire, JOUR) == attendue


@pytest.mark.regle("H-07")
def test_la_plus_favorable_de_celles_qui_sont_en_vigueur() -> None:
    partenaire = PartenaireFactory(membres=8)
    assert limite_techniciens(partenaire, JOUR) == 0
    en_vigueur(EFFET, partenaires=[partenaire], techniciens_petit=4)
    en_vigueur(EFFET, partenaires=[partenaire], techniciens_petit=7)
    metier_signe(EFFET, partenaires=[partenaire], techniciens_petit=None)
    assert limite_techniciens(partenaire, JOUR) == 7
    sans_limite = en_vigueur(EFFET, partenaires=[partenaire], techniciens_petit=None)
    assert limite_techniciens(partenaire, JOUR) is None
    rompue(sans_limite, "secret", JOUR)
    assert limite_techniciens(partenaire, JOUR) == 7


@pytest.mark.regle("H-07")
def test_un_avenant_signe_compte_avant_son_jour() -> None:
    partenaire = PartenaireFactory(membres=8)
    convention = en_vigueur(EFFET, partenaires=[partenaire])
    tout_signer(avenant(convention, {"techniciens_petit": 2}, date(2026, 9, 1)), JOUR)
    assert relue(convention).techniciens_petit == 5
    equipe(partenaire, "technicien", 2)
    with pytest.raises(QuotaAtteint, match="pour 2 au plus"):
        exiger_place(partenaire, "technicien", jour=JOUR)


@pytest.mark.regle("H-07")
def test_deux_avenants_qui_laissent_chacun_assez_n_en_laissent_pas_ensemble() -> None:
    """Each convention alone still gives ten places when the other one lowers its own to five."""
    partenaire = PartenaireFactory(membres=8)
    premiere, seconde = (
        en_vigueur(EFFET, partenaires=[partenaire], techniciens_petit=10) for _ in range(2)
    )
    equipe(partenaire, "technicien", 6)
    tout_signer(avenant(premiere, {"techniciens_petit": 5}, date(2026, 9, 1)), JOUR)
    assert limite_techniciens(partenaire, JOUR) == 10
    with pytest.raises(ValidationError) as refus:
        avenant(seconde, {"techniciens_petit": 5}, date(2026, 10, 1))
    assert "inactivez d'abord 1" in refus.value.message_dict["techniciens_petit"][0]
    avenant(seconde, {"techniciens_petit": 6}, date(2026, 10, 1))


@pytest.mark.regle("H-07")
def test_et_pas_davantage_quand_le_second_attendait_deja_ses_signatures() -> None:
    partenaire = PartenaireFactory(membres=8)
    premiere, seconde = (
        en_vigueur(EFFET, partenaires=[partenaire], techniciens_petit=10) for _ in range(2)
    )
    equipe(partenaire, "technicien", 6)
    actes = [avenant(c, {"techniciens_petit": 5}) for c in (premiere, seconde)]
    tout_signer(actes[0], JOUR)
    with pytest.raises(QuotaAtteint, match="inactivez d'abord 1"):
        tout_signer(actes[1], JOUR)


def test_un_avenant_qui_relache_ne_compte_pas_avant_son_jour() -> None:
    partenaire = PartenaireFactory(membres=8)
    convention = en_vigueur(EFFET, partenaires=[partenaire])
    tout_signer(avenant(convention, {"techniciens_petit": None}, date(2026, 9, 1)), JOUR)
    assert limite_techniciens(partenaire, JOUR) == 5


@pytest.mark.parametrize(
    ("utilises", "limite", "phrase", "reste", "exces"),
    [
        (3, 5, "3 sur 5", 2, 0),
        (5, 5, "5 sur 5", 0, 0),
        (9, 5, "9 sur 5", 0, 4),
        (3, None, "3, sans limite", None, 0),
        (0, 0, "0 sur 0", 0, 0),
    ],
)
def test_un_quota_se_dit(
    utilises: int, limite: int | None, phrase: str, reste: int | None, exces: int
) -> None:
    quota = Quota(utilises, limite)
    assert (quota.phrase, quota.reste, quota.exces) == (phrase, reste, exces)


@pytest.mark.regle("H-06")
def test_on_compte_les_comptes_ouverts_actives_ou_non_de_ce_partenaire() -> None:
    partenaire, voisin = PartenaireFactory(membres=8), PartenaireFactory(membres=8)
    en_vigueur(EFFET, partenaires=[partenaire, voisin])
    UtilisateurFactory(profil="technicien", etat="invite", sur=partenaire)
    equipe(partenaire, "technicien", 2)
    fermer(equipe(partenaire, "technicien", 1)[0])
    equipe(partenaire, "gestionnaire", 1)
    equipe(voisin, "technicien", 4)
    assert {profil: q.phrase for profil, q in quotas(partenaire, JOUR).items()} == {
        "gestionnaire": "1 sur 2",
        "technicien": "3 sur 5",
    }


@pytest.mark.regle("H-07")
def test_le_quota_atteint_dit_quoi_faire() -> None:
    partenaire = PartenaireFactory(membres=8)
    en_vigueur(EFFET, partenaires=[partenaire])
    equipe(partenaire, "technicien", 4)
    assert exiger_place(partenaire, "technicien", jour=JOUR) == partenaire
    with pytest.raises(QuotaAtteint) as refus:
        exiger_place(partenaire, "technicien", jour=JOUR, nombre=3)
    assert refus.value.message == (
        "Ce partenaire a 4\u00a0techniciens, pour 5 au plus : "
        "inactivez 2\u00a0comptes avant d'en ouvrir autant."
    )
    equipe(partenaire, "technicien", 1)
    with pytest.raises(QuotaAtteint, match="inactivez 1\u00a0compte avant d'en ouvrir un autre"):
        exiger_place(partenaire, "technicien", jour=JOUR)


@pytest.mark.regle("H-02")
@pytest.mark.parametrize("profil", ["gestionnaire", "technicien"])
def test_sans_convention_d_utilisation_signee_aucun_compte_ne_s_ouvre(profil: str) -> None:
    partenaire = PartenaireFactory(membres=8)
    metier_signe(EFFET, partenaires=[partenaire])
    with pytest.raises(QuotaAtteint, match="convention d'utilisation"):
        exiger_place(partenaire, profil, jour=JOUR)


@pytest.mark.regle("H-06")
@pytest.mark.parametrize(
    ("profil", "nombre", "membres", "exces"),
    [
        ("gestionnaire", 3, 10, "1\u00a0compte."),
        ("gestionnaire", 5, 25, "2\u00a0comptes."),
        ("technicien", 16, 25, "1\u00a0compte."),
        ("technicien", 16, 10, "11\u00a0comptes."),
    ],
)
def test_moins_de_membres_jamais_sous_l_existant(
    profil: str, nombre: int, membres: int, exces: str
) -> None:
    partenaire = PartenaireFactory(membres=30)
    en_vigueur(EFFET, partenaires=[partenaire])
    equipe(partenaire, profil, nombre)
    with pytest.raises(ValidationError) as refus:
        actions.corriger_partenaire(partenaire, membres=membres, acteur=None)
    (message,) = refus.value.message_dict["membres"]
    assert message.endswith(f"inactivez d'abord {exces}")
    assert relue(partenaire).membres == 30


@pytest.mark.regle("H-06")
def test_moins_de_membres_quand_il_y_a_la_place() -> None:
    partenaire = PartenaireFactory(membres=30)
    en_vigueur(EFFET, partenaires=[partenaire])
    equipe(partenaire, "gestionnaire", 3)
    equipe(partenaire, "technicien", 15)
    actions.corriger_partenaire(partenaire, membres=11, nom="Nouveau nom", acteur=None)
    assert (relue(partenaire).membres, relue(partenaire).nom) == (11, "Nouveau nom")


def test_seule_une_caisse_liee_corrige_un_partenaire(personas: Personas) -> None:
    en_vigueur(EFFET, caisses=[personas.caisse_a], partenaires=[personas.partenaire_a])
    for acteur in (personas.admin_b, personas.agent_a, personas.gestionnaire_a):
        with pytest.raises(PermissionDenied):
            actions.corriger_partenaire(personas.partenaire_a, membres=9, acteur=acteur)
    actions.corriger_partenaire(personas.partenaire_a, membres=9, acteur=personas.admin_a)
    with pytest.raises(TypeError):
        actions.corriger_partenaire(personas.partenaire_a, code="autre", acteur=None)


@pytest.mark.regle("H-06")
@pytest.mark.django_db(transaction=True)
def test_deux_connexions_vingt_courses_aucun_de_trop() -> None:
    for _ in range(20):
        partenaire = PartenaireFactory(membres=8)
        en_vigueur(EFFET, partenaires=[partenaire])
        equipe(partenaire, "gestionnaire", 1)
        assert sorted(_courir(partenaire)) == ["ouvert", "refuse"]
        assert quotas(partenaire, JOUR)["gestionnaire"].phrase == "2 sur 2"


def _courir(partenaire: Partenaire) -> list[str]:
    depart, obtenus = Barrier(2), list[str]()

    def ouvrir() -> None:
        depart.wait(20)
        try:
            with transaction.atomic():
                exiger_place(partenaire, "gestionnaire", jour=JOUR)
                UtilisateurFactory(profil="gestionnaire", sur=partenaire)
            obtenus.append("ouvert")
        except QuotaAtteint:
            obtenus.append("refuse")
        finally:
            connection.close()

    fils = [Thread(target=ouvrir) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    return obtenus


@pytest.mark.regle("H-07")
@pytest.mark.django_db(transaction=True)
def test_un_avenant_qui_abaisse_et_un_compte_qui_s_ouvre_ne_se_croisent_pas() -> None:
    for _ in range(10):
        partenaire = PartenaireFactory(membres=8)
        convention = en_vigueur(EFFET, partenaires=[partenaire])
        equipe(partenaire, "technicien", 3)
        acte = avenant(convention, {"techniciens_petit": 3})
        depart = Barrier(2)
        fils = [
            Thread(target=_signer_tout, args=(acte, depart)),
            Thread(target=_ouvrir_un_technicien, args=(partenaire, depart)),
        ]
        for fil in fils:
            fil.start()
        for fil in fils:
            fil.join()
        assert quotas(partenaire, JOUR)["technicien"].exces == 0


def _signer_tout(acte: object, depart: Barrier) -> None:
    depart.wait(20)
    try:
        tout_signer(acte, JOUR)
    except QuotaAtteint:
        pass
    finally:
        connection.close()


def _ouvrir_un_technicien(partenaire: Partenaire, depart: Barrier) -> None:
    depart.wait(20)
    try:
        with transaction.atomic():
            exiger_place(partenaire, "technicien", jour=JOUR)
            UtilisateurFactory(profil="technicien", sur=partenaire)
    except QuotaAtteint:
        pass
    finally:
        connection.close()
