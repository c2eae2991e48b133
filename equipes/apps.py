from django.apps import AppConfig


class EquipesConfig(AppConfig):
    name = "equipes"
    verbose_name = "Équipes"

    def ready(self) -> None:
        """Tell what the documents about accounts say to the app that makes documents."""
        from conventions.actions.documents import CONTEXTES
        from conventions.models import Document
        from equipes import documents

        CONTEXTES[Document.Nature.HABILITATIONS] = documents.habilitations
        CONTEXTES[Document.Nature.FRAUDE] = documents.fraude
