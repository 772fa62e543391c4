"""A mail provider is chosen by its name, with its key, or stops the start."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from portal.settings import env

IN_EUROPE = {
    "MAILGUN_API_KEY": "k/ey",
    "MAILGUN_SENDER_DOMAIN": "mg.example.org",
    "MAILGUN_API_URL": "https://api.eu.mailgun.net/v3",
}


@pytest.fixture(autouse=True)
def no_defaults(monkeypatch):
    monkeypatch.setattr(env, "DEFAULTS", {})


def refused(monkeypatch, reader, value):
    monkeypatch.setenv("THING", value)
    with pytest.raises(ImproperlyConfigured) as odd:
        reader("THING")
    return str(odd.value)


@pytest.mark.parametrize(
    ("value", "backend", "said"),
    [
        ("mailgun://k%2Fey@mg.example.org?region=eu", "MailgunBackend", IN_EUROPE),
        ("postmark://token@", "PostmarkBackend", {"POSTMARK_SERVER_TOKEN": "token"}),
        ("resend://re_123@", "ResendBackend", {"RESEND_API_KEY": "re_123"}),
    ],
)
def test_a_provider_is_chosen_by_its_name(monkeypatch, value, backend, said):
    monkeypatch.setenv("THING", value)
    path = f"clients.messages.backends.{backend}"
    assert env.email("THING") == {"EMAIL_BACKEND": path, "ANYMAIL": said | {"REQUESTS_TIMEOUT": 10}}
    assert import_string(path).__name__ == backend


@pytest.mark.parametrize(
    "value", ["mailgun://key@", "mailgun://key@mg.example.org?region=us", "postmark://@", "resend://key:more@"]
)
def test_what_a_provider_would_not_understand_is_refused(monkeypatch, value):
    assert refused(monkeypatch, env.email, value).startswith("THING must look like mailgun://")


def test_only_known_providers_report(monkeypatch):
    assert env.reports("THING") == "none"
    words = refused(monkeypatch, env.reports, "pigeon")
    assert words.startswith("THING must be one of: none, mailgun, postmark, resend.")


@pytest.mark.parametrize(("reader", "value"), [(env.email, "resend://key@"), (env.reports, "mailgun")])
def test_a_provider_without_its_packages_stops_the_start(monkeypatch, reader, value):
    monkeypatch.setattr("portal.settings.providers.find_spec", lambda _name: None)
    assert "install requirements-provider.lock too" in refused(monkeypatch, reader, value)
