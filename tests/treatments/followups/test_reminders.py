"""No answer: one reminder, then a to-do for a person."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from clients.links.models import ClientLink
from clients.messages.forecast import forecast
from clients.messages.services import drain
from clients.models import Message
from portal.today.views import blocks_for
from tests.factories import (
    NOON,
    AlertFactory,
    ClientFactory,
    ClinicFactory,
    MembershipFactory,
    PlanFactory,
    ReplyFactory,
    SessionFactory,
)
from tests.treatments.care.writing import Writer
from treatments.followups.models import Followup
from treatments.followups.services import (
    AlreadyCalled,
    CallNoteNeeded,
    note_called,
    schedule_followups,
    schedule_reminders,
    submit_reply,
)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ASKED = NOON + DAY  # day 1 of a session that ended at noon


def leaving(moment):
    mail.outbox.clear()
    drain(worker="test", at=lambda: moment)
    return [letter.subject for letter in mail.outbox]


@pytest.fixture
def session(clinic):
    client = ClientFactory(clinic=clinic, first_name="Canary", last_name="Finch", phone="+44 7700 900123")
    ended = SessionFactory(plan=PlanFactory(client=client), ended_at=NOON)
    schedule_followups(session=ended, at=NOON)
    leaving(NOON + HOUR)
    return ended


@pytest.fixture
def asked(session):
    """Day 1's email has left."""
    leaving(ASKED)
    return Followup.objects.get(step="day_1")


def reminders():
    return list(Message.objects.filter(kind="followup_reminder").values_list("state", "why"))


def test_a_day_after_the_questions_one_reminder_leaves_with_a_link_to_them(asked):
    assert [schedule_reminders(at=ASKED + minutes * HOUR / 60) for minutes in (0, 1, 60)] == [1, 0, 0]
    asked.refresh_from_db()
    assert (asked.reminder.due_at, asked.chase_from) == (ASKED + DAY, ASKED + 2 * DAY)
    assert leaving(ASKED + DAY - HOUR) == []
    assert leaving(ASKED + DAY) == ["A reminder: how are you?"]
    links = ClientLink.objects.filter(purpose="follow_up").order_by("pk").values_list("subject_id", flat=True)
    assert (list(links), mail.outbox[0].body.count("/follow-up/")) == ([asked.pk] * 2, 1)
    assert leaving(ASKED + DAY + HOUR) == []


def test_a_locked_telephone_does_not_show_whom_it_is_for(asked):
    schedule_reminders(at=ASKED)
    leaving(ASKED + DAY)
    html = mail.outbox[0].alternatives[0].content
    shown = unescape(re.sub(r"(?s)^.*<body[^>]*>|<[^>]+>", "", html)).strip()[:180]
    assert shown.startswith(f"A short message from {asked.clinic.name}.")
    assert asked.client.called not in shown


def test_a_round_makes_only_so_many_and_the_next_goes_on(clinic, session, monkeypatch):
    monkeypatch.setattr("treatments.followups.services.reminders.AT_ONCE", 1)
    other = ClientFactory(clinic=clinic, email="other@example.org")
    schedule_followups(session=SessionFactory(plan=PlanFactory(client=other), ended_at=NOON), at=NOON)
    leaving(ASKED)
    assert [schedule_reminders(at=ASKED) for _round in range(3)] == [1, 1, 0]


def test_nobody_is_reminded_before_the_questions_have_left_or_of_steps_that_do_not_remind(session):
    assert schedule_reminders(at=NOON + HOUR) == 0
    leaving(NOON + 7 * DAY)
    assert schedule_reminders(at=NOON + 7 * DAY + HOUR) == 0


def test_who_has_answered_is_not_reminded_and_what_was_scheduled_is_withdrawn(asked):
    schedule_reminders(at=ASKED)
    submit_reply(followup=asked, answers={"signs": ["none"]}, at=ASKED + HOUR)
    assert reminders() == [("cancelled", "The client has answered.")]
    assert (schedule_reminders(at=ASKED + HOUR), Followup.objects.to_chase().count()) == (0, 0)


def test_who_answered_at_once_is_never_reminded(asked):
    submit_reply(followup=asked, answers={"signs": ["none"]}, at=ASKED)
    assert schedule_reminders(at=ASKED + HOUR) == 0


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("flag", "A warning sign is open: somebody is to call the client."),
        ("off", "The client does not want follow-up emails."),
        ("later", "A later email has asked since."),
        ("withdrawn", "Its steps were taken off."),
    ],
)
def test_a_reminder_that_is_not_right_any_more_does_not_leave(asked, change, why):
    schedule_reminders(at=ASKED)
    if change == "flag":
        AlertFactory(reply=ReplyFactory(followup=Followup.objects.get(step="aftercare")))
    elif change == "off":
        asked.client.gets_follow_ups = False
        asked.client.save()
    elif change == "later":
        Message.objects.filter(followups__step="day_3").update(state="sent", sent_at=ASKED)
    else:
        Followup.objects.filter(pk=asked.pk).update(withdrawn_at=ASKED, withdrawn_why="Skipped.")
    assert (leaving(ASKED + DAY), reminders()) == ([], [("skipped", why)])


def test_a_reminder_keeps_the_sending_hours(clinic, asked):
    clinic.sends_from, clinic.sends_until = "08:00", "09:00"
    clinic.save()
    schedule_reminders(at=ASKED)
    asked.refresh_from_db()
    assert f"{asked.reminder.due_at.astimezone(asked.client.zone):%H}" == "08"


def todo(member, at):
    block = next((block for block in blocks_for(member.user, at) if block.key == "no-answers"), None)
    return [(row.client, row.words, row.url) for row in block.rows] if block else []


def test_a_day_after_the_reminder_silence_is_a_to_do_for_those_who_treat(asked, practitioner, front_desk):
    schedule_reminders(at=ASKED)
    assert todo(practitioner, ASKED + DAY) == []
    leaving(ASKED + DAY)
    words = "No answer to “Day 1”, nor to the reminder. Call +44 7700 900123"
    page = f"/admin/treatments/reply/silent/{asked.pk}/"
    assert todo(practitioner, ASKED + 2 * DAY) == [("Canary Finch", words, page)]
    assert todo(front_desk, ASKED + 2 * DAY) == []


def test_who_answers_late_needs_no_call(asked, practitioner):
    schedule_reminders(at=ASKED)
    submit_reply(followup=asked, answers={"signs": ["none"]}, at=ASKED + 2 * DAY)
    assert todo(practitioner, ASKED + 2 * DAY) == []


def test_calling_settles_every_step_of_the_session_with_who_when_and_what(asked, practitioner):
    schedule_reminders(at=ASKED)
    at = ASKED + 2 * DAY
    with pytest.raises(CallNoteNeeded):
        note_called(followup=asked, note=" ", by=practitioner.user, at=at)
    note_called(followup=asked, note=" All is well. ", by=practitioner.user, at=at)
    asked.refresh_from_db()
    assert (asked.chased_at, asked.chased_by, asked.chased_note) == (at, practitioner.user, "All is well.")
    assert todo(practitioner, at) == []
    with pytest.raises(AlreadyCalled):
        note_called(followup=asked, note="Me too.", by=practitioner.user, at=at)


def silent(asked):
    """Whom to call now."""
    Followup.objects.filter(pk=asked.pk).update(chase_from=NOON)
    return f"/admin/treatments/reply/silent/{asked.pk}/"


def test_one_tap_says_what_came_of_the_call(asked, practitioner, signed_in):
    page, browser = silent(asked), signed_in(practitioner)
    shown = browser.get(page).text
    assert [word in shown for word in ("+44 7700 900123", "Not reached: left a message", "Day 1")] == [True] * 3
    assert "Write down what came of it" in browser.post(page, {"note": ""}).text
    said = browser.post(page, {"said": "Called: all is well", "note": ""}, follow=True).text
    assert "It is noted that you called Canary Finch." in said
    assert Followup.objects.get(pk=asked.pk).chased_note == "Called: all is well"


def test_the_front_desk_and_other_clinics_have_no_part_in_it(asked, front_desk, signed_in):
    page = silent(asked)
    assert signed_in(front_desk).get(page).status_code == 403
    other = ClinicFactory()
    with scope(clinic=other):
        stranger = MembershipFactory(clinic=other, role="owner")
    browser = signed_in(stranger)
    assert (browser.get(page).status_code, browser.post(page, {"note": "x"}).status_code) == (404, 404)
    assert Followup.objects.get(pk=asked.pk).chased_at is None


def test_a_reminder_that_a_later_email_will_have_replaced_is_not_foretold(asked):
    schedule_reminders(at=ASKED)
    Message.objects.filter(key__endswith=":day_3").update(due_at=ASKED + DAY - HOUR, next_try_at=ASKED + DAY - HOUR)
    (said,) = forecast(list(Message.objects.filter(kind="followup_reminder")), at=ASKED)
    assert (said.state, said.why) == ("skipped", "A later email has asked since.")
    leaving(ASKED + DAY - HOUR)
    leaving(ASKED + DAY)
    assert reminders() == [(said.state, said.why)]


def test_no_reminder_is_spoken_of_where_a_later_step_asks_before_it(session, owner):
    version = Writer(owner, NOON).change("day_1", remind_after_hours=72).publish()
    asked = Followup.objects.get(step="day_1")
    type(asked.enrolment).objects.update(version=version)
    (said,) = forecast([asked.message], at=NOON + HOUR)
    assert "one reminder" not in said.because


def test_what_is_asked_of_reminders_is_read_for_all_of_them_at_once(clinic, asked):
    for name in ("first", "second"):
        other = ClientFactory(clinic=clinic, email=f"{name}@example.org")
        schedule_followups(session=SessionFactory(plan=PlanFactory(client=other), ended_at=NOON), at=NOON)
    leaving(ASKED)
    assert schedule_reminders(at=ASKED) == 3
    made = list(Message.objects.filter(kind="followup_reminder").select_related("client", "clinic"))
    counts = []
    for number in (1, 3):
        with CaptureQueriesContext(connection) as queries:
            said = forecast(made[:number], at=ASKED)
        counts.append(sum("SAVEPOINT" not in query["sql"] for query in queries))
    assert (counts[0], {one.words for one in said}) == (counts[1], {"Leaves"})


def test_a_reminder_whose_step_is_gone_says_so_to_whoever_looks_after_the_portal(asked):
    schedule_reminders(at=ASKED)
    Followup.objects.update(reminder=None)
    leaving(ASKED + DAY)
    ((state, why),) = reminders()
    assert (state, "could not be prepared" in why) == ("scheduled", True)
