"""The pages about the guard: what a DPO re-reads, what an administrator tries and sets."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptes import habilitations, journal
from comptes.acces import acteur_de, exiger_droit
from comptes.actions import regler_levees
from comptes.models import Caisse, Utilisateur
from portail.garde_fou.categories import categories
from portail.pagination import page
from signalements import actions, conservation, protection
from signalements.forms.garde import FormulaireAvis, FormulaireEssai, FormulaireReglage
from signalements.models import Levee
from violations.suivi import a_lire

RELUES = "relues"


@require_GET
def levees(request: HttpRequest) -> HttpResponse:
    """The contested refusals: those to review, oldest first, or those that were, latest first."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "proteger")
    relues = request.GET.get("vue") == RELUES
    resultat = page(
        protection.levees(acteur, relues=relues),
        cle="relue_le" if relues else "creee_le",
        curseur=request.GET.get("curseur"),
        descendant=relues,
        taille=protection.TAILLE,
    )
    contexte = {
        "page": resultat,
        "levees": protection.presenter(resultat.lignes, acteur, "levees"),
        "relues": relues,
        "a_relire": protection.compter(protection.levees(acteur, relues=False)),
    }
    return render(request, "garde/levees.html", contexte)


@require_POST
def avis(request: HttpRequest, identifiant: Any) -> HttpResponse:
    """« C'est une donnée de santé », « Ce n'est pas… », or back to be reviewed."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "proteger")
    levee = get_object_or_404(Levee.objects.visibles_par(acteur), identifiant=identifiant)
    formulaire = FormulaireAvis(request.POST)
    if not formulaire.is_valid():
        raise BadRequest
    try:
        jugee = actions.juger(levee, **formulaire.cleaned_data, acteur=acteur)
    except actions.LeveeDevancee as erreur:
        journal.tracer(acteur, journal.Action.REFUS, levee.demande, raison="devancee")
        messages.warning(request, erreur.message)
    except Levee.DoesNotExist as erreur:
        raise Http404 from erreur  # gone with its request since it was looked for (G-04)
    else:
        messages.success(request, _confirmation(jugee, acteur))
    retour = {nom: request.POST[nom] for nom in ("vue", "curseur") if request.POST.get(nom)}
    return redirect(f"{reverse('signalements:levees')}?{urlencode(retour)}".rstrip("?"))


@require_GET
def relecture(request: HttpRequest) -> HttpResponse:
    """What the current lexicon stops in open requests; htmx asks for the progress alone."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "proteger")
    avancement = protection.avancement()
    if request.htmx:
        return _progression(request, avancement)
    resultat = page(
        protection.arrets(acteur, avancement.derniere),
        cle="quand",
        curseur=request.GET.get("curseur"),
        taille=protection.TAILLE,
    )
    contexte = {
        "avancement": avancement,
        "page": resultat,
        "arrets": protection.presenter(resultat.lignes, acteur, "relecture"),
    }
    return render(request, "garde/relecture.html", contexte)


@require_http_methods(["GET", "POST"])
def garde_fou(request: HttpRequest) -> HttpResponse:
    """Try a text, which is kept nowhere; set what the caisses one administers admit."""
    acteur = acteur_de(request)
    administrees = habilitations.caisses(acteur, "administrer")
    if not (administrees or habilitations.caisses(acteur, "proteger")):
        raise PermissionDenied
    formulaire = FormulaireEssai(request.POST or None)
    contexte = {
        "form": formulaire,
        "essai": formulaire.is_valid() and protection.essayer(formulaire.cleaned_data["texte"]),
        "caisses": Caisse.objects.filter(pk__in=administrees),
        "categories": categories(),
        "lexique": protection.version(),
    }
    return render(request, "garde/garde_fou.html", contexte)


@require_POST
def reglage(request: HttpRequest, caisse: str) -> HttpResponse:
    """Admit, or stop admitting, that the users of a caisse set a refusal aside (D-09)."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    administrees = Caisse.objects.filter(pk__in=habilitations.caisses(acteur, "administrer"))
    objet = get_object_or_404(administrees, code=caisse)
    formulaire = FormulaireReglage(request.POST)
    admises = formulaire.is_valid() and formulaire.cleaned_data["admises"]
    regler_levees(objet, admises, acteur=acteur)
    suite = "peuvent désormais" if admises else "ne peuvent plus"
    messages.success(
        request, f"{objet} : les utilisateurs {suite} passer outre un refus en donnant une raison."
    )
    return redirect("signalements:garde_fou")


def accueil_dpo(acteur: Utilisateur) -> tuple[str, dict[str, Any]]:
    """The home page of a DPO: what there is to review, for which caisses."""
    avancement = protection.avancement()
    caisses = habilitations.caisses(acteur, "proteger")
    return "garde/accueil_dpo.html", {
        "caisses": Caisse.objects.filter(pk__in=caisses),
        "avancement": avancement,
        "conservation": conservation.bilan(caisses, timezone.localdate()),
        "a_relire": protection.compter(protection.levees(acteur, relues=False)),
        "arretes": protection.compter(protection.arrets(acteur, avancement.derniere)),
        "violations": a_lire(acteur),
    }


def _progression(request: HttpRequest, avancement: protection.Avancement) -> HttpResponse:
    if avancement.est_a_jour:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "garde/_progression.html", {"avancement": avancement})


def _confirmation(levee: Levee, acteur: Utilisateur) -> str:
    if not levee.avis:
        return "La levée est remise à relire."
    deja = "" if levee.relue_par == acteur else f"{levee.relue_par} a déjà donné cet avis. "
    return format_html(
        '{}Avis enregistré : « {} ». <a href="{}?vue=relues">Voir les levées relues</a>',
        deja,
        levee.avis_donne,
        reverse("signalements:levees"),
    )
