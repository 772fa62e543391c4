"""A session that moves to another day, and what its client hears of it."""

import html
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from clients.models import Message
from tests.treatments.sessions.conftest import confirmed, ready_session
from treatments.confirmations.services import newest_of, resend_confirmation
from treatments.models import Screening
from treatments.sessions.services import book_session, cancel_session, move_session

DAY = timedelta(days=1)
BOOKED_AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
FIRST = datetime(2026, 7, 1, 12, tzinfo=UTC)
THEN = FIRST + 14 * DAY


@pytest.fixture
def later(practitioner):
    practitioner.clinic.time_zone = "UTC"
    practitioner.clinic.save()
    ready = ready_session(practitioner, BOOKED_AT)
    return book_session(plan=ready.plan, scheduled_for=FIRST, by=ready.by, at=BOOKED_AT)


def emails_of(session):
    return Message.objects.filter(key__startswith=f"confirmation:{newest_of(session).pk}:")


def becomes(session, state):
    held = {"sent": {"sent_at": FIRST - 2 * DAY}, "sending": {"claimed_until": FIRST}}
    emails_of(session).update(state=state, **held.get(state, {}))


def moves(session, to, at):
    move_session(session=session, scheduled_for=to, by=session.practitioner.user, at=at)
    first, *_later = emails_of(session).order_by("pk")
    return first.due_at, first.in_hours


def to_come(session):
    return list(emails_of(session).filter(state="scheduled").order_by("due_at").values_list("due_at", flat=True))


def test_moved_before_the_client_was_told_a_day_it_is_asked_two_days_before_the_new_one(later):
    assert moves(later, THEN, FIRST - 3 * DAY) == (THEN - 2 * DAY, True)


@pytest.mark.parametrize("state", ["sent", "sending"])
def test_moved_after_the_client_was_told_a_day_the_new_one_is_told_now(later, state):
    becomes(later, state)
    assert moves(later, THEN, FIRST - DAY) == (FIRST - DAY, True)


def test_a_client_who_was_told_a_day_still_hears_of_it_after_a_second_move(later):
    becomes(later, "sent")
    moves(later, THEN, FIRST - DAY)
    assert moves(later, THEN + DAY, FIRST) == (FIRST, True)


@pytest.mark.parametrize(("days", "again"), [(7, 0), (8, 1)])
def test_whoever_is_told_a_new_day_too_early_to_answer_is_asked_once_more_in_time(later, days, again):
    becomes(later, "sent")
    now = FIRST - DAY
    to = now + days * DAY
    move_session(session=later, scheduled_for=to, by=later.practitioner.user, at=now)
    assert to_come(later) == [now, to - 2 * DAY][: 1 + again]


def test_sent_again_too_early_to_answer_it_is_still_asked_in_time_under_keys_of_its_own(later):
    becomes(later, "sent")
    moves(later, THEN, FIRST - DAY)
    emails_of(later).filter(due_at=FIRST - DAY).update(state="sent", sent_at=FIRST - DAY)
    for hours in (1, 2):
        at = FIRST + timedelta(hours=hours)
        resend_confirmation(confirmation=newest_of(later), by=later.practitioner.user, at=at)
        assert to_come(later) == [at, THEN - 2 * DAY]


def test_an_answer_in_time_withdraws_what_was_still_to_ask_again(later):
    becomes(later, "sent")
    moves(later, THEN, FIRST - DAY)
    confirmed(later, Screening.objects.get(client=later.client), THEN - 7 * DAY)
    assert to_come(later) == []


@pytest.fixture
def move_page(practitioner, signed_in):
    """A session in three days, whose email has not left, and how its page says that it moves."""
    now = timezone.now()
    ready = ready_session(practitioner, now)
    cancel_session(session=ready.session, reason="Ill", by=ready.by, at=now)  # else the two were too close
    session = book_session(plan=ready.plan, scheduled_for=now + 3 * DAY, by=ready.by, at=now)
    browser = signed_in(practitioner)

    def move(days):
        to = timezone.localtime(session.scheduled_for).replace(hour=12, minute=0) + days * DAY
        url = f"/admin/treatments/session/{session.pk}/move/"
        answer = browser.post(url, {"scheduled_for": f"{to:%Y-%m-%dT%H:%M}"}, follow=True)
        said = html.unescape(answer.content.decode())
        assert "The session is moved." in said
        return said

    return session, move


CALL = "was told of the old day, and gets no email about the new one. Call them: 020 7946 0000."


def has_phone(session):
    type(session.client).objects.filter(pk=session.client_id).update(phone="020 7946 0000")


def test_a_client_whose_answer_still_counts_is_to_be_called(move_page):
    session, move = move_page
    has_phone(session)
    emails_of(session).update(state="sent", sent_at=timezone.now())
    confirmed(session, Screening.objects.get(client=session.client), timezone.now())
    assert f"The session is moved. {session.client.called} {CALL}" in move(1)


def test_without_an_address_any_more_they_are_to_be_called_too(move_page):
    session, move = move_page
    emails_of(session).update(state="sent", sent_at=timezone.now())
    type(session.client).objects.filter(pk=session.client_id).update(email="")
    assert "gets no email about the new one. Call them; no phone number is in their record." in move(1)


@pytest.mark.parametrize("state", ["scheduled", "sent"])
def test_nobody_is_to_be_called_who_hears_of_the_new_day_or_was_told_none(move_page, state):
    session, move = move_page
    sent = {"sent_at": timezone.now()} if state == "sent" else {}
    emails_of(session).update(state=state, **sent)
    assert "told of the old day" not in move(5)


def test_at_night_it_is_told_in_the_morning_and_at_once_when_that_is_too_late(later):
    becomes(later, "sent")
    night = FIRST.replace(hour=2)
    opening = night.replace(hour=later.clinic.sends_from.hour)
    assert moves(later, opening + timedelta(hours=1), night) == (opening, True)
    assert moves(later, opening - timedelta(hours=1), night) == (night, False)


def test_what_was_told_of_another_session_hastens_nothing(later):
    others = Message.objects.filter(kind="confirmation_request").exclude(pk__in=emails_of(later))
    assert others.update(state="sent", sent_at=BOOKED_AT, claimed_until=None, why="") == 1
    assert moves(later, THEN, FIRST - 3 * DAY) == (THEN - 2 * DAY, True)
