"""What our documents say, read once from the rows: strings, numbers and lists, nothing else.

The database keeps it as JSON between the moment it is asked and the moment it is rendered.
"""

from conventions.contextes.actes import avenant, utilisation
from conventions.contextes.contacts import contacts

__all__ = ["avenant", "contacts", "utilisation"]
