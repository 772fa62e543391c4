"""Unlike services for one client at the same time, many rounds: each waits or is refused, none ends in a deadlock."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django_scopes import scope

from clients.messages.services import drain
from clients.records.services import archive_client
from portal.audit.services import verify
from portal.models import AuditEvent
from tests.factories import (
    NOON,
    DeviceFactory,
    FollowupFactory,
    LotFactory,
    MembershipFactory,
    MessageFactory,
    SessionFactory,
)
from tests.treatments.sessions.conftest import ready_session
from tests.treatments.sessions.recorded import serum_of, write
from tests.treatments.sessions.test_at_once import at_once
from treatments.followups.services import submit_reply
from treatments.models import Session
from treatments.plans.guidance import ZoneDepth
from treatments.plans.services import change_plan
from treatments.sessions.services import SerumUsed, ZoneDone, book_session, complete_session, start_session

ROUNDS = 8
LATER = NOON + timedelta(minutes=50)

pytestmark = [pytest.mark.django_db(transaction=True)]


def completes(ready) -> Callable[[], None]:
    start_session(session=ready.session, by=ready.by, at=NOON)
    return lambda: complete_session(
        session=ready.session,
        device=ready.device,
        cartridge_lot="LOT-7",
        notes="",
        by=ready.by,
        at=LATER,
        zones=[ZoneDone("cheeks", Decimal("1.00"))],
        ended_at=LATER,
    )


def changes(ready) -> Callable[[], object]:
    plan = ready.plan
    return lambda: change_plan(
        plan=plan,
        practitioner=plan.practitioner,
        zones=[ZoneDepth("cheeks", Decimal("1.20"))],
        goals=[],
        by=ready.by,
        at=LATER,
        sessions_planned=1,
        interval_days=28,
        device_kind="mechanical",
        topical_anaesthetic=False,
        notes="",
    )


def books(ready) -> Callable[[], object]:
    return lambda: book_session(plan=ready.plan, scheduled_for=LATER, by=ready.by, at=NOON)


def archives(ready) -> Callable[[], None]:
    Session.objects.filter(client=ready.client).update(state="cancelled", cancel_reason="Has a cold")
    return lambda: archive_client(client=ready.client, by=ready.by, at=NOON)


def replies(ready) -> Callable[[], object]:
    """With a warning sign: an alert and an email to the clinic."""
    followup = FollowupFactory(session=ready.session)
    return lambda: submit_reply(followup=followup, answers={"signs": ["pus"]}, at=LATER)


def drains(ready) -> Callable[[], int]:
    """An older session's emails about results are due while a newer one withdraws them."""
    older = SessionFactory(
        plan=ready.plan,
        number=2,
        state="completed",
        started_at=NOON - timedelta(days=30),
        started_by=ready.by,
        ended_at=NOON - timedelta(days=29),
        completed_by=ready.by,
        device=DeviceFactory(clinic=ready.clinic),
        cartridge_lot="LOT-1",
    )
    for step in ("week_4", "week_6", "month_3", "month_6"):
        message = MessageFactory(client=ready.client, key=f"session:{older.pk}:{step}")
        FollowupFactory(session=older, step=step, message=message)
    return lambda: drain(worker="w", at=lambda: LATER)


@pytest.mark.parametrize(
    ("one", "other"),
    [(completes, changes), (books, replies), (archives, books), (completes, drains), (replies, drains)],
)
def test_unlike_services_for_one_client_never_wait_in_a_circle(one, other):
    member = MembershipFactory()
    with scope(clinic=member.clinic):
        for _ in range(ROUNDS):
            ready = ready_session(member, NOON)
            said = at_once(member.clinic, one(ready), other(ready))
            assert said[0] == "done"
        assert verify(member.clinic) == AuditEvent.objects.count()


def test_two_sessions_with_the_same_lots_never_wait_in_a_circle():
    member = MembershipFactory()
    with scope(clinic=member.clinic):
        lots = [LotFactory(product=serum_of(member.clinic, name=name), number=name) for name in ("Gel", "Oil")]
        used = [SerumUsed(lot.product, lot=lot.number) for lot in lots]
        ready = [ready_session(member, NOON) for _ in range(2)]
        for one in ready:
            start_session(session=one.session, by=one.by, at=NOON)
        for _ in range(ROUNDS):
            acts = [partial(write, one, serums=serums) for one, serums in zip(ready, (used, used[::-1]), strict=True)]
            assert at_once(member.clinic, *acts) == ["done", "done"]
