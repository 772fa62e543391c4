"""After the form: what is said, to whom, and the one more thing that the practitioner wants to know."""

import re

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


def test_what_a_doctor_should_see_is_said_once_to_who_sent_it(screening):
    address, browser = link_to(screening), Browser()
    first = text(fill_in_and_send(address, MOLE, browser))
    later = [text(browser.get(address)), text(Browser().get(address))]
    assert (LOOK in first, screening.clinic.phone in first, [LOOK in page for page in later]) == (
        True,
        True,
        [False, False],
    )


def test_nothing_alarms_who_has_nothing_to_show(screening):
    page = text(fill_in_and_send(link_to(screening), TYPED | {"pregnant": "yes"}))
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
