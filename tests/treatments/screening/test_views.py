from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.links.services import issue_link
from clients.models import ClientLink, Message
from portal.models import AuditEvent
from tests.factories import ClinicFactory
from tests.treatments.screening.rows import HEALTHY, TYPED, sent
from treatments.models import Screening
from treatments.screening import services

NOT_OPEN = "ask your clinic to send you a new one"
MONTH = timedelta(days=30)


@pytest.fixture
def screening(clinic, practitioner):
    return sent(clinic, practitioner, at=timezone.now())


@pytest.fixture
def address(screening):
    return link_to(screening)


def link_to(screening, purpose="screening", at=None, subject_id=None):
    at = at or timezone.now()
    token = issue_link(
        client=screening.client, purpose=purpose, subject_id=subject_id or screening.pk, at=at, lasts=MONTH
    )
    return f"/screening/{token}/"


def everything():
    """Every row that a client's page could change."""
    return [list(table.objects.order_by("pk").values()) for table in (Screening, ClientLink, Message, AuditEvent)]


def test_the_whole_form_is_kept(screening, address):
    typed = TYPED | {"isotretinoin": "stopped", "isotretinoin_stop_date": "2020-01-05", "filler": "yes"}
    response = Browser().post(address, typed | {"filler_date_unsure": "on"}, follow=True)
    screening.refresh_from_db()
    assert (screening.state, screening.answers, response.redirect_chain) == (
        "submitted",
        HEALTHY
        | {
            "date_of_birth": "1985-05-17",
            "signed_name": "Ada Client",
            "isotretinoin": "stopped",
            "isotretinoin_stop_date": "2020-01-05",
            "filler": "yes",
            "filler_date": "unsure",
        },
        [(address, 302)],
    )
    assert "We received your form on" in response.content.decode()


def test_looking_changes_nothing(screening, address):
    before = everything()
    statuses = [Browser().get(address).status_code for _ in range(10)]
    statuses += [Browser().head(address).status_code for _ in range(10)]
    assert (statuses, everything()) == ([200] * 20, before)


def test_the_page_shows_nothing_that_is_stored(screening, address):
    client = screening.client
    client.first_name, client.last_name, client.alerts = "Canaryfirst", "Canarylast", "Canaryalert"
    client.save()
    page = Browser().get(address).content.decode()
    stored = ("Canary", "1985", client.email)
    assert [word for word in stored if word in page] == []


def test_a_second_form_changes_nothing(screening, address):
    browser = Browser()
    browser.post(address, TYPED)
    before = everything()
    again = browser.post(address, TYPED | {"pregnant": "yes"})
    visit = browser.get(address)
    assert (everything(), again.status_code, visit.status_code) == (before, 200, 200)
    assert ["We received your form on" in page.content.decode() for page in (again, visit)] == [True, True]


def test_a_form_that_crossed_another_on_its_way_changes_nothing(screening, address, monkeypatch):
    services.submit_screening(screening=screening, answers=HEALTHY | {"date_of_birth": "1985-05-17"}, at=timezone.now())
    before = everything()
    # What a second worker saw a moment ago: the form was still out.
    late = Screening(pk=screening.pk, clinic=screening.clinic, client=screening.client)
    with pytest.raises(services.NotWaiting):
        services.submit_screening(screening=late, answers=HEALTHY, at=timezone.now())
    assert everything() == before


def dead_links(screening, practitioner):
    """One of each kind of link that must not open, and one that does."""
    now = timezone.now()
    yield "/screening/never-issued/"
    yield link_to(screening)[:-2] + "x/"
    yield link_to(screening, at=now - MONTH - timedelta(seconds=1))
    yield link_to(screening, purpose="follow_up")
    yield link_to(screening, subject_id=screening.pk + 1000)
    other = sent(screening.clinic, practitioner, at=now)
    yield link_to(screening, subject_id=other.pk)
    withdrawn = link_to(other)
    services.withdraw_screening(screening=other, by=practitioner.user, at=now)
    yield withdrawn


def test_links_that_do_not_open_look_alike(screening, practitioner):
    answers = {Browser().get(address) for address in dead_links(screening, practitioner)}
    assert {answer.status_code for answer in answers} == {404}
    pages = {answer.content.decode() for answer in answers}
    assert (len(pages), [NOT_OPEN in page for page in pages], screening.clinic.name in pages.pop()) == (
        1,
        [True],
        False,
    )


def test_nothing_can_be_sent_through_a_dead_link(screening, practitioner):
    addresses = list(dead_links(screening, practitioner))
    before = everything()
    assert ({Browser().post(a, TYPED).status_code for a in addresses}, everything()) == ({404}, before)


def test_an_archived_clients_link_does_not_open(screening, address):
    screening.client.archived_at = timezone.now()
    screening.client.save()
    assert Browser().get(address).status_code == 404


def test_a_link_opens_only_its_own_clinic(screening, address, db):
    foreign = ClinicFactory(name="Canary clinic")
    page = Browser().get(address).content.decode()
    assert (screening.clinic.name in page, foreign.name in page) == (True, False)


TOMORROW = (timezone.now() + timedelta(days=2)).date().isoformat()
STOPPED = {"isotretinoin": "stopped"}


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"date_of_birth": TOMORROW}, "date_of_birth", "lies in the future"),
        ({"date_of_birth": "1899-12-31"}, "date_of_birth", "check the year of your birth"),
        ({"date_of_birth": "31/02/1985"}, "date_of_birth", "write the whole date"),
        ({"date_of_birth": ""}, "date_of_birth", "write the whole date"),
        ({"pregnant": ""}, "pregnant", "Please choose an answer"),
        ({"pregnant": "perhaps"}, "pregnant", "Please choose an answer"),
        (STOPPED, "isotretinoin_stop_date", "give the date, or tick"),
        (STOPPED | {"isotretinoin_stop_date": TOMORROW}, "isotretinoin_stop_date", "lies in the future"),
        (STOPPED | {"isotretinoin_stop_date": "1980-01-01"}, "isotretinoin_stop_date", "before your date of birth"),
        (STOPPED | {"isotretinoin_stop_date": "soon"}, "isotretinoin_stop_date", "write the whole date"),
        (
            STOPPED | {"isotretinoin_stop_date": "2020-01-01", "isotretinoin_stop_date_unsure": "on"},
            "isotretinoin_stop_date",
            "not both",
        ),
        ({"statement": ""}, "statement", "tick this to sign"),
        ({"signed_name": "  "}, "signed_name", "write your name"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(screening, address, typed, field, words):
    response = Browser().post(address, TYPED | {"signed_name": "Kept Name"} | typed)
    form, page = response.context["form"], response.content.decode()
    assert (response.status_code, list(form.errors), words in str(form.errors)) == (422, [field], True)
    assert f'id="id_{field}_error"' in page
    assert ('value="Kept Name"' in page) == ("signed_name" not in typed)
    screening.refresh_from_db()
    assert screening.state == "sent"


def test_every_description_and_every_link_in_the_summary_leads_somewhere(screening, address):
    import re

    page = Browser().post(address, {"filler": "yes"}).content.decode()
    ids = set(re.findall(r'id="([^"]+)"', page))
    wanted = {i for found in re.findall(r'aria-describedby="([^"]+)"', page) for i in found.split()}
    wanted |= set(re.findall(r'href="#([^"]+)"', page))
    assert (len(wanted) > 20, wanted - ids) == (True, set())


def test_a_date_left_over_from_another_answer_is_dropped(screening, address):
    Browser().post(address, TYPED | {"isotretinoin_stop_date": "rubbish", "filler_date": "2026-01-01"})
    screening.refresh_from_db()
    assert [key for key in screening.answers if key.endswith("_date")] == []


def test_a_lost_cookie_loses_nothing(screening, address):
    browser = Browser(enforce_csrf_checks=True)
    refused = browser.post(address, TYPED)
    page = refused.content.decode()
    assert ("Please press the button again" in page, 'value="Ada Client"' in page) == (True, True)
    token = refused.context["csrf_token"]
    browser.post(address, TYPED | {"csrfmiddlewaretoken": str(token)})
    screening.refresh_from_db()
    assert screening.state == "submitted"


def test_an_empty_post_is_a_form_with_errors(screening, address):
    assert Browser().post(address).status_code == 422


def test_other_verbs_are_refused(screening, address):
    assert [Browser().put(address).status_code, Browser().delete(address).status_code] == [405, 405]
