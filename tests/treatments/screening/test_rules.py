from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.treatments.screening.rows import CHEEKS, HANDS, HEALTHY, RULES, SAID, date_fields, healthy, whole
from treatments.screening.questionnaire import Shown, default
from treatments.screening.rules import Assessment, PlanFacts, age_on, assess, by_weight

TODAY = date(2026, 6, 1)
BORN = date(1985, 5, 17)
WHOLE = whole()
PLANS = [
    PlanFacts(frozenset({area}), device, cream)
    for area in ("cheeks", "hands")
    for device in ("mechanical", "rf")
    for cream in (True, False)
]


def said(answers, plan=CHEEKS, as_of=TODAY, born=BORN, questionnaire=None):
    return assess(questionnaire or default(), HEALTHY | answers, plan, as_of, born)


def found(*args, **kwargs):
    """Outcome, (key, level, until) of every reason, and the day."""
    result = said(*args, **kwargs)
    return result.outcome, [(r.key, r.level, r.until) for r in result.reasons], result.defer_until


def test_a_healthy_adult_is_suitable():
    assert said({}) == Assessment("suitable", (), (), None)


# The design, read a second time and apart from the code: which levels one option gives.
def expected(question, option, plan, days_ago):
    fires = {
        None: True,
        "face": plan.areas <= set(RULES["face_areas"]),
        "rf": plan.device == "rf",
        "mechanical": plan.device == "mechanical",
        "anaesthetic": plan.topical_anaesthetic,
        "no_anaesthetic": not plan.topical_anaesthetic,
    }
    rules = [r for r in question["rules"] if option in r["values"] and fires[r.get("plan")]]
    plain = [r["level"] for r in rules if r["level"] in ("absolute", "review")]
    dated = [r for r in rules if "days" in r]
    if dated and days_ago in (None, -1):
        return [*plain, "date_unknown" if days_ago is None else "invalid_date"]
    defers = [r["level"] for r in dated if r["level"] == "defer" and days_ago < r["days"]]
    windows = ["review" for r in dated if r["level"] == "review_window" and days_ago < r["days"]]
    return plain + (defers or windows)


@pytest.mark.parametrize("question", RULES["questions"], ids=lambda question: question["key"])
def test_every_option_of_every_question_gives_what_the_design_says(question):
    spans = {r["days"] + more for r in question["rules"] if "days" in r for more in (-1, 0)} | {0, -1, None}
    base = healthy(WHOLE)
    for option in question["options"]:
        for plan in PLANS:
            for ago in spans:
                day = None if ago is None else (TODAY - timedelta(days=ago)).isoformat()
                answers = base | {question["key"]: option} | dict.fromkeys(date_fields(question), day)
                levels = [
                    r.level for r in assess(WHOLE, answers, plan, TODAY, BORN).reasons if r.key == question["key"]
                ]
                assert levels == expected(question, option, plan, ago), (option, plan, ago)


def test_notes_are_listed_and_change_nothing():
    result = said({"blood_thinners": "otc_only"})
    assert (result.outcome, result.reasons, result.notes) == ("suitable", (), ("blood_thinners",))


def test_each_note_is_its_questions_key_once_and_in_order():
    answers = {"hopes": ["pores", "texture"], "home_needling": "pen", "smoker": "yes", "pacemaker": "yes"}
    result = said(answers)
    assert (result.outcome, result.notes) == ("suitable", ("pacemaker", "smoker", "home_needling", "hopes"))


def test_our_own_questions_never_change_an_outcome():
    given = [{"hopes": []}, {"hopes": None}, {"hopes": "unsure"}, {"hopes": ["pores"]}]
    given += [{"home_needling": answer} for answer in ("no", "roller", "pen", "unsure", None)]
    assert {said(answers).outcome for answers in given} == {"suitable"}


def test_of_many_answers_each_counts():
    acne = replace(default().by_key["acne"], kind="many")
    questionnaire = replace(default(), questions=tuple(acne if q.key == "acne" else q for q in default().questions))
    given = [["none"], ["mild", "none"], ["mild", "moderate_severe"], ["unsure", "mild"], []]
    levels = [
        [r.level for r in said({"acne": answer}, questionnaire=questionnaire).reasons if r.key == "acne"]
        for answer in given
    ]
    assert levels == [[], ["review"], ["review", "absolute"], ["unsure", "review"], ["missing"]]


def asked_after(key, *shown):
    """The default, with that question asked only after those answers."""
    question = replace(default().by_key[key], shown=shown)
    return replace(default(), questions=tuple(question if q.key == key else q for q in default().questions))


def test_a_question_that_is_not_shown_is_never_missing_and_its_answer_counts_for_nothing():
    questionnaire = asked_after("radiotherapy_to_area", Shown("chemo_radiotherapy", ("ended", "unsure")))
    hidden = [{"radiotherapy_to_area": answer} for answer in ("yes", "unsure", None)]
    assert {found(answers, questionnaire=questionnaire)[0] for answers in hidden} == {"suitable"}
    shown = found({"chemo_radiotherapy": "unsure", "radiotherapy_to_area": None}, questionnaire=questionnaire)
    assert [key for key, _, _ in shown[1]] == ["chemo_radiotherapy", "radiotherapy_to_area"]


def test_what_hangs_on_a_hidden_question_is_hidden_too():
    questionnaire = asked_after("breastfeeding", Shown("pregnant", ("yes",)))
    third = replace(default().by_key["acne"], shown=(Shown("breastfeeding", ("yes",)),))
    questionnaire = replace(
        questionnaire, questions=tuple(third if q.key == "acne" else q for q in questionnaire.questions)
    )
    assert found({"breastfeeding": "yes", "acne": "moderate_severe"}, questionnaire=questionnaire)[0] == "suitable"


def test_what_the_practitioner_has_not_judged_is_missing():
    result = assess(default(), SAID, CHEEKS, TODAY, BORN)
    assert [(r.key, r.level, r.text) for r in result.reasons] == [
        ("expectations", "missing", "Expectations: for you to answer, not for the client.")
    ]


def test_follow_up_texts_are_read_by_no_rule():
    assert said({"other_allergy_text": "Latex"}) == said({})


DATED = sorted({(q.key, r.date_field) for q in default().questions for r in q.rules if r.level == "defer"})


@pytest.mark.parametrize(("key", "field"), DATED)
@pytest.mark.parametrize("start", [date(2024, 2, 29), date(2023, 12, 31), date(2025, 3, 30)])
def test_a_wait_ends_on_its_very_day(key, field, start):
    question = default().by_key[key]
    rule = next(rule for rule in question.rules if rule.level == "defer")
    answers = {key: rule.values[0], field: start.isoformat()}
    until = start + timedelta(days=rule.days)
    before, after = [said(answers, HANDS, until - timedelta(days=ago)) for ago in (1, 0)]
    assert (before.outcome, before.defer_until) == ("defer", until)
    assert (after.outcome == "defer", after.defer_until) == (False, None)


def test_cold_sores_matter_where_the_face_is_planned():
    assert [found({"cold_sore": "past"}, plan)[0] for plan in (CHEEKS, HANDS)] == ["review", "suitable"]


def test_isotretinoin_may_go_ahead_on_day_184():
    answers = {"isotretinoin": "stopped", "isotretinoin_stop_date": "2026-01-01"}
    day = date(2026, 7, 4)
    assert [found(answers, as_of=day - timedelta(days=1)), found(answers, as_of=day)] == [
        ("defer", [("isotretinoin", "defer", day)], day),
        ("suitable", [], None),
    ]


def test_a_review_window_opens_when_the_defer_ends():
    answers = {"filler": "yes", "filler_date": "2026-01-01"}
    days = [date(2026, 1, 28), date(2026, 1, 29), date(2026, 7, 3), date(2026, 7, 4)]
    assert [found(answers, as_of=day) for day in days] == [
        ("defer", [("filler", "defer", date(2026, 1, 29))], date(2026, 1, 29)),
        ("review", [("filler", "review", None)], None),
        ("review", [("filler", "review", None)], None),
        ("suitable", [], None),
    ]


def test_one_unclear_date_is_one_reason():
    unknown = [{"filler": "yes", "filler_date": day} for day in (None, "unsure", "2026-06-02")]
    assert [found(answers)[1] for answers in [{"filler": "yes"}, *unknown]] == [
        [("filler", "date_unknown", None)],
        [("filler", "date_unknown", None)],
        [("filler", "date_unknown", None)],
        [("filler", "invalid_date", None)],
    ]


def test_the_latest_day_counts_and_the_heaviest_outcome_wins():
    waits = {"botulinum": "yes", "botulinum_date": "2026-05-30", "filler": "yes", "filler_date": "2026-05-30"}
    both = found(waits | {"diabetes": "controlled"})
    never = found(waits | {"pregnant": "yes"})
    assert (both[0], both[2], len(both[1]), never[0], never[2], len(never[1])) == (
        ("defer", date(2026, 6, 27), 3, "contraindicated", None, 3)
    )


def test_unanswered_and_unsure_ask_for_a_review():
    assert [found({"diabetes": answer}) for answer in (None, "unsure")] == [
        ("review", [("diabetes", "missing", None)], None),
        ("review", [("diabetes", "unsure", None)], None),
    ]


def test_an_optional_question_may_stay_unanswered():
    optional = replace(default().questions[0], required=False)
    questionnaire = replace(default(), questions=(optional, *default().questions[1:]))
    assert found({"pregnant": None}, questionnaire=questionnaire)[0] == "suitable"


@pytest.mark.parametrize(
    ("born", "outcome", "keys"),
    [
        (date(2008, 6, 2), "contraindicated", ["under_18"]),
        (date(2008, 6, 1), "review", ["age_18_21"]),
        (date(2004, 6, 2), "review", ["age_18_21"]),
        (date(2004, 6, 1), "suitable", []),
        (None, "review", ["date_of_birth"]),
        (date(2027, 1, 1), "contraindicated", ["under_18"]),
    ],
)
def test_age_is_counted_in_completed_years(born, outcome, keys):
    result = said({}, born=born)
    assert (result.outcome, [reason.key for reason in result.reasons]) == (outcome, keys)


def test_a_leap_day_birthday_falls_on_1_march():
    born = date(2008, 2, 29)
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2028, 2, 28), date(2028, 2, 29)]
    assert [age_on(day, born) for day in days] == [17, 18, 19, 20]


@pytest.mark.parametrize(
    "answers",
    [
        {"pregnant": "perhaps"},
        {"unheard_of": "yes"},
        {"filler_date": "soon"},
        {"filler_date": "2026-02-30"},
        {"filler_date": "20260201"},
        {"date_of_birth": "1985-05-17"},
        {"pregnant": ["no"]},
        {"pregnant": 1},
        {"pregnant": {"no": "no"}},
        {"hopes": ["perhaps"]},
        {"hopes": [1]},
        {"other_allergy_text": 1},
    ],
)
def test_what_the_questionnaire_does_not_know_is_refused_by_its_key_alone(answers):
    (key, answer), *_ = answers.items()
    with pytest.raises(ValueError, match=f"^{key}: ") as refused:
        said(answers)
    assert str(answer) not in str(refused.value).removeprefix(key)


def test_an_unknown_device_is_refused():
    with pytest.raises(ValueError, match="laser"):
        said({}, plan=PlanFacts(frozenset({"cheeks"}), "laser", False))


def test_reasons_are_sorted_by_weight():
    waits = {"diabetes": "controlled", "botulinum": "yes", "botulinum_date": "2026-05-30", "filler": "unsure"}
    reasons = by_weight(said(waits | {"sun_exposure": "yes", "eczema": "active_in_area"}).reasons)
    assert [r.level for r in reasons] == ["absolute", "defer", "review", "date_unknown", "unsure"]
