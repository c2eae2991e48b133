"""How long a password lasts for the accounts of a partner: as its caisses ask (H-04)."""

from django.db.models import Min, OuterRef, Subquery, Value
from django.utils import timezone

from comptes.models import DroitPartenaire
from conventions.models import CaisseLiee, Convention
from portail.calendrier import jour_civil


def jours() -> Subquery:
    """The shortest duration among the caisses bound today, for the account `OuterRef("pk")`."""
    jour = jour_civil(timezone.now())
    siens = DroitPartenaire.objects.filter(user=OuterRef(OuterRef("pk"))).values("content_object")
    lies = CaisseLiee.objects.ouverts(jour).filter(
        convention__in=Convention.objects.en_vigueur(jour), convention__partenaires__in=siens
    )
    courte = lies.order_by().values(tous=Value(1)).annotate(jours=Min("caisse__mot_de_passe_jours"))
    return Subquery(courte.values("jours"))
