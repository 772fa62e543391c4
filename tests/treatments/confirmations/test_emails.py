"""What is asked of a request before it leaves: the same reasons for one as for many, read at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.messages.forecast import forecast
from clients.models import Message
from tests.factories import NOON, ClientFactory, PlanFactory, SessionFactory
from tests.treatments.sessions.conftest import screened
from treatments.confirmations.services import ask_confirmation
from treatments.models import Confirmation, Screening

SOON = NOON + timedelta(days=5)


def asked(practitioner, **form):
    """A booked session whose client was asked; their form was accepted a week ago, unless said otherwise."""
    client = ClientFactory(clinic=practitioner.clinic)
    accepted = screened(client, practitioner, NOON - timedelta(days=7))
    Screening.objects.filter(pk=accepted.pk).update(**form or {"state": "accepted"})
    session = SessionFactory(
        plan=PlanFactory(client=client), number=1, state="booked", scheduled_for=SOON, ended_at=None
    )
    ask_confirmation(session=session, by=practitioner.user, at=NOON)
    return Message.objects.select_related("client__clinic", "clinic").get(client=client, kind="confirmation_request")


def said(message):
    (one,) = forecast([message], at=NOON)
    return one.state, one.why


def test_it_leaves_and_says_for_which_session(practitioner):
    (one,) = forecast([asked(practitioner)], at=NOON)
    assert (one.words, one.because) == ("Leaves", "Session 1 is booked for 6 Jun 2026, 12:00.")


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"state": "submitted"}, "No accepted screening is there that the client could confirm."),
        ({"submitted_at": SOON}, "The client filled in a screening form just before the session."),
    ],
)
def test_the_newest_form_decides(practitioner, form, why):
    assert said(asked(practitioner, **form)) == ("skipped", why)


def test_who_has_answered_or_cancelled_is_not_asked(practitioner):
    answered, cancelled = asked(practitioner), asked(practitioner)
    Confirmation.objects.filter(client=answered.client).update(state="changed")
    Confirmation.objects.filter(client=cancelled.client).update(state="closed")
    assert said(answered) == ("skipped", "The client had already answered.")
    assert said(cancelled) == ("skipped", "The session is no longer booked.")


def test_who_has_no_form_is_not_asked_and_who_was_archived_neither(practitioner):
    without, archived = asked(practitioner), asked(practitioner)
    Screening.objects.filter(client=without.client).update(client=archived.client)
    assert said(without) == ("skipped", "No accepted screening is there that the client could confirm.")
    archived.client.archived_at = NOON
    assert said(archived) == ("skipped", "The client is archived.")


def test_what_is_asked_of_them_is_read_for_all_at_once(practitioner):
    messages, counts = [asked(practitioner) for _each in range(3)], []
    for number in (1, 3):
        with CaptureQueriesContext(connection) as queries:
            found = forecast(messages[:number], at=NOON)
        counts.append(sum("SAVEPOINT" not in query["sql"] for query in queries))
    assert (counts[0], {one.words for one in found}) == (counts[1], {"Leaves"})
