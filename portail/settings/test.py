"""The tests: production's settings on embedded servers of their own, under var/test."""

import os
from pathlib import Path

from portail import embarque
from portail.settings import lecteurs

VAR = Path(__file__).resolve().parents[2] / "var" / "test"
# One queue, one cache, one set of files per run: two runs side by side ignore each other.
_pid = os.environ.setdefault("ESSAI_PID", str(os.getpid()))
ESSAI = VAR / f"essai-{_pid}"
(ESSAI / "fichiers").mkdir(parents=True, exist_ok=True)

EMBARQUE = embarque.choisir(VAR, dossier_valkey=ESSAI / "valkey", essais=True)
lecteurs.definir_defauts(
    {
        "PORTAIL_SECRET_KEY": "cle-des-tests-0123456789-" * 3,
        "PORTAIL_ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
        "PORTAIL_ADRESSE_PUBLIQUE": "https://portail.example",
        "PORTAIL_NOMBRE_PROXYS": "0",
        "PORTAIL_DOSSIER_FICHIERS": str(ESSAI / "fichiers"),
        "PORTAIL_CLAMD": f"unix://{ESSAI / 'clamd.sock'}",
        "PORTAIL_EXPEDITEUR": "ne-pas-repondre@espace-partenaires.example",
        "PORTAIL_NIVEAU_JOURNAL": "WARNING",
        "EMAIL_URL": "smtp://127.0.0.1:9",
        "REDIS_URL": EMBARQUE.url_redis,
        "DATABASE_URL": EMBARQUE.url_proprietaire,
    }
)

from portail.settings.base import *  # noqa: E402

# Its command works here too; the page /demo/ does not belong to what is tested.
INSTALLED_APPS = [*INSTALLED_APPS, "demonstration.simulation"]
DATABASES["default"] |= {"ENGINE": "portail.embarque", "CONN_MAX_AGE": 0}
DATABASES["default"]["TEST"] = {"NAME": f"essai_{_pid}"}
PASSWORD_HASHERS = ["tests.hachage.Argon2Rapide"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_NAME = "session"
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_NAME = "csrf"
CSRF_COOKIE_SECURE = False
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
CELERY_BEAT_SCHEDULE = {
    nom: {**tache, "schedule": 3, "options": {"expires": 3}} if tache["schedule"] <= 60 else tache
    for nom, tache in CELERY_BEAT_SCHEDULE.items()
}
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
