"""What is signed: the avenants, the signatures of each act, the PDFs."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptes.acces import erreurs_de, tracer_refus
from conventions import actions, fiche
from conventions.acces import acteur_de, convention_visible
from conventions.actions.documents import demander_document
from conventions.forms.actes import (
    FormulaireAvenant,
    FormulaireScan,
    FormulaireSignature,
    reprendre,
)
from conventions.forms.erreurs import appliquer
from conventions.models import Acte, Convention, Document, Signature
from conventions.views.communs import convention_a_changer, ou_revenir, ouvrir, revenir
from portail.formulaires import Formulaire


@require_GET
def acte(request: HttpRequest, identifiant: Any, acte: Any) -> HttpResponse:
    """One act: what it changes, who signed it (C-05)."""
    acteur = acteur_de(request)
    objet = convention_visible(acteur, identifiant)
    contexte = fiche.composer_acte(objet, _acte(objet, acte), acteur)
    return render(request, "conventions/acte.html", contexte)


@require_http_methods(["GET", "POST"])
@ou_revenir
def avenant_nouveau(request: HttpRequest, identifiant: Any) -> HttpResponse:
    """What changes, from when, why (C-05); `depuis` names an avenant whose answers are taken."""
    acteur = acteur_de(request)
    objet = ouvrir(request, acteur, identifiant, "preparer_avenant")
    initial = reprendre(objet, request.GET.get("depuis", ""))
    formulaire = FormulaireAvenant(request.POST or None, convention=objet, initial=initial)
    if formulaire.is_bound and formulaire.is_valid():
        prepare = _preparer(objet, formulaire, acteur)
        if prepare:
            messages.success(request, f"{prepare} est prêt : relisez-le, puis envoyez-le.")
            return redirect("conventions:acte", objet.identifiant, prepare.identifiant)
    tracer_refus(acteur, objet, erreurs_de(formulaire))
    contexte = {"form": formulaire, "convention": objet}
    return render(request, "conventions/acte_avenant.html", contexte)


def _preparer(convention: Convention, formulaire: FormulaireAvenant, acteur: Any) -> Acte | None:
    return appliquer(
        formulaire,
        lambda: actions.preparer_avenant(
            convention,
            objet=formulaire.cleaned_data["objet"],
            changements=formulaire.changes,
            effet_le=formulaire.cleaned_data["effet_le"],
            acteur=acteur,
        ),
    )


@require_POST
@ou_revenir
def envoyer_acte(request: HttpRequest, identifiant: Any, acte: Any) -> HttpResponse:
    acteur = acteur_de(request)
    objet = convention_a_changer(acteur, identifiant)
    envoye = actions.envoyer_acte(_acte(objet, acte), acteur=acteur)
    suite = "en attente de signatures. Enregistrez chacune dès que vous la recevez."
    return revenir(request, objet, f"{envoye} : {suite}")


@require_http_methods(["GET", "POST"])
@ou_revenir
def abandonner_acte(request: HttpRequest, identifiant: Any, acte: Any) -> HttpResponse:
    acteur = acteur_de(request)
    objet = ouvrir(request, acteur, identifiant, "abandonner_acte")
    abandonne = _acte(objet, acte)
    if request.method == "POST":
        actions.abandonner_acte(abandonne, acteur=acteur)
        messages.success(request, f"{abandonne} : abandonné. La convention ne change pas.")
        return redirect("conventions:acte", objet.identifiant, abandonne.identifiant)
    contexte = {"convention": objet, "acte": abandonne}
    return render(request, "conventions/acte_abandon.html", contexte)


@require_http_methods(["GET", "POST"])
def signer(request: HttpRequest, identifiant: Any, signature: Any) -> HttpResponse:
    """Record or correct a signature; once all have signed, only its scan may be added."""
    acteur = acteur_de(request)
    objet = convention_a_changer(acteur, identifiant)
    signee = _signature(objet, signature)
    formulaire = _formulaire_signature(request, signee)
    if formulaire.is_bound and formulaire.is_valid() and _signer(signee, formulaire, acteur):
        signee.acte.refresh_from_db()
        return revenir(request, objet, _confirmation(signee))
    tracer_refus(acteur, objet, erreurs_de(formulaire))
    contexte = {"form": formulaire, "convention": objet, "signature": signee}
    return render(request, "conventions/acte_signer.html", contexte)


def _signature(objet: Convention, identifiant: Any) -> Signature:
    signatures = Signature.objects.select_related("acte", "caisse", "partenaire", "scan")
    return get_object_or_404(signatures, acte__convention=objet, identifiant=identifiant)


def _formulaire_signature(request: HttpRequest, signee: Signature) -> Formulaire:
    donnees = (request.POST, request.FILES) if request.method == "POST" else ()
    if signee.acte.etat == Acte.Etat.SIGNE:
        return FormulaireScan(*donnees)
    initial = {
        "signee_le": signee.signee_le or timezone.localdate(),
        "qualite": signee.qualite,
    }
    return FormulaireSignature(*donnees, initial=initial)


def _signer(signee: Signature, formulaire: Formulaire, acteur: Any) -> Any:
    donnees = formulaire.cleaned_data
    action = actions.signer if "signee_le" in donnees else actions.joindre_scan
    return appliquer(formulaire, lambda: action(signee, **donnees, acteur=acteur))


def _confirmation(signee: Signature) -> str:
    if signee.acte.etat != Acte.Etat.SIGNE:
        return f"Signature enregistrée : {signee.partie}."
    return f"Signature enregistrée : {signee.partie}. {signee.acte} : toutes les parties ont signé."


@require_POST
def documents(request: HttpRequest, identifiant: Any) -> HttpResponse:
    """Ask for one of the PDFs of the convention."""
    acteur = acteur_de(request)
    objet = convention_a_changer(acteur, identifiant)
    nature = request.POST.get("nature", "")
    if nature == Document.Nature.CONTACTS:
        source = None
    elif nature in fiche.NATURES.values():
        source = _acte(objet, request.POST.get("source", ""))
    else:
        raise BadRequest
    document = demander_document(nature, source=source, convention=objet, acteur=acteur)
    adresse = reverse("conventions:document", args=[document.identifiant])
    texte = 'Le PDF est en préparation. <a href="{}">L’ouvrir</a>'
    messages.success(request, format_html(texte, adresse))
    return redirect(reverse("conventions:convention", args=[objet.identifiant]) + "#documents")


def _acte(objet: Convention, identifiant: Any) -> Acte:
    try:
        return get_object_or_404(fiche.actes_avec_signatures(objet), identifiant=identifiant)
    except (ValueError, ValidationError) as erreur:
        raise BadRequest from erreur
