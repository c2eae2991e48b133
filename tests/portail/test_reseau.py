"""Where a request comes from, whatever the proxies wrote."""

import pytest

from portail.reseau import adresse_client


@pytest.mark.parametrize(
    ("transmis", "adresse"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("198.51.100.1, 192.0.2.7", "192.0.2.7"),
        (" 192.0.2.7:51234 ", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("unknown", "203.0.113.9"),
        ("192.0.2.777", "203.0.113.9"),
        ("192.0.2.7:port", "203.0.113.9"),
        ("[]", "203.0.113.9"),
        ("192.0.2.7, unknown", "203.0.113.9"),
        ("", "203.0.113.9"),
    ],
)
def test_the_client_is_the_last_address_that_the_proxy_wrote(rf, settings, transmis, adresse):
    settings.NOMBRE_PROXYS = 1
    requete = rf.get("/", REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR=transmis)
    assert adresse_client(requete) == adresse


def test_without_a_proxy_the_header_is_ignored(rf, settings):
    settings.NOMBRE_PROXYS = 0
    requete = rf.get("/", REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR="192.0.2.7")
    assert adresse_client(requete) == "203.0.113.9"


@pytest.mark.parametrize("directe", ["", "unix:"])
def test_a_socket_has_no_address(rf, settings, directe):
    settings.NOMBRE_PROXYS = 1
    assert adresse_client(rf.get("/", REMOTE_ADDR=directe)) is None


@pytest.mark.django_db
@pytest.mark.parametrize("transmis", ["192.0.2.7:51234", "[2001:db8::1]:443", "unknown"])
def test_signing_in_survives_any_header(client, settings, transmis):
    settings.NOMBRE_PROXYS = 1
    saisie = {"identifiant": "personne", "password": "faux"}
    for directe in ("203.0.113.9", ""):
        en_tetes = {"HTTP_X_FORWARDED_FOR": transmis, "REMOTE_ADDR": directe}
        assert client.post("/connexion/", saisie, **en_tetes).status_code == 200
