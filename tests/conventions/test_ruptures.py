"""Denounced, in breach, cured: each end has its cause, its last day and its state."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from conventions import actions
from conventions.models import Convention, Rupture
from portail.etats import TransitionImpossible
from tests.conventions.vies import en_vigueur, instant, le, levee, metier_signe, relue, rompue
from tests.personas import Personas

pytestmark = pytest.mark.django_db

EFFET = date(2025, 3, 2)
JUIN = date(2025, 6, 15)


@pytest.fixture
def convention(personas: Personas) -> Convention:
    """Two caisses, one partner, in force since 2 March 2025."""
    with le(JUIN):
        return en_vigueur(
            EFFET,
            caisses=[personas.caisse_a, personas.caisse_b],
            partenaires=[personas.partenaire_a],
        )


@pytest.mark.regle("C-02")
def test_denoncee_dans_la_fenetre_elle_finit_la_veille_de_l_anniversaire(
    convention: Convention,
) -> None:
    with le(date(2025, 12, 2)):
        rupture = rompue(convention, "denonciation", date(2025, 12, 2))
    assert rupture.dernier_jour == date(2026, 3, 1)
    assert relue(convention).etat == "denoncee"
    assert relue(convention).date_fin == date(2026, 3, 1)


@pytest.mark.regle("C-02")
def test_hors_de_la_fenetre_les_dates_de_la_fenetre_sont_donnees(convention: Convention) -> None:
    with le(date(2025, 12, 2)), pytest.raises(ValidationError) as refus:
        rompue(convention, "denonciation", date(2025, 12, 1))
    (message,) = refus.value.message_dict["notifiee_le"]
    assert "du 02/12/2025 au 01/03/2026" in message
    assert relue(convention).etat == "en_vigueur"


@pytest.mark.regle("C-02")
@pytest.mark.parametrize(
    ("notifiee_le", "dernier_jour"),
    [
        (date(2025, 12, 2), date(2026, 3, 1)),
        (date(2025, 12, 3), date(2027, 3, 1)),
    ],
)
def test_avec_un_preavis_minimum_trop_tard_vaut_pour_l_annee_suivante(
    notifiee_le: date, dernier_jour: date
) -> None:
    with le(notifiee_le):
        convention = en_vigueur(EFFET, regle_preavis="minimum")
        assert rompue(convention, "denonciation", notifiee_le).dernier_jour == dernier_jour


@pytest.mark.regle("C-03")
def test_une_mise_en_demeure_laisse_quinze_jours(convention: Convention) -> None:
    with le(JUIN):
        rompue(convention, "manquement", JUIN)
    assert relue(convention).etat == "mise_en_demeure"
    assert relue(convention).date_fin == date(2025, 6, 30)


@pytest.mark.regle("C-03")
def test_le_manquement_repare_la_procedure_est_levee(convention: Convention) -> None:
    with le(JUIN):
        rupture = rompue(convention, "manquement", JUIN)
    with le(date(2025, 6, 30)):
        levee(rupture, date(2025, 6, 30))
        actions.echoir(instant(date(2025, 7, 10)))
    assert relue(convention).etat == "en_vigueur"
    assert relue(convention).date_fin is None


@pytest.mark.regle("C-03")
def test_la_fin_la_plus_proche_l_emporte_et_la_suivante_reste(convention: Convention) -> None:
    with le(date(2026, 1, 10)):
        rompue(convention, "denonciation", date(2026, 1, 10))
        manquement = rompue(convention, "manquement", date(2026, 1, 10))
        assert relue(convention).date_fin == date(2026, 1, 25)
        assert relue(convention).etat == "mise_en_demeure"
        levee(manquement, date(2026, 1, 10))
    assert relue(convention).date_fin == date(2026, 3, 1)
    assert relue(convention).etat == "denoncee"


@pytest.mark.regle("C-04")
def test_le_portail_peut_finir_seul_trente_jours_apres(convention: Convention) -> None:
    with le(JUIN):
        rompue(convention, "utilisation", JUIN)
    convention = relue(convention)
    assert convention.etat == "mise_en_demeure"
    assert (convention.date_fin, convention.fin_utilisation) == (None, date(2025, 7, 15))
    actions.echoir(instant(date(2025, 7, 16)))
    convention = relue(convention)
    assert convention.etat == "en_vigueur"
    assert convention.utilisation_close_le == instant(date(2025, 7, 16))


@pytest.mark.regle("C-04")
def test_sans_portail_rien_a_rompre_de_ce_cote() -> None:
    with le(JUIN):
        convention = metier_signe(EFFET)
        with pytest.raises(TransitionImpossible, match="n'est pas signée"):
            rompue(convention, "utilisation", JUIN)


@pytest.mark.regle("C-03")
def test_le_secret_professionnel_met_fin_immediatement(convention: Convention) -> None:
    with le(JUIN):
        rupture = rompue(convention, "secret", JUIN)
    convention = relue(convention)
    assert rupture.dernier_jour == JUIN
    assert (convention.etat, convention.date_fin) == ("terminee", JUIN)
    assert not Convention.objects.en_vigueur(JUIN).exists()
    with pytest.raises(TransitionImpossible):
        levee(rupture, JUIN)


@pytest.mark.regle("C-03")
def test_recuse_meme_s_il_reste_une_autre_procedure(convention: Convention) -> None:
    """An immediate end is not lifted, whatever else is open."""
    with le(JUIN):
        rompue(convention, "manquement", JUIN)
        secret = rompue(convention, "secret", JUIN)
        with pytest.raises(TransitionImpossible, match="immédiate"):
            levee(secret, JUIN)


@pytest.mark.regle("H-12")
def test_une_caisse_part_seule_les_autres_restent(
    convention: Convention, personas: Personas
) -> None:
    with le(JUIN):
        rompue(convention, "manquement", JUIN, personas.caisse_a)
    convention = relue(convention)
    assert (convention.etat, convention.date_fin) == ("en_vigueur", None)
    assert dict(convention.liens.values_list("caisse__code", "date_fin")) == {
        "artois": date(2025, 6, 30),
        "cote-opale": None,
    }


@pytest.mark.regle("H-12")
def test_la_convention_finit_quand_la_derniere_caisse_part(
    convention: Convention, personas: Personas
) -> None:
    with le(JUIN):
        rompue(convention, "manquement", JUIN, personas.caisse_a)
    with le(date(2025, 6, 20)):
        seconde = rompue(convention, "manquement", date(2025, 6, 20), personas.caisse_b)
    assert relue(convention).date_fin == date(2025, 7, 5)
    assert relue(convention).etat == "mise_en_demeure"
    with le(date(2025, 6, 21)):
        levee(seconde, date(2025, 6, 21))
    assert relue(convention).date_fin is None
    assert relue(convention).etat == "en_vigueur"


@pytest.mark.regle("H-12")
def test_le_secret_avec_une_seule_caisse_ne_ferme_que_celle_la(
    convention: Convention, personas: Personas
) -> None:
    with le(JUIN):
        rompue(convention, "secret", JUIN, personas.caisse_a)
    ouverts = convention.liens.ouverts(JUIN).values_list("caisse__code", flat=True)
    assert list(ouverts) == ["cote-opale"]
    assert relue(convention).etat == "en_vigueur"


def test_une_caisse_se_rompt_et_revient_par_ses_propres_administrateurs(
    convention: Convention, personas: Personas
) -> None:
    def rompre(caisse: Any, acteur: Any) -> Rupture:
        return actions.notifier_rupture(
            convention,
            cause="manquement",
            notifiee_le=JUIN,
            motif="Manquement.",
            caisse=caisse,
            acteur=acteur,
        )

    with le(JUIN):
        with pytest.raises(PermissionDenied):
            rompre(personas.caisse_b, personas.admin_a)
        rupture = rompre(personas.caisse_a, personas.admin_a)
        actions.echoir(instant(date(2025, 7, 1)))
        with pytest.raises(PermissionDenied):
            actions.lever_rupture(rupture, levee_le=JUIN, motif="Réparé.", acteur=personas.admin_b)
    with le(date(2025, 7, 2)):
        actions.lever_rupture(rupture, levee_le=JUIN, motif="Réparé.", acteur=personas.admin_a)
    assert convention.liens.ouverts(date(2025, 7, 2)).count() == 2


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"notifiee_le": date(2025, 6, 16)}, "notifiee_le"),
        ({"notifiee_le": date(2025, 3, 1)}, "notifiee_le"),
        ({"motif": "   "}, "motif"),
        ({"cause": "lassitude"}, "cause"),
    ],
)
def test_une_notification_absurde_est_refusee_a_son_champ(
    convention: Convention, champs: dict[str, Any], champ: str
) -> None:
    valeurs = {"cause": "manquement", "notifiee_le": JUIN, "motif": "Manquement."} | champs
    with le(JUIN), pytest.raises(ValidationError) as refus:
        actions.notifier_rupture(convention, acteur=None, **valeurs)
    assert list(refus.value.message_dict) == [champ]
    assert not Rupture.objects.exists()


@pytest.mark.parametrize(
    ("jour", "champ"),
    [(date(2025, 6, 14), "notifiée"), (date(2025, 7, 1), "pris fin"), (date(2025, 7, 9), "futur")],
)
def test_une_levee_tient_entre_la_notification_et_le_dernier_jour(
    convention: Convention, jour: date, champ: str
) -> None:
    with le(JUIN):
        rupture = rompue(convention, "manquement", JUIN)
    with le(date(2025, 7, 8)), pytest.raises(ValidationError, match=champ) as refus:
        levee(rupture, jour)
    assert list(refus.value.message_dict) == ["levee_le"]


def test_la_meme_procedure_ne_s_ouvre_pas_deux_fois(
    convention: Convention, personas: Personas
) -> None:
    with le(JUIN):
        rompue(convention, "manquement", JUIN, personas.caisse_a)
        with pytest.raises(TransitionImpossible, match="déjà ouverte"):
            rompue(convention, "manquement", JUIN, personas.caisse_a)
        rompue(convention, "manquement", JUIN)
        with pytest.raises(TransitionImpossible, match="déjà notifiée"):
            rompue(convention, "manquement", JUIN)


@pytest.mark.regle("C-03")
def test_levee_en_retard_elle_remet_la_convention_en_vigueur(convention: Convention) -> None:
    with le(JUIN):
        rupture = rompue(convention, "manquement", JUIN)
    actions.echoir(instant(date(2026, 4, 1)))
    assert relue(convention).etat == "terminee"
    with le(date(2026, 4, 2)):
        levee(rupture, date(2025, 6, 30))
    convention = relue(convention)
    assert (convention.etat, convention.date_fin) == ("en_vigueur", None)
    assert convention.prochaine_echeance == date(2027, 3, 2)
