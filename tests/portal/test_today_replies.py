"""Red flags and unanswered questions on the first page."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from portal.today.replies import no_answers, red_flags
from tests.factories import (
    NOON,
    AlertFactory,
    ClientFactory,
    FollowupFactory,
    MessageFactory,
    ReplyFactory,
    SessionFactory,
)

LONDON = ZoneInfo("Europe/London")
NOW, HOUR = NOON.astimezone(LONDON), timedelta(hours=1)


@pytest.fixture(autouse=True)
def _london():
    with timezone.override(LONDON):
        yield


@pytest.fixture
def session(clinic):
    return SessionFactory(plan__client=ClientFactory(clinic=clinic, first_name="Ada", last_name="Osei", phone=""))


def silent(session, step, hours, **facts):
    return FollowupFactory(session=session, step=step, chase_from=NOON - hours * HOUR, **facts)


def test_a_red_flag_leads_straight_to_the_form_and_says_that_it_was_passed_on(session):
    reply = ReplyFactory(followup=FollowupFactory(session=session), red_flags=["pus"], number=2)
    alert = AlertFactory(reply=reply, raised_at=NOON - 5 * HOUR, act_by=NOON - HOUR, escalated_at=NOON - HOUR)
    (row,) = red_flags(NOW).rows
    said = "Pus or yellow crusts. Added to “Day 3”, 08:00 today. Passed on to the owner at 12:00 today"
    assert (row.words, row.when) == (said, "Overdue: act by 12:00 today")
    assert row.url == f"/admin/treatments/alert/{alert.pk}/acknowledge/"


def test_one_row_for_each_silent_session_the_longest_silence_first(session, clinic):
    left = MessageFactory(client=session.client, state="sent", sent_at=NOON)
    first = silent(session, "day_1", 30, reminder=left)
    silent(session, "day_3", 2)
    other = silent(SessionFactory(plan__client=ClientFactory(clinic=clinic, phone="0170")), "day_1", 10)
    silent(SessionFactory(plan__client__clinic=clinic), "day_1", -1)
    rows = no_answers(NOW).rows
    assert [(row.url, row.words) for row in rows] == [
        (
            f"/admin/treatments/reply/silent/{first.pk}/",
            "No answer to “Day 1”, nor to the reminder. There is no phone number in the record",
        ),
        (
            f"/admin/treatments/reply/silent/{other.pk}/",
            "No answer to “Day 1”. Call 0170",
        ),
    ]


def test_who_is_called_about_a_red_flag_or_was_called_is_not_there(session):
    AlertFactory(reply=ReplyFactory(followup=silent(session, "day_1", 2)))
    assert no_answers(NOW) is None
