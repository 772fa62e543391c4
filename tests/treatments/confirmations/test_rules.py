from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from clients.messages.schedule import SendingHours
from treatments.confirmations.rules import Facts, is_fresh, leaves_at, why_not
from treatments.confirmations.terms import State

DAY = date(2026, 6, 8)
CHANGED = (
    "The client said that something has changed, and has not sent the new form yet. "
    "Wait for it, hand the form over, or send a new one."
)
OLD = "The client confirmed more than 7 days before the session. Ask for the confirmation again."
NOT_YET = "The client has not confirmed yet that nothing has changed. Hand the tablet over, or send the email."
EARLY = (
    "The client answered on 30 May 2026, more than 7 days before the session, and has not confirmed again yet. "
    "Hand the tablet over, or send the email."
)
NEVER = "The client was not asked yet whether anything has changed. Ask for the confirmation."


def ago(days):
    return DAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, NEVER),
        ({"state": State.ASKED, "screened_on": ago(2)}, NOT_YET),
        ({"state": State.ASKED, "screened_on": ago(1)}, ""),
        ({"state": State.CONFIRMED, "answered_on": ago(7), "screened_on": ago(90)}, ""),
        ({"state": State.CONFIRMED, "answered_on": ago(8), "screened_on": ago(90)}, OLD),
        ({"state": State.CHANGED, "answered_on": ago(9), "screened_on": ago(7), "form_answers": True}, ""),
        ({"state": State.CHANGED, "answered_on": ago(9), "screened_on": ago(8), "form_answers": True}, OLD),
        ({"state": State.ASKED, "screened_on": ago(7), "form_answers": True, "early_on": ago(9)}, ""),
        ({"state": State.ASKED, "screened_on": ago(8), "form_answers": True, "early_on": ago(9)}, EARLY),
        ({"state": State.CHANGED, "answered_on": ago(1), "screened_on": ago(90), "change_waits": True}, CHANGED),
        ({"state": State.CHANGED, "answered_on": ago(0), "screened_on": ago(1), "change_waits": True}, CHANGED),
        ({"state": State.CONFIRMED, "answered_on": ago(0), "screened_on": ago(1), "change_waits": True}, CHANGED),
    ],
)
def test_what_counts_on_the_day(facts, words):
    assert why_not(Facts(on=DAY, **facts)) == words


@pytest.mark.parametrize(("days", "fresh"), [(-1, False), (0, True), (1, True), (2, False)])
def test_a_form_is_fresh_on_its_day_and_the_next(days, fresh):
    assert (is_fresh(ago(days), DAY), is_fresh(None, DAY)) == (fresh, False)


@pytest.mark.parametrize(("hour", "day", "leaves"), [(11, 8, 11), (17, 8, 17), (18, 8, 17), (19, 8, 17), (8, 7, 17)])
def test_the_client_is_asked_two_days_before_with_time_left_to_leave(hour, day, leaves):
    hours = SendingHours(ZoneInfo("UTC"), time(9), time(18))
    booked = datetime(2026, 6, 10, hour, tzinfo=UTC)
    assert leaves_at(booked, booked - timedelta(days=9), hours) == (datetime(2026, 6, day, leaves, tzinfo=UTC), True)
    late = booked - timedelta(hours=5)
    assert leaves_at(booked, late, hours) == (late, False)
