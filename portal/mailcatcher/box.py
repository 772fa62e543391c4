"""The box of caught emails: one file each, newest kept, oldest dropped."""

import email
import email.policy
import os
import re
import time
from dataclasses import dataclass
from email.message import EmailMessage
from functools import lru_cache
from itertools import count
from pathlib import Path

NAME = re.compile(r"\d{20}-\d{6}")
KEPT = 500
_numbers = count()


@dataclass(frozen=True)
class Caught:
    """One email as it came."""

    name: str
    message: EmailMessage

    @property
    def text(self) -> str:
        """The plain words, or nothing."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The formatted words, or nothing."""
        return self._part("html")

    def header(self, name: str) -> str:
        """One header, or nothing."""
        return str(self.message.get(name, ""))

    def _part(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part else ""


@lru_cache(maxsize=KEPT)
def _read(file: Path) -> EmailMessage:
    """An email, read once: its file never changes, and the list is asked for every two seconds."""
    return email.message_from_bytes(file.read_bytes(), policy=email.policy.default)


class Box:
    """A folder of emails."""

    def __init__(self, folder: Path, *, kept: int = KEPT) -> None:
        self.folder = folder
        self.kept = kept
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, content: bytes) -> str:
        """Keep one email; its name. The file appears whole or not at all."""
        name = f"{time.time_ns():020d}-{next(_numbers):06d}"
        half = self.folder / f"{name}.part"
        half.write_bytes(content)
        os.replace(half, self.folder / f"{name}.eml")
        for old in self.names()[self.kept :]:
            (self.folder / f"{old}.eml").unlink(missing_ok=True)
        return name

    def names(self) -> list[str]:
        """The names of the kept emails, newest first."""
        return sorted((file.stem for file in self.folder.glob("*.eml") if NAME.fullmatch(file.stem)), reverse=True)

    def get(self, name: str) -> Caught | None:
        """One email, or None when there is none of that name (any more)."""
        if not NAME.fullmatch(name):
            return None
        file = self.folder / f"{name}.eml"
        try:
            return Caught(name, _read(file)) if file.exists() else None
        except FileNotFoundError:
            return None  # thrown away while we looked

    def clear(self) -> None:
        """Throw every email away."""
        for name in self.names():
            (self.folder / f"{name}.eml").unlink(missing_ok=True)
