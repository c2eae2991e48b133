"""A forgotten password, and changing one's own (H-04)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from comptes import motdepasse, sessions
from comptes.acces import acteur_de
from comptes.actions import securite
from comptes.forms.securite import ChangementForm, MotDePasseForm, OubliForm
from comptes.middleware import etape
from comptes.models import Jeton, Utilisateur
from comptes.views import liens
from comptes.views.activation import est_lui
from comptes.views.connexion import formulaire

USAGE = Jeton.Usage.MOT_DE_PASSE


@login_not_required
@never_cache
@formulaire
def demander(request: HttpRequest) -> HttpResponse:
    """The answer is the same, and takes the same time, whether the account exists or not."""
    form = OubliForm(request.POST or None)
    if form.is_valid():
        securite.demander_mot_de_passe(form.cleaned_data["identifiant"])
        return redirect("mot_de_passe_demande")
    return render(request, "comptes/motdepasse_oublie.html", {"form": form})


@login_not_required
@never_cache
@require_safe
def demande(request: HttpRequest) -> HttpResponse:
    return render(request, "comptes/motdepasse_demande.html")


@login_not_required
@never_cache
@require_safe
def suivre_lien(request: HttpRequest, reference: str) -> HttpResponse:
    return liens.retenir("mot_de_passe_choisir", USAGE, reference)


@login_not_required
@never_cache
@sensitive_post_parameters("mot_de_passe")
@formulaire
def choisir(request: HttpRequest) -> HttpResponse:
    """By the owner of the mailbox. Signing in comes next, with the second factor as always."""
    jeton = liens.retrouver(request, USAGE)
    if jeton is None:
        return liens.perdu(request, USAGE)
    form = MotDePasseForm(request.POST or None)
    if form.is_valid():
        try:
            securite.choisir_par_lien(jeton, form.cleaned_data["mot_de_passe"])
        except ValidationError as erreur:
            form.add_error("mot_de_passe", erreur)
        except securite.LienPerdu:
            return liens.perdu(request, USAGE)
        else:
            messages.success(request, "Votre mot de passe est changé : connectez-vous.")
            return liens.oublier(redirect("connexion"), USAGE)
    contexte = {"form": form, "compte": jeton.utilisateur, **motdepasse.a_montrer()}
    return render(request, "comptes/motdepasse_choisir.html", contexte)


@etape("mot_de_passe")
@never_cache
@sensitive_post_parameters("mot_de_passe", "actuel")
@formulaire
def changer(request: HttpRequest) -> HttpResponse:
    """One's own; the only page that opens once the password is over."""
    compte = acteur_de(request)
    form = ChangementForm(request.POST or None)
    if form.is_valid() and est_lui(request, compte, form) and _changer(request, compte, form):
        messages.success(request, "Votre mot de passe est changé.")
        return redirect("mon_compte")
    expire = motdepasse.est_expire(request, timezone.now())
    contexte = {"form": form, "compte": compte, "expire": expire, **motdepasse.a_montrer()}
    return render(request, "comptes/motdepasse_changer.html", contexte)


@login_not_required
@never_cache
@sensitive_post_parameters("mot_de_passe")
@require_POST
def jauger(request: HttpRequest) -> HttpResponse:
    """What the rules say of what is being typed: neither kept, nor logged, nor traced."""
    compte = _proprietaire(request)
    saisi = request.POST.get("mot_de_passe", "")
    examen = motdepasse.examiner(saisi, compte) if saisi else None
    return render(request, "comptes/_regles_mot_de_passe.html", motdepasse.a_montrer(examen))


def _changer(request: HttpRequest, compte: Utilisateur, form: ChangementForm) -> bool:
    cle = request.session.session_key
    try:
        change = securite.choisir_mot_de_passe(
            compte, form.cleaned_data["mot_de_passe"], acteur=compte, sauf=cle
        )
    except ValidationError as erreur:
        form.add_error("mot_de_passe", erreur)
        return False
    sessions.renouveler(request, change)
    motdepasse.noter_echeance(request, change)
    return True


def _proprietaire(request: HttpRequest) -> Utilisateur:
    """Whose password it will be: this is not a service for passers-by."""
    if request.user.is_authenticated:
        return acteur_de(request)
    jetons = (liens.retrouver(request, usage) for usage in Jeton.Usage)
    jeton = next(filter(None, jetons), None)
    if jeton is None:
        raise PermissionDenied
    return jeton.utilisateur
