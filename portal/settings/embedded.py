"""Where the embedded broker of a developer's machine listens: a Unix socket that only its owner can open."""

import hashlib
import os
import tempfile
from pathlib import Path

LONGEST_SOCKET_PATH = 90  # the system allows about a hundred bytes


def broker_socket(var: Path) -> Path:
    """The socket under var/, or in a short private folder when that path is too long for a socket."""
    socket = var / "broker" / "broker.sock"
    if len(os.fsencode(socket)) <= LONGEST_SOCKET_PATH:
        return socket
    name = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"collagenda-{os.getuid()}-{name}" / "broker.sock"


def broker_url(var: Path) -> str:
    """The embedded broker's address, as Celery reads it."""
    return f"redis+socket://{broker_socket(var)}"
