"""What the pages of breaches show to the party that reads them (G-02)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from comptes.models import Profil, Utilisateur
from echeances.models import Echeance
from portail import pages
from portail.calendrier import apres_heures, reste
from portail.templatetags.portail import instant, nombre
from violations.acces import cote_de
from violations.etats import CIRCUIT
from violations.forms import FormulaireCloture, FormulaireComplement
from violations.models import Violation

# RGPD, article 33: from the moment the caisse, which answers for the data, knows of it.
HEURES_CNIL = 72
LISENT_TOUT = (Profil.GESTIONNAIRE, Profil.ADMIN, Profil.DPO)
VIDE = "Celles que vous ou l’autre partie déclarerez apparaîtront ici."
VIDE_AUTEUR = "Celles que vous déclarerez apparaîtront ici, avec leur suite."
AU_PLUS = 5  # on a home page
BADGES = {Violation.Etat.DECLAREE: "new", Violation.Etat.CONNUE: "info", Violation.Etat.CLOSE: ""}
EXPLICATIONS = {
    "prendre_connaissance": "Votre délai s’arrête, et qui l’a déclarée sait que vous l’avez lue.",
    "completer": "L’autre partie est prévenue qu’il y a du nouveau à lire.",
    "clore": "La caisse dit ce qu’elle a décidé. Le partenaire peut le lire.",
}
FORMULAIRES = {"completer": FormulaireComplement, "clore": FormulaireCloture}


def lister(acteur: Utilisateur, curseur: str | None) -> dict[str, Any]:
    """One page, the last declared first, with the clock of those that are still unread."""
    visibles = Violation.objects.visibles_par(acteur).select_related("caisse", "partenaire")
    page = pages.page(
        visibles, curseur, tri=("declaree_le", "pk"), cle="identifiant", descendant=True
    )
    return {
        "page": page,
        "violations": _lignes(page.lignes),
        "cote": cote_de(acteur),
        "vide": VIDE if acteur.profil in LISENT_TOUT else VIDE_AUTEUR,
    }


def a_lire(acteur: Utilisateur) -> list[dict[str, Any]]:
    """What waits for who opens the home page, the first declared first."""
    siennes = Violation.objects.a_lire_par(acteur).select_related("caisse", "partenaire")
    return _lignes(siennes.order_by("declaree_le", "pk")[:AU_PLUS])


def composer(
    violation: Violation, acteur: Utilisateur, saisi: Any = None, nom: str = ""
) -> dict[str, Any]:
    """Its page; `saisi` is the form of the step `nom` that was refused."""
    maintenant, echeance = timezone.now(), violation.echeances.first()
    etapes = [
        {
            "nom": etape.nom,
            "libelle": etape.libelle,
            "explication": EXPLICATIONS[etape.nom],
            "form": saisi if etape.nom == nom else _formulaire(etape.nom),
            "ouverte": etape.nom == nom,
        }
        for etape in CIRCUIT.possibles(violation, acteur)
    ]
    return {
        **_ligne(violation, echeance, maintenant),
        "declaration": _declaration(violation),
        "etapes": etapes,
        "form": saisi,
        "chronologie": _chronologie(violation),
        "heures": _heures(echeance),
        "cnil_avant": _avant_la_cnil(violation, acteur),
        "maintenant": maintenant,
        "cote": cote_de(acteur),
    }


def _formulaire(nom: str) -> Any:
    return FORMULAIRES[nom](prefix=nom) if nom in FORMULAIRES else None


def _lignes(violations: Iterable[Violation]) -> list[dict[str, Any]]:
    """As rows, with the clock of those that are still unread: two queries."""
    lues, maintenant = list(violations), timezone.now()
    attendues = Echeance.objects.ouvertes().filter(violation__in=lues)
    horloges = {echeance.violation_id: echeance for echeance in attendues}
    return [_ligne(v, horloges.get(v.pk), maintenant) for v in lues]


def _ligne(violation: Violation, echeance: Echeance | None, maintenant: datetime) -> dict[str, Any]:
    genre, texte = _horloge(violation, echeance, maintenant) if echeance else ("", "")
    return {
        "violation": violation,
        "badge": BADGES[Violation.Etat(violation.etat)],
        "delai_genre": genre,
        "delai_texte": texte,
        "echeance": echeance,
    }


def _heures(echeance: Echeance | None) -> int:
    """The delay that was promised, whatever an avenant changed since."""
    return echeance.duree // timedelta(hours=1) if echeance else 0


def _horloge(violation: Violation, echeance: Echeance, maintenant: datetime) -> tuple[str, str]:
    """The deadline as a badge: the time left or lost, or whether it was kept."""
    if echeance.terminee_le:
        quoi = "lue" if violation.est_lue else "close"
        if echeance.depassee_le:
            return "retard", f"{quoi} hors délai"
        return "tenu", f"{quoi} dans le délai"
    genre = "proche" if echeance.bientot_le <= maintenant else "normal"
    genre = "retard" if echeance.echeance_le < maintenant else genre
    return genre, f"à lire : {reste(echeance.echeance_le, maintenant)}"


def _declaration(violation: Violation) -> list[dict[str, Any]]:
    atteintes = [Violation.Atteinte(code).label for code in violation.atteintes]
    categories = [Violation.Categorie(code).label for code in violation.categories]
    annonce = violation.declaree_le - violation.constatee_le
    return [
        {"libelle": "Caisse", "valeur": violation.caisse.nom},
        {"libelle": "Partenaire", "valeur": violation.partenaire.nom},
        {"libelle": "Constatée par", "valeur": violation.get_cote_display()},
        {"libelle": "Violation", "valeur": violation.get_statut_display()},
        {"libelle": "Constatée le", "valeur": instant(violation.constatee_le)},
        {
            "libelle": "Déclarée le",
            "valeur": f"{instant(violation.declaree_le)}, {_apres(annonce)} après le constat",
        },
        {"libelle": "Données", "valeurs": categories},
        {"libelle": "Elles ont été", "valeurs": atteintes},
        {
            "libelle": "Personnes concernées",
            "valeur": nombre(violation.personnes) or "Pas encore connu",
        },
        {"libelle": "Ce qui s’est passé", "valeur": violation.recit},
        {"libelle": "Ce qui a déjà été fait", "valeur": violation.mesures},
    ]


def _apres(duree: timedelta) -> str:
    """« 3 h », « 2 jours »: whole units, the lower one."""
    heures = int(duree.total_seconds() // 3600)
    if heures < 1:
        return "moins d’une heure"
    return f"{heures}\u00a0h" if heures < 72 else f"{heures // 24}\u00a0jours"


def _chronologie(violation: Violation) -> list[dict[str, Any]]:
    etapes = [
        {
            "titre": "Déclarée",
            "quand": violation.declaree_le,
            "acteur": violation.declaree_par,
        }
    ]
    etapes += [
        {
            "titre": "Information ajoutée",
            "quand": c.ecrit_le,
            "acteur": c.ecrit_par,
            "texte": c.texte,
        }
        for c in violation.complements.select_related("ecrit_par")
    ]
    if violation.est_lue:
        etapes.append(
            {
                "titre": "Lue par l’autre partie",
                "quand": violation.connue_le,
                "acteur": violation.connue_par,
            }
        )
    if violation.close_le:
        informees = "Les personnes concernées ont été informées. "
        texte = (informees if violation.personnes_informees else "") + violation.conclusion
        etapes.append(
            {
                "titre": violation.get_suite_display(),
                "quand": violation.close_le,
                "acteur": violation.close_par,
                "texte": texte,
            }
        )
    return sorted(etapes, key=lambda etape: etape["quand"])


def _avant_la_cnil(violation: Violation, acteur: Utilisateur) -> datetime | None:
    """Until when the caisse, which answers for the data, may have to notify the authority."""
    if violation.close_le or cote_de(acteur) != Violation.Cote.CAISSE:
        return None
    trouvee_par_elle = violation.cote == Violation.Cote.CAISSE
    depart = violation.constatee_le if trouvee_par_elle else violation.declaree_le
    return apres_heures(depart, HEURES_CNIL)
