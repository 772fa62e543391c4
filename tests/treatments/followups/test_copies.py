"""What is kept of a follow-up email is what was sent, whatever is changed afterwards."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from clients.messages.services import drain
from clients.messages.wordings import copy_of
from clients.models import Message, Wording
from tests.factories import ClientFactory, EnrolmentFactory, FollowupFactory, PlanFactory, SessionFactory
from tests.treatments.care.writing import Writer
from treatments.followups.models import Followup
from treatments.followups.services import schedule_followups

DAY = timedelta(days=1)
SECRET = re.compile(r"(/follow-up/|/emails-off/|/[a-z-]+/)([A-Za-z0-9_-]{43})(?=/)")
LINE = "<b>Well done</b> & see you,\nMaya “Linden”"


@pytest.fixture
def person(clinic):
    name = 'O\'Neil & "Söhne" <img>'
    return ClientFactory(clinic=clinic, preferred_name=name, skin_type="IV", language="de")


def leave(at):
    """What has left by then."""
    mail.outbox.clear()
    drain(worker="test", at=lambda: at)
    return mail.outbox


def as_sent(email):
    """An email as it left, but for its secrets; and its files by name."""
    files = [name for name, _content, _kind in email.attachments]
    parts = (email.subject, email.body, email.alternatives[0][0])
    subject, text, html = (SECRET.sub(r"\1…", part) for part in parts)
    return subject, text + ("\n\n" + "\n".join(f"[{name}]" for name in files) if files else ""), html


def step_of(person, step, **more):
    now = timezone.now()
    session = SessionFactory(plan=PlanFactory(client=person), ended_at=now - 30 * DAY, number=1)
    due = {"message__due_at": now - DAY / 24, "message__send_by": now + DAY}
    key = f"session:{session.pk}:{step}"
    return FollowupFactory(session=session, step=step, message__key=key, **due, **more)


def copy_after(followup):
    return copy_of(Message.objects.get(pk=followup.message_id))


def test_it_is_what_was_sent_with_a_line_of_the_practitioners_own_and_a_file(person):
    followup = step_of(person, "week_4", message__personal_line=LINE)
    SessionFactory(plan=followup.session.plan, number=2, scheduled_for=timezone.now() + 30 * DAY)
    (email,) = leave(timezone.now())
    kept = copy_after(followup)
    assert kept == as_sent(email)
    assert (kept.text.endswith("\n\n[appointment.ics]"), LINE in kept.text) == (True, True)
    assert (kept.text.count("…"), kept.html.count("…")) == (2, 2)
    row = Message.objects.get(pk=followup.message_id)
    assert (row.html, row.text) == ("", "\n\n[appointment.ics]")
    assert not SECRET.search(f"{row.said}")


def test_it_is_what_was_sent_of_several_steps_in_one_email(person):
    plan, now = PlanFactory(client=person), timezone.now()
    for number, days in ((1, 14), (2, 7)):
        session = SessionFactory(plan=plan, number=number, ended_at=now - days * DAY)
        schedule_followups(session=session, at=session.ended_at)
    shared = Followup.objects.select_related("message").get(step="day_7", session=session)
    emails = {email.extra_headers["Message-ID"]: email for email in leave(shared.message.due_at)}
    kept = copy_after(shared)
    assert kept == as_sent(emails[shared.message.message_id])
    assert (shared.message.followups.count(), "\n- " in kept.text) == (2, True)


def test_two_clients_share_one_wording_that_names_neither(clinic, person):
    other = ClientFactory(clinic=clinic, preferred_name="Canary", language="de")
    steps = [step_of(one, "day_3") for one in (person, other)]
    by_name = {email.to[0]: as_sent(email) for email in leave(timezone.now())}
    assert [copy_after(step) for step in steps] == [by_name[one.email] for one in (person, other)]
    words = str(Wording.objects.get().content)
    assert [said for said in ("Canary", "Söhne", "O'Neil") if said in words] == []


def published(owner, title):
    """The clinic's care schedule with another title over the words of day 3."""
    writer = Writer(owner)
    words = writer.schedule.step("day_3").words
    return writer.change("day_3", words={**words, "de": replace(words["de"], title=title)}).publish()


def test_nothing_that_changes_later_changes_it(clinic, owner, person):
    followup = step_of(person, "day_3", message__personal_line=LINE)
    course = EnrolmentFactory(session=followup.session, version=published(owner, "Wie es war"))
    Followup.objects.update(enrolment=course)
    leave(timezone.now())
    before = copy_after(followup)
    type(clinic).objects.update(name="Other", colour="#123456", phone="1", address="Elsewhere", emergency_words="Call.")
    type(person).objects.update(first_name="Other", preferred_name="Other")
    Message.objects.update(personal_line="Other")
    type(course).objects.update(version=published(owner, "Wie es ist"))
    again = step_of(person, "day_3")
    Followup.objects.update(enrolment=course)
    leave(timezone.now())
    assert (copy_after(followup), "Wie es war" in before.text) == (before, True)
    assert ["Wie es ist" in part for part in copy_after(again)] == [False, True, True]
