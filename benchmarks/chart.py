"""The chart pages of a client with 50 sessions and 500 photographs, against the same pages of one with 1 and 5.

    python3 dev.py bench chart      on SQLite
    DATABASE_URL=postgres://… python3 dev.py bench chart      on a test database of its own in that PostgreSQL

Prints the number of queries, the shortest, median and longest time of each page, and the medians' ratio.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
os.environ["TEST_DATABASE_URL"] = (
    os.environ.get("DATABASE_URL") or f"sqlite:///{tempfile.gettempdir()}/collagenda-bench-chart.sqlite3"
)

import django

django.setup()

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext, setup_test_environment, teardown_test_environment
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from tests.factories import ClinicFactory, MembershipFactory
from tests.factories.charted import long_course

ROUNDS = 21
LONG, SHORT = {"sessions": 50, "photographs": 500}, {"sessions": 1, "photographs": 5}


def opened(browser: Browser, address: str) -> float:
    """Milliseconds for one page."""
    began = time.perf_counter()
    status = browser.get(address).status_code
    took = (time.perf_counter() - began) * 1000
    if status != 200:
        sys.exit(f"{address} answered {status}.")
    return took


def queries(browser: Browser, address: str) -> int:
    """How many a page asks, once what is remembered is remembered."""
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        browser.get(address)
    return len(asked)


def spread(times: list[float]) -> str:
    """Shortest, median, longest."""
    return " ".join(f"{one:7.1f}" for one in (min(times), statistics.median(times), max(times)))


def main() -> None:
    """Both courses take turns at each page, so that other work on the machine meets both."""
    with scopes_disabled():
        by = MembershipFactory(clinic=ClinicFactory(), role="practitioner")
    with scope(clinic=by.clinic):
        now = timezone.now()
        long, short = (long_course(by, at=now, **size) for size in (LONG, SHORT))
    browser = Browser()
    browser.force_login(by.user, backend="portal.practice.backends.PracticeBackend")
    print(f"{connection.vendor}: {LONG} against {SHORT}, {ROUNDS} rounds")
    pages = {
        "session": [reverse("admin:treatments_session_change", args=[session.pk]) for session in (long, short)],
        "client": [reverse("client_page", args=[session.client_id]) for session in (long, short)],
    }
    for name, addresses in pages.items():
        asked = [queries(browser, address) for address in addresses]
        rounds = [[opened(browser, address) for address in addresses] for _ in range(ROUNDS)]
        many, few = ([took[place] for took in rounds] for place in (0, 1))
        ratio = statistics.median(many) / statistics.median(few)
        print(f"  {name:<8} queries {asked[0]} and {asked[1]}  {spread(many)}  short {spread(few)}  {ratio:5.2f}x")


if __name__ == "__main__":
    setup_test_environment()
    name = connection.creation.create_test_db(verbosity=0)
    try:
        main()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()
