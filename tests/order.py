"""In which order the tests run, and which of them share a process. On every core the slowest has to begin first."""

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


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: place(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """For `--dist loadfile`, as dev.py asks; xdist itself would begin with the file of the most tests."""
    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return OnePortal(config, log)
