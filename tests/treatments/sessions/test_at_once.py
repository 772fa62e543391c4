"""Two windows, ten hands: what is done at once is done once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django_scopes import scope

from clients.models import Message
from clients.records.services import archive_client
from portal.audit.services import verify
from portal.models import AuditEvent
from portal.security.refusals import Refused
from tests.factories import NOON, LotFactory, MembershipFactory
from tests.treatments.sessions.conftest import ready_session
from tests.treatments.sessions.recorded import amend, serum_of, sign, whole, write
from treatments.models import Followup, Lot, Session, SessionZone
from treatments.sessions.services import ZoneDone, book_session, complete_session, start_session
from treatments.sessions.services.materials import SerumUsed
from treatments.sessions.services.refusals import NothingAmended

LATER = NOON + timedelta(minutes=50)

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ready():
    member = MembershipFactory()
    with scope(clinic=member.clinic):
        yield ready_session(member, NOON)


def at_once(clinic, *acts):
    """What each act says when all of them run in threads of their own: "done" or the refusal."""

    def run(act):
        try:
            with scope(clinic=clinic):
                act()
        except Refused as refusal:
            return str(refusal)
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return sorted(threads.map(run, acts), key=lambda said: said != "done")


def test_ten_completes_at_once_are_one(ready):
    start_session(session=ready.session, by=ready.by, at=NOON)

    def complete():
        complete_session(
            session=ready.session,
            device=ready.device,
            cartridge_lot="LOT-7",
            notes="",
            by=ready.by,
            at=LATER,
            zones=[ZoneDone("cheeks", Decimal("1.00"))],
            ended_at=LATER,
        )

    already = "This session was already completed at 1 Jun 2026, 13:50. Nothing was changed."
    assert at_once(ready.clinic, *[complete] * 10) == ["done"] + [already] * 9
    steps = list(Followup.objects.values_list("step", flat=True))
    assert (SessionZone.objects.count(), len(steps)) == (1, len(set(steps)))
    assert Message.objects.filter(kind="followup").count() == len(steps)
    assert AuditEvent.objects.filter(action="session.completed").count() == 1
    assert verify(ready.clinic) == AuditEvent.objects.count()


def test_ten_starts_at_once_are_one(ready):
    said = at_once(ready.clinic, *[lambda: start_session(session=ready.session, by=ready.by, at=NOON)] * 10)
    assert said == ["done"] + ["Only a booked session can be started; this one is not."] * 9
    assert AuditEvent.objects.filter(action="session.started").count() == 1


def test_materials_of_one_session_written_ten_times_at_once_take_one_and_those_of_two_take_two(ready):
    other = ready_session(ready.member, NOON)
    gel = serum_of(ready.clinic)
    for number in ("S1", "S2"):
        LotFactory(product=gel, number=number, stock=9)
    for each in (ready, other):
        start_session(session=each.session, by=each.by, at=NOON)

    def save(each, *numbers):
        return lambda: write(each, serums=[SerumUsed(gel, number) for number in numbers])

    saves = [save(ready, "S1", "S2")] * 5 + [save(ready, "S2", "S1")] * 5 + [save(other, "S2", "S1")] * 5
    assert at_once(ready.clinic, *saves) == ["done"] * 15
    assert list(Lot.objects.order_by("number").values_list("stock", flat=True)) == [7, 7]


def test_lots_are_amended_and_materials_written_at_once_and_neither_waits_for_ever(ready):
    other = ready_session(ready.member, NOON)
    start_session(session=other.session, by=other.by, at=NOON)
    gel = whole(ready).session.serums.get().product
    for number in ("S1", "S2"):
        LotFactory(product=gel, number=number, stock=50)
    sign(ready)
    part = str(ready.session.serums.get().pk)

    def save(turn):
        return lambda: write(other, serums=[SerumUsed(gel, "S1"), SerumUsed(gel, "S2")][: 1 + turn % 2])

    def move(turn):
        return lambda: amend(ready, "serum_lot", f"S{1 + turn % 2}", part=part)

    said = at_once(ready.clinic, *(act(turn) for turn in range(10) for act in (save, move)))
    assert set(said) <= {"done", str(NothingAmended())}


def test_bookings_at_once_never_share_a_number(ready):
    said = at_once(
        ready.clinic, *[lambda: book_session(plan=ready.plan, scheduled_for=LATER, by=ready.by, at=NOON)] * 5
    )
    assert said[0] == "done"
    assert sorted(Session.objects.values_list("number", flat=True)) == [1, 2]


def test_a_client_is_not_archived_while_a_session_is_booked(ready):
    Session.objects.update(state="cancelled", cancel_reason="Has a cold")
    said = at_once(
        ready.clinic,
        lambda: book_session(plan=ready.plan, scheduled_for=LATER, by=ready.by, at=NOON),
        lambda: archive_client(client=ready.client, by=ready.by, at=NOON),
    )
    ready.client.refresh_from_db()
    booked = Session.objects.filter(state="booked").exists()
    assert (said.count("done"), booked) == (1, ready.client.archived_at is None)
