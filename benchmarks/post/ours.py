"""Our own post office, by its public doors: rows in bulk, workers, the tick that starts them, the claim, a session."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope, scopes_disabled

import portal.celery  # noqa: F401  tasks find their broker by it
from clients.links.services import hold_links, issue_lasting_link, issue_links
from clients.links.terms import Purpose
from clients.messages import tasks
from clients.messages.models import Message
from clients.messages.wordings import copy_of
from tests.factories import ClinicFactory, SessionFactory
from tests.factories.many import many_due
from treatments.followups.emails.off import OFF_LASTS
from treatments.followups.services import schedule_followups

ROOT = Path(__file__).resolve().parents[2]
# Rows that only make the table large.
ROWS = """
INSERT INTO clients_message ({columns})
SELECT {values} FROM clients_message m, generate_series(1, %(number)s) g WHERE m.id = %(like)s
"""


def lay_ground() -> Any:
    """The tables, and one clinic."""
    call_command("migrate", verbosity=0)
    return ClinicFactory(sender_name="The clinic")


def due_now(clinic: Any, number: int) -> None:
    """So many follow-ups that are due: nobody sees them before all are there."""
    with scope(clinic=clinic), transaction.atomic():
        messages = many_due(clinic, number, at=timezone.now(), name=f"n{time.monotonic_ns()}x")
        turn_off = {"purpose": Purpose.EMAILS_OFF, "at": timezone.now(), "lasts": OFF_LASTS}
        with hold_links() as links:  # day 7 is nobody's first email: the link that turns them off came with aftercare
            for message in messages:
                issue_lasting_link(client=message.client, **turn_off)
        issue_links(links)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as PostgreSQL does by itself within a minute


def send_all(patience: float = 3600, meanwhile: Callable[[], object] | None = None) -> float:
    """Wake the workers as beat does; seconds until every message is written down as sent. Calls `meanwhile` often."""
    begun = time.monotonic()
    tasks.tick.apply_async()
    while at_work():
        time.sleep(0.05)
        if meanwhile:
            meanwhile()
        assert time.monotonic() < begun + patience, "not all messages have left"
    return time.monotonic() - begun


def at_work() -> bool:
    """Whether something is due or on its way. Asked often, so by two indexes."""
    with scopes_disabled():
        due = Message.objects.filter(state="scheduled", next_try_at__lte=timezone.now())
        return due.exists() or Message.objects.filter(claimed_until__isnull=False).exists()


def letter(file: Path) -> None:
    """Write down a sent email with marks in it, for the peers."""
    with scopes_disabled():
        sent = Message.objects.filter(state="sent").select_related("client").latest("sent_at")
    marks = {sent.client.first_name: "{{ name }}", "https://portal.example.org/follow-up/…/": "{{ link }}"}
    words = copy_of(sent)._asdict()
    for part, said in words.items():
        for plain, mark in marks.items():
            said = said.replace(plain, mark)  # noqa: PLW2901
        words[part] = said.replace("…", "x" * 43)  # where another link's secret was
    file.write_text(json.dumps(words))


@contextlib.contextmanager
def workers(folder: Path, *, pool: str, concurrency: int) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker of the portal with a beat, as `manage.py run` starts it."""
    command = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "--app", "portal.celery", "worker", "--beat"]
    command += ["--schedule", str(folder / "beat"), "--pool", pool, "--concurrency", str(concurrency)]
    command += ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    with (folder / "worker.log").open("ab") as log:
        ours = os.environ | {"MAIL_CONNECTIONS": str(concurrency)}
        worker = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=ours)
        try:
            yield worker
        finally:
            worker.terminate()
            worker.wait(60)


def memory(worker: int) -> int:
    """The largest of a worker's processes, in MB."""
    return max(_resident(pid) for pid in [worker, *_children(worker)]) // 1024


def processor(worker: int) -> float:
    """Seconds that a worker's processes have kept a core busy."""
    stats = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in [worker, *_children(worker)])
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


def _children(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def _resident(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS")))


# ---------------------------------------------------------------- the database's part


def fill(clinic: Any, rows: int) -> None:
    """So many rows more: two thirds scheduled for later, one third sent, with its copy. Foreign keys are not asked."""
    with scope(clinic=clinic):
        like = Message.objects.filter(state="sent").latest("pk").pk
    for state, number in (("scheduled", rows * 2 // 3), ("sent", rows // 3)):
        given = {
            "key": f"'fill:{state}:{rows}:' || g",
            "message_id": "'<' || g || '@fill>'",
            "state": f"'{state}'",
            "next_try_at": "m.next_try_at + interval '1 day' + g * interval '1 second'",
            "due_at": "m.due_at + interval '1 day' + g * interval '1 second'",
            "send_by": "m.send_by + interval '2 days' + g * interval '1 second'",
        }
        if state == "scheduled":
            given |= {"sent_at": "NULL", "attempts": "0", "said": "NULL", "wording_id": "NULL"}
            given |= dict.fromkeys(("address", "subject", "text", "html"), "''")
        names = [field.column for field in Message._meta.concrete_fields if field.column != "id"]
        values = ", ".join(given.get(name, f"m.{name}") for name in names)
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(ROWS.format(columns=", ".join(names), values=values), {"number": number, "like": like})
            cursor.execute("SET session_replication_role = DEFAULT")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")  # else the filling is written while the claims are measured


def empty() -> None:
    """No messages. What speaks of one stays, and is asked no more."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM clients_message")
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM FULL clients_message")  # with its indexes


def claim(limit: int) -> float:
    """Milliseconds for one claim of so many due messages."""
    now = timezone.now()
    with scopes_disabled():
        begun = time.perf_counter()
        got = Message.objects.claim(worker="bench", at=now, until=now + timedelta(minutes=1), limit=limit)
        took = time.perf_counter() - begun
    assert got == limit, got
    return took * 1000


def idle_tick() -> list[str]:
    """The statements of a tick while nothing is due."""
    with CaptureQueriesContext(connection) as asked:
        tasks.tick()
    return [query["sql"] for query in asked.captured_queries]


def plan_of(statement: str) -> str:
    """How PostgreSQL answers it."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + statement)
        return "\n".join(row[0] for row in cursor.fetchall())


def inserts_of_a_session(clinic: Any) -> dict[str, int]:
    """How many statements write a completed session's messages, and how many messages they are."""
    now = timezone.now()
    with scope(clinic=clinic), transaction.atomic():
        session = SessionFactory(plan__client__clinic=clinic, ended_at=now)
        with CaptureQueriesContext(connection) as asked:
            schedule_followups(session=session, at=now)
        written = [query["sql"] for query in asked.captured_queries if 'INTO "clients_message"' in query["sql"]]
        number = Message.objects.filter(client=session.client).count()
        transaction.set_rollback(True)
    return {"inserts": len(written), "messages": number}
