"""Django's command line for Collagenda."""

import os
import sys


def main() -> None:
    """Run one management command; settings are production's unless told otherwise."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
    from django.core.management import execute_from_command_line
    from django.core.management.base import CommandParser, handle_default_options

    from portal.settings.start import settings_or_stop

    parser = CommandParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--settings")
    parser.add_argument("--pythonpath")
    handle_default_options(parser.parse_known_args(sys.argv[2:])[0])
    settings_or_stop()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
