"""Odd values stop the start with a sentence that names the variable."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from portal.settings import env

GOOD_SECRET = "kX8" + "abcdefghij" * 5


@pytest.fixture(autouse=True)
def no_defaults(monkeypatch):
    monkeypatch.setattr(env, "DEFAULTS", {})


def refused(monkeypatch, reader, value, **options) -> str:
    monkeypatch.setenv("THING", value)
    with pytest.raises(ImproperlyConfigured) as odd:
        reader("THING", **options)
    return str(odd.value)


@pytest.mark.parametrize(
    ("reader", "value", "options", "expected"),
    [
        (env.text, " word ", {}, "word"),
        (env.flag, "", {"default": True}, True),
        (env.flag, "False", {"default": True}, False),
        (env.number, "7", {"default": 1, "least": 1, "most": 9}, 7),
        (env.number, "", {"default": 3, "least": 1, "most": 9}, 3),
        (env.port, "8123", {"default": 8000}, 8123),
        (env.choice, "b", {"default": "a", "allowed": ("a", "b")}, "b"),
        (env.names, " a, ,b ", {}, ["a", "b"]),
        (env.limits, "", {}, {}),
        (env.limits, "Gmail.com=60, gmx.de = 30", {}, {"gmail.com": 60, "gmx.de": 30}),
        (env.hosts, "", {"always": "portal.example"}, ["portal.example"]),
        (env.hosts, "a.example", {"always": "portal.example"}, ["portal.example", "a.example"]),
        (env.secret, GOOD_SECRET, {}, GOOD_SECRET),
        (env.base_url, "https://portal.example/", {}, "https://portal.example"),
        (env.base_url, "http://localhost:8000", {}, "http://localhost:8000"),
        (env.broker, "redis://:pw@host:6379/0", {}, "redis://:pw@host:6379/0"),
        (env.broker, "redis+socket:///tmp/a.sock", {}, "redis+socket:///tmp/a.sock"),
        (env.folder, "/srv/portal", {}, Path("/srv/portal")),
    ],
)
def test_reads_what_is_allowed(monkeypatch, reader, value, options, expected):
    monkeypatch.setenv("THING", value)
    assert reader("THING", **options) == expected


@pytest.mark.parametrize(
    ("reader", "value", "options", "sentence"),
    [
        (env.text, " ", {}, "THING is not set."),
        (env.flag, "yes", {"default": True}, "THING must be true or false."),
        (env.flag, "1", {"default": True}, "THING must be true or false."),
        (env.number, "ten", {"default": 1, "least": 1, "most": 9}, "THING must be a whole number from 1 to 9."),
        (env.number, "10", {"default": 1, "least": 1, "most": 9}, "THING must be a whole number from 1 to 9."),
        (env.number, "²", {"default": 1, "least": 1, "most": 9}, "THING must be a whole number from 1 to 9."),
        (env.port, "80", {"default": 8000}, "THING must be a whole number from 1024 to 65535."),
        (env.choice, "c", {"default": "a", "allowed": ("a", "b")}, "THING must be one of: a, b."),
        (env.hosts, "*", {"always": "a"}, "THING must list host names"),
        *[(env.limits, odd, {}, "THING must look like") for odd in ("gmail.com", "gmail.com=0", "=3", "a b=3", "a=-1")],
        (env.secret, "short", {}, "THING must be a random text of at least 50 characters."),
        (env.secret, "x" * 60, {}, "THING must be a random text of at least 50 characters."),
        (env.secret, "django-insecure-" + GOOD_SECRET, {}, "THING must be a random text"),
        (env.base_url, "portal.example", {}, "THING must be an address such as"),
        (env.base_url, "https://portal.example/path", {}, "THING must be an address such as"),
        (env.base_url, "https://portal.example:many", {}, "THING is not an address that can be read"),
        (env.broker, "amqp://host", {}, "THING must look like redis://"),
        (env.broker, "redis+socket://", {}, "THING must look like redis://"),
        (env.broker, "memory://", {}, "THING must look like redis://"),
        (env.database, "mysql://host/name", {}, "THING must look like postgresql://"),
        (env.database, "postgresql://host", {}, "THING must look like postgresql://"),
        (env.database, "sqlite:///", {}, "THING must look like postgresql://"),
        (env.database, "sqlite:////srv/file?mode=ro", {}, "THING must look like postgresql://"),
        (env.email, "http://host", {}, "THING must look like smtp://"),
        (env.email, "smtp://host?tls=yes", {}, "THING must look like smtp://"),
        (env.email, "mailgun://key@", {}, "THING must look like mailgun://"),
        (env.email, "mailgun://key@mg.example.org?region=us", {}, "THING must look like mailgun://"),
        (env.email, "postmark://@", {}, "THING must look like mailgun://"),
        (env.email, "resend://key:more@", {}, "THING must look like mailgun://"),
        (env.reports, "pigeon", {}, "THING must be one of: none, mailgun, postmark, resend."),
    ],
)
def test_refuses_what_is_odd(monkeypatch, reader, value, options, sentence):
    assert refused(monkeypatch, reader, value, **options).startswith(sentence)


def test_an_empty_variable_is_a_missing_one(monkeypatch):
    assert "THING is not set" in refused(monkeypatch, env.database, "")


def test_a_postgresql_address_is_taken_apart(monkeypatch):
    monkeypatch.setenv("THING", "postgresql://us%40er:p%2Fw@db.example:5433/clinic")
    found = env.database("THING")
    parts = {name: found[name] for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")}
    assert parts == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "clinic",
        "USER": "us@er",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": "5433",
    }


@pytest.mark.parametrize(
    ("end", "options"),
    [
        ("", {}),
        ("?sslmode=require", {"sslmode": "require"}),
        (
            "?sslmode=verify-full&sslrootcert=/etc/my%20ca.pem",
            {"sslmode": "verify-full", "sslrootcert": "/etc/my ca.pem"},
        ),
    ],
)
def test_encryption_to_the_database_is_as_the_address_says(monkeypatch, end, options):
    monkeypatch.setenv("THING", f"postgresql://host/name{end}")
    assert env.database("THING")["OPTIONS"] == {"connect_timeout": 5} | options


@pytest.mark.parametrize(
    "end", ["?sslmode=yes", "?sslmode=", "?ssl=true", "?sslmode=require&target=x", "?nonsense", "?sslrootcert="]
)
def test_what_the_database_would_not_understand_is_refused(monkeypatch, end):
    assert refused(monkeypatch, env.database, f"postgresql://host/name{end}").startswith("THING may end in ?sslmode=…")


def test_an_sqlite_file_waits_rather_than_failing_when_it_is_busy(monkeypatch):
    monkeypatch.setenv("THING", "sqlite:////srv/my%20portal/db.sqlite3")
    found = env.database("THING")
    assert (found["NAME"], found["OPTIONS"]["transaction_mode"], found["OPTIONS"]["timeout"]) == (
        Path("/srv/my portal/db.sqlite3"),
        "IMMEDIATE",
        20,
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("smtp://localhost:8025", ("localhost", 8025, "", False, False)),
        ("smtp://a%40b:pw@mail.example:587?tls=true", ("mail.example", 587, "a@b", False, True)),
        ("smtps://a:pw@mail.example", ("mail.example", 465, "a", True, False)),
    ],
)
def test_a_mail_server_address_is_taken_apart(monkeypatch, value, expected):
    monkeypatch.setenv("THING", value)
    found = env.email("THING")
    names = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_USE_SSL", "EMAIL_USE_TLS")
    assert tuple(found[name] for name in names) == expected


@pytest.mark.parametrize("value", ["nonsense", "a@b", "a@example.org\nBcc: b@example.org", "Clinic <a@example.org>"])
def test_a_sender_must_be_an_email_address(monkeypatch, value):
    assert refused(monkeypatch, env.address, value) == "THING must be an email address such as portal@example.org."


@pytest.mark.parametrize("value", ["http://exa mple", "http://exa_mple.org", "https://-example.org", "https://"])
def test_the_sites_address_must_have_a_host_that_can_be(monkeypatch, value):
    assert "must be an address such as https://portal.example.org" in refused(monkeypatch, env.base_url, value)


def test_a_number_of_endless_digits_is_refused(monkeypatch):
    monkeypatch.setenv("THING", "1" * 5000)
    with pytest.raises(ImproperlyConfigured, match="must be a whole number from 1 to 300"):
        env.number("THING", default=15, least=1, most=300)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match="VAR_DIR must be a folder that can be written to"):
        env.made("VAR_DIR", tmp_path / "file" / "var")


@pytest.mark.parametrize(
    ("value", "backend", "said"),
    [
        (
            "mailgun://k%2Fey@mg.example.org?region=eu",
            "MailgunBackend",
            {
                "MAILGUN_API_KEY": "k/ey",
                "MAILGUN_SENDER_DOMAIN": "mg.example.org",
                "MAILGUN_API_URL": "https://api.eu.mailgun.net/v3",
            },
        ),
        ("postmark://token@", "PostmarkBackend", {"POSTMARK_SERVER_TOKEN": "token"}),
        ("resend://re_123@", "ResendBackend", {"RESEND_API_KEY": "re_123"}),
    ],
)
def test_a_provider_is_chosen_by_its_name(monkeypatch, value, backend, said):
    monkeypatch.setenv("THING", value)
    found = env.email("THING")
    path = f"clients.messages.backends.{backend}"
    assert found == {"EMAIL_BACKEND": path, "ANYMAIL": said | {"REQUESTS_TIMEOUT": 10}}
    assert import_string(path).__name__ == backend


@pytest.mark.parametrize(("reader", "value"), [(env.email, "resend://key@"), (env.reports, "mailgun")])
def test_a_provider_without_its_packages_stops_the_start(monkeypatch, reader, value):
    monkeypatch.setattr("portal.settings.providers.find_spec", lambda _name: None)
    assert "install requirements-provider.lock too" in refused(monkeypatch, reader, value)


def test_another_mail_server_is_another_one(monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp://mail.example:587")
    assert env.another_email("THING", than="EMAIL_URL") is None
    monkeypatch.setenv("THING", "smtps://me:pw@other.example:465")
    said = env.another_email("THING", than="EMAIL_URL")
    assert said is not None
    assert (said["host"], said["port"], said["username"], said["use_ssl"]) == ("other.example", 465, "me", True)
    words = refused(monkeypatch, env.another_email, "smtp://mail.example:587?tls=true", than="EMAIL_URL")
    assert words.startswith("THING must name another mail server than EMAIL_URL")
    assert refused(monkeypatch, env.another_email, "http://x", than="EMAIL_URL").startswith(
        "THING must look like smtp://"
    )


@pytest.mark.parametrize("value", ["", "https://example.org/ping/1?a=b", "http://localhost:8000"])
def test_a_page_is_an_address_or_nothing(monkeypatch, value):
    monkeypatch.setenv("THING", value)
    assert env.page("THING") == value


@pytest.mark.parametrize(
    "value", ["example.org", "ftp://example.org/", "https://me:pw@example.org/", "https://a b.org/", "https://x.org/#a"]
)
def test_what_is_no_page_is_refused(monkeypatch, value):
    assert refused(monkeypatch, env.page, value).startswith("THING must be an address such as https://")
