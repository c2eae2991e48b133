"""French spaces that no line may break, written \\u00a0, and the thin one, \\u202f."""

import pytest

from portail.templatetags.typographie import insecables


@pytest.mark.parametrize(
    ("ecrit", "imprime"),
    [
        ("Fait à :", "Fait à\u00a0:"),
        ("le compte ; la caisse", "le compte\u202f; la caisse"),
        ("Pourquoi ?", "Pourquoi\u202f?"),
        ("<p>Le :</p>", "<p>Le\u00a0:</p>"),
        ("« deux mots »", "«\u00a0deux mots\u00a0»"),
        ("« cité », puis", "«\u00a0cité\u00a0», puis"),
        ("dans les 48 heures", "dans les 48\u00a0heures"),
        ("30 jours calendaires", "30\u00a0jours calendaires"),
        ("de 5 Mo chacun", "de 5\u00a0Mo chacun"),
        ("l’article 7.2", "l’article\u00a07.2"),
        ("Annexe 1 – Fiche", "Annexe\u00a01\u00a0– Fiche"),
        ("la loi n° 78-17", "la loi n°\u00a078-17"),
        # Left as they are.
        ("12:30 et a;b", "12:30 et a;b"),
        ('<a href="#annexe_delais">voir</a>', '<a href="#annexe_delais">voir</a>'),
        ("L&#x27;accord &amp; plus", "L&#x27;accord &amp; plus"),
        ("les 3 parties", "les 3 parties"),
        ("le participant 3", "le participant 3"),
    ],
)
def test_les_espaces_qui_tiennent(ecrit: str, imprime: str) -> None:
    assert insecables(ecrit) == imprime
