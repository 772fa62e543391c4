"""Consents, confirmations and decisions on a client's page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    NOON,
    ClientFactory,
    ConfirmationFactory,
    ConsentFactory,
    ConsentRequestFactory,
    DecisionFactory,
    DocumentFactory,
    MessageFactory,
    PlanFactory,
    PlanZoneFactory,
    QueryFactory,
    ScreeningFactory,
    SessionFactory,
)
from treatments.models import Document

DAY = timedelta(days=1)


@pytest.fixture
def ada(clinic):
    return ClientFactory(clinic=clinic, first_name="Ada", last_name="Osei")


def page(browser, client):
    return browser.get(reverse("client_page", args=[client.pk]))


def agrees(client, *, purpose, **more):
    text = {"clinic": client.clinic, "purpose": purpose}
    document = Document.objects.filter(**text).first() or DocumentFactory(**text)
    request = ConsentRequestFactory(client=client)
    return ConsentFactory(request=request, purpose=purpose, document=document, **more)


def is_decided(client, practitioner):
    """A form that was questioned, deferred, then accepted with conditions, then accepted again."""
    screening = ScreeningFactory(
        client=client, state="submitted", submitted_at=NOON, answers={}, outcome="suitable", requested_at=NOON - DAY
    )
    QueryFactory(screening=screening, asked_at=NOON + DAY, answer="None.", answered_at=NOON + 2 * DAY)
    by = {"screening": screening, "decided_by": practitioner.user}
    until = (NOON + 4 * DAY).date()
    DecisionFactory(**by, kind="deferred", until=until, decided_at=NOON + 3 * DAY)
    DecisionFactory(**by, kind="with_conditions", conditions=["test_patch"], decided_at=NOON + 4 * DAY)
    DecisionFactory(**by, decided_at=NOON + 5 * DAY)


def test_each_purpose_shows_how_it_stands(signed_in, practitioner, ada):
    agrees(ada, purpose="treatment", state="signed")
    agrees(ada, purpose="treatment")
    agrees(ada, purpose="photo_record", state="refused")
    agrees(ada, purpose="photo_teaching", state="withdrawn", withdrawn_at=NOON + DAY)
    agrees(ada, purpose="photo_publicity", state="closed")
    context = page(signed_in(practitioner), ada).context
    assert [(line.purpose, line.badge, line.since, bool(line.url)) for line in context["consents"]] == [
        ("Treatment", "Signed", NOON, True),
        ("Treatment", "Waiting for the client", NOON, True),
        ("Photographs for the record", "Refused", NOON, True),
        ("Photographs for teaching", "Withdrawn", NOON + DAY, True),
        ("Photographs for publicity", "Not asked", None, False),
        ("Follow-up emails", "Not asked", None, False),
        ("Marketing emails", "Not asked", None, False),
    ]


def test_what_was_agreed_and_decided_stands_in_the_history(signed_in, practitioner, ada):
    is_decided(ada, practitioner)
    agrees(ada, purpose="photo_teaching", state="withdrawn", withdrawn_at=NOON + 6 * DAY)
    session = SessionFactory(plan=PlanFactory(client=ada, created_at=NOON), number=2, state="cancelled")
    ConfirmationFactory(session=session, state="changed", answered_at=NOON + 7 * DAY)
    lines = page(signed_in(practitioner), ada).context["so_far"]
    assert {(line.words, line.badge) for line in lines} >= {
        ("Something has changed, said the client before session 2", "Something has changed"),
        ("Consent withdrawn: Photographs for teaching", "Withdrawn"),
        ("Consent signed: Photographs for teaching", "Signed"),
        ("Asked for consent: Photographs for teaching", "Done"),
        ("Screening decided again: accepted", "Accepted"),
        ("Screening accepted with conditions: Test patch first", "Accepted with conditions"),
        ("Screening deferred: until 5 Jun 2026", "Deferred"),
        ("The client answered the question", "Answered"),
        ("Question to the client about the form", "Answered"),
        ("Screening form filled in", "Received"),
    }


def test_a_question_whose_email_has_not_left_was_asked_of_nobody(signed_in, practitioner, ada):
    confirmation = ConfirmationFactory(session=SessionFactory(plan=PlanFactory(client=ada), number=2))
    about = {"client": ada, "kind": "confirmation_request", "key": f"confirmation:{confirmation.pk}:request:1"}
    leaves = timezone.now() + 9 * DAY
    message = MessageFactory(**about, due_at=leaves, send_by=leaves + DAY)
    browser = signed_in(practitioner)
    assert told_of_question(browser, ada) == [
        (
            NOON,
            "To be asked whether anything has changed before session 2",
            "Not asked yet",
            f"The email leaves on {leaves.astimezone(ada.zone):%-d %b %Y, %H:%M}",
        )
    ]
    sent_at = timezone.now()
    type(message).objects.update(state="sent", sent_at=sent_at)
    words = "Asked whether anything has changed before session 2"
    assert told_of_question(browser, ada) == [(sent_at, words, "Waiting for the client", "")]


def told_of_question(browser, client):
    lines = page(browser, client).context["so_far"]
    return [(line.at, line.words, line.badge, line.note) for line in lines if "anything has changed" in line.words]


def test_the_front_desk_sees_none_of_it(signed_in, front_desk, practitioner, ada):
    is_decided(ada, practitioner)
    agrees(ada, purpose="treatment", state="refused")
    session = SessionFactory(plan=PlanFactory(client=ada), scheduled_for=NOON)
    ConfirmationFactory(session=session, state="changed", answered_at=NOON)
    html = page(signed_in(front_desk), ada).content.decode()
    secrets = ("onsents", "refused", "Test patch", "changed", "Question", "Not suitable", "cannot start", "confirm")
    assert [words for words in secrets if words in html] == []


@pytest.mark.parametrize(
    ("state", "own", "handed_over"), [("refused", " again", False), ("outdated", "", False), ("asked", None, True)]
)
def test_there_is_one_way_to_ask(signed_in, practitioner, ada, state, own, handed_over):
    PlanZoneFactory(plan=PlanFactory(client=ada, practitioner=practitioner))
    agrees(ada, purpose="treatment", state=state)
    html = page(signed_in(practitioner), ada).content.decode()
    ways = [words for words in ("", " again") for _ in range(html.count(f">Ask for consent{words}<"))]
    assert (ways, "Hand over the consent" in html) == ([own or ""], handed_over)


@pytest.mark.parametrize(("days", "primary"), [(-1, True), (0, True), (1, False)])
def test_a_deferred_client_is_invited_again_when_their_day_has_come(signed_in, practitioner, ada, days, primary):
    said = {"submitted_at": NOON, "answers": {}, "outcome": "defer"}
    decided = {"decided_at": NOON, "decided_by": practitioner.user}
    until = timezone.localdate() + days * DAY
    ScreeningFactory(client=ada, state="deferred", **said, **decided, defer_until=until)
    buttons = page(signed_in(practitioner), ada).context["buttons"]
    assert [button.primary for button in buttons if button.word == "Invite again"] == [True] * primary


def test_a_longer_history_costs_no_more_queries(signed_in, practitioner, ada):
    browser, counts = signed_in(practitioner), []
    page(browser, ada)
    for more in (1, 2):
        for _ in range(more):
            is_decided(ada, practitioner)
            session = SessionFactory(plan=PlanZoneFactory(plan__client=ada).plan, scheduled_for=NOON)
            ConfirmationFactory(session=session)
            agrees(ada, purpose="photo_record", state="refused")
        with CaptureQueriesContext(connection) as queries:
            page(browser, ada)
        counts.append(len(queries))
    assert counts[0] == counts[1]
