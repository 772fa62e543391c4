"""`manage.py followups`: it says what will happen and why, names nobody, and changes something only when told to."""

import re
from datetime import timedelta
from io import StringIO
from unittest.mock import Mock, patch

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_scopes import scopes_disabled

from clients.models import Message
from tests.factories import (
    AlertFactory,
    ClientFactory,
    ClinicFactory,
    FollowupFactory,
    MessageFactory,
    PlanFactory,
    ReplyFactory,
    SessionFactory,
)
from treatments.followups.models import Followup
from treatments.followups.services import schedule_followups, skip_followup


@pytest.fixture
def client(clinic):
    """A client whose session ended two hours ago, so that aftercare is due."""
    client = ClientFactory(clinic=clinic, first_name="Canary", last_name="Finch", email="canary@example.org")
    ended_at = timezone.now() - timedelta(hours=2)
    schedule_followups(session=SessionFactory(plan=PlanFactory(client=client), ended_at=ended_at), at=ended_at)
    return client


def said(*words):
    out = StringIO()
    call_command("followups", *words, stdout=out)
    assert "canary" not in out.getvalue().lower()
    return out.getvalue()


def states():
    return list(Message.objects.order_by("pk").values_list("state", "attempts"))


def test_the_forecast_names_each_message_of_the_days_ahead(client):
    assert (
        said("forecast").count(" Leaves ") == said("forecast", "--clinic", str(client.clinic_id)).count(" Leaves ") > 5
    )
    assert said("forecast", "--days", "2").count(" Leaves ") == 2
    assert states() == [("scheduled", 0)] * len(states())


def test_only_the_clinic_that_was_asked_for(client):
    other = str(ClinicFactory().pk)
    assert (said("forecast", "--clinic", other), said("due", "--clinic", other)) == ("", "")
    assert (said("drain", "--clinic", other), mail.outbox) == ("0 messages dealt with\n", [])
    assert said("drain", "--clinic", str(client.clinic_id)) == "1 message dealt with\n"


@pytest.mark.parametrize(("words", "sentence"), [("due", "Nothing is due."), ("forecast", "Nothing is to leave")])
def test_who_waits_for_lines_that_do_not_come_is_told_beside_them(clinic, capsys, words, sentence):
    assert said(words) == ""
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["forecast", "due", "drain", "explain"])
def test_every_verb_takes_a_dry_run_and_then_changes_nothing(client, verb):
    before = states()
    said(verb, "--dry-run", *([str(Message.objects.latest("pk").pk)] if verb == "explain" else []))
    assert (states(), mail.outbox) == (before, [])


def test_whoever_reads_the_first_lines_only_sees_no_trace(client):
    closed = Mock(write=Mock(side_effect=BrokenPipeError), isatty=lambda: False)
    with patch("portal.management.commands.followups.say_no_more") as quiet:
        call_command("followups", "forecast", stdout=closed)
    assert quiet.call_count == 1


def test_a_drain_says_that_the_mail_server_does_not_answer(client, monkeypatch):
    monkeypatch.setattr("portal.management.commands.followups.office.is_down", lambda: True)
    with pytest.raises(CommandError, match="The mail server does not answer"):
        said("drain")


def test_explain_does_not_repeat_what_a_person_wrote(client, owner):
    row = Followup.objects.get(step="day_7")
    skip_followup(followup=row, reason="Mrs Canary called.", by=owner.user, at=timezone.now())
    assert "A person skipped it" in said("explain", str(row.message_id))


def test_a_dry_run_says_what_a_drain_then_does(client):
    due = said("due")
    assert said("drain", "--dry-run") == due
    assert (due.count("\n"), "aftercare  Leaves  Aftercare after session" in due) == (1, True)
    assert (states() == [("scheduled", 0)] * len(states()), mail.outbox) == (True, [])
    assert said("drain") == "1 message dealt with\n"
    assert [email.to for email in mail.outbox] == [["canary@example.org"]]


@pytest.mark.parametrize("only", [True, False])
def test_a_dry_run_takes_no_more_than_the_drain_would_and_the_first_first(client, only):
    """The clinic that comes later has what is due first; what is too late is dealt with beside the limit."""
    elsewhere = ClientFactory(clinic=ClinicFactory())
    now = timezone.now()
    early = MessageFactory(client=elsewhere, due_at=now - timedelta(hours=9))
    late = MessageFactory(client=elsewhere, due_at=now - timedelta(days=2), send_by=now - timedelta(days=1))
    with scopes_disabled():
        own = Message.objects.due(now).get(client=client)
    words = ["--limit", "1", *(["--clinic", str(client.clinic_id)] if only else [])]
    assert numbers(said("drain", "--dry-run", *words)) == ({own.pk} if only else {early.pk, late.pk})


def numbers(lines):
    """The numbers of the messages that these lines are about."""
    return {int(number) for number in re.findall(r"  message (\d+)  ", lines)}


@pytest.mark.parametrize(
    ("because", "answer"), [("", "no: archived, and nobody wrote down why"), ("left", "no: Comes no more")]
)
def test_explain_says_why_a_client_is_not_on_the_list(client, because, answer):
    type(client).objects.filter(pk=client.pk).update(archived_at=timezone.now(), archived_because=because)
    lines = said("explain", str(Message.objects.latest("pk").pk)).splitlines()
    assert f"  Is the client on the list? {answer}" in lines


def test_explain_answers_every_check(client):
    AlertFactory(client=client, reply=ReplyFactory(followup=FollowupFactory(session__plan=PlanFactory(client=client))))
    message = Message.objects.get(key__endswith=":week_4")
    answer = said("explain", str(message.pk))
    for words in (
        "Where is it? Scheduled.",
        "Does it keep the sending hours? yes: the next moment is",
        "Is the address stopped? no",
        "Do they agree to these emails? yes, or they were never asked",
        "Does a red flag wait? yes",
        "Week 4: was it answered? no",
        "Week 4: does it wait for a red flag or a case? yes",
        "What becomes of it, as things stand? Waits,",
    ):
        assert words in answer


def test_explain_of_what_has_left_says_when(client):
    said("drain")
    answer = said("explain", str(Message.objects.get(state="sent").pk))
    assert ("Where is it? Sent." in answer, "What becomes of it" in answer) == (True, False)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["explain", "12345678"], "There is no message 12345678."),
        (["explain", "session:1:week_4"], "There is no message session:1:week_4."),
        (["forecast", "--days", "0"], "--days must be a whole number from 1 to 366."),
        (["due", "--clinic", "99999"], "There is no clinic 99999."),
        (["drain", "--clinic", "99999"], "There is no clinic 99999."),
        (["drain", "--limit", "0"], "--limit must be 1 or more."),
    ],
)
def test_what_was_asked_wrongly_is_said_in_a_sentence(client, words, sentence):
    MessageFactory(client=client)
    with pytest.raises(CommandError, match=sentence):
        said(*words)
    assert mail.outbox == []
