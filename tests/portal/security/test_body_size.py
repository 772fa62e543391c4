"""Nobody fills the disk: what is larger than a page takes is refused before anything reads it."""

from io import BytesIO

import pytest
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client as Browser
from django.test import RequestFactory

from tests.factories import CertificateFactory
from tests.portal.security.test_headers import unguarded

MEGABYTE = 1_000_000
LOGIN, ADD = "/admin/login/", "/admin/portal/certificate/add/"


@pytest.fixture
def spooled(monkeypatch):
    """The names of files that were put on the disk."""
    names = []
    new_file = TemporaryFileUploadHandler.new_file
    monkeypatch.setattr(
        TemporaryFileUploadHandler, "new_file", lambda self, *args: names.append(args[1]) or new_file(self, *args)
    )
    return names


def upload(path, size, browser=None):
    file = BytesIO(b"x" * size)
    file.name = "large.pdf"
    return (browser or Browser(enforce_csrf_checks=True)).post(path, {"file": file})


@pytest.mark.parametrize(
    "path", [LOGIN, "/admin/password_reset/", "/follow-up/some-token/draft/", "/screening/some-token/"]
)
@pytest.mark.parametrize("size", [MEGABYTE, 20 * MEGABYTE])
def test_a_page_without_files_takes_a_megabyte(db, spooled, path, size):
    answer = upload(path, size)
    assert (answer.status_code, spooled, unguarded(answer)) == (413, [], set())
    assert "larger than this page takes" in answer.content.decode()


def test_a_page_that_takes_files_takes_eleven_megabytes(owner, signed_in, spooled):
    held = CertificateFactory(membership=owner)
    for path in (ADD, f"/admin/portal/certificate/{held.pk}/change/"):
        assert upload(path, 12 * MEGABYTE, signed_in(owner)).status_code == 413
        assert (upload(path, 10 * MEGABYTE, signed_in(owner)).status_code, spooled.pop()) == (200, "large.pdf")
    assert spooled == []


FOR_FILES = [
    ADD,
    "/admin/treatments/photograph/add/",
    "/admin/treatments/lot/add/",
    "/admin/treatments/session/1/complete/",
]


@pytest.mark.parametrize("path", FOR_FILES)
def test_whoever_is_not_signed_in_is_led_to_the_sign_in_and_no_file_of_theirs_is_read(
    owner, signed_in, spooled, settings, path
):
    forged, left = Browser(enforce_csrf_checks=True), signed_in(owner)
    forged.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    left.session.flush()
    answers = [upload(path, 3 * MEGABYTE, browser) for browser in (Browser(), forged, left)]
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, f"{LOGIN}?next={path}")] * 3
    assert (spooled, unguarded(answers[0])) == ([], set())
    assert upload(path, 28 * MEGABYTE).status_code == 413


@pytest.mark.parametrize("page", ["", "photographs/"])
def test_of_a_large_body_at_a_link_that_does_not_open_nothing_is_read(db, spooled, page):
    assert (upload(f"/follow-up/some-token/{page}", 20 * MEGABYTE).status_code, spooled) == (404, [])


@pytest.mark.parametrize("odd", [ADD + "more/", "/admin/portal/certificate/1/download/", "/x" + ADD])
def test_no_other_address_takes_files(db, odd):
    assert upload(odd, MEGABYTE).status_code == 413


@pytest.mark.parametrize(
    "odd", [{"HTTP_TRANSFER_ENCODING": "chunked"}, {"CONTENT_LENGTH": "-1"}, {"CONTENT_LENGTH": "many"}]
)
def test_a_body_that_does_not_say_how_large_it_is_is_refused(db, odd):
    answer = Browser().post(LOGIN, {}, **odd)
    assert (answer.status_code, unguarded(answer)) == (411, set())


def test_an_ordinary_form_passes(db):
    assert RequestFactory().post(LOGIN, {}).META["CONTENT_LENGTH"]
    assert [Browser().get(LOGIN).status_code, Browser().post(LOGIN, {"username": "a" * 9000}).status_code] == [200, 200]


def test_a_length_of_thousands_of_digits_is_too_large(db):
    assert Browser().post(LOGIN, CONTENT_LENGTH="9" * 5000).status_code == 413
