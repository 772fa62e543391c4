from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone
from django_scopes import scope

from clients.models import Message
from portal.models import AuditEvent
from tests.factories import ClientFactory, ClinicFactory, MembershipFactory
from tests.treatments.screening.filling import AT_ONCE as SCRIPT
from tests.treatments.screening.filling import fill_in, link_to
from tests.treatments.screening.rows import PLANNED, SAID, sent
from treatments.models import Draft, Screening
from treatments.screening.services import (
    FormAlreadyOut,
    NotWaiting,
    send_screening,
    submit_screening,
    withdraw_screening,
)
from treatments.screening.services.submitting import keep_draft

AT_ONCE = 10
# SQLite's test database lives in memory, where writers do not wait for each other.
pytestmark = [pytest.mark.django_db(transaction=True)]


def all_at_once(act):
    def run(number):
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(run, range(AT_ONCE)))


def form_out():
    """A form that is out, and its practitioner."""
    with scope(clinic=(clinic := ClinicFactory())):
        by = MembershipFactory(clinic=clinic)
        return sent(clinic, by, at=timezone.now()), by


def test_ten_posts_at_once_are_one_form():
    screening, _by = form_out()
    with scope(clinic=screening.clinic):
        address = link_to(screening)
    cookies = fill_in(address).cookies

    def post(number):
        browser = Browser()
        browser.cookies = cookies.copy()
        signed = {"statement": "on"} | dict.fromkeys(["signed_name", "checked_name"], f"Writer {number}")
        return browser.post(f"{address}check/", signed, follow=True).content.decode()

    pages = all_at_once(post)
    with scope(clinic=screening.clinic):
        events = AuditEvent.objects.filter(action="screening.submitted").count()
        left = Draft.objects.count()
    assert (events, left, ["We received your form on" in page for page in pages]) == (1, 0, [True] * AT_ONCE)


def test_a_form_sent_while_it_is_withdrawn_is_one_or_the_other():
    screening, by = form_out()
    answers = SAID | {"date_of_birth": "1985-05-17"}

    def act(number):
        with scope(clinic=screening.clinic):
            try:
                if number % 2:
                    withdraw_screening(screening=screening, by=by.user, at=timezone.now())
                else:
                    submit_screening(screening=screening, answers=answers, at=timezone.now())
            except NotWaiting:
                return 0
            return 1

    done = all_at_once(act)
    with scope(clinic=screening.clinic):
        screening.refresh_from_db()
        ended = AuditEvent.objects.filter(action__in=["screening.submitted", "screening.withdrawn"])
        assert (sum(done), [event.action for event in ended]) == (1, [f"screening.{screening.state}"])
        assert (screening.answers is None) == (screening.state == "withdrawn")


def test_what_is_saved_while_the_form_is_sent_leaves_no_draft_behind():
    screening, _by = form_out()
    answers = SAID | {"date_of_birth": "1985-05-17"}

    def act(number):
        with scope(clinic=screening.clinic):
            try:
                if number == AT_ONCE // 2:
                    submit_screening(screening=screening, answers=answers, at=timezone.now())
                else:
                    keep_draft(screening=screening, typed={f"field_{number}": "on"}, at=timezone.now())
            except NotWaiting:
                return 0
            return 1

    all_at_once(act)
    with scope(clinic=screening.clinic):
        screening.refresh_from_db()
        assert (screening.state, Draft.objects.count()) == ("submitted", 0)


def test_ten_saves_at_once_lose_nothing():
    screening, _by = form_out()
    with scope(clinic=screening.clinic):
        address = link_to(screening)
    browser = Browser()
    browser.post(f"{address}part/about_you/", {"date_of_birth": "1985-05-17"} | SCRIPT)
    questions = list(SAID)[:AT_ONCE]

    def save(number):
        other = Browser()
        other.cookies = browser.cookies.copy()
        return other.post(f"{address}draft/", {questions[number]: SAID[questions[number]]}).status_code

    statuses = all_at_once(save)
    with scope(clinic=screening.clinic):
        kept = Draft.objects.get().answers
    expected = {"date_of_birth": "1985-05-17"} | {key: SAID[key] for key in questions}
    assert (set(statuses), kept) == ({204}, expected)


def test_ten_presses_at_once_send_one_form():
    with scope(clinic=(clinic := ClinicFactory())):
        client, by = ClientFactory(clinic=clinic), MembershipFactory(clinic=clinic)

    def press(number):
        with scope(clinic=clinic):
            try:
                send_screening(client=client, **PLANNED, by=by.user, at=timezone.now())
            except FormAlreadyOut:
                return 0
            return 1

    sent_by = all_at_once(press)
    with scope(clinic=clinic):
        assert (sum(sent_by), Screening.objects.count(), Message.objects.count()) == (1, 1, 1)
