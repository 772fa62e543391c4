"""Random edits of the portal's questionnaire, and random answers to one."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from treatments.products.terms import Zone
from treatments.screening.questionnaire import Questionnaire, default
from treatments.screening.questionnaire.words import UNSURE, Option, Rule
from treatments.screening.rules import PlanFacts

TODAY = date(2026, 6, 1)
LEVELS = ("absolute", "defer", "review", "review_window", "note")
DAYS = (1, 7, 14, 28, 30, 92, 184, 200, 366)


@st.composite
def questionnaires(draw, keep_strict=False):
    """The default with some questions edited; `keep_strict` draws edits that are mostly stricter."""
    whole = default()
    chosen = draw(st.sets(st.sampled_from([q.key for q in whole.questions]), min_size=1, max_size=4))
    questions = []
    for question in whole.questions:
        now = draw(edited(question, keep_strict)) if question.key in chosen else question
        questions += [] if now is None else [now]
    ages = whole.age_rules if draw(st.integers(0, 5)) else draw(age_rules(whole.age_rules))
    areas = draw(st.sampled_from([whole.face_areas] * 5 + [whole.face_areas[1:], (*whole.face_areas, "neck")]))
    return replace(whole, questions=tuple(questions), age_rules=ages, face_areas=areas)


@st.composite
def age_rules(draw, rules):
    rule = draw(st.sampled_from(rules))
    levels = st.sampled_from(["absolute", "review"])
    limits = st.sampled_from(["age<18", "age<16", "18<=age<22", "18<=age<30", "age<25"])
    now = replace(rule, level=draw(levels), when=draw(limits))
    return tuple(now if known is rule else known for known in rules)


@st.composite
def edited(draw, question, keep_strict):
    if not keep_strict and draw(st.integers(0, 9)) == 0:
        return None
    rules = [draw(rule_edits(rule, keep_strict)) for rule in question.rules]
    rules = [rule for rule in rules if rule is not None] + draw(extra_rules(question))
    options = question.options
    if not keep_strict and draw(st.integers(0, 7)) == 0:
        options = draw(st.sampled_from([options[1:], (*options, Option("quite_new", "Something else"))]))
    required = True if keep_strict else draw(st.booleans()) or question.required
    return replace(question, rules=tuple(rules), options=options, required=required)


@st.composite
def rule_edits(draw, rule, keep_strict):
    kind = draw(st.sampled_from(["same", "days", "level", "absolute", *([] if keep_strict else ["gone"])]))
    if kind == "gone":
        return None
    if kind == "absolute":
        return replace(rule, level="absolute", days=0, date_field="")
    if kind == "days" and rule.date_field:
        return replace(
            rule, days=draw(st.sampled_from([d for d in DAYS if d >= rule.days or not keep_strict] or [999]))
        )
    if kind == "level":
        level = draw(st.sampled_from(LEVELS if rule.date_field else ("absolute", "review", "note")))
        dated = level in ("defer", "review_window")
        return replace(rule, level=level, days=rule.days if dated else 0, date_field=rule.date_field if dated else "")
    return rule


@st.composite
def extra_rules(draw, question):
    if draw(st.integers(0, 2)):
        return []
    value = draw(st.sampled_from(question.options)).value
    plan = draw(st.sampled_from(["", "", "face", "rf", "anaesthetic"]))
    level = draw(st.sampled_from(["absolute", "review", "note"]))
    return [Rule((value,), level, "Because.", "test", plan=plan, needs_letter=draw(st.booleans()))]


@st.composite
def answers(draw, questionnaire: Questionnaire):
    """Mostly harmless answers with a few others, so that one rule alone decides the outcome."""
    given = {}
    for question in questionnaire.questions:
        risky = {value for rule in question.rules for value in rule.values}
        harmless = [o.value for o in question.options if o.value not in risky] or [question.options[0].value]
        given[question.key] = harmless[0]
    for question in draw(st.lists(st.sampled_from(questionnaire.questions), min_size=1, max_size=3)):
        unsure = [UNSURE] if question.offers_unsure and question.kind == "one" else []
        given[question.key] = draw(st.sampled_from([*(o.value for o in question.options), *unsure, None]))
        for asked in question.dates:
            day = TODAY - timedelta(days=draw(st.integers(-3, 400)))
            given[asked.field] = draw(st.sampled_from([day.isoformat(), day.isoformat(), UNSURE, None]))
    many = {q.key for q in questionnaire.questions if q.kind == "many"}
    return {key: [value] if key in many and value else value for key, value in given.items()}


plans = st.builds(
    PlanFacts,
    areas=st.frozensets(st.sampled_from(list(map(str, Zone.values))), min_size=1, max_size=2),
    device=st.sampled_from(["mechanical", "rf"]),
    topical_anaesthetic=st.booleans(),
)
