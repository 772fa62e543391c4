"""The pages of cases: open one, write down what was done, put it right, close it."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.utils import timezone

from tests.factories import (
    AlertFactory,
    CaseEntryFactory,
    CaseFactory,
    ClinicFactory,
    PhotographFactory,
    SessionFactory,
)
from treatments.cases.models import Case
from treatments.cases.terms import Ending, EntryKind

CASES = "/admin/treatments/case/"
DAY = timedelta(days=1)


def in_a_day():
    return f"{timezone.localtime(timezone.now() + DAY - timedelta(hours=1)):%Y-%m-%dT%H:%M}"


def typed(session, **said):
    today = timezone.localdate().isoformat()
    facts = {"session": session.pk, "kind": "herpes_reactivation", "began_on": today, "grade": "3", "zones": ["chin"]}
    return facts | {"words": "Grouped blisters.", "done": "", "note": "", "call_by": in_a_day()} | said


@pytest.fixture
def browser(practitioner, signed_in):
    return signed_in(practitioner)


@pytest.mark.parametrize("named", ["session", "client"])
def test_a_case_is_opened_from_a_session_or_a_client_and_stands_where_it_is_looked_for(named, session, browser):
    page = f"{CASES}add/?{named}={session.pk if named == 'session' else session.client_id}"
    assert "After which session?" in browser.get(page).text
    said = browser.post(page, typed(session), follow=True).text
    assert "The case is open." in said
    case = Case.objects.get()
    assert (case.kind, case.zones, case.grade, case.contacted_at) == ("herpes_reactivation", ["chin"], 3, None)
    link = f"{CASES}{case.pk}/change/"
    for place in (
        "/admin/",
        f"/admin/client/{case.client_id}/",
        f"/admin/treatments/session/{session.pk}/change/",
        CASES,
    ):
        assert link in browser.get(place).text


def test_a_red_flags_case_begins_with_what_the_client_said(session, browser):
    reply = {"reply__followup__session": session, "reply__red_flags": ["dark_marks"], "urgency": "review"}
    alert = AlertFactory(**reply, reply__answers={"comment": "They itch."})
    page = browser.get(f"{CASES}add/?alert={alert.pk}").text
    assert "Dark marks." in page
    assert "They itch." in page
    assert '<option value="pih" selected>' in page
    browser.post(f"{CASES}add/?alert={alert.pk}", typed(session, kind="pih"))
    case = Case.objects.get()
    assert case.alert == alert
    assert browser.get(f"{CASES}add/?alert={alert.pk}").url == f"{CASES}{case.pk}/change/"
    assert f"{CASES}{case.pk}/change/" in browser.get(f"/admin/treatments/alert/{alert.pk}/change/").text


def test_what_was_typed_is_kept_when_something_is_missing(session, browser):
    page = f"{CASES}add/?session={session.pk}"
    said = browser.post(page, typed(session, done="seen", call_by="", words="My very words")).text
    assert [words in said for words in ("My very words", "Write what was done", "to be called next")] == [True] * 3
    assert "Choose what was done." in browser.post(page, typed(session, note="Saw them.")).text
    assert "has not begun" not in said
    assert Case.objects.count() == 0


def test_without_a_session_that_began_there_is_no_case_and_the_page_says_so(clinic, browser):
    booked = SessionFactory(plan__client__clinic=clinic)
    for asked in (f"?client={booked.client_id}", f"?session={booked.pk}"):
        assert "has begun yet" in browser.get(f"{CASES}add/{asked}", follow=True).text
    assert "from a client’s page" in browser.get(f"{CASES}add/", follow=True).text
    for asked in ("?client=0", "?session=²", "?alert=1"):
        assert browser.get(f"{CASES}add/{asked}").status_code == 404


def test_a_call_is_written_down_with_the_next_one_due(case, browser):
    page = f"{CASES}{case.pk}/write/"
    assert "tel:013155501" in browser.get(page).text
    assert "in the past" in browser.post(page, {"kind": "called", "note": "x", "call_by": "2020-01-01T10:00"}).text
    shown = browser.post(page, {"kind": "called", "note": "Better.", "call_by": in_a_day()}, follow=True).text
    assert "It is written down." in shown
    assert "Called the client, and spoke with them" in shown
    case.refresh_from_db()
    assert case.contacted_at is not None


def test_facts_are_put_right_with_the_reason(case, browser):
    page = f"{CASES}{case.pk}/edit/"
    right = {"kind": "granuloma", "began_on": case.began_on.isoformat(), "grade": "3", "zones": ["cheeks"]}
    assert "Write why" in browser.post(page, right | {"note": ""}).text
    shown = browser.post(page, right | {"note": "Bumps."}, follow=True).text
    assert "Redness → Granuloma." in shown


def test_a_case_closes_with_how_it_ended_and_is_kept_as_it_is(case, browser):
    page, said = f"{CASES}{case.pk}/close/", {"ending": "recovered", "note": "Calm skin.", "emails": "resume"}
    assert "Nobody has spoken to the client yet" in browser.post(page, said).text
    assert "what becomes of the emails" in browser.post(page, said | {"emails": ""}).text
    browser.post(f"{CASES}{case.pk}/write/", {"kind": "seen", "note": "Calm.", "call_by": in_a_day()})
    assert "Healed. Calm skin." in browser.post(page, said, follow=True).text
    for verb in ("write", "edit", "attach", "close"):
        assert "This case is closed." in browser.get(f"{CASES}{case.pk}/{verb}/").text
    assert "The reaction case is closed" in browser.get(f"/admin/client/{case.client_id}/").text


def test_a_case_that_is_not_clear_yet_closes_with_what_it_was_or_why_nobody_can_say(session, browser):
    cases = [CaseFactory(session=session, kind="unclear", contacted_at=timezone.now()) for _ in range(3)]
    pages = [f"{CASES}{case.pk}/close/" for case in cases]
    said = {"ending": "recovered", "note": "Healed well.", "emails": "resume"}
    refused = browser.post(pages[0], said).text
    assert ("Say what it was." in refused, "Healed well." in refused) == (True, True)
    refused = browser.post(pages[0], said | {"kind": "unclear"}).text
    assert "Write why nobody can say what it was." in refused
    browser.post(pages[0], said | {"kind": "unclear", "why_unclear": "It was gone when we saw it."})
    browser.post(pages[1], said | {"kind": "contact_dermatitis"})
    browser.post(pages[2], said | {"ending": "mistaken"})
    assert [(case.kind, case.is_open) for case in Case.objects.order_by("pk")] == [
        ("unclear", False),
        ("contact_dermatitis", False),
        ("unclear", False),
    ]
    notes = [entry.note for case in cases for entry in case.entries.filter(kind="changed")]
    assert notes == ["What it was stays unclear. It was gone when we saw it.", "Not clear yet → Contact dermatitis."]


def test_a_case_whose_kind_is_known_closes_without_being_asked(case, browser):
    assert "What was it?" not in browser.get(f"{CASES}{case.pk}/close/").text


def test_without_consent_to_photographs_the_page_leads_to_asking_for_it(case, browser):
    shown = browser.get(f"{CASES}{case.pk}/attach/").text
    assert f'href="/admin/treatments/consentrequest/add/?client={case.client_id}">Ask for consent</a>' in shown
    Case.objects.update(closed_at=timezone.now(), closed_by=case.opened_by, ending="mistaken", call_by=None)
    assert "Ask for consent" not in browser.get(f"{CASES}{case.pk}/attach/").text


def test_photographs_are_offered_and_shown_only_while_the_client_agrees(case, browser):
    PhotographFactory(session=case.session)
    assert "was not asked yet" in browser.get(f"{CASES}{case.pk}/attach/").text


def test_a_fault_of_the_device_says_what_to_put_aside(session, browser):
    fault = CaseFactory(session=session, kind="device_fault")
    shown = browser.get(f"{CASES}{fault.pk}/change/").text
    assert [words in shown for words in ("Put aside", "Keep the device", "Retire the device")] == [True] * 3
    assert "Put aside" not in browser.get(f"{CASES}{CaseFactory(session=session).pk}/change/").text


def test_the_list_narrows_and_finds(case, browser):
    other = CaseFactory(session=case.session, opened_at=case.opened_at - 3 * DAY)
    closed = CaseFactory(session=case.session, opened_at=case.opened_at - 3 * DAY, closed_at=case.opened_at)
    pages = {"open": [case, other], "overdue": [other], "closed": [closed]}
    for stands, rows in pages.items():
        shown = browser.get(f"{CASES}?stands={stands}").text
        assert {row for row in (case, other, closed) if f"/case/{row.pk}/change/" in shown} == set(rows)
    found = browser.get(f"{CASES}?q={case.client.last_name}").text
    assert f"/case/{case.pk}/change/" in found
    assert "/change/" not in browser.get(f"{CASES}?q=Nobodycalledso").text.split("results")[-1]


@pytest.mark.parametrize("place", [CASES, "page", "/admin/"])
def test_three_cases_take_no_more_queries_than_one(place, case, browser, django_assert_max_num_queries):
    def many():
        CaseEntryFactory(case=case)
        for _ in range(3):
            ended = {"started_at": case.opened_at - DAY, "ended_at": case.opened_at - DAY}
            CaseFactory(session=SessionFactory(plan__client__clinic=case.clinic, **ended), opened_at=case.opened_at)
            CaseEntryFactory(case=case)

    address = f"{CASES}{case.pk}/change/" if place == "page" else place
    browser.get(address)
    with django_assert_max_num_queries(60) as one:
        browser.get(address)
    many()
    with django_assert_max_num_queries(len(one.captured_queries)):
        browser.get(address)


def test_the_front_desk_sees_none_and_another_clinic_finds_none(case, front_desk, signed_in, browser):
    pages = [CASES, f"{CASES}add/?session={case.session_id}"]
    pages += [f"{CASES}{case.pk}/{verb}/" for verb in ("change", "write", "edit", "attach", "close")]
    desk = signed_in(front_desk)
    assert {desk.get(page).status_code for page in pages} == {403}
    assert "Reactions" not in desk.get("/admin/").text
    case.clinic = ClinicFactory()
    case.save()
    assert {browser.get(page).status_code for page in pages[2:]} == {404}


def test_words_that_pages_say_are_there_for_every_state():
    assert admin.site.is_registered(Case)
    assert all(kind.label for kind in (*EntryKind, *Ending))
