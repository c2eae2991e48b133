"""Production. Every variable is read strictly: see `lecteurs` and docs/exploitation.md."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.urls import reverse_lazy

from portail.settings import lecteurs

RACINE = Path(__file__).resolve().parents[2]

_env = lecteurs.Lecteur()

# --- who and where ---------------------------------------------------------------------------
DEBUG = False
SECRET_KEY = _env.cle("PORTAIL_SECRET_KEY")
ALLOWED_HOSTS = _env.hotes("PORTAIL_ALLOWED_HOSTS")
ADRESSE_PUBLIQUE = lecteurs.adresse_publique(_env, "PORTAIL_ADRESSE_PUBLIQUE", schemas=("https",))
NOMBRE_PROXYS = _env.entier("PORTAIL_NOMBRE_PROXYS", 0, 5, defaut=1)
# Where the national support works; a path of one's own is one more step for who guesses.
CHEMIN_SUPPORT = _env.chemin("PORTAIL_CHEMIN_SUPPORT", defaut="support-national/")
ROOT_URLCONF = "portail.urls"
WSGI_APPLICATION = "portail.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True
SILENCED_SYSTEM_CHECKS: list[str] = []

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "guardian",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
    "csp",
    "django_htmx",
    "django.forms",
    "dsfr",
    "portail",
    "comptes",
    "conventions",
    "echeances",
    "violations",
    "equipes",
    "signalements",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portail.sante.SansCompte",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "comptes.middleware.SessionVivante",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "comptes.middleware.AccesComplet",
    "comptes.middleware.Trace",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [RACINE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "comptes.contexte.portail",
                "conventions.contexte.support",
            ],
        },
    },
]
FORM_RENDERER = "portail.rendu.Rendu"

# --- language and time -----------------------------------------------------------------------
LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_I18N = True

# --- data ------------------------------------------------------------------------------------
DATABASES: dict[str, Any] = {"default": lecteurs.base_de_donnees(_env, "DATABASE_URL")}
# `manage.py migrate` connects as the owner of the tables; the service never does.
DATABASE_PROPRIETAIRE: dict[str, Any] | None = (
    lecteurs.base_de_donnees(_env, "DATABASE_URL_PROPRIETAIRE")
    if _env.est_definie("DATABASE_URL_PROPRIETAIRE")
    else None
)
REDIS_URL, CELERY_BROKER_URL = lecteurs.redis(_env, "REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portail",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# A message may quote a file name: it stays on the server.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- files -----------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = RACINE / "staticfiles"
STATICFILES_DIRS = [RACINE / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    # Attachments live in « prive », which has no URL; nothing is kept in the default storage.
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "prive": lecteurs.fichiers(_env),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
CLAMD = lecteurs.clamd(_env, "PORTAIL_CLAMD")
# Files are streamed to disk; this limit is for the text fields of a post (8 x 5 MiB of files pass).
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# Well above what is accepted: too many files must be refused by a sentence, not by a bare 400.
DATA_UPLOAD_MAX_NUMBER_FILES = 100
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# --- accounts --------------------------------------------------------------------------------
AUTH_USER_MODEL = "comptes.Utilisateur"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "comptes.connexion.Authentification",
    "guardian.backends.ObjectPermissionBackend",
]
LOGIN_URL = reverse_lazy("connexion")
LOGIN_REDIRECT_URL = reverse_lazy("accueil")
LOGOUT_REDIRECT_URL = reverse_lazy("connexion")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "comptes.motdepasse.Regles"}]
OTP_TOTP_ISSUER = "Espace Partenaires"
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
# A login from one address; never an address alone, a whole office may share it.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "identifiant"
AXES_PASSWORD_FORM_FIELD = "password"  # noqa: S105
AXES_SENSITIVE_PARAMETERS = ["username", "identifiant", "ip_address", "password", "code", "next"]
AXES_USERNAME_CALLABLE = "comptes.connexion.empreinte_identifiant"
AXES_LOCKOUT_CALLABLE = "comptes.views.connexion.verrouille"
AXES_DISABLE_ACCESS_LOG = True  # our own trace says who came in
AXES_CLIENT_IP_CALLABLE = "portail.reseau.adresse_client"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_HANDLER = "comptes.verrou.Verrou"  # also counts a login's failures from everywhere

# --- transport and browser -------------------------------------------------------------------
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^etat/$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if NOMBRE_PROXYS else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 10 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # the DSFR style sheet draws its ticks and arrows with data:
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# --- mail ------------------------------------------------------------------------------------
globals().update(lecteurs.courrier(_env, "EMAIL_URL"))
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = lecteurs.adresse_courriel(_env, "PORTAIL_EXPEDITEUR")
DOMAINE_COURRIEL = DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
EMAIL_SUBJECT_PREFIX = ""

# --- background work -------------------------------------------------------------------------
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,  # longer than any task may last
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 0.8,
    "socket_timeout": 0.8,
    "max_retries": 0,
}
# A page never waits two seconds for a broker that is down: see portail/taches.py.
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_BEAT_SCHEDULER = "portail.celery.Ordonnanceur"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
# Each sweep re-reads PostgreSQL; a message not consumed before the next one is worthless.
_BALAYAGES = {
    "comptes.tasks.relancer_courriels": 20,
    "comptes.tasks.envoyer_liens_demandes": 20,
    "conventions.tasks.relancer_documents": 30,
    "equipes.tasks.executer_inactivations": 60,
    "equipes.tasks.purger": 600,
    "equipes.tasks.prevenir": 600,
    "equipes.tasks.relancer_revues": 3600,
    "equipes.tasks.ouvrir_revues_periodiques": 3600,
    "signalements.tasks.balayer_echeances": 30,
    "signalements.tasks.relancer_pieces": 30,
    "signalements.tasks.relancer_recepisses": 30,
    "conventions.tasks.echoir": 60,
    "conventions.tasks.relancer_scans": 30,
    "signalements.tasks.purger_brouillons": 60,
    "signalements.tasks.anonymiser_demandes": 600,
    "signalements.tasks.relire_demandes": 60,
    "comptes.tasks.recapituler": 300,
    "portail.tasks.detruire_fichiers": 30,
    "comptes.tasks.purger_connexions": 3600,
    "comptes.tasks.purger_courriels": 3600,
    "comptes.tasks.purger_notifications": 3600,
    "conventions.tasks.oublier_documents": 3600,
    "portail.tasks.chercher_orphelins": 3600,
    "conventions.tasks.rappeler_copils": 3600,
}
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    nom: {"task": nom, "schedule": secondes, "options": {"expires": secondes}}
    for nom, secondes in _BALAYAGES.items()
}

# --- logs: no personal data ------------------------------------------------------------------
_NIVEAU = _env.choix("PORTAIL_NIVEAU_JOURNAL", ("DEBUG", "INFO", "WARNING", "ERROR"), defaut="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "sobre": {"()": "portail.journaux.SansArguments"},
        "sans_chemin": {"()": "portail.journaux.SansChemin"},
    },
    "formatters": {
        "sobre": {
            "()": "portail.journaux.FormatSobre",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "sobre",
            "filters": ["sobre", "sans_chemin"],
        }
    },
    "root": {"handlers": ["console"], "level": _NIVEAU},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # These write names of fonts, of properties: noise.
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}

_env.refuser_inconnues()
