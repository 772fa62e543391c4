"""The practitioner's pages about messages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from clients.messages.services import NewMessage, schedule_message, schedule_messages
from tests.factories import NOON, ClientFactory, ClinicFactory, MessageFactory

LIST = reverse("admin:clients_message_changelist")


def page(message, verb="change"):
    return reverse(f"admin:clients_message_{verb}", args=[message.pk])


@pytest.fixture
def person(clinic):
    return ClientFactory(clinic=clinic, first_name="Anna", last_name="Berg")


@pytest.fixture
def browser(signed_in, practitioner):
    return signed_in(practitioner)


def test_the_list_says_to_whom_what_when_and_why_not(browser, person):
    MessageFactory(client=person, state="failed", why="The mail server refused it.")
    shown = browser.get(LIST).content.decode()
    wanted = ("Anna Berg", "Follow-up", "Could not be sent", "The mail server refused it.")
    assert [words in shown for words in wanted] == [True] * 4


def skipped(person, **facts):
    now = timezone.now()
    times = {"due_at": now - timedelta(hours=1), "send_by": now + timedelta(hours=1)}
    return MessageFactory(client=person, **{"state": "skipped", "why": "The client is archived."} | times | facts)


def test_what_was_not_right_then_and_is_now_is_sent_after_all(browser, person):
    message = skipped(person)
    assert "Send it after all" in browser.get(page(message)).content.decode()
    browser.post(page(message, "retry"))
    message.refresh_from_db()
    assert (message.state, message.why) == ("scheduled", "")


def test_what_is_still_not_right_or_too_late_by_now_is_not_offered_after_all(browser, person, kind):
    late = skipped(person, send_by=timezone.now() - timedelta(minutes=1))
    assert "Send it after all" not in browser.get(page(late)).content.decode()
    assert "It is too late for this email" in browser.post(page(late, "retry")).content.decode()
    kind(reason_to_skip=lambda _message, _at: "Somebody has called.")
    wrong = skipped(person)
    assert "Send it after all" not in browser.get(page(wrong)).content.decode()
    assert "Somebody has called." in browser.post(page(wrong, "retry")).content.decode()
    late.refresh_from_db()
    wrong.refresh_from_db()
    assert [late.state, wrong.state] == ["skipped"] * 2


def test_the_list_asks_the_database_as_often_for_three_as_for_one(browser, clinic):
    browser.get(LIST)
    counts = []
    for _round in range(2):
        MessageFactory(client=ClientFactory(clinic=clinic))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            browser.get(LIST)
        counts.append(len(asked))
        MessageFactory(client=ClientFactory(clinic=clinic))
    assert counts[0] == counts[1]


def test_the_list_is_searched_by_name_and_filtered_by_state(browser, clinic, person):
    MessageFactory(client=person, state="late", why="Late.")
    MessageFactory(client=ClientFactory(clinic=clinic, first_name="Zenobia"))
    for query in ("?q=berg", "?state__exact=late"):
        shown = browser.get(LIST + query).content.decode()
        assert ("Anna Berg" in shown, "Zenobia" in shown) == (True, False)


def test_another_clinics_message_is_neither_listed_nor_found(browser, clinic):
    other = ClinicFactory()
    with scope(clinic=other):
        foreign = MessageFactory(client=ClientFactory(clinic=other, first_name="Foreigner"), state="failed", why="No.")
    assert "Foreigner" not in browser.get(LIST).content.decode()
    verbs = ("change", "retry", "note", "history", "delete")
    assert [browser.get(page(foreign, verb)).status_code for verb in verbs[:4]] == [404] * 4
    assert [browser.post(page(foreign, verb)).status_code for verb in verbs[1:3]] == [404] * 2


def test_its_page_shows_what_was_sent_and_every_step_but_no_link(browser, person, run_drain):
    times = {"due_at": NOON, "send_by": NOON + timedelta(days=1), "at": NOON}
    message = schedule_message(client=person, kind="followup", key="session:1:day_3", **times)
    run_drain()
    shown = browser.get(page(message)).content.decode()
    wanted = ("A note from your clinic", "Dear Anna", person.email, "1 Jun 2026, 13:00", "Scheduled", "Sent")
    assert [words in shown for words in wanted] == [True] * 6
    assert f"token-{message.pk}" not in shown


def test_what_a_message_says_is_shown_as_words_never_as_markup(browser, person):
    message = MessageFactory(client=person, state="sent", sent_at=NOON, text="<script>alert(1)</script>")
    shown = browser.get(page(message)).content.decode()
    assert ("<script>alert" in shown, "&lt;script&gt;alert" in shown) == (False, True)


def test_a_stuck_message_is_tried_again_from_its_page(browser, person):
    message = MessageFactory(client=person, state="failed", why="No.")
    assert page(message, "retry") in browser.get(page(message)).content.decode()
    browser.get(page(message, "retry"))
    message.refresh_from_db()
    assert message.state == "failed"
    answer = browser.post(page(message, "retry"), follow=True)
    message.refresh_from_db()
    assert (answer.status_code, message.state) == (200, "scheduled")
    assert "scheduled again" in answer.content.decode()


def test_of_messages_scheduled_together_each_page_says_when(browser, person):
    new = [NewMessage(person, "followup", key, NOON, NOON + timedelta(days=1)) for key in "ab"]
    for message in schedule_messages(new, at=NOON):
        shown = browser.get(page(message)).content.decode().split("What happened")[1]
        assert ("Scheduled" in shown, "1 Jun 2026, 13:00" in shown) == (True, True)


def test_a_message_whose_kind_no_longer_exists_is_refused_in_words(browser, person):
    message = MessageFactory(client=person, kind="gone", state="failed", why="No.")
    answer = browser.post(page(message, "retry"))
    assert (answer.status_code, "cannot be prepared" in answer.content.decode()) == (200, True)


def test_a_stuck_message_is_noted_from_its_page(browser, person):
    message = MessageFactory(client=person, state="late", why="Late.")
    browser.post(page(message, "note"))
    message.refresh_from_db()
    assert (message.state, message.seen_at is not None) == ("late", True)
    assert page(message, "note") not in browser.get(page(message)).content.decode()


def test_pressing_twice_is_told_that_it_is_done(browser, person):
    message = MessageFactory(client=person, state="failed", why="No.")
    browser.post(page(message, "retry"))
    assert "needs nothing any more" in browser.post(page(message, "retry")).content.decode()
    opened = [browser.get(page(message, verb)).content.decode() for verb in ("retry", "note")]
    assert [("needs nothing any more" in words, "Open the message" in words) for words in opened] == [(True, True)] * 2


def test_nobody_adds_changes_or_deletes_a_message(browser, person):
    message = MessageFactory(client=person)
    assert browser.get(reverse("admin:clients_message_add")).status_code == 403
    assert browser.post(page(message, "delete"), {"post": "yes"}).status_code == 403
    assert browser.post(page(message), {"state": "sent"}).status_code in {200, 405}
    message.refresh_from_db()
    assert message.state == "scheduled"


def test_the_front_desk_does_not_learn_of_red_flags(signed_in, front_desk, practitioner, person, kind):
    kind("red_flag")
    message = MessageFactory(client=person, kind="red_flag", recipient="clinic", state="failed", why="Refused.")
    desk, treats = signed_in(front_desk), signed_in(practitioner)
    verbs = ("change", "retry", "note", "history")
    assert [desk.get(page(message, verb)).status_code for verb in verbs] == [404] * 4
    assert [desk.post(page(message, verb)).status_code for verb in ("retry", "note")] == [404] * 2
    message.refresh_from_db()
    assert (message.state, message.seen_at) == ("failed", None)
    assert [person.first_name in browser.get(LIST).content.decode() for browser in (desk, treats)] == [False, True]


def test_the_front_desk_sees_no_message_whose_fate_tells_of_health(signed_in, front_desk, practitioner, person, kind):
    kind("followup")
    hidden = [
        MessageFactory(client=person, key="session:1:week_4", state="skipped", why="Nobody has acted yet."),
        MessageFactory(client=person, key="session:1:day_14", state="sent", sent_at=NOON, telling=True),
        MessageFactory(client=person, key="session:2:day_14", state="late", why="Too late.", telling=True),
    ]
    for member, status in ((front_desk, 404), (practitioner, 200)):
        assert [signed_in(member).get(page(message)).status_code for message in hidden] == [status] * 3
    assert signed_in(front_desk).post(page(hidden[2], "retry")).status_code == 404


def test_why_a_message_stayed_is_told_without_health_to_the_front_desk(signed_in, front_desk, practitioner, person):
    message = MessageFactory(client=person, state="cancelled", why="This check is for skin that marks easily.")
    for member, told in ((front_desk, False), (practitioner, True)):
        for address in (LIST, page(message)):
            shown = signed_in(member).get(address).content.decode()
            assert ("marks easily" in shown, "Ask a practitioner." in shown) == (told, not told)


def test_trying_again_tells_the_front_desk_no_health(signed_in, front_desk, practitioner, person, kind):
    kind("followup", reason_to_skip=lambda _message, _at: "Nobody has acted yet on a warning sign.")
    message = MessageFactory(client=person, state="failed", why="The mail server refused it.")
    for member, told in ((front_desk, False), (practitioner, True)):
        shown = signed_in(member).post(page(message, "retry")).content.decode()
        assert ("warning sign" in shown, "Ask a practitioner." in shown) == (told, not told)
    assert "The mail server refused it." in signed_in(front_desk).get(LIST).content.decode()


def test_the_list_opens_with_what_matters_now_and_leads_to_the_rest(browser, clinic):
    now = timezone.now()
    for name, days in (("Lastmonth", -30), ("Tomorrow", 1), ("Nextspring", 150)):
        due = now + timedelta(days=days)
        MessageFactory(
            client=ClientFactory(clinic=clinic, first_name=name), due_at=due, send_by=due + timedelta(days=1)
        )
    seen = {
        query: [name in browser.get(LIST + query).content.decode() for name in ("Lastmonth", "Tomorrow", "Nextspring")]
        for query in ("", "?when=later", "?when=all")
    }
    assert seen == {"": [True, True, False], "?when=later": [False, False, True], "?when=all": [True] * 3}


def test_the_list_leads_to_red_flags_and_replies_for_those_who_may_see_them(signed_in, practitioner, front_desk):
    for member, may in ((practitioner, True), (front_desk, False)):
        shown = signed_in(member).get(LIST).content.decode()
        assert ("/treatments/alert/" in shown, "/treatments/reply/" in shown) == (may, may)
