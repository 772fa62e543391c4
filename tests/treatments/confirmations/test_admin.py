"""The practitioner's pages about a confirmation."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clients.models import ClientLink
from tests.factories import ConfirmationFactory, DraftFactory, MessageFactory, ScreeningFactory, SessionFactory


@pytest.fixture
def confirmation(clinic, practitioner):
    return ConfirmationFactory(session=SessionFactory(plan__client__clinic=clinic))


def test_only_those_who_may_read_the_answers_hand_their_page_over(confirmation, practitioner, front_desk, signed_in):
    page = reverse("admin:treatments_confirmation_hand_over", args=[confirmation.pk])
    said = [signed_in(member).post(page, {"how": "copied"}).status_code for member in (front_desk, practitioner)]
    assert (said, ClientLink.objects.count()) == ([403, 200], 1)


def test_the_front_desk_hands_over_a_form_until_the_client_has_begun_it(clinic, front_desk, signed_in):
    begun = DraftFactory(screening=ScreeningFactory(client__clinic=clinic)).screening
    fresh = ScreeningFactory(client__clinic=clinic)
    browser = signed_in(front_desk)
    pages = [reverse("admin:treatments_screening_hand_over", args=[row.pk]) for row in (begun, fresh)]
    answers = [browser.post(page, {"how": "copied"}) for page in pages]
    assert [answer.status_code for answer in answers] == [302, 200]
    assert list(ClientLink.objects.values_list("subject_id", flat=True)) == [fresh.pk]


def emailed(confirmation, number=1, **message):
    return MessageFactory(
        client=confirmation.client,
        kind="confirmation_request",
        key=f"confirmation:{confirmation.pk}:request:{number}",
        **message,
    )


def panel_of(browser, confirmation):
    """What the session's page says of it, as words."""
    page = browser.get(reverse("admin:treatments_session_change", args=[confirmation.session_id])).content.decode()
    panel = page.partition('id="confirmation"')[2].partition("</div>")[0]
    return " ".join(re.sub("<[^>]+>", " ", panel).split())


DAY = timedelta(days=1)
MOMENT = r"\d+ \w{3} \d{4}, \d\d:\d\d"
REFUSED = {"state": "failed", "why": "The mail server refused it."}
HOW_ASKED = [
    (None, {}, "To be handed over", "Send now"),
    (9 * DAY, {}, f"Not asked yet The email leaves on {MOMENT}", "Send now"),
    (-DAY, {}, "Not asked yet The email is on its way", "Send now"),
    (-DAY, REFUSED, "Not asked yet The email was not sent", "Send now"),
    (-DAY, {"state": "sent"}, f"Waiting for the client asked on {MOMENT}", "Send again"),
]


@pytest.mark.parametrize(("due", "row", "words", "verb"), HOW_ASKED)
def test_only_a_client_whose_email_has_left_was_asked(confirmation, front_desk, signed_in, due, row, words, verb):
    if due:
        now = timezone.now()
        emailed(confirmation, due_at=now + due, **row, **({"sent_at": now} if row.get("state") == "sent" else {}))
    said = panel_of(signed_in(front_desk), confirmation)
    assert (bool(re.search(words, said)), verb in said, "asked on" in said) == (True, True, "asked on" in words)


def test_a_client_who_answered_too_early_is_said_to_have_answered(confirmation, practitioner, front_desk, signed_in):
    now = timezone.now()
    early = {"state": "confirmed", "answered_at": now, "asked_at": now - DAY, "signed_name": "Ada Client"}
    screening = ScreeningFactory(client=confirmation.client)
    ConfirmationFactory(session=confirmation.session, screening=screening, **early)
    type(confirmation.session).objects.update(state="booked", ended_at=None, scheduled_for=now + 20 * DAY)
    type(confirmation).objects.filter(pk=confirmation.pk).update(asked_at=now)
    emailed(confirmation, due_at=now + 18 * DAY)
    said = [panel_of(signed_in(member), confirmation) for member in (practitioner, front_desk)]
    answered = f"The client answered on {timezone.localtime(now):%-d %b %Y}, "
    assert [f"{answered}more than" in said[0], f"{answered}too early to count" in said[1]] == [True, True]
    assert ["To be asked again The email leaves on" in words for words in said] == [True, True]
    assert ["has not confirmed yet" in words for words in said] == [False, False]


def test_that_one_was_skipped_is_told_only_to_those_who_may_know_why(confirmation, practitioner, front_desk, signed_in):
    emailed(confirmation, due_at=timezone.now() - DAY, state="skipped", why="No accepted screening is there.")
    said = [panel_of(signed_in(member), confirmation) for member in (practitioner, front_desk)]
    assert ["was not sent" in words for words in said] == [True, False]
    assert "To be handed over" in said[1]


def test_a_client_who_was_asked_and_is_to_be_asked_again_was_asked(confirmation, front_desk, signed_in):
    now = timezone.now()
    emailed(confirmation, state="sent", sent_at=now, due_at=now)
    emailed(confirmation, due_at=now + 9 * DAY, number=2)
    words = f"Waiting for the client asked on {MOMENT}; another email leaves on {MOMENT}"
    assert re.search(words, panel_of(signed_in(front_desk), confirmation))


def test_an_email_of_another_confirmation_asks_nobody(confirmation, front_desk, signed_in):
    other = ConfirmationFactory(session=SessionFactory(plan=confirmation.session.plan, number=2))
    emailed(other, state="sent", sent_at=timezone.now())
    assert "To be handed over" in panel_of(signed_in(front_desk), confirmation)


def test_the_list_says_the_same_at_the_cost_of_one_question_to_the_database(confirmation, practitioner, signed_in):
    browser, counts, now = signed_in(practitioner), [], timezone.now()
    page = reverse("admin:treatments_confirmation_changelist")
    emailed(confirmation, due_at=now + DAY)
    for state, more in (("scheduled", {}), ("sent", {"sent_at": now}), ("sent", {"sent_at": now})):
        row = ConfirmationFactory(session=SessionFactory(plan__client__clinic=confirmation.clinic))
        emailed(row, due_at=now + DAY, state=state, **more)
        with CaptureQueriesContext(connection) as queries:
            html = browser.get(page).content.decode()
        counts.append(len(queries))
    said = [html.count(f'badge-warn">{words}<') for words in ("Not asked yet", "Waiting for the client")]
    assert (said, len(set(counts[1:]))) == ([2, 2], 1)
