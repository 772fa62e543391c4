"""What slices above sessions show on a session's page: each adds itself to PANELS when its pages are loaded."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from treatments.sessions.models import Session

Panel = Callable[
    [HttpRequest, Session], dict[str, Any] | None
]  # its "template" and what that needs; None: not for them
PANELS: list[Panel] = []


def panels_for(request: HttpRequest, session: Session) -> list[dict[str, Any]]:
    """The panels that whoever is signed in may see."""
    return [found for panel in PANELS if (found := panel(request, session))]
