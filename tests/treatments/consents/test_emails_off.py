"""The page behind the link that turns emails off."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.links.services import issue_link
from clients.models import Client, ClientLink, Message
from portal.audit.models import AuditEvent
from tests.factories import ClientFactory, MessageFactory
from tests.treatments.consents.rows import signed
from tests.treatments.followups.courses import enrolled
from treatments.consents.terms import TURNED_OFF
from treatments.followups.tasks import lay_out_anew

DAY = timedelta(days=1)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def now():
    return timezone.now()


@pytest.fixture
def anybody():
    """A browser or mail program without any cookie."""
    return Browser(enforce_csrf_checks=True)


@pytest.fixture
def person(clinic):
    return ClientFactory(clinic=clinic, first_name="Quokkaful", language="de")


def door(client, purpose="follow_up_emails", lasts=DAY):
    token = issue_link(client=client, purpose="emails_off", subject_id=client.pk, at=now(), lasts=lasts)
    return f"/emails/{token}/{purpose}/"


def due(client, **facts):
    at = now() + DAY
    return MessageFactory(client=client, **{"due_at": at, "send_by": at + DAY} | facts)


def wants(client):
    return Client.objects.get(pk=client.pk).gets_follow_ups


def fate(message):
    message.refresh_from_db()
    return (message.state, message.why)


def test_opening_it_changes_nothing_and_shows_nobody_by_name(anybody, person):
    page = anybody.get(door(person), {"language": "en"})
    assert (page.status_code, wants(person), AuditEvent.objects.count()) == (200, True, 0)
    assert ("Turn follow-up emails off" in page.content.decode(), "Quokkaful" in page.content.decode()) == (True, False)


@pytest.mark.parametrize("posted", [ONE_CLICK, {"emails": "off"}])
def test_one_click_without_cookies_turns_them_off_and_answers_with_no_redirect(anybody, person, posted):
    message, form = due(person), due(person, kind="screening")
    page = anybody.post(door(person), posted)
    assert (page.status_code, page.cookies) == (200, {})
    assert "Turn" not in page.content.decode()  # in the client's language
    assert (wants(person), fate(message), fate(form)) == (False, ("cancelled", TURNED_OFF), ("scheduled", ""))
    event = AuditEvent.objects.get(action="client.emails_off")
    assert (event.actor_kind, event.subject_id, event.facts) == (
        "client",
        person.pk,
        {"purpose": "follow_up_emails"},
    )


def test_twice_is_once(anybody, person):
    address = door(person)
    assert [anybody.post(address, ONE_CLICK).status_code for _each in range(2)] == [200, 200]
    assert AuditEvent.objects.filter(action="client.emails_off").count() == 1


def test_a_mail_program_may_post_it_in_parts(anybody, person):
    body = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
    page = anybody.post(door(person), body, content_type="multipart/form-data; boundary=b")
    assert (page.status_code, wants(person)) == (200, False)


def test_on_again_brings_back_what_it_took(anybody, person):
    enrolled(person, now() - 10 * DAY)
    states = dict(Message.objects.values_list("pk", "state"))
    address = door(person)
    anybody.post(address, ONE_CLICK)
    assert set(Message.objects.values_list("state", flat=True)) == {"cancelled"}
    page = anybody.post(f"{address}?language=en", {"emails": "on"})
    assert ("on again" in page.content.decode(), wants(person)) == (True, True)
    lay_out_anew()
    back = Message.objects.filter(state="scheduled").values_list("key", flat=True)
    assert {key.split(":")[-1] for key in back} == {"day_14", "week_4", "week_6", "month_3", "month_6"}
    assert set(states) == set(Message.objects.values_list("pk", flat=True))


def test_a_signed_consent_is_withdrawn_and_only_a_signature_brings_it_back(anybody, practitioner):
    rows = signed(practitioner, "follow_up_emails", at=now())
    message, address = due(rows.client), door(rows.client)
    anybody.post(address, ONE_CLICK)
    page = anybody.post(f"{address}?language=en", {"emails": "on"}).content.decode()
    rows.consent.refresh_from_db()
    assert (rows.consent.state, rows.consent.withdrawn_by, fate(message)[0]) == ("withdrawn", None, "cancelled")
    assert (wants(rows.client), "it will ask for your signature" in page) == (True, True)
    assert AuditEvent.objects.filter(action="client.emails_on").count() == 0


def test_marketing_is_a_door_of_its_own(anybody, practitioner):
    rows = signed(practitioner, "follow_up_emails", "marketing_emails", at=now())
    page = anybody.post(f"{door(rows.client, 'marketing_emails')}?language=en", ONE_CLICK).content.decode()
    states = {purpose: type(one).objects.get(pk=one.pk).state for purpose, one in rows.consents.items()}
    assert states == {"follow_up_emails": "signed", "marketing_emails": "withdrawn"}
    assert "You are unsubscribed" in page


@pytest.mark.parametrize("purpose", ["treatment", "photo_record", "anything"])
def test_no_other_purpose_has_a_door(anybody, person, purpose):
    assert anybody.post(door(person, purpose), ONE_CLICK).status_code == 404


def test_a_link_that_is_over_or_for_something_else_turns_nothing_off(anybody, person):
    over = door(person)
    ClientLink.objects.update(revoked_at=now())
    token = issue_link(client=person, purpose="follow_up", subject_id=1, at=now(), lasts=DAY)
    codes = [anybody.post(where, ONE_CLICK).status_code for where in (over, f"/emails/{token}/follow_up_emails/")]
    assert (codes, wants(person)) == ([404, 404], True)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "sends you no more follow-up emails"),
        ("de", "schickt Ihnen keine E-Mails mehr nach einer Behandlung"),
        ("fr", "ne vous envoie plus d’e-mails de suivi"),
        ("es", "ya no le envía correos de seguimiento"),
    ],
)
def test_it_speaks_the_clients_language(anybody, clinic, language, words):
    page = anybody.post(door(ClientFactory(clinic=clinic, language=language)), ONE_CLICK)
    assert words in page.content.decode()
