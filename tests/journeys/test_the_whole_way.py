"""From a new client to their reply at week four, in a browser, with a real worker and real SMTP."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from tests.journeys.pages import WIDTHS, axe_findings, fill_in_form, follow, open_window, sign_form, sign_in
from tests.journeys.site import Site, link_in, wait_for

pytestmark = pytest.mark.browser

EMAIL, SECOND = "rosalind.ashe@postbox.example", "ottilie.ashe@postbox.example"


def test_the_whole_way_from_first_contact_to_the_reply(site: Site, page: Page):
    sign_in(page, site.url, "maya@linden.example", "needle-and-linden")
    add_client(page)
    fill_in_screening(site, page)
    accept_screening(page)
    make_plan(page)
    consent(site, page)
    days_pass(site)
    book_session(page)
    confirm(site, page)
    session = start_and_complete(site, page)
    read_aftercare(site, session)
    reply_at_week_four(site, page, session)
    red_flag_reaches_the_practitioner(site, page, session)
    replies = [(step, urgency) for step in ("day_3", "week_4") for (urgency,) in site.ask(REPLY, session, step)]
    assert replies == [("day_3", "urgent"), ("week_4", "none")]


def test_a_client_fills_in_the_form_without_javascript(site: Site, page: Page):
    sign_in(page, site.url, "tomas@linden.example", "needle-and-linden")
    add_client(page, name="Ottilie", email=SECOND)
    link = ask_to_fill_in(site, page, SECOND)
    with Phone(page, link, script=False) as client:
        fill_in(client, name="Ottilie Ashe")
    [(state, outcome)] = site.ask(
        "SELECT s.state, s.outcome FROM treatments_screening s JOIN clients_client c ON c.id = s.client_id"
        " WHERE c.email = ?",
        SECOND,
    )
    assert (state, outcome) == ("submitted", "review")  # what is the practitioner's to answer is still open


def add_client(page: Page, *, name: str = "Rosalind", email: str = EMAIL) -> None:
    follow(page.get_by_role("link", name="Clients", exact=True))
    follow(page.get_by_role("link", name="Add client"))
    page.get_by_label("First name").fill(name)
    page.get_by_label("Last name").fill("Ashe")
    page.get_by_label("Date of birth").fill("1988-03-14")
    page.get_by_label("Email", exact=False).first.fill(email)
    follow(page.get_by_role("button", name="Save", exact=True))
    page.get_by_role("heading", name=f"{name} Ashe", level=1).wait_for()


def ask_to_fill_in(site: Site, page: Page, email: str) -> str:
    """The practitioner sends the form; the link that the client gets."""
    follow(page.get_by_role("link", name="Send screening form"))
    page.get_by_label("Cheeks").check()
    follow(page.get_by_role("button", name="Send the form"))
    return link_in(site.mail(email, "form"), "/screening/")


def fill_in(client: Page, *, name: str) -> None:
    """Answer everything harmlessly, sign and send."""
    fill_in_form(client, born="1988-03-14")
    sign_form(client, name=name)
    client.get_by_role("heading", name=re.compile("Thank you")).wait_for()


def fill_in_screening(site: Site, page: Page) -> None:
    """The client opens the emailed link on a phone, fills the form in, and finds it received when they come back."""
    link = ask_to_fill_in(site, page, EMAIL)
    with Phone(page, link) as client:
        assert axe_findings(client) == []
        fill_in(client, name="Rosalind Ashe")
        assert axe_findings(client) == []
        client.goto(link)
        client.get_by_text("received").first.wait_for()


def accept_screening(page: Page) -> None:
    follow(page.get_by_role("link", name="Today", exact=True))
    follow(page.get_by_role("link", name="Rosalind Ashe").first)
    follow(page.get_by_role("link", name="Review screening"))
    page.get_by_text("Suitable").first.wait_for()
    follow(page.get_by_role("link", name="Accept for treatment"))
    page.locator("[name=own_expectations][value=realistic]").check()
    follow(page.get_by_role("button", name="Accept"))
    page.wait_for_url("**/admin/client/*/")


def make_plan(page: Page) -> None:
    follow(page.get_by_role("link", name="Make a plan"))
    page.get_by_label("Practitioner").select_option(label="Maya Lindqvist")
    page.get_by_label("Acne scars").check()
    depth = page.get_by_label("Cheeks, depth in mm")
    depth.fill("2.6")
    follow(page.get_by_role("button", name="Save the plan"))
    page.get_by_role("alert").or_(page.locator(".errorlist, .invalid-feedback")).first.wait_for()
    depth.fill("1.2")
    follow(page.get_by_role("button", name="Save the plan"))
    page.get_by_label(re.compile("I have checked")).check()
    follow(page.get_by_role("button", name="Save the plan"))


def consent(site: Site, page: Page) -> None:
    """The practitioner asks, the client signs behind the emailed link."""
    follow(page.get_by_role("link", name="Rosalind Ashe").first)
    follow(page.get_by_role("link", name="Ask for consent").first)
    for box in page.locator("[name=purposes]").all():
        box.set_checked(box.get_attribute("value") == "treatment")
    page.locator("[name=how][value=email]").check()
    follow(page.locator(".action-form [type=submit]"))
    page.wait_for_url("**/consentrequest/*/*/")
    with Phone(page, emailed(site, "/consent/")) as client:
        give_birth_date(client)
        assert axe_findings(client) == []
        follow(client.locator("main a[href$='/treatment/']"))
        assert axe_findings(client) == []
        client.reload()
        for box in client.locator("[name^=initials_]").all():
            box.fill("RA")
        client.locator("[name=signed_name]").fill("Rosalind Ashe")
        follow(client.locator("[value=agree]"))
        client.get_by_text("Signed", exact=False).first.wait_for()
        assert axe_findings(client) == []
    follow(page.get_by_role("link", name="Rosalind Ashe").first)


def confirm(site: Site, page: Page) -> None:
    """Asked again before the session, the client reads their answers and signs that nothing has changed."""
    page.get_by_role("heading", name="Confirmation before the session").wait_for()
    with Phone(page, emailed(site, "/confirm/")) as client:
        give_birth_date(client)
        client.get_by_role("heading", name="Your last answers").wait_for()
        assert axe_findings(client) == []
        client.reload()
        client.locator("[name=statement]").check()
        client.locator("[name=signed_name]").fill("Rosalind Ashe")
        follow(client.get_by_role("button", name="Sign: nothing has changed"))
        client.get_by_text("We received your answer").wait_for()
        assert axe_findings(client) == []
    page.reload()
    page.locator("#confirmation .badge", has_text="Nothing has changed").wait_for()


def days_pass(site: Site) -> None:
    """The form was sent three days ago, so that the client is asked whether it still holds."""
    sent = f"{timezone.now() - timedelta(days=3):%Y-%m-%d %H:%M:%S}"
    whose = "(SELECT id FROM clients_client WHERE email = ?)"
    assert site.execute(f"UPDATE treatments_screening SET submitted_at = ? WHERE client_id = {whose}", sent, EMAIL) == 1


def give_birth_date(client: Page) -> None:
    assert axe_findings(client) == []
    client.reload()
    client.locator("[name=birth]").fill("1988-03-14")
    follow(client.locator("main [type=submit]"))
    client.locator("[name=birth]").wait_for(state="detached")


def emailed(site: Site, path: str) -> str:
    """Wait for the email that leads to such a page; its link."""
    mails = wait_for(lambda: site.mails_with(EMAIL, path), what=f"a mail with {path}")
    return link_in(mails[-1], path)


def book_session(page: Page) -> None:
    follow(page.get_by_role("link", name="Book a session").first)
    soon = timezone.now().astimezone(ZoneInfo("Europe/London"))
    page.get_by_label("Date and time").fill(f"{soon:%Y-%m-%dT%H:%M}")
    follow(page.get_by_role("button", name="Book"))
    page.get_by_text("Booked").first.wait_for()


def start_and_complete(site: Site, page: Page) -> int:
    """Start and complete the session; its number in the database, for moving its emails' hours."""
    follow(page.get_by_role("link", name=re.compile("Start")).first)
    follow(page.get_by_role("button", name="Start the session"))
    follow(page.get_by_role("link", name=re.compile("Complete")).first)
    page.get_by_label("Device").select_option(index=1)
    page.get_by_label("Cartridge lot").fill("LOT-2026-77")
    follow(page.get_by_role("button", name="Complete the session"))
    page.get_by_label(re.compile("I have checked")).check()
    follow(page.get_by_role("button", name="Complete the session"))
    page.get_by_text("Completed").first.wait_for()
    [(session,)] = site.ask(
        "SELECT s.id FROM treatments_session s JOIN clients_client c ON c.id = s.client_id WHERE c.email = ?", EMAIL
    )
    steps = site.ask("SELECT step FROM treatments_followup WHERE session_id = ? ORDER BY id", session)
    assert len(steps) == 9
    return session


def bring_forward(site: Site, session: int, step: str) -> None:
    """Move the clock by moving the schedule: the message is due now and may leave for a day."""
    utc = timezone.now()
    moved = site.execute(
        "UPDATE clients_message SET due_at = ?, next_try_at = ?, send_by = ? WHERE key = ? AND state = 'scheduled'",
        f"{utc:%Y-%m-%d %H:%M:%S}",
        f"{utc:%Y-%m-%d %H:%M:%S}",
        f"{utc + timedelta(days=1):%Y-%m-%d %H:%M:%S}",
        f"session:{session}:{step}",
    )
    assert moved == 1


def read_aftercare(site: Site, session: int) -> None:
    bring_forward(site, session, "aftercare")
    mail = site.mail(EMAIL, "after your visit|aftercare|today")
    text = mail.get_body(("plain",)).get_content()
    assert ("999" in text, "SPF" in text, "Linden" in str(mail["From"])) == (True, True, True)
    assert mail["Auto-Submitted"] == "auto-generated"


def asked_how_it_is(site: Site, session: int, step: str) -> str:
    """This step's email leaves now; the link in it. Other emails to the client may come meanwhile."""

    before = len(site.mails_with(EMAIL, "/follow-up/"))
    bring_forward(site, session, step)
    mails = wait_for(lambda: site.mails_with(EMAIL, "/follow-up/")[before:], what=f"the mail of {step}")
    return link_in(mails[-1], "/follow-up/")


def reply_at_week_four(site: Site, page: Page, session: int) -> None:
    with Phone(page, asked_how_it_is(site, session, "week_4")) as client:
        answer_reply(client, sign=None)
        client.get_by_role("heading", name=re.compile("Thank you")).wait_for()
    [(urgency,)] = site.ask(REPLY, session, "week_4")
    assert urgency == "none"


def red_flag_reaches_the_practitioner(site: Site, page: Page, session: int) -> None:
    alarms = len(site.mails("hello@linden"))
    with Phone(page, asked_how_it_is(site, session, "day_3")) as client:
        answer_reply(client, sign=re.compile("pus|crust", re.IGNORECASE))
        client.get_by_role("heading", name=re.compile("Thank you|call", re.IGNORECASE)).first.wait_for()
    [(urgency,)] = site.ask(REPLY, session, "day_3")
    assert urgency == "urgent"
    follow(page.get_by_role("link", name="Today", exact=True))
    page.locator("section", has_text="Red flags").get_by_text("Rosalind Ashe").first.wait_for()
    wait_for(lambda: len(site.mails("hello@linden")) > alarms, what="the mail to the clinic")


REPLY = (
    "SELECT r.urgency FROM treatments_reply r JOIN treatments_followup f ON f.id = r.followup_id"
    " WHERE f.session_id = ? AND f.step = ?"
)


def answer_reply(client: Page, *, sign: re.Pattern[str] | None) -> None:
    """Answer every question; tick one warning sign, or none."""
    for group in client.get_by_role("group").all():
        radios = group.get_by_role("radio")
        if radios.count():
            harmless = group.get_by_role("radio", name=re.compile("^No$"))
            (harmless if harmless.count() else radios).first.check()
            continue
        box = group.get_by_role("checkbox", name=sign or re.compile("None of these"))
        if box.count():
            box.first.check()
    follow(client.get_by_role("button", name="Send"))


class Phone:
    """A client's own phone: another browser, 390 px wide, without the practitioner's sign-in."""

    def __init__(self, page: Page, link: str, *, script: bool = True) -> None:
        self.page = open_window(page.context.browser, viewport=WIDTHS["phone"], java_script_enabled=script)
        self.page.goto(link)

    def __enter__(self) -> Page:
        return self.page

    def __exit__(self, *trouble: object) -> None:
        self.page.context.close()
