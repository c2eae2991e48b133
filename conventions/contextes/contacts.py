from typing import Any

from conventions.models import Document


def contacts(document: Document) -> dict[str, Any]:
    return {}
