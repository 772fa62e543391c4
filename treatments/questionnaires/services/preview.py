"""What a draft would mean for the clients who are open today. It changes nothing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from treatments.screening.models import Screening
from treatments.screening.models.screenings import NOT_HEALTH
from treatments.screening.questionnaire import Question, Questionnaire, read
from treatments.screening.questionnaire.words import UNSURE
from treatments.screening.rules import Assessment, assess
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
        was = _judged(screening, frozen[screening.questionnaire_hash], on)
        now = _judged(screening, questionnaire, on)
        if (was.outcome, was.defer_until) != (now.outcome, now.defer_until):
            changes.append(Change(screening, _in_words(was), _in_words(now), _news(was, now)))
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
    given = (screening.answers or {}) | screening.own_answers
    health = carried(questionnaire, {key: answer for key, answer in given.items() if key not in NOT_HEALTH})
    return assess(questionnaire, health, screening.plan_facts, on, screening.birth_given)


def _news(was: Assessment, now: Assessment) -> tuple[str, ...]:
    before, after = ({reason.text: None for reason in assessment.reasons} for assessment in (was, now))
    come = [text for text in after if text not in before]
    gone = [f"No longer: {text}" for text in before if text not in after]
    return (*come, *gone)


def _in_words(assessment: Assessment) -> str:
    label = str(Outcome(assessment.outcome).label)
    return f"{label}, until {assessment.defer_until:%-d %b %Y}" if assessment.defer_until else label


def _outcome(words: str) -> str:
    return words.partition(", until")[0]
