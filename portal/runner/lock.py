"""One portal at a time under one var/ folder."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import CommandError


@contextlib.contextmanager
def alone_in(var: Path) -> Iterator[None]:
    """Hold var/ for as long as this process lives. Raises CommandError when another one holds it."""
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (var / "running.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(f"The portal is running with {var} already. Stop it first.") from None
        yield
