"""What Django's own checks do not look at."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security)
def demo_only_with_debug(**_kwargs: object) -> list[CheckMessage]:
    """The demo clinic's sign-in is public knowledge, so it may exist on a developer's machine only."""
    if settings.DEMO and not settings.DEBUG:
        return [Error("DEMO is on while DEBUG is off: the demo sign-in is public.", id="portal.E001")]
    return []
