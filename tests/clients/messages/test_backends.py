"""Sending through a provider's interface: what its answers mean for a message."""

import json
import smtplib
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

from clients.messages.mime import Email
from clients.messages.transport import Bounced, PutOff, ServerDown
from tests.clients.messages.conftest import free_port


class Provider(BaseHTTPRequestHandler):
    """Answers as it is told, and keeps what it got."""

    status, answer, calls = 200, {"id": "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"}, []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Provider.calls.append((dict(self.headers), json.loads(body)))
        self.send_response(Provider.status)
        self.end_headers()
        self.wfile.write(json.dumps(Provider.answer).encode())

    def log_message(self, *_words):
        """In silence."""


@pytest.fixture
def resend(settings, monkeypatch):
    server = HTTPServer(("127.0.0.1", 0), Provider)
    Thread(target=server.serve_forever, daemon=True).start()
    settings.EMAIL_BACKEND = "clients.messages.backends.ResendBackend"
    settings.ANYMAIL = {"RESEND_API_KEY": "key", "RESEND_API_URL": f"http://127.0.0.1:{server.server_port}/"}
    monkeypatch.setattr(Provider, "calls", [])
    yield monkeypatch
    server.shutdown()
    server.server_close()


def send(kind=Email, **more):
    email = kind("A note", "Hello", "c@example.org", ["a@example.org"], **{"headers": {"Message-ID": "<1@x>"}} | more)
    email.attach_alternative("<p>Hello</p>", "text/html")
    get_connection().send_messages([email])
    return email.anymail_status.message_id


def test_a_message_leaves_under_a_key_of_its_own_and_gets_the_providers_id(resend):
    assert send() == "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"
    headers, body = Provider.calls[0]
    assert (headers["Idempotency-Key"], body["to"], body["headers"]["Message-ID"]) == (
        "1@x",
        ["a@example.org"],
        "<1@x>",
    )


@pytest.mark.parametrize(
    ("status", "answer", "meaning"),
    [
        (401, {}, PutOff),
        (429, {}, PutOff),
        (503, {}, PutOff),
        (409, {"name": "concurrent_idempotent_requests"}, PutOff),
        (422, {"name": "validation_error"}, Bounced),
    ],
)
def test_each_refusal_means_the_same_as_a_mail_servers(resend, status, answer, meaning):
    resend.setattr(Provider, "status", status)
    resend.setattr(Provider, "answer", answer)
    with pytest.raises(meaning):
        send()


@pytest.mark.parametrize(("status", "meaning"), [(422, smtplib.SMTPDataError), (503, smtplib.SMTPServerDisconnected)])
def test_an_email_of_no_clients_fails_as_over_smtp(resend, status, meaning):
    send(EmailMultiAlternatives, headers={})
    assert "Idempotency-Key" not in Provider.calls[0][0]
    resend.setattr(Provider, "status", status)
    with pytest.raises(meaning):
        send(EmailMultiAlternatives, headers={})


def test_what_the_provider_has_taken_before_is_sent(resend):
    resend.setattr(Provider, "status", 409)
    resend.setattr(Provider, "answer", {"name": "invalid_idempotent_request"})
    assert send() is None


def test_a_provider_that_cannot_be_reached_is_a_server_that_is_down(resend, settings):
    settings.ANYMAIL = settings.ANYMAIL | {"RESEND_API_URL": f"http://127.0.0.1:{free_port()}/"}
    with pytest.raises(ServerDown):
        send()
