"""The client's pages and emails in each language: they say which it is, and no English sentence is left on them."""

import re
from dataclasses import asdict
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client as Browser
from django.utils import timezone, translation

from clients.links.services import issue_link
from clients.messages.kinds import gather, kind_of
from clients.models import Message
from portal.management import catalogues
from portal.practice.emails import password_email
from tests.factories import ClientFactory, FollowupFactory, PlanFactory, SessionFactory
from tests.treatments.consents.rows import asked, sign
from tests.treatments.screening.filling import PARTS, fill_in, link_to
from tests.treatments.screening.rows import sent
from treatments.care.services import shipped_schedule
from treatments.consents.services import withdraw_consent
from treatments.followups.services import submit_reply
from treatments.followups.terms import Step

LANGUAGES = list(catalogues.LANGUAGES)
EVERY = pytest.mark.parametrize("language", LANGUAGES)
DAY = timedelta(days=1)


def english():
    """The sentences of more than three words, of catalogue and care schedule; a placeholder ends what can be sought."""
    messages = [message.id for message in catalogues.kept("de") if isinstance(message.id, str)]
    messages += [line for words in follow_up_words() for line in re.split(r"\n+(?:[-#]+ )?", words)]
    pieces = [piece.strip() for words in messages for piece in re.split(r"%\(\w+\)s|\{\w+\}", words)]
    return [piece for piece in pieces if len(piece.split()) > 3]


def follow_up_words():
    """What the default's follow-up emails say in English."""
    for step in shipped_schedule().steps:
        yield from asdict(step.words["en"]).values()


SENTENCES = english()


def left_in_english(words):
    """The English sentences in a page or an email."""
    shown = " ".join(unescape(re.sub(r"<[^>]+>", " ", words)).split())
    return [sentence for sentence in SENTENCES if sentence in shown]


def wrong_in(page, language, status=200):
    """What keeps it from being a page in that language, wholly: [] when it is one."""
    words = page.content.decode()
    return [
        *([] if page.status_code == status else [f"status {page.status_code}"]),
        *([] if f'<html lang="{language}">' in words else ["another language is named"]),
        *left_in_english(words),
    ]


def wrong_in_email(message, language):
    """What keeps it from being an email in that language, wholly: [] when it is one."""
    with translation.override(language):
        gather([message], timezone.now())
        email = kind_of(message).render(message, timezone.now())
    return [
        *([] if f'<html lang="{language}">' in email.html else ["another language is named"]),
        *left_in_english(f"{email.subject} {email.text} {email.html}"),
    ]


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def screening(clinic, practitioner):
    return sent(clinic, practitioner, at=timezone.now())


def choosing(address, language):
    """A browser in which this language was chosen on that page."""
    browser = Browser()
    browser.get(address, {"language": language})
    return browser


@EVERY
def test_the_form_and_what_comes_after_it(screening, language):
    address = link_to(screening)
    browser = choosing(address, language)
    assert wrong_in(browser.get(address), language) == []
    for section in PARTS:
        assert wrong_in(browser.get(f"{address}part/{section}/"), language) == []
        assert wrong_in(browser.get(f"{address}part/{section}/more/", follow=True), language) == []
    assert wrong_in(browser.post(f"{address}part/{PARTS[0]}/", {}), language, 422) == []
    fill_in(address, browser=browser)
    assert wrong_in(browser.get(f"{address}check/"), language) == []
    assert wrong_in(browser.post(f"{address}check/", {}), language, 422) == []
    signed = {"statement": "on", "signed_name": "Ada", "checked_name": "Ada"}
    assert wrong_in(browser.post(f"{address}check/", signed, follow=True), language) == []


@EVERY
@pytest.mark.parametrize("step", [step for step in Step if step != Step.AFTERCARE])
def test_the_questions_after_a_session(clinic, language, step):
    followup = FollowupFactory(session__plan__client=ClientFactory(clinic=clinic, language=language), step=step)
    token = issue_link(
        client=followup.client, purpose="follow_up", subject_id=followup.pk, at=timezone.now(), lasts=DAY
    )
    assert wrong_in(Browser().get(f"/follow-up/{token}/"), language) == []
    assert wrong_in(Browser().post(f"/follow-up/{token}/", {}), language, 422) == []


@EVERY
@pytest.mark.parametrize("signs", [["none"], ["pus"], ["breathing"]])
def test_what_is_said_to_an_answer(clinic, language, signs):
    followup = FollowupFactory(session__plan__client=ClientFactory(clinic=clinic, language=language), step="day_3")
    token = issue_link(
        client=followup.client, purpose="follow_up", subject_id=followup.pk, at=timezone.now(), lasts=DAY
    )
    assert wrong_in(Browser().post(f"/follow-up/{token}/", {"signs": signs}), language) == []
    assert wrong_in(Browser().post(f"/follow-up/{token}/", {"signs": signs}), language) == []
    assert wrong_in(Browser().get(f"/follow-up/{token}/"), language) == []


@EVERY
@pytest.mark.parametrize("emails", ["follow_up_emails", "marketing_emails"])
def test_emails_off_and_on_again(clinic, language, emails):
    client = ClientFactory(clinic=clinic, language=language)
    token = issue_link(client=client, purpose="emails_off", subject_id=client.pk, at=timezone.now(), lasts=DAY)
    address = f"/emails/{token}/{emails}/"
    pages = [Browser().get(address), *(Browser().post(address, {"emails": word}) for word in ("off", "on"))]
    assert [wrong_in(page, language) for page in pages] == [[]] * 3


@EVERY
def test_consent(practitioner, language):
    rows = asked(practitioner, "treatment", "photo_teaching", at=timezone.now())
    token = issue_link(
        client=rows.client,
        purpose="consent",
        subject_id=rows.request.pk,
        at=timezone.now(),
        lasts=DAY,
        channel="tablet",
    )
    address = f"/consent/{token}/"
    browser = choosing(address, language)
    assert wrong_in(browser.get(address), language) == []
    assert wrong_in(browser.get(f"{address}treatment/"), language) == []
    assert wrong_in(browser.post(f"{address}treatment/", {"decision": "agree"}), language, 422) == []
    assert wrong_in(browser.post(f"{address}photo_teaching/", {"decision": "decline"}, follow=True), language) == []


@EVERY
def test_a_link_that_does_not_open(db, language):
    assert wrong_in(Browser().get("/follow-up/nothing/", {"language": language}), language, 404) == []


@EVERY
@pytest.mark.parametrize("step", list(Step))
def test_the_emails_after_a_session(clinic, language, step):
    session = SessionFactory(
        plan=PlanFactory(client=ClientFactory(clinic=clinic, skin_type="V")), ended_at=timezone.now()
    )
    followup = FollowupFactory(session=session, step=step, message__key=f"session:{session.pk}:{step}")
    assert wrong_in_email(followup.message, language) == []


@EVERY
def test_every_other_email(screening, practitioner, language):
    rows = asked(practitioner, "treatment", at=timezone.now())
    sign(rows.consent, at=timezone.now(), language=language)
    withdraw_consent(consent=rows.consent, reason="", at=timezone.now())
    followup = FollowupFactory(session__plan__client=rows.client, step="day_3")
    submit_reply(followup=followup, answers={"signs": ["pus"]}, at=timezone.now())
    messages = list(Message.objects.exclude(pk=followup.message.pk))
    assert {"screening_invitation", "red_flag"} < {message.kind for message in messages}
    for message in messages:
        assert wrong_in_email(message, language) == []
    practitioner.clinic.language = language
    assert left_in_english(password_email(practitioner).body) == []


@EVERY
def test_the_language_is_chosen_by_links_and_remembered(screening, language):
    address = link_to(screening)
    browser = Browser()
    page = browser.get(address).content.decode()
    switch = re.findall(r'<a href="\?language=(\w\w)" lang="(\w\w)" hreflang="(\w\w)"( aria-current="true")?>', page)
    assert switch == [(code, code, code, ' aria-current="true"' * (code == "en")) for code in ("en", "de", "fr", "es")]
    browser.get(address, {"language": language})
    assert wrong_in(browser.get(address), language) == []
    assert wrong_in(browser.get(address, {"language": "tlh"}), language) == []
    assert browser.cookies["language"].value == language


def test_a_page_without_a_link_offers_no_switch(practitioner, signed_in):
    browser = signed_in(practitioner)
    browser.cookies["language"] = "de"
    page = browser.get("/admin/").content.decode()
    assert ("?language=" in page, '<html lang="en-gb"' in page.lower()) == (False, True)
