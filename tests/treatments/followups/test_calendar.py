"""The next session as a file for the client's own calendar."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import NOON, FollowupFactory, PlanFactory, SessionFactory
from tests.treatments.followups.test_emails import client, gathered, rendered  # noqa: F401
from treatments.care.emails import Part
from treatments.followups.emails.calendar import appointment, event
from treatments.followups.emails.reasons import right_steps

DAY = timedelta(days=1)
FACTS = {
    "uid": "booking-1@portal.example",
    "starts": datetime(2026, 7, 1, 12, tzinfo=UTC),
    "stamp": datetime(2026, 6, 1, 12, tzinfo=UTC),
    "summary": "Appointment with Maya Linden",
    "place": "1 Way; Town,\nLand\\",
    "contact": "+44 20 7946 0000",
}


def unfolded(file):
    return file.decode().replace("\r\n ", "").split("\r\n")


def test_an_event_says_when_where_and_whom_to_call_and_no_more():
    assert unfolded(event(**FACTS)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Collagenda//EN",
        "BEGIN:VEVENT",
        "UID:booking-1@portal.example",
        "DTSTAMP:20260601T120000Z",
        "SEQUENCE:29671920",
        "DTSTART:20260701T120000Z",
        "SUMMARY:Appointment with Maya Linden",
        "LOCATION:1 Way\\; Town\\,\\nLand\\\\",
        "CONTACT:+44 20 7946 0000",
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_what_is_not_known_is_left_out():
    lines = unfolded(event(**FACTS | {"place": " ", "contact": ""}))
    assert [line for line in lines if line.startswith(("LOCATION", "CONTACT"))] == []


@pytest.mark.parametrize("letter", ["x", "é", "€", "🙂"])
def test_no_line_is_longer_than_75_octets_and_no_character_is_cut(letter):
    file = event(**FACTS | {"place": letter * 200})
    assert max(len(line) for line in file.split(b"\r\n")) <= 75
    assert f"LOCATION:{letter * 200}" in unfolded(file)


@pytest.fixture
def booked(client):  # noqa: F811
    session = SessionFactory(plan=PlanFactory(client=client), ended_at=NOON, number=1)
    following = SessionFactory(plan=session.plan, number=2, scheduled_for=NOON + 30 * DAY)
    return FollowupFactory(session=session, step="week_4", message__key=f"session:{session.pk}:week_4"), following


def test_the_email_that_speaks_of_a_booked_session_brings_it_along(booked):
    followup, following = booked
    first, again = (rendered(followup, NOON + 28 * DAY).attachments[0] for _ in range(2))
    assert (first.name, first.kind, first == again) == ("appointment.ics", "text/calendar", True)
    assert f"UID:booking-{following.pk}@localhost" in unfolded(first.content)
    assert re.findall(r"(?i)skin|needl|treat|session|clinic|canary|finch", first.content.decode()) == []


def test_the_file_asks_the_database_nothing_more(booked, django_assert_num_queries):
    message = gathered(booked[0], NOON + 28 * DAY)
    steps = right_steps(message.gathered)
    parts = [Part(step.care.words["en"], True) for step in steps]
    with django_assert_num_queries(0):
        assert len(appointment(message.gathered, parts, "en", NOON)) == 1


def test_a_moved_session_keeps_its_place_in_the_calendar(booked):
    followup, following = booked
    before = unfolded(rendered(followup, NOON + 28 * DAY).attachments[0].content)
    type(following).objects.filter(pk=following.pk).update(scheduled_for=NOON + 31 * DAY)
    after = unfolded(rendered(followup, NOON + 29 * DAY).attachments[0].content)
    changed = [line.partition(":")[0] for line, other in zip(before, after, strict=True) if line != other]
    assert changed == ["DTSTAMP", "SEQUENCE", "DTSTART"]
    assert edition(before) < edition(after) < 2**31


def edition(lines):
    """By which number a calendar knows which of two files is the later one."""
    return next(int(line.removeprefix("SEQUENCE:")) for line in lines if line.startswith("SEQUENCE:"))


@pytest.mark.parametrize("step", ["week_6", "day_1"])
def test_an_email_that_speaks_of_no_session_brings_no_file(booked, step):
    session = booked[0].session
    followup = FollowupFactory(session=session, step=step, message__key=f"session:{session.pk}:{step}")
    assert rendered(followup, NOON + 28 * DAY).attachments == ()


def test_a_session_that_is_not_booked_is_no_file(client):  # noqa: F811
    session = SessionFactory(plan=PlanFactory(client=client), ended_at=NOON, number=1)
    assert rendered(FollowupFactory(session=session, step="week_4"), NOON + 28 * DAY).attachments == ()
