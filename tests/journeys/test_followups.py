"""A client answers, alarms, or wants no more emails: from the email as it left to what the team sees, at 390 px."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from clients.messages.services import drain
from clients.models import Message
from tests.factories import ClientFactory, PlanFactory, SessionFactory
from tests.journeys.conftest import watch
from tests.journeys.pages import WIDTHS, axe_findings, follow, open_window, overflow
from tests.journeys.test_review import enter
from treatments.followups.services import schedule_followups
from treatments.models import Alert, Reply

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = timedelta(days=1)
CALM = {"redness": "1", "swelling": "0", "pain": "2", "signs": ["none"], "comment": ""}


@pytest.fixture
def phones(chromium):
    """phones(script=False) is a phone of its own; without scripts ours arrive empty, because axe is one itself."""
    contexts, troubles = [], []

    def phone(*, script: bool = True) -> Page:
        page = open_window(chromium, viewport=WIDTHS["phone"])
        if not script:
            page.route("**/*.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
        contexts.append(page.context)
        troubles.append(watch(page))
        return page

    yield phone
    for context in contexts:
        context.close()
    # A form with a mistake is answered with 422.
    assert [words for page in troubles for words in page if "422" not in words] == []


@pytest.fixture
def treated(live_server, practitioner):
    """treated("de") is a client whose session ended three days ago, and nothing has left yet."""

    def client(language: str):
        person = ClientFactory(clinic=practitioner.clinic, language=language, email=f"ada-{language}@example.org")
        ended_at = timezone.now() - 3 * DAY
        plan = PlanFactory(client=person, practitioner=practitioner)
        session = SessionFactory(plan=plan, practitioner=practitioner, number=1, ended_at=ended_at)
        schedule_followups(session=session, at=ended_at)
        return person

    return client


def emailed(live_server, outbox, step: str, part: str) -> str:
    """This step leaves now; the address in its email that leads to such a page."""
    now = timezone.now()
    step_now = Message.objects.filter(followups__step=step)
    step_now.update(due_at=now, next_try_at=now, send_by=now + DAY, in_hours=False)
    drain(worker="journey", at=timezone.now)
    own = step_now.get().message_id
    (mail,) = [mail for mail in outbox if mail.extra_headers["Message-ID"] == own]
    path = re.search(rf"/{part}/\S+", mail.body)
    return f"{live_server.url}{path[0]}"


def look(page: Page) -> None:
    assert (axe_findings(page), overflow(page)) == ([], [])


def answer(page: Page, **answers: str) -> None:
    for name, value in answers.items():
        page.locator(f"[name={name}][value='{value}']").check()


def send(page: Page) -> None:
    follow(page.locator("form .primary"))


def kept() -> list[tuple]:
    return list(Reply.objects.values_list("urgency", "answers"))


def test_day_1_is_answered_in_german_and_a_reload_loses_nothing(live_server, treated, phones, mailoutbox):
    treated("de")
    phone = phones()
    phone.goto(emailed(live_server, mailoutbox, "day_1", "follow-up"))
    assert phone.locator("html").get_attribute("lang") == "de"
    answer(phone, redness="1", swelling="0")
    expect(phone.get_by_role("status")).to_have_text("Gespeichert")
    phone.reload()
    ticked = phone.locator("input:checked").evaluate_all("ticked => ticked.map(one => `${one.name}=${one.value}`)")
    assert ticked == ["redness=1", "swelling=0"]
    look(phone)
    phone.reload()
    answer(phone, pain="2", signs="none")
    send(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Vielen Dank")
    look(phone)
    assert kept() == [("none", CALM)]


def test_day_1_is_answered_in_english_without_a_script(live_server, treated, phones, mailoutbox):
    treated("en")
    link = emailed(live_server, mailoutbox, "day_1", "follow-up")
    phone = phones(script=False)
    phone.goto(link)
    answer(phone, redness="1", swelling="0", pain="2")
    send(phone)  # one question is left out
    expect(phone.get_by_role("heading", name="Something needs your attention")).to_be_visible()
    look(phone)
    phone.goto(link)  # the phone was closed: what was answered is still there
    assert phone.locator("input:checked").count() == 3
    expect(phone.locator(".at-once")).to_be_hidden()
    answer(phone, signs="breathing")
    expect(phone.locator(".at-once")).to_contain_text("In an emergency call 999.")
    assert axe_findings(phone) == []
    phone.locator("[name=signs][value=breathing]").uncheck()
    phone.keyboard.press("End")
    phone.locator("[name=signs][value=none]").focus()
    phone.keyboard.press("Space")
    send(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert kept() == [("none", CALM)]


def test_a_red_flag_at_day_3_reaches_the_practitioner_who_notes_what_was_done(
    live_server, treated, phones, mailoutbox, signed_in, practitioner, page: Page
):
    person = treated("en")
    phone = phones()
    phone.goto(emailed(live_server, mailoutbox, "day_3", "follow-up"))
    answer(phone, signs="pus")
    send(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("The clinic will call you today")
    expect(phone.get_by_role("alert").get_by_role("link", name="999")).to_have_attribute("href", "tel:999")
    look(phone)
    drain(worker="journey", at=timezone.now)
    called = {mail.to[0] for mail in mailoutbox if mail.subject == "A client’s answers need you"}
    assert called == {practitioner.clinic.reply_to, practitioner.user.email}
    enter(page, live_server.url, signed_in(practitioner))
    page.set_viewport_size(WIDTHS["phone"])
    page.goto(f"{live_server.url}/admin/")
    flags = page.locator("section", has=page.get_by_role("heading", name="Red flags"))
    expect(flags.get_by_text(str(person)).first).to_be_visible()
    follow(flags.get_by_role("link", name=re.compile("Act on it")))
    page.locator("[name=note]").fill("Called at 14:10, seen at 15:00.")
    follow(page.get_by_role("button", name="I have acted"))
    alert = Alert.objects.get()
    assert (alert.acknowledged_by, alert.note) == (practitioner.user, "Called at 14:10, seen at 15:00.")
    page.goto(f"{live_server.url}/admin/")
    expect(page.get_by_text("No red flags.")).to_be_visible()


def test_who_turns_the_emails_off_gets_none_and_the_log_says_why(
    live_server, treated, phones, mailoutbox, signed_in, practitioner, page: Page
):
    treated("en")
    phone = phones(script=False)
    phone.goto(emailed(live_server, mailoutbox, "day_3", "emails"))
    look(phone)
    phone.goto(phone.url)
    follow(phone.get_by_role("button", name="Turn them off"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("Follow-up emails are off")
    look(phone)
    so_far = len(mailoutbox)
    drain(worker="journey", at=lambda: timezone.now() + 5 * DAY)
    assert len(mailoutbox) == so_far
    enter(page, live_server.url, signed_in(practitioner))
    week = Message.objects.get(followups__step="day_7")
    page.goto(f"{live_server.url}/admin/clients/message/{week.pk}/change/")
    expect(page.get_by_text("The client turned these emails off by the link in one of them.").first).to_be_visible()
