"""The lists: the agents' queue with its counted baskets, and the partner's history (D-15)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import IntegerField, Q, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils.timezone import get_current_timezone

from comptes import habilitations
from comptes.models import Caisse, Civilite, Partenaire, Utilisateur
from conventions.models import Service
from echeances.delais import JAMAIS
from portail.calendrier import fin_de_jour_civil, reste
from signalements import etats, releve
from signalements.models import Demande, Etat, Issue, Motif
from signalements.models.demandes import DemandeQuerySet

COMPTE_MAX = 1000
# `historique` is a right to read, not something that is asked for.
SERVICES = [choix for choix in Service.choices if choix[0] != Service.HISTORIQUE]
ETAPES = dict(Etat.choices)
ISSUES = dict(Issue.choices)
REFERENCE_TYPE = "EP-0000-0000"
CIVILITES = dict(Civilite.choices)
MOTIFS = {valeur: libelle.partition(" (")[0] for valeur, libelle in Motif.choices}
# What a row of the queue shows, and what its badges are computed from.
COLONNES = (
    "reference",
    "caisse",
    "caisse__nom",
    "partenaire__nom",
    "motif",
    "civilite",
    "prenom",
    "nom",
    "urgente",
    "etat",
    "agent",
    "agent__prenom",
    "agent__nom",
    "attente_depuis",
    "partenaire_a_repondu",
    "a_traiter_avant",
    "bientot_le",
    "activite_le",  # the closed ones are sorted by it
    "issue",
    "anonymisee_le",
)
COLONNES_HISTORIQUE = (
    "reference",
    "caisse__nom",
    "auteur__etat",
    "auteur__profil",
    "auteur__prenom",
    "auteur__nom",
    "motif",
    "civilite",
    "prenom",
    "nom",
    "etat",
    "deposee_le",
    "attente_depuis",
    "a_traiter_avant",
    "bientot_le",
    "activite_le",
    "issue",
    "anonymisee_le",
)

Tri = Callable[[DemandeQuerySet, Utilisateur, datetime], DemandeQuerySet]


@dataclass(frozen=True, slots=True)
class Corbeille:
    """A work basket of the queue: a name for the URL, a label, which rows, in which order."""

    nom: str
    libelle: str
    tri: Tri
    ordre: str = "a_traiter_avant"


CORBEILLES = {
    c.nom: c
    for c in [
        Corbeille("nouvelles", "Nouvelles", lambda q, a, m: q.filter(etat=Etat.DEPOSEE)),
        Corbeille("miennes", "Les miennes", lambda q, a, m: q.ouvertes().filter(agent=a)),
        Corbeille(
            "remplacements",
            "Remplacements",
            lambda q, a, m: q.ouvertes().filter(releve.confiees(a, m)),
        ),
        Corbeille("urgentes", "Urgentes", lambda q, a, m: q.ouvertes().filter(urgente=True)),
        Corbeille(
            "retard",
            "En retard ou presque",
            lambda q, a, m: q.ouvertes().filter(bientot_le__lte=m),
        ),
        Corbeille(
            "repondues",
            "Le partenaire a répondu",
            lambda q, a, m: q.ouvertes().filter(partenaire_a_repondu=True),
        ),
        Corbeille(
            "non_attribuees",
            "Non attribuées",
            lambda q, a, m: q.ouvertes().filter(agent=None),
        ),
        Corbeille("ouvertes", "Toutes en cours", lambda q, a, m: q.ouvertes()),
        Corbeille(
            "closes",
            "Clôturées",
            lambda q, a, m: q.filter(etat=Etat.CLOTUREE),
            "-activite_le",
        ),
    ]
}
# A search looks everywhere, closed requests included.
PARTOUT = Corbeille("", "Résultats de la recherche", lambda q, a, m: q, "-activite_le")
COMPTEES = [nom for nom in CORBEILLES if nom != "closes"]


class Compte(Subquery):
    """The size of a slice: a count that costs the same with a thousand rows or a million."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) lignes)"
    output_field = IntegerField()
    empty_result_set_value = 0


def compter(acteur: Utilisateur, maintenant: datetime) -> dict[str, str]:
    """How many rows each basket holds, in one query, « 1000+ » past a thousand."""
    visibles = Demande.objects.visibles_par(acteur)
    comptes = {
        f"n_{nom}": Compte(
            CORBEILLES[nom].tri(visibles, acteur, maintenant).order_by().values("pk")[:COMPTE_MAX]
        )
        for nom in COMPTEES
    }
    ligne = Utilisateur.objects.filter(pk=acteur.pk).order_by().values(**comptes).get()
    return {nom: borne(ligne[f"n_{nom}"]) for nom in COMPTEES}


def borne(nombre: int) -> str:
    """A count that stopped at a thousand: « 1000+ »."""
    return f"{nombre}+" if nombre >= COMPTE_MAX else str(nombre)


def file_de(acteur: Utilisateur, corbeille: Corbeille, maintenant: datetime) -> DemandeQuerySet:
    """The rows of one basket, as plain values: to be given to `presenter` once cut in pages."""
    visibles = Demande.objects.visibles_par(acteur)
    return corbeille.tri(visibles, acteur, maintenant).values(*COLONNES)


def par_caisse(acteur: Utilisateur) -> list[Q]:
    """The parts of the queue, for `portail.pagination`: each caisse has its own index."""
    return [Q(caisse=pk) for pk in sorted(habilitations.caisses(acteur, "instruire"))]


def historique_de(acteur: Utilisateur) -> DemandeQuerySet:
    """All the partner's requests, whoever filed them (D-15)."""
    visibles = Demande.objects.visibles_par(acteur)
    return visibles.select_related("caisse", "auteur").only(*COLONNES_HISTORIQUE)


def filtrer(demandes: DemandeQuerySet, choisis: dict[str, Any]) -> DemandeQuerySet:
    """Apply the filters that are set; days are Paris civil days."""
    condition = Q()
    if "etape" in choisis:
        condition &= Q(etat=choisis["etape"])
    if "service" in choisis:
        condition &= Q(service=choisis["service"])
    if "caisse" in choisis:
        condition &= Q(caisse__code=choisis["caisse"])
    if "partenaire" in choisis:
        condition &= Q(partenaire__code=choisis["partenaire"])
    if "urgence" in choisis:
        condition &= Q(urgente=True)
    if "du" in choisis:
        condition &= Q(deposee_le__gte=_debut(choisis["du"]))
    if "au" in choisis:
        condition &= Q(deposee_le__lte=fin_de_jour_civil(_debut(choisis["au"]), 0))
    return demandes.filter(condition)


def options(acteur: Utilisateur) -> dict[str, list[tuple[str, str]]]:
    """The choices of the filters, in one query: what the account may see, and nothing else."""
    tenants = _tenants(acteur).order_by("nom")
    choix: dict[str, list[tuple[str, str]]] = {"service": SERVICES, "caisse": [], "partenaire": []}
    for genre, code, nom in tenants:
        choix[genre].append((code, nom))
    return choix


def _tenants(acteur: Utilisateur) -> QuerySet[Any, Any]:
    caisses = sorted(habilitations.caisses(acteur, "instruire"))
    if caisses:
        siennes = Caisse.objects.filter(pk__in=caisses)
        lies = Partenaire.objects.filter(conventions__caisses__in=caisses)
        return _en_choix("caisse", siennes).union(_en_choix("partenaire", lies))
    partenaires = sorted(habilitations.partenaires(acteur, "deposer"))
    return _en_choix(
        "caisse", Caisse.objects.filter(conventions__partenaires__in=partenaires)
    ).distinct()


def _en_choix(genre: str, tenants: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    annotes = tenants.order_by().annotate(genre=Value(genre))
    return annotes.values_list("genre", "code", "nom")


def delai(demande: Demande, maintenant: datetime, *, cote_caisse: bool = True) -> tuple[str, str]:
    """The deadline as a badge: its kind (retard, proche, normal, pause, aucun) and its text."""
    return badge(
        demande.etat,
        demande.attente_depuis,
        (demande.a_traiter_avant, demande.bientot_le),
        maintenant,
        cote_caisse,
    )


def badge(
    etat: str,
    attente_depuis: datetime | None,
    echeance: tuple[datetime, datetime],
    maintenant: datetime,
    cote_caisse: bool,
) -> tuple[str, str]:
    """The same, from the columns that it takes; `echeance` is when it falls, and is near."""
    if etat == Etat.CLOTUREE:
        return "aucun", "Terminée"
    # An urgency runs whatever is waited for (D-14): the caisse has to see it first.
    if attente_depuis and not (cote_caisse and echeance[0] != JAMAIS):
        return "pause", "En attente du partenaire" if cote_caisse else "Votre réponse est attendue"
    if echeance[0] == JAMAIS:
        return "aucun", "Sans échéance"
    return compte_a_rebours(*echeance, maintenant)


def compte_a_rebours(
    echeance_le: datetime, bientot_le: datetime, maintenant: datetime
) -> tuple[str, str]:
    """A deadline that runs, as a badge: retard, proche or normal, and the time left or lost."""
    texte = reste(echeance_le, maintenant)
    if echeance_le < maintenant:
        return "retard", texte
    return ("proche", f"bientôt, {texte}") if bientot_le <= maintenant else ("normal", texte)


def habiller(demandes: list[Demande], maintenant: datetime, *, cote_caisse: bool) -> list[Demande]:
    """Give each request what the template of its row shows, ready to print."""
    adresse = reverse("signalements:demande", args=[REFERENCE_TYPE])
    for demande in demandes:
        ligne: Any = demande
        ligne.delai_genre, ligne.delai_texte = delai(demande, maintenant, cote_caisse=cote_caisse)
        ligne.adresse = adresse.replace(REFERENCE_TYPE, demande.reference)
        ligne.etape = etape(demande.etat, demande.issue if demande.anonymisee_le else "")
        ligne.objet = MOTIFS[demande.motif]
    return demandes


def presenter(
    lignes: list[dict[str, Any]], maintenant: datetime, acteur: Utilisateur
) -> list[dict[str, Any]]:
    """Rows of the queue, ready to print: fifty of them have to stay light."""
    adresse = reverse("signalements:demande", args=[REFERENCE_TYPE])
    prise = reverse("signalements:etape", args=[REFERENCE_TYPE, etats.PRENDRE_EN_CHARGE.nom])
    for ligne in lignes:
        etat, reference = ligne["etat"], ligne["reference"]
        ligne["delai_genre"], ligne["delai_texte"] = badge(
            etat,
            ligne["attente_depuis"],
            (ligne["a_traiter_avant"], ligne["bientot_le"]),
            maintenant,
            True,
        )
        ligne["objet"] = MOTIFS[ligne["motif"]]
        if ligne["anonymisee_le"]:
            ligne["etape"] = etape(etat, ligne["issue"])
            continue
        ligne["adresse"] = adresse.replace(REFERENCE_TYPE, reference)
        ligne["personne"] = (
            f"{CIVILITES[ligne['civilite']]} {ligne['prenom']} {ligne['nom'].upper()}"
        )
        ligne["etape"] = etape(etat)
        ligne["suivie_par"] = _suivie_par(ligne, acteur)
        if etat != Etat.CLOTUREE:
            ligne["absence"] = releve.situer(ligne, acteur, maintenant)
        if etat in etats.PRENDRE_EN_CHARGE.depuis:
            ligne["adresse_prise"] = prise.replace(REFERENCE_TYPE, reference)
    return lignes


def etape(etat: str, issue: str = "") -> str:
    """The stage in words; with its outcome, where the row leads to no page that tells it."""
    return f"{ETAPES[etat]} : {ISSUES[issue].lower()}" if issue else ETAPES[etat]


def _suivie_par(ligne: dict[str, Any], acteur: Utilisateur) -> str:
    if ligne["agent"] is None:
        return "Non attribuée"
    if ligne["agent"] == acteur.pk:
        return "Vous"
    return f"{ligne['agent__prenom']} {ligne['agent__nom']}"


def _debut(jour: date) -> datetime:
    return datetime(jour.year, jour.month, jour.day, tzinfo=get_current_timezone())
