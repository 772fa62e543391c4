"""What was left open comes back on the first page: sessions of other days, screenings that were put off."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from portal.client_page.history import read_history
from portal.client_page.standing import facts_of
from portal.today.views import blocks_for
from tests.factories import NOON, ClientFactory, PlanFactory, ScreeningFactory, SessionFactory

LONDON = ZoneInfo("Europe/London")
NOW = NOON.astimezone(LONDON)  # Monday 1 June 2026, 13:00
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _london():
    with timezone.override(LONDON):
        yield


def rows(member, key):
    found = {block.key: block.rows for block in blocks_for(member.user, NOW)}.get(key, [])
    return [(row.client, row.when, row.words.split(". ", 1)[-1], row.badge, row.action) for row in found]


def session(clinic, last_name, days, state="booked", **more):
    client = ClientFactory(clinic=clinic, first_name="Ada", last_name=last_name)
    return SessionFactory(
        plan=PlanFactory(client=client), number=1, scheduled_for=NOON + timedelta(days=days), state=state, **more
    )


def deferred(client, until, submitted_at=NOON - timedelta(days=30), **more):
    return ScreeningFactory(
        client=client,
        submitted_at=submitted_at,
        answers={},
        outcome="review",
        **{"state": "deferred", "defer_until": until, "decided_at": submitted_at, **more},
    )


def test_sessions_of_other_days_that_are_open_say_what_to_do(practitioner, clinic):
    started = {"state": "in_progress", "started_at": NOON - timedelta(days=3), "started_by": practitioner.user}
    session(clinic, "Started", -3, **started)
    session(clinic, "Early", 2, **started)
    session(clinic, "Forgotten", -2)
    session(clinic, "Cancelled", -2, state="cancelled", cancel_reason="Has a cold")
    session(clinic, "Tomorrow", 1)
    session(clinic, "Today", 0, **started)
    finish = "Complete it, so that follow-ups begin, or cancel it if it was not carried out."
    assert rows(practitioner, "not-finished") == [
        ("Ada Started", "29 May 2026, 13:00", finish, "In progress", "Complete"),
        (
            "Ada Forgotten",
            "30 May 2026, 13:00",
            "Its day has passed. Start it if it is done now, else cancel it.",
            "Booked",
            "Open",
        ),
        ("Ada Early", "3 Jun 2026, 13:00", finish, "In progress", "Complete"),
    ]
    assert [row[0] for row in rows(practitioner, "sessions")] == ["Ada Today"]


def test_the_front_desk_may_open_what_is_not_finished_and_sees_no_zone(front_desk, clinic):
    session(clinic, "Forgotten", -2)
    assert [row[4] for row in rows(front_desk, "not-finished")] == ["Open"]


def test_a_deferred_screening_comes_back_on_its_day_until_a_newer_form(practitioner, clinic):
    due = ClientFactory(clinic=clinic, first_name="Due", last_name="Today")
    later, newer = ClientFactory(clinic=clinic), ClientFactory(clinic=clinic)
    by = {"decided_by": practitioner.user}
    deferred(due, TODAY, **by)
    deferred(later, TODAY + timedelta(days=1), **by)
    deferred(newer, date(2026, 5, 20), requested_at=NOON - timedelta(days=31), **by)
    deferred(newer, None, NOON, state="refused", **by)
    assert rows(practitioner, "come-back") == [
        ("Due Today", "", "Was to wait until 1 Jun 2026", "Time is up", "Invite again"),
    ]
    assert rows(practitioner, "screenings") == []
    to_review = [facts_of(read_history(client, cares=True), TODAY).to_review for client in (due, later, newer)]
    assert to_review == [None, None, None]
