from dataclasses import replace
from datetime import date

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.treatments.questionnaires.edits import TODAY, answers, plans, questionnaires
from treatments.questionnaires.rules import changed, looser, stricter
from treatments.questionnaires.services.preview import carried
from treatments.screening.questionnaire import default
from treatments.screening.questionnaire.words import Shown
from treatments.screening.rules import assess
from treatments.screening.terms import Outcome

SLOW = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
WEIGHTS = list(Outcome)
BIRTHS = st.sampled_from([date(1985, 5, 17), date(2009, 1, 1), date(2006, 1, 1), date(1999, 1, 1), None])


def question(key, of=None):
    return next(question for question in (of or default()).questions if question.key == key)


def with_question(key, **facts):
    whole = default()
    return replace(whole, questions=tuple(replace(q, **facts) if q.key == key else q for q in whole.questions))


def with_rule(key, number, **facts):
    rules = question(key).rules
    return with_question(key, rules=tuple(replace(r, **facts) if n == number else r for n, r in enumerate(rules)))


def weight(assessment):
    return WEIGHTS.index(assessment.outcome), assessment.defer_until or date.min


@SLOW
@given(st.data(), st.booleans())
def test_what_is_not_looser_never_gives_a_better_outcome(data, keep_strict):
    edited = data.draw(questionnaires(keep_strict))
    assume(not looser(default(), edited))
    said, plan, born = data.draw(answers(default())), data.draw(plans), data.draw(BIRTHS)
    before = assess(default(), said, plan, TODAY, born)
    after = assess(edited, carried(edited, said), plan, TODAY, born)
    assert weight(after) >= weight(before)


@SLOW
@given(st.data())
def test_what_gives_a_better_outcome_is_named_as_looser(data):
    edited = data.draw(questionnaires())
    said, plan, born = data.draw(answers(default())), data.draw(plans), data.draw(BIRTHS)
    after = assess(edited, carried(edited, said), plan, TODAY, born)
    assume(weight(after) < weight(assess(default(), said, plan, TODAY, born)))
    assert looser(default(), edited) != []


@SLOW
@given(questionnaires())
def test_what_is_looser_one_way_is_stricter_the_other_way(edited):
    same_questions = len(edited.questions) == len(default().questions)
    same_options = all(question(q.key).options == q.options for q in edited.questions)
    assume(same_questions and same_options)
    assert len(looser(default(), edited)) == len(stricter(edited, default()))


def test_the_default_differs_from_itself_in_nothing():
    assert [f(default(), default()) for f in (looser, stricter, changed)] == [[], [], []]


def test_a_shorter_wait_is_looser_and_a_longer_one_stricter():
    shorter, longer = with_rule("isotretinoin", 1, days=183), with_rule("isotretinoin", 1, days=185)
    label = question("isotretinoin").label("stopped")
    title = question("isotretinoin").title
    days = "wait {} days after the date instead of wait 184 days after the date."
    assert [looser(default(), shorter), stricter(default(), shorter), looser(default(), longer)] == [
        [f"{title}: “{label}”: {days.format(183)}"],
        [],
        [],
    ]
    assert stricter(default(), longer) == [f"{title}: “{label}”: {days.format(185)}"]


def test_each_way_to_ask_for_less_is_found():
    retired = replace(default(), questions=default().questions[1:])
    less = [
        retired,
        replace(default(), face_areas=default().face_areas[1:]),
        replace(default(), age_rules=default().age_rules[1:]),
        with_question("pregnant", required=False),
        with_question("pregnant", options=question("pregnant").options[1:], rules=()),
        with_question("pregnant", shown=(Shown("breastfeeding", ("no",)),)),
        with_question("pregnant", offers_unsure=False),
        with_question("pregnant", asked_of="practitioner"),
        with_rule("pregnant", 0, level="review"),
        with_rule("blood_thinners", 1, needs_letter=False),
        with_rule("blood_thinners", 1, level="note"),
        with_rule("cold_sore", 2, plan="rf"),
        with_rule("smoker", 0, values=("no",)),
        with_rule("isotretinoin", 1, level="review_window"),
        with_rule("filler", 1, days=100),
    ]
    assert [number for number, edited in enumerate(less) if not looser(default(), edited)] == []


def test_each_way_to_ask_for_more_is_free():
    more = [
        with_question("smoker", required=True),
        with_rule("cold_sore", 2, plan=""),
        with_rule("isotretinoin", 1, level="absolute", days=0, date_field=""),
        with_rule("filler", 1, level="review", days=0, date_field=""),
        with_rule("recent_scar", 1, level="defer"),
        with_rule("liver_disease", 0, level="absolute"),
        with_rule("liver_disease", 0, needs_letter=True),
        with_rule("smoker", 0, level="review"),
        replace(default(), face_areas=(*default().face_areas, "neck")),
    ]
    assert [(looser(default(), edited), len(stricter(default(), edited))) for edited in more] == [([], 1)] * len(more)


def test_other_words_are_named_for_the_approver():
    edited = with_question("pregnant", words="Are you expecting?")
    title = question("pregnant").title
    words = f"{title}: It asks “Are you expecting?” instead of “{question('pregnant').words}”."
    assert (looser(default(), edited), stricter(default(), edited), changed(default(), edited)) == ([], [], [words])
