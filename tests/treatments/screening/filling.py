"""A client who fills in the form, page by page, as a browser sends it."""

from datetime import timedelta

from django.test import Client as Browser
from django.utils import timezone

from clients.links.services import issue_link
from tests.treatments.screening.rows import TYPED
from treatments.screening.forms.typed import parts
from treatments.screening.questionnaire import default

MONTH = timedelta(days=30)
SIGNED = {"statement": "on", "signed_name": "Ada Client", "checked_name": "Ada Client"}
PARTS = [part.section.key for part in parts(default())]
AT_ONCE = {"at_once": "1"}  # the script showed the follow-ups in their places


def link_to(screening, purpose="screening", at=None, subject_id=None, channel="email"):
    """A new address of the form."""
    token = issue_link(
        client=screening.client,
        purpose=purpose,
        subject_id=subject_id or screening.pk,
        at=at or timezone.now(),
        lasts=MONTH,
        channel=channel,
    )
    return f"/screening/{token}/"


def fields_of(section):
    """The names of the fields on one page."""
    part = next(part for part in parts(default()) if part.section.key == section)
    names = {"date_of_birth"} if part.asks_birth else set()
    for question in part.questions:
        names |= {question.key, *(f"{asked.field}{end}" for asked in question.dates for end in ("", "_unsure"))}
        names |= {asked.field for asked in question.texts}
    return names


def typed_on(section, typed):
    return {name: value for name, value in typed.items() if name in fields_of(section)} | AT_ONCE


def fill_in(address, typed=TYPED, browser=None):
    """Every page but the last one, with the script's help; the browser that did it."""
    browser = browser or Browser()
    for section in PARTS:
        response = browser.post(f"{address}part/{section}/", typed_on(section, typed))
        assert response.status_code == 302, (section, response.context["form"].errors)
    return browser


def fill_in_and_send(address, typed=TYPED, browser=None):
    """The whole form; what the browser sees after it."""
    return fill_in(address, typed, browser).post(f"{address}check/", SIGNED, follow=True)
