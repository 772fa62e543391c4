"""python -m portal.mailcatcher --folder var/mail --mail-port 8025 --web-port 8026."""

import argparse
import contextlib
import signal
import sys
from pathlib import Path

from django.conf import settings

from portal.mailcatcher.box import Box
from portal.mailcatcher.smtp import mail_server
from portal.mailcatcher.web import web_server


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="portal.mailcatcher", description="Take every email, deliver none, show all.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--mail-port", type=int, default=8025)
    parser.add_argument("--web-port", type=int, default=8026)
    parser.add_argument("--folder", type=Path, required=True)
    return parser.parse_args()


def main() -> None:
    """Serve until SIGTERM or Ctrl-C."""
    asked = arguments()
    if not settings.configured:
        settings.configure()  # the templates ask for it; the catcher has no settings of its own
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    box = Box(asked.folder)
    catcher = mail_server(box, host=asked.host, port=asked.mail_port)
    catcher.start()
    try:
        with web_server(box, host=asked.host, port=asked.web_port) as pages, contextlib.suppress(KeyboardInterrupt):
            pages.serve_forever()
    finally:
        catcher.stop()


if __name__ == "__main__":
    main()
