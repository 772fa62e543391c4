"""Mail servers that refuse, hang or hang up, workers that die, and wording that is broken."""

import socket
from datetime import timedelta

import pytest
from django.template import TemplateDoesNotExist

from clients.messages.models import Message
from portal.audit.models import AuditEvent
from tests.clients.messages.conftest import free_port, letter
from tests.factories import NOON, ClientFactory, MessageFactory

MINUTE = timedelta(minutes=1)


@pytest.fixture
def person(clinic):
    return ClientFactory(clinic=clinic, first_name="Zebedee", email="zebedee@example.org")


def fate(message):
    message.refresh_from_db()
    return (message.state, message.attempts, message.why)


def pause(message, since):
    message.refresh_from_db()
    return (message.next_try_at - since) / MINUTE


def test_over_real_smtp_many_leave_on_one_connection(person, sink, run_drain):
    messages = [MessageFactory(client=person) for _each in range(3)]
    assert (run_drain(), sink.ids) == (3, [message.message_id for message in messages])


def test_a_temporary_refusal_is_tried_again_after_growing_pauses(person, sink, run_drain, clock):
    sink.answers["RCPT"] = "451 Try again later"
    message = MessageFactory(client=person)
    for tries, minutes in ((1, 1), (2, 5), (3, 15), (4, 60), (5, 60)):
        run_drain()
        assert fate(message) == ("scheduled", tries, "The mail server asked us to come back later.")
        assert minutes * 0.75 <= pause(message, clock.now) <= minutes * 1.25
        clock.now = message.next_try_at
    sink.answers.clear()
    run_drain()
    assert (fate(message), sink.ids) == (("sent", 6, ""), [message.message_id])


def test_a_message_whose_next_try_would_be_too_late_is_late(person, sink, run_drain):
    sink.answers["DATA"] = "452 Too busy"
    message = MessageFactory(client=person, send_by=NOON + timedelta(seconds=30))
    run_drain()
    assert (fate(message), sink.ids) == (
        ("late", 1, "It was to leave by 1 Jun 2026, 13:00 and could not. The mail server asked us to come back later."),
        [],
    )


@pytest.mark.parametrize(("step", "code"), [("RCPT", 550), ("DATA", 554)])
def test_a_refusal_for_good_is_a_failure_at_once_and_the_others_go_on(person, sink, run_drain, step, code):
    sink.answers[step if step == "DATA" else person.email] = f"{code} No such person"
    message, other = MessageFactory(client=person), MessageFactory(client=ClientFactory(clinic=person.clinic))
    run_drain()
    refused = (
        "failed",
        1,
        f"The mail server refused this email for good (answer {code}). Check the address, then try again.",
    )
    assert fate(message) == refused
    assert fate(other)[0] == ("failed" if step == "DATA" else "sent")


def test_an_hour_without_a_mail_server_prepares_nothing_counts_nothing_and_writes_no_event(
    person, settings, sink, run_drain, clock, kind
):
    prepared = []
    kind(render=lambda message, at: prepared.append(message.pk) or letter(message, at))
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    messages = [MessageFactory(client=person) for _each in range(10)]
    for _tick in range(60):
        assert run_drain() == 0
        clock.move(minutes=1)
    assert {fate(message) for message in messages} == {("scheduled", 0, "The mail server could not be reached.")}
    assert (prepared, AuditEvent.objects.count()) == ([], 0)
    settings.EMAIL_PORT = port
    assert (run_drain(), len(sink.ids), len(prepared)) == (10, 10, 10)


def test_a_message_that_was_late_because_nobody_answered_says_so(person, settings, sink, run_drain, clock):
    settings.EMAIL_PORT = free_port()
    message = MessageFactory(client=person, send_by=NOON + timedelta(hours=1))
    run_drain()
    clock.move(hours=1)
    run_drain()
    why = "It was to leave by 1 Jun 2026, 14:00 and could not. The mail server could not be reached."
    assert fate(message) == ("late", 0, why)


def test_a_server_that_will_not_let_us_in_puts_one_off_and_leaves_the_others(person, sink, run_drain):
    sink.answers["MAIL"] = "530 Authentication required"
    first, second = MessageFactory(client=person), MessageFactory(client=person)
    run_drain()
    assert (fate(first)[:2], fate(second)[:2]) == (("scheduled", 1), ("scheduled", 0))
    assert 0.75 <= pause(first, NOON) <= 1.25


def test_a_server_that_accepts_and_says_nothing_is_left_after_the_timeout(person, settings, sink, run_drain):
    settings.EMAIL_TIMEOUT = 0.3
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_PORT = silent.getsockname()[1]
        message = MessageFactory(client=person)
        run_drain()
    assert fate(message) == ("scheduled", 0, "The mail server could not be reached.")


@pytest.mark.parametrize("trouble", [{"hang_up_after_data": True}, {"silent_at_data": 60}])
def test_after_an_unsure_end_it_is_sent_again_under_the_same_id_when_the_lease_is_over(
    person, settings, sink, run_drain, clock, trouble
):
    settings.EMAIL_TIMEOUT = 1  # for each answer: enough for those that come, on a busy machine too
    vars(sink).update(trouble)
    message, other = MessageFactory(client=person), MessageFactory(client=person)
    run_drain()
    settings.EMAIL_TIMEOUT = 60
    assert (fate(message), fate(other)) == (("sending", 1, ""), ("scheduled", 0, ""))
    vars(sink).update(hang_up_after_data=False, silent_at_data=0)
    run_drain()
    assert (fate(message), fate(other)) == (("sending", 1, ""), ("sent", 1, ""))
    clock.move(seconds=60)
    run_drain()
    assert (fate(message), sink.ids.count(message.message_id)) == (("sent", 2, ""), 2)


def test_what_a_dead_worker_only_held_is_due_again_when_the_lease_is_over(person, run_drain, clock):
    message = MessageFactory(client=person, state="claimed", claimed_by="dead", claimed_until=NOON + MINUTE)
    run_drain()
    assert fate(message)[0] == "claimed"
    clock.move(minutes=1)
    run_drain()
    assert fate(message) == ("sent", 1, "")


def test_what_is_held_since_before_the_clock_was_set_back_is_due_again_after_a_lease(person, run_drain, clock):
    message = MessageFactory(client=person, state="claimed", claimed_by="dead", claimed_until=NOON + 60 * MINUTE)
    run_drain()
    assert fate(message)[0] == "claimed"
    clock.move(minutes=1)
    run_drain()
    assert fate(message) == ("sent", 1, "")


def test_broken_wording_is_parked_after_three_tries_and_stops_nobody(person, kind, run_drain, clock, caplog):
    def broken(message, at):
        raise TemplateDoesNotExist(f"about {message.client.first_name}")

    kind("broken", render=broken)
    poison, others = MessageFactory(client=person, kind="broken"), [MessageFactory(client=person) for _each in "abc"]
    for _try in range(3):
        run_drain()
        clock.move(minutes=20)
    assert [fate(message)[0] for message in others] == ["sent"] * 3
    assert fate(poison)[:2] == ("failed", 3)
    assert fate(poison)[2].startswith("This email could not be prepared")
    assert ("TemplateDoesNotExist" in caplog.text, "Zebedee" in caplog.text) == (True, False)


def test_a_server_that_puts_off_is_no_reason_to_give_up_on_the_wording(person, kind, sink, run_drain, clock):
    message, fail = MessageFactory(client=person), []
    kind(render=lambda message, at: fail[0] if fail == ["no template"] else letter(message, at))
    sink.answers["RCPT"] = "451 Try again later"
    for _try in range(4):
        run_drain()
        clock.move(hours=2)
    fail.append("no template")
    run_drain()
    assert fate(message)[0] == "scheduled"
    fail.clear()
    sink.answers.clear()
    clock.move(hours=2)
    run_drain()
    assert fate(message)[0] == "sent"


def test_a_crash_nobody_foresaw_gives_back_what_was_held_and_does_not_come_first_again(person, kind, run_drain):
    def crash(message, at):
        raise KeyboardInterrupt

    kind("crash", render=crash)
    poison, other = MessageFactory(client=person, kind="crash"), MessageFactory(client=person)
    with pytest.raises(KeyboardInterrupt):
        run_drain()
    run_drain()
    assert (fate(poison), fate(other)) == (("scheduled", 1, ""), ("sent", 1, ""))


def test_a_kind_that_no_longer_exists_stops_nobody(person, run_drain):
    unknown, other = MessageFactory(client=person, kind="gone"), MessageFactory(client=person)
    run_drain()
    assert (fate(unknown)[0], fate(other)[0]) == ("scheduled", "sent")


def test_a_message_that_left_is_written_down_as_sent_whoever_holds_it_by_then(
    person, kind, run_drain, sink, monkeypatch
):
    from clients.messages import transport

    real = transport.send

    def slow(line, email, last_word, **then):
        gone = real(line, email, last_word, **then)
        Message.objects.update(state="claimed", claimed_by="another")
        return gone

    monkeypatch.setattr(transport, "send", slow)
    message = MessageFactory(client=person)
    run_drain()
    assert (fate(message), sink.ids) == (("sent", 1, ""), [message.message_id])


def test_no_personal_words_reach_the_log(person, sink, run_drain, caplog, kind):
    def odd(message, at):
        raise ValueError(message.client.email)

    kind("odd", render=odd)
    sink.answers["RCPT"] = f"550 <{person.email}> {person.first_name} unknown"
    for name in ("followup", "odd"):
        MessageFactory(client=person, kind=name)
    with caplog.at_level("DEBUG"):
        run_drain()
    ours = [record.getMessage().lower() for record in caplog.records if record.name != "mail.log"]  # the test's server
    assert (any("valueerror" in line for line in ours), any("zebedee" in line for line in ours)) == (True, False)
