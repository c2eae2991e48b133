from django.apps import AppConfig


class EcheancesConfig(AppConfig):
    name = "echeances"
    verbose_name = "échéances"
