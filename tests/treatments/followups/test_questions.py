"""Several steps on one page: what they share is asked once, and each step keeps its own answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.records.terms import Goal
from treatments.care.services import shipped_schedule
from treatments.care.terms import Asks
from treatments.followups.questions import NONE_OF_THESE, QUESTIONS, Kind, part_of, questions_of, together, transcript
from treatments.followups.redflags import RANK, assess_reply, heaviest

SETS = st.lists(st.sampled_from([asks for asks in Asks if QUESTIONS[asks]]), min_size=1, max_size=3, unique=True)


def page(sets):
    return {question.key: question for question in together(QUESTIONS[asks] for asks in sets)}


@st.composite
def answered(draw):
    """Sets of questions, and answers to the page that asks them all."""
    sets, answers = draw(SETS), {}
    for question in together(QUESTIONS[asks] for asks in sets):
        keys = [key for key, _words in question.options if key != NONE_OF_THESE]
        if question.kind is Kind.ANY:
            answers[question.key] = draw(st.lists(st.sampled_from(keys), unique=True)) or [NONE_OF_THESE]
        elif question.kind is Kind.ONE:
            answers[question.key] = draw(st.sampled_from(keys))
    return sets, answers


def test_one_step_is_asked_as_it_stands():
    assert together([QUESTIONS["day_1"]]) == QUESTIONS["day_1"]


@pytest.mark.parametrize("asks", [asks for asks in Asks if QUESTIONS[asks]])
def test_no_step_asks_for_more_than_five_taps(asks):
    taps = [question.key for question in QUESTIONS[asks] if question.required]
    assert (0 < len(taps) <= 5, QUESTIONS[asks][-1].key) == (True, "comment")


def test_whether_they_would_come_again_is_asked_from_week_6_on():
    first, later = ([question.key for question in QUESTIONS[asks]] for asks in ("results", "outcome"))
    assert first == ["change", "satisfaction", "signs", "health_changes", "comment"]
    assert later == ["change", "satisfaction", "would_repeat", "noticed", "signs", "comment"]
    asks = {step.key: step.asks for step in shipped_schedule().steps if step.about_results}
    assert asks == {"week_4": "results", "week_6": "outcome", "month_3": "outcome", "month_6": "outcome"}


def test_the_change_is_asked_for_each_goal_in_its_own_words_and_once():
    asked = questions_of("outcome", ["texture", "acne_scars"])
    assert [question.key for question in asked[:3]] == ["change_acne_scars", "change_texture", "satisfaction"]
    assert asked[0].asks == "Compared with before your treatment, how are your acne scars?"
    assert asked[0].options == questions_of("outcome")[0].options
    both = together([asked, questions_of("results", ["texture"])])
    assert [question.key for question in both if question.key.startswith("change")] == [
        "change_acne_scars",
        "change_texture",
    ]


@pytest.mark.parametrize(
    ("goals", "asks"),
    [
        (["acne_scars"], ["How much do you notice the scars that were treated?"]),
        (["wrinkles", "fine_lines"], ["How much do you notice the lines that were treated?"]),
        (["stretch_marks", "firmness"], ["How much do you notice the stretch marks that were treated?"]),
        (["wrinkles", "acne_scars"], ["How much do you notice what was treated?"]),
        (["firmness", "elasticity", "pores", "texture", "pigmentation"], []),
        ([], ["How much do you notice the scars or lines that were treated?"]),
    ],
)
def test_what_is_noticed_is_asked_of_what_was_treated_and_not_where_nothing_can_be_noticed(goals, asks):
    noticed = [question for question in questions_of("outcome", goals) if question.key == "noticed"]
    assert [question.asks for question in noticed] == asks
    offered = [key for question in noticed for key, _words in question.options]
    assert ("not_treated" in offered) == (not goals)  # only who has no goal on the plan needs to say so


@pytest.mark.parametrize("goals", [[], ["a goal of another year"]])
def test_without_a_goal_that_is_known_the_skin_as_a_whole_is_asked_about(goals):
    assert questions_of("results", goals) == QUESTIONS["results"]


def test_every_goal_has_its_question():
    keys = {question.key for question in questions_of("results", Goal.values)}
    assert {f"change_{goal}" for goal in Goal.values} <= keys


def test_what_was_asked_of_each_goal_is_kept_in_words():
    asked = questions_of("results", ["pores", "texture"])
    said = transcript(asked, {"change_pores": "better", "change_texture": "much_worse"})
    assert said == [
        ["Compared with before your treatment, how is the texture of your skin?", "Much worse"],
        ["Compared with before your treatment, how are your pores?", "Better"],
    ]


def test_what_two_steps_share_is_asked_once_with_the_answers_of_both_and_the_free_words_last():
    asked = together([QUESTIONS["day_7"], QUESTIONS["results"]])
    assert [question.key for question in asked] == [
        "signs",
        "change",
        "satisfaction",
        "health_changes",
        "comment",
    ]
    signs = [key for key, _words in asked[0].options]
    assert signs == ["still_red", "bumps", "dark_marks", "lumps", "sores", "marks", "none"]


def test_each_step_keeps_what_it_asked_and_what_the_client_read():
    answers = {"signs": ["bumps"], "change": "better", "comment": "Fine"}
    asked = together([QUESTIONS["day_7"], QUESTIONS["results"]])
    assert part_of(QUESTIONS["day_7"], answers) == {"signs": ["bumps"], "comment": "Fine"}
    assert part_of(QUESTIONS["results"], answers) == {"signs": ["none"], "change": "better", "comment": "Fine"}
    heading = QUESTIONS["day_7"][0].asks
    assert transcript(QUESTIONS["results"], part_of(QUESTIONS["results"], answers), asked)[1] == [
        heading,
        "None of these",
    ]


@given(answered())
def test_no_sign_is_lost_between_two_steps(given):
    sets, answers = given
    kept = [part_of(QUESTIONS[asks], answers) for asks in sets]
    said = {sign for part in kept for sign in part.get("signs", []) if sign != NONE_OF_THESE}
    assert said == {sign for sign in answers.get("signs", []) if sign != NONE_OF_THESE}
    assert all(part.get("signs", True) for part in kept)


@given(answered())
def test_apart_the_answers_are_as_urgent_as_on_one_page(given):
    sets, answers = given
    whole = heaviest(assess_reply(asks, answers)[0] for asks in sets)
    apart = heaviest(assess_reply(asks, part_of(QUESTIONS[asks], answers))[0] for asks in sets)
    assert RANK[apart] == RANK[whole]
