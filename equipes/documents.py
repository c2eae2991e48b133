"""What the two documents about accounts say: the table of habilitations, the proof of a closing.

`EquipesConfig.ready` gives both to `conventions.actions.documents`, which knows no account.
"""

from typing import Any

from comptes import habilitations as droits
from comptes.models import Etat, Profil, Utilisateur
from conventions.contextes.mots import en_toutes_lettres
from conventions.models import Document
from equipes.models import Incident, Revue
from portail.calendrier import jour_civil
from portail.templatetags.portail import instant, jour

RANGS = {Profil.GESTIONNAIRE: 0, Profil.TECHNICIEN: 1}
# Who asked for the closing, on whose side.
COTES = {
    Profil.GESTIONNAIRE: "gestionnaire du partenaire",
    Profil.TECHNICIEN: "technicien du partenaire",
    Profil.ADMIN: "administrateur de la caisse",
    Profil.AGENT: "agent de la caisse",
}


def habilitations(document: Document) -> dict[str, Any]:
    """The table that a review signed (H-15); without a signed review, that of the day."""
    revue = _revue(document)
    return _tableau_du_jour(document) if revue is None else _tableau_revu(revue)


def fraude(document: Document) -> dict[str, Any]:
    """Which account was closed, why, at whose request, when: the partner's proof (H-13)."""
    incidents = Incident.objects.select_related("compte", "caisse", "partenaire", "signale_par")
    incident = incidents.get(identifiant=document.source)
    compte, auteur = incident.compte, incident.signale_par
    return {
        "titre": "Attestation d’inactivation d’un compte",
        "caisse": incident.caisse.nom,
        "partenaire": incident.partenaire.nom,
        "compte": _compte(compte),
        "nature": incident.get_nature_display(),
        "constate_le": en_toutes_lettres(incident.constate_le),
        "recit": incident.recit,
        "signale_par": str(auteur) if auteur else "",
        "cote": COTES.get(auteur.profil, "") if auteur else "",
        "signale_le": instant(incident.signale_le),
        "inactif_le": instant(compte.inactif_le),
    }


def _revue(document: Document) -> Revue | None:
    revues = Revue.objects.select_related("caisse", "partenaire", "signee_par")
    return revues.filter(identifiant=document.source, signee_le__isnull=False).first()


def _tableau_revu(revue: Revue) -> dict[str, Any]:
    lignes = sorted(revue.lignes.select_related("compte"), key=lambda li: _ordre(li.compte))
    return {
        **_tableau([(li.compte, li.get_decision_display()) for li in lignes]),
        "caisse": revue.caisse.nom,
        "partenaire": revue.partenaire.nom,
        "jour": en_toutes_lettres(jour_civil(revue.signee_le)),
        "ouverte_le": en_toutes_lettres(jour_civil(revue.ouverte_le)),
        "signee_le": instant(revue.signee_le),
        "signee_par": str(revue.signee_par or ""),
        "signee_fonction": getattr(revue.signee_par, "fonction", ""),
        "revue": True,
    }


def _tableau_du_jour(document: Document) -> dict[str, Any]:
    """Every account of the partner that is not erased (H-14)."""
    partenaire = document.partenaire
    assert partenaire is not None  # noqa: S101 - the caller always names it
    comptes = sorted(droits.rattaches([partenaire])[partenaire.pk], key=_ordre)
    return {
        **_tableau([(compte, "") for compte in comptes if compte.etat != Etat.SUPPRIME]),
        "caisse": document.caisse.nom if document.caisse else "",
        "partenaire": partenaire.nom,
        "jour": en_toutes_lettres(jour_civil(document.demande_le)),
        "revue": False,
        "provisoire": True,
    }


def _tableau(comptes: list[tuple[Utilisateur, str]]) -> dict[str, Any]:
    lignes = [{**_compte(compte), "decision": decision} for compte, decision in comptes]
    return {
        "titre": "Tableau des habilitations",
        "lignes": lignes,
        "gestionnaires": sum(compte.profil == Profil.GESTIONNAIRE for compte, _ in comptes),
        "techniciens": sum(compte.profil == Profil.TECHNICIEN for compte, _ in comptes),
    }


def _compte(compte: Utilisateur) -> dict[str, str]:
    return {
        "nom": str(compte),
        "identifiant": compte.identifiant,
        "profil": compte.get_profil_display(),
        "fonction": "" if compte.est_supprime else compte.fonction,
        "cree_le": jour(compte.cree_le),
        "etat": compte.get_etat_display(),
    }


def _ordre(compte: Utilisateur) -> tuple[int, str, str]:
    return RANGS.get(Profil(compte.profil), 2), compte.nom, compte.prenom
