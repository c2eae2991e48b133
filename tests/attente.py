"""Wait for something that another process does, never for a duration."""

import time
from collections.abc import Callable


def attendre(condition: Callable[[], object], *, delai: float = 20.0, quoi: str = "") -> None:
    """Return as soon as `condition()` is true; fail after `delai` seconds."""
    echeance = time.monotonic() + delai
    while not condition():
        if time.monotonic() > echeance:
            raise AssertionError(f"not within {delai:.0f} s: {quoi or condition}")
        time.sleep(0.02)
