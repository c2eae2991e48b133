"""The business verbs on what opens an account: its password and its second factor (H-04)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from comptes import activation, courriels, journal, motdepasse, sessions
from comptes.connexion import CodeRefuse, normaliser_identifiant
from comptes.models import Etat, Jeton, Utilisateur


class LienPerdu(Exception):
    """The link opens nothing any more."""


@transaction.atomic
def choisir_mot_de_passe(
    compte: Utilisateur, mot_de_passe: str, *, acteur: Utilisateur | None, sauf: str | None = None
) -> Utilisateur:
    """Give the account the password its owner chose; every session but `sauf` is closed.

    Raises `ValidationError` when the password is weak, known, or the same as before.
    """
    compte = Utilisateur.objects.select_for_update().get(pk=compte.pk)
    motdepasse.valider(mot_de_passe, compte)
    if compte.etat == Etat.ACTIF and compte.check_password(mot_de_passe):
        raise ValidationError(motdepasse.IDENTIQUE, code="identique")
    compte.set_password(mot_de_passe)
    compte.mot_de_passe_le = timezone.now()
    compte.save(update_fields=["password", "mot_de_passe_le"])
    activation.annuler(compte, Jeton.Usage.MOT_DE_PASSE, maintenant=compte.mot_de_passe_le)
    sessions.fermer(compte, sauf=sauf)
    journal.tracer(acteur, journal.Action.CHANGEMENT, compte, mot_de_passe="choisi")
    if compte.etat == Etat.ACTIF:
        cle = f"mot_de_passe_change:{compte.mot_de_passe_le.timestamp()}"
        courriels.ecrire(compte, "mot_de_passe_change", cle=cle)
    return compte


@transaction.atomic
def choisir_par_lien(jeton: Jeton, mot_de_passe: str) -> Utilisateur:
    """The same, by the owner of the mailbox: the link is used up.

    Raises `LienPerdu` when it was used, or replaced, in between.
    """
    compte = Utilisateur.objects.select_for_update().get(pk=jeton.utilisateur_id)
    if not (activation.peut_servir(compte, jeton.usage) and activation.consommer(jeton)):
        raise LienPerdu
    return choisir_mot_de_passe(compte, mot_de_passe, acteur=jeton.utilisateur)


@transaction.atomic
def activer_par_lien(jeton: Jeton, cle_hex: str, code: str) -> TOTPDevice:
    """Confirm the authenticator by its first code; an invited account becomes active (H-04).

    Raises `CodeRefuse` for a wrong code, `LienPerdu` when the link was used in between.
    """
    compte = Utilisateur.objects.select_for_update().get(pk=jeton.utilisateur_id)
    if not (compte.has_usable_password() and activation.peut_servir(compte, jeton.usage)):
        raise LienPerdu
    appareil = poser_totp(compte, cle_hex, jeton.utilisateur, code=code)
    if not activation.consommer(jeton):
        raise LienPerdu
    if compte.etat == Etat.INVITE:
        compte.etat, compte.active_le = Etat.ACTIF, timezone.now()
        compte.save(update_fields=["etat", "active_le"])
        journal.tracer(jeton.utilisateur, journal.Action.CHANGEMENT, compte, etat=Etat.ACTIF)
    return appareil


@transaction.atomic
def poser_totp(
    utilisateur: Utilisateur,
    cle_hex: str,
    acteur: Utilisateur | None,
    *,
    code: str | None = None,
) -> TOTPDevice:
    """Give the account its one authenticator; `cle_hex` is 20 random bytes in hexadecimal.

    With `code`, only if it is what the authenticator shows now: raises `CodeRefuse`. That code
    is then used.
    """
    TOTPDevice.objects.filter(user=utilisateur).delete()
    appareil = TOTPDevice(user=utilisateur, name="principal", key=cle_hex, confirmed=True)
    appareil.full_clean()
    appareil.save()
    if code is not None and not appareil.verify_token("".join(code.split())):
        raise CodeRefuse(
            "Ce code n’est pas celui de votre application : saisissez le code affiché."
        )
    journal.tracer(acteur, journal.Action.CHANGEMENT, utilisateur, totp="pose")
    return appareil


@transaction.atomic
def remplacer_totp(compte: Utilisateur, cle_hex: str, code: str) -> TOTPDevice:
    """Put another authenticator in the place of the account's; its other sessions end by it."""
    Utilisateur.objects.select_for_update().get(pk=compte.pk)
    appareil = poser_totp(compte, cle_hex, compte, code=code)
    courriels.ecrire(compte, "second_facteur_change", cle=f"totp:{appareil.pk}")
    return appareil


@transaction.atomic
def reinitialiser_second_facteur(compte: Utilisateur, *, acteur: Utilisateur | None) -> Jeton:
    """Forget a lost authenticator and its recovery codes; a mailed link sets the next one.

    The password stays, and is asked for with the link; until then it cannot be chosen again by
    mail. Whoever calls has checked that `acteur` habilitates this account.

    Raises `EnvoiImpossible` when it is not active.
    """
    compte = Utilisateur.objects.select_for_update().get(pk=compte.pk)
    TOTPDevice.objects.filter(user=compte).delete()
    compte.codes_secours.all().delete()
    activation.annuler(compte, Jeton.Usage.MOT_DE_PASSE, maintenant=timezone.now())
    sessions.fermer(compte)
    journal.tracer(acteur, journal.Action.CHANGEMENT, compte, second_facteur="reinitialise")
    return activation.envoyer_lien(compte, Jeton.Usage.ACTIVATION, acteur=acteur)


@transaction.atomic
def demander_mot_de_passe(identifiant: str) -> None:
    """Write down that another password is wanted: same work, whether the account exists or not.

    The link is made and mailed apart (`activation.envoyer_liens_demandes`), so that no answer is
    slower than another.
    """
    saisi = normaliser_identifiant(identifiant)
    compte = Utilisateur.objects.filter(identifiant=saisi, etat=Etat.ACTIF).first()
    Utilisateur.objects.filter(pk=compte.pk if compte else 0).update(lien_demande_le=timezone.now())
    journal.tracer(None, journal.Action.CHANGEMENT, compte, mot_de_passe="demande")
    from comptes.tasks import envoyer_liens_demandes

    envoyer_liens_demandes.delay_on_commit()
