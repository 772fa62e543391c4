from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import NOON
from treatments.plans.guidance import ZoneDepth
from treatments.sessions.rules import Facts, checks, ended_at_problem, lowest_free, may_start

GOOD = Facts(
    on=date(2026, 6, 1),
    client_archived=False,
    plan_running=True,
    practitioner="Ada Ray",
    practitioner_left=False,
    screening_problem="",
    needling="needling",
    certified_mm=Decimal("1.50"),
    zones=(ZoneDepth("cheeks", Decimal("1.00")),),
)


def test_a_session_starts_when_every_condition_holds():
    assert may_start(GOOD) == []


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"client_archived": True}, "This client is archived. Restore the client first."),
        ({"plan_running": False}, "The plan is stopped or completed. Make a new plan and book from there."),
        ({"screening_problem": "Send the form."}, "Send the form."),
        (
            {"practitioner_left": True},
            "Ada Ray no longer works here. Cancel this session, change the plan, and book again.",
        ),
        (
            {"zones": (ZoneDepth("nose", Decimal("1.51"), "x"),)},
            "Nose: The practitioner's certificate allows at most 1.5 mm.",
        ),
        ({"zones": ()}, "Write the needle depth of at least one zone."),
    ],
)
def test_each_missing_condition_is_named(facts, words):
    assert may_start(replace(GOOD, **facts)) == [words]


def test_without_a_certificate_the_cure_is_named():
    assert may_start(replace(GOOD, certified_mm=None)) == [
        "Ada Ray has no valid certificate for needling on 1 Jun 2026. "
        "Add one under Clinic, or choose another practitioner in the plan and book again.",
        "No valid certificate says how deep.",
    ]


@given(
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.text(max_size=3),
    st.sampled_from([None, Decimal("0.5"), Decimal(2)]),
)
def test_it_starts_exactly_when_nothing_is_missing(archived, running, left, screening, certified):
    facts = replace(
        GOOD,
        client_archived=archived,
        plan_running=running,
        practitioner_left=left,
        screening_problem=screening,
        certified_mm=certified,
    )
    good = not archived and running and not left and not screening and certified == Decimal(2)
    assert (may_start(facts) == [], len(checks(facts))) == (good, 5)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, ""),
        (60, ""),
        (61, "The end is in the future. Write when the session ended."),
        (-1, "The end is before the start. Check the date and time."),
    ],
)
def test_a_session_ends_between_its_start_and_now(minutes, words):
    ended, now = NOON + timedelta(minutes=minutes), NOON + timedelta(hours=1)
    assert ended_at_problem(started_at=NOON, ended_at=ended, at=now) == words


@given(st.sets(st.integers(1, 12)), st.integers(1, 12))
def test_the_next_number_is_the_lowest_free_one_of_the_plan(taken, planned):
    free = [number for number in range(1, planned + 1) if number not in taken]
    assert lowest_free(taken, planned) == (free[0] if free else None)
