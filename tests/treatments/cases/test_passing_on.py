"""An overdue case is told to every owner, once for each call that nobody made."""

from datetime import timedelta

import pytest
from django.core import mail

from clients.messages.services import drain
from clients.models import Message
from portal.audit.models import AuditEvent
from tests.factories import NOON, CaseFactory, ClientFactory, MembershipFactory, SessionFactory
from treatments.cases.models import Case
from treatments.cases.services import close_case, escalate_cases, write_entry
from treatments.followups.tasks import look_after_replies

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def case(clinic):
    client = ClientFactory(clinic=clinic, first_name="Aurelia", last_name="Canary")
    return CaseFactory(session=SessionFactory(plan__client=client), call_by=NOON + HOUR)


def told():
    return list(Message.objects.order_by("pk").values_list("recipient", "member__user__email"))


def leaving(moment):
    mail.outbox.clear()
    drain(worker="test", at=lambda: moment)
    return [letter.to for letter in mail.outbox]


def test_every_owner_is_told_once_when_the_call_is_overdue(case, owner, practitioner):
    second = MembershipFactory(clinic=case.clinic, role="owner")
    MembershipFactory(clinic=case.clinic, role="owner", ended_at=NOON)
    assert [escalate_cases(at=at) for at in (NOON, NOON + HOUR, NOON + 2 * HOUR)] == [0, 1, 0]
    assert told() == [("member", owner.user.email), ("member", second.user.email)]
    assert Case.objects.get().escalated_at == NOON + HOUR
    assert AuditEvent.objects.filter(action="case.escalated", subject_id=case.pk).count() == 1


def test_the_email_says_by_when_leads_to_the_case_and_names_nobody(case, owner):
    escalate_cases(at=NOON + HOUR)
    assert leaving(NOON + HOUR) == [[owner.user.email]]
    letter = mail.outbox[0]
    assert letter.subject == "A client with a reaction has not been called"
    assert f"/admin/treatments/case/{case.pk}/change/" in letter.body
    assert "anary" not in letter.body + letter.alternatives[0][0]


def test_who_has_called_meanwhile_spares_the_owner_and_the_next_overdue_call_is_told_anew(case, owner, practitioner):
    by = {"by": practitioner.user, "note": "Called."}
    escalate_cases(at=NOON + HOUR)
    write_entry(case=case, kind="called", call_by=NOON + DAY, at=NOON + HOUR, **by)
    assert leaving(NOON + HOUR) == []
    assert escalate_cases(at=NOON + DAY) == 1
    assert leaving(NOON + DAY) == [[owner.user.email]]
    close_case(case=case, ending="recovered", at=NOON + DAY, **by)
    assert escalate_cases(at=NOON + 3 * DAY) == 0


def test_the_clock_that_looks_after_replies_looks_after_cases_too(case, owner):
    look_after_replies()
    assert told() == [("member", owner.user.email)]
