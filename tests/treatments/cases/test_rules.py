"""The clock of a case, and what is usual of each kind."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from treatments.cases.guidance import GRADE_OF_URGENCY, GUIDES, KIND_OF_FLAG, kind_of_flags
from treatments.cases.rules import AHEAD, NOT_HEARD, TOO_FAR, TOO_LATE, call_due, call_problem, close_problem
from treatments.cases.terms import WITHOUT_CONTACT, Ending, Grade, ReactionKind
from treatments.followups.redflags import ACT_WITHIN, FLAGS

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_every_kind_says_what_is_usual_and_where_that_is_from():
    assert list(GUIDES) == ReactionKind.values
    assert all(guide.onset and guide.action and guide.source for guide in GUIDES.values())
    assert {grade for guide in GUIDES.values() for grade in guide.grades} == set(Grade.values)


def test_what_red_flags_say_leads_to_kinds_and_grades_that_there_are():
    assert set(KIND_OF_FLAG) <= set(FLAGS)
    assert set(KIND_OF_FLAG.values()) <= set(ReactionKind.values)
    assert set(GRADE_OF_URGENCY) == {urgency.value for urgency in ACT_WITHIN}


def test_several_signs_of_one_kind_are_that_kind_and_all_others_are_not_clear():
    assert kind_of_flags(["redness", "still_red"]) == "erythema"
    assert kind_of_flags(["pus"]) == kind_of_flags(["redness", "pain"]) == kind_of_flags([]) == "unclear"


@given(st.sampled_from(Grade.values), st.booleans())
def test_the_graver_the_sooner_and_what_is_proposed_may_be_said(grade, contacted):
    due = call_due(grade=grade, contacted=contacted, at=NOON)
    assert call_problem(call_by=due, contacted=contacted, at=NOON) == ""
    assert all(due >= call_due(grade=graver, contacted=contacted, at=NOON) for graver in range(grade, 5))
    assert due >= call_due(grade=grade, contacted=False, at=NOON)


def test_a_next_call_is_in_the_future_within_a_day_until_somebody_spoke_and_within_a_month_then():
    said = [
        (NOON, False, AHEAD),
        (NOON + DAY, False, ""),
        (NOON + DAY + HOUR, False, TOO_FAR),
        (NOON + DAY + HOUR, True, ""),
        (NOON + 32 * DAY, True, TOO_LATE),
    ]
    for call_by, contacted, problem in said:
        assert call_problem(call_by=call_by, contacted=contacted, at=NOON) == problem


def test_only_a_mistake_and_no_answer_end_a_case_without_a_word_with_the_client():
    def problem(ending, contacted):
        return close_problem(contacted=contacted, ending=ending, without_contact=WITHOUT_CONTACT)

    assert {ending for ending in Ending if problem(ending, False) == NOT_HEARD} == set(Ending) - WITHOUT_CONTACT
    assert {problem(ending, True) for ending in Ending} == {""}
