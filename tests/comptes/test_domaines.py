"""E-mail domains: those of a structure pass, those that anybody can have do not (H-03)."""

import pytest
from django.core.exceptions import ValidationError

from comptes.domaines import domaine_de, est_grand_public, normaliser

pytestmark = pytest.mark.regle("H-03")


@pytest.mark.parametrize(
    "domaine",
    """
    gmail.com GMAIL.COM orange.fr wanadoo.fr free.fr hotmail.com hotmail.fr hotmail.co.uk
    laposte.net yahoo.fr yahoo.com yahoo.co.uk outlook.fr outlook.com live.fr sfr.fr icloud.com
    proton.me gmx.net yopmail.com bbox.fr neuf.fr mail.orange.fr free.fr. asso.fr gouv.fr
    """.split(),
)
def test_les_messageries_grand_public_sont_reconnues(domaine: str) -> None:
    assert est_grand_public(domaine)


@pytest.mark.parametrize(
    "domaine",
    """
    ccas-frejus.example ville-dijon.fr pas-de-calais.gouv.fr trois-pins.asso.fr laposte.example
    freedom.fr orange.example groupe-orange.fr.example livet.fr alive.fr hopital-orange.fr
    """.split(),
)
def test_le_domaine_d_une_structure_n_en_est_pas_une(domaine: str) -> None:
    assert not est_grand_public(domaine)


def test_un_domaine_est_garde_sous_une_seule_forme() -> None:
    assert normaliser(" @CCAS-Frejus.Example. ") == "ccas-frejus.example"
    assert normaliser("mairie-évreux.example") == "xn--mairie-vreux-heb.example"


@pytest.mark.parametrize(
    "saisie", ["fr", "ccas", "ccas frejus.fr", "-ccas.fr", "ccas..fr", "https://ccas.fr", "a@b.fr"]
)
def test_ce_qui_n_est_pas_un_domaine_est_refuse(saisie: str) -> None:
    with pytest.raises(ValidationError):
        normaliser(saisie)


def test_le_domaine_d_une_adresse() -> None:
    assert domaine_de("A.Delattre@CCAS-Frejus.example") == "ccas-frejus.example"
