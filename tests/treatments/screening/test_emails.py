import re
from datetime import timedelta

from django.test import Client as Browser
from django.utils import timezone

from clients.links.services import open_link
from clients.messages.kinds import kind_of
from clients.models import Message
from tests.factories import NOON, ClientFactory
from tests.treatments.screening.rows import sent, submitted
from treatments.screening import services
from treatments.screening.services.submitting import answer_query

CLINICAL = ("screening", "health", "skin", "needl", "treatment", "medical")


def message_for(clinic, practitioner, **client):
    return Message.objects.get(client=sent(clinic, practitioner, client=ClientFactory(clinic=clinic, **client)).client)


def test_the_link_in_the_email_opens_this_form_for_thirty_days(clinic, practitioner):
    message = message_for(clinic, practitioner)
    rendered = kind_of(message).render(message, NOON)
    token = re.search(r"http://localhost:8000/screening/([^/]+)/", rendered.text)[1]
    link = open_link(token=token, purpose="screening", at=NOON + timedelta(days=29))
    assert (rendered.secrets, link.client, f"/screening/{token}/" in rendered.html, link.expires_at) == (
        (token,),
        message.client,
        True,
        NOON + timedelta(days=30),
    )


def test_the_subject_says_nothing_clinical_and_no_name(clinic, practitioner):
    message = message_for(clinic, practitioner, first_name="Canary")
    subject = kind_of(message).render(message, NOON).subject
    assert subject == "A form to fill in before your visit"
    assert [word for word in (*CLINICAL, "canary") if word in subject.lower()] == []


def test_names_are_escaped_in_html_and_plain_in_text(clinic, practitioner):
    message = message_for(clinic, practitioner, preferred_name="<img src=x> O'Neil")
    rendered = kind_of(message).render(message, NOON)
    assert ("Dear <img src=x> O'Neil," in rendered.text, "<img" in rendered.html) == (True, False)


def test_a_form_that_is_no_longer_wanted_is_not_sent(clinic, practitioner):
    waiting = message_for(clinic, practitioner)
    withdrawn = sent(clinic, practitioner)
    services.withdraw_screening(screening=withdrawn, by=practitioner.user, at=NOON)
    filled_in = submitted(clinic, practitioner)
    archived = message_for(clinic, practitioner, email="gone@example.org")
    archived.client.archived_at = NOON
    archived.client.save()
    messages = [waiting, withdrawn.client.messages.get(), filled_in.client.messages.get(), archived]
    assert [kind_of(message).reason_to_skip(message, NOON) for message in messages] == [
        "",
        "The form was withdrawn.",
        "The client had already filled in the form.",
        "The client is archived.",
    ]


def question_for(clinic, practitioner, **facts):
    """A question about a form that was filled in, and its email."""
    client = ClientFactory(clinic=clinic, first_name="Canary", **facts)
    form = submitted(clinic, practitioner, client=client, at=timezone.now())
    services.ask_client(screening=form, words="Which tablets for epilepsy?", by=practitioner.user, at=timezone.now())
    return form, Message.objects.get(kind="screening_question", client=client)


def test_the_email_about_a_question_never_holds_the_question(clinic, practitioner):
    _form, message = question_for(clinic, practitioner)
    rendered = kind_of(message).render(message, timezone.now())
    said = (rendered.subject + rendered.text + rendered.html).lower()
    assert [word for word in ("tablets", "epilepsy") if word in said] == []
    assert [word for word in (*CLINICAL, "canary") if word in rendered.subject.lower()] == []


def test_its_link_opens_the_question_after_the_date_of_birth(clinic, practitioner):
    _form, message = question_for(clinic, practitioner)
    rendered = kind_of(message).render(message, timezone.now())
    (token,) = rendered.secrets
    address, browser = f"/screening/{token}/", Browser()
    stranger = browser.get(address).content.decode()
    wrong = browser.post(address, {"birth": "1985-05-18"}, follow=True).content.decode()
    shown = browser.post(address, {"birth": "1985-05-17"}, follow=True).content.decode()
    assert f"http://localhost:8000{address}" in rendered.text
    assert ["epilepsy" in page for page in (stranger, wrong, shown)] == [False, False, True]


def test_a_question_that_was_answered_or_decided_is_not_sent(clinic, practitioner):
    waiting, answered, decided = (question_for(clinic, practitioner) for _each in range(3))
    query = services.open_query(screening=answered[0])
    answer_query(query=query, answer="None", channel="email", at=timezone.now())
    services.refuse_screening(screening=decided[0], reason="Not now", by=practitioner.user, at=timezone.now())
    assert [kind_of(message).reason_to_skip(message, NOON) for _form, message in (waiting, answered, decided)] == [
        "",
        "The client had already answered.",
        "The screening was decided meanwhile.",
    ]
