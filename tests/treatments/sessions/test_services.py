from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from portal.models import AuditEvent
from tests.factories import NOON, SessionFactory
from tests.treatments.sessions.conftest import LATER, refusal, session_actions, start
from treatments.consents.services import withdraw_consent
from treatments.models import Plan, Session
from treatments.sessions.services import book_session, cancel_session, start_session


def test_sessions_are_numbered_and_a_cancelled_number_is_free_again(ready):
    second = book_session(plan=ready.plan, scheduled_for=LATER, by=ready.by, at=NOON)
    cancel_session(session=ready.session, reason="Has a cold", by=ready.by, at=NOON)
    third = book_session(plan=ready.plan, scheduled_for=LATER, by=ready.by, at=NOON)
    assert (ready.session.number, second.number, third.number) == (1, 2, 1)
    assert (ready.session.state, ready.session.cancel_reason) == ("cancelled", "Has a cold")
    words = "All sessions of this plan are booked or done. Change the number of sessions in the plan to book another."
    assert refusal(book_session, plan=ready.plan, scheduled_for=LATER, by=ready.by, at=NOON) == words


@pytest.mark.parametrize("away", [timedelta(days=-1), timedelta(days=800)])
def test_a_session_is_booked_for_today_or_later_and_not_for_a_far_year(ready, away):
    words = "Book a session for today or later, at most two years ahead."
    assert refusal(book_session, plan=ready.plan, scheduled_for=NOON + away, by=ready.by, at=NOON) == words


def test_nothing_is_booked_for_an_archived_client_or_a_stopped_plan(ready):
    Plan.objects.update(state="stopped", stop_reason="Moved away")
    assert "Make a new plan" in refusal(book_session, plan=ready.plan, scheduled_for=NOON, by=ready.by, at=NOON)
    type(ready.client).objects.update(archived_at=NOON)
    assert "Restore the client" in refusal(book_session, plan=ready.plan, scheduled_for=NOON, by=ready.by, at=NOON)
    assert Session.objects.count() == 1


def test_starting_activates_the_plan(ready):
    start(ready)
    ready.plan.refresh_from_db()
    assert (ready.session.state, ready.session.started_at, ready.plan.state) == ("in_progress", NOON, "active")
    assert session_actions() == ["session.booked", "session.started"]
    assert refusal(start, ready) == "Only a booked session can be started; this one is not."


def test_without_an_accepted_screening_it_does_not_start(ready):
    type(ready.screening).objects.update(state="refused")
    words = "The newest screening was decided as not suitable. If things have changed, send a new screening form."
    assert refusal(start, ready) == words
    assert (Session.objects.get().state, Plan.objects.get().state) == ("booked", "drafted")


def test_a_screening_that_no_longer_holds_on_the_day_stops_the_start(ready):
    type(ready.screening).objects.update(valid_until=date(2026, 5, 31))
    assert "screening" in refusal(start, ready)


def test_an_expired_or_too_shallow_certificate_stops_the_start(ready):
    type(ready.certificate).objects.update(max_depth_mm=Decimal("0.50"))
    assert refusal(start, ready) == (
        "Cheeks: The practitioner's certificate allows at most 0.5 mm. "
        "Needle less deep, or add a certificate that allows it under Clinic."
    )
    type(ready.certificate).objects.update(expires_on=date(2026, 5, 31))
    assert "has no valid certificate for needling on 1 Jun 2026." in refusal(start, ready)


def test_the_certificate_counts_on_the_clinics_day_not_on_utcs(ready):
    type(ready.clinic).objects.update(time_zone="Australia/Sydney")
    type(ready.certificate).objects.update(expires_on=date(2026, 6, 1))
    evening = NOON + timedelta(hours=4)  # already 2 June in Sydney
    assert "on 2 Jun 2026" in refusal(start, ready, at=evening)


def test_a_session_that_was_not_carried_out_is_cancelled_with_a_reason(ready):
    assert refusal(cancel_session, session=ready.session, reason=" ", by=ready.by, at=NOON).startswith(
        "Write the reason"
    )
    start(ready)
    cancel_session(session=ready.session, reason="Started by mistake", by=ready.by, at=NOON)
    assert (ready.session.state, ready.session.cancel_reason) == ("cancelled", "Started by mistake")
    words = "Only a session that is booked or in progress can be cancelled; this one is done or cancelled already."
    assert refusal(cancel_session, session=ready.session, reason="x", by=ready.by, at=NOON) == words


@pytest.mark.parametrize(
    "change",
    [
        "state = 'in_progress'",
        "state = 'completed'",
        "number = 2",
        "started_at = scheduled_for, state = 'completed'",
        "state = 'postponed'",
        "state = 'cancelled'",
        "ended_at = scheduled_for",
    ],
)
def test_the_database_refuses_odd_sessions(ready, change):
    book_session(plan=ready.plan, scheduled_for=LATER, by=ready.by, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE treatments_session SET {change} WHERE id = %s", [ready.session.pk])


def test_one_session_of_a_client_is_in_progress_at_a_time(ready):
    second = book_session(plan=ready.plan, scheduled_for=NOON, by=ready.by, at=NOON)
    start(ready)
    words = "Another session of this client is in progress. Complete or cancel that one first."
    assert refusal(start_session, session=second, by=ready.by, at=NOON) == words
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=second.pk).update(state="in_progress", started_at=NOON, started_by=ready.by)


def test_days_between_sessions_count_from_the_day_a_session_was_done(ready):
    late = SessionFactory(plan=ready.plan, number=2, scheduled_for=NOON - timedelta(days=9), ended_at=LATER)
    Session.objects.filter(pk=ready.session.pk).update(scheduled_for=NOON - timedelta(days=5))
    assert Session.objects.last_before(NOON + timedelta(days=1)) == late
    assert (Session.objects.latest_first().first().takes_place_at, Session.objects.last_before(NOON)) == (
        LATER,
        ready.session,
    )
    assert list(Session.objects.booked_between(NOON - timedelta(days=9), LATER)) == [ready.session]


def test_a_started_session_keeps_the_screening_and_the_consent_it_rests_on(ready):
    start(ready)
    assert (ready.session.screening, ready.session.consent) == (ready.screening, ready.consent)


def test_without_a_confirmation_it_does_not_start(ready):
    second = book_session(plan=ready.plan, scheduled_for=NOON + timedelta(days=30), by=ready.by, at=NOON)
    words = "The client has not confirmed yet that nothing has changed. Hand the tablet over, or send the email."
    assert refusal(start_session, session=second, by=ready.by, at=NOON + timedelta(days=30)) == words


def test_a_withdrawn_consent_stops_the_start_and_the_completion(ready):
    withdraw_consent(consent=ready.consent, reason="Changed my mind", at=NOON)
    words = (
        "The client withdrew their consent to treatment on 1 Jun 2026. Talk with them; ask again only if they wish it."
    )
    assert refusal(start, ready) == words


def test_conditions_of_the_screening_are_met_before_it_starts(ready):
    decision = ready.screening.decisions.get()
    type(decision)._base_manager.filter(pk=decision.pk).update(conditions=["test_patch"])
    words = "The screening was accepted with conditions. Tick each one that is met; the session starts when all are."
    assert refusal(start, ready) == words
    start_session(session=ready.session, conditions_met=["test_patch"], by=ready.by, at=NOON)
    assert ready.session.state == "in_progress"


@pytest.mark.parametrize("rests_on", ["", "screening_id = {screening}", "consent_id = {consent}"])
@pytest.mark.parametrize("state", ["in_progress", "completed"])
def test_the_database_refuses_a_start_without_a_screening_and_a_consent(ready, state, rests_on):
    """The rest is whole, so that it is this constraint which refuses."""
    whole = "started_at = scheduled_for, started_by_id = {by}"
    done = "ended_at = scheduled_for, completed_by_id = {by}, device_id = {device}, cartridge_lot = 'LOT'"
    parts = [f"state = '{state}'", whole, *([done] if state == "completed" else []), *([rests_on] if rests_on else [])]
    ids = {"screening": ready.screening.pk, "consent": ready.consent.pk, "by": ready.by.pk, "device": ready.device.pk}
    update = f"UPDATE treatments_session SET {', '.join(parts)} WHERE id = {ready.session.pk}".format(**ids)
    words = "session_started_on_a_screening_and_a_consent"
    with pytest.raises(IntegrityError, match=words), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(update)
    both = update.replace(" WHERE", f", screening_id = {ready.screening.pk}, consent_id = {ready.consent.pk} WHERE")
    with connection.cursor() as cursor:
        if not rests_on:
            cursor.execute(both)
    assert Session.objects.get().state == ("booked" if rests_on else state)


def test_a_start_is_audited_with_what_it_rests_on(ready):
    decision = ready.screening.decisions.get()
    type(decision)._base_manager.filter(pk=decision.pk).update(conditions=["letter", "test_patch"])
    start_session(session=ready.session, conditions_met=["test_patch", "letter"], by=ready.by, at=NOON)
    event = AuditEvent.objects.get(action="session.started")
    assert event.facts == {
        "screening": ready.screening.pk,
        "consent": ready.consent.pk,
        "decision": decision.pk,
        "conditions_met": 2,
    }
