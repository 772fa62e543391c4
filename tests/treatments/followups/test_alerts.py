"""Who is called to a red flag, when it is passed on, and what waits for it."""

from datetime import timedelta

import pytest
from django.core import mail
from django_scopes import scope, scopes_disabled

from clients.messages.services import drain
from clients.models import Message
from portal.audit.models import AuditEvent
from tests.factories import (
    NOON,
    AlertFactory,
    ClientFactory,
    ClinicFactory,
    FollowupFactory,
    MembershipFactory,
    MessageFactory,
    ReplyFactory,
)
from treatments.followups.emails.reasons import RED_FLAG
from treatments.followups.models import Alert
from treatments.followups.services import acknowledge_alert, escalate_alerts, submit_replies, submit_reply

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OVER = NOON + 5 * HOUR  # AlertFactory gives four hours


def asked(clinic, step="day_3", **facts):
    return FollowupFactory(session__plan__client__clinic=clinic, step=step, **facts)


def raised(clinic, signs="pus", **facts):
    """An alert as a reply raises it."""
    followup = asked(clinic, **facts)
    submit_reply(followup=followup, answers={"signs": [signs]}, at=NOON)
    return Alert.objects.get(reply__followup=followup)


def called(kind):
    rows = Message.objects.filter(kind=kind).order_by("pk")
    return [(row.recipient, row.member and row.member.user.email) for row in rows]


def leaving(moment):
    mail.outbox.clear()
    drain(worker="test", at=lambda: moment)
    return [letter.to for letter in mail.outbox]


def test_a_red_flag_emails_the_clinic_and_whoever_treated(clinic):
    treated = raised(clinic).reply.followup.session.practitioner
    assert called("red_flag") == [("clinic", None), ("member", treated.user.email)]
    assert leaving(NOON) == [[clinic.reply_to], [treated.user.email]]


@pytest.mark.parametrize("left", [True, False])
def test_whoever_reads_the_clinics_emails_and_may_not_open_it_knows_whom_to_tell(clinic, left):
    treats = MembershipFactory(clinic=clinic, user__full_name="Maya Linden", ended_at=NOON if left else None)
    raised(clinic, session__plan__practitioner=treats)
    leaving(NOON)
    tell = f"If you may not open the answers, tell {'' if left else 'Maya Linden or '}an owner of the clinic at once."
    told = {letter.to[0]: [letter.body, letter.alternatives[0][0]] for letter in mail.outbox}
    assert [tell in part for part in told[clinic.reply_to]] == [True, True]
    assert ["If you may not" in part for part in told.get(treats.user.email, [])] == ([] if left else [False, False])


def test_who_has_left_or_reads_the_clinics_emails_anyway_gets_none_of_their_own(clinic):
    raised(clinic, session__plan__practitioner__ended_at=NOON)
    raised(clinic, session__plan__practitioner__user__email=clinic.reply_to)
    assert called("red_flag") == [("clinic", None)] * 2


def test_what_nobody_acted_on_in_time_is_passed_on_to_every_owner_once(clinic, owner, practitioner):
    second = MembershipFactory(clinic=clinic, role="owner")
    MembershipFactory(clinic=clinic, role="owner", ended_at=NOON)
    alert = raised(clinic)
    assert escalate_alerts(at=alert.act_by - HOUR) == 0
    assert [escalate_alerts(at=alert.act_by) for _ in range(3)] == [1, 0, 0]
    alert.refresh_from_db()
    assert alert.escalated_at == alert.act_by
    assert called("red_flag_escalated") == [("member", owner.user.email), ("member", second.user.email)]
    assert AuditEvent.objects.filter(action="alert.escalated", subject_id=alert.pk).count() == 1


def test_the_owners_email_says_by_when_and_leads_to_the_red_flag_and_names_nobody(clinic, owner):
    alert = raised(clinic, session__plan__client__last_name="Canary")
    leaving(NOON)
    escalate_alerts(at=alert.act_by)
    assert leaving(alert.act_by) == [[owner.user.email]]
    letter = mail.outbox[0]
    assert letter.subject == "Nobody has acted on a client’s answers yet"
    assert f"/admin/treatments/alert/{alert.pk}/change/" in letter.body
    assert "anary" not in letter.body + letter.alternatives[0][0]


def test_what_somebody_acted_on_is_neither_passed_on_nor_emailed(clinic, owner, practitioner):
    alert = raised(clinic)
    escalate_alerts(at=alert.act_by)
    acknowledge_alert(alert=alert, note="Called.", by=practitioner.user, at=alert.act_by)
    assert leaving(alert.act_by) == []
    calls = Message.objects.filter(kind__startswith="red_flag").values_list("state", "why")
    assert list(calls) == [("skipped", "Somebody has already acted on it.")] * 3
    other = raised(clinic)
    acknowledge_alert(alert=other, note="Called.", by=practitioner.user, at=NOON)
    assert escalate_alerts(at=OVER) == 0


def test_each_clinics_red_flags_go_to_its_own_owner(clinic, owner):
    other = ClinicFactory()
    with scope(clinic=other):
        theirs = MembershipFactory(clinic=other, role="owner")
        AlertFactory(reply=ReplyFactory(followup=asked(other)))
    AlertFactory(reply=ReplyFactory(followup=asked(clinic)))
    assert escalate_alerts(at=OVER) == 2
    with scopes_disabled():
        told = set(Message.objects.filter(kind="red_flag_escalated").values_list("clinic", "client__clinic", "member"))
    assert told == {(clinic.pk, clinic.pk, owner.pk), (other.pk, other.pk, theirs.pk)}


def waits(client, **facts):
    until = {"next_try_at": NOON + DAY, "why": RED_FLAG} | facts
    return MessageFactory(client=client, **until)


def test_with_the_last_red_flag_gone_what_waited_for_it_is_due_at_once(clinic, practitioner):
    client = ClientFactory(clinic=clinic)
    # What is only to be reviewed opens no reaction case, which would hold them too.
    one, two = (raised(clinic, "bumps", step="day_7", session__plan__client=client) for _ in range(2))
    waiting, to_come = waits(client), waits(client, due_at=NOON + DAY)
    put_off, theirs = waits(client, why="The mail server asked us."), waits(ClientFactory(clinic=clinic))
    kept = {row.pk: row.next_try_at for row in (waiting, to_come, put_off, theirs)}

    def now():
        return dict(Message.objects.filter(pk__in=kept).values_list("pk", "next_try_at"))

    acknowledge_alert(alert=one, note="Called.", by=practitioner.user, at=NOON + HOUR)
    assert now() == kept
    acknowledge_alert(alert=two, note="Called.", by=practitioner.user, at=NOON + 2 * HOUR)
    assert now() == kept | {waiting.pk: NOON + 2 * HOUR}


@pytest.mark.parametrize(("signs", "flags"), [(["marks"], [["marks"]]), (["marks", "sores"], [["marks", "sores"]])])
def test_what_one_page_said_to_two_steps_is_one_red_flag(clinic, signs, flags):
    first = asked(clinic, step="day_14")
    second = asked(clinic, step="week_4", session__plan__client=first.client, message=first.message)
    answers = {"signs": signs, "change": "better", "satisfaction": "8", "health_changes": "no"}
    replies = submit_replies(followups=[first, second], answers=answers, at=NOON)
    assert [reply.followup for reply in replies] == [first, second]
    raised_by = [set(alert.reply.red_flags) for alert in Alert.objects.order_by("pk")]
    assert set().union(*raised_by) == set(flags[0])
    assert len(raised_by) == len({frozenset(one) for one in raised_by})
