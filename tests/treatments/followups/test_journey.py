"""From the end of a session to somebody who has acted: through the post office, the client's link and the alert."""

import re
from datetime import timedelta

from django.core import mail
from django.test import Client as Browser
from django.utils import timezone
from django_scopes import scope

from clients.messages.services import drain
from clients.models import Message
from tests.factories import ClientFactory, PlanFactory, SessionFactory
from treatments.followups.models import Alert, Followup
from treatments.followups.services import schedule_followups


def drain_at(moment):
    mail.outbox.clear()
    drain(worker="test", at=lambda: moment)
    return mail.outbox


def states(session):
    return dict(Followup.objects.filter(session=session).values_list("step", "message__state"))


def test_a_warning_sign_comes_back_through_the_email_and_reaches_a_person(clinic, practitioner, signed_in):
    client = ClientFactory(clinic=clinic, first_name="Canary", last_name="Finch", email="canary@example.org")
    ended_at = timezone.now() - timedelta(days=3, hours=1)
    session = SessionFactory(plan=PlanFactory(client=client), ended_at=ended_at)
    schedule_followups(session=session, at=ended_at)
    due_at = Followup.objects.get(step="day_3").message.due_at

    (letter,) = drain_at(due_at)
    assert letter.to == ["canary@example.org"]
    assert states(session) | {"day_1": "late", "aftercare": "late", "day_3": "sent"} == states(session)
    (path,) = re.findall(r"http://localhost:8000(/follow-up/[^/]+/)", letter.body)
    assert path not in Message.objects.get(followups__step="day_3").text

    Browser().post(path, {"signs": ["pus"], "comment": "It is getting worse"})
    call, same = drain_at(timezone.now())
    assert (call.to, call.subject) == ([clinic.reply_to], "A client’s answers need you")
    assert (same.to, same.subject) == ([session.practitioner.user.email], call.subject)
    (alert_page,) = re.findall(r"http://localhost:8000(/admin/\S+)", call.body)
    page = signed_in(practitioner).get(alert_page)
    assert "It is getting worse" in page.text

    acted = f"/admin/treatments/alert/{Alert.objects.get().pk}/acknowledge/"
    signed_in(practitioner).post(acted, {"note": "Called."})
    assert Alert.objects.waiting().count() == 0


def test_while_nobody_has_acted_no_cheerful_email_leaves(clinic):
    client = ClientFactory(clinic=clinic, skin_type="V")
    ended_at = timezone.now() - timedelta(days=14)
    session = SessionFactory(plan=PlanFactory(client=client), ended_at=ended_at)
    schedule_followups(session=session, at=ended_at)
    two_weeks, week_4 = (Followup.objects.get(step=step).message for step in ("day_14", "week_4"))

    (letter,) = drain_at(two_weeks.due_at)
    (path,) = re.findall(r"http://localhost:8000(/follow-up/[^/]+/)", letter.body)
    Browser().post(path, {"signs": ["lumps"]})
    called = [[clinic.reply_to], [session.practitioner.user.email]]
    assert [sent.to for sent in drain_at(timezone.now())] == called
    assert drain_at(week_4.due_at) == []
    with scope(clinic=clinic):
        week_4.refresh_from_db()
    assert (week_4.state, week_4.attempts) == ("scheduled", 0)
    assert week_4.why.startswith("It waits: nobody has acted yet")
