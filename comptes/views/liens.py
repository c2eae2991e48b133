"""What the browser remembers of a link received by mail.

Opening the link only puts its reference in a cookie, and goes on at an address without secret:
nothing is read nor written, so whoever opens links on behalf of people (mail scanners) changes
nothing, and neither the history, a referrer nor a log keeps what opens the account.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from comptes import activation
from comptes.models import Jeton
from portail.reseau import adresse_client

DUREE = 3600
LONGUEUR = 120  # a reference has 101 characters


def retenir(vers: str, usage: str, reference: str) -> HttpResponse:
    reponse = redirect(vers)
    reponse.set_cookie(
        _cookie(usage),
        reference[:LONGUEUR],
        max_age=DUREE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    reponse.headers["Referrer-Policy"] = "no-referrer"
    return reponse


def retrouver(request: HttpRequest, usage: str) -> Jeton | None:
    """The link opened in this browser, if it still opens something."""
    jeton = activation.lire(request.COOKIES.get(_cookie(usage), ""), usage)
    if jeton is not None:
        jeton.utilisateur.adresse = adresse_client(request)
    return jeton


def oublier(reponse: HttpResponse, usage: str) -> HttpResponse:
    reponse.delete_cookie(_cookie(usage), samesite="Lax")
    return reponse


def perdu(request: HttpRequest, usage: str) -> HttpResponse:
    """One page for a link that is used, over, replaced, cut or made up."""
    oubli = usage == Jeton.Usage.MOT_DE_PASSE
    return render(request, "comptes/lien_perdu.html", {"oubli": oubli}, status=410)


def _cookie(usage: str) -> str:
    """`__Host-session_activation` in production: this host only, over TLS only."""
    return f"{settings.SESSION_COOKIE_NAME}_{usage}"
