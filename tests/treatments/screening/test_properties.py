from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.treatments.screening.rows import healthy, whole
from treatments.screening.questionnaire import default, fingerprint, read, snapshot
from treatments.screening.rules import PlanFacts, assess

TODAY, BORN = date(2026, 6, 1), date(1985, 5, 17)
WHOLE = whole()
QUESTIONNAIRES = [WHOLE, default()]
unhurried = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WEIGHT = ["suitable", "review", "defer", "contraindicated"]
PLANS = [
    PlanFacts(frozenset({area}), device, cream)
    for area in ("cheeks", "hands")
    for device in ("mechanical", "rf")
    for cream in (True, False)
]


@st.composite
def anything(draw):
    """Any answers to the whole questionnaire, and any plan."""
    answers = {}
    for question in WHOLE.questions:
        answers[question.key] = draw(st.sampled_from([o.value for o in question.options] + ["unsure", None]))
        for asked in question.dates:
            days = st.integers(-5, 500).map(lambda ago: (TODAY - timedelta(days=ago)).isoformat())
            answers[asked.field] = draw(st.one_of(days, st.sampled_from(["unsure", None])))
    return answers, draw(st.sampled_from(PLANS))


@unhurried
@given(anything())
def test_what_is_unclear_is_never_suitable(drawn):
    answers, plan = drawn
    unclear = any(answers[q.key] == "unsure" or (q.required and answers[q.key] is None) for q in WHOLE.questions)
    result = assess(WHOLE, answers, plan, TODAY, BORN)
    assert not (unclear and result.outcome == "suitable")
    assert (result.outcome == "suitable") == (result.reasons == ())
    assert (result.defer_until is not None) == (result.outcome == "defer")


@unhurried
@given(anything(), st.data())
def test_another_risk_never_makes_it_better(drawn, data):
    answers, plan = drawn
    question = data.draw(st.sampled_from([q for q in WHOLE.questions if healthy(WHOLE)[q.key] and q.rules]))
    without = answers | {question.key: healthy(WHOLE)[question.key]}
    before = assess(WHOLE, without, plan, TODAY, BORN)
    after = assess(WHOLE, answers | {question.key: answers[question.key] or "unsure"}, plan, TODAY, BORN)
    assert WEIGHT.index(after.outcome) >= WEIGHT.index(before.outcome)
    if before.defer_until and after.defer_until:
        assert after.defer_until >= before.defer_until


@unhurried
@given(anything(), st.integers(0, 400))
def test_time_alone_never_turns_suitable_into_waiting(drawn, later):
    answers, plan = drawn
    now = assess(WHOLE, healthy(WHOLE) | {k: v for k, v in answers.items() if k.endswith("_date")}, plan, TODAY, BORN)
    then = assess(WHOLE, answers, plan, TODAY + timedelta(days=later), BORN)
    first = assess(WHOLE, answers, plan, TODAY, BORN)
    assert now.outcome == "suitable"
    assert not (first.outcome == "suitable" and then.outcome != "suitable")


@unhurried
@given(anything())
def test_on_the_day_it_names_nothing_defers_any_more(drawn):
    answers, plan = drawn
    result = assess(WHOLE, answers, plan, TODAY, BORN)
    if result.defer_until and "invalid_date" not in {reason.level for reason in result.reasons}:
        on_the_day = assess(WHOLE, answers, plan, result.defer_until, BORN)
        the_day_before = assess(WHOLE, answers, plan, result.defer_until - timedelta(days=1), BORN)
        assert (on_the_day.outcome != "defer", the_day_before.outcome) == (True, "defer")


@unhurried
@given(anything(), st.sampled_from(QUESTIONNAIRES))
def test_a_snapshot_judges_again_as_it_did(drawn, questionnaire):
    answers, plan = drawn
    kept = snapshot(questionnaire)
    again = read(snapshot(read(kept)))
    assert fingerprint(snapshot(again)) == fingerprint(kept)
    assert assess(again, answers, plan, TODAY, BORN) == assess(questionnaire, answers, plan, TODAY, BORN)


@unhurried
@given(anything())
def test_the_default_judges_as_the_design_does(drawn):
    answers, plan = drawn
    ours, theirs = [assess(questionnaire, answers, plan, TODAY, BORN) for questionnaire in (default(), WHOLE)]
    told = [[(r.key, r.level, r.until) for r in result.reasons] for result in (ours, theirs)]
    assert (ours.outcome, ours.notes, told[0]) == (theirs.outcome, theirs.notes, told[1])


@unhurried
@given(anything(), st.sampled_from([None, *(BORN + timedelta(days=n) for n in range(0, 15_000, 97))]))
def test_a_reason_more_never_makes_it_lighter(drawn, born):
    answers, plan = drawn
    full = assess(WHOLE, answers, plan, TODAY, born)
    for question in WHOLE.questions:
        if question.required and answers[question.key]:
            fewer = assess(
                WHOLE,
                healthy(WHOLE) | {question.key: answers[question.key]} | dates_of(question, answers),
                plan,
                TODAY,
                BORN,
            )
            assert WEIGHT.index(full.outcome) >= WEIGHT.index(fewer.outcome)


def dates_of(question, answers):
    return {asked.field: answers[asked.field] for asked in question.dates}
