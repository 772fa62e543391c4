"""Ports: whether they are free, and the sentence when one is not."""

import socket

from django.core.management.base import CommandError


def taken(port: int) -> bool:
    """Whether somebody listens on this port of this machine already."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do: a port just left is free
        try:
            door.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def refuse_taken(ports: dict[str, int]) -> None:
    """Raises CommandError when a port is taken or wanted twice; `ports` is by the variable that sets it."""
    for name, port in ports.items():
        if taken(port):
            raise CommandError(
                f"Port {port} is taken by another program. Stop that one, or set {name} to a free port, "
                f"for example: {name}={port + 100} python3 dev.py run"
            )
    if len(set(ports.values())) < len(ports):
        raise CommandError(f"{', '.join(ports)} must be different ports.")
