"""A client sends photographs from behind the link of a follow-up about results."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils import timezone

from clients.links.services import issue_link
from portal.models import AuditEvent
from tests.factories import NOON, FollowupFactory, PhotographFactory
from tests.portal.security.test_images import exif, file_of, two_halves
from tests.treatments.photos.conftest import photograph_file
from treatments.consents.services import withdraw_consent
from treatments.models import Photograph
from treatments.photos.views import TRIES_AN_HOUR


@pytest.fixture
def followup(session, consent):
    return FollowupFactory(session=session, step="week_4")


def link_to(followup):
    said = {"client": followup.client, "purpose": "follow_up", "subject_id": followup.pk}
    return f"/follow-up/{issue_link(**said, at=timezone.now(), lasts=timedelta(days=1))}/"


@pytest.fixture
def address(followup):
    return f"{link_to(followup)}photographs/"


def file(colour=(200, 40, 40), name="IMG_1.jpg", content=None):
    return SimpleUploadedFile(name, content or photograph_file(colour), content_type="image/jpeg")


def views():
    return [(one.view, one.moment, one.added_by) for one in Photograph.objects.order_by("pk")]


def test_each_view_is_kept_with_the_session_and_marked_as_the_clients(address, practitioner, signed_in, session):
    page = Browser().post(address, {"front": file(), "left": file((20, 90, 200))})
    assert (page.status_code, views()) == (200, [("front", "follow_up", None), ("left", "follow_up", None)])
    assert ["From the front" in page.text, "Left side" in page.text, "<img" in page.text] == [True, True, False]
    shown = signed_in(practitioner).get(f"/admin/treatments/photograph/session/{session.pk}/").text
    assert shown.count("Sent by the client") == 2
    kept = Photograph.objects.first()
    assert "sent by the client" in signed_in(practitioner).get(f"/admin/treatments/photograph/{kept.pk}/change/").text
    assert AuditEvent.objects.filter(action="photograph.added", actor=None).count() == 2


def test_after_one_the_page_leads_to_the_next(address):
    page = Browser().post(address, {"front": file()}).text
    assert f'<a class="button" href="{address}">Send photographs</a>' in page
    assert 'name="left"' in Browser().get(address).text


def test_a_bad_one_says_so_at_its_field_and_loses_no_other(address):
    bad = file(content=b"%PDF-1.4 no photograph")
    page = Browser().post(address, {"front": file(), "left": bad})
    assert (page.status_code, views()) == (422, [("front", "follow_up", None)])
    assert list(page.context["form"].errors) == ["left"]
    assert "front" not in page.context["form"].fields
    assert "This file is not a JPEG, PNG, WebP or HEIC photograph." in page.text


def test_what_is_wrong_is_said_in_the_clients_language(address):
    page = Browser().post(f"{address}?language=de", {"left": file(content=b"GIF89a")})
    assert "Diese Datei ist kein Foto" in page.text


def test_nothing_chosen_and_one_from_before_the_session_are_no_photographs(address):
    empty = Browser().post(address, {})
    old = file(content=file_of(two_halves(), exif=exif()))
    early = Browser().post(address, {"front": old})
    assert "at least one photograph" in empty.text
    assert "taken before your session" in early.text
    assert views() == []


def test_pressed_twice_it_is_kept_once(address):
    answers = [Browser().post(address, {"front": file()}).status_code for _time in range(2)]
    assert (answers, len(views())) == ([200, 200], 1)


def test_ten_are_enough(address, session):
    for _each in range(10):
        PhotographFactory(session=session, added_by=None, moment="follow_up", taken_at=NOON)
    page = Browser().post(address, {"front": file()})
    assert (page.status_code, "enough photographs" in page.text, Photograph.objects.count()) == (422, True, 10)


def test_too_many_tries_wait_an_hour(address):
    answers = [Browser().post(address, {}).status_code for _try in range(TRIES_AN_HOUR + 1)]
    assert answers[-2:] == [422, 429]


def test_without_consent_there_is_no_page_and_no_offer(address, followup, consent):
    link, offer = link_to(followup), "Send photographs"
    answers = {"change": "better", "comment": "x"}
    assert Browser().get(address).status_code == 200
    withdraw_consent(consent=consent, reason="", at=timezone.now())
    assert [Browser().get(address).status_code, Browser().post(address, {"front": file()}).status_code] == [404, 404]
    assert (views(), offer in Browser().post(link, answers).text) == ([], False)


def test_a_question_that_is_not_about_results_takes_none(session, consent):
    early = FollowupFactory(session=session, step="day_3")
    assert Browser().get(f"{link_to(early)}photographs/").status_code == 404


def test_the_page_works_without_script_and_shows_nothing_of_the_client(address):
    page = Browser().get(address)
    assert page.text.count('type="file"') == 5
    assert 'enctype="multipart/form-data"' in page.text
    assert not re.search(r"\bAda\b", page.text)  # a random token may hold three letters


def test_five_of_a_phones_are_let_through_and_no_more(address, settings):
    assert settings.LARGEST_BODY_WITH_PHOTOGRAPHS == 61 * 1024 * 1024
    too_long = Browser().generic("POST", address, b"x", CONTENT_LENGTH=str(62 * 1024 * 1024))
    assert too_long.status_code == 413
