"""What a client gets whose phone runs no script of ours: every page, at 390 px, in two languages, held against axe.

Axe is a script itself. So scripts may run here, but each of ours arrives empty.
"""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from tests.factories import ClientFactory
from tests.journeys.conftest import watch
from tests.journeys.pages import WIDTHS, axe_findings, fill_in_form, follow, open_window, overflow, sign_form
from tests.treatments.consents.rows import asked
from tests.treatments.screening.filling import PARTS, link_to
from tests.treatments.screening.rows import sent
from tests.treatments.sessions.conftest import ready_session
from treatments.confirmations.services import newest_of
from treatments.models import Confirmation, Consent, Screening
from treatments.sessions.services import book_session

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("language", ["en", "de"]),
]

BORN = "1985-05-17"
# Each leads to a page of its own: a date, a text, advice.
FOLLOWED = {"filler": "yes", "other_allergy": "yes", "isotretinoin": "stopped", "home_needling": "roller"}


@pytest.fixture
def phone(chromium, language):
    """A phone on which none of our scripts does anything; every page that look() saw must be sound."""
    page = open_window(chromium, viewport=WIDTHS["phone"])
    page.route("**/*.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
    page.troubles, page.seen, page.found = watch(page), [], []
    yield page
    spoken = page.locator("html").get_attribute("lang")
    page.context.close()
    odd = [one for one in page.troubles if "422" not in one]  # a form with a mistake is answered so
    assert (page.found, odd, spoken) == ([], [], language)


def look(page: Page) -> None:
    page.seen.append(page.url)
    page.found += axe_findings(page) + overflow(page)


def press(page: Page, button: str = "main form:last-of-type button[type=submit]") -> None:
    """Send a form, and look at what comes."""
    follow(page.locator(button).last)
    look(page)


def prove(page: Page, url: str) -> None:
    """The date of birth: first a wrong one, then the client's."""
    page.goto(url)
    look(page)
    page.locator("[name=birth]").fill("1985-05-18")
    press(page)
    page.locator("[name=birth]").fill(BORN)
    press(page)


def test_the_form(live_server, clinic, practitioner, phone: Page, language: str):
    client = ClientFactory(clinic=clinic, first_name="Ada", last_name="Client")
    screening = sent(clinic, practitioner, at=timezone.now(), client=client)
    phone.goto(f"{live_server.url}{link_to(screening)}?language={language}")
    look(phone)
    address = phone.url.split("?")[0]
    for section in PARTS[:2]:  # nothing answered, so that mistakes are shown
        phone.goto(f"{address}part/{section}/")
        press(phone, "button[name=go]")
    phone.goto(address)
    fill_in_form(phone, born=BORN, look=look, typed=FOLLOWED)
    look(phone)
    press(phone, "button[name=go][value=send]")  # without a signature
    sign_form(phone, name="Ada Client")
    look(phone)
    assert all(any(f"/part/{section}/" in url for url in phone.seen) for section in PARTS)
    assert len({url for url in phone.seen if url.endswith("/more/")}) == len(FOLLOWED)
    assert Screening.objects.get().state == "submitted"


def test_the_consent(live_server, practitioner, phone: Page, language: str):
    rows = asked(practitioner, "treatment", "photo_teaching", at=timezone.now())
    link = link_to(rows.consent, purpose="consent", subject_id=rows.request.pk)
    address = f"{live_server.url}{link.replace('/screening/', '/consent/')}"
    prove(phone, f"{address}?language={language}")
    phone.goto(f"{address}treatment/")
    look(phone)
    assert phone.locator(".drawing:visible").count() == 0
    press(phone, "[value=agree]")  # without initials and name
    for box in phone.locator("[name^=initials_]").all():
        box.fill("AB")
    phone.locator("[name=signed_name]").fill("Ada Byron")
    press(phone, "[value=agree]")
    phone.goto(f"{address}photo_teaching/")
    look(phone)
    press(phone, "[value=decline]")
    phone.goto(address)
    look(phone)
    phone.goto(f"{address}treatment/withdraw/")
    look(phone)
    press(phone)
    states = dict(Consent.objects.values_list("purpose", "state"))
    assert states == {"treatment": "withdrawn", "photo_teaching": "refused"}


def test_the_confirmation(live_server, practitioner, phone: Page, language: str):
    now = timezone.now()
    ready = ready_session(practitioner, now)
    session = book_session(plan=ready.plan, scheduled_for=now + timedelta(days=30), by=ready.by, at=now)
    link = link_to(ready.screening, purpose="confirmation", subject_id=newest_of(session).pk)
    address = f"{live_server.url}{link.replace('/screening/', '/confirm/')}"
    prove(phone, f"{address}?language={language}")
    press(phone)  # without a signature
    phone.locator("[name=statement]").check()
    phone.locator("[name=signed_name]").fill(f"{ready.client.first_name} {ready.client.last_name}")
    press(phone)
    assert set(Confirmation.objects.filter(session=session).values_list("state", flat=True)) == {"confirmed", "asked"}
    press(phone)  # something has changed after all: on to the form
    phone.goto(address)
    look(phone)
    press(phone)
    assert Screening.objects.filter(state="sent", follows=ready.screening).count() == 1
