"""Real processes: one is killed while it sends, and two send at the same time."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
COUNT = 12
ALL = {f"<{number}@collagenda.localhost>" for number in range(COUNT)}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def start(request, sink, settings, tmp_path):
    """start("drain", 0) starts a worker process on a database that the workers share."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": request.getfixturevalue("postgresql_url") if request.param == "postgresql" else "",
        "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
    }
    command = [sys.executable, "-m", "tests.clients.messages.worker"]
    running = []

    def run(verb, number):
        running.append(subprocess.Popen([*command, verb, str(number)], env=environment, cwd=ROOT))
        return running[-1]

    assert run("seed", COUNT).wait(timeout=60) == 0
    yield run
    for worker in running:
        worker.kill()
        worker.wait()


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
    assert victim.wait(timeout=60) == -9
    assert start("drain", 3).wait(timeout=60) == 0
    got = Counter(sink.ids)
    assert (set(got), sum(got.values()) - COUNT) == (ALL, twice)


def test_two_workers_at_the_same_time_send_each_message_once(start, sink):
    workers = [start("drain", 0) for _each in range(2)]
    assert [worker.wait(timeout=60) for worker in workers] == [0, 0]
    assert Counter(sink.ids) == dict.fromkeys(ALL, 1)
