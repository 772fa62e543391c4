"""The outcomes page at 100,000 replies, against counting the same rows and doing nothing else.

    DATABASE_URL=postgres://… python3 dev.py bench outcomes       on a test database of its own in that PostgreSQL

Prints the shortest, the median and the longest time of the page, of what it asks of the database, and of a plain
`count(*)` over the rows that it counts; and the page as a multiple of that.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
os.environ["TEST_DATABASE_URL"] = (
    os.environ.get("DATABASE_URL") or f"sqlite:///{tempfile.gettempdir()}/collagenda-bench.sqlite3"
)

import django

django.setup()

from django.db import connection
from django.test import Client as Browser
from django.test.utils import (
    CaptureQueriesContext,
    setup_databases,
    setup_test_environment,
    teardown_databases,
    teardown_test_environment,
)
from django.utils import timezone
from django_scopes import scope

import portal.urls  # noqa: F401 - loads every page before anything is measured
from clients.models import Client, Message
from clients.records.terms import Goal, SkinType
from portal.practice.models import Membership
from tests.factories import ClinicFactory, DeviceFactory, MembershipFactory
from treatments.models import Change, Followup, Plan, Reply, Session, SessionZone
from treatments.products.terms import Zone

ROUNDS, CLIENTS, BATCH = 21, 25_000, 5000
STEPS = (("week_4", "results", 28), ("week_6", "outcome", 42))
WORDS = {200: "much_better", 100: "better", 0: "same", -100: "worse", -200: "much_worse"}
DAY = timedelta(days=1)
dice = random.Random(5)  # noqa: S311 - the same clinic every time


def fill(now: datetime) -> Browser:
    """A clinic of 25,000 clients with two sessions each, who answered week 4 and week 6 about two goals."""
    clinic = ClinicFactory()
    with scope(clinic=clinic):
        owner = MembershipFactory(clinic=clinic, role="owner")
        answer(treat(planned(owner, now), owner, now))
    browser = Browser()
    browser.force_login(owner.user, backend="portal.practice.backends.PracticeBackend")
    return browser


def planned(owner: Membership, now: datetime) -> list[Plan]:
    """A plan for each client, with two goals."""
    clients = many(
        Client(
            clinic=owner.clinic,
            first_name=f"Client {number}",
            last_name="Of many",
            date_of_birth=now.date() - 12_000 * DAY,
            skin_type=dice.choice(SkinType.values),
        )
        for number in range(CLIENTS)
    )
    return many(
        Plan(clinic=owner.clinic, client=client, practitioner=owner, goals=dice.sample(Goal.values, 2))
        for client in clients
    )


def treat(plans: list[Plan], owner: Membership, now: datetime) -> list[Session]:
    """Two sessions of each plan, with three zones each."""
    devices = [DeviceFactory(clinic=owner.clinic) for _ in range(4)]
    held = {"state": "completed", "completed_by": owner.user, "started_by": owner.user, "before_gate": True}
    sessions = many(
        Session(
            clinic=plan.clinic,
            client=plan.client,
            plan=plan,
            number=number,
            practitioner=owner,
            scheduled_for=(ended := now - (30 + 28 * (3 - number) + dice.randrange(700)) * DAY),
            started_at=ended,
            ended_at=ended,
            device=dice.choice(devices),
            cartridge_lot="L-1",
            **held,
        )
        for plan in plans
        for number in (1, 2)
    )
    for session in sessions:
        session.depths = {zone: Decimal(dice.randrange(4, 30)) / 20 for zone in dice.sample(Zone.values, 3)}
    many(
        SessionZone(clinic=session.clinic, session=session, zone=zone, depth_mm=depth)
        for session in sessions
        for zone, depth in session.depths.items()
    )
    return sessions


def answer(sessions: list[Session]) -> None:
    """Each session's emails of week 4 and week 6, the replies, and what they say in numbers."""
    asked = [(session, step, asks, session.ended_at + days * DAY) for session in sessions for step, asks, days in STEPS]
    messages = many(
        Message(
            clinic=one.clinic,
            client=one.client,
            kind="followup",
            key=f"session:{one.pk}:{step}",
            due_at=at,
            next_try_at=at,
            send_by=at + DAY,
            state="sent",
            sent_at=at,
        )
        for one, step, _asks, at in asked
    )
    followups = many(
        Followup(clinic=one.clinic, client=one.client, session=one, step=step, title=step, asks=asks, message=message)
        for (one, step, asks, _at), message in zip(asked, messages, strict=True)
    )
    points = [[dice.choice(list(WORDS)) for _goal in one.plan.goals] for one, *_rest in asked]
    replies = many(
        Reply(
            clinic=followup.clinic,
            followup=followup,
            answers={f"change_{goal}": WORDS[point] for goal, point in zip(one.plan.goals, own, strict=True)},
            submitted_at=at + DAY,
        )
        for followup, (one, _step, _asks, at), own in zip(followups, asked, points, strict=True)
    )
    many(changes(asked, replies, points))


def changes(
    asked: list[tuple[Session, str, str, datetime]], replies: list[Reply], points: list[list[int]]
) -> list[Change]:
    """A row for each goal and one for both; the next word of the same client ends the one before."""
    last: dict[tuple[int, str], Change] = {}
    last_to: dict[tuple[int, str, str], Change] = {}
    found = []
    for number in sorted(range(len(asked)), key=lambda place: replies[place].submitted_at):
        one, reply, own = asked[number][0], replies[number], points[number]
        for goal, point in [*zip(one.plan.goals, own, strict=True), ("", sum(own) // len(own))]:
            before = last.get((one.client_id, goal))
            if before:
                before.superseded_at = reply.submitted_at
            same = last_to.get((one.client_id, goal, asked[number][1]))
            if same:
                same.step_superseded_at = reply.submitted_at
            row = Change(
                clinic=one.clinic,
                client=one.client,
                session=one,
                reply=reply,
                step=asked[number][1],
                asked_at=asked[number][3],
                session_number=one.number,
                device=one.device,
                deepest_mm=max(one.depths.values()),
                zones=",".join(sorted(one.depths)),
                goal=goal,
                hundredths=point,
                satisfaction=dice.randrange(11),
                would_repeat=dice.choice([None, True, False]),
                submitted_at=reply.submitted_at,
            )
            last[one.client_id, goal] = last_to[one.client_id, goal, asked[number][1]] = row
            found.append(row)
    return found


def many(rows):
    """Stored in batches, with their ids."""
    listed = list(rows)
    return type(listed[0])._base_manager.bulk_create(listed, batch_size=BATCH)


def times(run: Callable[[], object]) -> list[float]:
    """Milliseconds of each round."""
    found = []
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        run()
        found.append((time.perf_counter() - begun) * 1000)
    return found


def spread(found: list[float]) -> str:
    """Shortest, median, longest."""
    return f"{min(found):7.1f} - {statistics.median(found):7.1f} - {max(found):7.1f}"


def count() -> int:
    """A plain count of the rows that the page counts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM treatments_change")
        return int(cursor.fetchone()[0])


def main() -> None:
    """Measure the page as it opens, about one goal, for a year that is over, and about one email."""
    now = timezone.now()
    browser = fill(now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(f"{connection.vendor}: {Reply._base_manager.count()} replies, {count()} rows, {ROUNDS} rounds")
    plain = times(count)
    print(f"count(*)            {spread(plain)} ms")
    year = {"since": (now - 365 * DAY).date(), "until": (now - 100 * DAY).date()}
    asks = {"all": {}, "one goal": {"goal": "acne_scars"}, "a year that is over": year, "week 4": {"step": "week_4"}}
    for name, asked in asks.items():
        with CaptureQueriesContext(connection) as context:
            page = browser.get("/admin/treatments/rating/outcomes/", asked)
            assert page.status_code == 200
        queries = context.captured_queries
        found = times(lambda asked=asked: browser.get("/admin/treatments/rating/outcomes/", asked))
        ratio = statistics.median(found) / statistics.median(plain)
        print(f"{name:<20}{spread(found)} ms  {ratio:5.1f} times count(*), {len(queries)} queries")
        for query in sorted(queries, key=lambda one: -float(one["time"]))[:6]:
            print("   ", query["time"], query["sql"][:80])


if __name__ == "__main__":
    setup_test_environment()
    stored = setup_databases(verbosity=0, interactive=False)
    try:
        main()
    finally:
        teardown_databases(stored, verbosity=0)
        teardown_test_environment()
