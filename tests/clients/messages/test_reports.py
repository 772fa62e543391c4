"""What a mail provider reports: Mailgun's payloads, signed as Mailgun signs them; and Postmark's, with a password."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client as Browser
from django.urls import reverse

from clients.messages.stops import lift_stop
from clients.models import Message, ProviderEvent, Suppression
from portal.audit.models import AuditEvent
from tests.factories import ClientFactory, MessageFactory

DOOR, SECRET = "/hooks/mail/", "0123456789abcdef0123456789abcdef"
HAPPENED = datetime(2026, 6, 1, 12, 5, tzinfo=UTC)
PROVIDER = Browser(enforce_csrf_checks=True)


@pytest.fixture(autouse=True)
def mailgun(settings):
    settings.MAIL_REPORTS, settings.MAIL_REPORTS_SECRET = "mailgun", SECRET
    cache.clear()


@pytest.fixture
def message(clinic):
    return sent(ClientFactory(clinic=clinic, email="alice@example.com"))


def sent(client, **facts):
    known = {"state": "sent", "sent_at": HAPPENED - timedelta(minutes=1), "address": client.email}
    row = MessageFactory(client=client, **known | facts)
    Message.objects.filter(pk=row.pk).update(provider_id=row.message_id)
    return row


def mailgun_says(message, event, *, token="a" * 50, key=SECRET, at=HAPPENED, **facts):
    """A call of Mailgun's, from its documentation."""
    stamp = str(int(at.timestamp()))
    body = {
        "signature": {
            "timestamp": stamp,
            "token": token,
            "signature": hmac.new(key.encode(), (stamp + token).encode(), hashlib.sha256).hexdigest(),
        },
        "event-data": {
            "event": event,
            "timestamp": at.timestamp(),
            "id": "G9Bn5sl1TC6nu79C8C0bwg",
            "recipient": "alice@example.com",
            "recipient-domain": "example.com",
            "message": {"headers": {"message-id": message.message_id.strip("<>"), "to": "Alice <alice@example.com>"}},
            "delivery-status": {"code": 550, "message": "5.1.1 No such user", "description": ""},
            "tags": [],
            "user-variables": {},
            **facts,
        },
    }
    return PROVIDER.post(DOOR, json.dumps(body), content_type="application/json").status_code


BOUNCE = {"event": "failed", "severity": "permanent", "reason": "bounce"}


def outcome(message):
    message.refresh_from_db()
    return (message.outcome, message.outcome_at)


def stopped():
    return list(Suppression.objects.in_force().values_list("address", "because"))


@pytest.mark.parametrize(
    ("said", "report", "became", "stops"),
    [
        ({"event": "delivered"}, "delivered", "delivered", []),
        ({"event": "failed", "severity": "temporary", "reason": "generic"}, "deferred", "", []),
        ({"event": "failed", "severity": "permanent", "reason": "generic"}, "soft_bounce", "", []),
        (BOUNCE, "hard_bounce", "bounced", ["bounced"]),
        (
            {"event": "failed", "severity": "permanent", "reason": "suppress-bounce"},
            "hard_bounce",
            "bounced",
            ["bounced"],
        ),
        ({"event": "complained"}, "complaint", "complained", ["complained"]),
        ({"event": "unsubscribed"}, "unsubscribed", "", ["asked"]),
    ],
)
def test_each_report_is_kept_and_does_what_it_means(message, said, report, became, stops):
    assert mailgun_says(message, **said) == 200
    event = ProviderEvent.objects.get()
    assert (event.message, event.report, event.happened_at) == (message, report, HAPPENED)
    assert outcome(message) == (became, HAPPENED if became else None)
    assert stopped() == [("alice@example.com", because) for because in stops]


def test_what_leaves_over_smtp_is_known_by_its_message_id(clinic, sink, run_drain):
    message = MessageFactory(client=ClientFactory(clinic=clinic, email="alice@example.com"))
    run_drain()
    assert (mailgun_says(message, "delivered"), outcome(message)[0], sink.ids) == (
        200,
        "delivered",
        [message.message_id],
    )


@pytest.mark.parametrize("event", ["opened", "clicked", "accepted", "a_new_one"])
def test_what_tells_nothing_of_the_delivery_is_not_kept(message, event):
    assert (mailgun_says(message, event), ProviderEvent.objects.count()) == (200, 0)


def test_the_same_report_twice_is_one(message, owner):
    assert [mailgun_says(message, **BOUNCE) for _each in range(2)] == [200, 200]
    counts = (ProviderEvent.objects.count(), AuditEvent.objects.filter(action="message.reported").count())
    lift_stop(stop=Suppression.objects.get(), why="A typing error.", by=owner.user, at=HAPPENED)
    mailgun_says(message, **BOUNCE)
    assert (counts, stopped()) == ((1, 1), [])


def test_the_heavier_word_stays_whatever_comes_last(message):
    for number, event in enumerate(({"event": "complained"}, BOUNCE, {"event": "delivered"})):
        mailgun_says(message, token=str(number) * 50, **event)
    assert (outcome(message)[0], stopped()) == ("complained", [("alice@example.com", "complained")])
    assert ProviderEvent.objects.count() == 3


def test_an_old_bounce_that_comes_late_does_not_undo_a_lifted_stop(message, owner):
    mailgun_says(message, **BOUNCE)
    lift_stop(stop=Suppression.objects.get(), why="A typing error.", by=owner.user, at=HAPPENED + timedelta(hours=1))
    mailgun_says(message, token="b" * 50, **BOUNCE)
    assert stopped() == []


def test_a_report_about_an_address_that_was_corrected_since_does_not_blame_the_new_one(message):
    Message.objects.filter(pk=message.pk).update(address="new@example.com")
    mailgun_says(message, **BOUNCE)
    assert (outcome(message)[0], stopped()) == ("", [("alice@example.com", "bounced")])


def test_a_bounce_of_the_clinics_own_address_stops_nothing(clinic):
    message = sent(ClientFactory(clinic=clinic, email="alice@example.com"), recipient="clinic")
    mailgun_says(message, **BOUNCE)
    assert (outcome(message)[0], stopped()) == ("bounced", [])


def test_an_unknown_message_is_taken_and_nothing_happens(message):
    message.message_id = "<somebody-elses@example.net>"
    assert (mailgun_says(message, **BOUNCE), ProviderEvent.objects.count(), stopped()) == (200, 0, [])


def test_a_forged_report_is_refused(message):
    assert mailgun_says(message, key="another-key-of-the-same-length!!", **BOUNCE) == 403
    bodies = ("", "{}", "[]", '{"signature": 1}', '{"signature": {"token": "é", "timestamp": "1", "signature": "x"}}')
    codes = {PROVIDER.post(DOOR, body, content_type="application/json").status_code for body in bodies}
    assert (codes, PROVIDER.post(DOOR, {"token": "x"}).status_code) == ({403}, 403)
    assert (ProviderEvent.objects.count(), stopped()) == (0, [])


def test_a_signed_report_that_says_nothing_is_refused_in_peace(message):
    assert mailgun_says(message, "failed", timestamp="not a time") == 400


def test_only_so_large_and_only_so_often(message, monkeypatch):
    assert mailgun_says(message, "delivered", tags=["x" * 100_000]) == 413
    monkeypatch.setattr("clients.messages.views.MOST_PER_MINUTE", 2)
    assert [mailgun_says(message, "delivered") for _each in range(3)][-1] == 429


def test_without_a_provider_there_is_no_such_page(settings, message):
    assert PROVIDER.get(DOOR).status_code == 405
    settings.MAIL_REPORTS = "none"
    assert (PROVIDER.get(DOOR).status_code, mailgun_says(message, **BOUNCE)) == (404, 404)


def postmark_says(message, password=SECRET, **facts):
    body = {"ServerID": 23, "MessageStream": "outbound", "MessageID": message.message_id, "Metadata": {}} | facts
    basic = base64.b64encode(f"reports:{password}".encode()).decode()
    where = {"content_type": "application/json", "headers": {"authorization": f"Basic {basic}"}}
    return PROVIDER.post(DOOR, json.dumps(body), **where).status_code


def test_postmark_proves_itself_by_a_password(settings, message):
    settings.MAIL_REPORTS = "postmark"
    delivery = {"RecordType": "Delivery", "Recipient": "alice@example.com", "DeliveredAt": "2026-06-01T12:05:00.00Z"}
    full = {"RecordType": "Bounce", "ID": 1, "Type": "SoftBounce", "Email": "alice@example.com"}
    gone = {"RecordType": "Bounce", "ID": 2, "Type": "HardBounce", "Email": "alice@example.com"}
    assert postmark_says(message, "wrong", **gone) == 403
    assert [postmark_says(message, **said) for said in (delivery, delivery, full)] == [200] * 3
    assert (outcome(message), stopped(), ProviderEvent.objects.count()) == (("delivered", HAPPENED), [], 2)
    assert (postmark_says(message, **gone), stopped()) == (200, [("alice@example.com", "bounced")])


def test_the_messages_page_says_what_was_reported(message, practitioner, signed_in):
    mailgun_says(message, "failed", severity="permanent", reason="generic")
    page = signed_in(practitioner).get(reverse("admin:clients_message_change", args=[message.pk])).content.decode()
    assert [words in page for words in ("Bounced for now", "The mail provider")] == [True, True]
