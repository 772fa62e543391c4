"""Follow-up emails stop with the client's word, and only by it."""

from datetime import timedelta

import pytest

from clients.messages.prepare import reason_to_skip
from clients.messages.services import drain
from clients.models import Message
from tests.factories import NOON, PlanFactory, SessionFactory
from tests.treatments.consents.rows import asked, sign, signed
from treatments.consents.services import refuse_consent, withdraw_consent
from treatments.followups.services import schedule_followups
from treatments.followups.terms import Step

PURPOSE = "follow_up_emails"
STOPPED = "The client does not agree to these emails."
SAYS_NO = {"reason": "", "channel": "email", "address": None, "at": NOON}


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def with_followups(client):
    schedule_followups(session=SessionFactory(plan=PlanFactory(client=client), ended_at=NOON), at=NOON)


def followups():
    return set(Message.objects.filter(kind="followup").values_list("state", "why"))


def why_skipped():
    return {reason_to_skip(message, NOON) for message in Message.objects.filter(kind="followup")}


def test_a_refusal_withdraws_what_is_scheduled_at_once(practitioner):
    rows = asked(practitioner, PURPOSE)
    with_followups(rows.client)
    assert followups() == {("scheduled", "")}
    refuse_consent(consent=rows.consent, **SAYS_NO)
    assert followups() == {("cancelled", STOPPED)}


def test_a_withdrawal_withdraws_what_is_scheduled_at_once(practitioner):
    rows = signed(practitioner, PURPOSE)
    with_followups(rows.client)
    assert followups() == {("scheduled", "")}
    withdraw_consent(consent=rows.consent, reason="", at=NOON)
    assert followups() == {("cancelled", STOPPED)}


def test_the_withdrawal_of_another_purpose_stops_nothing(practitioner):
    rows = signed(practitioner, "treatment")
    with_followups(rows.client)
    withdraw_consent(consent=rows.consent, reason="", at=NOON)
    assert followups() == {("scheduled", "")}


@pytest.mark.parametrize("state", ["refused", "withdrawn"])
def test_what_is_scheduled_after_a_no_never_leaves(practitioner, state):
    if state == "refused":
        client = refuse_consent(consent=asked(practitioner, PURPOSE).consent, **SAYS_NO).client
    else:
        client = withdraw_consent(consent=signed(practitioner, PURPOSE).consent, reason="", at=NOON).client
    with_followups(client)
    assert "" not in why_skipped()
    drain(worker="w", at=lambda: NOON + timedelta(hours=3))
    aftercare = Message.objects.get(key__endswith=f":{Step.AFTERCARE}")
    kinds = Message.objects.filter(state="sent").values_list("kind", flat=True)
    assert (aftercare.state, "followup" in set(kinds)) == ("skipped", False)


@pytest.mark.parametrize("ends", [None, "asked", "signed"])
def test_who_was_never_asked_or_agreed_gets_them(practitioner, ends):
    rows = asked(practitioner, PURPOSE if ends else "treatment")
    if ends == "signed":
        sign(rows.consent)
    with_followups(rows.client)
    aftercare = Message.objects.get(key__endswith=f":{Step.AFTERCARE}")
    assert reason_to_skip(aftercare, NOON) == ""


def test_who_agrees_again_gets_those_of_the_next_session(practitioner):
    rows = asked(practitioner, PURPOSE)
    with_followups(rows.client)
    refuse_consent(consent=rows.consent, **SAYS_NO)
    sign(
        asked(practitioner, PURPOSE, plan=rows.plan, at=NOON + timedelta(hours=1)).consent, at=NOON + timedelta(days=1)
    )
    with_followups(rows.client)
    assert {state for state, _why in followups()} == {"cancelled", "scheduled"}
