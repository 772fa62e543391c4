"""In which order the tests run, which of them share a process, and which have nothing to do with a database.

On every core the slowest has to begin first.
"""

import gc

import pytest
from xdist.scheduler import LoadFileScheduling

JOURNEYS = "tests/journeys/"
LONGEST_FIRST = (
    JOURNEYS,
    "tests/architecture/test_isolation.py",
    "tests/portal/adminsite/test_odd_addresses.py",
    "tests/portal/runner/",
    "tests/clients/messages/test_lost_nothing.py",
    "tests/portal/test_seed_demo.py",
    "tests/treatments/screening/test_properties.py",
    "tests/clients/messages/test_workers.py",
)


def place(file: str) -> int:
    """Where a file stands in the queue."""
    places = (at for at, slow in enumerate(LONGEST_FIRST) if file.startswith(slow))
    return next(places, len(LONGEST_FIRST))


class OnePortal(LoadFileScheduling):
    """A file stays in one process; so do all journeys, for the portal and the browser they need start slowly."""

    def _split_scope(self, nodeid: str) -> str:
        return JOURNEYS if nodeid.startswith(JOURNEYS) else super()._split_scope(nodeid)


DATABASE = {"db", "django_db_setup", "live_server", "transactional_db"}


def may_ask_the_database(item: pytest.Item) -> bool:
    """Whether pytest-django lets it: in every other test a query fails."""
    return item.get_closest_marker("django_db") is not None or not DATABASE.isdisjoint(item.fixturenames)


def pytest_fixture_setup(fixturedef, request):
    """A test that gets the database by a detour, such as request.getfixturevalue, has to say so."""
    if fixturedef.argname == "_django_db_helper" and request.node.get_closest_marker("pure"):
        pytest.fail("It asks the database: mark it with pytest.mark.django_db.")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items):
    """Marks before pytest leaves out what -m does not name; sorts after pytest-django, whose order is another."""
    for item in items:
        if not may_ask_the_database(item):
            item.add_marker("pure")
    yield
    items.sort(key=lambda item: place(item.nodeid))


def pytest_collection_finish():
    """What is there by now stays; to look through it for garbage again and again took a tenth of the time."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """For `--dist loadfile`, as dev.py asks; xdist itself would begin with the file of the most tests."""
    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return OnePortal(config, log)
