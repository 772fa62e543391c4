from datetime import timedelta

import pytest

from clients.messages.forecast import forecast
from clients.models import ClientLink, Message
from portal.security.refusals import Refused
from portal.today.hints import hints_for
from tests.factories import NOON, ClientLinkFactory
from tests.treatments.screening.rows import OWN_ANSWERS, PLANNED, SAID
from tests.treatments.sessions.conftest import ready_session
from treatments.confirmations.services import (
    NothingToConfirm,
    NotWaiting,
    ask_confirmation,
    confirm_nothing_changed,
    newest_of,
    report_change,
    resend_confirmation,
    shown_sha256,
    why_not_confirmed,
)
from treatments.models import Confirmation, Draft, Screening
from treatments.screening.services import accept_screening, send_screening, submit_screening
from treatments.sessions.services import MayNotStart, book_session, cancel_session, start_session

LATER = NOON + timedelta(days=30)


@pytest.fixture
def booked(practitioner):
    ready = ready_session(practitioner, NOON)
    ready.later = book_session(plan=ready.plan, scheduled_for=LATER, by=ready.by, at=NOON)
    return ready


def confirms(booked, at=LATER - timedelta(days=2), **changed):
    said = {"answers_sha256": shown_sha256(booked.screening), "signed_name": "Ada Client"} | changed
    return confirm_nothing_changed(confirmation=newest_of(booked.later), **said, channel="email", address=None, at=at)


def test_a_booked_session_is_asked_about_two_days_before(booked):
    message = Message.objects.get(key=f"confirmation:{newest_of(booked.later).pk}:request:1")
    assert (message.due_at, message.in_hours) == (LATER - timedelta(hours=48), True)


@pytest.mark.parametrize(("address", "alive"), [("old@example.org", 0), ("SAME@example.org", 1)])
def test_sent_again_to_a_corrected_address_it_closes_the_link_that_went_astray(booked, address, alive):
    asked = newest_of(booked.later)
    type(booked.client).objects.filter(pk=booked.client.pk).update(email="same@example.org")
    Message.objects.filter(key=f"confirmation:{asked.pk}:request:1").update(state="sent", sent_at=NOON, address=address)
    ClientLinkFactory(client=booked.client, purpose="confirmation", subject_id=asked.pk)
    resend_confirmation(confirmation=asked, by=booked.by, at=NOON)
    assert ClientLink.objects.alive(NOON).leading_to(asked.client_id, "confirmation", asked.pk).count() == alive
    assert Message.objects.get(key=f"confirmation:{asked.pk}:request:2").due_at == NOON


def test_it_is_confirmed_once_and_signed(booked):
    first = newest_of(booked.later)
    kept = confirms(booked)
    assert (kept.state, kept.screening, kept.signed_name) == ("confirmed", booked.screening, "Ada Client")
    assert why_not_confirmed(session=booked.later, on=LATER.date()) == ""
    with pytest.raises(NotWaiting):
        report_change_of_closed(first, booked)


def report_change_of_closed(first, booked):
    cancel_session(session=booked.later, reason="Ill", by=booked.by, at=NOON)
    report_change(confirmation=first, channel="email", at=NOON)


@pytest.mark.parametrize("changed", [{"answers_sha256": "0" * 64}, {"signed_name": "  "}])
def test_other_answers_or_no_name_confirm_nothing(booked, changed):
    with pytest.raises(Refused):
        confirms(booked, **changed)
    assert newest_of(booked.later).state == "asked"


def test_a_change_begins_a_new_form_with_the_last_answers(booked):
    new = report_change(confirmation=newest_of(booked.later), channel="tablet", at=LATER)
    assert (new.state, new.follows, Draft.objects.get(screening=new).answers) == (
        "sent",
        booked.screening,
        booked.screening.answers,
    )
    assert "has not sent the new form yet" in why_not_confirmed(session=booked.later, on=LATER.date())


@pytest.mark.parametrize(("days", "states"), [(8, ["confirmed", "asked"]), (7, ["confirmed"])])
def test_what_is_confirmed_too_early_is_asked_again_two_days_before(booked, days, states):
    emails = Message.objects.filter(kind="confirmation_request")
    emails.update(state="sent", sent_at=NOON)  # such as after a move: the client was asked at once
    early = confirms(booked, at=LATER - timedelta(days=days))
    rows = Confirmation.objects.filter(session=booked.later).order_by("pk")
    assert ([row.state for row in rows], rows[0]) == (states, early)
    waiting = emails.filter(state="scheduled").values_list("due_at", "in_hours")
    assert list(waiting) == [(LATER - timedelta(hours=48), True)] * (len(states) - 1)


def test_a_change_after_an_early_confirmation_closes_what_waited_and_is_asked_again_in_time(booked):
    early = confirms(booked, at=NOON)
    report_change(confirmation=early, channel="email", at=NOON + timedelta(days=1))
    assert states_of(booked) == ["confirmed", "closed", "changed", "asked"]
    waiting = Message.objects.filter(kind="confirmation_request", state="scheduled")
    assert [message.due_at for message in waiting] == [LATER - timedelta(hours=48)]


@pytest.mark.parametrize(("days", "states"), [(8, ["changed", "asked"]), (7, ["changed"])])
def test_a_change_that_is_reported_too_early_is_asked_about_again(booked, days, states):
    report_change(confirmation=newest_of(booked.later), channel="email", at=LATER - timedelta(days=days))
    assert states_of(booked) == states


@pytest.mark.parametrize(("days", "counts"), [(7, True), (8, False)])
def test_the_form_after_an_early_change_counts_as_long_as_a_confirmation_does(booked, days, counts):
    at = LATER - timedelta(days=20)
    new = report_change(confirmation=newest_of(booked.later), channel="email", at=at)
    sends_the_new_form(booked, new, LATER - timedelta(days=days))
    accept_screening(screening=new, own_answers=OWN_ANSWERS, by=booked.by, at=LATER - timedelta(days=days))
    why = why_not_confirmed(session=booked.later, on=LATER.date())
    assert (why == "", "answered on 11 Jun 2026, more than 7 days" in why) == (counts, not counts)
    (email,) = forecast(list(Message.objects.filter(kind="confirmation_request", state="scheduled")), at=NOON)
    assert email.state == ("skipped" if counts else "sent")
    assert hints_for([booked.later])[booked.later.pk].count("Not confirmed yet") == (not counts)


def states_of(booked):
    rows = Confirmation.objects.filter(session=booked.later).order_by("pk")
    return [row.state for row in rows]


def test_a_confirmation_grows_old(booked):
    confirms(booked)
    on = (LATER + timedelta(days=6)).date()
    assert "more than 7 days" in why_not_confirmed(session=booked.later, on=on)


def test_cancelling_closes_it_with_its_email(booked):
    asked = newest_of(booked.later)
    cancel_session(session=booked.later, reason="Ill", by=booked.by, at=NOON)
    asked.refresh_from_db()
    message = Message.objects.get(key__startswith=f"confirmation:{asked.pk}:")
    assert (asked.state, message.state, ClientLink.objects.alive(NOON).filter(purpose="confirmation").exists()) == (
        "closed",
        "cancelled",
        False,
    )


def test_asking_again_closes_what_waited(booked):
    ask_confirmation(session=booked.later, by=booked.by, at=NOON, at_once=True)
    states = Confirmation.objects.filter(session=booked.later).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["closed", "asked"]


CHANGED = (
    "The client said that something has changed, and has not sent the new form yet. "
    "Wait for it, hand the form over, or send a new one."
)


def sends_the_new_form(booked, new, at):
    given = SAID | {"date_of_birth": "1985-05-17", "signed_name": "Ada Client"}
    submit_screening(screening=new, answers=given, at=at)


def test_a_change_reported_after_a_fresh_form_stops_the_session_all_the_same(booked):
    report_change(confirmation=booked.confirmation, channel="email", at=NOON + timedelta(hours=1))
    assert why_not_confirmed(session=booked.session, on=NOON.date()) == CHANGED


def test_a_change_reported_before_one_session_counts_for_every_session(booked):
    confirms(booked)
    at = LATER - timedelta(days=1)
    new = report_change(confirmation=newest_of(booked.session), channel="email", at=at)
    assert why_not_confirmed(session=booked.later, on=LATER.date()) == CHANGED
    ask_confirmation(session=booked.later, by=booked.by, at=at, at_once=True)
    with pytest.raises(NothingToConfirm):
        confirms(booked)
    sends_the_new_form(booked, new, LATER)
    assert why_not_confirmed(session=booked.later, on=LATER.date()) == ""


def test_after_a_change_the_new_form_counts_only_once_it_is_accepted(booked):
    at = LATER - timedelta(days=7)
    new = report_change(confirmation=newest_of(booked.later), channel="email", at=at)
    sends_the_new_form(booked, new, at)
    with pytest.raises(MayNotStart) as refused:
        start_session(session=booked.later, by=booked.by, at=LATER)
    assert "The client has filled in a screening form that nobody has reviewed yet. Review it first." in str(
        refused.value
    )
    accept_screening(screening=new, own_answers=OWN_ANSWERS, by=booked.by, at=LATER)
    assert why_not_confirmed(session=booked.later, on=LATER.date()) == ""
    assert "more than 7 days" in why_not_confirmed(session=booked.later, on=(LATER + timedelta(days=1)).date())


def test_a_form_that_was_sent_before_the_change_says_nothing_about_it(booked):
    at = LATER - timedelta(days=2)
    sends_the_new_form(booked, send_screening(client=booked.client, **PLANNED, by=booked.by, at=at), at)
    accept_screening(screening=Screening.objects.answered().first(), own_answers=OWN_ANSWERS, by=booked.by, at=at)
    report_change(confirmation=newest_of(booked.later), channel="email", at=at + timedelta(hours=1))
    assert why_not_confirmed(session=booked.later, on=LATER.date()) == CHANGED
