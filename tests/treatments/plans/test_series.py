"""The days of a series: what is due, what is missed or overdue, and what is said when days move."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.models import AuditEvent
from tests.factories import (
    NOON,
    CertificateFactory,
    ClinicFactory,
    ConsentFactory,
    ConsentRequestFactory,
    DocumentFactory,
    PlanZoneFactory,
    SessionFactory,
)
from treatments.models import Consent, Document, Plan
from treatments.plans.guidance import ZoneDepth
from treatments.plans.schedule import due_dates, redated
from treatments.plans.services import agreed_among, change_plan, lines_of, redatings, said_of
from treatments.sessions.services import book_session, cancel_session, move_session

JUNE_1 = date(2026, 6, 1)
DAY = timedelta(days=1)


@pytest.fixture
def plan(clinic, owner):
    CertificateFactory(membership=owner)
    return PlanZoneFactory(plan__client__clinic=clinic, plan__practitioner=owner, plan__state="active").plan


def done_first(plan):
    return SessionFactory(plan=plan, number=1, ended_at=NOON)


def days(plan, on):
    return {line.number: line.day for line in lines_of(plan, on)}


def test_what_is_overdue_moves_everything_after_it_on_from_today():
    held, on = {1: JUNE_1}, date(2026, 7, 10)
    assert due_dates(held, 3, 28, on) == {1: JUNE_1, 2: date(2026, 6, 29), 3: date(2026, 8, 7)}
    assert due_dates(held, 3, 28, date(2026, 6, 20))[3] == date(2026, 7, 27)


def test_only_sessions_without_a_day_of_their_own_are_redated():
    before = {1: JUNE_1, 2: date(2026, 6, 29), 3: date(2026, 7, 27), 4: None}
    after = {1: JUNE_1, 2: date(2026, 7, 6), 3: date(2026, 8, 3), 4: date(2026, 8, 31)}
    assert redated(before, after, {1, 2}) == {3: (date(2026, 7, 27), date(2026, 8, 3))}


def test_a_booked_day_that_has_passed_is_missed_and_counts_no_more(plan):
    done_first(plan)
    SessionFactory(plan=plan, number=2, scheduled_for=NOON + 28 * DAY)
    on = date(2026, 7, 4)
    lines = {line.number: line for line in lines_of(plan, on)}
    assert (lines[2].missed, lines[2].day, lines[2].days_late) == (True, date(2026, 6, 29), 5)
    assert lines[3].day == on + 28 * DAY


def test_booking_on_another_day_redates_the_rest_and_says_so(plan, owner):
    done_first(plan)
    at = NOON + DAY
    book_session(plan=plan, scheduled_for=NOON + 35 * DAY, by=owner.user, at=at)
    assert days(plan, date(2026, 6, 2)) == {
        1: JUNE_1,
        2: date(2026, 7, 6),
        3: date(2026, 8, 3),
        4: date(2026, 8, 31),
    }
    assert said_of(plan, at) == (
        "Session 3 is due on 3 Aug 2026 now (27 Jul 2026 before); "
        "session 4 is due on 31 Aug 2026 now (24 Aug 2026 before)."
    )
    assert said_of(plan, at + DAY) == ""


def test_booking_on_the_due_day_moves_nothing_and_says_nothing(plan, owner):
    done_first(plan)
    book_session(plan=plan, scheduled_for=NOON + 28 * DAY, by=owner.user, at=NOON + DAY)
    assert redatings(plan) == []


def test_moving_and_cancelling_redate_the_rest_too(plan, owner):
    done_first(plan)
    session = book_session(plan=plan, scheduled_for=NOON + 28 * DAY, by=owner.user, at=NOON + DAY)
    move_session(session=session, scheduled_for=NOON + 42 * DAY, by=owner.user, at=NOON + 2 * DAY)
    assert days(plan, date(2026, 6, 3))[3] == date(2026, 8, 10)
    cancel_session(session=session, reason="Has a cold", by=owner.user, at=NOON + 3 * DAY)
    assert days(plan, date(2026, 6, 4))[3] == date(2026, 7, 27)
    said = [words.split(";")[0] for _event, words in redatings(plan)]
    assert said == [
        "Session 3 is due on 27 Jul 2026 now (10 Aug 2026 before)",
        "Session 3 is due on 10 Aug 2026 now (27 Jul 2026 before)",
    ]


def test_another_interval_redates_what_is_not_booked_and_more_sessions_are_added(plan, owner):
    done_first(plan)
    facts = {"practitioner": owner, "goals": ["pores"], "zones": [ZoneDepth("cheeks", Decimal("1.00"))]}
    change_plan(plan=plan, **facts, sessions_planned=5, interval_days=30, by=owner.user, at=NOON + DAY)
    event = AuditEvent.objects.get(action="plan.redated")
    assert event.facts["sessions"]["2"] == ["2026-06-29", "2026-07-01"]
    assert set(event.facts["sessions"]) == {"2", "3", "4"}
    plan.refresh_from_db()
    assert days(plan, date(2026, 6, 2))[5] == date(2026, 9, 29)


@pytest.mark.parametrize(("waited", "shown"), [(28 + 7, False), (28 + 8, True)])
def test_a_series_is_overdue_a_week_after_its_day(plan, waited, shown):
    done_first(plan)
    found = list(Plan.objects.overdue(NOON + waited * DAY - timedelta(minutes=1)))
    assert (found == [plan]) == shown
    if shown:
        assert found[0].due_at == NOON + 28 * DAY


@pytest.mark.parametrize("but", ["booked", "stopped", "all done", "nothing done", "another clinic's"])
def test_no_other_series_is_overdue(plan, but):
    if but != "nothing done":
        done_first(plan)
    if but == "booked":
        SessionFactory(plan=plan, number=2, scheduled_for=NOON + 90 * DAY)
    changes = {"stopped": {"state": "stopped", "stop_reason": "x"}, "all done": {"sessions_planned": 1}}
    Plan.objects.filter(pk=plan.pk).update(**changes.get(but, {"interval_days": 28}))
    if but == "another clinic's":
        Plan.objects.filter(pk=plan.pk).update(clinic=ClinicFactory())
    assert list(Plan.objects.overdue(NOON + 400 * DAY)) == []


def consents(plan, **changed):
    document = Document.objects.first() or DocumentFactory(clinic=plan.clinic, purpose="treatment")
    covers = {"zones": {"cheeks": "1.00"}, "device_kind": "mechanical", "topical_anaesthetic": False}
    asked = ConsentRequestFactory(client=plan.client, practitioner=plan.practitioner, plan=plan)
    return ConsentFactory(
        request=asked, purpose="treatment", document=document, state="signed", **{"covers": covers} | changed
    )


def test_a_plan_is_agreed_while_the_consent_in_force_covers_it(plan, clinic, owner):
    assert agreed_among([plan]) == set()
    signed = consents(plan)
    other = PlanZoneFactory(plan__client=plan.client, plan__practitioner=owner, depth_mm=Decimal("1.20")).plan
    assert agreed_among([plan, other]) == {plan.pk}
    Consent.objects.filter(pk=signed.pk).update(state="withdrawn", withdrawn_at=NOON)
    assert agreed_among([plan]) == set()


def test_the_list_and_the_page_say_agreed_with_constant_queries(plan, signed_in, owner):
    Plan.objects.filter(pk=plan.pk).update(state="drafted")
    consents(plan)
    browser = signed_in(owner)
    assert b"Agreed" in browser.get(f"/admin/treatments/plan/{plan.pk}/change/").content
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert b">Agreed</span>" in browser.get("/admin/treatments/plan/").content
        counts.append(len(queries))
        other = PlanZoneFactory(plan__client__clinic=plan.clinic, plan__practitioner=owner).plan
        consents(other)
    assert counts[0] == counts[1]


def test_the_list_can_be_narrowed_to_what_is_agreed_and_what_is_not(plan, signed_in, owner):
    Plan.objects.filter(pk=plan.pk).update(state="drafted")
    consents(plan)
    waits = PlanZoneFactory(plan__client__clinic=plan.clinic, plan__practitioner=owner, plan__state="drafted").plan
    browser = signed_in(owner)
    shown = {
        chosen: [
            one.pk
            for one in (plan, waits)
            if f"/admin/treatments/plan/{one.pk}/change/"
            in browser.get(f"/admin/treatments/plan/?agreed={chosen}").text
        ]
        for chosen in ("yes", "no", "perhaps")
    }
    assert shown == {"yes": [plan.pk], "no": [waits.pk], "perhaps": [plan.pk, waits.pk]}


def test_today_shows_the_overdue_series_to_the_front_desk_too(plan, front_desk, signed_in):
    done_first(plan)
    page = signed_in(front_desk).get("/admin/").content.decode()
    wanted = ["Series to go on with", "Session 2 of 4 was due on 29", f"/admin/treatments/session/book/?plan={plan.pk}"]
    assert [words for words in wanted if words not in page] == []
    assert "Cheeks" not in page


def test_a_session_is_moved_on_its_page_which_says_what_else_moved(plan, signed_in, front_desk, owner):
    now = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    SessionFactory(plan=plan, number=1, ended_at=now - 20 * DAY)
    session = SessionFactory(plan=plan, number=2, scheduled_for=now + 8 * DAY)
    move = f"/admin/treatments/session/{session.pk}/move/"
    browser = signed_in(front_desk)
    answer = browser.post(move, {"scheduled_for": f"{now + 15 * DAY:%Y-%m-%d %H:%M}"}, follow=True)
    assert b"The session is moved. Session 3 is due on" in answer.content
    session.refresh_from_db()
    assert session.scheduled_for.date() == (now + 15 * DAY).date()
