"""How many emails have left, in a file that outlives its process: written after each, in a millionth of a second.

What was written to a file stays when its process is killed, and the lock on it goes. So each drain notes in a file of
its own what the database hears only now and then, and whoever finds the file of a dead process tells the database.
"""

import fcntl
import logging
import os
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

log = logging.getLogger(__name__)

COUNT = struct.Struct("<Qd")  # how many have left, and when the last of them did
STOP = COUNT.size  # where a byte says that another worker has taken over; the holder's name follows
HEAD = STOP + 1
LONGEST = HEAD + 80
MOST = 2**31 - 1  # that the database can count


class Entry(NamedTuple):
    """What a drain has noted: below which place all have left, and when the last of them did."""

    holder: str
    gone: int
    gone_at: datetime


class Journal:
    """The file of one drain, locked for as long as its process lives."""

    def __init__(self, holder: str) -> None:
        """Raises OSError."""
        self._path, self._file = _path_of(holder), -1
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
            os.pwrite(self._file, COUNT.pack(0, 0) + b"\0" + holder.encode(), 0)
            if not os.fstat(self._file).st_nlink:
                raise FileNotFoundError("somebody deleted it before it was locked")
        except OSError:
            self.remove()
            raise

    def note(self, gone: int, at: datetime) -> None:
        """All below this place have left. Raises OSError."""
        os.pwrite(self._file, COUNT.pack(gone, at.timestamp()), 0)

    @property
    def stopped(self) -> bool:
        """Whether another worker has taken over what this drain held."""
        return os.pread(self._file, 1, STOP) != b"\0"

    def remove(self) -> None:
        """Nothing that it says is missing in the database."""
        _delete(self._path)
        self.close()

    def close(self) -> None:
        """Leave it for whoever comes next."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def open_journal(holder: str) -> Journal | None:
    """A new journal; None where no file can be written: then each email has to be noted in the database."""
    try:
        return Journal(holder)
    except OSError as why:
        log.warning("No file can be written in %s (%s): each email waits for the database.", settings.JOURNAL_DIR, why)
        return None


def left_by_the_dead() -> Iterator[Entry]:
    """What drains had noted whose processes are dead. Each file goes once the caller asks for the next one.

    One that cannot be read holds up nobody: what it says is missing then, as where no file could be written.
    """
    for path in sorted(settings.JOURNAL_DIR.glob("*.gone")):
        try:
            with path.open("r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if entry := _entry(file.fileno()):
                    yield entry
                _delete(path)
        except (BlockingIOError, FileNotFoundError):
            continue  # it lives, or somebody else is reading it, or has
        except OSError as why:
            log.warning("%s cannot be read: %s", path, why)


def stop(holder: str) -> Entry | None:
    """Let this drain send no more, should it live, and say what it has noted; None where it has no file to be read."""
    try:
        file = os.open(_path_of(holder), os.O_RDWR)
    except OSError:
        return None
    try:
        os.pwrite(file, b"\1", STOP)
    except OSError as why:
        log.warning("%s cannot be written: %s", _path_of(holder), why)
    try:
        return _entry(file)
    finally:
        os.close(file)


def _entry(file: int) -> Entry | None:
    """None where no email has left, or where a machine that lost its power left no sense in it."""
    said = os.pread(file, LONGEST, 0)
    try:
        gone, at = COUNT.unpack_from(said)
        entry = Entry(said[HEAD:].decode(), gone, datetime.fromtimestamp(at, UTC))
    except (struct.error, ValueError, OverflowError, OSError):
        return None
    return entry if entry.holder.isprintable() and 0 < gone <= MOST else None


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as why:
        log.warning("%s cannot be deleted: %s", path, why)


def _path_of(holder: str) -> Path:
    return Path(settings.JOURNAL_DIR) / f"{holder.rpartition(':')[2]}.gone"
