"""What has to hold between the parts of a questionnaire."""

import re
from collections import Counter
from datetime import date

from treatments.screening.questionnaire.places import Place, QuestionnaireMalformed
from treatments.screening.questionnaire.words import AGE, UNSURE, AgeRule, Question, Questionnaire, Rule

LEVELS = ("absolute", "defer", "review", "review_window", "note")
DATED = ("defer", "review_window")
PLANS = ("", "face", "rf", "mechanical", "anaesthetic", "no_anaesthetic")
RESERVED = ("date_of_birth", "signed_name", "statement")
ASKED_OF = ("client", "practitioner")
COUNTS = ("one", "many")
KEY = re.compile(r"[a-z][a-z0-9_]*")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
GREATEST_DAYS = 3660
QUESTIONS = Place().key("questions")


def check(questionnaire: Questionnaire) -> None:
    """Raises QuestionnaireMalformed for the first place that cannot be meant."""
    _must(bool(questionnaire.questions), QUESTIONS, "at least one question is needed.")
    _check_names(questionnaire)
    for number, age_rule in enumerate(questionnaire.age_rules):
        _check_age_rule(age_rule, Place().key("age_rules").part(number, age_rule.key))
    earlier: dict[str, Question] = {}
    for number, question in enumerate(questionnaire.questions):
        place = QUESTIONS.part(number, question.key)
        _check_question(question, place)
        _check_rules(question, place)
        _check_follow_ups(question, place)
        _check_shown(question, earlier, place)
        _check_section(question, questionnaire, place)
        earlier[question.key] = question


def _check_names(questionnaire: Questionnaire) -> None:
    """Answers, dates and texts are kept side by side, so that no name may be used twice."""
    named = [(rule.key, Place().key("age_rules").part(n).key("key")) for n, rule in enumerate(questionnaire.age_rules)]
    for number, question in enumerate(questionnaire.questions):
        place = QUESTIONS.part(number, question.key)
        named.append((question.key, place.key("key")))
        for n, date_asked in enumerate(question.dates):
            named.append((date_asked.field, place.key("dates").part(n).key("field")))
        for n, text_asked in enumerate(question.texts):
            named.append((text_asked.field, place.key("texts").part(n).key("field")))
    taken = {*RESERVED, *(f"{d.field}_unsure" for q in questionnaire.questions for d in q.dates)}
    for name, place in named:
        _must(KEY.fullmatch(name) is not None, place, "a name has small letters, digits and underscores only.")
        _must(name not in taken, place, f"{name} is used twice, or is reserved.")
        taken.add(name)
    _check_section_names(questionnaire)


def _check_section_names(questionnaire: Questionnaire) -> None:
    keys = [section.key for section in questionnaire.sections]
    for number, key in enumerate(keys):
        place = Place().key("sections").part(number, key).key("key")
        _must(KEY.fullmatch(key) is not None, place, "a name has small letters, digits and underscores only.")
        _must(key not in keys[:number], place, f"{key} is used twice.")


def _check_age_rule(rule: AgeRule, place: Place) -> None:
    limits = AGE.fullmatch(rule.when)
    _must(limits is not None, place.key("when"), "write it as age<18 or 18<=age<22.")
    if limits is not None and limits["least"]:
        _must(int(limits["least"]) < int(limits["below"]), place.key("when"), "the ages are the wrong way round.")
    _must(rule.level in ("absolute", "review"), place.key("level"), "must be one of absolute, review.")
    _check_approval(rule, place)


def _check_question(question: Question, place: Place) -> None:
    values = [option.value for option in question.options]
    _must(question.kind in COUNTS, place.key("kind"), f"must be one of {', '.join(COUNTS)}.")
    _must(question.asked_of in ASKED_OF, place.key("asked_of"), f"must be one of {', '.join(ASKED_OF)}.")
    _must(len(values) > 1, place.key("options"), "at least two are needed.")
    for number, value in enumerate(values):
        here = place.key("options").part(number).key("value")
        _must(value not in values[:number], here, f"{value} is written twice.")
        _must(value != UNSURE, here, f"{UNSURE} is offered with every question; leave it out.")
    _must(
        question.offers_unsure or (not question.required and all(rule.level == "note" for rule in question.rules)),
        place.key("offers_unsure"),
        "only an optional question whose rules are all notes may go without it.",
    )


def _check_rules(question: Question, place: Place) -> None:
    for number, rule in enumerate(question.rules):
        here = place.key("rules").part(number)
        _among(rule.values, question, here.key("values"))
        _must(rule.level in LEVELS, here.key("level"), f"must be one of {', '.join(LEVELS)}.")
        _must(rule.plan in PLANS, here.key("plan"), f"must be one of {', '.join(PLANS[1:])}.")
        _check_days(rule, here)
        letter = not rule.needs_letter or rule.level in ("review", "review_window")
        _must(letter, here.key("needs_letter"), "only review and review_window can ask for a letter.")
        _check_approval(rule, here)


def _check_days(rule: Rule, place: Place) -> None:
    if rule.level in DATED:
        _must(bool(rule.date_field), place.key("date_field"), "this level counts from a date.")
        _must(1 <= rule.days <= GREATEST_DAYS, place.key("days"), f"must be from 1 to {GREATEST_DAYS}.")
    else:
        _must(not rule.date_field, place.key("date_field"), "only defer and review_window have a date.")
        _must(not rule.days, place.key("days"), "only defer and review_window have days.")


def _check_follow_ups(question: Question, place: Place) -> None:
    asked = {date_asked.field for date_asked in question.dates}
    used = {rule.date_field for rule in question.rules if rule.date_field}
    wanted = f"they must be those of its rules: {', '.join(sorted(used)) or 'none'}."
    _must(asked == used, place.key("dates"), wanted)
    for number, text in enumerate(question.texts):
        _among(text.values, question, place.key("texts").part(number).key("values"))


def _check_shown(question: Question, earlier: dict[str, Question], place: Place) -> None:
    for number, shown in enumerate(question.shown):
        here = place.key("shown").part(number)
        _must(shown.key in earlier, here.key("key"), f"{shown.key} is not a question before this one.")
        other = earlier[shown.key]
        _must(bool(shown.values), here.key("values"), "at least one is needed.")
        known = f"must be among the answers to {shown.key}: {', '.join(sorted(other.allowed))}."
        _must(set(shown.values) <= other.allowed, here.key("values"), known)
        hidden = question.asked_of == "client" and other.asked_of == "practitioner"
        _must(not hidden, here.key("key"), f"{shown.key} is asked of the practitioner, after the client's form.")


def _check_section(question: Question, questionnaire: Questionnaire, place: Place) -> None:
    keys = [section.key for section in questionnaire.sections]
    free = not question.section and (not keys or question.asked_of == "practitioner")
    among = f"must be one of {', '.join(keys)}." if keys else "there are no sections."
    _must(free or question.section in keys, place.key("section"), among)


def _check_approval(rule: Rule | AgeRule, place: Place) -> None:
    both = bool(rule.approved_by) == bool(rule.approved_on)
    _must(both, place.key("approved_by"), "who approved it and when (approved_on) belong together.")
    _must(not rule.approved_on or _is_day(rule.approved_on), place.key("approved_on"), "must be a date: YYYY-MM-DD.")


def _is_day(text: str) -> bool:
    try:
        return DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _among(values: tuple[str, ...], question: Question, place: Place) -> None:
    offered = [option.value for option in question.options]
    _must(bool(values), place, "at least one is needed.")
    _must(set(values) <= set(offered), place, f"must be among the options: {', '.join(offered)}.")
    twice = [value for value, count in Counter(values).items() if count > 1]
    _must(not twice, place, f"{', '.join(twice)} is written twice.")


def _must(holds: bool, place: Place, otherwise: str) -> None:
    if not holds:
        raise QuestionnaireMalformed(place, otherwise)
