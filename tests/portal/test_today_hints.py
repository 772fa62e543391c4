"""What keeps a session from starting, as Today says it in the morning: the same as the gate, in a few words."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.models import Certificate
from portal.today.hints import IN_FEW_WORDS, TOLD, hints_for
from tests.factories import NOON, AlertFactory, FollowupFactory, ReplyFactory, SessionFactory
from tests.treatments.sessions.conftest import ready_session
from treatments.confirmations.services import report_change
from treatments.consents.services import consent_in_force, withdraw_consent
from treatments.models import Confirmation, Screening, Session
from treatments.sessions.rules import may_start
from treatments.sessions.services import planned_facts
from treatments.sessions.terms import Ground

DAY = timedelta(days=1)


def withdrawn(session):
    withdraw_consent(consent=consent_in_force(client=session.client, purpose="treatment"), reason="", at=NOON)


def deeper(session):
    session.plan.topical_anaesthetic = True
    session.plan.save()


def screening(**change):
    return lambda session: Screening.objects.filter(client=session.client).update(**change)


def not_confirmed(session):
    Confirmation.objects.filter(session=session).delete()
    screening(submitted_at=NOON - 9 * DAY)(session)


def flagged(session):
    AlertFactory(reply=ReplyFactory(followup=FollowupFactory(session=session)))


def certified_less(session):
    Certificate.objects.filter(membership=session.practitioner).update(max_depth_mm="0.25")


def treated_lately(session):
    SessionFactory(plan=session.plan, number=9, ended_at=NOON - 3 * DAY)


def treated_now(session):
    begun = {"started_at": NOON, "started_by": session.practitioner.user}
    SessionFactory(plan=session.plan, number=9, state="in_progress", **begun)


def archived(session):
    session.client.archived_at = NOON
    session.client.save()


def in_scotland(session):
    session.clinic.country = "GB-SCT"
    session.clinic.save()


@pytest.mark.parametrize(
    ("change", "hints"),
    [
        (screening(), []),
        (withdrawn, ["Consent withdrawn"]),
        (deeper, ["Re-assess the screening", "Ask for consent again"]),
        (screening(valid_until=(NOON - DAY).date()), ["Screening does not hold"]),
        (screening(state="submitted"), ["Screening to review"]),
        (not_confirmed, ["Not confirmed yet"]),
        (flagged, ["Red flag open"]),
        (certified_less, ["No certificate for this"]),
        (treated_lately, ["Too soon after the last session"]),
        (treated_now, ["Another session in progress"]),
        (archived, ["Archived"]),
        (in_scotland, ["Premises not permitted"]),
    ],
)
def test_the_hints_say_what_the_gate_says(practitioner, change, hints):
    session = ready_session(practitioner, NOON).session
    change(session)
    session = Session.objects.get(pk=session.pk)
    assert hints_for([session]) == {session.pk: hints}
    assert bool(may_start(planned_facts(session, NOON.date()))) == bool(hints)


def test_every_condition_of_the_gate_has_a_few_words():
    assert TOLD | set(IN_FEW_WORDS) == set(Ground)


def test_a_client_who_reported_a_change_has_to_fill_in_the_form(practitioner):
    ready = ready_session(practitioner, NOON)
    report_change(confirmation=ready.confirmation, channel="tablet", at=NOON + timedelta(hours=1))
    assert hints_for([ready.session]) == {ready.session.pk: ["Something has changed"]}


def test_more_sessions_cost_no_more_queries(practitioner):
    counts, shown = [], ("client", "clinic", "practitioner", "plan")
    for more in (1, 2):
        for _ in range(more):
            ready_session(practitioner, NOON)
        rows = list(Session.objects.select_related(*shown).prefetch_related("plan__zones"))
        with CaptureQueriesContext(connection) as queries:
            hints_for(rows)
        counts.append(len(queries))
    assert counts[0] == counts[1]
