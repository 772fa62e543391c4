"""Several steps in one email: whose words lead, and what its log says."""

from datetime import timedelta

import pytest

from clients.messages.kinds import words_for
from tests.factories import NOON, ClientFactory, PlanFactory, SessionFactory
from tests.treatments.followups.test_emails import rendered, words_of_html
from treatments.followups.models import Followup
from treatments.followups.services import schedule_followups

DAY = timedelta(days=1)


@pytest.fixture
def shared(clinic):
    """The week of the second session and the fortnight of the first, on one day."""
    client = ClientFactory(clinic=clinic, skin_type="IV")
    plan = PlanFactory(client=client)
    for number, ended_at in ((1, NOON), (2, NOON + 7 * DAY)):
        session = SessionFactory(plan=plan, number=number, ended_at=ended_at)
        schedule_followups(session=session, at=ended_at)
    return Followup.objects.select_related("message", "clinic").get(step="day_7", session=session)


def test_the_words_that_lead_are_those_of_the_newer_session(shared):
    """Two weeks after a session skin is back to normal; a week after it, it need not be."""
    email = rendered(shared, NOON + 14 * DAY)
    assert [one.step for one in shared.message.followups.order_by("step")] == ["day_14", "day_7"]
    assert (email.subject, words_for(shared.message)) == ("One week on", "Follow-up: Day 7")
    assert "by now skin has usually settled" in email.text
    also = "The link below also leads to the questions about this, so that you can answer everything at once:"
    assert f"{also}\n\n- Two weeks on: a quick look\n\n" in email.text
    assert f"{also} Two weeks on: a quick look " in words_of_html(email.html)


def test_what_two_warnings_say_is_said_once(shared):
    text = rendered(shared, NOON + 14 * DAY).text
    assert [text.count(words) for words in ("itchy bumps", "new patches", "Painful, hot or swollen")] == [1, 1, 1]
