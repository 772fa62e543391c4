"""What `manage.py run` says once everything is up."""

from django.conf import settings


def welcome(*, demo: bool, empty: bool = False) -> str:
    """The addresses, the demo's sign-in lines where there is a demo, and how to stop; in a box.

    An empty portal says where to begin.
    """
    lines = ["Collagenda is running.", "", f"Portal         {settings.BASE_URL}/"]
    if settings.EMBEDDED_MAIL:
        lines.append(f"Caught mail    http://localhost:{settings.MAIL_WEB_PORT}/")
    if demo:
        lines += ["", f"Sign in with   {settings.DEMO_EMAIL}", f"Password       {settings.DEMO_PASSWORD}"]
    if empty:
        lines += ["", "There is no clinic yet: docs/operations.md says how to make one."]
    lines += ["", "Ctrl-C stops everything."]
    return boxed(lines)


def boxed(lines: list[str]) -> str:
    """The lines inside a frame."""
    width = max(map(len, lines))
    edge = "+" + "-" * (width + 4) + "+"
    return "\n".join(["", edge, *(f"|  {line:<{width}}  |" for line in lines), edge, ""])
