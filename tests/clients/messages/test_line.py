"""The way to the mail server: one connection for many drains, renewed now and then, and what a lost one means."""

import smtplib
import time

import pytest

from clients.messages import transport
from clients.messages.models import Message
from clients.messages.prepare import prepare_all
from clients.messages.services import cancel_messages
from tests.factories import NOON, ClientFactory, MessageFactory


@pytest.fixture
def person(clinic):
    return ClientFactory(clinic=clinic)


def connections(sink):
    """How many connections the mails came by."""
    return len(set(sink.peers))


def test_drains_one_after_another_use_one_connection(person, sink, run_drain):
    for _each in range(3):
        MessageFactory(client=person)
        run_drain()
    assert (len(sink.ids), connections(sink)) == (3, 1)


def test_a_connection_is_renewed_after_so_many_emails(person, sink, run_drain, settings):
    settings.MAIL_RENEW_AFTER = 2
    for _each in range(5):
        MessageFactory(client=person)
    run_drain()
    assert (len(sink.ids), connections(sink)) == (5, 3)


def test_a_connection_is_renewed_after_so_many_seconds(person, sink, run_drain, monkeypatch):
    MessageFactory(client=person)
    run_drain()
    later = time.monotonic() + 301
    monkeypatch.setattr("clients.messages.transport.time.monotonic", lambda: later)
    MessageFactory(client=person)
    run_drain()
    assert (len(sink.ids), connections(sink)) == (2, 2)


@pytest.mark.parametrize("idle", [0, 10])
def test_a_connection_that_the_server_closed_meanwhile_costs_no_try(person, sink, run_drain, monkeypatch, idle):
    MessageFactory(client=person)
    run_drain()
    sink.close_all()
    later = time.monotonic() + idle
    monkeypatch.setattr("clients.messages.transport.time.monotonic", lambda: later)
    message = MessageFactory(client=person)
    run_drain()
    message.refresh_from_db()
    assert (message.state, message.attempts, connections(sink)) == ("sent", 1, 2)


def test_a_server_that_wants_a_new_connection_gets_one(person, sink, run_drain):
    MessageFactory(client=person)
    run_drain()
    sink.once["MAIL"] = "421 Enough for one connection"
    message = MessageFactory(client=person)
    run_drain()
    message.refresh_from_db()
    assert (message.state, message.attempts, connections(sink)) == ("sent", 1, 2)


def test_what_is_withdrawn_when_all_but_the_dot_is_said_does_not_arrive(person, sink, run_drain, monkeypatch):
    message, other = MessageFactory(client=person), MessageFactory(client=person)
    real = transport.send

    def withdraw_first(line, email, last_word, **then):
        if email.said.headers["Message-ID"] == message.message_id:
            return real(line, email, lambda: False, **then)
        return real(line, email, last_word, **then)

    monkeypatch.setattr(transport, "send", withdraw_first)
    run_drain()
    assert sink.ids == [other.message_id]


def test_what_leaves_in_the_same_half_second_is_too_late_to_withdraw_and_says_so(
    person, sink, run_drain, monkeypatch, notes_answered
):
    first, second = MessageFactory(client=person), MessageFactory(client=person)
    real, withdrawn = transport.send, []

    def withdraw_the_second(line, email, last_word, **then):
        gone = real(line, email, last_word, **then)
        some = Message.objects.filter(pk=second.pk)
        withdrawn.append(cancel_messages(messages=some, why="The practitioner skipped it.", at=NOON))
        return gone

    monkeypatch.setattr(transport, "send", withdraw_the_second)
    run_drain()
    second.refresh_from_db()
    assert (sink.ids, second.state, withdrawn) == ([first.message_id, second.message_id], "sent", [0, 0])


def test_what_is_withdrawn_while_a_slow_one_before_it_leaves_does_not_arrive(
    person, sink, run_drain, monkeypatch, clock
):
    first, second, third = (MessageFactory(client=person) for _each in range(3))
    asked = []

    def withdraw_the_second(facts, messages, at, begins):
        asked.append(len(messages))
        if asked == [3, 2]:  # as it is prepared again
            cancel_messages(messages=Message.objects.filter(pk=second.pk), why="The practitioner skipped it.", at=NOON)
        return prepare_all(facts, messages, at, begins)

    def slow(line, email, last_word, **then):
        clock.move(seconds=3)
        return transport_send(line, email, last_word, **then)

    transport_send = transport.send
    monkeypatch.setattr(transport, "send", slow)
    monkeypatch.setattr("clients.messages.delivery.groups.prepare_all", withdraw_the_second)
    run_drain()
    second.refresh_from_db()
    assert (sink.ids, second.state) == ([first.message_id, third.message_id], "cancelled")


def test_the_next_envelope_is_said_with_the_end_of_the_email_before(person, sink, run_drain, monkeypatch):
    said, real = [], smtplib.SMTP.send

    def listen(server, words):
        said.append(words if isinstance(words, str) else words.decode())
        return real(server, words)

    monkeypatch.setattr("smtplib.SMTP.has_extn", lambda _server, name: name == "pipelining")
    monkeypatch.setattr("smtplib.SMTP.send", listen)
    messages = [MessageFactory(client=person) for _each in range(3)]
    run_drain()
    envelope = f"MAIL FROM:<portal@collagenda.localhost>\r\nRCPT TO:<{person.email}>\r\nDATA\r\n"
    said = said[next(number for number, words in enumerate(said) if words.startswith("MAIL")) :]
    assert (said[0], [words.endswith(f".\r\n{envelope}") for words in said[1:4]]) == (envelope, [True, True, False])
    assert sink.ids == [message.message_id for message in messages]


@pytest.mark.parametrize("extensions", [("PIPELINING",), ()])
@pytest.mark.parametrize(("step", "fate"), [("RCPT", "failed"), ("DATA", "failed")])
def test_after_a_refusal_the_next_email_goes_over_the_same_connection(
    person, sink, run_drain, monkeypatch, extensions, step, fate
):
    monkeypatch.setattr("smtplib.SMTP.has_extn", lambda _server, name: name.upper() in extensions)
    refused = MessageFactory(client=ClientFactory(clinic=person.clinic))
    sink.once[step] = "550 5.7.1 No"
    message = MessageFactory(client=person)
    run_drain()
    refused.refresh_from_db()
    assert (refused.state, sink.ids, connections(sink)) == (fate, [message.message_id], 1)
