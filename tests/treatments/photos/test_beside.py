"""Photographs beside the questions about results: in one form, kept for themselves, whatever becomes of the answers."""

import re
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.models import ClientLink
from portal.security.images import read_photograph
from portal.security.tries import count_try
from tests.factories import FollowupFactory
from tests.treatments.photos.test_sending import file, followup, link_to, views  # noqa: F401  a fixture
from treatments.consents.services import withdraw_consent
from treatments.models import Alert, Photograph, Plan, Reply
from treatments.photos.views import TRIES_AN_HOUR

ANSWERS = {"change": "better", "satisfaction": "8", "signs": "none", "health_changes": "no", "comment": "Softer"}
BAD = b"%PDF-1.4 no photograph"


@pytest.fixture
def link(followup):  # noqa: F811
    Plan.objects.update(goals=[])  # asked of the skin as a whole
    return link_to(followup)


def replies():
    return list(Reply.objects.values_list("urgency", flat=True))


def test_the_form_has_a_box_and_a_guide_for_each_view(link):
    page = Browser().get(link).text
    assert [page.count('type="file"'), page.count('enctype="multipart/form-data"')] == [5, 1]
    assert ["Hair back, no make-up" in page, "Turn half to your left" in page, bool(re.search(r"\bAda\b", page))] == [
        True,
        True,
        False,
    ]


def test_there_are_none_without_consent_nor_in_a_step_that_is_not_about_results(link, session, consent):
    early = link_to(FollowupFactory(session=session, step="day_3"))
    withdraw_consent(consent=consent, reason="", at=timezone.now())
    pages = [Browser().get(one).text for one in (early, link)]
    assert [("multipart" in page, 'type="file"' in page) for page in pages] == [(False, False)] * 2
    answered = Browser().post(link, ANSWERS | {"front": file()})
    assert (answered.status_code, replies(), views()) == (200, ["none"], [])


def test_answers_and_photographs_arrive_together(link):
    page = Browser().post(link, ANSWERS | {"front": file(), "left": file((20, 90, 200))})
    assert (page.status_code, replies()) == (200, ["none"])
    assert views() == [("front", "follow_up", None), ("left", "follow_up", None)]
    assert ["We received your answers on" in page.text, "From the front" in page.text] == [True, True]
    assert f'href="{link}photographs/">Send photographs</a>' in page.text


def test_answers_without_photographs_arrive_too_and_the_page_after_offers_them(link):
    page = Browser().post(link, ANSWERS)
    assert (page.status_code, replies(), views()) == (200, ["none"], [])
    assert "If you like, send photographs of your skin too" in page.text


def test_a_bad_photograph_says_so_at_its_field_and_the_answers_have_arrived(link):
    page = Browser().post(link, ANSWERS | {"front": file(), "left": file(content=BAD)})
    assert (page.status_code, replies(), [view for view, *_ in views()]) == (422, ["none"], ["front"])
    assert list(page.context["beside"].form.errors) == ["left"]
    assert "Your answers have arrived. Not all photographs have." in page.text
    assert f'action="{link}photographs/"' in page.text
    assert [f'type="file" name="{view}"' in page.text for view in ("front", "left", "right")] == [False, True, True]


def test_with_an_answer_missing_the_photographs_are_kept_and_what_was_ticked_is_still_ticked(link):
    page = Browser().post(link, ANSWERS | {"change": "", "front": file(), "left": file(content=BAD)})
    assert (page.status_code, replies(), [view for view, *_ in views()]) == (422, [], ["front"])
    assert page.context["form"]["satisfaction"].value() == "8"
    assert ["Please choose an answer." in page.text, "This file is not a JPEG" in page.text] == [True, True]
    assert page.text.count('class="error-summary"') == 1
    assert '<a href="#id_left">Left side' in page.text
    assert 'name="front"' not in page.text
    Browser().post(link, ANSWERS)
    assert (replies(), len(views())) == (["none"], 1)


def test_a_warning_sign_is_told_of_at_once_whatever_the_photographs_are(link):
    page = Browser().post(link, ANSWERS | {"signs": "sores", "front": file(content=BAD), "left": file()})
    assert (Alert.objects.count(), len(views())) == (1, 1)
    assert 'role="alert"' in page.text


def test_after_too_many_tries_the_answers_arrive_and_no_picture_is_read(link, followup, monkeypatch):  # noqa: F811
    opened = []
    monkeypatch.setattr("treatments.photos.forms.read_photograph", opened.append)
    for _try in range(TRIES_AN_HOUR):
        count_try(f"photographs:{ClientLink.objects.get().pk}", within=timedelta(hours=1), at=timezone.now())
    page = Browser().post(link, ANSWERS | {"front": file()})
    assert (replies(), views(), opened, "That was often." in page.text) == (["none"], [], [], True)


def test_after_a_withdrawal_meanwhile_none_is_kept_and_the_answers_have_arrived(link, consent, monkeypatch):
    def slowly(_file):
        withdraw_consent(consent=consent, reason="", at=timezone.now())
        return read_photograph(file())

    monkeypatch.setattr("treatments.photos.forms.read_photograph", slowly)
    page = Browser().post(link, ANSWERS | {"front": file()})
    assert (page.status_code, replies(), views()) == (422, ["none"], [])
    assert "We take no photographs of your skin for your record." in page.text
    assert ['type="file"' in page.text, f'href="{link}photographs/"' in page.text] == [False, False]


def test_pressed_twice_each_is_kept_once(link):
    for _time in range(2):
        Browser().post(link, ANSWERS | {"front": file()})
    assert Photograph.objects.count() == 1


def test_only_where_photographs_are_asked_for_is_much_read(link, session):
    early = link_to(FollowupFactory(session=session, step="day_3"))
    large = {"comment": "x" * 900_000, "front": file(content=b"x" * 1_500_000)}
    assert Browser().post(early, large).status_code == 413
    assert Browser().post(link, large).status_code == 422
