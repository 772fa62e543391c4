import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.care.terms import Asks
from treatments.followups.questions import NONE_OF_THESE, QUESTIONS, Kind
from treatments.followups.redflags import ACT_WITHIN, FLAGS, RANK, assess_reply
from treatments.followups.terms import Urgency

CALM_DAY_1 = {"redness": "1", "swelling": "0", "pain": "2", "signs": [NONE_OF_THESE]}
CALM_LATER = {"change": "better", "satisfaction": "8", "signs": [NONE_OF_THESE]}
CALM = {
    "day_1": CALM_DAY_1,
    "day_3": {"signs": [NONE_OF_THESE]},
    "day_7": {"signs": [NONE_OF_THESE]},
    "day_14": {"signs": [NONE_OF_THESE]},
    "results": CALM_LATER | {"health_changes": "no"},
    "outcome": CALM_LATER | {"would_repeat": "yes", "noticed": "1"},
}
LATER = [
    ({"signs": ["lumps"]}, "review", ["lumps"]),
    ({"signs": ["sores"]}, "review", ["sores"]),
    ({"signs": ["marks"]}, "review", ["marks"]),
    ({"change": "worse"}, "review", ["worse"]),
    ({"change": "much_worse"}, "review", ["much_worse"]),
    ({"change": "same", "satisfaction": "0"}, "none", []),
    ({"change_acne_scars": "much_better", "change_texture": "worse"}, "review", ["worse"]),
    ({"change_acne_scars": "much_worse", "change_texture": "worse"}, "review", ["worse", "much_worse"]),
    ({"change_acne_scars": "same", "change_texture": "better"}, "none", []),
]
ROWS = [
    ("day_1", {"signs": ["breathing"]}, "emergency", ["breathing"]),
    ("day_1", {"pain": "7"}, "urgent", ["pain"]),
    ("day_1", {"pain": "10"}, "urgent", ["pain"]),
    ("day_1", {"pain": "6"}, "none", []),
    ("day_1", {"swelling": "3"}, "urgent", ["swelling"]),
    ("day_1", {"swelling": "2"}, "none", []),
    ("day_1", {"signs": ["blisters"]}, "urgent", ["blisters"]),
    ("day_1", {"signs": ["bleeding"]}, "urgent", ["bleeding"]),
    ("day_1", {"signs": ["eyes"]}, "urgent", ["eyes"]),
    ("day_1", {"signs": ["unwell"]}, "urgent", ["unwell"]),
    ("day_1", {"redness": "3"}, "review", ["redness"]),
    ("day_1", {"redness": "2"}, "none", []),
    ("day_1", {"redness": "3", "signs": ["breathing", "eyes"]}, "emergency", ["breathing", "eyes", "redness"]),
    ("day_3", {"signs": ["breathing"]}, "emergency", ["breathing"]),
    ("day_3", {"signs": ["fever", "spreading"]}, "emergency", ["fever_spreading", "spreading", "fever"]),
    ("day_3", {"signs": ["pus"]}, "urgent", ["pus"]),
    ("day_3", {"signs": ["spreading"]}, "urgent", ["spreading"]),
    ("day_3", {"signs": ["fever"]}, "urgent", ["fever"]),
    ("day_3", {"signs": ["cold_sore"]}, "urgent", ["cold_sore"]),
    ("day_3", {"signs": ["rash"]}, "urgent", ["rash"]),
    ("day_7", {"signs": ["still_red"]}, "review", ["still_red"]),
    ("day_7", {"signs": ["bumps"]}, "review", ["bumps"]),
    ("day_7", {"signs": ["dark_marks"]}, "review", ["dark_marks"]),
    ("day_14", {"signs": ["marks"]}, "review", ["marks"]),
    ("day_14", {"signs": ["new_patches"]}, "review", ["new_patches"]),
    ("day_14", {"signs": ["lumps"]}, "review", ["lumps"]),
    *((asks, *row) for asks in ("results", "outcome") for row in LATER),
    ("results", {"health_changes": "yes"}, "review", ["health_changes"]),
    ("outcome", {"signs": ["health_changes"]}, "review", ["health_changes"]),
    ("outcome", {"would_repeat": "no", "noticed": "3"}, "none", []),
]


@pytest.mark.parametrize(("step", "answers", "urgency", "flags"), ROWS)
def test_each_row_of_the_red_flag_table(step, answers, urgency, flags):
    found, why = assess_reply(step, CALM[step] | answers)
    assert (found, [flag.key for flag in why]) == (urgency, flags)


@pytest.mark.parametrize("step", CALM)
def test_calm_answers_need_nobody(step):
    assert assess_reply(step, CALM[step] | {"comment": "fever, pus, cannot breathe"}) == (Urgency.NONE, ())


def test_every_sign_that_is_asked_about_is_a_flag():
    asked = {
        (step, option)
        for step, questions in QUESTIONS.items()
        for question in questions
        if question.kind is Kind.ANY
        for option, _words in question.options
        if option != NONE_OF_THESE
    }
    assert {(step, sign) for step, sign in asked if assess_reply(step, {"signs": [sign]})[0] == "none"} == set()


def test_every_flag_has_a_time_to_act_and_words():
    assert [flag.key for flag in FLAGS.values() if flag.urgency not in ACT_WITHIN or not flag.words] == []


@st.composite
def replies(draw):
    """A step that asks something, and complete answers to it."""
    step = draw(st.sampled_from([step for step in Asks if QUESTIONS[step]]))
    answers = {}
    for question in QUESTIONS[step]:
        keys = [key for key, _words in question.options]
        if question.kind is Kind.ONE:
            answers[question.key] = draw(st.sampled_from(keys))
        if question.kind is Kind.ANY:
            answers[question.key] = draw(st.lists(st.sampled_from(keys[:-1]), unique=True)) or [NONE_OF_THESE]
    return step, answers


@given(replies(), st.data())
def test_one_more_sign_never_lowers_the_urgency(reply, data):
    step, answers = reply
    (signs,) = (question for question in QUESTIONS[step] if question.kind is Kind.ANY)
    one_more = data.draw(st.sampled_from([key for key, _words in signs.options if key != NONE_OF_THESE]))
    more = answers | {"signs": [*answers["signs"], one_more]}
    before, after = assess_reply(step, answers), assess_reply(step, more)
    assert RANK[after[0]] >= RANK[before[0]]
    assert set(before[1]) <= set(after[1])


@given(replies(), st.integers(0, 10), st.integers(0, 10))
def test_more_pain_never_lowers_the_urgency(reply, one, another):
    step, answers = reply
    less, more = (assess_reply(step, answers | {"pain": str(pain)})[0] for pain in sorted((one, another)))
    assert RANK[more] >= RANK[less]
