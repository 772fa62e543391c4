"""Django's command line for Collagenda."""

import os
import sys


def main() -> None:
    """Run one management command; settings are production's unless told otherwise."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
    from django.core.management import execute_from_command_line

    from portal.settings.start import settings_or_stop

    settings_or_stop()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
