"""What a data protection officer decides of a contested refusal (D-09)."""

from django.db import transaction
from django.utils import timezone

from comptes import journal
from comptes.models import Utilisateur
from signalements.models import Levee


class LeveeDevancee(Exception):
    """Somebody decided in between; `message` says who, and what, in French."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@transaction.atomic
def juger(levee: Levee, avis: str, *, vu: str, acteur: Utilisateur) -> Levee:
    """Give an opinion on a contested refusal, or put it back to be reviewed (`avis` empty).

    `vu` is the opinion that the page showed. A no-op when the opinion is given already; raises
    `LeveeDevancee` when it is neither that one nor the one that was seen.
    """
    verrouillee = Levee.objects.select_for_update().get(pk=levee.pk)
    if verrouillee.avis == avis:
        return verrouillee
    if verrouillee.avis != vu:
        raise LeveeDevancee(_devancee(verrouillee))
    verrouillee.avis = avis
    verrouillee.relue_par = acteur if avis else None
    verrouillee.relue_le = timezone.now() if avis else None
    verrouillee.save(update_fields=["avis", "relue_par", "relue_le"])
    journal.tracer(
        acteur,
        journal.Action.CHANGEMENT,
        verrouillee.demande,
        levee=str(verrouillee.identifiant),
        avis=avis,
    )
    return verrouillee


def _devancee(levee: Levee) -> str:
    if levee.relue_par is None:
        return "Cette levée a été remise à relire entre-temps : votre avis n’est pas enregistré."
    return (
        f"{levee.relue_par} a relu cette levée entre-temps, avec un autre avis : "
        f"« {levee.avis_donne} ». Le vôtre n’est pas enregistré."
    )
