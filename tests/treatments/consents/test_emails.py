"""The emails of consent, as they leave through the post office: language, subject, file, and no secrets kept."""

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core import mail

from clients.links.services import open_link
from clients.messages.services import drain
from clients.models import Message
from tests.factories import NOON, ClientFactory
from tests.treatments.consents.rows import asked, sign, signed
from treatments.consents import services

LATER = NOON + timedelta(hours=1)
CLINICAL = r"(?i)consent|treat|needl|skin|photo|health|medic|einwillig|behandl|canary|finch|kanari"
LANGUAGES = ["en", "de", "fr", "es"]


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def person(clinic):
    return ClientFactory(clinic=clinic, first_name="Canary", last_name="Finch")


def leaves(at=NOON):
    """What leaves now, read from the bytes on the wire."""
    mail.outbox.clear()
    drain(worker="test", at=lambda: at)
    return [message_from_bytes(email.message().as_bytes(), policy=policy.default) for email in mail.outbox]


def text_of(email):
    return email.get_body(("plain",)).get_content()


def token_in(email):
    return re.search(r"http://localhost:8000/consent/([^/\s]+)/", text_of(email))[1]


def signed_by(practitioner, person, *purposes):
    """What they signed, once the request has left."""
    rows = asked(practitioner, *purposes, client=person)
    leaves()
    rows.consent = sign(rows.consent)
    return rows


def test_the_request_carries_a_link_of_thirty_days_to_what_is_asked(practitioner, person):
    rows = asked(practitioner, client=person)
    (email,) = leaves()
    token = token_in(email)
    link = open_link(token=token, purpose="consent", at=NOON)
    assert (link.client, link.subject_id, link.expires_at) == (person, rows.request.pk, NOON + timedelta(days=30))
    html = email.get_body(("html",)).get_content()
    assert (email["To"], f"/consent/{token}/" in html, list(email.iter_attachments())) == (person.email, True, [])
    assert str(practitioner) in text_of(email)


def test_the_copy_carries_the_very_file_that_is_kept(practitioner, person):
    consent = signed_by(practitioner, person).consent
    (email,) = leaves()
    (file,) = email.iter_attachments()
    with consent.pdf.open() as pdf:
        kept = pdf.read()
    assert (email["To"], file.get_content_type()) == (person.email, "application/pdf")
    assert (file.get_filename(), file.get_content()) == (f"consent-{consent.pk}.pdf", kept)


def test_the_copys_link_withdraws_for_ten_years(practitioner, person):
    rows = signed_by(practitioner, person)
    (email,) = leaves()
    link = open_link(token=token_in(email), purpose="consent", at=NOON + timedelta(days=3652))
    assert (link.client, link.subject_id) == (person, rows.request.pk)


def test_what_is_kept_of_the_copy_hides_the_link_and_names_the_file_only(practitioner, person):
    consent = signed_by(practitioner, person).consent
    (email,) = leaves()
    token, kept = token_in(email), Message.objects.get(kind="consent_copy")
    assert (kept.state, token in kept.text + kept.html + kept.subject) == ("sent", False)
    assert ("/consent/…/" in kept.text, "/consent/…/" in kept.html) == (True, True)
    assert kept.text.endswith(f"\n[consent-{consent.pk}.pdf]")
    assert "%PDF" not in kept.text + kept.html


def test_the_clinic_hears_of_a_withdrawal_without_a_name_or_a_reason(practitioner, person):
    consent = signed_by(practitioner, person).consent
    leaves()
    services.withdraw_consent(consent=consent, reason="Private words", at=LATER)
    (email,) = leaves(LATER)
    said = str(email["Subject"]) + text_of(email) + email.get_body(("html",)).get_content()
    assert email["To"] == practitioner.clinic.reply_to
    assert "C. F. withdrew their consent to treatment on 1 Jun 2026, 14:00." in text_of(email)
    assert f"http://localhost:8000/admin/client/{person.pk}/" in text_of(email)
    assert re.findall(r"(?i)canary|finch|private", said) == []


def test_no_subject_tells_what_it_is_about_or_who(practitioner, person):
    consents = asked(practitioner, client=person).consents
    emails = leaves()
    consent = sign(consents["treatment"])
    emails += leaves()
    services.withdraw_consent(consent=consent, reason="", at=LATER)
    emails += leaves(LATER)
    subjects = [str(email["Subject"]) for email in emails]
    assert (len(subjects), [re.findall(CLINICAL, subject) for subject in subjects]) == (3, [[]] * 3)


def test_each_language_has_its_own_words(practitioner, clinic):
    said = {}
    for language in LANGUAGES:
        client = ClientFactory(clinic=clinic, language=language, first_name="Canary", last_name="Finch")
        rows = asked(practitioner, "photo_record", client=client)
        (request,) = leaves()
        sign(rows.consent, language=language)
        (copy,) = leaves()
        subjects = (str(request["Subject"]), str(copy["Subject"]))
        assert [re.findall(CLINICAL, subject) for subject in subjects] == [[], []]
        said[language] = (*subjects, text_of(request).splitlines()[0], text_of(copy).splitlines()[0])
    assert [len({words[part] for words in said.values()}) for part in (0, 1)] == [4, 4]


def test_the_clinic_reads_its_own_language(practitioner, person):
    practitioner.clinic.language = "de"
    practitioner.clinic.save()
    services.withdraw_consent(consent=signed(practitioner, client=person).consent, reason="", at=LATER)
    (email,) = [one for one in leaves(LATER) if one["To"] == practitioner.clinic.reply_to]
    assert "withdraw" not in text_of(email) + str(email["Subject"])


def test_a_request_that_waits_for_nothing_does_not_leave(practitioner, person):
    sign(asked(practitioner, client=person).consent)
    assert [list(email.iter_attachments()) != [] for email in leaves()] == [True]  # the copy alone
    skipped = Message.objects.get(kind="consent_request")
    assert (skipped.state, skipped.why) == ("skipped", "Nothing of it waits for the client any more.")


def test_nothing_goes_to_a_client_who_is_archived(practitioner, person):
    signed(practitioner, client=person)
    type(person).objects.filter(pk=person.pk).update(archived_at=NOON)
    assert leaves() == []
    assert set(Message.objects.values_list("why", flat=True)) == {"The client is archived."}


def test_names_are_inert_in_html(practitioner, clinic):
    asked(practitioner, client=ClientFactory(clinic=clinic, preferred_name="<img src=x> O'Neil"))
    (email,) = leaves()
    html = email.get_body(("html",)).get_content()
    assert ("Dear <img src=x> O'Neil," in text_of(email), "<img" in html) == (True, False)
