"""Today says what to do in place of an email that could not leave, and when nothing leaves at all."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.today.messages import messages_not_sent, silence
from portal.today.views import blocks_for
from tests.factories import NOON, ClientFactory, FollowupFactory, MessageFactory, PlanFactory, SessionFactory


@pytest.fixture
def client(clinic):
    return ClientFactory(clinic=clinic, phone="07700 900123")


def stuck(client, step, state="late"):
    session = SessionFactory(plan=PlanFactory(client=client), ended_at=NOON)
    message = MessageFactory(client=client, key=f"session:{session.pk}:{step}", state=state, why="It was late.")
    return FollowupFactory(session=session, step=step, message=message)


def words(person):
    (row,) = messages_not_sent(person.user).rows
    return row.words


@pytest.mark.parametrize(
    ("step", "state", "instead"),
    [
        ("day_3", "late", "Call 07700 900123, and ask how the skin is: Day 3."),
        ("aftercare", "late", "Call 07700 900123, and say what the email would have said: Aftercare."),
        ("week_4", "late", "The results window was missed. Call 07700 900123, and book a look at the skin."),
        ("month_3", "late", "Call 07700 900123, and ask how the skin is: Three months."),
        ("day_3", "failed", "Put it right and try again, or call."),
    ],
)
def test_each_says_what_to_do_instead(client, practitioner, step, state, instead):
    stuck(client, step, state)
    assert words(practitioner).endswith(f"It was late. {instead}")


def test_what_could_not_leave_stands_before_the_sessions_and_the_empty_list_last(client, practitioner):
    places = [block.key for block in blocks_for(practitioner.user, timezone.localtime(timezone.now()))]
    assert places[-1] == "messages"
    stuck(client, "day_3")
    places = [block.key for block in blocks_for(practitioner.user, timezone.localtime(timezone.now()))]
    assert (places[:2], places.count("messages")) == (["red-flags", "messages"], 1)


def test_the_front_desk_reads_the_reason_only(client, front_desk):
    stuck(client, "day_3")
    assert words(front_desk).endswith("It was late.")


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(client, practitioner, django_assert_num_queries, many):
    for _each in range(many):
        stuck(client, "day_3")
    with django_assert_num_queries(4):
        messages_not_sent(practitioner.user)


def test_while_something_leaves_the_page_is_not_red(client, owner, signed_in):
    assert silence(owner.user, timezone.localtime(timezone.now())) == ""
    assert 'id="silence"' not in signed_in(owner).get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize(("role", "red"), [("owner", True), ("practitioner", True), ("front_desk", False)])
def test_silence_is_red_for_those_who_can_call(client, request, signed_in, role, red):
    MessageFactory(client=client, due_at=timezone.now() - timedelta(hours=1))
    shown = signed_in(request.getfixturevalue(role)).get(reverse("admin:index")).content.decode()
    assert ("No emails are leaving." in shown) == red
