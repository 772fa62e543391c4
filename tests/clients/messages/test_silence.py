"""Something is due and nothing leaves: it is seen, told once, and over when something leaves."""

import logging
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.core import mail

from clients.messages import silence
from clients.messages.models import OfficeState
from clients.messages.tasks import watch
from tests.clients.messages.conftest import free_port
from tests.factories import NOON, MembershipFactory, MessageFactory

MINUTE = timedelta(minutes=1)
LOCMEM = {"backend": "django.core.mail.backends.locmem.EmailBackend"}


@pytest.fixture(autouse=True)
def _patience(settings):
    settings.MAIL_SILENCE_MINUTES, settings.ALARM_EMAIL, settings.DEADMAN_URL = 15, None, ""


def sent(at):
    OfficeState.objects.update_or_create(pk=1, defaults={"last_sent_at": at})


def test_nothing_due_is_no_silence(clinic):
    MessageFactory(client__clinic=clinic, due_at=NOON + timedelta(days=1))
    sent(NOON - timedelta(days=30))
    assert silence.silent_since(NOON) is None


@pytest.mark.parametrize(("minutes", "since"), [(14, None), (15, NOON)])
def test_it_is_silent_once_something_has_been_due_for_long_enough(clinic, minutes, since):
    MessageFactory(client__clinic=clinic)
    assert silence.silent_since(NOON + minutes * MINUTE) == since


def test_while_something_leaves_it_is_not_silent(clinic):
    MessageFactory(client__clinic=clinic)
    sent(NOON + 20 * MINUTE)
    assert silence.silent_since(NOON + 30 * MINUTE) is None
    assert silence.silent_since(NOON + 36 * MINUTE) == NOON + 20 * MINUTE


@pytest.mark.parametrize(
    ("facts", "counts"),
    [
        ({"attempts": 3, "next_try_at": NOON + 40 * MINUTE}, True),  # the server puts it off again and again
        ({"attempts": 0, "next_try_at": NOON + 40 * MINUTE}, False),  # it waits for the clinic's hours, or for a person
        ({"attempts": 3, "broken_times": 2, "next_try_at": NOON + 40 * MINUTE}, False),  # its wording is broken
        ({"state": "claimed", "claimed_by": "w", "claimed_until": NOON + MINUTE}, True),  # its worker died
        ({"state": "claimed", "claimed_by": "w", "claimed_until": NOON + 31 * MINUTE}, False),
        ({"state": "skipped", "why": "Archived."}, False),
    ],
)
def test_what_waits_for_good_reason_is_no_silence(clinic, facts, counts):
    MessageFactory(client__clinic=clinic, **facts)
    assert (silence.silent_since(NOON + 30 * MINUTE) is not None) == counts


def test_owners_of_the_clinics_concerned_are_told_once_by_the_other_way(clinic, settings):
    settings.ALARM_EMAIL = LOCMEM
    MembershipFactory(role="owner")  # of another clinic, where nothing is due
    MembershipFactory(clinic=clinic, role="practitioner")
    MembershipFactory(clinic=clinic, role="owner", ended_at=NOON)
    owner = MembershipFactory(clinic=clinic, role="owner")
    MessageFactory(client__clinic=clinic, client__last_name="Canary")
    assert [silence.watch(NOON + minutes * MINUTE) for minutes in (20, 21, 60)] == [True] * 3
    (told,) = mail.outbox
    assert (told.to, told.subject) == ([owner.user.email], "Collagenda: no emails are leaving")
    assert ("1 Jun 2026, 13:00" in told.body, "Canary" in told.body) == (True, False)


def test_when_something_leaves_it_is_over_and_the_next_silence_is_told_again(clinic, settings, owner):
    settings.ALARM_EMAIL = LOCMEM
    MessageFactory(client__clinic=clinic)
    silence.watch(NOON + 20 * MINUTE)
    assert OfficeState.objects.get().silent_since == NOON
    sent(NOON + 21 * MINUTE)
    assert silence.watch(NOON + 22 * MINUTE) is False
    state = OfficeState.objects.get()
    assert (state.silent_since, state.alarm_sent_at) == (None, None)
    silence.watch(NOON + 60 * MINUTE)
    assert len(mail.outbox) == 2


def test_when_the_other_way_is_closed_too_it_is_tried_again(clinic, settings, owner, caplog):
    closed = {"backend": "django.core.mail.backends.smtp.EmailBackend", "host": "127.0.0.1", "port": free_port()}
    settings.ALARM_EMAIL = closed
    MessageFactory(client__clinic=clinic)
    with caplog.at_level(logging.ERROR):
        silence.watch(NOON + 20 * MINUTE)
    assert ("could not be told" in caplog.text, owner.user.email in caplog.text) == (True, False)
    settings.ALARM_EMAIL = LOCMEM
    silence.watch(NOON + 21 * MINUTE)
    assert len(mail.outbox) == 1


@pytest.fixture
def web(settings):
    """A page that answers as it is told, and notes what it was asked."""
    asked, answers = [], [200]

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(answers[0])
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Page)
    Thread(target=server.serve_forever, daemon=True).start()
    settings.DEADMAN_URL = f"http://127.0.0.1:{server.server_port}/ping/1?all=well"
    yield asked, answers
    server.shutdown()
    server.server_close()


def test_the_dead_man_address_is_asked_while_all_is_well_and_no_more(clinic, web):
    asked, _answers = web
    watch()
    assert asked == ["/ping/1?all=well"]
    MessageFactory(client__clinic=clinic, due_at=NOON - timedelta(days=3000))
    watch()
    assert len(asked) == 1


@pytest.mark.parametrize("answer", [302, 500])
def test_an_answer_that_points_elsewhere_is_not_followed(db, web, answer, caplog):
    asked, answers = web
    answers[0] = answer
    silence.show_life()
    assert asked == ["/ping/1?all=well"]
    assert f"answers {answer}" in caplog.text


def test_an_address_where_nobody_listens_stops_nothing(db, settings, caplog):
    settings.DEADMAN_URL = f"http://127.0.0.1:{free_port()}/"
    silence.show_life()
    assert "does not answer" in caplog.text
