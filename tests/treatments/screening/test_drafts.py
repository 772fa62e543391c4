"""What was written so far: never lost, and shown to nobody but who wrote it."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from tests.treatments.screening.filling import AT_ONCE, PARTS, SIGNED, fill_in, link_to
from tests.treatments.screening.rows import sent
from treatments.models import Draft
from treatments.screening.services import NotWaiting, submit_screening, withdraw_screening
from treatments.screening.services.submitting import LONGEST_TYPED, keep_draft

CANARY = "Canary rash after latex."
ABOUT = {"date_of_birth": "1985-05-17", "pregnant": "yes", "breastfeeding": "no"}


@pytest.fixture
def screening(clinic, practitioner):
    screening = sent(clinic, practitioner, at=timezone.now())
    screening.client.date_of_birth = date(1985, 5, 18)  # the client types another one below
    screening.client.save()
    return screening


@pytest.fixture
def address(screening):
    return link_to(screening)


@pytest.fixture
def phone(address):
    """The browser that wrote a draft."""
    browser = Browser()
    browser.post(f"{address}part/about_you/", ABOUT | AT_ONCE)
    browser.post(f"{address}draft/", {"other_allergy": "yes", "other_allergy_text": CANARY})
    return browser


def seen(browser, address):
    """Everything that the form's pages show to a browser."""
    rest = ["", "check/", *(f"part/{section}/{more}" for section in PARTS for more in ("", "more/"))]
    return "".join(browser.get(address + one, follow=True).content.decode() for one in rest)


def shows_answers(browser, address):
    page = seen(browser, address)
    return CANARY in page or " checked" in page or "1985-05-17" in page


def test_the_browser_that_wrote_it_goes_on_where_it_stopped(phone, address):
    start = phone.get(address).content.decode()
    assert f'id="go-on" href="{address}part/skin_now/">Go on</a>' in start
    page = phone.get(f"{address}part/allergies/").content.decode()
    assert (CANARY in page, len(re.findall(" checked", page))) == (True, 1)


def test_the_cookie_is_for_this_form_and_out_of_reach_of_scripts(phone, screening):
    cookie = phone.cookies[f"draft_{screening.pk}"]
    assert (cookie["httponly"], cookie["path"], cookie["max-age"]) == (True, "/screening/", 30 * 24 * 3600)


def test_another_browser_with_the_same_link_sees_no_answer_before_or_after(phone, address):
    other = Browser()
    before = shows_answers(other, address)
    fill_in(address, browser=phone)
    during = shows_answers(other, address)
    phone.post(f"{address}check/", SIGNED)
    assert (before, during, shows_answers(other, address), shows_answers(phone, address)) == (False,) * 4


@pytest.mark.parametrize("born", ["1985-05-17", "1985-05-18"])
def test_another_browser_goes_on_with_the_date_of_birth(phone, address, born):
    other = Browser()
    other.post(address, {"birth": born})
    assert shows_answers(other, address) is True


def test_a_wrong_date_of_birth_opens_nothing(phone, address):
    other = Browser()
    wrong = [other.post(address, {"birth": f"1985-06-0{day}"}).status_code for day in range(1, 7)]
    right = other.post(address, {"birth": "1985-05-17"})
    assert (set(wrong), right.status_code, shows_answers(other, address)) == ({422}, 422, False)


def test_what_another_browser_typed_is_kept_once_it_gave_the_date_of_birth(phone, address):
    other = Browser()
    asked = other.post(f"{address}part/medicines/", {"diabetes": "controlled"})
    fields = dict(re.findall(r'name="(carried-\w+)" value="([^"]*)"', asked.content.decode()))
    assert Draft.objects.get().answers.get("diabetes") is None
    other.post(f"{address}part/medicines/", fields | {"birth": "1985-05-17"})
    kept = Draft.objects.get().answers
    assert (kept["diabetes"], kept["other_allergy_text"]) == ("controlled", CANARY)


def test_a_save_by_another_browser_changes_nothing(phone, address):
    before = Draft.objects.get().answers
    status = Browser().post(f"{address}draft/", {"pregnant": "no"}).status_code
    assert (status, Draft.objects.get().answers) == (200, before)


def test_the_clinics_tablet_shows_it_and_remembers_nothing(phone, screening):
    tablet = Browser()
    address = link_to(screening, channel="tablet")
    tablet.post(f"{address}draft/", {"diabetes": "none"})
    assert (shows_answers(tablet, address), [name for name in tablet.cookies if name.startswith("draft")]) == (True, [])


def test_a_save_merges_and_forgets_what_was_emptied(phone, address):
    phone.post(f"{address}draft/", {"hopes": ["texture", "pores"], "unknown": "x", "statement": "on"})
    phone.post(f"{address}draft/", {"other_allergy_text": "", "hopes": ["pores"]})
    assert Draft.objects.get().answers == ABOUT | {"other_allergy": "yes", "hopes": ["pores"]}


def test_a_save_needs_the_page_it_came_from(address):
    browser = Browser(enforce_csrf_checks=True)
    assert (browser.post(f"{address}draft/", {"pregnant": "no"}).status_code, Draft.objects.count()) == (403, 0)


def test_nothing_is_kept_once_the_form_was_sent_or_withdrawn(screening, practitioner, phone):
    other = sent(screening.clinic, practitioner, at=timezone.now())
    keep_draft(screening=other, typed=ABOUT, at=timezone.now())
    withdraw_screening(screening=other, by=practitioner.user, at=timezone.now())
    submit_screening(screening=screening, answers={"date_of_birth": "1985-05-17"}, at=timezone.now())
    for one in (screening, other):
        with pytest.raises(NotWaiting):
            keep_draft(screening=one, typed=ABOUT, at=timezone.now())
    assert Draft.objects.count() == 0


def test_last_answers_that_a_form_begins_with_are_shown_after_the_date_of_birth(screening, address):
    last = {
        "date_of_birth": "1985-05-17",
        "filler": "yes",
        "filler_date": "unsure",
        "signed_name": "Ada",
        "eczema": None,
    }
    Draft.objects.create(
        clinic=screening.clinic, screening=screening, answers=last, begun_at=timezone.now(), saved_at=timezone.now()
    )
    browser = Browser()
    hidden = shows_answers(browser, address)
    browser.post(address, {"birth": "1985-05-17"})
    page = browser.get(f"{address}part/treatments/").content.decode()
    ticked = re.findall(r'id="(\w+)" checked', page)
    assert (hidden, ticked) == (False, ["id_filler_0", "id_filler_date_unsure"])


def test_a_save_that_saw_an_older_draft_loses_nothing(screening, phone):
    """Saves at the very same moment too: each counts as later than the one before."""
    at, seen = Draft.objects.get().saved_at, [Draft.objects.get() for _ in range(3)]
    for draft, typed in zip(seen, [{"diabetes": "none"}, {"smoker": "no"}, {"acne": "none"}], strict=True):
        keep_draft(screening=screening, typed=typed, at=at, seen=draft)
    kept = Draft.objects.get()
    found = ABOUT | {"other_allergy": "yes", "other_allergy_text": CANARY}
    assert kept.answers == found | {"diabetes": "none", "smoker": "no", "acne": "none"}
    assert kept.saved_at == at + 3 * timedelta.resolution


def test_a_draft_that_was_seen_is_not_written_once_the_form_was_sent(screening, phone):
    seen = Draft.objects.get()
    submit_screening(screening=screening, answers={"date_of_birth": "1985-05-17"}, at=timezone.now())
    with pytest.raises(NotWaiting):
        keep_draft(screening=screening, typed=ABOUT, at=timezone.now(), seen=seen)
    assert Draft.objects.count() == 0


def test_a_part_that_goes_on_costs_two_statements(phone, address, django_assert_num_queries):
    with django_assert_num_queries(2):  # one reads the link, the form, its draft and what is asked today; one writes
        phone.post(f"{address}part/about_you/", ABOUT | AT_ONCE)


def test_what_no_database_keeps_is_left_out_of_a_draft(screening, address):
    browser = Browser()
    browser.post(f"{address}draft/", {"other_allergy_text": "Late\x00x", "acne": ["in\x00flamed"]})
    browser.post(f"{address}part/about_you/", {"date_of_birth": "1985-05-17\x00"} | AT_ONCE)
    kept = Draft.objects.get(screening=screening).answers
    assert (kept["other_allergy_text"], kept["date_of_birth"], "\x00" in str(kept)) == ("Latex", "1985-05-17", False)


def test_a_draft_holds_no_more_than_answers_can(screening, address):
    Browser().post(f"{address}draft/", {"other_allergy_text": "x" * 50_000})
    assert len(Draft.objects.get(screening=screening).answers["other_allergy_text"]) == LONGEST_TYPED


def test_nobody_signs_answers_that_they_were_not_shown(screening, address):
    browser = fill_in(address)
    shown = browser.get(f"{address}check/").context["shown"]
    keep_draft(screening=screening, typed={"breastfeeding": "yes"}, at=timezone.now())  # from another browser
    signs = SIGNED | {"shown": shown}
    page = browser.post(f"{address}check/", signs)
    assert (page.status_code, "changed meanwhile" in page.content.decode()) == (422, True)
    signs["shown"] = page.context["shown"]
    assert browser.post(f"{address}check/", signs).status_code == 302
