"""How much may leave in one minute: what is beyond waits for its turn, and that is no try."""

from datetime import timedelta

import pytest

from clients.messages import transport
from clients.messages.limits import within_limits
from clients.messages.models import Allowance, Message
from tests.factories import NOON, ClientFactory, MessageFactory

MINUTE = timedelta(minutes=1)


@pytest.fixture
def due(clinic):
    """due("a@gmail.com", …) makes a due message to each."""
    return lambda *addresses: [MessageFactory(client=ClientFactory(clinic=clinic, email=one)) for one in addresses]


def fates(messages):
    """Of each: its state, its tries, and how many minutes from noon it is tried next."""
    rows = Message.objects.in_bulk([message.pk for message in messages])
    return [(row.state, row.attempts, (row.next_try_at - NOON) / MINUTE) for row in map(rows.get, map(id_of, messages))]


def id_of(message):
    return message.pk


def test_without_limits_all_leave_and_nothing_is_counted(due, run_drain, mailoutbox):
    due(*[f"{number}@gmail.com" for number in range(5)])
    assert (run_drain(), len(mailoutbox), Allowance.objects.count()) == (5, 5, 0)


def test_what_is_beyond_the_limit_leaves_in_the_next_minute_and_loses_no_try(due, run_drain, clock, settings):
    settings.MAIL_PER_MINUTE = 2
    messages = due("a@one.example", "b@two.example", "c@three.example")
    run_drain()
    run_drain()
    assert [state for state, _tries, _minutes in fates(messages)] == ["sent", "sent", "scheduled"]
    assert fates(messages)[2][1] == 0
    clock.move(minutes=1)
    run_drain()
    assert fates(messages)[2][:2] == ("sent", 1)


OLDER = [f"{number}@gmail.com" for number in range(4)]


@pytest.fixture
def call(clinic):
    """A red flag's email to the clinic, due after a backlog of clients' emails."""
    clinic.reply_to = "clinic@gmail.com"
    clinic.save()
    person = ClientFactory(clinic=clinic)
    return lambda: MessageFactory(client=person, recipient="clinic", due_at=NOON + MINUTE)


@pytest.mark.parametrize("limits", [{"MAIL_PER_MINUTE": 1}, {"MAIL_DOMAIN_PER_MINUTE": {"gmail.com": 1}}])
def test_what_calls_the_team_leaves_before_a_backlog(limits, due, call, run_drain, clock, settings, mailoutbox):
    for name, value in limits.items():
        setattr(settings, name, value)
    due(*OLDER)
    call()
    clock.move(minutes=1)
    run_drain()
    assert [mail.to for mail in mailoutbox] == [["clinic@gmail.com"]]


def test_of_what_leaves_together_what_calls_the_team_leaves_first(due, call, run_drain, clock, mailoutbox):
    due(*OLDER)
    call()
    clock.move(minutes=1)
    run_drain()
    assert [mail.to for mail in mailoutbox] == [["clinic@gmail.com"], *([one] for one in OLDER)]


def test_what_calls_the_team_is_still_first_once_the_server_is_back(due, call, run_drain, clock, settings, mailoutbox):
    due(*OLDER)
    call()
    clock.move(minutes=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transport, "reach", unreachable)
        run_drain()
    settings.MAIL_PER_MINUTE = 1
    clock.move(minutes=30)
    run_drain()
    assert [mail.to for mail in mailoutbox] == [["clinic@gmail.com"]]


def unreachable(_line):
    raise transport.ServerDown


def test_one_domain_is_slowed_down_and_the_others_are_not(due, run_drain, clock, settings, mailoutbox):
    settings.MAIL_DOMAIN_PER_MINUTE = {"gmail.com": 2}
    gmail = due(*[f"{number}@Gmail.com" for number in range(5)])
    other = due("z@other.example")
    run_drain()
    assert fates(gmail)[2:] == [("scheduled", 0, 1), ("scheduled", 0, 1), ("scheduled", 0, 2)]
    assert (fates(other)[0][0], Message.objects.get(pk=gmail[4].pk).why[:27]) == (
        "sent",
        "As many emails as may leave",
    )
    clock.move(minutes=1)
    run_drain()
    clock.move(minutes=1)
    run_drain()
    assert [state for state, _tries, _minutes in fates(gmail)] == ["sent"] * 5


def test_a_turn_after_it_is_too_late_ends_as_late(due, run_drain, clock, settings):
    settings.MAIL_DOMAIN_PER_MINUTE = {"gmail.com": 1}
    messages = due("a@gmail.com", "b@gmail.com")
    Message.objects.filter(pk=messages[1].pk).update(send_by=NOON + timedelta(seconds=30))
    run_drain()
    clock.move(seconds=30)
    run_drain()
    assert [state for state, _tries, _minutes in fates(messages)] == ["sent", "late"]


@pytest.mark.django_db
def test_what_a_domain_was_granted_and_the_whole_was_not_is_given_back(settings):
    settings.MAIL_PER_MINUTE, settings.MAIL_DOMAIN_PER_MINUTE = 1, {"gmail.com": 5}
    assert within_limits(["a@gmail.com", "b@gmail.com"], NOON) == [None, NOON + MINUTE]
    assert dict(Allowance.objects.values_list("domain", "used")) == {"": 1, "gmail.com": 1}


@pytest.mark.django_db
def test_counts_of_long_ago_are_cleared_away(settings):
    settings.MAIL_PER_MINUTE = 5
    within_limits(["a@gmail.com"], NOON - timedelta(hours=2))
    within_limits(["a@gmail.com"], NOON)
    assert list(Allowance.objects.values_list("minute", flat=True)) == [NOON]
