"""What a drain notes in its file: it outlives a killed process, and stops one that was taken for dead."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from celery.signals import worker_process_init, worker_ready
from django.db import OperationalError, connections

from clients.messages import services, tasks, transport
from clients.messages.delivery import journal, ledger, statements
from clients.messages.delivery.journal import COUNT, Journal
from clients.messages.models import Drain, Message
from clients.messages.services import drain, tell_of_the_dead
from tests.factories import NOON, ClientFactory, MessageFactory

LATER = NOON + timedelta(seconds=5)


@pytest.fixture
def person(clinic):
    return ClientFactory(clinic=clinic)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.JOURNAL_DIR = tmp_path / "leaving"
    return settings.JOURNAL_DIR


@pytest.fixture
def seldom(monkeypatch):
    """Once the first email has left the database hears no more until the group is recorded."""
    monkeypatch.setattr(ledger, "TOLD_EVERY", 3600)


@pytest.fixture
def three_leaving(person):
    """Three messages that a worker began to send; of the first, the database knows that it has left."""
    lease = {"claimed_by": "dead:1", "claimed_until": NOON + timedelta(minutes=1)}
    Drain.objects.create(holder="dead:1", gone=2, gone_at=NOON)
    return [MessageFactory(client=person, state="sending", place=place, **lease) for place in (1, 2, 3)]


def gone(holder):
    return Drain.objects.values_list("gone", "gone_at").get(holder=holder)


def noted(holder="dead:1", number=3):
    """The journal of a process that lives, after so many emails."""
    own = Journal(holder)
    own.note(number, LATER)
    return own


def test_what_only_the_journal_of_a_killed_worker_knows_is_recorded_and_not_sent_again(
    three_leaving, folder, run_drain, clock, mailoutbox
):
    noted().close()
    run_drain()
    assert (gone("dead:1"), list(folder.iterdir())) == ((3, LATER), [])
    clock.move(minutes=1)
    run_drain()
    assert list(Message.objects.order_by("place", "pk").values_list("state", flat=True)) == ["sent"] * 3
    assert [email.extra_headers["Message-ID"] for email in mailoutbox] == [three_leaving[2].message_id]
    assert Message.objects.get(pk=three_leaving[1].pk).sent_at == LATER


def test_whoever_starts_tells_at_once_what_dead_processes_had_sent(three_leaving, folder):
    noted().close()
    tell_of_the_dead()
    assert (gone("dead:1"), list(folder.iterdir())) == ((3, LATER), [])


@pytest.mark.parametrize("start", [worker_process_init, worker_ready])
def test_every_worker_and_every_process_of_one_tells_as_it_starts(start, monkeypatch):
    told = []
    monkeypatch.setattr(services, "tell_of_the_dead", lambda: told.append("told"))
    monkeypatch.setattr(connections, "close_all", lambda: told.append("closed"))
    for receiver in [found() for _key, found in start.receivers if found() is tasks.take_the_place]:
        receiver()
    assert told == ["told", "closed"]


def test_a_journal_never_takes_back_what_the_database_knows(three_leaving, folder):
    noted(number=1).close()
    tell_of_the_dead()
    assert (gone("dead:1"), list(folder.iterdir())) == ((2, NOON), [])


def test_the_journal_of_a_living_process_is_left_alone(three_leaving, folder):
    own = noted()
    tell_of_the_dead()
    assert (gone("dead:1"), len(list(folder.iterdir())), own.stopped) == ((2, NOON), 1, False)
    own.remove()


def test_whose_journal_was_deleted_before_it_was_locked_goes_without(folder, monkeypatch):
    def deleted(_file, _how):
        monkeypatch.undo()
        tell_of_the_dead()  # finds an empty file that nobody holds

    monkeypatch.setattr(journal.fcntl, "flock", deleted)
    assert (journal.open_journal("dead:1"), list(folder.iterdir())) == (None, [])


@pytest.mark.parametrize(
    "said", [b"", b"short", bytes(30), b"\xff" * 40, COUNT.pack(3, float("nan")) + b"\0dead:1", COUNT.pack(2**40, 1.0)]
)
def test_what_a_machine_that_lost_its_power_left_holds_up_nobody(
    said, three_leaving, folder, run_drain, clock, mailoutbox
):
    folder.mkdir()
    (folder / "1.gone").write_bytes(said)
    clock.move(minutes=1)
    run_drain()
    assert (len(mailoutbox), list(folder.iterdir())) == (2, [])


@pytest.mark.parametrize("broken", ["a file", "no way to open", "no way to delete"])
def test_a_folder_that_cannot_be_read_holds_up_nobody(
    broken, three_leaving, folder, run_drain, clock, mailoutbox, monkeypatch, caplog
):
    if broken == "a file":
        folder.write_text("not a folder")
    else:
        noted().close()
        refused = {"no way to open": [(Path, "open"), (os, "open")], "no way to delete": [(Path, "unlink")]}[broken]
        for owner, verb in refused:
            monkeypatch.setattr(owner, verb, not_allowed)
    clock.move(minutes=1)
    run_drain()
    assert (len(mailoutbox), "leaving" in caplog.text) == (1 if broken == "no way to delete" else 2, True)
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def not_allowed(*_said, **_how):
    raise PermissionError(13, os.strerror(13))


def test_a_note_that_arrives_after_its_worker_died_takes_nothing_back(three_leaving):
    noted().close()
    tell_of_the_dead()
    assert statements.note_gone(holder="dead:1", gone=2, at=NOON).done()
    assert gone("dead:1") == (3, LATER)


def test_a_journal_stays_while_the_database_cannot_be_told(three_leaving, folder, monkeypatch):
    noted().close()

    def lost(*_args, **_values):
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(Drain.objects, "filter", lost)
        with pytest.raises(OperationalError):
            tell_of_the_dead()
    tell_of_the_dead()
    assert (gone("dead:1"), list(folder.iterdir())) == ((3, LATER), [])


def test_a_worker_whose_lease_is_over_is_stopped_by_its_journal_and_what_it_sent_counts(
    person, seldom, folder, run_drain, clock, monkeypatch, mailoutbox, notes_answered
):
    messages = [MessageFactory(client=person) for _each in range(4)]
    real = transport.send

    def slow(line, email, last_word, **then):
        if len(mailoutbox) == 2:
            monkeypatch.setattr(transport, "send", real)
            clock.move(minutes=2)
            drain(worker="another", at=clock)
            clock.move(minutes=-2)  # so that nothing but the journal tells the slow one
        return real(line, email, last_word, **then)

    monkeypatch.setattr(transport, "send", slow)
    run_drain()
    sent = [email.extra_headers["Message-ID"] for email in mailoutbox]
    assert sorted(sent) == sorted(message.message_id for message in messages)
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert list(folder.iterdir()) == []


def test_between_two_emails_the_database_is_told_only_now_and_then(
    person, seldom, run_drain, monkeypatch, mailoutbox, notes_answered
):
    seen = told_before_each(monkeypatch, person)
    run_drain()
    assert (seen, len(mailoutbox)) == ([0, 2, 2, 2], 4)


@pytest.mark.parametrize("broken", ["no folder", "a full disk"])
def test_where_no_journal_can_be_written_the_database_is_told_of_each_email(
    broken, person, seldom, folder, run_drain, monkeypatch, mailoutbox, notes_answered, caplog
):
    if broken == "no folder":
        folder.write_text("a file")
    else:
        monkeypatch.setattr(journal.Journal, "note", full)
    seen = told_before_each(monkeypatch, person)
    run_drain()
    assert (seen, len(mailoutbox), "each email waits for the database" in caplog.text) == ([0, 2, 3, 4], 4, True)
    tell_of_the_dead()
    assert folder.is_file() or list(folder.iterdir()) == []


def full(*_said):
    raise OSError(28, os.strerror(28))


def told_before_each(monkeypatch, person):
    """What the database knew when each of four emails left."""
    for _each in range(4):
        MessageFactory(client=person)
    seen, real = [], transport.send

    def look(line, email, last_word, **then):
        return real(line, email, lambda: last_word() and not seen.append(Drain.objects.get().gone), **then)

    monkeypatch.setattr(transport, "send", look)
    return seen
