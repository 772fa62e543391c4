from datetime import timedelta

import pytest
from django.utils import timezone

from clients.links.services import issue_link
from clients.links.terms import Purpose
from tests.treatments.screening.rows import SAID
from tests.treatments.sessions.conftest import ready_session
from treatments.confirmations.services import newest_of
from treatments.models import Confirmation, Screening
from treatments.screening.services import submit_screening
from treatments.sessions.services import book_session


@pytest.fixture
def page(practitioner):
    now = timezone.now()
    ready = ready_session(practitioner, now)
    session = book_session(plan=ready.plan, scheduled_for=now + timedelta(days=30), by=ready.by, at=now)
    asked = newest_of(session)
    token = issue_link(
        client=ready.client, purpose=Purpose.CONFIRMATION, subject_id=asked.pk, at=now, lasts=timedelta(days=1)
    )
    return f"/confirm/{token}/", asked


SIGNED = {"choice": "nothing", "statement": "on", "signed_name": "Ada Client", "checked_name": "Ada Client"}


def proven(client, url):
    assert client.post(url, {"birth": "1985-05-17"}).status_code == 302
    return client.get(url)


def test_the_answers_are_shown_only_after_the_date_of_birth(client, page):
    url, _ = page
    assert "Your last answers" not in client.get(url).content.decode()
    assert "Your last answers" in proven(client, url).content.decode()


def test_nothing_has_changed_is_signed_and_received_once(client, page):
    url, asked = page
    shown = proven(client, url).context["form"].initial["shown"]
    said = SIGNED | {"shown": shown}
    assert [client.post(url, said).status_code for _ in range(2)] == [302, 200]
    asked.refresh_from_db()
    assert asked.state == "confirmed"
    assert "We received your answer" in client.get(url).content.decode()


def test_an_early_answer_is_asked_again_behind_the_same_link_once_it_would_count(client, page):
    url, asked = page
    shown = proven(client, url).context["form"].initial["shown"]
    client.post(url, SIGNED | {"shown": shown})
    assert Confirmation.objects.filter(session=asked.session).asked().count() == 1
    assert "We received your answer" in client.get(url).content.decode()
    type(asked.session).objects.update(scheduled_for=timezone.now() + timedelta(days=2))
    assert "Your last answers" in client.get(url).content.decode()


def test_an_unsigned_form_says_what_is_missing(client, page):
    url, _ = page
    proven(client, url)
    assert client.post(url, {"choice": "nothing"}).status_code == 422


def test_something_has_changed_leads_to_the_form_with_the_last_answers(client, page):
    url, asked = page
    proven(client, url)
    answer = client.post(url, {"choice": "changed"})
    assert answer.url.startswith("/screening/")
    assert client.get(answer.url).status_code == 200
    assert Screening.objects.filter(state="sent", follows__isnull=False).count() == 1
    assert Confirmation.objects.get(pk=asked.pk).state == "changed"


def test_after_an_early_change_the_same_link_leads_to_the_form_until_it_was_sent(client, page):
    url, asked = page
    proven(client, url)
    client.post(url, {"choice": "changed"})
    assert Confirmation.objects.filter(session=asked.session).asked().count() == 1
    assert client.post(url).url.startswith("/screening/")
    given = SAID | {"date_of_birth": "1985-05-17", "signed_name": "Ada Client"}
    submit_screening(screening=Screening.objects.get(state="sent"), answers=given, at=timezone.now())
    assert "Your last answers" not in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("language", "asked", "answered"),
    [
        ("en", "Are you pregnant, or could you be?", "No"),
        ("de", "Sind Sie schwanger, oder könnten Sie es sein?", "Nein"),
    ],
)
def test_the_answers_are_read_in_the_pages_language_without_the_practitioners_question(
    client, page, language, asked, answered
):
    proven(client, page[0])
    lines = dict(client.get(f"{page[0]}?language={language}").context["lines"])
    assert lines[asked] == answered
    assert [words for words in lines if "expectations" in words.lower() or "Erwartungen" in words] == []
