"""The pages under Clinic."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.audit.models import AuditEvent
from portal.audit.services import record
from portal.practice.models import Certificate, Membership
from tests.factories import (
    NOON,
    CertificateFactory,
    ClientFactory,
    ClinicFactory,
    MembershipFactory,
    PlanFactory,
    SessionFactory,
)

CLINIC = "/admin/portal/clinic/"
PDF = b"%PDF-1.7 a certificate"


@pytest.fixture(autouse=True)
def _files_in_a_place_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def details(clinic, **changes):
    names = ("name", "address", "phone", "country", "time_zone", "language", "sender_name", "reply_to", "colour")
    said = {name: getattr(clinic, name) for name in names}
    hours = {"sends_from": "09:00", "sends_until": "18:00", "emergency_words": ""}
    return said | hours | {"screening_holds_days": 184, "cooling_off_days": 0} | changes


def certificate_facts(member, **changes):
    facts = {
        "membership": member.pk,
        "title": "Level 4",
        "awarding_body": "A body",
        "number": "1",
        "issued_on": "2026-01-01",
        "expires_on": "2030-01-01",
        "max_depth_mm": "1.50",
        "file": SimpleUploadedFile("../../evil name.pdf.exe", PDF),
    }
    return facts | changes


def test_the_clinic_page_shows_the_clinic_its_team_and_certificates(clinic, owner, practitioner, signed_in):
    CertificateFactory(membership=practitioner, title="Level 4 Diploma")
    text = signed_in(owner).get(CLINIC).content.decode()
    expected = [clinic.name, practitioner.user.full_name, "Level 4 Diploma", "call NHS 111", "Audit trail", "Devices"]
    assert [word for word in expected if word not in text] == []


def test_the_clinic_page_shows_what_holds_a_session_up(clinic, owner, signed_in):
    before = signed_in(owner).get(CLINIC).content.decode()
    type(clinic).objects.update(country="GB-SCT", cooling_off_days=14, screening_holds_days=90)
    page = signed_in(owner).get(CLINIC).content.decode()
    assert ("<dd>None</dd>" in before, "Permitted premises" in before) == (True, False)
    wanted = ("<dd>14</dd>", "<dd>90 days</dd>", "<dt>Permitted premises</dt><dd>No</dd>")
    assert [words for words in wanted if words not in page] == []


def test_the_front_desk_sees_facts_and_no_team(clinic, front_desk, practitioner, signed_in):
    text = signed_in(front_desk).get(CLINIC).content.decode()
    assert (clinic.phone in text, practitioner.user.full_name in text, "Change the clinic" in text) == (
        True,
        False,
        False,
    )


def test_an_owner_changes_the_details(clinic, owner, signed_in):
    said = details(clinic, colour="#AABBCC", time_zone="Europe/Paris", emergency_words="Call us.")
    response = signed_in(owner).post(f"{CLINIC}{clinic.pk}/change/", said)
    clinic.refresh_from_db()
    assert (response.status_code, clinic.colour, clinic.time_zone, clinic.emergency_words) == (
        302,
        "#aabbcc",
        "Europe/Paris",
        "Call us.",
    )
    assert AuditEvent.objects.get().action == "clinic.changed"


@pytest.mark.parametrize(
    "odd",
    [
        {"time_zone": "Mars/Olympus"},
        {"colour": "red"},
        {"reply_to": "nonsense"},
        {"sends_from": "18:00", "sends_until": "09:00"},
        {"country": "XX"},
    ],
)
def test_odd_details_are_refused_and_kept_on_the_page(clinic, owner, signed_in, odd):
    page = signed_in(owner).post(f"{CLINIC}{clinic.pk}/change/", details(clinic, name="Renamed", **odd))
    clinic.refresh_from_db()
    assert (page.status_code, clinic.name == "Renamed", "Renamed" in page.content.decode()) == (200, False, True)


@pytest.mark.parametrize("role", ["practitioner", "front_desk"])
def test_only_owners_change_anything(clinic, owner, signed_in, role):
    browser = signed_in(MembershipFactory(clinic=clinic, role=role))
    team = f"/admin/portal/membership/{owner.pk}/"
    answers = [
        browser.post(f"{CLINIC}{clinic.pk}/change/", details(clinic, name="Renamed")).status_code,
        browser.post(
            "/admin/portal/membership/invite/", {"full_name": "N", "email": "n@example.org", "role": "owner"}
        ).status_code,
        browser.post(f"{team}end/", {"sure": "1"}).status_code,
        browser.post(f"{team}role/", {"role": "front_desk"}).status_code,
        browser.post("/admin/portal/certificate/add/", certificate_facts(owner)).status_code,
        browser.get("/admin/portal/auditevent/").status_code,
    ]
    assert (answers, Membership.objects.count(), AuditEvent.objects.count()) == ([403] * 6, 2, 0)


def test_there_is_one_clinic_and_nobody_adds_or_deletes_it(clinic, owner, signed_in):
    other, browser = ClinicFactory(), signed_in(owner)
    pages = [f"{CLINIC}add/", f"{CLINIC}{clinic.pk}/delete/", f"{CLINIC}{other.pk}/change/"]
    assert [browser.get(page).status_code for page in pages] == [403, 403, 404]


def test_an_owner_invites_changes_and_ends(clinic, owner, signed_in):
    browser = signed_in(owner)
    browser.post(
        "/admin/portal/membership/invite/", {"full_name": "New", "email": "n@example.org", "role": "front_desk"}
    )
    member = Membership.objects.get(user__email="n@example.org")
    browser.post(f"/admin/portal/membership/{member.pk}/role/", {"role": "practitioner"})
    browser.post(f"/admin/portal/membership/{member.pk}/end/", {"sure": "1"})
    member.refresh_from_db()
    assert (member.role, member.ended_at is not None) == ("practitioner", True)
    text = browser.get("/admin/portal/membership/").content.decode()
    assert "Left on" in text


def test_the_last_owner_is_told_why_they_stay(owner, signed_in):
    page = signed_in(owner).post(f"/admin/portal/membership/{owner.pk}/end/", {"sure": "1"})
    owner.refresh_from_db()
    assert (page.status_code, owner.ended_at, "at least one owner" in page.content.decode()) == (200, None, True)


def test_a_certificates_file_is_kept_under_a_random_name_and_comes_back_as_a_download(owner, signed_in):
    browser = signed_in(owner)
    assert browser.post("/admin/portal/certificate/add/", certificate_facts(owner)).status_code == 302
    certificate = Certificate.objects.get()
    response = browser.get(f"/admin/portal/certificate/{certificate.pk}/file/")
    headers = [response[name] for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options")]
    assert headers == ["application/pdf", 'attachment; filename="certificate.pdf"', "nosniff"]
    assert ("evil" in certificate.file.name, b"".join(response.streaming_content)) == (False, PDF)


@pytest.mark.parametrize(
    "odd",
    [
        {"file": SimpleUploadedFile("c.pdf", b"<html>")},
        {"expires_on": "2025-01-01"},
        {"max_depth_mm": "2.55"},
        {"max_depth_mm": "0.1"},
        {"membership": "999999"},
    ],
)
def test_an_odd_certificate_is_refused(owner, signed_in, odd):
    page = signed_in(owner).post("/admin/portal/certificate/add/", certificate_facts(owner, **odd))
    assert (page.status_code, Certificate.objects.exists()) == (200, False)


def test_a_replaced_file_is_gone(owner, signed_in, django_capture_on_commit_callbacks):
    certificate = CertificateFactory(membership=owner, file=SimpleUploadedFile("c.pdf", PDF))
    storage, old = certificate.file.storage, certificate.file.name
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(owner).post(f"/admin/portal/certificate/{certificate.pk}/change/", certificate_facts(owner))
    certificate.refresh_from_db()
    assert (storage.exists(old), storage.exists(certificate.file.name)) == (False, True)


def test_another_clinics_file_is_not_there(owner, signed_in):
    theirs = CertificateFactory(file=SimpleUploadedFile("c.pdf", PDF))
    assert signed_in(owner).get(f"/admin/portal/certificate/{theirs.pk}/file/").status_code == 404


def test_the_list_marks_what_expired_and_what_expires_soon(practitioner, owner, signed_in):
    today = timezone.localdate()
    for title, days in (("Past", -1), ("Near", 30), ("Far", 31)):
        CertificateFactory(
            membership=practitioner, title=title, issued_on=date(2020, 1, 1), expires_on=today + timedelta(days=days)
        )
    text = signed_in(owner).get("/admin/portal/certificate/").content.decode()
    assert [text.count(words) for words in ("Expired", "Expires soon", ">Valid<")] == [1, 1, 1]


def test_a_practitioner_reads_certificates_without_changing_them(practitioner, signed_in):
    certificate = CertificateFactory(membership=practitioner, file=SimpleUploadedFile("c.pdf", PDF))
    page = signed_in(practitioner).get(f"/admin/portal/certificate/{certificate.pk}/change/").content.decode()
    assert (f"/admin/portal/certificate/{certificate.pk}/file/" in page, certificate.file.name in page) == (True, False)


def test_the_audit_page_says_who_did_what_in_words(clinic, owner, practitioner, signed_in):
    record(clinic=clinic, action="session.completed", subject=clinic, at=NOON, by=practitioner.user)
    record(clinic=clinic, action="reply.submitted", subject=clinic, at=NOON, client_acted=True, fields=["phone"])
    browser = signed_in(owner)
    text = browser.get("/admin/portal/auditevent/").content.decode()
    expected = ["Session completed", practitioner.user.full_name, "Reply submitted", "The client", "phone"]
    assert [word for word in expected if word not in text] == []
    filtered = browser.get("/admin/portal/auditevent/?who=client").content.decode()
    assert ("Reply submitted" in filtered, "Session completed" in filtered) == (True, False)


def test_the_audit_page_names_the_client_and_asks_no_more_for_more_rows(clinic, owner, signed_in):
    browser, counts = signed_in(owner), []
    browser.get("/admin/portal/auditevent/")
    for name in ("Ada", "Bea", "Cleo"):
        client = ClientFactory(clinic=clinic, first_name=name, last_name="Ek")
        session = SessionFactory(plan=PlanFactory(client=client))
        record(clinic=clinic, action="client.added", subject=client, at=NOON)
        record(clinic=clinic, action="session.booked", subject=session, at=NOON)
        with CaptureQueriesContext(connection) as asked:
            text = browser.get("/admin/portal/auditevent/").content.decode()
        counts.append(len(asked))
        assert text.count(f'<a href="/admin/client/{client.pk}/">{name} Ek</a>') == 2
    assert len(set(counts)) == 1
