from django.apps import AppConfig


class ConventionsConfig(AppConfig):
    name = "conventions"
    verbose_name = "Conventions"

    def ready(self) -> None:
        """Tell the storey below what it cannot look up (H-04)."""
        from comptes import motdepasse
        from conventions import rotation

        motdepasse.DUREE = rotation.jours
