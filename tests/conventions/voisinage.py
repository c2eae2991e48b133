"""What each side of the neighbourhood owns of the life of conventions."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from comptes.models import Caisse, Partenaire
from conventions.models import (
    Acte,
    CaisseLiee,
    Convention,
    Document,
    Reunion,
    Rupture,
    Scan,
    Service,
    Signature,
)

Parametres = dict[str, dict[str, Any]]


def garnir(caisse: Caisse, partenaire: Partenaire) -> Parametres:
    """A draft; and a convention without portal, with two avenants, a formal notice, two files.

    Returns the arguments of each URL about them.
    """
    brouillon = _convention(caisse, partenaire, "brouillon")
    suivie = _convention(caisse, partenaire, "mise_en_demeure")
    a_signer = _avenant(suivie, 1, "signature")
    signature = Signature.objects.create(acte=a_signer, caisse=caisse)
    acte = _avenant(suivie, 2, "brouillon")
    rupture = Rupture.objects.create(
        convention=suivie,
        cause="manquement",
        notifiee_le=timezone.localdate(),
        dernier_jour=suivie.date_fin,
        enregistree_le=timezone.now(),
    )
    reunion = Reunion.objects.create(
        convention=suivie, etat="tenue", jour=suivie.date_effet, enregistree_le=timezone.now()
    )
    une = {"identifiant": suivie.identifiant}
    un_brouillon = {"identifiant": brouillon.identifiant}
    un_acte = {**une, "acte": acte.identifiant}
    return {
        "conventions:convention": une,
        "conventions:modifier": un_brouillon,
        "conventions:abandonner": un_brouillon,
        "conventions:etape": {**un_brouillon, "nom": "envoyer"},
        "conventions:rendre_comptes": {**une, "partenaire": partenaire.code},
        "conventions:documents": une,
        "conventions:signer": {**une, "signature": signature.identifiant},
        "conventions:avenant_nouveau": une,
        "conventions:acte": un_acte,
        "conventions:envoyer_acte": un_acte,
        "conventions:abandonner_acte": un_acte,
        "conventions:rompre": {**une, "cause": "denonciation"},
        "conventions:lever": {**une, "rupture": rupture.identifiant},
        "conventions:copil_nouveau": {**une, "nom": "prevoir"},
        "conventions:copil_reunion": {**une, "reunion": reunion.identifiant, "nom": "dater"},
        **_fichiers(suivie),
    }


def _fichiers(convention: Convention) -> Parametres:
    """A PDF that the task did not make yet, a signed scan that the antivirus did not read."""
    maintenant = timezone.now()
    document = Document(nature="contacts", convention=convention, demande_le=maintenant)
    document.source = document.identifiant
    document.save()
    scan = Scan.objects.create(
        convention=convention,
        nom="convention-signee.pdf",
        type_mime="application/pdf",
        taille=1,
        deposee_le=maintenant,
    )
    un_document = {"identifiant": document.identifiant}
    return {
        "conventions:document": un_document,
        "conventions:document_fiche": un_document,
        "conventions:scan": {"identifiant": scan.identifiant},
    }


def _convention(caisse: Caisse, partenaire: Partenaire, etat: str) -> Convention:
    signee = etat != "brouillon"
    jour = timezone.localdate()
    convention = Convention.objects.create(
        intitule=f"{etat} : {caisse} – {partenaire}",
        etat=etat,
        services=list(Service.values),
        date_effet=jour - timedelta(days=30) if signee else None,
        date_fin=jour + timedelta(days=15) if signee else None,
    )
    convention.partenaires.add(partenaire)
    CaisseLiee.objects.create(convention=convention, caisse=caisse, date_fin=convention.date_fin)
    Acte.objects.create(
        convention=convention,
        nature="metier",
        etat="signe" if signee else "brouillon",
        signe_le=convention.date_effet,
        cree_le=timezone.now(),
    )
    return convention


def _avenant(convention: Convention, numero: int, etat: str) -> Acte:
    return Acte.objects.create(
        convention=convention,
        nature="avenant",
        numero=numero,
        etat=etat,
        objet="Plus vite.",
        changements={"delai_instruction_jours": 20},
        cree_le=timezone.now(),
    )
