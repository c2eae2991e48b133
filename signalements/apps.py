from django.apps import AppConfig


class SignalementsConfig(AppConfig):
    name = "signalements"
    verbose_name = "Signalements"

    def ready(self) -> None:
        """Tell the storey below what it cannot look up (G-04)."""
        from comptes import conservation as reglage
        from signalements import conservation

        reglage.ECHUES = conservation.compter_echues
