from typing import Any

from conventions.models import Document


def utilisation(document: Document) -> dict[str, Any]:
    return {}


def avenant(document: Document) -> dict[str, Any]:
    return {}
