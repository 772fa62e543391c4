"""A whole post office on real servers: workers with beats, a mail sink, a database, a broker, and a clock to step."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import redis

from tests.mailsink import ports_of
from tests.servers import postgresql_bin

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 240  # seconds, for a busy machine
APP = "tests.clients.messages.lost"
AT_WORK = "('scheduled', 'claimed', 'sending')"
FATES = (
    "SELECT c.email, m.state, m.why, m.message_id FROM clients_message m JOIN clients_client c ON c.id = m.client_id"
)


class Office:
    """One post office at work; what the test does to it, and what became of every message."""

    def __init__(self, folder, database, broker, sink):
        self.folder, self.database, self.broker, self.sink = folder, database, broker, sink
        self.workers, self.killed, self.kills = {}, set(), 0
        self.set_clock(hours=0)

    @property
    def environment(self):
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings.base",
            "SECRET_KEY": "only-for-this-test-" + "0123456789" * 5,
            "BASE_URL": "https://portal.example.org",
            "DATABASE_URL": self.database,
            "CELERY_BROKER_URL": self.broker,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.sink.port}",
            "FROM_EMAIL": "portal@example.org",
            "TICK_SECONDS": "1",
            "VAR_DIR": str(self.folder),
            "TEST_CLOCK": str(self.folder / "clock"),
        }

    def run(self, verb, count=0):
        subprocess.run([sys.executable, "-m", APP, verb, str(count)], env=self.environment, cwd=ROOT, check=True)

    def start(self, pool):
        """A worker with a beat of its own."""
        command = [*(sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "--app", APP, "worker", "--beat")]
        command += ["--schedule", str(self.folder / f"beat-{pool}"), "--pool", pool, "--concurrency", "2"]
        command += ["--loglevel", "WARNING", "--hostname", f"{pool}@%h", "--without-gossip", "--without-mingle"]
        log = (self.folder / f"{pool}.log").open("ab")
        self.workers[pool] = subprocess.Popen(
            command, env=self.environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
        )

    def stop(self):
        for worker in self.workers.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()

    # ------------------------------------------------------------ what the test does to it

    def set_clock(self, *, hours):
        """Step the clock of every process; never a half-written file."""
        (self.folder / "clock.new").write_text(str(hours * 3600))
        (self.folder / "clock.new").replace(self.folder / "clock")

    def kill_the_held(self):
        """Kill with -9 whichever process has handed a message over and waits for the answer."""
        self.sink.mood("hold", 1)
        (held,) = wait_for(lambda: self.sink.ask()["held"])
        self.sink.ask(set={"held": []})
        self.kill(*next(sender for sender in self.senders() if held in self.connections_of(sender[0])))

    def kill(self, pid, pool):
        """Kill one process, noting which connections die with it. A worker comes back as a service manager would."""
        os.kill(pid, signal.SIGSTOP)
        self.killed |= self.connections_of(pid)
        os.kill(pid, signal.SIGKILL)
        self.kills += 1
        if pid == self.workers[pool].pid:
            self.stop_one(pool)
            self.start(pool)

    def stop_one(self, pool):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.workers[pool].pid, signal.SIGKILL)
        self.workers[pool].wait()

    def connections_of(self, pid):
        """The sink's numbers of the connections that a process holds open."""
        numbers = self.sink.open()
        return {numbers[port] for port in ports_of(pid, self.sink.port) if port in numbers}

    def senders(self):
        """Every process of the workers that holds a connection to the mail server, and its pool."""
        parents = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        for pool, worker in self.workers.items():
            for pid in [worker.pid, *(pid for pid, parent in parents.items() if parent == worker.pid)]:
                with contextlib.suppress(OSError):
                    if ports_of(pid, self.sink.port):
                        yield pid, pool

    def flush_broker(self):
        redis.Redis.from_url(self.broker).flushall()

    def restart_database(self):
        """At once, as after a crash: nobody is waited for."""
        with psycopg.connect(self.database) as control:
            (folder,) = control.execute("SHOW data_directory").fetchone()
        before = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        control = [*before, str(postgresql_bin() / "pg_ctl"), "--pgdata", folder, "--wait", "--silent"]
        log = Path(folder).parent / "log"
        command = [*control, "--mode", "immediate", "--log", str(log), "restart"]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)

    # ------------------------------------------------------------ how it is

    def fates(self):
        """Of every message: to whom, its state, its reason and its Message-ID."""
        with psycopg.connect(self.database) as reader:
            return reader.execute(FATES).fetchall()

    def left(self):
        """How many messages are still to be dealt with."""
        with psycopg.connect(self.database) as reader:
            (number,) = reader.execute(f"SELECT count(*) FROM clients_message WHERE state IN {AT_WORK}").fetchone()
        return number

    def settle(self, quiet=20):
        """Wait until all is dealt with, or nothing has moved for so many seconds."""
        left, since = self.left(), time.monotonic()
        while left and time.monotonic() < since + quiet:
            time.sleep(0.2)
            if (now := self.left()) != left:
                left, since = now, time.monotonic()

    def goes_on(self, number):
        """Wait until so many more have been taken; there is work left, so that the next fault falls on work."""
        since = self.sink.ask()["number"]
        wait_for(lambda: self.sink.ask()["number"] >= since + number)
        assert self.left() > 0, "all was over before the next fault: take more messages"


def kind_of_person(email):
    """Why a client is in the test, as the seed named them: "withdrawn7@example.org" is one of the withdrawn."""
    return email.partition("@")[0].rstrip("0123456789")


def wait_for(answer, patience=PATIENCE):
    """The first answer that is something."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if found := answer():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")
