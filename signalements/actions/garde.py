"""« Ce n'est pas une donnée de santé »: a contested refusal goes to the caisse's DPO (D-09)."""

from collections.abc import Iterable
from datetime import datetime

from comptes import journal
from comptes.models import Utilisateur
from portail import garde_fou, levees
from signalements.models import Demande, Levee, Lieu


def lever(
    demande: Demande,
    contestees: Iterable[levees.Levee],
    *,
    lieu: Lieu,
    acteur: Utilisateur,
    quand: datetime,
) -> None:
    """List these contested refusals for the caisse's DPO, in the transaction that keeps the text.

    The row holds the excerpts and the reason; the trace, only how many there were.
    """
    lignes = [
        Levee(
            caisse_id=demande.caisse_id,
            partenaire_id=demande.partenaire_id,
            demande=demande,
            auteur=acteur,
            lieu=lieu,
            empreinte=contestee.empreinte,
            raison=contestee.raison,
            passages=_passages(contestee),
            categories=sorted({motif.categorie for motif in contestee.motifs}),
            creee_le=quand,
        )
        for contestee in contestees
    ]
    if lignes:
        Levee.objects.bulk_create(lignes)
        journal.tracer(acteur, journal.Action.CREATION, demande, levees=len(lignes))


def _passages(contestee: levees.Levee) -> list[list[list[bool | str]]]:
    extraits = garde_fou.extraits(contestee.texte, contestee.motifs)
    return [[list(segment) for segment in extrait] for extrait in extraits]
