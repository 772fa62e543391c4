"""The pages on which a practitioner moves a follow-up."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    ClientFactory,
    ClinicFactory,
    ConfirmationFactory,
    MessageFactory,
    PlanFactory,
    SessionFactory,
)
from treatments.followups.models import Enrolment, Followup
from treatments.followups.services import schedule_followups

VERBS = ("skip", "delay", "now", "line")


@pytest.fixture
def row(clinic):
    """A day-7 follow-up of a session that ended an hour ago."""
    ended_at = timezone.now() - timedelta(hours=1)
    session = SessionFactory(plan=PlanFactory(client=ClientFactory(clinic=clinic)), ended_at=ended_at)
    schedule_followups(session=session, at=ended_at)
    return Followup.objects.get(step="day_7")


def url(verb, row):
    return reverse(f"admin:treatments_followup_{verb}", args=[row.pk])


@pytest.mark.parametrize("page", ["client_page", "admin:clients_message_change"])
def test_every_verb_is_reached_from_the_clients_page_and_the_messages(practitioner, signed_in, row, page):
    subject = row.client_id if page == "client_page" else row.message_id
    shown = signed_in(practitioner).get(reverse(page, args=[subject])).content.decode()
    assert [verb for verb in VERBS if url(verb, row) not in shown] == []


@pytest.mark.parametrize(("language", "reads"), [("en", "Hello Ada, by now skin"), ("es", "Hola, Ada")])
def test_what_is_to_leave_can_be_read_as_its_client_will(practitioner, signed_in, row, language, reads):
    type(row.client).objects.filter(pk=row.client_id).update(first_name="Ada", preferred_name="", language=language)
    browser = signed_in(practitioner)
    shown = browser.get(reverse("admin:clients_message_change", args=[row.message_id])).text
    page = f"/admin/treatments/careversion/{row.enrolment.version_id}/read/day_7/{language}/?client={row.client_id}"
    assert f'href="{page}"' in shown
    assert reads in browser.get(page).text


def test_whoever_sends_one_long_before_its_day_is_told_for_when_its_words_are_meant(practitioner, signed_in, row):
    early = "Its words are meant for"
    assert early in signed_in(practitioner).get(url("now", row)).text
    day_1 = Followup.objects.get(step="day_1")
    Enrolment.objects.update(anchored_at=timezone.now() - timedelta(days=2))
    assert early not in signed_in(practitioner).get(url("now", day_1)).text


def test_a_personal_line_is_written_in_the_language_that_the_page_names(practitioner, signed_in, row):
    type(row.client).objects.filter(pk=row.client_id).update(language="de")
    assert f"in {row.client.called}’s language (Deutsch)." in signed_in(practitioner).get(url("line", row)).text


def test_a_step_that_the_schedule_does_not_have_any_more_has_no_preview(practitioner, signed_in, row):
    Followup.objects.filter(pk=row.pk).update(step="gone")
    shown = signed_in(practitioner).get(reverse("admin:clients_message_change", args=[row.message_id])).text
    assert ("/read/" in shown, "Personal line" in shown) == (False, True)


def test_a_skip_says_what_is_missing_at_its_field_and_then_happens(practitioner, signed_in, row):
    browser = signed_in(practitioner)
    assert "Write the reason" in browser.post(url("skip", row), {"reason": ""}).content.decode()
    answer = browser.post(url("skip", row), {"reason": "Called instead."})
    row.refresh_from_db()
    assert (answer.url, row.withdrawn_why) == (
        reverse("admin:clients_message_change", args=[row.message_id]),
        "Skipped: Called instead.",
    )


def test_a_time_outside_the_window_is_refused_at_its_field(practitioner, signed_in, row):
    answer = signed_in(practitioner).post(url("delay", row), {"due_at": "2040-01-01T10:00"})
    form = answer.context["form"]
    assert "It can leave between" in form.errors["due_at"][0]
    assert form["due_at"].value() == "2040-01-01T10:00"


@pytest.mark.parametrize("verb", VERBS)
def test_what_has_left_shows_why_not_and_refuses(practitioner, signed_in, row, verb):
    row.message.state, row.message.sent_at = "sent", timezone.now()
    row.message.save()
    browser = signed_in(practitioner)
    assert "not to come any more" in browser.get(url(verb, row)).content.decode()
    posted = browser.post(url(verb, row), {"reason": "x", "due_at": "2040-01-01T10:00", "line": "x"})
    assert posted.context["form"].errors
    assert "Send again" in browser.get(reverse("admin:clients_message_change", args=[row.message_id])).content.decode()


@pytest.mark.parametrize("verb", [*VERBS, "again"])
def test_the_front_desk_moves_nothing(front_desk, signed_in, row, verb):
    browser = signed_in(front_desk)
    shown = browser.get(reverse("client_page", args=[row.client_id])).content.decode()
    assert (browser.get(url(verb, row)).status_code, url(verb, row) in shown) == (403, False)


def test_the_forecast_of_the_clinic_says_who_gets_what_when_and_why(practitioner, signed_in, row):
    shown = signed_in(practitioner).get(reverse("admin:treatments_followup_changelist"))
    foretold = [one.message.key.rpartition(":")[2] for one in shown.context["rows"]]
    assert foretold == ["aftercare", "day_1", "day_3", "day_7", "day_14", "week_4", "week_6"]
    page = shown.content.decode()
    assert (str(row.client) in page, "Day 7 after session" in page, "one reminder leaves on" in page) == (True,) * 3


def test_the_forecast_of_one_client_is_found_by_a_name_that_no_address_says(clinic, practitioner, signed_in, row):
    other = MessageFactory(client=ClientFactory(clinic=clinic), due_at=timezone.now(), key="session:0:day_1")
    stranger, forecast = ClientFactory(clinic=ClinicFactory()), reverse("admin:treatments_followup_changelist")
    browser = signed_in(practitioner)
    found = browser.post(forecast, {"q": row.client.last_name})
    assert f'href="?client={row.client_id}"' in found.text
    assert other.pk in {one.message.pk for one in found.context["rows"]}
    shown = browser.get(forecast, {"client": row.client_id}).context["rows"]
    assert {one.message.client_id for one in shown} == {row.client_id}
    assert [browser.get(forecast, {"client": who}).status_code for who in (stranger.pk, "²")] == [404] * 2


def test_the_forecast_of_one_client_stays_theirs_on_the_next_page(clinic, practitioner, signed_in, row):
    for number in range(101):
        MessageFactory(client=row.client, key=f"test:{number}:day_1")
    forecast = reverse("admin:treatments_followup_changelist")
    shown = signed_in(practitioner).get(forecast, {"client": row.client_id, "page": "2"})
    assert f'href="?client={row.client_id}&amp;page=1"' in shown.text
    assert {one.message.client_id for one in shown.context["rows"]} == {row.client_id}


def test_the_forecast_says_why_a_confirmation_leaves(clinic, practitioner, signed_in):
    client = ClientFactory(clinic=clinic)
    session = SessionFactory(plan=PlanFactory(client=client), scheduled_for=timezone.now() + timedelta(days=9))
    asked = ConfirmationFactory(session=session, state="asked")
    MessageFactory(client=client, kind="confirmation_request", key=f"confirmation:{asked.pk}:request:1")
    shown = signed_in(practitioner).get(reverse("admin:treatments_followup_changelist")).content.decode()
    assert f"Session {session.number} is booked for" in shown
