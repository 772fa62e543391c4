"""The message log: narrowed by what, outcome and client; and what is expected of what is to come, in words."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.messages import office
from clients.messages.delivery import BUSY
from clients.messages.kinds import KINDS
from clients.models import Message
from tests.factories import ClientFactory, ClinicFactory, MessageFactory, SuppressionFactory

LIST = reverse("admin:clients_message_changelist")


@pytest.fixture
def person(clinic):
    return ClientFactory(clinic=clinic, first_name="Anna", last_name="Berg")


@pytest.fixture
def browser(signed_in, practitioner):
    return signed_in(practitioner)


def listed(browser, query):
    return {message.key for message in browser.get(LIST + query).context["cl"].result_list}


def sent(person, **facts):
    now = timezone.now()
    return MessageFactory(client=person, state="sent", due_at=now, sent_at=now, **facts)


def test_what_became_of_an_email_stands_beside_its_state_and_narrows_the_list(browser, person):
    sent(person, key="a", outcome="bounced", outcome_at=timezone.now())
    sent(person, key="b", outcome="delivered", outcome_at=timezone.now())
    sent(person, key="c")
    assert listed(browser, "?outcome__exact=bounced") == {"a"}
    shown = browser.get(LIST).content.decode()
    assert ("Bounced</span>" in shown, "Delivered</span>" in shown) == (True, True)


def test_the_page_of_one_says_what_became_of_it_and_that_its_address_is_stopped(browser, person):
    message = sent(person, key="a", outcome="bounced", outcome_at=timezone.now())
    stop = SuppressionFactory(clinic=person.clinic, address=person.email.lower(), message=message)
    shown = browser.get(reverse("admin:clients_message_change", args=[message.pk])).content.decode()
    assert "Bounced</span>" in shown
    assert "Nothing is sent to this address any more: an email to it bounced for good." in shown
    assert reverse("admin:clients_suppression_change", args=[stop.pk]) in shown


def test_the_list_is_narrowed_to_one_client_by_their_page_and_names_no_other(browser, person, clinic):
    zoe = ClientFactory(clinic=clinic, first_name="Zoe")
    sent(person, key="a")
    sent(zoe, key="b")
    assert listed(browser, f"?client={person.pk}") == {"a"}
    assert "Zoe" not in browser.get(f"{LIST}?client={person.pk}").content.decode()
    other = ClientFactory(clinic=ClinicFactory(), first_name="Canary")
    for odd in (other.pk, "x", "9" * 30):
        answer = browser.get(f"{LIST}?client={odd}")
        assert (answer.status_code, "Canary" in answer.content.decode(), listed(browser, f"?client={odd}")) == (
            200,
            False,
            set(),
        )


def test_the_list_is_narrowed_by_kind_and_step(browser, person, kind):
    kind("followup", steps=lambda: [("day_3", "Day 3")], of_step=lambda rows, step: rows.filter(key__endswith=step))
    kind("other")
    sent(person, key="x:day_3")
    sent(person, key="x:day_7")
    sent(person, key="y", kind="other")
    assert listed(browser, "?what=followup") == {"x:day_3", "x:day_7"}
    assert listed(browser, "?what=followup:day_3") == {"x:day_3"}
    assert (listed(browser, "?what=other"), listed(browser, "?what=gone"), listed(browser, "?what=other:x")) == (
        {"y"},
        set(),
        set(),
    )


def test_the_page_says_what_is_expected_and_why(browser, person, kind, signed_in, front_desk):
    kind("followup", reason_to_wait=lambda _message, _at: "A red flag is open.")
    due_at = timezone.now() + timedelta(days=1)
    message = MessageFactory(client=person, due_at=due_at)
    url = reverse("admin:clients_message_change", args=[message.pk])
    words = f"Waits on {timezone.localtime(due_at):%-d %b %Y}"
    assert "A red flag is open." in browser.get(url).content.decode()
    assert "As things stand" in browser.get(url).content.decode()
    assert words[:8] in browser.get(url).content.decode()
    assert "red flag" not in signed_in(front_desk).get(url).content.decode()


@pytest.mark.parametrize(
    ("why", "down", "leaves"),
    [
        ("", False, "in one of the next minutes"),
        (BUSY, False, "as soon as it is its turn"),
        (BUSY, True, "as soon as the mail server can be reached"),
    ],
)
def test_what_is_due_is_not_foretold_for_a_moment_that_is_over(browser, person, why, down, leaves):
    if down:
        office.note_down(timezone.now())
    message = MessageFactory(client=person, due_at=timezone.now() - timedelta(minutes=1), why=why)
    facts = dict(browser.get(reverse("admin:clients_message_change", args=[message.pk])).context["facts"])
    assert facts["As things stand"] == f"Leaves {leaves}."
    assert leaves.capitalize() in browser.get(reverse("admin:treatments_followup_changelist")).text


def test_what_is_due_and_waits_does_so_until_it_is_late(browser, person, kind):
    kind("followup", reason_to_wait=lambda _message, _at: "A red flag is open.")
    due_at = timezone.now() - timedelta(minutes=1)
    message = MessageFactory(client=person, due_at=due_at)
    facts = dict(browser.get(reverse("admin:clients_message_change", args=[message.pk])).context["facts"])
    late = f"{timezone.localtime(due_at + timedelta(days=1)):%-d %b %Y, %H:%M}"
    assert facts["As things stand"] == f"Waits. A red flag is open. Too late after {late}."


def test_a_kind_that_is_gone_breaks_neither_list_nor_page(browser, person, monkeypatch):
    message = MessageFactory(client=person, due_at=timezone.now(), kind="gone")
    assert "gone" not in KINDS
    assert browser.get(LIST).status_code == 200
    assert browser.get(reverse("admin:clients_message_change", args=[message.pk])).status_code == 200
    assert Message.objects.get(pk=message.pk).state == "scheduled"


def test_a_late_one_asks_for_a_call_first_and_says_what_its_words_were_for(browser, person):
    message = MessageFactory(client=person, key="a", state="late", why="It was late.")
    page = reverse("admin:clients_message_change", args=[message.pk])
    assert "it did not leave, so it was never written" in browser.get(page).content.decode()
    words = [(word, style) for word, _url, style in browser.get(page).context["buttons"]]
    assert words[:2] == [("Noted", "primary"), ("Try again", "")]
    shown = browser.get(reverse("admin:clients_message_retry", args=[message.pk])).content.decode()
    assert "where its words are wrong by now, call instead" in shown
