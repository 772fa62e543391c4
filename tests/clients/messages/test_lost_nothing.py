"""Real servers, real workers, every fault: nothing is lost, and what comes twice can be told by its Message-ID.

1,000 messages and every fault once; with LOST_NOTHING=full 10,000 messages and twenty kills.
"""

import os
import shutil
from collections import Counter, defaultdict

import pytest

from tests.clients.messages.office import Office, kind_of_person, wait_for
from tests.mailsink import mail_sink
from tests.servers import need, postgresql_bin, private_postgresql, private_redis, spare_port

FULL = os.environ.get("LOST_NOTHING") == "full"
MESSAGES, KILLS = (10_000, 20) if FULL else (1_000, 2)
STEP = 150 if FULL else 40  # so many are sent between two faults
NEAR, QUICK_KILLS = 0.002, 4
FAR = 0.02 if FULL else 0.15  # seconds to the mail server and back: slow enough to have work left for each fault

pytestmark = pytest.mark.servers


@pytest.fixture
def office(tmp_path):
    """Two workers of two senders each, one of processes and one of threads, each with a beat of its own."""
    programs, broker = postgresql_bin(), shutil.which("redis-server")
    need(programs, package="postgresql")
    need(broker, package="redis-server")
    with (
        private_postgresql(programs) as database,
        private_redis(broker) as redis,
        mail_sink(spare_port(), spare_port()) as sink,
    ):
        office = Office(tmp_path, database, redis, sink)
        office.run("seed", MESSAGES)
        sink.ask(set={"round_trip": FAR})
        try:
            yield office
        finally:
            office.stop()


def all_faults(office):
    """One after the other, each in the middle of sending."""
    for pool in ("prefork", "threads"):
        office.start(pool)
    office.goes_on(STEP)
    for _kill in range(KILLS - 1):
        office.kill_the_held()
        office.goes_on(STEP)
    office.kill(office.workers["threads"].pid, "threads")
    office.flush_broker()
    office.goes_on(STEP)
    office.restart_database()
    office.goes_on(STEP)
    for mood, times in (("defer", 4), ("hang", 2), ("cut", 4)):
        office.sink.mood(mood, times)
        wait_for(lambda: office.sink.ask()["left"] == 0)
        office.goes_on(STEP)
    office.run("cancel")
    for hours in (-1, 0):
        office.set_clock(hours=hours)
        office.goes_on(STEP)
    office.sink.mood("refuse")
    wait_for(lambda: office.sink.ask()["struck"].get("refuse"))
    office.sink.mood("")


def test_after_every_fault_nothing_is_lost_and_nobody_got_what_they_must_not_get(office):
    all_faults(office)
    office.sink.ask(set={"round_trip": 0.0})
    for hours in (1, 3, 5):  # leases end, and what was put off is due again
        office.set_clock(hours=hours)
        office.settle()
    fates, taken = office.fates(), office.sink.ask(all=True)["taken"]
    ends = defaultdict(Counter)
    for email, state, why, _message_id in fates:
        ends[kind_of_person(email)][state, bool(why)] += 1
    cancelled = ends.pop("cancelled")
    assert ends == {
        "client": {("sent", False): MESSAGES - 50},
        "nobody": {("failed", True): 10},
        "suppressed": {("skipped", True): 10},
        "superseded": {("skipped", True): 10},
        "withdrawn": {("skipped", True): 10},
    }
    assert (cancelled.total(), set(cancelled) <= {("sent", False), ("cancelled", True)}) == (10, True)
    sent = {message_id: email for email, state, _why, message_id in fates if state == "sent"}
    assert {(message_id, address) for message_id, address, _connection in taken} == set(sent.items())
    assert twice_without_a_kill(taken, office.killed) == {}
    assert KILLS - 1 <= len(taken) - len(sent) <= len(office.killed)  # whoever was held had sent one, and was killed


def test_who_sends_so_quickly_that_the_database_hears_only_now_and_then_repeats_no_more(office):
    office.sink.ask(set={"round_trip": NEAR})
    office.start("prefork")
    for _kill in range(QUICK_KILLS):
        office.goes_on(60)
        office.kill_the_held()
    office.sink.ask(set={"round_trip": 0.0})
    for hours in (0, 1):
        office.set_clock(hours=hours)
        office.settle(quiet=4)
    fates, taken = office.fates(), office.sink.ask(all=True)["taken"]
    sent = {message_id: email for email, state, _why, message_id in fates if state == "sent"}
    assert {(message_id, address) for message_id, address, _connection in taken} == set(sent.items())
    assert (office.left(), twice_without_a_kill(taken, office.killed)) == (0, {})
    assert len(taken) - len(sent) == QUICK_KILLS  # each held one that had been taken


def twice_without_a_kill(taken, killed):
    """Messages that came again although the connection they came by before did not die with its process."""
    came = defaultdict(list)
    for message_id, _address, connection in taken:
        came[message_id].append(connection)
    excused = Counter()
    wrong = {}
    for message_id, connections in came.items():
        excused.update(connections[:-1])
        if any(one not in killed or excused[one] > 1 for one in connections[:-1]):
            wrong[message_id] = connections
    return wrong
