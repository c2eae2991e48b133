"""Two pages on one draft, a file that is gone, a sweep that must go on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptes.models import Courriel
from signalements import actions
from signalements.actions import recepisses
from signalements.models import Brouillon, Demande, Piece
from signalements.tasks import relancer_pieces
from tests.personas import Personas
from tests.voisinage import DONNEES, Voisinage, csv, voisiner

pytestmark = pytest.mark.django_db


@pytest.fixture
def voisinage(personas: Personas) -> Voisinage:
    return voisiner(personas)


@pytest.fixture
def brouillon(voisinage: Voisinage) -> Brouillon:
    return voisinage.a.brouillon


def deposer(brouillon: Brouillon) -> Demande:
    return actions.deposer(brouillon, DONNEES, acteur=brouillon.auteur)


def test_une_piece_deposee_entre_temps_ne_se_retire_plus(
    voisinage: Voisinage, brouillon: Brouillon
) -> None:
    piece = Piece.objects.select_related("brouillon").get(pk=voisinage.a.piece_brouillon.pk)
    demande = deposer(brouillon)
    with pytest.raises(actions.DepotImpossible):
        actions.retirer(piece, acteur=brouillon.auteur)
    assert demande.pieces.count() == 1


def test_un_brouillon_depose_entre_temps_ne_se_supprime_plus(brouillon: Brouillon) -> None:
    vu = Brouillon.objects.get(pk=brouillon.pk)
    demande = deposer(brouillon)
    with pytest.raises(actions.DepotImpossible):
        actions.abandonner(vu, acteur=vu.auteur)
    assert demande.pieces.count() == 1


def test_une_piece_arrive_trop_tard_pour_un_brouillon_depose(brouillon: Brouillon) -> None:
    vu = Brouillon.objects.get(pk=brouillon.pk)
    deposer(brouillon)
    with pytest.raises(actions.DepotImpossible):
        actions.joindre(vu, csv(), usage="autre", acteur=vu.auteur)


def test_on_ne_depose_que_ce_qui_a_ete_relu(brouillon: Brouillon) -> None:
    relu = Brouillon.objects.get(pk=brouillon.pk)
    actions.enregistrer(brouillon, {"nom": ["Autre"]}, acteur=brouillon.auteur)
    with pytest.raises(actions.DepotImpossible, match="relisez-le"):
        deposer(relu)
    assert Brouillon.objects.filter(pk=relu.pk).exists()
    assert deposer(Brouillon.objects.get(pk=relu.pk)).nom == "Vasseur"


def test_la_purge_ne_prend_que_les_perimes_et_les_compte(voisinage: Voisinage) -> None:
    hier = timezone.now() - timedelta(days=1)
    Brouillon.objects.filter(pk=voisinage.a.brouillon.pk).update(expire_le=hier)
    assert actions.purger() == 1
    assert [b.pk for b in Brouillon.objects.all()] == [voisinage.b.brouillon.pk]
    assert actions.purger() == 0


@pytest.mark.regle("D-07")
def test_une_piece_sans_octets_n_arrete_pas_les_suivantes(voisinage: Voisinage, clamd: str) -> None:
    perdue, suivante = voisinage.a.piece_demande, voisinage.b.piece_demande
    perdue.fichier.storage.delete(perdue.fichier.name)
    relancer_pieces()
    perdue.refresh_from_db()
    suivante.refresh_from_db()
    assert (perdue.etat, suivante.etat) == ("illisible", "saine")


@pytest.mark.regle("D-14")
def test_un_delai_en_pause_n_est_pas_depasse_quand_l_etape_l_acheve(
    voisinage: Voisinage, personas: Personas
) -> None:
    """48 h to reach the person, waited for the partner from the start: never late."""
    demande, agent = voisinage.a.demande, personas.agent_a
    actions.franchir(demande, "prendre_en_charge", acteur=agent)
    actions.franchir(demande, "demander_complement", acteur=agent, texte="Un avis manque.")
    il_y_a_5_jours = timezone.now() - timedelta(days=5)
    demande.echeances.filter(nature="contact_48h").update(
        debut_le=il_y_a_5_jours,
        echeance_le=il_y_a_5_jours + timedelta(hours=48),
        suspendue_le=il_y_a_5_jours,
    )
    actions.franchir(demande, "confirmer_contact", acteur=agent, canal="telephone")
    contact = demande.echeances.get(nature="contact_48h")
    assert contact.terminee_le < contact.echeance_le
    assert contact.depassee_le is None


@pytest.mark.regle("D-14")
def test_un_delai_passe_sans_etre_vu_est_marque_quand_l_etape_l_acheve(
    voisinage: Voisinage, personas: Personas
) -> None:
    demande, agent = voisinage.a.demande, personas.agent_a
    actions.franchir(demande, "prendre_en_charge", acteur=agent)
    hier = timezone.now() - timedelta(days=1)
    passee = {"debut_le": hier - timedelta(days=2), "echeance_le": hier}
    demande.echeances.filter(nature="contact_48h").update(**passee)
    actions.franchir(demande, "confirmer_contact", acteur=agent, canal="telephone")
    assert demande.echeances.get(nature="contact_48h").depassee_le is not None
    assert demande.evenements.filter(libelle__startswith="Délai dépassé").count() == 1
    assert actions.balayer() == 0


@pytest.mark.regle("D-12")
def test_seul_le_premier_contact_confirme_le_consentement(
    voisinage: Voisinage, personas: Personas
) -> None:
    demande, agent = voisinage.a.demande, personas.agent_a
    for etape, canal in [
        ("prendre_en_charge", ""),
        ("confirmer_contact", "telephone"),
        ("realiser_bilan", ""),
        ("recontacter", "courrier"),
    ]:
        actions.franchir(demande, etape, acteur=agent, canal=canal)
    assert list(demande.contacts.values_list("canal", "consentement_confirme")) == [
        ("telephone", True),
        ("courrier", False),
    ]


def test_un_recepisse_fait_n_est_plus_attendu(voisinage: Voisinage) -> None:
    demande = voisinage.a.demande
    assert demande.pk in recepisses.manquants()
    actions.etablir_recepisse(demande.pk)
    assert demande.pk not in recepisses.manquants()
    assert voisinage.b.demande.pk in recepisses.manquants()


@pytest.mark.regle("D-15")
@pytest.mark.parametrize(
    ("nom", "saisie", "trouvee"),
    [
        ("N’Diaye", "ndiaye", True),
        ("N’Diaye", "n'diaye", True),
        ("Le Dantec", "LEDANTEC", True),
        ("Phan-Duval", "phan duval", True),
        ("Phan-Duval", "phan élodie", False),
    ],
)
def test_un_nom_se_trouve_avec_ou_sans_espace(
    voisinage: Voisinage, brouillon: Brouillon, nom: str, saisie: str, trouvee: bool
) -> None:
    demande = actions.deposer(brouillon, {**DONNEES, "nom": nom}, acteur=brouillon.auteur)
    assert Demande.objects.cherchees(saisie).filter(pk=demande.pk).exists() is trouvee


@pytest.mark.regle("D-17")
def test_le_courriel_d_un_complement_dit_qu_une_reponse_est_attendue(
    voisinage: Voisinage, personas: Personas
) -> None:
    demande, agent = voisinage.a.demande, personas.agent_a
    actions.franchir(demande, "prendre_en_charge", acteur=agent)
    actions.franchir(demande, "demander_complement", acteur=agent, texte="Un avis manque.")
    gabarits = Courriel.objects.filter(contexte__reference=demande.reference).order_by("pk")
    assert list(gabarits.values_list("gabarit", flat=True)) == [
        "demande_deposee",
        "demande_evolue",
        "reponse_attendue",
    ]
