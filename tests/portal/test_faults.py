"""Pages that say that something went wrong, as a client meets them: in their language, under the same strict policy."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.links.services import issue_link, revoke_links
from clients.links.terms import Purpose
from tests.factories import ClientFactory
from tests.treatments.consents.rows import asked

IN_GERMAN = {"HTTP_ACCEPT_LANGUAGE": "de-AT,de;q=0.9,en;q=0.5"}


@pytest.fixture
def link(practitioner):
    """Of a client who reads French, opened by a browser that prefers German."""
    rows = asked(practitioner, at=timezone.now(), client=ClientFactory(clinic=practitioner.clinic, language="fr"))
    rows.token = issue_link(
        client=rows.client,
        purpose=Purpose.CONSENT,
        subject_id=rows.request.pk,
        at=timezone.now(),
        lasts=timedelta(days=1),
    )
    rows.url = f"/consent/{rows.token}/"
    return rows


def lacks(answer, status, language, words):
    """What is missing of such a page, under the strict policy: [] for nothing."""
    page = answer.content.decode()
    there = {
        status: answer.status_code == status,
        language: f'<html lang="{language}">' in page,
        words: words in page,
        "the policy": "'unsafe-inline'" not in answer.headers["Content-Security-Policy"],
    }
    return [what for what, is_there in there.items() if not is_there]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asks", "language", "words"),
    [
        ({}, "en", "There is no such page"),
        (IN_GERMAN, "de", "Diese Seite gibt es nicht"),
        ({"HTTP_ACCEPT_LANGUAGE": "fr-CH"}, "fr", "Cette page n’existe pas"),
        ({"HTTP_ACCEPT_LANGUAGE": "es"}, "es", "Esta página no existe"),
        ({"HTTP_ACCEPT_LANGUAGE": "xx;q=a, ../de"}, "en", "There is no such page"),
        (IN_GERMAN | {"HTTP_COOKIE": "language=es"}, "es", "Esta página no existe"),
        (IN_GERMAN | {"QUERY_STRING": "language=fr"}, "fr", "Cette page n’existe pas"),
    ],
)
def test_what_is_not_there_is_said_in_the_language_that_was_chosen_or_is_preferred(asks, language, words):
    assert lacks(Browser().get("/nowhere/", **asks), 404, language, words) == []


def test_practitioners_pages_stay_english(practitioner, signed_in):
    assert (
        lacks(signed_in(practitioner).get("/admin/client/99999/", **IN_GERMAN), 404, "en-gb", "There is no such page")
        == []
    )


def test_a_lost_cookie_is_said_in_the_clients_language(link):
    answer = Browser(enforce_csrf_checks=True).post(f"{link.url}treatment/withdraw/", {"why": ""}, **IN_GERMAN)
    assert lacks(answer, 403, "fr", "Veuillez renvoyer la page") == []
    assert (
        lacks(
            Browser(enforce_csrf_checks=True).post("/consent/nobody/", **IN_GERMAN),
            403,
            "de",
            "Bitte noch einmal senden",
        )
        == []
    )


def test_a_fault_of_ours_is_said_in_the_clients_language(link, monkeypatch):
    monkeypatch.setattr("treatments.consents.views.signing.is_proven", lambda *_: 1 / 0)
    answer = Browser(raise_request_exception=False).get(link.url, **IN_GERMAN)
    assert lacks(answer, 500, "fr", "Une erreur s’est produite de notre côté") == []


def test_a_link_that_was_closed_says_so_in_the_language_of_whoever_it_was_for(link):
    asked = link.request
    revoke_links(client_id=asked.client_id, purpose=Purpose.CONSENT, subject_id=asked.pk, at=timezone.now())
    assert lacks(Browser().get(link.url, **IN_GERMAN), 404, "fr", "Ce lien ne s’ouvre pas") == []
    assert lacks(Browser().get(f"{link.url}?language=es", **IN_GERMAN), 404, "es", "Este enlace no se abre") == []
    assert (
        lacks(Browser().get("/consent/never-issued/", **IN_GERMAN), 404, "de", "Dieser Link lässt sich nicht öffnen")
        == []
    )


@pytest.mark.django_db
def test_what_is_too_large_or_unreadable_is_said_in_the_preferred_language(settings):
    settings.LARGEST_BODY = 10
    assert (
        lacks(Browser().post("/consent/x/", {"why": "far too much"}, **IN_GERMAN), 413, "de", "Das war zu viel") == []
    )
    answer = Browser().get("/consent/x/", CONTENT_LENGTH="many", **IN_GERMAN)
    assert lacks(answer, 411, "de", "Das konnten wir nicht lesen") == []
