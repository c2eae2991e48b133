"""The contacts of each side: named, replaced, ended, with their dates (C-08)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from comptes import habilitations
from comptes.acces import acteur_de, erreurs_de, exiger_droit, tracer_refus
from comptes.models import Caisse, Partenaire, Utilisateur
from conventions import actions, fiches
from conventions.acces import (
    caisses_administrees,
    exiger_correction,
    partenaire_visible,
    partenaires_visibles,
)
from conventions.forms.contacts import FormulaireContact, FormulaireNouveauContact
from conventions.forms.erreurs import reporter
from conventions.models import Contact
from portail.etats import TransitionImpossible

Role = Contact.Role
CHAMPS = ("nom", "fonction", "telephone", "email")


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """Those of the caisses that one administers."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    caisses = list(caisses_administrees(acteur))
    contexte = {"fiches": _fiches(caisses, "caisse", Role), "cote_caisse": True}
    return render(request, "conventions/contacts.html", contexte)


@require_GET
def liste_equipe(request: HttpRequest) -> HttpResponse:
    """Those of the partner that one manages."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "gerer")
    structures = list(_geres(acteur))
    contexte = {"fiches": _fiches(structures, "partenaire", (Role.REFERENT, Role.DPO))}
    return render(request, "conventions/contacts.html", contexte)


@require_http_methods(["GET", "POST"])
def nommer(request: HttpRequest) -> HttpResponse:
    """A contact of one's caisse."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    return _nommer(request, list(caisses_administrees(acteur)), Role)


@require_http_methods(["GET", "POST"])
def nommer_equipe(request: HttpRequest) -> HttpResponse:
    """A contact of the partner, named by its gestionnaire."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "gerer")
    return _nommer(request, list(_geres(acteur)), (Role.REFERENT, Role.DPO))


@require_http_methods(["GET", "POST"])
def nommer_partenaire(request: HttpRequest, code: str) -> HttpResponse:
    """A contact of the partner, as it told the caisse."""
    acteur = acteur_de(request)
    exiger_droit(acteur, "administrer")
    objet = partenaire_visible(acteur, code)
    exiger_correction(acteur, objet)
    return _nommer(request, [objet], (Role.REFERENT, Role.DPO))


@require_http_methods(["GET", "POST"])
def remplacer(request: HttpRequest, identifiant: Any) -> HttpResponse:
    """Close the contact of today and open its successor."""
    acteur = acteur_de(request)
    contact = _contact(acteur, identifiant)
    retour = _retour(acteur, contact.caisse or contact.partenaire)
    if contact.jusqu_au:
        return _trop_tard(request, retour)
    initial = {nom: getattr(contact, nom) for nom in CHAMPS}
    formulaire = FormulaireContact(request.POST or None, initial=initial)
    if formulaire.is_valid() and _tenter(
        formulaire, actions.remplacer_contact, contact, acteur=acteur, **formulaire.cleaned_data
    ):
        messages.success(request, "Le contact est remplacé ; l’ancien reste dans l’historique.")
        return redirect(retour)
    _tracer(acteur, formulaire)
    contexte = {"form": formulaire, "contact": contact, "retour": retour}
    return render(request, "conventions/contact_remplacer.html", contexte)


@require_http_methods(["GET", "POST"])
def retirer(request: HttpRequest, identifiant: Any) -> HttpResponse:
    """End a contact, after a page that says what it does."""
    acteur = acteur_de(request)
    contact = _contact(acteur, identifiant)
    retour = _retour(acteur, contact.caisse or contact.partenaire)
    if contact.jusqu_au:
        return _trop_tard(request, retour)
    if request.method == "POST":
        try:
            actions.retirer_contact(contact, acteur=acteur)
        except TransitionImpossible as erreur:
            messages.warning(request, erreur.message)
        else:
            messages.success(request, f"{contact.nom} est retiré ; l’historique garde ses dates.")
        return redirect(retour)
    contexte = {"contact": contact, "retour": retour}
    return render(request, "conventions/contact_retirer.html", contexte)


def _trop_tard(request: HttpRequest, retour: str) -> HttpResponse:
    messages.warning(request, "Ce contact a déjà été remplacé ou retiré.")
    return redirect(retour)


def _nommer(request: HttpRequest, structures: list[Any], roles: Any) -> HttpResponse:
    acteur = acteur_de(request)
    initial = {nom: request.GET.get(nom, "") for nom in ("structure", "role")}
    formulaire = FormulaireNouveauContact(
        request.POST or None, initial=initial, structures=structures, roles=roles
    )
    if formulaire.is_valid():
        champs = dict(formulaire.cleaned_data)
        structure = champs.pop("structure")
        champs["caisse" if isinstance(structure, Caisse) else "partenaire"] = structure
        if _tenter(formulaire, actions.nommer_contact, acteur=acteur, **champs):
            messages.success(request, f"{champs['nom']} est nommé.")
            return redirect(_retour(acteur, structure))
    _tracer(acteur, formulaire)
    contexte = {"form": formulaire, "retour": _retour(acteur, structures[0])}
    return render(request, "conventions/contact_nouveau.html", contexte)


def _tenter(formulaire: Any, action: Any, *args: Any, **kwargs: Any) -> bool:
    try:
        with transaction.atomic():
            action(*args, **kwargs)
    except ValidationError as erreur:
        reporter(formulaire, erreur)
    except TransitionImpossible as erreur:
        formulaire.add_error(None, erreur.message)
    return not formulaire.errors


def _tracer(acteur: Utilisateur, formulaire: Any) -> None:
    if formulaire.is_bound:
        tracer_refus(acteur, None, erreurs_de(formulaire))


def _contact(acteur: Utilisateur, identifiant: Any) -> Contact:
    """One of the contacts that the account may change."""
    exiger_droit(acteur, "administrer", "gerer")
    siens = Contact.objects.filter(
        Q(caisse__in=habilitations.caisses(acteur, "administrer"))
        | Q(partenaire__in=partenaires_visibles(acteur))
        | Q(partenaire__in=_geres(acteur))
    )
    contact = get_object_or_404(
        siens.select_related("caisse", "partenaire"), identifiant=identifiant
    )
    if contact.partenaire and contact.partenaire not in _geres(acteur):
        exiger_correction(acteur, contact.partenaire)
    return contact


def _geres(acteur: Utilisateur) -> QuerySet[Partenaire]:
    return Partenaire.objects.filter(pk__in=habilitations.partenaires(acteur, "gerer"))


def _fiches(structures: list[Any], lien: str, roles: Any) -> list[dict[str, Any]]:
    """By structure, the contacts of today, those of before, and the roles that nobody holds."""
    contacts = list(Contact.objects.filter(**{f"{lien}__in": structures}).select_related(lien))
    resultat = []
    for structure in structures:
        actuels, anciens = fiches.separer(c for c in contacts if getattr(c, lien) == structure)
        tenus = {contact.role for contact in actuels}
        vacants = [Role(role) for role in roles if role not in tenus]
        resultat.append(
            {"structure": structure, "actuels": actuels, "anciens": anciens, "vacants": vacants}
        )
    return resultat


def _retour(acteur: Utilisateur, structure: Any) -> str:
    """The page where the contacts of this structure are listed, for this account."""
    if isinstance(structure, Caisse):
        return reverse("conventions:contacts")
    if habilitations.partenaires(acteur, "gerer"):
        return reverse("conventions:contacts_equipe")
    return reverse("conventions:partenaire", args=[structure.code]) + "#contacts"
