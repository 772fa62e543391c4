"""After the form: what is said, to whom, and the one more thing that the practitioner wants to know."""

import re
import time

import pytest
from django.test import Client as Browser
from django.utils import timezone

from portal.models import AuditEvent
from tests.treatments.screening.filling import SIGNED, fill_in, fill_in_and_send, link_to
from tests.treatments.screening.rows import TYPED, sent, submitted
from treatments.models import Query
from treatments.screening.questionnaire import default

LOOK = next(o.see_doctor for q in default().questions if q.key == "lesion_in_area" for o in q.options if o.see_doctor)
MOLE = TYPED | {"lesion_in_area": "new_or_changing", "lesion_in_area_text": "Left cheek"}


@pytest.fixture
def screening(clinic, practitioner):
    return sent(clinic, practitioner, at=timezone.now())


def text(response):
    return response.content.decode().replace("&#x27;", "'")


def test_what_a_doctor_should_see_is_said_to_who_has_just_sent_it(screening):
    address, browser = link_to(screening), Browser()
    first = text(fill_in_and_send(address, MOLE, browser))
    later = [text(browser.get(address)), text(Browser().get(address))]
    assert (LOOK in first, screening.clinic.phone in first, [LOOK in page for page in later]) == (
        True,
        True,
        [True, False],
    )


def test_after_ten_minutes_a_phone_shows_it_no_more(screening, monkeypatch):
    address, browser = link_to(screening), Browser()
    fill_in_and_send(address, MOLE, browser)
    later = time.time() + 11 * 60
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    page = text(browser.get(address))
    assert ("We received your form" in page, LOOK in page, "<dt>" in page) == (True, False, False)


def test_on_the_tablet_it_is_said_once(screening):
    address, browser = link_to(screening, channel="tablet"), Browser()
    first, again = text(fill_in_and_send(address, MOLE, browser)), text(browser.get(address))
    assert ([LOOK in page for page in (first, again)], ["Left cheek" in page for page in (first, again)]) == (
        [True, False],
        [False, False],
    )


def test_a_second_submit_shows_what_was_received(screening):
    address, browser = link_to(screening), Browser()
    fill_in_and_send(address, MOLE, browser)
    again = text(browser.post(f"{address}check/", SIGNED, follow=True))
    assert ("We received your form" in again, "Left cheek" in again, again.count("<dt>") > 50) == (True, True, True)
    elsewhere = text(Browser().post(f"{address}check/", SIGNED, follow=True))
    assert ("We received your form" in elsewhere, "<dt>" in elsewhere) == (True, False)


def test_what_was_received_is_read_in_the_language_of_the_page(screening):
    address, browser = link_to(screening), Browser()
    fill_in_and_send(address, MOLE, browser)
    german = text(browser.get(f"{address}?language=de"))
    assert ("17. Mai 1985" in german, "Left cheek" in german) == (True, True)


def test_nothing_alarms_who_has_nothing_to_show(screening):
    page = text(fill_in_and_send(link_to(screening), TYPED | {"pregnant": "yes"}))
    page = re.sub(r"<details>.*</details>", "", page, flags=re.DOTALL)  # their own answers, to the form's questions
    words = ("doctor", "not suitable", "contraindicated", "refus", "cannot be treated")
    assert [word for word in words if word in page.lower()] == []


def test_the_tablet_is_handed_back(screening):
    address = link_to(screening, channel="tablet")
    page = fill_in(address).post(f"{address}check/", SIGNED, follow=True)
    assert page.context["hand_back_url"] == f"/admin/treatments/screening/{screening.pk}/review/"


@pytest.fixture
def query(clinic, practitioner):
    screening = submitted(clinic, practitioner, at=timezone.now())
    return Query.objects.create(
        clinic=clinic,
        screening=screening,
        words="Which cream do you use?",
        asked_at=timezone.now(),
        asked_by=practitioner.user,
    )


def test_the_practitioners_question_is_read_after_the_date_of_birth_and_answered_once(query):
    address, browser = link_to(query.screening), Browser()
    asked = text(browser.get(address))
    browser.post(address, {"birth": "1985-05-17"})
    shown = text(browser.get(address))
    empty = browser.post(address, {"answer": " "})
    thanks = text(browser.post(address, {"answer": "Retinol."}))
    query.refresh_from_db()
    assert [query.words in page for page in (asked, shown)] == [False, True]
    assert (empty.status_code, query.answer, "has your answer" in thanks) == (422, "Retinol.", True)
    browser.post(address, {"answer": "Another."})
    query.refresh_from_db()
    events = AuditEvent.objects.filter(action="query.answered").count()
    assert (query.answer, events, "We received your form" in text(browser.get(address))) == ("Retinol.", 1, True)


def test_a_lost_cookie_keeps_the_answer(query):
    address, browser = link_to(query.screening, channel="tablet"), Browser(enforce_csrf_checks=True)
    page = browser.post(address, {"answer": "Retinol."})
    assert (page.status_code, bool(re.search(r">\s*Retinol\.", text(page)))) == (422, True)
