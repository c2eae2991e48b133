"""The demonstration: production's settings on one machine, over plain HTTP on loopback.

What is not given by the environment lives under var/: key, database, queue, files, mails.
"""

import os
import secrets
from pathlib import Path

from portail import embarque
from portail.embarque.clamav import Clamd
from portail.settings import lecteurs

VAR = Path(os.environ.get("DEMO_DOSSIER") or Path(__file__).resolve().parents[2] / "var").resolve()
PORT = os.environ.get("PORT") or "8000"


def _cle() -> str:
    """A key drawn once for this clone."""
    fichier = VAR / "cle"
    if not fichier.exists():
        provisoire = fichier.with_name(f"cle.{os.getpid()}")
        provisoire.touch(mode=0o600)
        provisoire.write_text(secrets.token_urlsafe(48), "utf-8")
        provisoire.rename(fichier)
    return fichier.read_text("utf-8")


for _dossier in (VAR, VAR / "fichiers", VAR / "static"):
    _dossier.mkdir(parents=True, exist_ok=True)

_sans_base = not os.environ.get("DATABASE_URL")
EMBARQUE = embarque.choisir(VAR, postgres=_sans_base, valkey=not os.environ.get("REDIS_URL"))
_defauts = {
    "PORTAIL_SECRET_KEY": _cle(),
    "PORTAIL_ALLOWED_HOSTS": "127.0.0.1,localhost",
    "PORTAIL_ADRESSE_PUBLIQUE": "https://demonstration.example",
    "PORTAIL_NOMBRE_PROXYS": "0",
    "PORTAIL_DOSSIER_FICHIERS": str(VAR / "fichiers"),
    "PORTAIL_CLAMD": Clamd(VAR / "clamav").url,
    "PORTAIL_EXPEDITEUR": "ne-pas-repondre@espace-partenaires.example",
    "PORTAIL_NIVEAU_JOURNAL": "WARNING",
    "EMAIL_URL": "smtp://127.0.0.1:8025",
    "REDIS_URL": EMBARQUE.url_redis,
}
if _sans_base:
    _defauts |= {
        "DATABASE_URL": EMBARQUE.url_application,
        "DATABASE_URL_PROPRIETAIRE": EMBARQUE.url_proprietaire,
    }
lecteurs.definir_defauts(_defauts)

from portail.settings.base import *  # noqa: E402

if _sans_base:
    DATABASES["default"]["ENGINE"] = "portail.embarque"

INSTALLED_APPS = [*INSTALLED_APPS, "demonstration", "demonstration.simulation"]
DOSSIER_COURRIELS = VAR / "courriels"  # what the loopback mail server receives
ADRESSE_PUBLIQUE = f"http://127.0.0.1:{PORT}"
# Served from where they are: nothing to collect before the first page.
STATIC_ROOT = VAR / "static"
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_USE_FINDERS = True
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_NAME = "session"
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_NAME = "csrf"
CSRF_COOKIE_SECURE = False
