"""How verbs take hold of a draft: always the draft first, then its files."""

from signalements.models import Brouillon


class DepotImpossible(Exception):
    """The caisse does not take this request; `message` is the French reason."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def verrouiller_brouillon(brouillon: Brouillon) -> Brouillon:
    """The draft as it is now, locked until the end of the transaction.

    Raises `DepotImpossible` when it was filed or deleted meanwhile, in another page.
    """
    verrouille = Brouillon.objects.select_for_update().filter(pk=brouillon.pk).first()
    if verrouille is None:
        raise DepotImpossible(
            "Ce brouillon n'existe plus : il a été déposé ou supprimé dans une autre page. "
            "Vos demandes déposées sont dans l'historique."
        )
    return verrouille
