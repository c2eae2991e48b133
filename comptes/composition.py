"""A mail as it leaves: the words of its template, in text and in HTML, and why one receives it."""

from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from comptes import gabarits, liens, mise_en_page
from comptes.models import Courriel

# In the context of a mail: the name of a link, whose secret half is computed as the mail leaves.
LIEN = "lien"


def composer(courriel: Courriel) -> EmailMultiAlternatives:
    """Subject on the template's first line, text after it; the HTML is made from that text."""
    contexte = _contexte(courriel)
    texte = render_to_string(f"courriels/{courriel.gabarit}.txt", contexte)
    premiere, _, corps = texte.strip().partition("\n")
    objet = premiere.removeprefix("Objet : ").strip()
    pied = render_to_string("courriels/cadre/pied.txt", contexte | _raison(courriel)).strip()
    message = EmailMultiAlternatives(
        subject=objet,
        body=f"{corps.strip()}\n\n-- \n{pied}\n",
        to=[courriel.destinataire.email if courriel.destinataire else courriel.adresse],
        headers={
            "Message-ID": f"<courriel-{courriel.pk}@{settings.DOMAINE_COURRIEL}>",
            "Date": format_datetime(courriel.cree_le),
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(mise_en_page.en_html(objet, corps, pied), "text/html")
    return message


def _contexte(courriel: Courriel) -> dict[str, Any]:
    """A public identifier, and codes turned into words (D-17)."""
    contexte: dict[str, Any] = {
        "reference": courriel.contexte.get("reference", ""),
        "adresse_publique": settings.ADRESSE_PUBLIQUE,
    }
    if LIEN in courriel.contexte:
        contexte["reference"] = liens.signer(courriel.contexte[LIEN])
    if courriel.gabarit in gabarits.GABARITS:
        contexte |= gabarits.mots(courriel.contexte)
        contexte["chemin"] = gabarits.destination(courriel.gabarit, contexte["reference"])
    if "nombres" in courriel.contexte:
        contexte |= gabarits.recapitulatif(courriel.contexte)
        contexte["chemin"] = reverse("signalements:notifications")
    return contexte


def _raison(courriel: Courriel) -> dict[str, str]:
    """Why one receives it, and where to change that; a link used once stands alone."""
    gabarit = gabarits.GABARITS.get(courriel.gabarit)
    genre = gabarit.genre if gabarit else None
    seul = LIEN in courriel.contexte or courriel.destinataire is None
    return {
        "genre": genre.label if genre and gabarits.est_reglable(genre) else "",
        "imposee": genre.label if genre and not gabarits.est_reglable(genre) else "",
        "bureau": "oui" if courriel.destinataire is None else "",
        "reglages": "" if seul else reverse("notifications_reglages"),
    }
