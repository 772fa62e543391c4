"""How fast follow-ups leave, against the limit and against what else a Django site would use; in one run.

    python3 dev.py bench followups
    python3 dev.py bench followups --messages 1000 --rounds 1 --rows 100000     (some minutes)

Starts PostgreSQL, Redis and a mail sink itself. Prints tables in Markdown: shortest, median and longest of all rounds.
"""

import argparse
import contextlib
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.post.tables import FAR_AWAY, FULL_SWING, report
from tests.mailsink import MailSink, mail_sink
from tests.servers import new_database, postgresql_bin, private_postgresql, private_redis, spare_port

PEERS = ROOT / "benchmarks" / "peers.txt"
PEERS_HOME = ROOT / "var" / "bench-peers"
CLAIMS, CLAIMED = 21, 500
PARTS = 10
SMALL = 10_000
PARTS_OF_IT = ["senders", "far", "memory", "database"]
FAR = 0.02  # seconds to a mail server far away and back


def environment(folder: Path, database: str, broker: str, sink: MailSink) -> None:
    """The portal's settings, production's, on the servers of this run."""
    os.environ.update(
        DJANGO_SETTINGS_MODULE="portal.settings.base",
        SECRET_KEY="only-for-this-benchmark-" + "0123456789" * 5,
        BASE_URL="https://portal.example.org",
        DATABASE_URL=database,
        CELERY_BROKER_URL=broker,
        EMAIL_URL=f"smtp://127.0.0.1:{sink.port}",
        FROM_EMAIL="portal@example.org",
        VAR_DIR=str(folder),
        TICK_SECONDS="1",
    )


def peers_python() -> str:
    """The Python of the peers' own environment; "" where it cannot be had."""
    python = PEERS_HOME / "bin" / "python"
    kept = PEERS_HOME / "installed"
    if kept.is_file() and kept.read_text() == PEERS.read_text():
        return str(python)
    venv.create(PEERS_HOME, with_pip=True, clear=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "-r", str(PEERS)]
    if subprocess.call(command) != 0:
        print("The peers could not be installed here; their lines are left out.")
        return ""
    kept.write_text(PEERS.read_text())
    return str(python)


class Bench:
    """One run: its servers, its letter, and what came out."""

    def __init__(self, options: argparse.Namespace, folder: Path, servers: tuple[str, str, MailSink]) -> None:
        self.options, self.folder, (self.database, self.broker, self.sink) = options, folder, servers
        self.letter = str(folder / "letter.json")
        self.rates: dict[str, list[float]] = {}
        environment(folder, *servers)
        self.ours: Any = importlib.import_module("benchmarks.post.ours")
        self.clinic = self.ours.lay_ground()

    def script(self, name: str, *words: object, python: str = sys.executable) -> float:
        """What one peer's script says: its seconds."""
        command = [python, "-m", f"benchmarks.post.{name}", self.letter, str(self.sink.port), *map(str, words)]
        clean = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        done = subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, check=False, text=True)
        if done.returncode:
            sys.exit(f"{name} failed:\n{done.stderr[-2000:]}")
        return float(json.loads(done.stdout.splitlines()[-1]))

    def note(self, name: str, seconds: float, number: int) -> None:
        """Keep one rate, after looking that all came."""
        came = self.sink.ask()["number"]
        assert came == number, f"{name}: {came} of {number} came"
        self.rates.setdefault(name, []).append(number / seconds)
        print(f"  {name}: {number / seconds:,.0f} a second", flush=True)

    # ------------------------------------------------------------ the senders

    def ours_at_work(self, processes: int) -> None:
        """Real workers, warm, with rows that are there before they are woken."""
        number = self.options.messages
        with self.ours.workers(self.folder, pool="prefork", concurrency=processes) as worker:
            self.ours.due_now(self.clinic, 20 * processes)
            self.ours.send_all()
            self.sink.ask(forget=True)
            self.ours.due_now(self.clinic, number)
            busy = self.ours.processor(worker.pid)
            self.note(f"ours, Celery workers: {processes}", self.ours.send_all(), number)
            used = (self.ours.processor(worker.pid) - busy) / number * 1000
            print(f"    the workers' processor time: {used:.2f} ms for each")

    def raw(self, processes: int) -> None:
        """The limit: smtplib with ready bytes."""
        self.sink.ask(forget=True)
        number = self.options.messages
        self.note(f"raw smtplib, ready bytes, processes: {processes}", self.script("raw", number, processes), number)

    def plain(self) -> None:
        """Django's backend."""
        self.sink.ask(forget=True)
        number = self.options.messages
        self.note("Django, one open connection", self.script("plain", number), number)

    def naive(self) -> None:
        """A task and a connection for each email, two processes."""
        number = self.options.messages
        with naive_worker(self) as send:
            self.sink.ask(forget=True)
            send(0)
            until_came(self.sink, 1)
            self.sink.ask(forget=True)
            begun = time.monotonic()
            for one in range(number):
                send(one)
            until_came(self.sink, number)
            self.note("naive Celery, processes: 2", time.monotonic() - begun, number)

    def queued(self, name: str, *how: int) -> None:
        """django-post_office, in a database of its own."""
        if not self.options.peers:
            return
        self.sink.ask(forget=True)
        number = self.options.messages
        with new_database(self.database) as database:
            seconds = self.script("queued", number, database, *how, python=self.options.peers)
        self.note(f"django-post_office, {name}", seconds, number)

    def senders(self) -> None:
        """All of them, in turn, so that whatever else the machine does meets all."""
        for number in range(self.options.rounds):
            print(f"Round {number + 1}, load {os.getloadavg()[0]:.1f}", flush=True)
            for processes in (1, 2):
                self.ours_at_work(processes)
                self.raw(processes)
            self.plain()
            self.queued("defaults", 1, 0, 2)
            self.queued("batches of 5,000, 2 processes, no log", 2, 5000, 0)
            self.naive()

    # ------------------------------------------------------------ the rest of what was promised

    def far_away(self) -> None:
        """The rate against the number of connections, at a round trip as to a real provider."""
        self.sink.ask(set={"round_trip": FAR})
        for connections in self.options.connections:
            number = self.options.far * connections
            with self.ours.workers(self.folder, pool="prefork", concurrency=connections):
                self.ours.due_now(self.clinic, self.ours.tasks.FEW * connections)  # every process has its share, once
                self.ours.send_all()
                self.sink.ask(forget=True)
                self.ours.due_now(self.clinic, number)
                marks: list[tuple[float, int]] = []
                seconds = self.ours.send_all(meanwhile=lambda: marks.append(self.mark()))  # noqa: B023  called here
                self.note(f"{FAR_AWAY}: {connections}", seconds, number)
                self.rates.setdefault(f"{FULL_SWING}: {connections}", []).append(in_full_swing(marks, number))
        self.sink.ask(set={"round_trip": 0})

    def mark(self) -> tuple[float, int]:
        """How many emails have come by now."""
        return time.monotonic(), self.sink.ask()["number"]

    def first_one(self) -> None:
        """One email that has left: the others are like it."""
        with self.ours.workers(self.folder, pool="prefork", concurrency=1):
            self.ours.due_now(self.clinic, 1)
            self.ours.send_all()

    def claims(self) -> dict[str, list[float]]:
        """The claim of 500 due messages, in a small table and in a large one."""
        self.ours.empty()
        self.first_one()
        taken = {}
        for rows in (SMALL, self.options.rows):
            self.ours.due_now(self.clinic, CLAIMED * (1 + CLAIMS))
            self.ours.fill(self.clinic, rows)
            self.ours.claim(CLAIMED)  # the first one finds nothing in memory
            taken[f"{rows:,} rows"] = [self.ours.claim(CLAIMED) for _each in range(CLAIMS)]
        return taken

    def many(self) -> None:
        """The memory of one worker that sends for long, now and then."""
        with self.ours.workers(self.folder, pool="prefork", concurrency=1) as worker:
            for part in range(PARTS + 1):
                self.ours.due_now(self.clinic, self.options.many // PARTS if part else 100)
                self.ours.send_all()
                sent = self.options.many * part // PARTS
                print(
                    f"  after {sent:,} messages: {self.ours.memory(worker.pid)} MB in the largest process", flush=True
                )

    def one_by_one(self) -> None:
        """What is counted, not timed. Nothing is due."""
        statements = self.ours.idle_tick()
        print(f"A tick with nothing due: {len(statements)} statement(s).")
        print(*map(self.ours.plan_of, statements), sep="\n")
        print("A completed session:", self.ours.inserts_of_a_session(self.clinic))


def in_full_swing(marks: list[tuple[float, int]], number: int) -> float:
    """The rate without the first fifth, when all begin at once, and the last, when some have nothing more to do."""
    middle = [mark for mark in marks if number / 5 <= mark[1] <= number * 4 / 5]
    (begun, before), (ended, after) = middle[0], middle[-1]
    return (after - before) / (ended - begun)


@contextlib.contextmanager
def naive_worker(bench: Bench) -> Iterator[Any]:
    """A worker of the naive kind; what is yielded queues one email."""
    os.environ.update(LETTER=bench.letter)
    naive: Any = importlib.import_module("benchmarks.post.naive")
    clean = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "--app", "benchmarks.post.naive", "worker"]
    command += ["--concurrency", "2", "--loglevel", "WARNING"]
    worker = subprocess.Popen(command, cwd=ROOT, env=clean | {"MAIL_TO": str(bench.sink.port)})
    try:
        yield naive.send.delay
    finally:
        worker.terminate()
        worker.wait(60)


def until_came(sink: MailSink, number: int) -> None:
    """Wait until the sink has so many."""
    while sink.ask()["number"] < number:
        time.sleep(0.02)


def read_options() -> argparse.Namespace:
    """What this run shall measure, and how much of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=20_000, help="by each sender in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--rows", type=int, default=15_000_000, help="the large table: two thirds scheduled, a third sent"
    )
    parser.add_argument("--connections", type=int, nargs="*", default=[1, 2, 4, 8, 16, 32])
    parser.add_argument("--many", type=int, help="over which the memory is watched; five times as many as --messages")
    parser.add_argument("--far", type=int, help="for each connection, 20 ms away; a twentieth of --messages")
    parser.add_argument("--only", choices=PARTS_OF_IT, nargs="*", default=[])
    options = parser.parse_args()
    options.many = options.many or 5 * options.messages
    options.far = options.far or options.messages // 20
    return options


def main() -> None:
    """Everything, or what was asked for."""
    options = read_options()
    wanted = options.only or PARTS_OF_IT
    options.peers = peers_python() if "senders" in wanted else ""
    programs, redis = postgresql_bin(), shutil.which("redis-server")
    if not programs or not redis:
        sys.exit("Needs PostgreSQL and Redis: apt-get install postgresql redis-server")
    with (
        tempfile.TemporaryDirectory() as folder,
        private_postgresql(programs) as server,
        new_database(server) as database,
        private_redis(redis) as broker,
        mail_sink(spare_port(), spare_port()) as sink,
    ):
        bench = Bench(options, Path(folder), (database, broker, sink))
        bench.first_one()
        bench.ours.letter(Path(bench.letter))
        size = sink.ask()["bytes"]
        print(f"{options.messages:,} messages of {size:,} bytes, {options.rounds} rounds, {os.cpu_count()} cores")
        claims = {}
        if "senders" in wanted:
            bench.senders()
        if "far" in wanted:
            bench.far_away()
        if "memory" in wanted:
            bench.many()
        if "database" in wanted:
            bench.one_by_one()
            claims = bench.claims()
        report(bench.rates, claims)


if __name__ == "__main__":
    main()
