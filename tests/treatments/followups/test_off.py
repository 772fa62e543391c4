"""The way out of follow-up emails stands in each of them."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client as Browser
from django.utils import timezone

from clients.messages.services import drain
from clients.messages.wordings import copy_of
from clients.models import Client, ClientLink
from tests.factories import ClientFactory, FollowupFactory, PlanFactory, SessionFactory
from treatments.care.terms import Asks

DAY = timedelta(days=1)
STEPS = ["aftercare", "day_1", "week_4"]


@pytest.fixture
def person(clinic):
    return ClientFactory(clinic=clinic)


def sent(person, step):
    """A follow-up whose email has left."""
    now = timezone.now()
    session = SessionFactory(plan=PlanFactory(client=person), ended_at=now - 30 * DAY)
    key = f"session:{session.pk}:{step}"
    asks = Asks.NOTHING if step == "aftercare" else Asks.DAY_1
    due = {"message__key": key, "message__due_at": now - DAY / 24, "message__send_by": now + DAY}
    followup = FollowupFactory(session=session, step=step, asks=asks, **due)
    drain(worker="test", at=timezone.now)
    followup.message.refresh_from_db()
    return followup


def way_out(email):
    return str(email.message()["List-Unsubscribe"]).strip("<>")


@pytest.mark.parametrize("step", STEPS)
def test_the_header_is_one_click_and_the_footer_has_the_same_link(person, step):
    followup = sent(person, step)
    email, url = mail.outbox[0], way_out(mail.outbox[0])
    assert email.message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (url in email.body, url in email.alternatives[0][0]) == (True, True)
    token = url.split("/")[-3]
    assert [token in part for part in copy_of(followup.message)] == [False, False, False]


def test_all_emails_of_a_client_have_one_link_until_its_second_year(person):
    now, other = timezone.now(), ClientFactory(clinic=person.clinic)
    for whose, step in ((person, "day_1"), (other, "day_1"), (person, "week_4"), (person, "aftercare")):
        sent(whose, step)
    urls = [way_out(email) for email in mail.outbox]
    assert (urls[0] == urls[2] == urls[3], urls[0] == urls[1]) == (True, False)
    links = ClientLink.objects.filter(purpose="emails_off", client=person)
    links.update(issued_at=now - 400 * DAY, expires_at=now + 364 * DAY)
    sent(person, "day_3")
    later = way_out(mail.outbox[-1])
    assert (later == urls[0], links.count()) == (False, 2)
    paths = [url.removeprefix("http://localhost:8000") for url in (urls[0], later)]
    assert [Browser().get(path).status_code for path in paths] == [200, 200]


def test_a_link_that_was_closed_is_in_no_later_email(person):
    sent(person, "day_1")
    ClientLink.objects.update(revoked_at=timezone.now())
    sent(person, "week_4")
    first, second = (way_out(email).removeprefix("http://localhost:8000") for email in mail.outbox)
    assert [Browser().get(path).status_code for path in (first, second)] == [404, 200]


def test_the_click_turns_them_off_and_the_way_to_say_how_one_is_stays_open(person):
    sent(person, "day_1")
    url = way_out(mail.outbox[0])
    page = Browser().post(re.sub(r"^https?://[^/]+", "", url), {"List-Unsubscribe": "One-Click"})
    assert (page.status_code, Client.objects.get(pk=person.pk).gets_follow_ups) == (200, False)
    reply = re.search(r"/follow-up/[^/]+/", mail.outbox[0].body)[0]
    assert Browser().get(reply).status_code == 200
    mail.outbox.clear()
    assert (sent(person, "week_4").message.why, mail.outbox) == ("The client does not want follow-up emails.", [])
