"""An assessment and its answers in words for the practitioner, heaviest first. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from treatments.screening.questionnaire import AgeRule, Answers, Asked, Question, Questionnaire, Rule, as_asked
from treatments.screening.questionnaire.words import UNSURE
from treatments.screening.rules import Assessment, Level, Reason, by_weight
from treatments.screening.terms import Outcome, State

STATE_BADGES: dict[str, str] = {
    State.SENT: "info",
    State.SUBMITTED: "warn",
    State.ACCEPTED: "ok",
    State.DEFERRED: "warn",
    State.REFUSED: "bad",
    State.WITHDRAWN: "info",
}
OUTCOME_BADGES: dict[str, str] = {
    Outcome.SUITABLE: "ok",
    Outcome.REVIEW: "warn",
    Outcome.DEFER: "warn",
    Outcome.CONTRAINDICATED: "bad",
}
SUITABLE_SO_FAR = "Suitable so far"  # only the practitioner's own question is open
LEVEL_WORDS = {
    Level.ABSOLUTE: ("Do not treat", "bad"),
    Level.DEFER: ("Wait", "warn"),
    Level.REVIEW: ("Your decision", "warn"),
    Level.INVALID_DATE: ("Ask the client", "info"),
    Level.DATE_UNKNOWN: ("Ask the client", "info"),
    Level.UNSURE: ("Ask the client", "info"),
    Level.MISSING: ("Ask the client", "info"),
}
YOURS = ("Yours to answer", "info")
NOT_ANSWERED = "Not answered"
NOT_ASKED = "Not asked then"
NO_QUESTION = "Age"  # reasons that no question but the date of birth gives


@dataclass(frozen=True)
class ReasonLine:
    """One reason as the review shows it. `for_client` says it to the client; "" for what is only to be asked."""

    about: str
    words: str
    badge: str
    text: str
    until: date | None
    source: str
    for_client: str = ""


@dataclass(frozen=True)
class Change:
    """One answer that differs from the last form."""

    about: str
    words: str
    before: str
    after: str


def reason_lines(questionnaire: Questionnaire, assessment: Assessment) -> list[ReasonLine]:
    """The reasons, heaviest first."""
    return [_line(questionnaire, reason) for reason in by_weight(assessment.reasons)]


def _line(questionnaire: Questionnaire, reason: Reason) -> ReasonLine:
    question = questionnaire.by_key.get(reason.key)
    yours = question is not None and question.asked_of == "practitioner" and reason.level == Level.MISSING
    rule = _rule_behind(questionnaire, reason)
    return ReasonLine(
        question.title if question else NO_QUESTION,
        *(YOURS if yours else LEVEL_WORDS[reason.level]),
        reason.text,
        reason.until,
        in_print(reason.source),
        rule.client_why if rule else "",
    )


def _rule_behind(questionnaire: Questionnaire, reason: Reason) -> Rule | AgeRule | None:
    """The rule that gave it, known by its words; none for what is only to be asked."""
    question = questionnaire.by_key.get(reason.key)
    rules: Iterable[Rule | AgeRule] = (
        question.rules if question else (rule for rule in questionnaire.age_rules if rule.key == reason.key)
    )
    return next((rule for rule in rules if (rule.why, rule.source) == (reason.text, reason.source)), None)


def note_lines(questionnaire: Questionnaire, notes: Iterable[str], answers: Answers | None = None) -> list[str]:
    """What to keep in mind, question by question; with the answers, only what they gave rise to.

    A note that is no question's key was kept in words, by an earlier portal.
    """
    lines: list[str] = []
    for note in notes:
        question = questionnaire.by_key.get(note)
        lines += _notes_of(question, answers) if question else [note]
    return lines


def _notes_of(question: Question, answers: Answers | None) -> list[str]:
    rules = [rule for rule in question.rules if rule.level == "note"]
    if answers is not None:
        chosen = {option.value for option in question.chosen(answers.get(question.key))}
        rules = [rule for rule in rules if not chosen.isdisjoint(rule.values)] or rules
    return [rule.why for rule in rules] or [question.title]


def letters_needed(questionnaire: Questionnaire, assessment: Assessment) -> list[str]:
    """The titles of the reasons that ask for a doctor's or prescriber's letter, each once."""
    titles = [
        questionnaire.by_key[reason.key].title
        for reason in assessment.reasons
        if isinstance(rule := _rule_behind(questionnaire, reason), Rule) and rule.needs_letter
    ]
    return list(dict.fromkeys(titles))


def see_doctor_lines(questionnaire: Questionnaire, answers: Answers) -> list[str]:
    """What a client should show to a doctor, in the questionnaire's words, each once; empty for nothing."""
    lines = [
        option.see_doctor
        for key, given in questionnaire.in_effect(answers).items()
        for option in questionnaire.by_key[key].options
        if option.value in given and option.see_doctor
    ]
    return list(dict.fromkeys(lines))


def changes(
    questionnaire: Questionnaire, before: Answers, after: Answers, then: Questionnaire | None = None
) -> list[Change]:
    """What differs from the last form, in the order of this one. `then` is the questionnaire of that time.

    A question that was not asked at that time is listed only where its answer matters to a rule.
    """
    then = then or questionnaire
    was, now = _told(then, before), _told(questionnaire, after)
    effect = questionnaire.in_effect(after)
    found = []
    for question in questionnaire.questions:
        known = question.key in then.by_key
        if not known and not _matters(question, effect.get(question.key, frozenset())):
            continue
        for field in _fields(question):
            old, new = was.get(field), now.get(field)
            if (old.given if old else "") != (new.given if new else ""):
                found.append(_change(question, old, new, asked=known))
    return found


@dataclass(frozen=True)
class _Told:
    """An answer as it was given, and as it reads."""

    words: str
    given: str
    spoken: str


def _told(questionnaire: Questionnaire, answers: Answers) -> dict[str, _Told]:
    return {
        asked.key: _Told(asked.words, _given(answers.get(asked.key)), _spoken(questionnaire, asked))
        for asked in as_asked(questionnaire, answers)
    }


def _given(answer: object) -> str:
    return ", ".join(sorted(answer)) if isinstance(answer, list) else str(answer or "")


def _fields(question: Question) -> list[str]:
    return [question.key, *(asked.field for asked in question.dates), *(asked.field for asked in question.texts)]


def _matters(question: Question, given: frozenset[str]) -> bool:
    return any(not given.isdisjoint(rule.values) for rule in question.rules)


def _change(question: Question, old: _Told | None, new: _Told | None, *, asked: bool) -> Change:
    words = new.words if new else old.words if old else question.words
    before = old.spoken if old else NOT_ANSWERED if asked else NOT_ASKED
    return Change(question.title, words, before, new.spoken if new else NOT_ANSWERED)


def in_print(source: str) -> str:
    """A source as a practitioner reads it: the handbook's name in the place of its file's."""
    return source.replace("docs/clinical.md", "Collagenda clinical notes,").replace("screening_rules ", "version of ")


def answer_lines(
    questionnaire: Questionnaire, answers: Answers, wording: Mapping[str, str] | None = None
) -> list[Asked]:
    """Everything the client was asked and answered, in the order and the words of the form.

    `wording` maps our words to those of the language that was read.
    """
    told = birth_and_answers(questionnaire, answers, wording)
    signed = Asked("Signed by", str(answers.get("signed_name") or "–"), "signed_name")
    return [*(Asked(asked.words, _spoken(questionnaire, asked), asked.key) for asked in told), signed]


def birth_and_answers(
    questionnaire: Questionnaire, answers: Answers, wording: Mapping[str, str] | None = None
) -> list[Asked]:
    """The date of birth, which the form asks first, and every question that was shown; dates stay ISO."""
    words = (wording or {}).get(questionnaire.birth_words, questionnaire.birth_words)
    born = Asked(words, str(answers.get("date_of_birth") or ""), "date_of_birth")
    return [born, *as_asked(questionnaire, answers, wording)]


def asks_a_day(questionnaire: Questionnaire, asked: Asked) -> bool:
    """Whether the answer is a day, or that the client is not sure of it."""
    return asked.key == "date_of_birth" or asked.key in questionnaire.date_fields


def _spoken(questionnaire: Questionnaire, asked: Asked) -> str:
    if not asked.answer:
        return NOT_ANSWERED
    if not asks_a_day(questionnaire, asked):
        return asked.answer
    return "I'm not sure of the date" if asked.answer == UNSURE else in_words(date.fromisoformat(asked.answer))


def heaviest(assessment: Assessment) -> str:
    """The absolute reasons, in one line."""
    return " ".join(reason.text for reason in assessment.reasons if reason.level == Level.ABSOLUTE)


def in_words(day: date | None) -> str:
    """A day as people write it: "1 Jun 2026"; "" for none."""
    return f"{day:%-d %b %Y}" if day else ""
