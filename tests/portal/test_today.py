"""The practitioner's first page."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope

from portal.today.blocks import Row
from portal.today.results import window_words
from portal.today.views import blocks_for
from tests.factories import (
    NOON,
    AlertFactory,
    ClientFactory,
    DeviceFactory,
    FollowupFactory,
    MessageFactory,
    PlanFactory,
    PlanZoneFactory,
    ReplyFactory,
    ScreeningFactory,
    SessionFactory,
)

PUS_AND_FEVER = "Pus or yellow crusts, Temperature of 38 °C or more, or feverish"
LONDON = ZoneInfo("Europe/London")
NOW = NOON.astimezone(LONDON)  # Monday 1 June 2026, 13:00


@pytest.fixture(autouse=True)
def _london():
    with timezone.override(LONDON):
        yield


@pytest.fixture
def ada(clinic):
    return ClientFactory(clinic=clinic, first_name="Ada", last_name="Osei")


def blocks(membership, now=NOW):
    return {block.key: block for block in blocks_for(membership.user, now)}


def lines(block):
    return [(row.client, row.when, row.words, row.badge, row.action) for row in block.rows]


def done(client, days_ago, **more):
    """A completed session of that many days before NOON."""
    ended = NOON - timedelta(days=days_ago)
    return SessionFactory(
        plan=PlanFactory(client=client),
        scheduled_for=ended,
        state="completed",
        started_at=ended - timedelta(hours=1),
        ended_at=ended,
        device=DeviceFactory(clinic=client.clinic),
        cartridge_lot="L1",
        **more,
    )


def test_an_empty_day_says_what_to_do_next(practitioner):
    assert [(block.title, block.count, block.empty) for block in blocks(practitioner).values()] == [
        ("Red flags", 0, "No red flags. A reply with warning signs appears here."),
        ("Sessions today", 0, "No sessions today. Book one from a client’s page."),
        ("Screenings to review", 0, "No screenings to review. Send one from a client’s page."),
        (
            "Results windows this week",
            0,
            "No results windows this week. One opens 28 days after a client’s last session.",
        ),
        ("Messages that could not be sent", 0, "Every message left as it should."),
    ]


def test_red_flags_show_their_clock_and_the_overdue_ones_come_first(practitioner, ada):
    day_3 = FollowupFactory(session=SessionFactory(plan=PlanFactory(client=ada)))
    reply = ReplyFactory(followup=day_3, red_flags=["pus", "fever"])
    AlertFactory(reply=reply, raised_at=NOON, act_by=NOON + timedelta(hours=4))
    late = ReplyFactory(followup=FollowupFactory(session=reply.followup.session, step="day_1"))
    AlertFactory(reply=late, urgency="emergency", raised_at=NOON - timedelta(days=1), act_by=NOON)
    AlertFactory(
        reply=ReplyFactory(followup=FollowupFactory(session=reply.followup.session, step="day_7")),
        acknowledged_at=NOON,
        acknowledged_by=practitioner.user,
        note="Called.",
    )
    assert lines(blocks(practitioner)["red-flags"]) == [
        ("Ada Osei", "Overdue: act by 13:00 today", "Reply to “Day 1”, 13:00 yesterday", "Emergency", "Act on it"),
        (
            "Ada Osei",
            "Act by 17:00 today",
            f"{PUS_AND_FEVER}. Reply to “Day 3”, 13:00 today",
            "Call today",
            "Act on it",
        ),
    ]


def test_sessions_of_the_clinics_day_and_no_other(practitioner, ada):
    plan = PlanFactory(client=ada, practitioner=practitioner)
    PlanZoneFactory(plan=plan, zone="cheeks")
    midnight = datetime(2026, 6, 1, tzinfo=LONDON)
    for hours, state in ((-0.5, "booked"), (0, "booked"), (12, "cancelled"), (23.5, "booked"), (24, "booked")):
        SessionFactory(plan=plan, scheduled_for=midnight + timedelta(hours=hours), state=state, number=int(hours + 50))
    block = blocks(practitioner)["sessions"]
    assert [(row.when, row.badge, row.action) for row in block.rows] == [
        ("00:00", "Booked", "See what is missing"),
        ("23:30", "Booked", "See what is missing"),
    ]
    assert (block.rows[0].words, block.note) == (f"Session 50 · with {practitioner} · Cheeks", "")
    tomorrow = blocks(practitioner)["tomorrow"]
    assert [(row.when, row.badge, row.action) for row in tomorrow.rows] == [("00:00", "Booked", "Open")]


def test_screenings_to_review_carry_what_the_rules_said(practitioner, ada):
    ScreeningFactory(client=ada)
    ScreeningFactory(
        client=ada, state="submitted", submitted_at=NOON - timedelta(days=3), answers={}, outcome="contraindicated"
    )
    assert lines(blocks(practitioner)["screenings"]) == [
        ("Ada Osei", "", "Filled in 29 May 2026, 13:00", "Contraindicated", "Review")
    ]


def test_results_windows_open_this_week(practitioner, clinic):
    # On Monday 1 June: the week's days see windows of sessions from 22 days ago (Sunday is day 28) to 42 days ago.
    for days_ago in (21, 22, 30, 42, 43):
        done(ClientFactory(clinic=clinic, first_name="Day", last_name=str(days_ago)), days_ago)
    replied = done(ClientFactory(clinic=clinic, first_name="Has", last_name="replied"), 29)
    ReplyFactory(followup=FollowupFactory(session=replied, step="week_4"))
    assert lines(blocks(practitioner)["windows"]) == [
        ("Day 42", "", "Day 42 of 42, open until 1 Jun 2026", "No reply yet", "Open"),
        ("Day 30", "", "Day 30 of 42, open until 13 Jun 2026", "No reply yet", "Open"),
        ("Has replied", "", "Day 29 of 42, open until 14 Jun 2026", "Reply received", "Open"),
        ("Day 22", "", "Day 22 of 42, opens on 7 Jun 2026", "No reply yet", "Open"),
    ]


def test_a_newer_session_closes_the_older_ones_window(practitioner, ada):
    done(ada, 30)
    done(ada, 2)
    assert lines(blocks(practitioner)["windows"]) == []


@pytest.mark.parametrize(
    ("days", "words"),
    [(27, "Day 27 of 42, opens on 29 Jun 2026"), (43, "Closed on 13 Jul 2026")],
)
def test_a_window_at_the_weeks_edges(days, words):
    first = NOON.date()
    assert window_words(first, first + timedelta(days=days)) == words


def test_messages_that_need_a_person(practitioner, ada):
    MessageFactory(client=ada, kind="screening_invitation", state="failed", why="The mail server refused the address.")
    MessageFactory(client=ada, kind="screening_invitation", state="failed", why="Seen already.", seen_at=NOON)
    MessageFactory(client=ada, state="cancelled", why="A newer session.")
    block = blocks(practitioner)["messages"]
    assert [(row.client, row.badge, row.words.split(": ")[1]) for row in block.rows] == [
        ("Ada Osei", "Could not be sent", "The mail server refused the address.")
    ]


def test_the_front_desk_sees_sessions_and_stuck_messages_only(front_desk, ada, clinic):
    SessionFactory(plan=PlanZoneFactory(plan__client=ada, zone="neck").plan, number=1, scheduled_for=NOON)
    MessageFactory(client=ada, recipient="clinic", kind="red_flag", state="failed", why="Refused.")
    MessageFactory(client=ada, kind="screening_invitation", state="failed", why="The mail server refused it.")
    assert [(key, row.words, row.action) for key, block in blocks(front_desk).items() for row in block.rows] == [
        ("messages", "Screening form: The mail server refused it.", "Open"),
        ("sessions", f"Session 1 · with {ada.sessions.get().practitioner}", "Open"),
    ]


def test_nothing_of_another_clinic_is_shown(practitioner):
    other = ClientFactory(first_name="Other")
    with scope(clinic=other.clinic):
        session = done(other, 30)
        AlertFactory(reply=ReplyFactory(followup=FollowupFactory(session=session)))
        SessionFactory(plan=session.plan, scheduled_for=NOON)
        MessageFactory(client=other, state="failed", why="Refused.")
        ScreeningFactory(client=other, state="submitted", submitted_at=NOON, answers={}, outcome="review")
    assert [row for block in blocks(practitioner).values() for row in block.rows] == list[Row]()


def fill(clinic):
    """One row in every block."""
    client = ClientFactory(clinic=clinic)
    session = done(client, 30)
    AlertFactory(reply=ReplyFactory(followup=FollowupFactory(session=session)))
    today = SessionFactory(plan=PlanFactory(client=client), scheduled_for=NOON)
    PlanZoneFactory(plan=today.plan)
    MessageFactory(client=client, kind="screening_invitation", state="failed", why="Refused.")
    ScreeningFactory(client=client, state="submitted", submitted_at=NOON, answers={}, outcome="review")


def test_the_number_of_queries_does_not_grow(practitioner, clinic):
    blocks(practitioner)  # reads the membership, which a person keeps
    counts = []
    for more in (1, 2):
        for _ in range(more):
            fill(clinic)
        with CaptureQueriesContext(connection) as queries:
            rows = [len(block.rows) for block in blocks(practitioner).values()]
        counts.append((rows, len(queries)))
    assert counts == [([1] * 5, counts[0][1]), ([3] * 5, counts[0][1])]


def test_the_page_opens_for_every_role(signed_in, practitioner, owner, front_desk, clinic):
    fill(clinic)
    for membership in (practitioner, owner, front_desk):
        assert signed_in(membership).get("/admin/").status_code == 200
