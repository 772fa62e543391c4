"""The page of one client: alerts, where they are, what next, what happened."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.demo.stories import clear_answers
from tests.factories import (
    AlertFactory,
    AsAmendedFactory,
    ClientFactory,
    DeviceFactory,
    FollowupFactory,
    MessageFactory,
    PlanFactory,
    ReplyFactory,
    ScreeningFactory,
    SessionFactory,
    SignedRecordFactory,
)
from treatments.screening.questionnaire import default, snapshot

INVITATION = "screening_invitation"


@pytest.fixture
def ada(clinic):
    return ClientFactory(
        clinic=clinic,
        first_name="Ada",
        last_name="Osei",
        preferred_name="Addie",
        email="ada+skin@example.org",
        phone="020 7946 0101",
        skin_type="V",
        goals=["acne_scars", "texture"],
        alerts="Allergic to lidocaine",
        notes="Nervous about needles",
    )


def page(browser, client):
    return browser.get(reverse("client_page", args=[client.pk]))


def live_through(client, at):
    """One row of every kind around a moment."""
    plan = PlanFactory(client=client, state="active", sessions_planned=12)
    by = plan.practitioner.user
    ScreeningFactory(
        client=client,
        state="accepted",
        requested_at=at - timedelta(days=40),
        submitted_at=at - timedelta(days=40),
        questionnaire=snapshot(default()),
        answers=clear_answers() | {"date_of_birth": "1985-05-17"},
        outcome="suitable",
        decided_at=at - timedelta(days=39),
        decided_by=by,
        valid_until=at.date() + timedelta(days=100),
    )
    session = SessionFactory(
        plan=plan,
        state="completed",
        scheduled_for=at - timedelta(days=30),
        started_at=at - timedelta(days=30),
        started_by=by,
        ended_at=at - timedelta(days=30),
        completed_by=by,
        device=DeviceFactory(clinic=client.clinic),
        cartridge_lot="L1",
    )
    sent = MessageFactory(
        client=client, kind=INVITATION, state="sent", sent_at=at - timedelta(days=27), due_at=at - timedelta(days=27)
    )
    reply = ReplyFactory(followup=FollowupFactory(session=session, message=sent), submitted_at=at - timedelta(days=26))
    AlertFactory(reply=reply, raised_at=reply.submitted_at, act_by=at + timedelta(hours=2))
    MessageFactory(client=client, kind=INVITATION, due_at=at + timedelta(days=12))
    return SessionFactory(plan=plan, scheduled_for=at + timedelta(days=3))


def test_the_page_shows_the_person_and_their_alerts(signed_in, practitioner, ada):
    html = page(signed_in(practitioner), ada).content.decode()
    for words in (
        "Ada Osei",
        "Addie",
        "Allergic to lidocaine",
        "Nervous about needles",
        'href="tel:02079460101"',
        'href="mailto:ada%2Bskin@example.org"',
        "V: very rarely burns",
        "Acne scars, Texture",
        "No plan yet.",
        "Nothing is scheduled.",
    ):
        assert words in html, words


def test_what_is_coming_and_what_happened_are_apart(signed_in, practitioner, ada):
    session = live_through(ada, timezone.now())
    context = page(signed_in(practitioner), ada).context
    assert [(line.words, line.badge) for line in context["coming"]] == [
        (f"Session {session.number}", "Booked"),
        ("Email: Screening form", "Scheduled"),
    ]
    assert [(line.words.split(" after session")[0], line.badge) for line in context["so_far"]] == [
        ("Plan made: 12 sessions, 28 days apart", "Active"),
        ("Reply to “Day 3”", "No warning signs"),
        ("Red flag raised", "Call today"),
        ("Email: Screening form", "Sent"),
        (f"Session {session.number - 1}", "Completed"),
        ("Screening accepted", "Accepted"),
    ]
    assert [(button.word, button.primary) for button in context["buttons"]] == [
        ("Act on red flag", True),
        ("Ask for consent", False),
        ("Start session", False),
        ("Book another session", False),
        ("Send a new screening form", False),
    ]


def test_an_open_red_flag_stands_at_the_top(signed_in, practitioner, ada):
    live_through(ada, timezone.now() - timedelta(days=1))
    html = page(signed_in(practitioner), ada).content.decode()
    assert "Red flag: Call today. Overdue, act by" in html
    assert html.index("Red flag: Call today") < html.index("What next")


def test_the_front_desk_sees_no_health_details(signed_in, front_desk, ada):
    session = live_through(ada, timezone.now())
    MessageFactory(client=ada, recipient="clinic", kind="red_flag")
    response = page(signed_in(front_desk), ada)
    html = response.content.decode()
    for secret in (
        "lidocaine",
        "Nervous",
        "burns",
        "Acne scars",
        "flag",
        "Reply to",
        "Screening accepted",
        "Plan made",
    ):
        assert secret not in html, secret
    assert "ada+skin@example.org" in html
    assert [line.words for line in response.context["coming"]] == [f"Session {session.number}", "Email: Screening form"]


def test_another_clinics_client_is_not_found(signed_in, practitioner):
    assert page(signed_in(practitioner), ClientFactory()).status_code == 404


def test_the_number_of_queries_does_not_grow(signed_in, practitioner, ada):
    browser, counts = signed_in(practitioner), []
    page(browser, ada)
    for more in (1, 2):
        for _ in range(more):
            live_through(ada, timezone.now())
        with CaptureQueriesContext(connection) as queries:
            response = page(browser, ada)
        counts.append((len(response.context["coming"]), len(queries)))
    assert counts == [(2, counts[0][1]), (6, counts[0][1])]


def test_the_drawing_has_no_inline_style_and_says_itself_in_words(signed_in, practitioner, ada):
    live_through(ada, datetime(2026, 1, 31, 12, tzinfo=UTC))
    html = page(signed_in(practitioner), ada).content.decode()
    drawing = html[html.index('<svg class="series"') : html.index("</ul>", html.index('series-words">'))]
    assert ("style=" in drawing, 'role="img"' in drawing, "<title" in drawing) == (False, True, True)
    assert "done on 1 Jan 2026." in drawing
    assert f"Results window: {date(2026, 1, 29):%-d %b %Y} to 12 Feb 2026, now closed." in drawing


def test_an_end_that_was_amended_counts_on_the_whole_page(signed_in, practitioner, ada):
    session = SessionFactory(
        plan=PlanFactory(client=ada, state="active"), ended_at=datetime(2026, 1, 31, 12, tzinfo=UTC)
    )
    signed = SignedRecordFactory(session=session).session
    AsAmendedFactory(session=signed, ended_at=datetime(2026, 1, 30, 12, tzinfo=UTC))
    html = page(signed_in(practitioner), ada).content.decode()
    assert ("done on 30 Jan 2026." in html, "31 Jan 2026" in html) == (True, False)


def test_an_archived_client_can_be_restored_and_a_red_flag_stays_open(signed_in, practitioner, ada):
    live_through(ada, timezone.now())
    ada.archived_at = timezone.now()
    ada.save()
    html = page(signed_in(practitioner), ada).content.decode()
    offered = [word for word in ("Restore</a>", "Archive</a>", "Book a", "Act on red flag") if word in html]
    assert (offered, "Archived on" in html) == (["Restore</a>", "Act on red flag"], True)
