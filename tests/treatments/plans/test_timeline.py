"""What comes of a series, in order: sessions, healing, each results window, and what follows."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import NOON, PlanFactory, PlanZoneFactory, SessionFactory
from treatments.plans.admin.timeline import ROWS, WIDTH, timeline_of
from treatments.plans.schedule import course

JUNE_1 = date(2026, 6, 1)
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 1, 1))


def said(plan, on):
    return [(entry["what"], entry["when"]) for entry in timeline_of(plan, on)["entries"]]


def test_a_session_heals_shows_results_in_weeks_four_to_six_and_improves():
    assert course({1: JUNE_1, 2: None}) == [
        ("session", 1, JUNE_1, JUNE_1),
        ("healing", 1, JUNE_1, date(2026, 6, 8)),
        ("results", 1, date(2026, 6, 29), date(2026, 7, 13)),
        ("improving", 1, date(2026, 7, 13), date(2026, 12, 1)),
        ("maintenance", 1, date(2026, 12, 1), date(2027, 6, 2)),
    ]


def test_without_any_day_there_is_nothing_to_show():
    assert course({1: None}) == []


@given(st.dictionaries(st.integers(1, 12), days, min_size=1))
def test_each_session_has_its_window_and_only_the_last_is_followed_by_maintenance(held):
    spans = course(held)
    windows = {span.number: (span.first, span.last) for span in spans if span.kind == "results"}
    assert windows == {n: (day + timedelta(days=28), day + timedelta(days=42)) for n, day in held.items()}
    last = [span for span in spans if span.kind == "maintenance"]
    assert [held[span.number] for span in last] == [max(held.values())]
    assert [span.first for span in spans] == sorted(span.first for span in spans)


def test_the_list_says_what_is_booked_and_what_is_not(clinic):
    plan = PlanFactory(client__clinic=clinic, sessions_planned=2, state="active")
    SessionFactory(plan=plan, number=1, ended_at=NOON)
    assert said(plan, JUNE_1) == [
        ("Session 1", "1 Jun 2026"),
        ("Healing after session 1", "1 Jun to 8 Jun 2026"),
        ("Session 2", "29 Jun 2026, not booked"),
        ("Healing after session 2", "29 Jun to 6 Jul 2026"),
        ("Results window of session 1", "29 Jun to 13 Jul 2026"),
        ("Results window of session 2", "27 Jul to 10 Aug 2026"),
        ("Skin can go on improving", "10 Aug to 29 Dec 2026"),
        ("Maintenance", "29 Dec 2026 to 30 Jun 2027"),
    ]


def test_nothing_comes_of_a_session_that_was_missed(clinic):
    plan = PlanFactory(client__clinic=clinic, sessions_planned=2, state="active")
    SessionFactory(plan=plan, number=1, state="booked", scheduled_for=NOON)
    assert said(plan, JUNE_1 + timedelta(days=1)) == [("Session 1", "1 Jun 2026, missed")]


@pytest.mark.parametrize("state", ["stopped", "completed"])
def test_a_plan_that_is_over_shows_only_what_was_done(clinic, state):
    plan = PlanFactory(client__clinic=clinic, state=state)
    SessionFactory(plan=plan, number=1, ended_at=NOON)
    assert [what for what, _when in said(plan, JUNE_1) if what.startswith("Session")] == ["Session 1"]


def test_the_drawing_stays_in_its_frame_and_has_today(clinic):
    plan = PlanFactory(client__clinic=clinic, state="active")
    SessionFactory(plan=plan, number=1, ended_at=NOON)
    drawn = timeline_of(plan, JUNE_1 + timedelta(days=40))
    bars = drawn["bars"]
    assert {bar.kind for bar in bars} == {*ROWS, "today"}
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH + 8 and bar.y + 10 <= drawn["height"] for bar in bars[:-1])
    assert [entry["what"] for entry in drawn["entries"] if entry["now"]] == ["Results window of session 1"]


def test_the_page_has_the_list_and_hides_the_drawing_from_readers(clinic, practitioner, signed_in):
    plan = PlanZoneFactory(plan__client__clinic=clinic, plan__practitioner=practitioner).plan
    where, browser = f"/admin/treatments/plan/{plan.pk}/change/", signed_in(practitioner)
    assert b"Nothing has a day yet" in browser.get(where).content
    SessionFactory(plan=plan, number=1, ended_at=NOON)
    page = browser.get(where).content.decode()
    wanted = [
        '<ol class="timeline course" role="list">',
        'aria-hidden="true"',
        "29 Jun to 13 Jul 2026",
        "six to twelve months",
    ]
    assert [words for words in wanted if words not in page] == []
