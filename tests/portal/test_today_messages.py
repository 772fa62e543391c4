"""Today says what to do in place of an email that could not leave, and when nothing leaves at all."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from clients.models import Message
from portal.today.messages import messages_not_sent, silence, whom_to_tell
from portal.today.views import blocks_for
from tests.factories import (
    NOON,
    ClientFactory,
    ClinicFactory,
    FollowupFactory,
    MembershipFactory,
    MessageFactory,
    PlanFactory,
    SessionFactory,
)
from tests.treatments.followups.courses import enrolled

LONG_AFTER = NOON + timedelta(days=60)


@pytest.fixture
def client(clinic):
    return ClientFactory(clinic=clinic, phone="07700 900123")


def stuck(client, step, state="late"):
    session = SessionFactory(plan=PlanFactory(client=client), ended_at=NOON)
    message = MessageFactory(client=client, key=f"session:{session.pk}:{step}", state=state, why="It was late.")
    return FollowupFactory(session=session, step=step, message=message)


def words(person, now=LONG_AFTER):
    (row,) = messages_not_sent(person.user, now).rows
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


def days_after(days, **more):
    """On that day after a session that ended at noon, by the clinic's clock."""
    return (NOON + timedelta(days=days, **more)).astimezone(ZoneInfo("Europe/London"))


CALL = "Call 07700 900123, and ask how the skin is: Week 4. The results window is open until 13 Jul 2026."
MISSED = "The results window was missed. Call 07700 900123, and book a look at the skin."


@pytest.mark.parametrize(
    ("now", "instead"),
    [
        (days_after(35), f"{CALL} Week 6 is due on 13 Jul 2026."),
        (days_after(42, hours=10), CALL),
        (days_after(42, hours=11, minutes=1), MISSED),  # midnight in London
    ],
)
def test_while_the_results_window_is_open_it_is_not_missed(client, practitioner, now, instead):
    enrolled(client)
    Message.objects.filter(followups__step="week_4").update(state="late", why="It was late.")
    assert words(practitioner, now).endswith(f"It was late. {instead}")


@pytest.mark.parametrize("phone", ["07700 900123", "", "+44 (0)7700-900"])
def test_a_tap_on_the_number_calls_it(client, practitioner, signed_in, phone):
    type(client).objects.filter(pk=client.pk).update(phone=phone)
    message = stuck(client, "day_3").message
    browser = signed_in(practitioner)
    today = browser.get(reverse("admin:index")).text
    dial = f'Call <a class="dial" href="tel:{phone.replace(" ", "")}">{phone}</a>, and ask how the skin is: Day 3.'
    assert (dial in today, "Call, and ask how the skin is: Day 3." in today) == (bool(phone), not phone)
    shown = browser.get(reverse("admin:clients_message_change", args=[message.pk])).text
    assert (">Phone<" in shown) == bool(phone)


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
        messages_not_sent(practitioner.user, LONG_AFTER)


def test_while_something_leaves_the_page_is_not_red(client, owner, signed_in):
    assert silence(owner.user, timezone.localtime(timezone.now())) == ""
    assert 'id="silence"' not in signed_in(owner).get(reverse("admin:index")).content.decode()


CARER, DESK = "Call clients who cannot wait.", "Who needs a form now can fill it in on the clinic’s tablet"


@pytest.mark.parametrize(
    ("role", "tell", "instead"),
    [
        ("owner", "Tell whoever looks after the portal.", CARER),
        ("practitioner", "Tell Maya Linden or whoever looks after the portal.", CARER),
        ("front_desk", "Tell Maya Linden or whoever looks after the portal.", DESK),
    ],
)
def test_silence_is_red_for_everybody_and_says_whom_to_tell(client, owner, request, signed_in, role, tell, instead):
    type(owner.user).objects.filter(pk=owner.user_id).update(full_name="Maya Linden")
    MessageFactory(client=client, due_at=timezone.now() - timedelta(hours=1))
    shown = signed_in(request.getfixturevalue(role)).get(reverse("admin:index")).content.decode()
    assert [words in shown for words in ("No emails are leaving.", tell, instead)] == [True] * 3
    assert ("the skin" in shown, CARER in shown) == (False, instead == CARER)


def test_who_left_the_clinic_or_owns_another_one_is_not_named(client, owner, front_desk):
    elsewhere = ClinicFactory()
    with scope(clinic=elsewhere):
        MembershipFactory(clinic=elsewhere, role="owner", user__full_name="Another Owner")
    gone = MembershipFactory(clinic=owner.clinic, role="owner", user__full_name="Gone Owner")
    type(gone).objects.filter(pk=gone.pk).update(ended_at=NOON)
    assert whom_to_tell(front_desk.user) == f"{owner.user.full_name} or whoever looks after the portal"


def test_the_forecast_is_for_those_who_may_know_of_care(practitioner, front_desk, signed_in):
    forecast, log = reverse("admin:treatments_followup_changelist"), reverse("admin:clients_message_changelist")
    for person, status in ((practitioner, 200), (front_desk, 403)):
        browser = signed_in(person)
        assert browser.get(forecast).status_code == status
        assert (f'href="{forecast}"' in browser.get(log).content.decode()) == (status == 200)
