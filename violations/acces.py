"""Who may declare a breach to whom (G-02)."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import Min, QuerySet
from django.utils import timezone

from comptes import habilitations
from comptes.models import Caisse, Partenaire, Utilisateur
from conventions.models import CaisseLiee, Convention
from conventions.offre import appliquer_les_avenants, avenants_a_appliquer
from violations.models import Violation

DU_PARTENAIRE = ("deposer", "gerer")
DE_LA_CAISSE = ("instruire", "administrer", "proteger")


def cote_de(acteur: Utilisateur) -> str:
    """The party that one works for. Raises `PermissionDenied` for who works for none."""
    if siens(acteur):
        return Violation.Cote.PARTENAIRE
    if siennes(acteur):
        return Violation.Cote.CAISSE
    raise PermissionDenied


def siens(acteur: Utilisateur) -> frozenset[int]:
    """The partner that one works for, whatever one's right."""
    return frozenset(p for d in DU_PARTENAIRE for p in habilitations.partenaires(acteur, d))


def siennes(acteur: Utilisateur) -> frozenset[int]:
    """The caisses that one works for, whatever one's right."""
    return frozenset(c for d in DE_LA_CAISSE for c in habilitations.caisses(acteur, d))


def caisses_concernees(acteur: Utilisateur) -> QuerySet[Caisse]:
    """Those to which one may declare, or for which, by name."""
    if partenaires := siens(acteur):
        liens = _signes().filter(convention__partenaires__in=partenaires)
        return Caisse.objects.filter(pk__in=liens.values("caisse")).order_by("nom")
    return Caisse.objects.filter(pk__in=siennes(acteur)).order_by("nom")


def partenaires_concernes(acteur: Utilisateur) -> QuerySet[Partenaire]:
    """Those that a signed convention binds, or bound, to the caisses that one works for."""
    conventions = _signes().filter(caisse__in=siennes(acteur)).values("convention")
    lies = Convention.partenaires.through.objects.filter(convention__in=conventions)
    return Partenaire.objects.filter(pk__in=lies.values("partenaire")).order_by("nom")


def convention_entre(caisse: Caisse, partenaire: Partenaire) -> Convention | None:
    """Whose delay applies today: the one in force, else the last that bound the two."""
    jour = timezone.localdate()
    en_vigueur = Convention.objects.en_vigueur(jour).liant(caisse, partenaire, jour)
    signees = Convention.objects.filter(
        pk__in=_signes().filter(caisse=caisse).values("convention"), partenaires=partenaire
    )
    trouvee = (
        en_vigueur.order_by("-date_effet").first() or signees.order_by("-date_effet", "-pk").first()
    )
    return appliquer_les_avenants(trouvee, jour) if trouvee else None


def premier_jour(caisse: Caisse, partenaire: Partenaire) -> date | None:
    """When their first convention took effect."""
    liens = _signes().filter(caisse=caisse, convention__partenaires=partenaire)
    return liens.aggregate(jour=Min("convention__date_effet"))["jour"]


def heures_annoncees(acteur: Utilisateur) -> list[int]:
    """The delays of the conventions that bind the actor's party today, the shortest first."""
    jour = timezone.localdate()
    liens = CaisseLiee.objects.ouverts(jour)
    if cote_de(acteur) == Violation.Cote.PARTENAIRE:
        liens = liens.filter(convention__partenaires__in=siens(acteur))
    else:
        liens = liens.filter(caisse__in=siennes(acteur))
    conventions = Convention.objects.en_vigueur(jour).filter(pk__in=liens.values("convention"))
    changees = conventions.filter(pk__in=avenants_a_appliquer(jour).order_by().values("convention"))
    ecrites = conventions.exclude(pk__in=changees).values_list("delai_violation_heures", flat=True)
    dites = {appliquer_les_avenants(c, jour).delai_violation_heures for c in changees}
    return sorted({*ecrites, *dites})


def _signes() -> QuerySet[CaisseLiee]:
    return CaisseLiee.objects.filter(convention__date_effet__isnull=False)
