"""Signing in: password, then a one-time code or a recovery code.

Between the two steps nobody is signed in: the session only remembers whose password was right,
for five minutes. The password step goes through django-axes; so does a wrong code, which also
slows down the device itself (django-otp).
"""

import re
import secrets
from typing import Any

import django_otp
from axes.handlers.proxy import AxesProxyHandler
from django.contrib import auth
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_totp.models import TOTPDevice

from comptes import cgu, journal, motdepasse, notifications, sessions
from comptes.models import AcceptationCGU, CodeSecours, Etat, Utilisateur
from portail import references
from portail.reseau import adresse_client

DELAI_SECOND_FACTEUR = 5 * 60
NOMBRE_CODES = 10
LONGUEUR_CODE = 12  # 29 ** 12: about 58 bits
ECHECS_COMPTES = 10  # the wait doubles up to the tenth wrong code: 512 seconds
TOTP = re.compile(r"[0-9]{6}")
MOTEUR = "comptes.connexion.Authentification"
_ATTENTE = "connexion_en_attente"


class CodeRefuse(Exception):
    """The second factor was not accepted; `message` is a French sentence for the person.

    `essaye` is False when the code was not even looked at.
    """

    def __init__(self, message: str, *, essaye: bool = True) -> None:
        super().__init__(message)
        self.message = message
        self.essaye = essaye


class Authentification(ModelBackend):
    """Django's backend; the account knows whether it accepted the terms in force (H-05), and how
    many notifications wait for it."""

    def get_user(self, user_id: int) -> Utilisateur | None:
        """The active account, in one query; an inactive one is nobody, at once."""
        acceptees = AcceptationCGU.objects.filter(
            utilisateur=OuterRef("pk"), version=Subquery(cgu.publiees().values("pk")[:1])
        )
        actifs = Utilisateur.objects.filter(etat=Etat.ACTIF)
        avec = actifs.annotate(cgu_a_jour=Exists(acceptees), non_lues=notifications.cloche())
        return avec.filter(pk=user_id).first()


def normaliser_identifiant(saisie: str) -> str:
    """The login as it is stored: small letters, nothing around."""
    return saisie.strip().lower()


def empreinte_identifiant(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """What django-axes counts on: people type their password in the wrong field."""
    saisie = (credentials or request.POST).get("identifiant") or ""
    identifiant = normaliser_identifiant(saisie)
    return salted_hmac("comptes.identifiant", identifiant, algorithm="sha256").hexdigest()


def identifier(request: HttpRequest, *, identifiant: str, password: str) -> Utilisateur | None:
    """First step. None, always after the same work, when it fails for any reason at all."""
    utilisateur = auth.authenticate(request, identifiant=identifiant, password=password)
    if utilisateur is None:
        vise = Utilisateur.objects.filter(identifiant=identifiant).first()
        journal.tracer(request.user, journal.Action.CONNEXION_REFUSEE, vise, etape="mot_de_passe")
    return utilisateur


def mettre_en_attente(request: HttpRequest, utilisateur: Utilisateur) -> None:
    """Remember, in a new session, whose password was right."""
    request.session.flush()
    request.session[_ATTENTE] = {"pk": utilisateur.pk, "depuis": timezone.now().timestamp()}


def en_attente(request: HttpRequest) -> Utilisateur | None:
    """Whose code is expected, if the password was given less than five minutes ago."""
    attente = request.session.get(_ATTENTE)
    if attente is None or timezone.now().timestamp() - attente["depuis"] > DELAI_SECOND_FACTEUR:
        return None
    return Authentification().get_user(attente["pk"])


def confirmer(request: HttpRequest, utilisateur: Utilisateur, saisie: str) -> None:
    """Second step: open the session, under a new key. Raises `CodeRefuse`."""
    appareil, moyen = exiger_code(request, utilisateur, saisie)
    del request.session[_ATTENTE]
    ouvrir(request, utilisateur, appareil, moyen=moyen)


def exiger_code(
    request: HttpRequest, utilisateur: Utilisateur, saisie: str
) -> tuple[TOTPDevice, str]:
    """What `verifier_code` answers; a failure is traced, and counted by django-axes."""
    try:
        _exiger_deverrouille(request, utilisateur)
        return verifier_code(utilisateur, saisie)
    except CodeRefuse as refus:
        _compter(request, utilisateur, refus)
        raise


def ouvrir(
    request: HttpRequest, utilisateur: Utilisateur, appareil: TOTPDevice, *, moyen: str
) -> None:
    """Sign in somebody whose two factors were just given."""
    utilisateur.adresse = adresse_client(request)
    auth.login(request, utilisateur, backend=MOTEUR)
    django_otp.login(request, appareil)
    sessions.ouvrir(request, utilisateur)
    motdepasse.noter_echeance(request, utilisateur)
    journal.tracer(utilisateur, journal.Action.CONNEXION, utilisateur, moyen=moyen)


def verifier_code(utilisateur: Utilisateur, saisie: str) -> tuple[TOTPDevice, str]:
    """The device that vouches for this person, and by which means: `totp` or `code_secours`.

    Raises `CodeRefuse`: wrong, already used, or too soon after a wrong one. Whatever the means,
    a wrong answer doubles the wait before the next one, up to 512 seconds.
    """
    code = "".join(saisie.split())
    with transaction.atomic():
        appareil = _verrouiller_appareil(utilisateur)
        attente = _attente(appareil)
        accepte = False
        if appareil is not None and not attente:
            if TOTP.fullmatch(code):
                accepte = appareil.verify_token(code)
            elif accepte := consommer_code(utilisateur, code):
                appareil.throttle_reset()
            else:
                appareil.throttle_increment()
    if attente:
        duree = f"{attente} seconde{'s' if attente > 1 else ''}"
        raise CodeRefuse(f"Patientez {duree} avant un nouvel essai.", essaye=False)
    if appareil is None or not accepte:
        raise CodeRefuse("Code incorrect ou déjà utilisé.")
    return appareil, "totp" if TOTP.fullmatch(code) else "code_secours"


def generer_codes(utilisateur: Utilisateur) -> list[str]:
    """Ten new recovery codes (`7KQ2-M9FX-3BTH`), to be shown once; the old ones are void.

    Only keyed hashes are stored, so that a new SECRET_KEY voids them all.
    """
    codes = [_tirer_code() for _ in range(NOMBRE_CODES)]
    with transaction.atomic():
        Utilisateur.objects.select_for_update().get(pk=utilisateur.pk)
        utilisateur.codes_secours.all().delete()
        CodeSecours.objects.bulk_create(
            CodeSecours(utilisateur=utilisateur, empreinte=_empreinte(utilisateur, code))
            for code in codes
        )
        journal.tracer(
            utilisateur, journal.Action.CHANGEMENT, utilisateur, codes_secours=len(codes)
        )
    return codes


def consommer_code(utilisateur: Utilisateur, saisie: str) -> bool:
    """Use up a recovery code, however it was typed; False when it is unknown or used.

    The conditional UPDATE locks the row: of two simultaneous uses, one gets it.
    """
    return bool(
        utilisateur.codes_secours.filter(
            empreinte=_empreinte(utilisateur, saisie), utilise_le=None
        ).update(utilise_le=timezone.now())
    )


def _exiger_deverrouille(request: HttpRequest, utilisateur: Utilisateur) -> None:
    if not AxesProxyHandler.is_allowed(request, _identite(utilisateur)):
        request.axes_locked_out = True  # type: ignore[attr-defined]
        raise CodeRefuse("Trop d’essais.")


def _compter(request: HttpRequest, utilisateur: Utilisateur, refus: CodeRefuse) -> None:
    journal.tracer(request.user, journal.Action.CONNEXION_REFUSEE, utilisateur, etape="code")
    if refus.essaye:
        user_login_failed.send(sender=__name__, credentials=_identite(utilisateur), request=request)


def _identite(utilisateur: Utilisateur) -> dict[str, str]:
    return {"identifiant": utilisateur.identifiant}


def _verrouiller_appareil(utilisateur: Utilisateur) -> TOTPDevice | None:
    appareils = TOTPDevice.objects.devices_for_user(utilisateur, confirmed=True)
    appareil = appareils.select_for_update().order_by("pk").first()
    if appareil is not None:
        echecs = min(appareil.throttling_failure_count, ECHECS_COMPTES)
        appareil.throttling_failure_count = echecs
    return appareil


def _attente(appareil: TOTPDevice | None) -> int:
    """Seconds before the device listens again, 0 when it does."""
    permis, detail = appareil.verify_is_allowed() if appareil else (True, None)
    if permis:
        return 0
    return int((detail["locked_until"] - timezone.now()).total_seconds()) + 1


def _tirer_code() -> str:
    tirage = "".join(secrets.choice(references.ALPHABET) for _ in range(LONGUEUR_CODE))
    return "-".join(tirage[i : i + 4] for i in range(0, LONGUEUR_CODE, 4))


def _empreinte(utilisateur: Utilisateur, code: str) -> str:
    valeur = f"{utilisateur.pk}:{references.epurer(code)}"
    return salted_hmac("comptes.code_secours", valeur, algorithm="sha256").hexdigest()
