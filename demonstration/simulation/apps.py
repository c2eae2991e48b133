from django.apps import AppConfig


class SimulationConfig(AppConfig):
    """Apart from the demonstration: its command is there for the tests too, its page is not."""

    name = "demonstration.simulation"
    verbose_name = "Simulation"
