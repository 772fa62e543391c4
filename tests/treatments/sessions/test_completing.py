from datetime import date, timedelta
from decimal import Decimal

import pytest

from clients.models import Message
from portal.models import AuditEvent
from tests.factories import NOON, ClinicFactory, DeviceFactory
from tests.treatments.sessions.conftest import LATER, refusal, session_actions, start
from treatments.consents.services import withdraw_consent
from treatments.models import Plan, Session, SessionZone
from treatments.sessions.services import ZoneDone, book_session, complete_session, start_session

CHEEKS = [ZoneDone("cheeks", Decimal("1.00"))]


def complete(ready, **changed):
    facts = {"device": ready.device, "cartridge_lot": "LOT-7", "zones": CHEEKS, "ended_at": LATER, "notes": ""}
    complete_session(**{"session": ready.session, "by": ready.by, "at": LATER} | facts | changed)


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


def test_a_consent_withdrawn_meanwhile_stops_the_completion(ready):
    start(ready)
    withdraw_consent(consent=ready.consent, reason="Changed my mind", at=NOON)
    assert "The client withdrew their consent to treatment on 1 Jun 2026." in refusal(complete, ready)
    assert Session.objects.get().state == "in_progress"


def test_everything_that_is_missing_is_said_at_once(ready):
    start(ready)
    withdraw_consent(consent=ready.consent, reason="Changed my mind", at=NOON)
    other_kind = DeviceFactory(clinic=ready.clinic, kind="rf")
    assert refusal(complete, ready, device=other_kind, cartridge_lot=" ", ended_at=NOON - timedelta(minutes=1)) == (
        "The plan is for a mechanical device. Choose another. "
        "Write the cartridge's lot number: it is on the packet. "
        "The end is before the start. Check the date and time. "
        "The client withdrew their consent to treatment on 1 Jun 2026. Talk with them; ask again only if they wish it."
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


def test_both_steps_write_down_the_screening_and_the_consent_they_relied_on(ready):
    start(ready)
    complete(ready)
    events = AuditEvent.objects.filter(action__in=["session.started", "session.completed"])
    relied_on = {(event.facts["screening"], event.facts["consent"]) for event in events}
    assert relied_on == {(ready.session.screening_id, ready.session.consent_id)}
    assert None not in relied_on.pop()
