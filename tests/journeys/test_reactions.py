"""A client says that something is wrong; it becomes a case, and what waited for it goes on when it is over."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from clients.messages.services import drain
from clients.models import Message
from tests.factories import CaseFactory
from tests.journeys.pages import follow
from tests.journeys.test_followups import answer, emailed, phones, send, treated
from tests.journeys.test_review import enter, look
from treatments.models import Case

__all__ = ["phones", "treated"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = timedelta(days=1)


def results_leave() -> str:
    """The email of week 4 is due now; what has become of it."""
    now, week_4 = timezone.now(), Message.objects.filter(followups__step="week_4")
    week_4.update(due_at=now, next_try_at=now, send_by=now + DAY, in_hours=False)
    drain(worker="journey", at=timezone.now)
    return week_4.get().state


def test_a_red_flag_becomes_a_case_and_emails_wait_until_it_is_closed(
    live_server, treated, phones, mailoutbox, signed_in, practitioner, page: Page
):
    treated("en")
    phone = phones()
    phone.goto(emailed(live_server, mailoutbox, "day_3", "follow-up"))
    answer(phone, signs="pus")
    send(phone)
    enter(page, live_server.url, signed_in(practitioner))
    page.goto(f"{live_server.url}/admin/")
    follow(page.get_by_role("link", name=re.compile("Act on it")))
    page.get_by_label("What did you do?").fill("Rang twice, left a message.")
    follow(page.get_by_role("button", name="I have acted"))
    expect(page.get_by_text("A reaction case is open")).to_be_visible()
    page.goto(f"{live_server.url}/admin/")
    expect(page.get_by_text("Nobody has spoken to the client yet")).to_be_visible()
    follow(page.get_by_role("link", name=re.compile("Open the case")))
    assert look(page) == []
    assert results_leave() == "scheduled"
    write_down_a_call(page)
    close(page)
    assert results_leave() == "sent"


def write_down_a_call(page: Page) -> None:
    page.goto(page.url)  # axe left the page as it found it, but its troubles are ours no more
    follow(page.get_by_role("link", name="Write what was done"))
    page.get_by_label("Called the client, and spoke with them").check()
    page.get_by_label("In your words").fill("Crust is gone, skin is cool.")
    follow(page.get_by_role("button", name="Write it down"))
    expect(page.get_by_text("Crust is gone, skin is cool.")).to_be_visible()
    expect(page.get_by_text("Nobody has spoken to the client yet")).to_have_count(0)


def close(page: Page) -> None:
    follow(page.get_by_role("link", name="Close the case"))
    assert look(page) == []
    page.goto(page.url)
    page.get_by_label("Healed").check()
    page.get_by_label("What was it?").select_option(label="Bacterial infection")
    page.get_by_label("In your words").fill("All calm.")
    page.get_by_label("They go on.").check()
    follow(page.get_by_role("button", name="Close the case"))
    expect(page.get_by_text("The case is closed.")).to_be_visible()


def test_the_report_is_copied_by_a_button_and_stands_there_without_scripts(
    live_server, treated, signed_in, practitioner, phones, page: Page
):
    case = CaseFactory(session=treated("en").sessions.get())
    address = f"{live_server.url}/admin/treatments/case/{case.pk}/report/"
    enter(page, live_server.url, signed_in(practitioner))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address)
    text = page.get_by_label("Report, ready to paste").input_value()
    assert text.startswith("Report to: Yellow Card")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == text
    assert look(page) == []
    bare = phones(script=False)
    enter(bare, live_server.url, signed_in(practitioner))
    bare.goto(address)
    expect(bare.get_by_role("button", name="Copy")).to_be_hidden()
    assert bare.get_by_label("Report, ready to paste").input_value() == text
    assert Case.objects.get().entries.count() == 0  # looking at it notes nothing
