"""Real processes: one is killed while it sends, and two send at the same time."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.servers import new_database
from tests.tables import lay_tables

ROOT = Path(__file__).resolve().parents[3]
COUNT = 12
ALL = {f"<{number}@collagenda.localhost>" for number in range(COUNT)}
PATIENCE = 240  # seconds, for a busy machine


def worker(verb, number, **environment):
    command = [sys.executable, "-m", "tests.clients.messages.worker", verb, str(number)]
    settings = {"DJANGO_SETTINGS_MODULE": "portal.settings.dev"} | environment
    return subprocess.Popen(command, env=os.environ | settings, cwd=ROOT)


def seeded(folder, address):
    """Make the tables and the messages in one database, and say its address again."""
    assert worker("seed", COUNT, VAR_DIR=str(folder), DATABASE_URL=address).wait(PATIENCE) == 0
    return address


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory):
    """sqlite() is a context manager: a filled database of one's own."""
    folder = tmp_path_factory.mktemp("seed")
    lay_tables(folder / "seed.sqlite3")
    seeded(folder, f"sqlite:///{folder}/seed.sqlite3")

    @contextmanager
    def copied(tmp_path):
        shutil.copy(folder / "seed.sqlite3", tmp_path / "own.sqlite3")
        yield f"sqlite:///{tmp_path}/own.sqlite3"

    return copied


@pytest.fixture(scope="module")
def postgresql(postgresql_server, tmp_path_factory):
    """The same on PostgreSQL."""
    with new_database(postgresql_server) as filled:
        seeded(tmp_path_factory.mktemp("seed"), filled)
        yield lambda _tmp_path: new_database(postgresql_server, copy_of=urlsplit(filled).path[1:])


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def start(request, sink, settings, tmp_path):
    """start("drain", 0) starts a worker process on a database that this test's workers share."""
    running = []
    with request.getfixturevalue(request.param)(tmp_path) as address:

        def run(verb, number):
            mail = f"smtp://127.0.0.1:{settings.EMAIL_PORT}"
            running.append(worker(verb, number, VAR_DIR=str(tmp_path), DATABASE_URL=address, EMAIL_URL=mail))
            return running[-1]

        yield run
        for process in running:
            process.kill()
            process.wait()


@pytest.mark.parametrize(("step", "twice"), [("handle_RCPT", 0), ("handle_DATA", 1)])
def test_when_a_worker_is_killed_while_sending_nothing_is_lost_and_one_at_most_comes_twice(
    start, sink, monkeypatch, step, twice
):
    answer, calls = getattr(sink, step), []

    async def kill_at_the_third(*arguments):
        said = await answer(*arguments)
        calls.append(1)
        if len(calls) == 3:
            victim.kill()
        return said

    monkeypatch.setattr(sink, step, kill_at_the_third)
    victim = start("drain", 0)
    assert victim.wait(PATIENCE) == -9
    assert start("drain", 3).wait(PATIENCE) == 0
    got = Counter(sink.ids)
    assert (set(got), sum(got.values()) - COUNT) == (ALL, twice)


def test_two_workers_at_the_same_time_send_each_message_once(start, sink):
    workers = [start("drain", 0) for _each in range(2)]
    assert [each.wait(PATIENCE) for each in workers] == [0, 0]
    assert Counter(sink.ids) == dict.fromkeys(ALL, 1)


@pytest.mark.parametrize("start", [pytest.param("postgresql", marks=pytest.mark.servers)], indirect=True)
def test_sending_and_withdrawing_the_same_messages_never_wait_for_each_other_in_a_circle(start):
    assert start("duel", 40).wait(PATIENCE) == 0
