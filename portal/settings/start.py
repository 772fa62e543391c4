"""Reads the settings at the start of a program; an odd environment ends it with one sentence and no traceback."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def settings_or_stop(*, code: int = 1) -> None:
    """Load the settings, or print the sentence that says what is wrong and exit."""
    try:
        settings.INSTALLED_APPS  # noqa: B018  the first attribute asked for is what loads them
    except ImproperlyConfigured as odd:
        sentence = str(odd)
    except ModuleNotFoundError as missing:
        if missing.name != os.environ.get("DJANGO_SETTINGS_MODULE"):
            raise
        sentence = "DJANGO_SETTINGS_MODULE must be portal.settings.base (a clinic) or portal.settings.dev (to try out)."
    else:
        return
    sys.stderr.write(f"Collagenda cannot start: {sentence}\n")
    raise SystemExit(code)
