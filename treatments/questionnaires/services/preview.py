"""What a draft would mean for the clients who are open today. It changes nothing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from treatments.screening.guidance import SUITABLE_SO_FAR
from treatments.screening.models import Screening
from treatments.screening.models.screenings import NOT_HEALTH
from treatments.screening.questionnaire import Question, Questionnaire, read
from treatments.screening.questionnaire.words import UNSURE
from treatments.screening.rules import Assessment, Level, Reason, assess
from treatments.screening.terms import Outcome, State


@dataclass(frozen=True)
class Change:
    """One client whose outcome would be another, with the reasons that come and go."""

    screening: Screening
    was: str
    now: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """How many clients were looked at, who would change, and how often from what to what."""

    looked_at: int
    changes: tuple[Change, ...]
    counts: tuple[tuple[str, str, int], ...]


def preview(*, questionnaire: Questionnaire, on: date) -> Preview:
    """Each open client's newest answers, under the rules they were judged by and under these, on that day."""
    looked_at, changes = 0, []
    frozen: dict[str, Questionnaire] = {}
    for screening in _open_screenings(on):
        looked_at += 1
        if screening.questionnaire_hash not in frozen:
            frozen[screening.questionnaire_hash] = read(screening.questionnaire)
        theirs = frozen[screening.questionnaire_hash]
        was, now = _judged(screening, theirs, on), _judged(screening, questionnaire, on)
        unasked = _unasked(screening, theirs, questionnaire)
        change = Change(screening, _in_words(was, unasked), _in_words(now, unasked), _news(was, now, unasked))
        if change.was != change.now:
            changes.append(change)
    counts = Counter((_outcome(change.was), _outcome(change.now)) for change in changes)
    return Preview(looked_at, tuple(changes), tuple((*pair, number) for pair, number in counts.most_common()))


def carried(questionnaire: Questionnaire, answers: dict[str, Any]) -> dict[str, Any]:
    """Of answers to another questionnaire those that this one can take: same question, known value."""
    kept: dict[str, Any] = {}
    for question in questionnaire.questions:
        answer = _fitting(question, answers.get(question.key))
        if answer is not None:
            kept[question.key] = answer
        fields = [*(date.field for date in question.dates), *(text.field for text in question.texts)]
        kept |= {field: answers[field] for field in fields if answers.get(field) is not None}
    return kept


def _fitting(question: Question, answer: object) -> object:
    known = {option.value for option in question.options} | ({UNSURE} if question.offers_unsure else set())
    if isinstance(answer, list):
        left = [value for value in answer if value in known]
        return left if left and question.kind == "many" else None
    return answer if answer in known and question.kind == "one" else None


def _open_screenings(on: date) -> Iterator[Screening]:
    """The newest answers of each client who is not archived, while they are undecided or hold."""
    answered = Screening.objects.answered().filter(client__archived_at=None).select_related("client", "clinic")
    seen: set[int] = set()
    for screening in answered.iterator(chunk_size=500):
        if screening.client_id in seen:
            continue
        seen.add(screening.client_id)
        holds = screening.state == State.ACCEPTED and screening.valid_until and screening.valid_until >= on
        if holds or screening.state in (State.SUBMITTED, State.DEFERRED):
            yield screening


def _judged(screening: Screening, questionnaire: Questionnaire, on: date) -> Assessment:
    health = carried(questionnaire, _said(screening))
    return assess(questionnaire, health, screening.plan_facts, on, screening.birth_given)


def _said(screening: Screening) -> dict[str, Any]:
    given = (screening.answers or {}) | screening.own_answers
    return {key: answer for key, answer in given.items() if key not in NOT_HEALTH}


def _unasked(screening: Screening, theirs: Questionnaire, questionnaire: Questionnaire) -> set[str]:
    """The questions that nobody has had to answer yet: their own form did not ask, or the practitioner is asked."""
    asked = set(theirs.in_effect(carried(theirs, _said(screening))))
    return {
        question.key
        for question in questionnaire.questions
        if question.key not in asked or question.asked_of == "practitioner"
    }


def _news(was: Assessment, now: Assessment, unasked: set[str]) -> tuple[str, ...]:
    before, after = ({reason.text: reason for reason in assessment.reasons} for assessment in (was, now))
    come = [_not_asked_yet(reason, unasked) or text for text, reason in after.items() if text not in before]
    gone = [f"No longer: {text}" for text in before if text not in after]
    return (*come, *gone)


def _not_asked_yet(reason: Reason, unasked: set[str]) -> str:
    """That an answer is missing only because nobody asked; "" for every other reason."""
    if reason.level != Level.MISSING or reason.key not in unasked:
        return ""
    return f"{reason.text.partition(':')[0]}: not asked yet."


def _in_words(assessment: Assessment, unasked: set[str]) -> str:
    """The outcome; suitable so far where all that is missing was not asked yet."""
    if assessment.reasons and all(_not_asked_yet(reason, unasked) for reason in assessment.reasons):
        return SUITABLE_SO_FAR
    label = str(Outcome(assessment.outcome).label)
    return f"{label}, until {assessment.defer_until:%-d %b %Y}" if assessment.defer_until else label


def _outcome(words: str) -> str:
    return words.partition(", until")[0]
