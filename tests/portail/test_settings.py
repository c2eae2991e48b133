"""Production refuses to start on a missing or odd variable, and says which one."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from portail.settings import lecteurs
from tests.production import environnement_de_production

RACINE = Path(__file__).resolve().parents[2]
SOURCES = ("portail", "comptes", "conventions", "signalements", "demonstration")


@pytest.fixture
def environnement(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """The variables of a production that starts; `charger()` reads what the test changes."""
    for nom in list(os.environ):
        if nom.startswith("PORTAIL_") or nom.endswith("_URL"):
            monkeypatch.delenv(nom)
    monkeypatch.setattr(lecteurs, "_defauts", {})
    variables = environnement_de_production(str(tmp_path))
    for nom, valeur in variables.items():
        monkeypatch.setenv(nom, valeur)
    return variables


def charger() -> dict[str, Any]:
    return runpy.run_path(str(RACINE / "portail/settings/base.py"))


def test_a_complete_environment_starts(environnement):
    reglages = charger()
    assert reglages["DEBUG"] is False
    assert reglages["ALLOWED_HOSTS"] == ["portail.example"]
    assert reglages["EMAIL_USE_TLS"] is True
    assert reglages["EMAIL_PORT"] == 587


def test_a_key_and_hosts_next_to_the_refused_ones_start(environnement, monkeypatch):
    monkeypatch.setenv("PORTAIL_SECRET_KEY", "1234567890" * 5)
    monkeypatch.setenv("PORTAIL_ALLOWED_HOSTS", "example.org, portail.example.org")
    reglages = charger()
    assert reglages["SECRET_KEY"] == "1234567890" * 5
    assert reglages["ALLOWED_HOSTS"] == ["example.org", "portail.example.org"]


OBLIGATOIRES = [
    "PORTAIL_SECRET_KEY",
    "PORTAIL_ALLOWED_HOSTS",
    "PORTAIL_ADRESSE_PUBLIQUE",
    "PORTAIL_DOSSIER_FICHIERS",
    "PORTAIL_CLAMD",
    "PORTAIL_EXPEDITEUR",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
]


@pytest.mark.parametrize("nom", OBLIGATOIRES)
@pytest.mark.parametrize("valeur", [None, "", "   "])
def test_a_missing_variable_is_named(environnement, monkeypatch, nom, valeur):
    monkeypatch.delenv(nom)
    if valeur is not None:
        monkeypatch.setenv(nom, valeur)
    with pytest.raises(ImproperlyConfigured, match=rf"^{nom} is missing: expected .{{10,}}"):
        charger()


@pytest.mark.parametrize(
    ("nom", "valeur"),
    [
        ("PORTAIL_SECRET_KEY", "0123456789abc" * 3 + "0123456789"),
        ("PORTAIL_SECRET_KEY", "a" * 50),
        ("PORTAIL_SECRET_KEY", "123456789" * 6),
        ("PORTAIL_SECRET_KEY", "django-insecure-" + "0123456789abcdef" * 3),
        ("PORTAIL_ALLOWED_HOSTS", "*"),
        ("PORTAIL_ALLOWED_HOSTS", "portail.example,*.example"),
        ("PORTAIL_ALLOWED_HOSTS", ".example.org"),
        ("PORTAIL_ALLOWED_HOSTS", "portail.example, .example.org"),
        ("PORTAIL_ALLOWED_HOSTS", "https://portail.example"),
        ("PORTAIL_ALLOWED_HOSTS", "portail.example:443"),
        ("PORTAIL_ALLOWED_HOSTS", ","),
        ("PORTAIL_ADRESSE_PUBLIQUE", "http://portail.example"),
        ("PORTAIL_ADRESSE_PUBLIQUE", "portail.example"),
        ("PORTAIL_ADRESSE_PUBLIQUE", "https://portail.example/espace"),
        ("PORTAIL_ADRESSE_PUBLIQUE", "https://compte@portail.example"),
        ("PORTAIL_DOSSIER_FICHIERS", "fichiers"),
        ("PORTAIL_DOSSIER_FICHIERS", "/nulle/part"),
        ("PORTAIL_CLAMD", "clamd.example:3310"),
        ("PORTAIL_CLAMD", "tcp://clamd.example"),
        ("PORTAIL_CLAMD", "tcp://clamd.example:port"),
        ("PORTAIL_CLAMD", "unix://"),
        ("PORTAIL_EXPEDITEUR", "portail"),
        ("PORTAIL_NOMBRE_PROXYS", "beaucoup"),
        ("PORTAIL_NOMBRE_PROXYS", "-1"),
        ("PORTAIL_NOMBRE_PROXYS", "6"),
        ("PORTAIL_NIVEAU_JOURNAL", "TRACE"),
        ("DATABASE_URL", "sqlite:///portail.sqlite3"),
        ("DATABASE_URL", "mysql://role:secret@base.example/portail"),
        ("DATABASE_URL", "postgresql://base.example/portail"),
        ("DATABASE_URL", "postgresql://role:secret@base.example/"),
        ("DATABASE_URL", "postgresql://role:secret@/portail"),
        ("DATABASE_URL", "postgresql://role:secret@base.example:port/portail"),
        ("DATABASE_URL_PROPRIETAIRE", "sqlite:///portail.sqlite3"),
        ("REDIS_URL", "amqp://file.example"),
        ("REDIS_URL", "redis://"),
        ("EMAIL_URL", "http://smtp.example"),
        ("EMAIL_URL", "smtp:///chemin"),
    ],
)
def test_an_odd_variable_is_named_but_not_repeated(environnement, monkeypatch, nom, valeur):
    monkeypatch.setenv(nom, valeur)
    with pytest.raises(ImproperlyConfigured, match=rf"^{nom} is not valid: expected ") as refus:
        charger()
    assert "secret" not in str(refus.value)


def test_an_unknown_variable_is_refused_with_its_neighbour(environnement, monkeypatch):
    monkeypatch.setenv("PORTAIL_CLAMDE", "tcp://clamd.example:3310")
    with pytest.raises(ImproperlyConfigured, match=r"PORTAIL_CLAMDE .* did you mean PORTAIL_CLAMD"):
        charger()


def test_files_go_to_a_folder_or_to_a_bucket_but_not_to_both(environnement, monkeypatch):
    monkeypatch.setenv("PORTAIL_S3_BUCKET", "pieces")
    with pytest.raises(ImproperlyConfigured, match="PORTAIL_S3_BUCKET and PORTAIL_DOSSIER"):
        charger()


@pytest.mark.parametrize("oubli", ["ENDPOINT", "REGION", "CLE", "SECRET"])
def test_a_bucket_needs_all_its_variables(environnement, monkeypatch, oubli):
    monkeypatch.delenv("PORTAIL_DOSSIER_FICHIERS")
    for nom, valeur in {
        "BUCKET": "pieces",
        "ENDPOINT": "https://s3.example",
        "REGION": "fr",
        "CLE": "cle",
        "SECRET": "secret",
    }.items():
        monkeypatch.setenv(f"PORTAIL_S3_{nom}", valeur)
    options = charger()["STORAGES"]["prive"]["OPTIONS"]
    assert (options["default_acl"], options["querystring_auth"]) == ("private", True)
    monkeypatch.delenv(f"PORTAIL_S3_{oubli}")
    with pytest.raises(ImproperlyConfigured, match=f"PORTAIL_S3_{oubli} is missing"):
        charger()


@pytest.mark.parametrize(
    ("url", "hote"),
    [
        ("postgresql://role@/portail?host=/run/postgresql", "/run/postgresql"),
        ("postgres://role:secret@base.example/portail?sslmode=verify-full", "base.example"),
    ],
)
def test_a_database_can_be_reached_by_socket_or_by_name(environnement, monkeypatch, url, hote):
    monkeypatch.setenv("DATABASE_URL", url)
    base = charger()["DATABASES"]["default"]
    assert (base["HOST"], base["NAME"], base["USER"]) == (hote, "portail", "role")
    assert base["ATOMIC_REQUESTS"] is True


@pytest.mark.parametrize(
    ("url", "cache", "broker"),
    [
        ("valkey://f.example:6379/1", "redis://f.example:6379/1", "redis://f.example:6379/1"),
        ("rediss://f.example/0", "rediss://f.example/0", "rediss://f.example/0"),
        (
            "unix:///run/v.sock",
            "unix:///run/v.sock?db=0",
            "redis+socket:///run/v.sock?virtual_host=0",
        ),
    ],
)
def test_valkey_and_redis_are_reached_alike(environnement, monkeypatch, url, cache, broker):
    monkeypatch.setenv("REDIS_URL", url)
    reglages = charger()
    assert (reglages["REDIS_URL"], reglages["CELERY_BROKER_URL"]) == (cache, broker)


@pytest.mark.parametrize(
    ("url", "attendu"),
    [
        ("smtps://smtp.example", (465, True, False)),
        ("smtp://smtp.example", (587, False, True)),
        ("smtp://127.0.0.1:2525", (2525, False, False)),
    ],
)
def test_mail_is_encrypted_except_on_loopback(environnement, monkeypatch, url, attendu):
    monkeypatch.setenv("EMAIL_URL", url)
    lus = charger()
    assert (lus["EMAIL_PORT"], lus["EMAIL_USE_SSL"], lus["EMAIL_USE_TLS"]) == attendu


def test_the_policy_of_the_browser_allows_nothing_unsafe(environnement):
    directives = charger()["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    sources = [source for liste in directives.values() for source in liste]
    assert directives["default-src"] == ["'none'"]
    assert directives["form-action"] == ["'self'"]
    assert directives["frame-ancestors"] == directives["base-uri"] == ["'none'"]
    assert not [s for s in sources if "unsafe" in s or "*" in s or s.startswith("http")]
    assert "data:" not in directives["script-src"]


def _python(environnement: dict[str, str], code: str) -> "subprocess.CompletedProcess[str]":
    minimal = {nom: os.environ[nom] for nom in ("PATH", "HOME") if nom in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**minimal, **environnement, "DJANGO_SETTINGS_MODULE": "portail.settings.base"},
        cwd=RACINE,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_process_really_stops(environnement):
    del environnement["REDIS_URL"]
    resultat = _python(environnement, "import django; django.setup()")
    assert resultat.returncode != 0
    assert "REDIS_URL is missing" in resultat.stderr


def test_production_has_no_demonstration(environnement):
    code = """
import django; django.setup()
from django.apps import apps
from django.urls import Resolver404, get_resolver, resolve
assert not apps.is_installed("demonstration")
for chemin in ("/demo/", "/demo/courriels/", "/demo"):
    try: resolve(chemin)
    except Resolver404: continue
    raise SystemExit(f"{chemin} exists")
assert "demonstration" not in str(get_resolver().url_patterns)
print("absent")
"""
    resultat = _python(environnement, code)
    assert resultat.stdout == "absent\n", resultat.stderr


def test_no_module_names_sqlite():
    fichiers = [f for dossier in SOURCES for f in (RACINE / dossier).rglob("*.py")]
    assert len(fichiers) > 20
    assert [f for f in fichiers if "sqlite" in f.read_text("utf-8").lower()] == []
