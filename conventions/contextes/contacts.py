"""The contact sheet: annexe 1 of a convention, or a document of its own (C-08)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from comptes.models import Caisse, Partenaire
from conventions.contextes.mots import en_toutes_lettres
from conventions.models import Contact, Convention, Document
from portail.calendrier import jour_civil

A_DESIGNER = {
    Contact.Role.REFERENT: "Référent local à désigner",
    Contact.Role.DPO: "Délégué à la protection des données à désigner",
    Contact.Role.SUPPORT: "Contact de support à désigner",
}


def contacts(document: Document) -> dict[str, Any]:
    """The people that each side names on the day of the request."""
    convention, jour = document.convention, jour_civil(document.demande_le)
    assert convention is not None  # noqa: S101 - the caller always names it
    return {
        "titre": "Fiche des contacts",
        "intitule": convention.intitule,
        "jour": en_toutes_lettres(jour),
        "fiches": fiches(convention, jour),
    }


def fiches(convention: Convention, jour: date) -> list[dict[str, Any]]:
    """One table by party, caisses first; a role that nobody holds is said to be vacant."""
    caisses = caisses_liees(convention, jour)
    partenaires = list(convention.partenaires.all())
    actuels = list(Contact.objects.actuels().filter(caisse__in=caisses))
    actuels += Contact.objects.actuels().filter(partenaire__in=partenaires)
    cote_caisses = [_fiche(c, (x for x in actuels if x.caisse_id == c.pk)) for c in caisses]
    cote_partenaires = [
        _fiche(p, (x for x in actuels if x.partenaire_id == p.pk)) for p in partenaires
    ]
    return cote_caisses + cote_partenaires


def caisses_liees(convention: Convention, jour: date) -> list[Caisse]:
    liens = convention.liens.ouverts(jour).select_related("caisse").order_by("caisse__nom")
    return [lien.caisse for lien in liens]


def support(caisse: Caisse) -> list[dict[str, str]]:
    """Who answers when the portal does not: the contacts, else what the caisse publishes."""
    nommes = Contact.objects.actuels().filter(caisse=caisse, role=Contact.Role.SUPPORT)
    lignes = [_ligne(contact) for contact in nommes]
    if not lignes and caisse.contact_support:
        lignes = [{"nom": caisse.contact_support}]
    return lignes


def _fiche(partie: Caisse | Partenaire, contacts: Iterable[Contact]) -> dict[str, Any]:
    lignes = [_ligne(contact) for contact in contacts]
    roles = [Contact.Role.REFERENT, Contact.Role.DPO]
    if isinstance(partie, Caisse):
        roles.append(Contact.Role.SUPPORT)
        if partie.contact_support and not _tenu(Contact.Role.SUPPORT, lignes):
            lignes.append({"role": Contact.Role.SUPPORT.label, "nom": partie.contact_support})
    vacants = [A_DESIGNER[role] for role in roles if not _tenu(role, lignes)]
    return {"partie": partie.nom, "lignes": lignes, "vacants": vacants}


def _tenu(role: Contact.Role, lignes: list[dict[str, str]]) -> bool:
    return any(ligne["role"] == role.label for ligne in lignes)


def _ligne(contact: Contact) -> dict[str, str]:
    return {
        "role": contact.get_role_display(),
        "nom": contact.nom,
        "fonction": contact.fonction,
        "telephone": contact.telephone,
        "email": contact.email,
        "depuis": en_toutes_lettres(contact.depuis),
    }
