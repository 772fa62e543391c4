from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from clients.models import Message
from portal.models import AuditEvent
from portal.security.refusals import Refused
from tests.factories import NOON, ClinicFactory, DeviceFactory, SessionFactory
from treatments.consents.services import withdraw_consent
from treatments.models import Plan, Session, SessionZone
from treatments.sessions.services import ZoneDone, book_session, cancel_session, complete_session, start_session

LATER = NOON + timedelta(minutes=50)
CHEEKS = [ZoneDone("cheeks", Decimal("1.00"))]


def start(ready, at=NOON):
    start_session(session=ready.session, by=ready.by, at=at)


def complete(ready, **changed):
    facts = {"device": ready.device, "cartridge_lot": "LOT-7", "zones": CHEEKS, "ended_at": LATER, "notes": ""}
    complete_session(**{"session": ready.session, "by": ready.by, "at": LATER} | facts | changed)


def session_actions():
    return list(AuditEvent.objects.filter(subject_type="session").order_by("sequence").values_list("action", flat=True))


def refusal(act, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return str(refused.value)


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


def test_completing_writes_zones_schedules_follow_ups_and_is_audited(ready):
    start(ready)
    complete(ready, zones=[ZoneDone("cheeks", Decimal("1.60"), " deep scars ")], notes="Calm skin")
    session = ready.session
    assert (session.state, session.ended_at, session.device, session.cartridge_lot, session.notes) == (
        "completed",
        LATER,
        ready.device,
        "LOT-7",
        "Calm skin",
    )
    assert [(z.zone, z.depth_mm, z.reason) for z in session.zones.all()] == [("cheeks", Decimal("1.60"), "deep scars")]
    assert session.followups.filter(step__in=["aftercare", "day_3", "week_4", "week_6"]).count() == 4
    assert session_actions() == [
        "session.booked",
        "session.started",
        "session.follow_ups_scheduled",
        "session.completed",
    ]


def test_completing_twice_changes_nothing_and_says_when_it_was_completed(ready):
    start(ready)
    complete(ready)
    before = (SessionZone.objects.count(), Message.objects.count(), AuditEvent.objects.count())
    words = "This session was already completed at 1 Jun 2026, 13:50. Nothing was changed."
    assert refusal(complete, ready, cartridge_lot="OTHER") == words
    assert (SessionZone.objects.count(), Message.objects.count(), AuditEvent.objects.count()) == before
    assert Session.objects.get().cartridge_lot == "LOT-7"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"cartridge_lot": "  "}, "Write the cartridge's lot number: it is on the packet."),
        ({"ended_at": LATER + timedelta(minutes=1)}, "The end is in the future. Write when the session ended."),
        ({"ended_at": NOON - timedelta(minutes=1)}, "The end is before the start. Check the date and time."),
        ({"zones": []}, "Write the needle depth of at least one zone."),
        ({"zones": CHEEKS * 2}, "Cheeks is listed twice."),
        ({"zones": [ZoneDone("cheeks", Decimal("2.51"), "x")]}, "Cheeks: The needle depth must be from 0.2 to 2.5 mm."),
        ({"zones": [ZoneDone("cheeks", Decimal("1.51"))]}, "Cheeks: Say why this zone needs more than 1.5 mm."),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_written(ready, changed, words):
    start(ready)
    assert refusal(complete, ready, **changed).endswith(words)
    assert (Session.objects.get().state, SessionZone.objects.count(), session_actions()[-1]) == (
        "in_progress",
        0,
        "session.started",
    )


def test_the_device_must_be_the_clinics_in_use_and_of_the_plans_kind(ready):
    start(ready)
    gone = DeviceFactory(clinic=ready.clinic, retired_on=date(2026, 1, 1))
    for device in (DeviceFactory(clinic=ClinicFactory()), gone):
        assert refusal(complete, ready, device=device) == "This device is not in use here. Choose another."
    other_kind = DeviceFactory(clinic=ready.clinic, kind="rf")
    assert refusal(complete, ready, device=other_kind) == "The plan is for a mechanical device. Choose another."


def test_the_gate_is_asked_again_when_completing(ready):
    start(ready)
    type(ready.screening).objects.update(state="refused")
    assert "not suitable" in refusal(complete, ready)
    assert Session.objects.get().state == "in_progress"


def test_a_session_that_was_not_started_is_not_completed(ready):
    assert refusal(complete, ready) == "Only a session that was started can be completed. Start it first."


def test_the_last_planned_session_completes_the_plan(ready):
    Plan.objects.update(sessions_planned=1)
    start(ready)
    complete(ready)
    ready.plan.refresh_from_db()
    assert ready.plan.state == "completed"


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
    words = "The client has not confirmed yet that nothing has changed. Hand the tablet over, or send it again."
    assert refusal(start_session, session=second, by=ready.by, at=NOON + timedelta(days=30)) == words


def test_a_withdrawn_consent_stops_the_start_and_the_completion(ready):
    withdraw_consent(consent=ready.consent, reason="Changed my mind", at=NOON)
    words = "The client withdrew their consent to treatment. Talk with them; ask again only if they wish it."
    assert refusal(start, ready) == words


def test_a_consent_withdrawn_meanwhile_stops_the_completion(ready):
    start(ready)
    withdraw_consent(consent=ready.consent, reason="Changed my mind", at=NOON)
    assert "The client withdrew their consent to treatment." in refusal(complete, ready)
    assert Session.objects.get().state == "in_progress"


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


def test_everything_that_is_missing_is_said_at_once(ready):
    start(ready)
    withdraw_consent(consent=ready.consent, reason="Changed my mind", at=NOON)
    other_kind = DeviceFactory(clinic=ready.clinic, kind="rf")
    assert refusal(complete, ready, device=other_kind, cartridge_lot=" ", ended_at=NOON - timedelta(minutes=1)) == (
        "The plan is for a mechanical device. Choose another. "
        "Write the cartridge's lot number: it is on the packet. "
        "The end is before the start. Check the date and time. "
        "The client withdrew their consent to treatment. Talk with them; ask again only if they wish it."
    )


def test_a_screening_that_ran_out_between_start_and_end_stops_the_completion(ready):
    type(ready.screening).objects.update(valid_until=date(2026, 6, 1))
    start(ready)
    next_day = NOON + timedelta(hours=20)
    words = "The screening held until 1 Jun 2026. Send a new screening form."
    assert refusal(complete, ready, ended_at=next_day, at=next_day) == words
    complete(ready, at=next_day)
    assert ready.session.state == "completed"


def test_the_client_confirms_for_the_day_the_session_begins_on(ready):
    """A session may end after midnight, a week after the client confirmed."""
    began, ended = NOON + timedelta(days=7, hours=10), NOON + timedelta(days=7, hours=11)
    start(ready, at=began)
    complete(ready, ended_at=ended, at=ended)
    assert ready.session.state == "completed"


@pytest.mark.parametrize(
    ("zones", "words"),
    [
        (
            [ZoneDone("neck", Decimal("0.50"))],
            "The plan goes beyond what the screening was judged with: a new area (Neck). Re-assess it. "
            "The consent does not cover neck. Ask for the consent again.",
        ),
        (
            [ZoneDone("cheeks", Decimal("1.00")), ZoneDone("chin", Decimal("1.00"))],
            "The consent does not cover chin and jaw. Ask for the consent again.",
        ),
    ],
)
def test_what_was_done_beyond_the_screening_or_the_consent_is_not_written_down(ready, zones, words):
    start(ready)
    assert refusal(complete, ready, zones=zones) == words
    assert SessionZone.objects.count() == 0


def test_who_has_left_starts_nothing_but_what_they_did_is_written_down(ready):
    start(ready)
    second = book_session(plan=ready.plan, scheduled_for=LATER, by=ready.by, at=NOON)
    type(ready.member).objects.filter(pk=ready.member.pk).update(ended_at=LATER)
    assert "no longer works here" in refusal(start_session, session=second, by=ready.by, at=LATER)
    ready.session.refresh_from_db()
    complete(ready)
    assert ready.session.state == "completed"


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
