"""What was begun and not sent: the browser that wrote it sees it again, nobody else without the date of birth."""

from datetime import date, timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.links.services import issue_link
from tests.factories import ClientFactory, FollowupFactory
from treatments.followups.models import Reply, ReplyDraft

BORN = date(1985, 5, 17)


@pytest.fixture
def followup(clinic):
    client = ClientFactory(clinic=clinic, date_of_birth=BORN)
    return FollowupFactory(session__plan__client=client, step="day_3")


@pytest.fixture
def link(followup):
    told = {"client": followup.client, "purpose": "follow_up", "subject_id": followup.pk}
    return f"/follow-up/{issue_link(**told, at=timezone.now(), lasts=timedelta(days=30))}/"


def drafts():
    return list(ReplyDraft.objects.values_list("answers", flat=True))


def shows(page):
    """Whether the draft is on the page."""
    return "It itches" in page.text


def begun(link):
    browser = Browser(enforce_csrf_checks=True)
    assert browser.post(f"{link}draft/", {"signs": ["pus"]}).status_code == 204
    assert browser.post(f"{link}draft/", {"comment": "It itches"}).status_code == 204
    return browser


def test_what_the_script_saves_adds_up_and_its_browser_sees_it_again(link):
    browser = begun(link)
    assert drafts() == [{"signs": ["pus"], "comment": "It itches"}]
    page = browser.get(link)
    assert (shows(page), page.text.count("checked"), Reply.objects.count()) == (True, 1, 0)


def test_another_browser_sees_an_empty_form_and_may_give_the_date_of_birth(link):
    begun(link)
    other = Browser()
    page = other.get(link)
    assert (shows(page), "checked" in page.text, "?begun" in page.text) == (False, False, True)
    assert "date of birth" in other.get(f"{link}?begun").text
    wrong = other.post(f"{link}?begun", {"birth": "1985-05-18"})
    assert (wrong.status_code, shows(wrong)) == (422, False)
    assert shows(other.post(f"{link}?begun", {"birth": "1985-05-17"}, follow=True))


def test_what_another_browser_begins_takes_the_place_and_the_first_does_not_see_it(link):
    first = begun(link)
    Browser().post(f"{link}draft/", {"comment": "Somebody else"})
    assert drafts() == [{"comment": "Somebody else"}]
    assert "Somebody else" not in first.get(link).text


def test_what_was_sent_and_not_in_order_is_kept_too_without_a_script(link):
    browser = Browser()
    assert browser.post(link, {"comment": "It itches"}).status_code == 422
    assert drafts() == [{"comment": "It itches"}]
    assert shows(browser.get(link))


def test_sending_takes_the_draft_away_and_adding_begins_empty(link):
    browser = begun(link)
    browser.post(link, {"signs": ["none"], "comment": ""})
    assert drafts() == []
    assert not shows(browser.get(f"{link}?again"))


def test_only_what_was_offered_is_kept(link):
    Browser().post(f"{link}draft/", {"signs": ["sneeze", "rash"], "comment": "a\x00" + "b" * 2000, "x": "y"})
    assert drafts() == [{"signs": ["rash"], "comment": "a" + "b" * 999}]


def test_nothing_typed_is_no_draft_and_a_get_saves_nothing(link):
    browser = Browser()
    assert browser.post(f"{link}draft/", {}).status_code == 204
    assert (browser.get(f"{link}draft/").status_code, drafts()) == (405, [])


@pytest.mark.parametrize("page", ["", "draft/"])
def test_sending_nothing_neither_takes_a_draft_away_nor_opens_it(link, page):
    begun(link)
    other = Browser()
    other.post(link + page, {})
    assert (drafts(), shows(other.get(link))) == ([{"signs": ["pus"], "comment": "It itches"}], False)
