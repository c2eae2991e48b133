"""Where a request comes from."""

from django.conf import settings
from django.http import HttpRequest


def adresse_client(request: HttpRequest) -> str:
    """The client's IP address, seen through `settings.NOMBRE_PROXYS` trusted proxies.

    Each trusted proxy appends the address it saw to X-Forwarded-For, so the client's is the
    n-th from the right; what stands further left was written by the client and is ignored.
    """
    directe = request.META.get("REMOTE_ADDR", "")
    if not settings.NOMBRE_PROXYS:
        return directe
    suite = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if len(suite) < settings.NOMBRE_PROXYS:
        return directe
    return suite[-settings.NOMBRE_PROXYS].strip() or directe
