"""E-mail domains: which are written properly, and which belong to consumer providers (H-03)."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import DomainNameValidator

# Brands that hold one domain per country: yahoo.fr, yahoo.co.uk…
_MARQUES = re.compile(
    r"(?:gmail|googlemail|gmx|hotmail|live|msn|outlook|yahoo|yandex|ymail)"
    r"\.(?:com?\.)?(?:com|net|[a-z]{2})"
)
_FOURNISSEURS = frozenset(
    """
    10minutemail.com 163.com 9online.fr alice.fr aliceadsl.fr aol.com aol.fr bbox.fr bluewin.ch
    caramail.com cegetel.net club-internet.fr dartybox.com dbmail.com duck.com email.com
    fastmail.com fastmail.fm free.fr freesbee.fr freesurf.fr guerrillamail.com hey.com
    hushmail.com icloud.com ifrance.com ik.me infonie.fr jetable.org
    laposte.net libero.it libertysurf.fr lilo.org mac.com mail.com mail.ru mailinator.com
    mailo.com me.com mozmail.com net-c.com net-c.fr netcourrier.com neuf.fr noos.fr nordnet.fr
    numericable.com numericable.fr online.fr orange.fr oreka.com passport.com pm.me
    posteo.net proton.me protonmail.ch protonmail.com qq.com riseup.net rocketmail.com sfr.fr
    skynet.be t-online.de tele2.fr temp-mail.org trashmail.com tuta.com tuta.io tutanota.com
    voila.fr wanadoo.fr web.de windowslive.com worldonline.fr yopmail.com yopmail.fr zoho.com
    """.split()
)
# Anybody may register a name under these: alone, they name no structure.
_SUFFIXES = frozenset("asso.fr com.fr eu.org gouv.fr nom.fr prd.fr re.fr tm.fr".split())
_syntaxe = DomainNameValidator()


def normaliser(domaine: str) -> str:
    """The domain as it is kept: in lower case, accents in their ASCII form, no leading « @ ».

    Raises `ValidationError` when it is not a domain name.
    """
    propre = domaine.strip().removeprefix("@").rstrip(".").lower()
    _syntaxe(propre)
    try:
        return propre.encode("idna").decode("ascii")
    except UnicodeError:
        raise ValidationError(_syntaxe.message, code="invalid") from None


def domaine_de(email: str) -> str:
    """What follows the « @ » of an address, in lower case."""
    return email.rpartition("@")[2].strip().lower()


def est_grand_public(domaine: str) -> bool:
    """Whether anybody can open an address there: it does not show where a person works (H-03)."""
    propre = domaine.strip().lower().rstrip(".")
    morceaux = propre.split(".")
    suites = {".".join(morceaux[rang:]) for rang in range(len(morceaux))}
    return propre in _SUFFIXES or any(s in _FOURNISSEURS or _MARQUES.fullmatch(s) for s in suites)
