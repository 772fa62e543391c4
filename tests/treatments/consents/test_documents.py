"""A clinic's documents: written, previewed, published, and what becomes of who signed before."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories import NOON
from tests.treatments.consents.rows import asked, sign, signed
from treatments.consents import services
from treatments.consents.terms import ConsentPurpose
from treatments.models import Consent, Document

TEXT = "# Photographs\n\nI agree, says {client}.\n"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def begun(owner, text=TEXT):
    draft = services.begin_document(clinic=owner.clinic, purpose="photo_record", by=owner.user, at=NOON)
    return services.change_document(document=draft, texts={"en": text}, needs_witness=False, by=owner.user, at=NOON)


def published(owner, asks_again):
    return services.publish_document(
        document=begun(owner), reason="Clearer", asks_again=asks_again, by=owner.user, at=NOON
    )


@pytest.mark.parametrize(("asks_again", "state"), [(True, "outdated"), (False, "signed")])
def test_a_new_version_asks_again_or_not(practitioner, owner, asks_again, state):
    consent = signed(practitioner, "photo_record").consent
    text = consent.text
    published(owner, asks_again)
    consent.refresh_from_db()
    assert (consent.state, consent.text) == (state, text)
    assert services.ready_text(consent=consent, language="en").markdown == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello\n\n{nobody}", "English: Line 3: {nobody} is not a field."),
        ("Hello\n\n<b>x</b>", "English: Line 3: HTML cannot be shown here."),
        ("Hello **you", "English: Line 1: there are two asterisks"),
        ("", "The text in English is missing"),
    ],
)
def test_what_clients_could_not_read_is_not_saved(owner, text, said):
    with pytest.raises(services.TextRefused) as refused:
        begun(owner, text)
    assert str(refused.value).startswith(said)


def test_what_is_published_is_no_draft_any_more(owner):
    document = published(owner, asks_again=False)
    with pytest.raises(services.AlreadyPublished):
        services.change_document(document=document, texts={"en": "x"}, needs_witness=False, by=owner.user, at=NOON)


def test_an_owner_writes_and_publishes_on_pages(owner, signed_in):
    browser = signed_in(owner)
    browser.post(reverse("admin:treatments_document_add"), {"purpose": "photo_record"})
    draft = Document.objects.drafts().get()
    edit = reverse("admin:treatments_document_edit", args=[draft.pk])
    assert "is not a field" in browser.post(edit, {"en": "{oops}"}).content.decode()
    preview = browser.post(edit, {"en": TEXT}, follow=True).content.decode()
    assert "I agree, says Alex Example." in preview
    publish = reverse("admin:treatments_document_publish", args=[draft.pk])
    browser.post(publish, {"reason": "Clearer", "asks_again": "no"})
    draft.refresh_from_db()
    assert (draft.number, draft.texts, draft.published_by) == (2, {"en": TEXT}, owner.user)
    assert Consent.objects.count() == 0


def test_who_treats_reads_and_does_not_write(practitioner, owner, signed_in):
    draft = begun(owner)
    browser = signed_in(practitioner)
    said = [
        browser.get(reverse(f"admin:treatments_document_{page}", args=args)).status_code
        for page, args in [
            ("changelist", []),
            ("change", [draft.pk]),
            ("add", []),
            ("edit", [draft.pk]),
            ("publish", [draft.pk]),
        ]
    ]
    assert said == [200, 200, 403, 403, 403]


def test_every_default_can_be_read_before_anybody_is_asked(practitioner, signed_in):
    page = signed_in(practitioner).get(reverse("admin:treatments_document_defaults")).content.decode()
    found = [f'id="{purpose}"' in page for purpose in ConsentPurpose.values]
    assert (found, "Consent to micro-needling" in page, Document.objects.count()) == ([True] * 6, True, 0)


def test_a_version_that_asks_everybody_again_says_how_many_wait_and_who(practitioner, owner, signed_in):
    rows, browser = signed(practitioner, "photo_record"), signed_in(owner)
    signed(practitioner, "photo_record")
    document = published(owner, asks_again=True)
    page = f"/admin/treatments/document/{document.pk}/change/"
    before = browser.get(page).content.decode()
    later = NOON + timedelta(days=1)
    sign(asked(practitioner, "photo_record", plan=rows.plan, at=later).consent, at=later)
    after = browser.get(page).content.decode()
    assert ("2 clients signed an earlier text and have" in before, "1 client signed" in after) == (True, True)
    listed = browser.get("/admin/treatments/consent/?state__exact=outdated&purpose__exact=photo_record")
    assert listed.context["cl"].result_count == 1
    rows.consent.refresh_from_db()
    assert rows.consent.state == "replaced"
