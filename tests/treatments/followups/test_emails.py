import re
from datetime import date, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from clients.links.models import ClientLink
from clients.messages.kinds import gather, kind_of, words_for
from clients.messages.mime import finished
from clients.models import Message
from tests.factories import (
    NOON,
    AlertFactory,
    ClientFactory,
    DeviceFactory,
    FollowupFactory,
    MessageFactory,
    PlanFactory,
    ReplyFactory,
    ScreeningFactory,
    SessionFactory,
    UserFactory,
)
from treatments.followups.terms import Step

DAY = timedelta(days=1)
STEPS = list(Step)
ASKING = [step for step in Step if step != "aftercare"]
CLINICAL = r"skin|needl|treat|session|face|scar|collagen|blood|result|clinic"


@pytest.fixture
def client(clinic):
    return ClientFactory(clinic=clinic, first_name="Canary", last_name="Finch", skin_type="IV")


def followup_of(client, step, **facts):
    session = SessionFactory(plan=PlanFactory(client=client), ended_at=NOON, **facts)
    return FollowupFactory(session=session, step=step, message__key=f"session:{session.pk}:{step}")


def gathered(followup, at):
    """The message as the post office has it when it asks: with what its kind has read."""
    message = Message.objects.get(pk=followup.message_id)
    gather([message], at)
    return message


def rendered(followup, at=NOON):
    with timezone.override(ZoneInfo(followup.clinic.time_zone)):
        return kind_of(followup.message).render(gathered(followup, at), at)


def reason(followup, at=NOON):
    return kind_of(followup.message).reason_to_skip(gathered(followup, at), at)


def words_of_html(html):
    """The visible words of an HTML email: what is in its body, without the preheader and the styles."""
    body = re.sub(r'(?s)^.*<body[^>]*>|<div class="preheader".*?</div>|<!--.*?-->', "", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def words_of_text(text):
    """The words of a plain-text email without its list marks, rules and bare addresses."""
    return " ".join(re.sub(r"(?m)^(- |--$)|:?\nhttps?://\S+", " ", text).split())


@pytest.mark.parametrize("step", STEPS)
def test_html_and_text_say_the_same(client, step):
    email = rendered(followup_of(client, step))
    assert re.sub(r" (?=[.,])", "", words_of_html(email.html)) == words_of_text(email.text)


@pytest.mark.parametrize("step", STEPS)
def test_no_subject_tells_what_it_is_about_or_to_whom(client, step):
    subject = rendered(followup_of(client, step)).subject
    assert subject
    assert re.findall(rf"(?i){CLINICAL}|canary|finch|\n", subject) == []


@pytest.mark.parametrize("step", STEPS)
def test_what_a_locked_telephone_shows_under_the_subject_tells_no_more(client, step):
    body = re.sub(r"(?s)^.*<body[^>]*>", "", rendered(followup_of(client, step)).html)
    shown = unescape(re.sub(r"<[^>]+>", "", body)).strip()[:180]
    assert shown.startswith(f"A short message from {client.clinic.name}.")
    assert re.findall(rf"(?i){CLINICAL}|canary|finch", shown.replace(client.clinic.name, "")) == []


@pytest.mark.parametrize("step", STEPS)
def test_every_email_says_whom_to_call(client, clinic, step):
    clinic.country = "US"
    clinic.save()
    email = rendered(followup_of(client, step))
    for part in (email.text, email.html):
        assert clinic.phone in part
        assert "In an emergency call 911." in unescape(re.sub(r"<[^>]+>", "", part))
    assert '<a href="tel:911"' in email.html


@pytest.mark.parametrize("step", STEPS)
def test_the_clinics_own_emergency_wording_goes_first(client, clinic, step):
    clinic.name, clinic.emergency_words = "Linden", "Ring the night desk & ask."
    clinic.save()
    email = rendered(followup_of(client, step))
    assert ("Ring the night desk & ask." in email.text, "999" in email.text) == (True, False)
    assert "Ring the night desk &amp; ask." in email.html


@pytest.mark.parametrize("step", ASKING)
def test_every_question_has_one_link_that_is_the_clients_own_and_is_kept_secret(client, step):
    followup = followup_of(client, step)
    email = rendered(followup)
    token, _off = email.secrets
    link = f"http://localhost:8000/follow-up/{token}/"
    assert (email.text.count(token), email.html.count(token), link in email.text, link in email.html) == (
        1,
        1,
        True,
        True,
    )
    kept = ClientLink.objects.get(purpose="follow_up")
    assert (kept.client, kept.purpose, kept.subject_id, kept.expires_at) == (
        client,
        "follow_up",
        followup.pk,
        NOON + 30 * DAY,
    )


def test_aftercare_asks_nothing(client):
    email = rendered(followup_of(client, "aftercare"))
    link = ClientLink.objects.get()
    assert (len(email.secrets), "/follow-up/" in email.text, link.purpose) == (1, False, "emails_off")


def test_a_ready_email_is_not_made_ready_again(client):
    email = rendered(followup_of(client, "day_1"))
    assert finished(email).html is email.html


def test_names_are_inert_in_html(clinic):
    client = ClientFactory(clinic=clinic, preferred_name="<img src=x onerror=alert(1)>")
    email = rendered(followup_of(client, "day_1"))
    assert ("<img" in email.html, "<img" in email.text) == (False, True)


def test_week_4_names_the_next_session_when_it_is_booked(client):
    followup = followup_of(client, "week_4", number=1)
    SessionFactory(plan=followup.session.plan, number=2, scheduled_for=NOON + 30 * DAY)
    assert "Your next session is booked for 1 Jul 2026 at 13:00." in rendered(followup, NOON + 28 * DAY).text


@pytest.mark.parametrize(("interval", "day"), [(28, "29 Jun"), (42, "13 Jul"), (14, "29 Jun")])
def test_week_4_says_from_when_the_next_session_is_due_and_never_a_day_gone_by(client, interval, day):
    plan = PlanFactory(client=client, interval_days=interval)
    followup = FollowupFactory(session=SessionFactory(plan=plan, ended_at=NOON, number=1), step="week_4")
    text = rendered(followup, NOON + 28 * DAY).text
    assert f"Your plan has another session, from {day} 2026 on." in text


@pytest.mark.parametrize(("number", "state"), [(4, "active"), (1, "stopped"), (1, "completed")])
def test_week_4_names_no_session_when_the_plan_has_none_left(client, number, state):
    session = SessionFactory(plan=PlanFactory(client=client, state=state), ended_at=NOON, number=number)
    email = rendered(FollowupFactory(session=session, step="week_4"), NOON + 28 * DAY)
    assert [words for words in ("another session", "next session is booked") if words in email.text + email.html] == []


@pytest.mark.parametrize("step", STEPS)
def test_a_message_that_is_still_right_is_sent(client, step):
    assert reason(followup_of(client, step)) == ""


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"archived_at": NOON}, "The client is archived."),
        ({"gets_follow_ups": False}, "The client does not want follow-up emails."),
        ({"email": ""}, "The client has no email address."),
    ],
)
def test_who_cannot_or_does_not_want_to_be_written_to_is_not(clinic, facts, why):
    assert reason(followup_of(ClientFactory(clinic=clinic, **facts), "day_1")) == why


def test_who_has_answered_is_not_asked_again(client):
    followup = followup_of(client, "day_1")
    ReplyFactory(followup=followup)
    assert reason(followup) == "The client has already answered."


@pytest.mark.parametrize("step", STEPS)
def test_a_newer_session_replaces_only_what_is_about_results(client, step, practitioner):
    followup = followup_of(client, step)
    done = {"state": "completed", "completed_by": practitioner.user, "started_by": practitioner.user}
    SessionFactory(
        plan=followup.session.plan,
        started_at=NOON + DAY,
        ended_at=NOON + DAY,
        device_id=device(client).pk,
        cartridge_lot="L1",
        **done,
    )
    replaced = step in ("week_4", "week_6", "month_3", "month_6")
    assert reason(followup) == ("A newer session replaces it." if replaced else "")


def device(client):
    return DeviceFactory(clinic=client.clinic)


@pytest.mark.parametrize("step", STEPS)
def test_a_cheerful_email_waits_while_a_red_flag_is_open_and_care_does_not(client, step):
    followup = followup_of(client, step)
    AlertFactory(reply__followup=followup_of(client, "day_3"))
    held = step in ("week_4", "week_6", "month_3", "month_6")
    message = gathered(followup, NOON)
    assert (reason(followup), kind_of(message).reason_to_wait(message, NOON) != "") == ("", held)


def test_a_red_flag_that_was_acted_on_or_is_anothers_holds_nothing(client, clinic):
    followup = followup_of(client, "week_4")
    AlertFactory(reply__followup=followup_of(ClientFactory(clinic=clinic), "day_3"))
    AlertFactory(
        reply__followup=followup_of(client, "day_3"),
        acknowledged_at=NOON,
        acknowledged_by=UserFactory(),
        note="Called.",
    )
    assert reason(followup) == ""


@pytest.mark.parametrize("skin_type", ["", "I", "II", "III"])
def test_the_two_week_check_is_left_out_where_nothing_speaks_for_it(clinic, skin_type):
    followup = followup_of(ClientFactory(clinic=clinic, skin_type=skin_type), "day_14")
    assert reason(followup).startswith("The care schedule sends this step to other clients")


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({"pih_history": "yes"}, True),
        ({"pih_history": "no"}, False),
        ({"psoriasis": "elsewhere_or_past"}, True),
        ({"vitiligo": "stable"}, True),
        ({"lichen_planus": "unsure"}, True),
        ({"psoriasis": "none", "vitiligo": None}, False),
    ],
)
def test_the_two_week_check_follows_the_newest_screening(clinic, answers, asked):
    client = ClientFactory(clinic=clinic, skin_type="II")
    answered = {"client": client, "outcome": "review", "valid_until": date(2027, 1, 1)}
    ScreeningFactory(state="submitted", submitted_at=NOON - 9 * DAY, answers={"pih_history": "no"}, **answered)
    ScreeningFactory(state="submitted", submitted_at=NOON - 2 * DAY, answers=answers, **answered)
    assert (reason(followup_of(client, "day_14")) == "") == asked


@pytest.mark.parametrize(("urgency", "asked"), [("none", False), ("review", True)])
def test_the_two_week_check_follows_an_unclear_first_week(clinic, urgency, asked):
    followup = followup_of(ClientFactory(clinic=clinic, skin_type="II"), "day_14")
    ReplyFactory(followup=FollowupFactory(session=followup.session, step="day_7"), urgency=urgency)
    assert (reason(followup) == "") == asked


def test_a_list_can_say_which_step_a_message_is_without_asking_the_database(client, django_assert_num_queries):
    message = followup_of(client, "week_4").message
    with django_assert_num_queries(0):
        assert words_for(message) == "Follow-up: Week 4"


def alert_with_message(client):
    alert = AlertFactory(reply__followup=followup_of(client, "day_3"))
    alert.message = MessageFactory(client=client, kind="red_flag", recipient="clinic")
    alert.save()
    return alert


def test_the_call_to_the_clinic_gives_a_link_and_no_name_and_no_finding(client):
    alert = alert_with_message(client)
    email = kind_of(alert.message).render(alert.message, NOON)
    assert (email.subject, email.secrets) == ("A client’s answers need you", ())
    for part in (email.text, email.html):
        assert f"http://localhost:8000/admin/treatments/alert/{alert.pk}/change/" in part
        assert "C. F." in part
        assert re.findall(r"(?i)canary|finch|urgent|skin|pus|fever", part.replace("redflag", "")) == []


def test_the_call_is_not_sent_once_somebody_has_acted(client, practitioner):
    alert = alert_with_message(client)
    assert kind_of(alert.message).reason_to_skip(alert.message, NOON) == ""
    type(alert).objects.update(acknowledged_at=NOON, acknowledged_by=practitioner.user, note="Called.")
    assert kind_of(alert.message).reason_to_skip(alert.message, NOON) == "Somebody has already acted on it."
