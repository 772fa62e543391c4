"""Reads the settings at the start of a program; an odd environment ends it with one sentence and no traceback."""

import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def settings_or_stop(*, code: int = 1) -> None:
    """Load the settings, or print the sentence that says what is wrong and exit."""
    try:
        settings.INSTALLED_APPS  # noqa: B018  the first attribute asked for is what loads them
    except ImproperlyConfigured as odd:
        sys.stderr.write(f"Collagenda cannot start: {odd}\n")
        raise SystemExit(code) from None
