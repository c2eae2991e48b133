"""The last sign of life of the worker and of beat, kept in Valkey for /etat/."""

import logging

from django.core.cache import cache
from redis.exceptions import RedisError

OUVRIER = "ouvrier"
BEAT = "beat"
DUREE = 600  # seconds: an older pulse is no pulse

journal = logging.getLogger(__name__)


def battre(qui: str, *, maintenant: float) -> None:
    """Note that `qui` is alive at `maintenant` (Unix time); a down Valkey is only logged."""
    try:
        cache.set(f"pouls:{qui}", maintenant, DUREE)
    except (RedisError, OSError):
        journal.warning("The pulse of %s could not be noted", qui)


def age(qui: str, *, maintenant: float) -> float | None:
    """Seconds since the last sign of life of `qui`; None without any in the last ten minutes."""
    dernier = cache.get(f"pouls:{qui}")
    return None if dernier is None else max(0.0, maintenant - dernier)
