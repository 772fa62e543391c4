"""What is read for follow-up messages before they leave."""

import pytest

from clients.messages.kinds import kind_of
from tests.factories import NOON, AlertFactory, ReplyFactory
from tests.treatments.followups.test_emails import client, followup_of, gathered  # noqa: F401
from treatments.followups.emails.facts import gather


@pytest.mark.parametrize("stands", [True, False])
def test_who_asks_why_is_told_of_a_red_flag_also_where_no_step_stands(client, stands):  # noqa: F811
    followup = followup_of(client, "day_1")
    if not stands:
        type(followup).objects.filter(pk=followup.pk).update(withdrawn_at=NOON, withdrawn_why="Skipped.")
    before = gathered(followup, NOON)
    AlertFactory(reply__followup=followup_of(client, "day_3"))
    after = gathered(followup, NOON)
    said = [dict(kind_of(message).checks(message))["Does a red flag wait?"] for message in (before, after)]
    assert said == ["no", "yes"]


def test_a_step_that_no_schedule_has_any_more_is_known_by_its_own_words(client):  # noqa: F811
    followup = followup_of(client, "day_1")
    type(followup).objects.filter(pk=followup.pk).update(step="day_2", title="Second day")
    (carried,) = gathered(followup, NOON).gathered.followups
    assert (carried.care.key, carried.care.title, carried.care.conditional) == ("day_2", "Second day", False)


def test_however_many_are_read_at_once_the_queries_are_as_many(client, django_assert_num_queries):  # noqa: F811
    some = [followup_of(client, "week_4").message for _each in range(6)]
    ReplyFactory(followup=followup_of(client, "day_1"))
    gather(some, NOON)
    with django_assert_num_queries(6):
        gather(some[:1], NOON)
    with django_assert_num_queries(6):
        gather(some, NOON)
    assert all(message.gathered.shared is some[0].gathered.shared for message in some)
