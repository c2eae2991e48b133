"""Strict readers of the environment: a missing or odd variable stops the start.

Every error is an `ImproperlyConfigured` that names the variable and says what is expected;
it never repeats the value, which may be a secret.
"""

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

PREFIXE = "PORTAIL_"

_defauts: dict[str, str] = {}


def definir_defauts(valeurs: Mapping[str, str]) -> None:
    """Give values to the variables that are not set (demonstration and tests only).

    `os.environ` is left alone, so that a child process makes its own choice.
    """
    _defauts.clear()
    _defauts.update(valeurs)


class Lecteur:
    """Read variables once, remember their names, refuse the unknown `PORTAIL_…` ones."""

    def __init__(self, environnement: Mapping[str, str] | None = None) -> None:
        self._valeurs = {**_defauts, **os.environ} if environnement is None else dict(environnement)
        self._lues: set[str] = set()

    def est_definie(self, nom: str) -> bool:
        self._lues.add(nom)
        return bool(self._valeurs.get(nom, "").strip())

    def texte(self, nom: str, attendu: str, *, minimum: int = 1, defaut: str | None = None) -> str:
        """A text of at least `minimum` characters; `attendu` completes « expected … »."""
        if not self.est_definie(nom):
            if defaut is not None:
                return defaut
            raise ImproperlyConfigured(f"{nom} is missing: expected {attendu}.")
        valeur = self._valeurs[nom].strip()
        if len(valeur) < minimum:
            raise _refus(nom, attendu)
        return valeur

    def cle(self, nom: str) -> str:
        """A secret that was drawn: 50 characters or more, 10 different ones at least."""
        attendu = "at least 50 random characters"
        valeur = self.texte(nom, attendu, minimum=50)
        if len(set(valeur)) < 10 or valeur.startswith("django-insecure"):
            raise _refus(nom, attendu)
        return valeur

    def choix(self, nom: str, choix: tuple[str, ...], *, defaut: str) -> str:
        attendu = "one of " + ", ".join(choix)
        valeur = self.texte(nom, attendu, defaut=defaut)
        if valeur not in choix:
            raise _refus(nom, attendu)
        return valeur

    def entier(self, nom: str, mini: int, maxi: int, *, defaut: int) -> int:
        attendu = f"a whole number between {mini} and {maxi}"
        valeur = self.texte(nom, attendu, defaut=str(defaut))
        if not valeur.isascii() or not valeur.isdigit() or not mini <= int(valeur) <= maxi:
            raise _refus(nom, attendu)
        return int(valeur)

    def hotes(self, nom: str) -> list[str]:
        """Comma-separated host names; wildcards, schemes, ports and paths are refused."""
        attendu = "comma-separated host names, without scheme, port or wildcard"
        hotes = [hote.strip() for hote in self.texte(nom, attendu).split(",") if hote.strip()]
        if not hotes or any(set(hote) & set("*/: ") or hote[0] == "." for hote in hotes):
            raise _refus(nom, attendu)
        return hotes

    def url(self, nom: str, schemas: tuple[str, ...], exemple: str) -> SplitResult:
        """A URL with one of `schemas` and either a host or a path (Unix socket)."""
        attendu = f"a URL like {exemple}"
        url = urlsplit(self.texte(nom, attendu))
        if url.scheme not in schemas or not (url.netloc or len(url.path) > 1):
            raise _refus(nom, attendu)
        try:
            _ = url.port
        except ValueError:
            raise _refus(nom, attendu) from None
        return url

    def chemin(self, nom: str, *, defaut: str) -> str:
        """A path of the portal, like `support-national/`: small letters, digits, hyphens."""
        attendu = "a path like support-national/, in small letters, digits and hyphens"
        valeur = self.texte(nom, attendu, defaut=defaut)
        if not re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*/)+", valeur):
            raise _refus(nom, attendu)
        return valeur

    def dossier(self, nom: str) -> Path:
        """An existing folder, by its absolute path, in which this account can write."""
        attendu = "the absolute path of an existing folder the service can write in"
        dossier = Path(self.texte(nom, attendu))
        if not dossier.is_absolute() or not dossier.is_dir() or not os.access(dossier, os.W_OK):
            raise _refus(nom, attendu)
        return dossier

    def refuser_inconnues(self) -> None:
        """Call last: an unread `PORTAIL_…` variable is a typing error, not a wish."""
        for nom in sorted(self._valeurs):
            if nom.startswith(PREFIXE) and nom not in self._lues:
                proche = difflib.get_close_matches(nom, self._lues, n=1)
                suite = f", did you mean {proche[0]}?" if proche else "."
                raise ImproperlyConfigured(f"{nom} is not a variable of this portal{suite}")


def base_de_donnees(lecteur: Lecteur, nom: str) -> dict[str, Any]:
    """`DATABASES["default"]` from a PostgreSQL URL: nothing else is accepted.

    The host may be a name, or a socket folder: `postgresql://role@/base?host=/run/postgresql`.
    """
    exemple = "postgresql://role:password@host:5432/name"
    url = lecteur.url(nom, ("postgresql", "postgres"), exemple)
    options = dict(parse_qsl(url.query))
    hote = options.pop("host", None) or unquote(url.hostname or "")
    base = unquote(url.path.lstrip("/"))
    if not base or not url.username or not hote:
        raise _refus(nom, f"a URL like {exemple}")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": base,
        "USER": unquote(url.username),
        "PASSWORD": unquote(url.password or ""),
        "HOST": hote,
        "PORT": str(url.port or ""),
        "OPTIONS": {"connect_timeout": 5, **options},
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def courrier(lecteur: Lecteur, nom: str) -> dict[str, Any]:
    """The `EMAIL_…` settings from `smtp://` (STARTTLS unless loopback) or `smtps://`."""
    exemple = "smtp://user:password@host:587 or smtps://user:password@host:465"
    url = lecteur.url(nom, ("smtp", "smtps"), exemple)
    if not url.hostname:
        raise _refus(nom, f"a URL like {exemple}")
    implicite = url.scheme == "smtps"
    local = url.hostname in ("127.0.0.1", "::1", "localhost")
    return {
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or (465 if implicite else 587),
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_SSL": implicite,
        "EMAIL_USE_TLS": not implicite and not local,
    }


def adresse_courriel(lecteur: Lecteur, nom: str) -> str:
    attendu = "an e-mail address like ne-pas-repondre@caisse.example"
    valeur = lecteur.texte(nom, attendu)
    try:
        validate_email(valeur)
    except ValidationError:
        raise _refus(nom, attendu) from None
    return valeur


def redis(lecteur: Lecteur, nom: str) -> tuple[str, str]:
    """The (cache, Celery broker) addresses of one Valkey or Redis server."""
    exemple = "redis://host:6379/0, rediss://host:6380/0 or unix:///run/valkey.sock"
    url = lecteur.url(nom, ("redis", "rediss", "valkey", "valkeys", "unix"), exemple)
    if url.scheme == "unix":
        return f"unix://{url.path}?db=0", f"redis+socket://{url.path}?virtual_host=0"
    if not url.hostname:
        raise _refus(nom, f"a URL like {exemple}")
    adresse = url._replace(scheme=url.scheme.replace("valkey", "redis")).geturl()
    return adresse, adresse


def adresse_publique(lecteur: Lecteur, nom: str, *, schemas: tuple[str, ...]) -> str:
    """The address written in mails: scheme and host only, without a final slash."""
    url = lecteur.url(nom, schemas, "https://portail.caisse.example")
    if not url.hostname or url.path.strip("/") or url.query or url.fragment or url.username:
        raise _refus(nom, "a URL like https://portail.caisse.example, without a path")
    return f"{url.scheme}://{url.netloc}"


def clamd(lecteur: Lecteur, nom: str) -> str:
    """`tcp://host:port` or `unix:///path` of the antivirus daemon."""
    exemple = "tcp://host:3310 or unix:///run/clamav/clamd.ctl"
    url = lecteur.url(nom, ("tcp", "unix"), exemple)
    est_complete = bool(url.hostname and url.port) if url.scheme == "tcp" else bool(url.path)
    if not est_complete:
        raise _refus(nom, f"a URL like {exemple}")
    return url.geturl()


def fichiers(lecteur: Lecteur) -> dict[str, Any]:
    """`STORAGES["prive"]`: a folder of the machine, or an S3 bucket; exactly one of them."""
    if lecteur.est_definie("PORTAIL_S3_BUCKET") and lecteur.est_definie("PORTAIL_DOSSIER_FICHIERS"):
        raise ImproperlyConfigured(
            "PORTAIL_S3_BUCKET and PORTAIL_DOSSIER_FICHIERS are both set: keep one of them."
        )
    if lecteur.est_definie("PORTAIL_S3_BUCKET"):
        return _s3(lecteur)
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": lecteur.dossier("PORTAIL_DOSSIER_FICHIERS"),
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }


def _s3(lecteur: Lecteur) -> dict[str, Any]:
    adresse = lecteur.url("PORTAIL_S3_ENDPOINT", ("https",), "https://s3.hebergeur.example")
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": lecteur.texte("PORTAIL_S3_BUCKET", "the name of a private bucket"),
            "endpoint_url": adresse.geturl(),
            "region_name": lecteur.texte("PORTAIL_S3_REGION", "the region of the bucket"),
            "access_key": lecteur.texte("PORTAIL_S3_CLE", "the access key of the bucket"),
            "secret_key": lecteur.texte("PORTAIL_S3_SECRET", "the secret key of the bucket"),
            "default_acl": "private",
            "querystring_auth": True,
            "file_overwrite": False,
        },
    }


def _refus(nom: str, attendu: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{nom} is not valid: expected {attendu}.")
