import json
import re
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.links.services import issue_link
from clients.models import ClientLink, Message
from portal.models import AuditEvent
from tests.factories import DocumentFactory
from tests.treatments.consents.rows import STROKES, asked, sign
from treatments.consents.services import ready_text
from treatments.models import Consent

NOT_OPEN = "ask your clinic to send you a new one"
BORN = {"birth": "1985-05-17"}


def now():
    return timezone.now()


@pytest.fixture
def rows(practitioner):
    return asked(practitioner, "treatment", "photo_teaching", at=now())


def link_to(rows, channel="email", purpose="consent"):
    token = issue_link(
        client=rows.client,
        purpose=purpose,
        subject_id=rows.request.pk,
        at=now(),
        lasts=timedelta(days=30),
        channel=channel,
    )
    return f"/consent/{token}/"


@pytest.fixture
def address(rows):
    """On the clinic's tablet, where nobody asks for the date of birth."""
    return link_to(rows, channel="tablet")


def typed(consent, **changed):
    ready = ready_text(consent=consent, language="en")
    initials = {f"initials_{clause}": "AB" for clause in ready.initials}
    return initials | {
        "text_sha256": ready.sha256,
        "signed_name": "Ada Byron",
        "signature": json.dumps(STROKES),
        "decision": "agree",
        **changed,
    }


def everything():
    """Every row that a client's page could change."""
    return [list(table.objects.order_by("pk").values()) for table in (Consent, ClientLink, Message, AuditEvent)]


def test_what_is_asked_is_listed_each_by_itself_and_nothing_is_ticked(rows, address):
    page = Browser().get(address).content.decode()
    asks = [f'{address}{purpose}/"' in page for purpose in ("treatment", "photo_teaching")]
    assert (asks, "checkbox" in page, "Read and decide" in page) == ([True, True], False, True)


def test_the_whole_text_is_there_before_the_place_to_sign(rows, address):
    page = Browser().get(f"{address}treatment/").content.decode()
    order = [
        page.index(words) for words in ("What is planned", 'id="end-of-text"', 'id="id_signed_name"', 'id="agree"')
    ]
    assert (order, "up to 1.0 mm" in page, "[initials]" in page) == (sorted(order), True, False)


def test_signing_keeps_the_very_text_the_initials_the_drawing_and_how_it_came(rows, address):
    consent, browser = rows.consents["treatment"], Browser(REMOTE_ADDR="203.0.113.9")
    ready = ready_text(consent=consent, language="en")
    response = browser.post(f"{address}treatment/", typed(consent))
    consent.refresh_from_db()
    assert (response.status_code, response["Location"]) == (302, f"{address}treatment/")
    assert (consent.state, consent.text_sha256, consent.signed_name, consent.signature, consent.initials) == (
        "signed",
        ready.sha256,
        "Ada Byron",
        STROKES,
        {str(clause): "AB" for clause in ready.initials},
    )
    assert (consent.channel, consent.answered_from) == ("tablet", "203.0.113.9")
    rows.consents["photo_teaching"].refresh_from_db()
    assert rows.consents["photo_teaching"].state == "asked"  # nothing is bundled


def test_after_signing_the_page_thanks_leads_on_and_says_how_to_withdraw(rows, address):
    browser = Browser()
    page = browser.post(f"{address}treatment/", typed(rows.consents["treatment"]), follow=True).content.decode()
    found = [
        words in page
        for words in ("Thank you. You agreed", "as a PDF", f"{address}treatment/withdraw/", "Go on: Photographs")
    ]
    assert (found, "hand the tablet back" in page) == ([True] * 4, False)


def test_the_tablet_is_handed_back_once_nothing_waits(rows, address):
    browser = Browser()
    browser.post(f"{address}treatment/", typed(rows.consents["treatment"]))
    page = browser.post(f"{address}photo_teaching/", {"decision": "decline"}, follow=True).content.decode()
    back = f"/admin/treatments/consentrequest/{rows.request.pk}/change/"
    assert ("hand the tablet back" in page, back in page) == (True, True)


def test_a_typed_name_alone_is_a_signature(rows, address):
    Browser().post(f"{address}treatment/", typed(rows.consents["treatment"], signature=""))
    signed = Consent.objects.get(purpose="treatment")
    assert (signed.state, signed.signature) == ("signed", [])


def test_declining_is_recorded_and_needs_no_reason(rows, address):
    page = Browser().post(f"{address}photo_teaching/", {"decision": "decline", "why": ""}, follow=True).content.decode()
    declined = Consent.objects.get(purpose="photo_teaching")
    assert (declined.state, declined.refusal, declined.channel) == ("refused", "", "tablet")
    assert ("Photographs of you are not shown for teaching." in page, "you are treated just the same" in page) == (
        True,
        True,
    )


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"signed_name": " "}, "signed_name", "Please write your whole name"),
        ({"signed_name": "A."}, "signed_name", "Please write your whole name"),
        ({"signed_name": "Ada King"}, "signed_name", "Your clinic has written your name differently"),
        ({"initials_1": ""}, "initials_1", "Please write your initials here"),
        ({"signature": "{"}, "signature", "The drawing could not be read"),
        ({"text_sha256": "0" * 64}, "__all__", "The text has changed"),
    ],
)
def test_what_is_wrong_is_said_and_everything_is_kept(rows, address, changed, field, words):
    consent = rows.consents["treatment"]
    response = Browser().post(f"{address}treatment/", typed(consent) | {"initials_2": "KEPT"} | changed)
    page, form = response.content.decode(), response.context["form"]
    assert (response.status_code, list(form.errors), words in page, 'value="KEPT"' in page) == (
        422,
        [field],
        True,
        True,
    )
    drawn = json.dumps(STROKES).replace('"', "&quot;")
    assert (f'value="{drawn}"' in page) == ("signature" not in changed)
    consent.refresh_from_db()
    assert (consent.state, f'value="{ready_text(consent=consent, language="en").sha256}"' in page) == ("asked", True)


def test_a_lost_cookie_loses_nothing(rows, address):
    browser = Browser(enforce_csrf_checks=True)
    refused = browser.post(f"{address}treatment/", typed(rows.consents["treatment"]))
    page = refused.content.decode()
    assert ("Please press the button again" in page, 'value="Ada Byron"' in page) == (True, True)
    again = typed(rows.consents["treatment"], csrfmiddlewaretoken=str(refused.context["csrf_token"]))
    browser.post(f"{address}treatment/", again)
    assert Consent.objects.get(purpose="treatment").state == "signed"


def test_a_witness_signs_too_where_the_document_wants_one(rows, address):
    consent = rows.consents["photo_teaching"]
    DocumentFactory(clinic=rows.client.clinic, purpose="photo_teaching", number=2, needs_witness=True)
    alone = Browser().post(f"{address}photo_teaching/", typed(consent)).content.decode()
    Browser().post(f"{address}photo_teaching/", typed(consent, witness_name="Wil Ness"))
    consent.refresh_from_db()
    assert ("let the witness write" in alone, consent.state, consent.witness_name) == (True, "signed", "Wil Ness")


def test_a_client_takes_a_consent_back_by_the_same_link(rows, address):
    sign(rows.consents["photo_teaching"], at=now())
    browser, where = Browser(), f"{address}photo_teaching/withdraw/"
    asks = browser.get(where).content.decode()
    page = browser.post(where, {"why": ""}, follow=True).content.decode()
    rows.consents["photo_teaching"].refresh_from_db()
    assert ("are not shown for teaching" in asks, "was withdrawn on" in page) == (True, True)
    assert (rows.consents["photo_teaching"].state, rows.consents["photo_teaching"].withdrawn_by) == ("withdrawn", None)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "The photographs in your record were hidden at once."),
        ("de", "Die Fotos in Ihrer Akte wurden sofort ausgeblendet."),
        ("fr", "Les photographies de votre dossier ont été masquées aussitôt."),
        ("es", "Las fotografías de su historia clínica se han ocultado de inmediato."),
    ],
)
def test_whoever_withdraws_photographs_for_the_record_reads_that_they_are_hidden_at_once(practitioner, language, words):
    rows = asked(practitioner, "photo_record", "photo_teaching", at=now())
    type(rows.client).objects.filter(pk=rows.client.pk).update(language=language)
    shown = {}
    for purpose, consent in rows.consents.items():
        sign(consent, at=now())
        where = f"{link_to(rows, channel='tablet')}{purpose}/withdraw/"
        page = Browser().post(where, {"why": ""}, follow=True).content.decode()
        shown[purpose] = words in page
    assert shown == {"photo_record": True, "photo_teaching": False}


def test_an_old_link_withdraws_what_was_signed_since(rows, address, practitioner):
    sign(rows.consents["treatment"], at=now())
    newer = sign(asked(practitioner, "treatment", plan=rows.plan, at=now()).consent, at=now())
    page = Browser().post(f"{address}treatment/withdraw/", follow=True).content.decode()
    newer.refresh_from_db()
    assert (newer.state, "was withdrawn on" in page) == ("withdrawn", True)


def test_opening_any_page_changes_nothing(rows, address):
    sign(rows.consents["photo_teaching"], at=now())
    before = everything()
    for path in ("", "treatment/", "photo_teaching/", "photo_teaching/withdraw/", "treatment/withdraw/"):
        Browser().get(f"{address}{path}")
        Browser().head(f"{address}{path}")
    assert everything() == before


@pytest.mark.parametrize("path", ["", "treatment/", "photo_teaching/withdraw/"])
def test_nothing_is_shown_or_done_before_the_date_of_birth(rows, path):
    sign(rows.consents["photo_teaching"], at=now())
    where, before = link_to(rows) + path, [Consent.objects.count(), AuditEvent.objects.count()]
    browser = Browser()
    page = browser.get(where).content.decode()
    posted = browser.post(where, typed(rows.consents["treatment"])).content.decode()
    told = [word in shown for shown in (page, posted) for word in ("Byron", "Cheeks", "Photographs")]
    assert (told, "Your date of birth" in page) == ([False] * 6, True)
    assert [Consent.objects.count(), AuditEvent.objects.count()] == before
    assert (browser.post(where, BORN)["Location"], browser.get(where).context["title"]) != ("", "Your consent")


@pytest.mark.parametrize("path", ["marketing_emails/", "nonsense/", "nonsense/withdraw/"])
def test_what_was_not_asked_is_not_there(rows, address, path):
    answer = Browser().get(f"{address}{path}")
    assert (answer.status_code, NOT_OPEN in answer.content.decode()) == (404, True)


def test_an_archived_client_signs_nothing_and_may_still_withdraw(rows, address):
    sign(rows.consents["photo_teaching"], at=now())
    rows.client.archived_at = now()
    rows.client.save()
    assert Browser().get(f"{address}treatment/").status_code == 404
    assert Browser().post(f"{address}photo_teaching/withdraw/").status_code == 302


def test_what_a_clinic_writes_is_only_text(rows, address):
    nasty = {"en": "# A\n\n1 \\<script\\>alert(1)\\</script\\> & **b**\n"}
    DocumentFactory(clinic=rows.client.clinic, purpose="photo_teaching", number=2, texts=nasty)
    page = Browser().get(f"{address}photo_teaching/").content.decode()
    assert ("<script>alert" in page, "&lt;script&gt;alert(1)" in page, "<strong>b</strong>" in page) == (
        False,
        True,
        True,
    )


def test_a_name_unlike_the_record_counts_at_the_second_press(rows, address):
    where, consent = f"{address}treatment/", rows.consents["treatment"]
    asks = Browser().post(where, typed(consent, signed_name="Ada King"))
    checked = re.search(r'name="checked_name" value="([^"]+)"', asks.content.decode())[1]
    again = Browser().post(where, typed(consent, signed_name="Ada King", checked_name=checked))
    consent.refresh_from_db()
    assert (asks.status_code, again.status_code, consent.signed_name) == (422, 302, "Ada King")


def test_what_was_signed_can_be_read_behind_the_link(rows, address):
    Browser().post(f"{address}treatment/", typed(rows.consents["treatment"]))
    page = Browser().get(f"{address}treatment/").content.decode()
    assert [
        words for words in ("What you signed", "Signed as Ada Byron.", "What is planned") if words not in page
    ] == []


def test_the_client_hears_from_which_day_they_can_be_treated(rows, address):
    type(rows.client.clinic).objects.update(cooling_off_days=2)
    Browser().post(f"{address}treatment/", typed(Consent.objects.get(purpose="treatment")))
    first = timezone.localdate() + timedelta(days=3)
    page = Browser().get(f"{address}treatment/").content.decode()
    assert f"your first session can be on {first:%-d %b %Y} at the earliest" in page


def test_a_witness_who_is_the_client_is_said_beside_their_name(rows, address):
    DocumentFactory(clinic=rows.client.clinic, purpose="photo_teaching", number=2, needs_witness=True)
    said = typed(rows.consents["photo_teaching"], witness_name="ada byron", witness_signature="[]")
    form = Browser().post(f"{address}photo_teaching/", said).context["form"]
    assert form.errors == {"witness_name": ["A witness signs this too: somebody else, with their own name."]}
