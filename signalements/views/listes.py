"""The pages that list requests: home, the agents' queue, the partner's history."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from comptes import habilitations, journal
from comptes.acces import acteur_de, erreurs_de, exiger_droit, tracer_refus
from comptes.models import Caisse, Profil, Utilisateur
from conventions.models import Service
from conventions.offre import offres
from equipes.accueil import composer as accueil_equipe
from portail.pagination import page
from signalements import listes, releve
from signalements.acces import partenaire_de
from signalements.forms.suivi import Filtres, FormulaireRecherche
from signalements.models import Brouillon
from signalements.models.demandes import DemandeQuerySet
from signalements.registre import SERVICES_OUVERTS
from signalements.views.accueil_admin import accueil_admin
from signalements.views.garde import accueil_dpo


@require_GET
def accueil(request: HttpRequest) -> HttpResponse:
    """Home, by kind of account."""
    acteur = acteur_de(request)
    if acteur.profil == Profil.SUPPORT:
        return redirect("support:index")
    pages = {
        Profil.TECHNICIEN: _accueil_technicien,
        Profil.AGENT: _accueil_agent,
        Profil.GESTIONNAIRE: _accueil_gestionnaire,
        Profil.ADMIN: accueil_admin,
        Profil.DPO: accueil_dpo,
    }
    gabarit, contexte = pages[Profil(acteur.profil)](acteur)
    return render(request, gabarit, contexte)


@require_http_methods(["GET", "POST"])
def file(request: HttpRequest) -> HttpResponse:
    """The agents' queue: baskets, filters, sorted by deadline; a search (by POST) looks in all."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "instruire")
    maintenant = timezone.now()
    corbeille = listes.CORBEILLES.get(request.GET.get("corbeille", ""))
    corbeille = corbeille or listes.CORBEILLES["ouvertes"]
    if request.POST.get("q", "").strip():
        corbeille = listes.PARTOUT
    filtres = Filtres(request.GET, **listes.options(acteur)) if _filtre(request) else None
    demandes = listes.file_de(acteur, corbeille, maintenant)
    contexte = _liste(request, demandes, corbeille.ordre, filtres)
    contexte["demandes"] = listes.presenter(contexte["page"].lignes, maintenant, acteur)
    contexte["plusieurs_caisses"] = len(habilitations.caisses(acteur, "instruire")) > 1
    contexte["corbeille"] = corbeille
    contexte["rappel"] = releve.rappel(acteur, maintenant)
    contexte["corbeilles"] = _corbeilles(acteur, maintenant)
    gabarit = "signalements/_file.html" if request.htmx else "signalements/file.html"
    return render(request, gabarit, contexte)


@require_http_methods(["GET", "POST"])
def historique(request: HttpRequest) -> HttpResponse:
    """All the partner's requests (D-15), latest change first."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "deposer")
    options = listes.options(acteur)
    filtres = Filtres(request.GET, **options)
    ouvertes = _caisses_a_historique(acteur)
    demandes = listes.historique_de(acteur).filter(caisse__in=ouvertes)
    contexte = _liste(request, demandes, "-activite_le", filtres)
    contexte["ferme"] = not ouvertes
    contexte["plusieurs_caisses"] = len(options["caisse"]) > 1
    lignes = contexte["page"].lignes
    contexte["demandes"] = listes.habiller(lignes, timezone.now(), cote_caisse=False)
    gabarit = "signalements/_historique.html" if request.htmx else "signalements/historique.html"
    return render(request, gabarit, contexte)


def _caisses_a_historique(acteur: Utilisateur) -> list[Caisse]:
    """The caisses that let the partner consult its history (C-06)."""
    offertes = offres(partenaire_de(acteur), timezone.localdate())
    return [o.caisse for o in offertes if Service.HISTORIQUE in o.services]


def _filtre(request: HttpRequest) -> bool:
    """The filters are asked for, or in use: the queue does without them most of the time."""
    noms = ("filtrer", *Filtres.base_fields)
    return request.method == "GET" and any(request.GET.get(nom) for nom in noms)


def _liste(
    request: HttpRequest, demandes: DemandeQuerySet, tri: str, filtres: Filtres | None
) -> dict[str, Any]:
    acteur = acteur_de(request)
    recherche = FormulaireRecherche(request.POST or None)
    choisis = filtres.choisis() if filtres else {}
    resultat = page(
        _chercher(acteur, recherche, listes.filtrer(demandes, choisis)),
        cle=tri.lstrip("-"),
        curseur=(request.POST or request.GET).get("curseur"),
        descendant=tri.startswith("-"),
        parts=listes.par_caisse(acteur),
    )
    return {
        "page": resultat,
        "filtres": filtres,
        "filtres_actifs": len(choisis),
        "recherche": recherche,
        "cherche": recherche.is_valid() and recherche.cleaned_data["q"],
    }


def _chercher(
    acteur: Utilisateur, recherche: FormulaireRecherche, demandes: DemandeQuerySet
) -> DemandeQuerySet:
    """The rows that were searched, all of them without a search, none after a refused one."""
    if not recherche.is_bound:
        return demandes
    if not recherche.is_valid():
        tracer_refus(acteur, None, erreurs_de(recherche))
        return demandes.none()
    cherche = recherche.cleaned_data["q"]
    if cherche:
        journal.tracer(acteur, journal.Action.RECHERCHE)
    return demandes.cherchees(cherche) if cherche else demandes


def _corbeilles(acteur: Utilisateur, maintenant: Any) -> list[dict[str, str]]:
    comptes = listes.compter(acteur, maintenant)
    return [
        {"nom": c.nom, "libelle": c.libelle, "compte": comptes.get(c.nom, "")}
        for c in listes.CORBEILLES.values()
    ]


def _accueil_technicien(acteur: Utilisateur) -> tuple[str, dict[str, Any]]:
    maintenant = timezone.now()
    offertes = offres(partenaire_de(acteur), timezone.localdate(maintenant))
    siennes = listes.historique_de(acteur).filter(caisse__in=[o.caisse for o in offertes])
    recentes = siennes.filter(anonymisee_le__isnull=True).order_by("-activite_le", "-reference")[:8]
    return "signalements/accueil_technicien.html", {
        "offres": offertes,
        "services_ouverts": SERVICES_OUVERTS,
        "brouillons": Brouillon.objects.visibles_par(acteur).commences().select_related("caisse"),
        "demandes": listes.habiller(list(recentes), maintenant, cote_caisse=False),
    }


def _accueil_agent(acteur: Utilisateur) -> tuple[str, dict[str, Any]]:
    maintenant = timezone.now()
    a_faire = listes.file_de(acteur, listes.CORBEILLES["miennes"], maintenant)
    lignes: Any = list(a_faire.order_by("a_traiter_avant", "reference")[:8])
    return "signalements/accueil_agent.html", {
        "corbeilles": _corbeilles(acteur, maintenant),
        "demandes": listes.presenter(lignes, maintenant, acteur),
        "rappel": releve.rappel(acteur, maintenant),
    }


def _accueil_gestionnaire(acteur: Utilisateur) -> tuple[str, dict[str, Any]]:
    return "equipes/accueil.html", accueil_equipe(acteur)
