"""A mail server that is down costs nothing: one worker looks now and then, no message loses a try."""

from datetime import timedelta

import pytest

from clients.messages import office, transport
from clients.messages.models import OfficeState
from tests.clients.messages.conftest import free_port
from tests.factories import NOON, ClientFactory, MessageFactory


@pytest.fixture
def person(clinic):
    return ClientFactory(clinic=clinic)


@pytest.fixture
def calls(monkeypatch):
    """How often somebody tried to open a connection."""
    made, real = [], transport.Line.open

    def counted(line):
        made.append(line)
        real(line)

    monkeypatch.setattr(transport.Line, "open", counted)
    return made


def test_while_it_is_down_it_is_tried_ever_less_often(person, settings, sink, run_drain, clock, calls):
    settings.EMAIL_PORT = free_port()
    MessageFactory(client=person)
    for _second in range(600):
        run_drain()
        clock.move(seconds=1)
    state = OfficeState.objects.get()
    assert (state.down_since, 10 <= len(calls) <= 20) == (NOON, True)


@pytest.mark.django_db
def test_only_one_worker_looks_again():
    office.note_down(NOON)
    later = NOON + timedelta(seconds=5)
    assert [office.may_open(NOON), office.may_open(later), office.may_open(later)] == [False, True, False]


@pytest.mark.django_db
def test_a_clock_that_is_set_back_an_hour_makes_nobody_wait_for_it():
    office.note_down(NOON)
    assert office.may_open(NOON - timedelta(hours=1))


def test_when_it_answers_again_all_may_go(person, settings, sink, run_drain, clock):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    messages = [MessageFactory(client=person) for _each in range(3)]
    run_drain()
    settings.EMAIL_PORT = port
    clock.move(seconds=5)
    run_drain()
    state = OfficeState.objects.get()
    assert (state.down_since, state.probe_at, state.failures, state.last_sent_at) == (None, None, 0, clock.now)
    for message in messages:
        message.refresh_from_db()
    assert {(message.state, message.attempts) for message in messages} == {("sent", 1)}


def test_a_line_that_works_asks_nobody(person, sink, run_drain):
    MessageFactory(client=person)
    run_drain()
    office.note_down(NOON)  # another worker was not let in
    MessageFactory(client=person)
    run_drain()
    assert len(sink.ids) == 2


def test_a_message_that_became_late_meanwhile_says_why(person, settings, sink, run_drain, clock):
    settings.EMAIL_PORT = free_port()
    MessageFactory(client=person)
    run_drain()
    message = MessageFactory(client=person, due_at=NOON + timedelta(minutes=1), send_by=NOON + timedelta(minutes=5))
    clock.move(minutes=5)
    run_drain()
    message.refresh_from_db()
    assert (message.state, message.attempts, message.why.endswith("The mail server could not be reached.")) == (
        ("late", 0, True)
    )
