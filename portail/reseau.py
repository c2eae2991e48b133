"""Where a request comes from."""

import ipaddress
import re

from django.conf import settings
from django.http import HttpRequest

# « 192.0.2.7:51234 », « [2001:db8::1]:443 »: some proxies add the port.
AVEC_PORT = re.compile(r"\[(?P<v6>[^]]*)\](?::\d+)?|(?P<v4>[\d.]+):\d+", re.ASCII)


def adresse_client(request: HttpRequest) -> str | None:
    """The client's IP address, seen through `settings.NOMBRE_PROXYS` trusted proxies.

    Each trusted proxy appends the address it saw to X-Forwarded-For, so the client's is the
    n-th from the right; what stands further left was written by the client and is ignored.
    What is not an address gives way to the direct one, and then to None.
    """
    directe = _lire(request.META.get("REMOTE_ADDR", ""))
    if not settings.NOMBRE_PROXYS:
        return directe
    suite = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if len(suite) < settings.NOMBRE_PROXYS:
        return directe
    return _lire(suite[-settings.NOMBRE_PROXYS]) or directe


def _lire(texte: str) -> str | None:
    avec_port = AVEC_PORT.fullmatch(texte.strip())
    adresse = (avec_port["v6"] or avec_port["v4"] or "") if avec_port else texte.strip()
    try:
        return str(ipaddress.ip_address(adresse.partition("%")[0]))
    except ValueError:
        return None
