"""When too many failures close the door: django-axes, with a second limit."""

from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest

ECHECS_COMPTE = 20


class Verrou(AxesDatabaseHandler):
    """AXES_FAILURE_LIMIT failures on a login from one address, or 20 from anywhere, lock it.

    The second limit stops whoever changes address at each try. It is higher, so that closing
    somebody else's account takes several addresses.
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Failures within AXES_COOLOFF_TIME, on the scale of AXES_FAILURE_LIMIT."""
        ici = super().get_failures(request, credentials)
        partout = AccessAttempt.objects.filter(
            username=get_client_username(request, credentials),
            attempt_time__gte=get_cool_off_threshold(request),
        ).aggregate(total=Sum("failures_since_start", default=0))["total"]
        return max(ici, partout * settings.AXES_FAILURE_LIMIT // ECHECS_COMPTE)
