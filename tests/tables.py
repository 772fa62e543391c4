"""An SQLite database with every table and no row of ours: made once for each state of the code, then copied.

To make it takes twenty seconds of a core, and a run of the tests needs it in six places.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STEM = f"collagenda-tables-{os.getuid()}-"
KEPT_SECONDS = 4 * 60 * 60  # since they were last copied
PLACE = Path(tempfile.gettempdir())


def fingerprint() -> str:
    """Of all that says how the tables are: our code, what it reads, the locked packages, Python and SQLite."""
    told = hashlib.sha256(f"{sys.version} {sqlite3.sqlite_version}".encode())
    parts = (ROOT / part for part in ("portal", "clients", "treatments"))
    files = [file for part in parts for kind in ("*.py", "*.json") for file in part.rglob(kind)]
    for file in sorted([*files, ROOT / "requirements.lock"]):
        told.update(f"{file.relative_to(ROOT)} ".encode() + hashlib.sha256(file.read_bytes()).digest())
    return told.hexdigest()[:32]


def lay_tables(target: Path) -> None:
    """Put a copy where a database is to be. Who comes while it is being made waits for it."""
    while True:
        state = fingerprint()
        made = PLACE / f"{STEM}{state}.sqlite3"
        with made.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if made.exists() or make_tables(made, state):
                made.touch()
                shutil.copy(made, target)
                return


def make_tables(made: Path, state: str) -> bool:
    """By the migrations alone. When the code was changed meanwhile, what came out belongs to no state of it."""
    for old in PLACE.glob(f"{STEM}*"):
        with contextlib.suppress(FileNotFoundError):
            if old.stat().st_mtime < time.time() - KEPT_SECONDS:
                old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        elsewhere = {"DJANGO_SETTINGS_MODULE": "portal.settings.dev", "VAR_DIR": folder}
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | elsewhere
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
        if fingerprint() != state:
            return False
        shutil.move(Path(folder) / "collagenda.sqlite3", made)
    return True
