from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import NOON
from treatments.plans.guidance import ZoneDepth
from treatments.sessions.rules import Facts, checks, ended_at_problem, lowest_free, may_start, not_met

GOOD = Facts(
    on=date(2026, 6, 1),
    client_archived=False,
    born=date(1985, 5, 17),
    plan_running=True,
    practitioner="Ada Ray",
    practitioner_left=False,
    screening_problem="",
    confirmation_problem="",
    consent_problem="",
    needling="needling",
    certified_mm=Decimal("1.50"),
    zones=(ZoneDepth("cheeks", Decimal("1.00")),),
    last_done=date(2026, 5, 4),
    interval_days=28,
)
SCOTLAND = replace(GOOD, in_scotland=True)
PREMISES = (
    "In Scotland, 1.5 mm or deeper and radio frequency belong on permitted premises only. "
    "Plan less than 1.5 mm, or tick “permitted premises” under Clinic if yours are."
)
FAULTS = [
    ({"client_archived": True}, "This client is archived. Restore the client first."),
    (
        {"born": date(2008, 6, 2)},
        "The client is not 18 on 1 Jun 2026. They cannot be treated before that birthday; "
        "if the date of birth in the record is wrong, correct it.",
    ),
    ({"plan_running": False}, "The plan is stopped or completed. Make a new plan and book from there."),
    ({"screening_problem": "Send the form."}, "Send the form."),
    ({"confirmation_problem": "Ask them."}, "Ask them."),
    ({"consent_problem": "Ask for it."}, "Ask for it."),
    (
        {"practitioner_left": True},
        "Ada Ray no longer works here. Cancel this session, change the plan, and book again.",
    ),
    (
        {"certified_mm": None},
        "Ada Ray has no valid certificate for needling on 1 Jun 2026. "
        "Add one under Clinic, or choose another practitioner in the plan and book again.",
    ),
    (
        {"zones": (ZoneDepth("nose", Decimal("1.51"), "x"),)},
        "Nose: The practitioner's certificate allows at most 1.5 mm. "
        "Needle less deep, or add a certificate that allows it under Clinic.",
    ),
    (
        {"zones": (ZoneDepth("nose", Decimal("1.51"), "x"), ZoneDepth("chin", Decimal("1.60"), "x"))},
        "Nose: The practitioner's certificate allows at most 1.5 mm. "
        "Chin and jaw: The practitioner's certificate allows at most 1.5 mm. "
        "Needle less deep, or add a certificate that allows it under Clinic.",
    ),
    ({"zones": ()}, "Write the needle depth of at least one zone."),
    (
        {"last_done": date(2026, 5, 5)},
        "The last session was on 5 May 2026, and the plan leaves 28 days between sessions. "
        "Treat on 2 Jun 2026 or later.",
    ),
    (
        {"red_flag_open": True},
        "A warning sign in the client's answers waits for somebody to act on it. Act on the red flag first.",
    ),
    (
        {"case_open": True},
        "A reaction of the client is not over. Close the case first, once the skin has healed or a doctor agrees.",
    ),
    (
        {"another_in_progress": True},
        "Another session of this client is in progress. Complete or cancel that one first.",
    ),
    ({"in_scotland": True, "is_rf": True}, PREMISES),
]


def test_a_session_starts_when_every_condition_holds():
    assert may_start(GOOD) == []


@pytest.mark.parametrize(("facts", "words"), FAULTS)
def test_each_missing_condition_is_named_and_nothing_else(facts, words):
    assert may_start(replace(GOOD, **facts)) == [words]


@given(st.sets(st.integers(0, len(FAULTS) - 1)))
def test_it_starts_exactly_when_nothing_is_missing(chosen):
    facts = GOOD
    for number in sorted(chosen):
        facts = replace(facts, **FAULTS[number][0])
    assert (may_start(facts) == []) == (not chosen)
    assert len(checks(facts)) == 11 + facts.in_scotland


@pytest.mark.parametrize(
    ("born", "on", "may"),
    [
        (date(2008, 6, 1), date(2026, 6, 1), True),
        (date(2008, 6, 1), date(2026, 5, 31), False),
        (date(2008, 2, 29), date(2026, 2, 28), False),
        (date(2008, 2, 29), date(2026, 3, 1), True),
    ],
)
def test_the_eighteenth_birthday_is_the_first_day(born, on, may):
    assert (may_start(replace(GOOD, born=born, on=on, last_done=None)) == []) == may


@pytest.mark.parametrize(("days", "may"), [(27, False), (28, True), (29, True), (0, False)])
def test_the_interval_is_over_on_its_exact_day(days, may):
    assert (may_start(replace(GOOD, last_done=GOOD.on - timedelta(days=days))) == []) == may


@pytest.mark.parametrize(
    ("depth", "is_rf", "permitted", "problems"),
    [
        ("1.49", False, False, []),
        ("1.50", False, False, [PREMISES]),
        ("1.50", False, True, []),
        ("0.50", True, False, [PREMISES]),
        ("0.50", True, True, []),
    ],
)
def test_the_line_of_scotland(depth, is_rf, permitted, problems):
    zones = (ZoneDepth("cheeks", Decimal(depth)),)
    assert may_start(replace(SCOTLAND, zones=zones, is_rf=is_rf, permitted_premises=permitted)) == problems
    assert may_start(replace(GOOD, zones=zones, is_rf=is_rf, permitted_premises=permitted)) == []


@pytest.mark.parametrize(
    ("conditions", "met", "missing"),
    [([], [], False), (["letter"], [], True), (["letter"], ["letter"], False), (["a", "b"], ["b"], True)],
)
def test_every_condition_has_to_be_met(conditions, met, missing):
    assert not_met(conditions, met) is missing


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
