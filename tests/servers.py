"""Private PostgreSQL and Redis servers on spare ports, for tests marked `servers`.

TEST_DATABASE_URL and TEST_REDIS_URL point at running ones instead. Where a server is not installed the test is skipped
with one line that says what would run it; with CI set it fails.
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

SECONDS_TO_START = 120  # on a busy machine
AS_SHIPPED = "-c random_page_cost=1.1"  # as docker-compose.yml starts the database


def need(found: object, *, package: str) -> None:
    """Go on when the server was found; else skip, or fail on the machine that must run everything."""
    if found:
        return
    words = f"needs {package}: apt-get install {package}"
    if os.environ.get("CI"):
        pytest.fail(words)
    pytest.skip(words)


def spare_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def wait_for_port(port: int) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError(f"nothing listens on port {port} after {SECONDS_TO_START} s")


def postgresql_bin() -> Path | None:
    """The folder of the newest installed PostgreSQL server."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    return found[-1].parent if found else None


def as_nobody_special(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: then the user postgres gets the folder and runs it."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["runuser", "-u", "postgres", "--"]


@contextlib.contextmanager
def private_postgresql(programs: Path) -> Iterator[str]:
    """The address of an empty database in a server of our own."""
    folder, port = Path(tempfile.mkdtemp(prefix="pg")), spare_port()
    before = as_nobody_special(folder)
    control = [*before, str(programs / "pg_ctl"), "--pgdata", str(folder / "data"), "--wait", "--silent"]
    initdb = [*before, str(programs / "initdb"), "--pgdata", str(folder / "data"), "--username", "tests"]
    subprocess.run(
        [*initdb, "--auth", "trust", "--encoding", "UTF8", "--no-sync"], check=True, capture_output=True, cwd="/"
    )
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off {AS_SHIPPED}"
    start = [*control, "--log", str(folder / "log"), "--options", options, "start"]
    try:
        subprocess.run(start, check=True, cwd="/", stdout=subprocess.DEVNULL)
        yield f"postgresql://tests@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "--mode", "immediate", "stop"], check=False, cwd="/")
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def private_redis(program: str) -> Iterator[str]:
    """The address of an empty Redis of our own."""
    folder, port = tempfile.mkdtemp(prefix="redis"), spare_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for_port(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(timeout=SECONDS_TO_START)
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def new_database(server: str, *, copy_of: str = "template0") -> Iterator[str]:
    """The address of a database that nobody else uses, gone afterwards."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as control:
        control.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(copy_of)))
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            control.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database, for one test alone."""
    with new_database(postgresql_server) as address:
        yield address


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server in which databases may be made."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    programs = postgresql_bin()
    need(programs, package="postgresql")
    with private_postgresql(programs) as address:
        yield address


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """An address of a Redis that the test may fill."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    program = shutil.which("redis-server")
    need(program, package="redis-server")
    with private_redis(program) as address:
        yield address
