"""Whom did this lot touch? Every session and client of a lot, at 10,000 and at 1,000,000 sessions of one clinic.

    python3 dev.py bench recall                          on SQLite, at 10,000 alone
    DATABASE_URL=postgres://… python3 dev.py bench recall      on a test database of its own in that PostgreSQL

Prints the shortest, the median and the longest time of reading the sessions, their clients and the two counts that the
page shows; the same search without an index (`icontains`, as a list's search box asks); and ratios of the medians.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
os.environ["TEST_DATABASE_URL"] = (
    os.environ.get("DATABASE_URL") or f"sqlite:///{tempfile.gettempdir()}/collagenda-recall.sqlite3"
)

import django

django.setup()

from django.db import connection
from django.test.utils import setup_test_environment, teardown_test_environment
from django_scopes import scope

from tests.factories import ClientFactory, ClinicFactory, MembershipFactory, PlanFactory
from treatments.models import Session
from treatments.sessions.services.recalls import Recalled, touched_by

ROUNDS = 21
A_LOT = 50  # sessions that one lot touches: a box of cartridges or two
SIZES = (10_000, 1_000_000) if os.environ.get("DATABASE_URL") else (10_000,)
ASKED = Recalled("ab000007")


def add_sessions(plans: list, first: int, last: int) -> None:
    """Booked sessions with a lot written down: what a search reads is the same, and a million are soon there."""
    practitioner, at = plans[0].practitioner, plans[0].created_at
    for start in range(first, last, 10_000):
        Session.objects.bulk_create(
            Session(
                clinic=plan.clinic,
                client_id=plan.client_id,
                plan=plan,
                practitioner=practitioner,
                number=1,
                state="cancelled",
                cancel_reason="A benchmark",
                scheduled_for=at,
                cartridge_lot=f"AB{number // A_LOT:06d}",
            )
            for number in range(start, min(start + 10_000, last))
            for plan in (plans[number % len(plans)],)
        )


def as_the_page_asks() -> int:
    """The rows that the page shows, and its two counts."""
    touched = touched_by(ASKED)
    shown = list(touched[:200])
    clients = touched.order_by().values("client").distinct().count()
    assert (len(shown), touched.count(), clients) == (A_LOT, A_LOT, A_LOT)
    return len(shown)


def without_an_index() -> int:
    """The rows alone, as a search box finds them."""
    return len(Session.objects.filter(cartridge_lot__icontains=ASKED.number).select_related("client"))


def measured(ask: Callable[[], int], rounds: int = ROUNDS) -> list[float]:
    """Milliseconds, round by round."""
    times = []
    for _round in range(rounds):
        began = time.perf_counter()
        assert ask() == A_LOT
        times.append((time.perf_counter() - began) * 1000)
    return times


def main() -> None:
    """Fill, measure, print."""
    clinic = ClinicFactory()
    with scope(clinic=clinic):
        practitioner = MembershipFactory(clinic=clinic)
        plans = [PlanFactory(client=ClientFactory(clinic=clinic), practitioner=practitioner) for _each in range(500)]
        medians, there = {}, 0
        for size in SIZES:
            add_sessions(plans, there, size)
            there = size
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            as_the_page_asks()
            for name, ask, rounds in (("by lot", as_the_page_asks, ROUNDS), ("icontains", without_an_index, 5)):
                times = measured(ask, rounds)
                medians[size, name] = statistics.median(times)
                shortest, longest = min(times), max(times)
                print(f"{size:>9,} {name:<10} {shortest:8.1f} – {medians[size, name]:8.1f} – {longest:8.1f} ms")
        largest = SIZES[-1]
        print(f"icontains / by lot at {largest:,}: {medians[largest, 'icontains'] / medians[largest, 'by lot']:.1f}")
        if len(SIZES) > 1:
            print(f"by lot, 1,000,000 / 10,000: {medians[largest, 'by lot'] / medians[SIZES[0], 'by lot']:.2f}")


if __name__ == "__main__":
    setup_test_environment()
    name = connection.creation.create_test_db(verbosity=0)
    try:
        main()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()
