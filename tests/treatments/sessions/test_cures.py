"""For each condition that does not hold, the start page and the page to complete lead to where it is cured."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portal.models import Certificate
from tests.factories import (
    AlertFactory,
    FollowupFactory,
    MembershipFactory,
    PlanZoneFactory,
    ReplyFactory,
    SessionFactory,
)
from tests.treatments.sessions.conftest import consented, ready_session
from treatments.consents.services import ask_consent, refuse_consent, withdraw_consent
from treatments.models import Confirmation, Screening
from treatments.screening.services import send_screening
from treatments.sessions.admin.cures import CURES
from treatments.sessions.terms import Ground

DAY = timedelta(days=1)
LINK = re.compile(r'<a class="button" href="([^"]+)">([^<]+)</a>')


@pytest.fixture
def today(owner):
    return ready_session(owner, timezone.now())


@pytest.fixture
def browser(owner, signed_in):
    return signed_in(owner)


def offered(browser, ready, verb="start"):
    """The words of the buttons beside what is missing; each page opens."""
    page = browser.get(f"/admin/treatments/session/{ready.session.pk}/{verb}/").content.decode()
    links = LINK.findall(page[page.index('class="plain checks"') : page.rindex("</ul>")])
    assert [browser.get(url.replace("&amp;", "&")).status_code for url, _ in links] == [200] * len(links)
    return [words for _, words in links]


def of(name, **change):
    def act(ready):
        row = getattr(ready, name)
        type(row).objects.filter(pk=row.pk).update(**change)

    return act


def unconfirmed(state):
    def act(ready):
        Screening.objects.update(submitted_at=timezone.now() - 9 * DAY)
        Confirmation.objects.update(state=state, answered_at=None)

    return act


def flagged(ready):
    AlertFactory(reply=ReplyFactory(followup=FollowupFactory(session=ready.session)))


def treated_now(ready):
    SessionFactory(plan=ready.plan, number=9, state="in_progress", started_at=timezone.now(), started_by=ready.by)


def treated_lately(ready):
    SessionFactory(plan=ready.plan, number=9, ended_at=timezone.now() - 3 * DAY)


def gone(ready):
    withdraw_consent(consent=ready.consent, reason="", at=timezone.now())


def waits(ready):
    gone(ready)
    asked(ready)


def asked(ready):
    now = timezone.now()
    given = {"practitioner": ready.member, "plan": ready.plan, "by": ready.by, "at": now}
    return ask_consent(client=ready.client, purposes=["treatment"], **given).consents.get()


def refused(ready):
    refuse_consent(consent=asked(ready), reason="", channel="", address=None, by=ready.by, at=timezone.now())


def form_is_out(ready):
    of("screening", state="refused")(ready)
    judged = {"areas": ["cheeks"], "device_kind": "mechanical", "topical_anaesthetic": False, "max_depth_mm": "1.0"}
    send_screening(client=ready.client, **judged, by=ready.by, at=timezone.now())


LATER_DAY = "Cancel it and book a later day"
FORM_OUT = ["Hand over the form", "Send the form again"]


@pytest.mark.parametrize(
    ("change", "buttons"),
    [
        (of("client", archived_at=timezone.now()), ["Restore the client"]),
        (of("plan", state="stopped", stop_reason="Moved away"), ["Make a new plan"]),
        (of("screening", state="submitted", decided_at=None), ["Review the screening"]),
        (of("screening", valid_until=timezone.now().date() - DAY), ["Send a screening form"]),
        (of("screening", state="refused"), ["Send a screening form"]),
        (form_is_out, FORM_OUT),
        (of("screening", max_depth_mm="0.50"), ["Re-assess the screening"]),
        (unconfirmed("asked"), ["Hand over the confirmation", "Send the confirmation now"]),
        (unconfirmed("closed"), ["Ask for the confirmation"]),
        (gone, ["See what the client said"]),
        (refused, ["See what the client said"]),
        (waits, ["Hand over the consent", "Send the consent again"]),
        (of("clinic", cooling_off_days=2), [LATER_DAY]),
        (of("consent", state="outdated"), ["Ask for consent"]),
        (of("certificate", max_depth_mm="1.00"), ["Add a certificate", "Change the plan"]),
        (of("certificate", expires_on=timezone.now().date() - DAY), ["Add a certificate", "Change the plan"]),
        (of("clinic", country="GB-SCT"), ["Change the plan", "Change the clinic’s details"]),
        (treated_lately, [LATER_DAY]),
        (treated_now, ["Open the other session"]),
        (flagged, ["Act on the red flag"]),
    ],
)
def test_every_reason_leads_to_the_page_that_cures_it(browser, today, change, buttons):
    change(today)
    assert offered(browser, today) == buttons


def test_a_client_under_age_leads_to_the_date_of_birth(browser, today):
    of("client", date_of_birth=timezone.now().date() - 17 * 365 * DAY)(today)
    assert offered(browser, today)[:2] == ["Check the date of birth", LATER_DAY]


def test_the_page_to_complete_says_beforehand_what_is_missing(browser, today):
    browser.post(f"/admin/treatments/session/{today.session.pk}/start/")
    gone(today)
    assert offered(browser, today, "complete") == ["See what the client said"]


def test_who_may_not_cure_it_is_told_who_can(today, signed_in):
    other = MembershipFactory(clinic=today.clinic, role="practitioner")
    Certificate.objects.all().delete()
    type(today.consent).objects.update(state="outdated")
    page = signed_in(other).get(f"/admin/treatments/session/{today.session.pk}/start/").content.decode()
    assert f"Only {today.member}, who treats, can ask for it." in page
    assert ("Add a certificate" in page, "Change the plan" in page) == (False, True)


def done(ready, zone):
    ended = f"{timezone.localtime():%Y-%m-%dT%H:%M}"
    facts = {"device": ready.device.pk, "cartridge_lot": "LOT-7", "ended_at": ended, "notes": "Calm", "copy": "one"}
    return facts | {f"done_{zone}": "on", f"depth_{zone}": "0.8"}


def test_what_was_done_beyond_the_consent_is_refused_with_its_cures_and_completed_once_they_are_done(browser, today):
    address = f"/admin/treatments/session/{today.session.pk}/"
    browser.post(f"{address}start/")
    refused = browser.post(f"{address}complete/", done(today, "chin")).content.decode()
    assert "What was done goes beyond what this session was started on." in refused
    assert [words for _, words in LINK.findall(refused)] == ["Change the plan", "Ask for consent"]
    assert browser.get(f"{address}complete/").context["form"]["depth_chin"].value() == "0.8"
    PlanZoneFactory(plan=today.plan, zone="chin", depth_mm=Decimal("0.80"))
    today.session.clinic.cooling_off_days = 7  # they were over when the session began
    today.session.clinic.save()
    consented(today.plan, timezone.now())
    assert browser.post(f"{address}complete/", done(today, "chin")).status_code == 302
    assert list(today.session.zones.values_list("zone", "depth_mm")) == [("chin", Decimal("0.80"))]


def test_what_the_gate_says_comes_with_what_has_to_be_ticked_and_not_after_it(browser, today):
    address = f"/admin/treatments/session/{today.session.pk}/"
    browser.post(f"{address}start/")
    unusual = done(today, "chin") | {"depth_chin": "0.2"}
    refused = browser.post(f"{address}complete/", unusual).content.decode()
    assert "I have checked this; complete anyway" in refused
    assert [words for _, words in LINK.findall(refused)] == ["Change the plan", "Ask for consent"]


def test_what_was_done_deeper_than_it_was_judged_is_re_assessed(browser, today):
    address = f"/admin/treatments/session/{today.session.pk}/"
    browser.post(f"{address}start/")
    Screening.objects.update(max_depth_mm=Decimal("0.50"))
    refused = browser.post(f"{address}complete/", done(today, "cheeks")).content.decode()
    assert [words for _, words in LINK.findall(refused)] == ["Re-assess the screening"]
    today.plan.zones.update(depth_mm=Decimal("0.50"))  # what was done is not in the plan yet, which is what is judged
    refused = browser.post(f"{address}complete/", done(today, "cheeks")).content.decode()
    assert [words for _, words in LINK.findall(refused)] == ["Change the plan", "Re-assess the screening"]


def test_every_condition_of_the_gate_has_a_cure():
    assert set(CURES) == set(Ground)
