from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone
from django_scopes import scope

from clients.links.services import issue_link
from clients.models import Message
from portal.models import AuditEvent
from tests.factories import ClientFactory, ClinicFactory, MembershipFactory
from tests.treatments.screening.rows import PLANNED, TYPED, sent
from treatments.models import Screening
from treatments.screening.emails import LINK_LASTS
from treatments.screening.services import FormAlreadyOut, send_screening

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


def test_ten_posts_at_once_are_one_form():
    with scope(clinic=(clinic := ClinicFactory())):
        screening = sent(clinic, MembershipFactory(clinic=clinic), at=timezone.now())
        token = issue_link(
            client=screening.client,
            purpose="screening",
            subject_id=screening.pk,
            at=timezone.now(),
            lasts=LINK_LASTS,
        )

    def post(number):
        typed = TYPED | {"signed_name": f"Writer {number}"}
        return Browser().post(f"/screening/{token}/", typed, follow=True).content.decode()

    pages = all_at_once(post)
    with scope(clinic=clinic):
        events = AuditEvent.objects.filter(action="screening.submitted").count()
    assert (events, ["We received your form on" in page for page in pages]) == (1, [True] * AT_ONCE)


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
