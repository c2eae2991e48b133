"""Activating an account from the mailed link: the password, then the authenticator (H-04).

Each step may be left and taken up again from the mail, for 48 hours. The same link sets another
authenticator after the first was lost: the password is then asked for, not chosen.
"""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from comptes import activation, connexion, motdepasse, secondfacteur, sessions
from comptes.actions import securite
from comptes.forms.securite import ActuelForm, MotDePasseForm, PremierCodeForm
from comptes.models import Etat, Jeton, Utilisateur
from comptes.views import liens
from comptes.views.connexion import formulaire

USAGE = Jeton.Usage.ACTIVATION
_EN_COURS = "activation"


@login_not_required
@never_cache
@require_safe
def suivre_lien(request: HttpRequest, reference: str) -> HttpResponse:
    return liens.retenir("activation", USAGE, reference)


@login_not_required
@never_cache
@sensitive_post_parameters("mot_de_passe", "actuel")
@formulaire
def activer(request: HttpRequest) -> HttpResponse:
    """Step 1: who you are, and a password: chosen, or given when only the rest was lost."""
    jeton = liens.retrouver(request, USAGE)
    if jeton is None:
        return liens.perdu(request, USAGE)
    compte = jeton.utilisateur
    choisit = compte.etat == Etat.INVITE
    form = (MotDePasseForm if choisit else ActuelForm)(request.POST or None)
    if form.is_valid() and (_choisir if choisit else est_lui)(request, compte, form):
        cle = secondfacteur.nouvelle_cle()
        request.session[_EN_COURS] = {"jeton": str(jeton.identifiant), "cle": cle}
        return redirect("activation_application")
    contexte = {"form": form, "compte": compte, "choisit": choisit, **motdepasse.a_montrer()}
    return render(request, "comptes/activation.html", contexte)


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@formulaire
def preparer_application(request: HttpRequest) -> HttpResponse:
    """Step 2: the authenticator, confirmed by its first code. The account is then active."""
    en_cours = request.session.get(_EN_COURS, {})
    jeton = activation.retrouver(en_cours.get("jeton"), USAGE) if en_cours else None
    if jeton is None:
        return redirect("activation")
    form = PremierCodeForm(request.POST or None)
    if form.is_valid():
        try:
            return _entrer(request, jeton, en_cours["cle"], form.cleaned_data["code"])
        except connexion.CodeRefuse as refus:
            form.add_error("code", refus.message)
        except securite.LienPerdu:
            return liens.perdu(request, USAGE)
    contexte = {"form": form, **montrer(jeton.utilisateur, en_cours["cle"])}
    return render(request, "comptes/activation_application.html", contexte)


def montrer(compte: Utilisateur, cle: str) -> dict[str, Any]:
    """What the page of a new authenticator shows of its key."""
    return {
        "compte": compte,
        "qr": secondfacteur.qr(compte, cle),
        "secret": secondfacteur.en_groupes(cle),
        "adresse": secondfacteur.adresse(compte, cle),
    }


def _entrer(request: HttpRequest, jeton: Jeton, cle: str, code: str) -> HttpResponse:
    appareil = securite.activer_par_lien(jeton, cle, code)
    sessions.clore(request)
    request.session.flush()
    compte = Utilisateur.objects.get(pk=jeton.utilisateur_id)
    connexion.ouvrir(request, compte, appareil, moyen="totp")
    secondfacteur.demander_codes(request)
    return liens.oublier(redirect("codes_secours"), USAGE)


def _choisir(request: HttpRequest, compte: Utilisateur, form: MotDePasseForm) -> bool:
    try:
        securite.choisir_mot_de_passe(compte, form.cleaned_data["mot_de_passe"], acteur=compte)
    except ValidationError as erreur:
        form.add_error("mot_de_passe", erreur)
    return form.is_valid()


def est_lui(request: HttpRequest, compte: Utilisateur, form: Any) -> bool:
    """Is the password in `actuel` the account's? Counted by django-axes, like a sign-in."""
    trouve = connexion.identifier(
        request, identifiant=compte.identifiant, password=form.cleaned_data["actuel"]
    )
    if trouve is None:
        form.add_error("actuel", "Ce mot de passe n’est pas le vôtre.")
    return trouve is not None
