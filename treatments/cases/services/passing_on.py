"""Tell the owners of cases whose call is overdue."""

from datetime import datetime, timedelta

from django.db import transaction
from django_scopes import scope, scopes_disabled

from clients.messages.services import NewMessage, schedule_messages
from clients.messages.terms import Recipient
from portal.audit.services import record
from portal.practice.models import Membership
from portal.practice.terms import Role
from treatments.cases.emails import OVERDUE, overdue_key
from treatments.cases.models import Case

# It is worth an email for as long as nobody has called; the post office asks before it sends.
SEND_WITHIN = timedelta(days=7)


def escalate_cases(*, at: datetime) -> int:
    """Pass on, in every clinic, the cases whose call is overdue; how many. Each call is passed on once."""
    with scopes_disabled():  # each case is then handled in the scope of its own clinic
        overdue = list(Case.objects.to_escalate(at).select_related("clinic", "client__clinic"))
    passed_on = 0
    for case in overdue:
        with scope(clinic=case.clinic):
            passed_on += _escalate(case, at)
    return passed_on


@transaction.atomic
def _escalate(case: Case, at: datetime) -> bool:
    """Tell every owner; False when somebody has called, or told them, a moment ago."""
    same_call = Case.objects.to_escalate(at).filter(pk=case.pk, call_by=case.call_by)
    if same_call.update(escalated_at=at) != 1:
        return False
    owners = Membership.objects.current().filter(role=Role.OWNER)
    told = [
        NewMessage(
            client=case.client,
            kind=OVERDUE,
            key=overdue_key(case, owner.pk),
            due_at=at,
            send_by=at + SEND_WITHIN,
            recipient=Recipient.MEMBER,
            member=owner,
        )
        for owner in owners
    ]
    schedule_messages(told, at=at)
    record(clinic=case.clinic, action="case.escalated", subject=case, at=at)
    return True
