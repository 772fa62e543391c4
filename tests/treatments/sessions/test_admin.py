from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.models import AuditEvent
from tests.factories import (
    NOON,
    ClientFactory,
    ClinicFactory,
    DeviceFactory,
    PlanFactory,
    PlanZoneFactory,
    SessionFactory,
    SessionZoneFactory,
)
from tests.treatments.sessions.conftest import consented, ready_session
from treatments.models import Followup, Session, SessionZone

LIST = "/admin/treatments/session/"
MINUTE = "%Y-%m-%dT%H:%M"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def today(practitioner, now):
    """A session that may start, booked for now."""
    return ready_session(practitioner, now)


@pytest.fixture
def browser(practitioner, signed_in):
    return signed_in(practitioner)


def page_of(session, verb="change"):
    return f"{LIST}{session.pk}/{verb}/"


def done(ready, **changed):
    facts = {"device": ready.device.pk, "cartridge_lot": "LOT-7", "notes": "Calm skin"}
    ended = timezone.localtime(timezone.now(), ZoneInfo("Europe/London")).strftime(MINUTE)
    return facts | {"ended_at": ended, "done_cheeks": "on", "depth_cheeks": "1.0"} | changed


def test_a_session_is_booked_started_and_completed_on_its_pages(browser, today):
    book = f"{LIST}book/?plan={today.plan.pk}"
    page = browser.get(book)
    assert page.status_code == 200
    shown = browser.get(page_of(today.session, "start")).content.decode()
    assert (shown.count("✓ Yes"), "Missing" in shown) == (11, False)
    assert browser.post(page_of(today.session, "start")).url == page_of(today.session)
    page = browser.get(page_of(today.session, "complete"))
    assert page.context["form"]["depth_cheeks"].value() == "2.5"
    assert browser.post(page_of(today.session, "complete"), done(today)).url == page_of(today.session)
    session = Session.objects.get()
    assert (session.state, session.device, session.cartridge_lot) == ("completed", today.device, "LOT-7")
    shown = browser.get(page_of(session)).content.decode()
    wanted = ["1.00 mm", "LOT-7", "Calm skin", "Week 4", "Week 6", "Scheduled"]
    assert [words for words in wanted if words not in shown] == []


def test_the_start_page_says_what_is_missing_and_the_post_is_refused(browser, today):
    type(today.screening).objects.update(state="refused")
    words = "The newest screening was decided as not suitable. If things have changed, send a new screening form."
    for page in (browser.get(page_of(today.session, "start")), browser.post(page_of(today.session, "start"))):
        assert words in page.content.decode()
    assert Session.objects.get().state == "booked"


def test_reading_a_page_changes_nothing(browser, today):
    before = AuditEvent.objects.count()
    for verb in ("change", "start", "complete", "cancel", "history"):
        browser.get(page_of(today.session, verb))
        browser.head(page_of(today.session, verb))
    browser.get(f"{LIST}book/?plan={today.plan.pk}")
    assert (Session.objects.get().state, AuditEvent.objects.count()) == ("booked", before)


def test_completing_from_a_second_window_says_it_was_done(browser, today):
    browser.post(page_of(today.session, "start"))
    for _ in range(2):
        page = browser.post(page_of(today.session, "complete"), done(today))
    assert "This session was already completed at" in page.content.decode()
    assert SessionZone.objects.count() == 1
    steps = list(Followup.objects.values_list("step", flat=True))
    assert len(steps) == len(set(steps)) > 0
    assert browser.get(page_of(today.session, "complete")).url == page_of(today.session)


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"cartridge_lot": " "}, "cartridge_lot", "Write the cartridge's lot number: it is on the packet."),
        ({"device": ""}, "device", "Choose the device that was used."),
        ({"ended_at": "2099-01-01T10:00"}, "ended_at", "The end is in the future. Write when the session ended."),
        ({"ended_at": "2020-01-01T10:00"}, "ended_at", "The end is before the start. Check the date and time."),
        ({"ended_at": "noon"}, "ended_at", "Write a date and a time."),
        ({"depth_cheeks": "2.51"}, "depth_cheeks", "The needle depth must be from 0.2 to 2.5 mm."),
        ({"depth_cheeks": "1.51"}, "reason_cheeks", "Say why this zone needs more than 1.5 mm."),
        ({"depth_cheeks": ""}, "depth_cheeks", "Write the depth, or untick the zone."),
        ({"done_cheeks": ""}, "__all__", "Tick at least one zone that was treated, and write its depth."),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_is_written(browser, today, changed, field, words):
    browser.post(page_of(today.session, "start"))
    page = browser.post(page_of(today.session, "complete"), done(today, **changed))
    assert page.context["form"].errors == {field: [words]}
    assert (Session.objects.get().state, SessionZone.objects.count(), Followup.objects.count()) == ("in_progress", 0, 0)


def test_a_depth_above_the_certificate_is_refused_at_its_field(browser, today):
    browser.post(page_of(today.session, "start"))
    type(today.certificate).objects.update(max_depth_mm=Decimal("1.20"))
    page = browser.post(page_of(today.session, "complete"), done(today, depth_cheeks="1.3"))
    assert page.context["form"].errors == {"depth_cheeks": ["The practitioner's certificate allows at most 1.2 mm."]}


def test_an_unusual_depth_is_confirmed_and_a_zone_can_be_left_out(browser, today):
    PlanZoneFactory(plan=today.plan, zone="chin")
    consented(today.plan, timezone.now())
    browser.post(page_of(today.session, "start"))
    page = browser.post(page_of(today.session, "complete"), done(today, depth_cheeks="1.2", depth_chin="1.0"))
    assert "Usual for the cheeks: 0.5 to 1.0 mm. You wrote 1.2 mm." in page.content.decode()
    seen = page.context["form"].points_digest
    browser.post(page_of(today.session, "complete"), done(today, depth_cheeks="1.2", depth_chin="1.0", seen=seen))
    assert list(SessionZone.objects.values_list("zone", "depth_mm")) == [("cheeks", Decimal("1.20"))]


def test_a_booking_too_soon_is_pointed_out_and_suggested_at_the_interval(browser, today, now):
    book = f"{LIST}book/?plan={today.plan.pk}"
    suggested = browser.get(book).context["form"].initial["scheduled_for"]
    assert timezone.localdate(suggested) == timezone.localdate(now) + timedelta(days=28)
    soon = (now + timedelta(days=27)).strftime(MINUTE)
    page = browser.post(book, {"scheduled_for": soon})
    assert "This is 27 days after the last session; the plan leaves 28 days" in page.content.decode()
    assert Session.objects.count() == 1
    answer = browser.post(book, {"scheduled_for": soon, "seen": page.context["form"].points_digest})
    assert (answer.status_code, Session.objects.count()) == (302, 2)


def test_a_booking_in_the_past_keeps_what_was_typed(browser, today):
    page = browser.post(f"{LIST}book/?plan={today.plan.pk}", {"scheduled_for": "2020-01-01T10:00"})
    shown = page.content.decode()
    assert ("Book a session for today or later" in shown, 'value="2020-01-01T10:00"' in shown) == (True, True)


def test_a_session_is_cancelled_with_a_reason(browser, today):
    assert browser.post(page_of(today.session, "cancel"), {"reason": ""}).status_code == 200
    browser.post(page_of(today.session, "cancel"), {"reason": "Has a cold"})
    shown = browser.get(page_of(today.session)).content.decode()
    assert (Session.objects.get().state, "Has a cold" in shown) == ("cancelled", True)


def test_a_session_that_is_done_or_cancelled_is_not_cancelled_and_the_page_says_so(browser, today):
    words = "Only a session that is booked or in progress can be cancelled"
    Session.objects.update(state="cancelled", cancel_reason="Has a cold")
    page = browser.get(page_of(today.session, "cancel")).content.decode()
    assert (words in page, 'name="reason"' in page) == (True, False)


@pytest.mark.parametrize("verb", ["change", "start", "complete", "cancel", "history", "delete"])
def test_another_clinics_session_is_not_found(browser, verb):
    foreign = SessionFactory(plan__client__clinic=ClinicFactory(), plan__client__last_name="Canary")
    for page in (browser.get(page_of(foreign, verb)), browser.post(page_of(foreign, verb), {"reason": "x"})):
        assert (page.status_code in {403, 404}, b"Canary" in page.content) == (True, False)
    foreign.refresh_from_db()
    assert foreign.state == "booked"


def test_posted_ids_of_another_clinic_are_refused_and_nothing_is_written(browser, today):
    elsewhere = SimpleNamespace(plan=PlanFactory(client__clinic=ClinicFactory()), device=DeviceFactory())
    answer = browser.post(f"{LIST}book/?plan={elsewhere.plan.pk}", {"scheduled_for": "2030-01-01T10:00"})
    browser.post(page_of(today.session, "start"))
    page = browser.post(page_of(today.session, "complete"), done(today, device=elsewhere.device.pk))
    assert (answer.status_code, page.context["form"].errors) == (
        404,
        {"device": ["Choose a device that is in use here."]},
    )
    assert (elsewhere.plan.sessions.count(), Session.objects.get().state) == (0, "in_progress")


def test_the_front_desk_books_and_cancels_and_sees_no_depths(front_desk, signed_in, clinic):
    browser = signed_in(front_desk)
    zone = SessionZoneFactory(session__plan__client__clinic=clinic, session__notes="Secret", depth_mm=Decimal("1.25"))
    PlanZoneFactory(plan=zone.session.plan, depth_mm=Decimal("1.35"))
    shown = browser.get(page_of(zone.session)).content.decode()
    assert [words for words in ("1.25", "1.35", "Secret", "/complete/", "/start/") if words in shown] == []
    booked = browser.post(f"{LIST}book/?plan={zone.session.plan_id}", {"scheduled_for": "2027-06-01T10:00"})
    assert booked.status_code == 302
    assert [browser.get(page_of(zone.session, verb)).status_code for verb in ("start", "complete")] == [403, 403]
    assert browser.post(page_of(zone.session, "cancel"), {"reason": "Rang up"}).status_code == 302


def test_the_front_desk_does_not_call_off_a_session_that_has_begun(front_desk, practitioner, signed_in, clinic):
    begun = SessionFactory(
        plan__client__clinic=clinic, state="in_progress", started_at=NOON, started_by=practitioner.user
    )
    asked = [
        signed_in(member).post(page_of(begun, "cancel"), {"reason": "Left"}) for member in (front_desk, practitioner)
    ]
    assert [answer.status_code for answer in asked] == [403, 302]
    begun.refresh_from_db()
    assert begun.state == "cancelled"


def test_the_list_shows_own_sessions_with_as_many_queries_for_three_as_for_one(browser, clinic):
    SessionFactory(plan__client__clinic=ClinicFactory(), plan__client__last_name="Canary")
    browser.get(LIST)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            SessionFactory(plan__client=ClientFactory(clinic=clinic))
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(LIST)
        counts.append(len(queries))
    assert (counts[0], b"Canary" in page.content, b"badge-info" in page.content) == (counts[1], False, True)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"email": ""}, "there is no email address in the record"),
        ({"gets_follow_ups": False}, "they asked for none"),
        ({}, ""),
    ],
)
def test_the_pages_say_when_a_client_gets_no_follow_up_emails(browser, today, changed, words):
    for name, value in changed.items():
        setattr(today.client, name, value)
    today.client.save()
    browser.post(page_of(today.session, "start"))
    for verb in ("change", "complete"):
        shown = browser.get(page_of(today.session, verb)).content.decode()
        assert ("gets no follow-up emails" in shown, words in shown) == (bool(words), True)
    said = browser.post(page_of(today.session, "complete"), done(today), follow=True).content.decode()
    assert ("The session is completed." in said, "completed, and the follow-up" in said) == (bool(words), not words)


def test_the_start_page_offers_no_start_while_something_is_missing(browser, today):
    start = page_of(today.session, "start")
    assert "Start the session" in browser.get(start).content.decode()
    today.certificate.delete()
    shown = browser.get(start).content.decode()
    assert ("Start the session" in shown, "See what to do next" in shown) == (False, True)


def test_a_cartridge_lot_is_searched_by_those_who_treat(front_desk, practitioner, signed_in, clinic):
    SessionFactory(plan__client__clinic=clinic, cartridge_lot="LOT-77")
    found = [
        signed_in(who).get("/admin/treatments/session/?q=LOT-77").context["cl"].result_count
        for who in (front_desk, practitioner)
    ]
    assert found == [0, 1]


def test_a_booking_while_the_client_reflects_is_pointed_out_and_suggested_afterwards(browser, today, now):
    Session.objects.update(scheduled_for=now - timedelta(days=40))
    type(today.clinic).objects.update(cooling_off_days=2)
    book, first = f"{LIST}book/?plan={today.plan.pk}", timezone.localdate(now) + timedelta(days=3)
    assert timezone.localdate(browser.get(book).context["form"].initial["scheduled_for"]) == first
    page = browser.post(book, {"scheduled_for": (now + timedelta(days=1)).strftime(MINUTE)}).content.decode()
    assert f"The client’s days to reflect are over on {first:%-d %b %Y}. As things stand" in page


def test_a_cancelled_session_leads_to_booking_another_day(browser, today):
    browser.post(page_of(today.session, "cancel"), {"reason": "The days to reflect are not over."})
    page = browser.get(page_of(today.session)).content.decode()
    assert f'href="{LIST}book/?plan={today.plan.pk}">Book another day</a>' in page
