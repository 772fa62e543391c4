"""What the page of one version shows: its questions by section, and what it changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from treatments.questionnaires.guidance import (
    LEVEL_BADGES,
    LEVELS,
    PLANS,
    ages,
    answers_in_words,
    approval,
    effect,
)
from treatments.questionnaires.rules import Difference, changed_parts, looser_parts, stricter_parts
from treatments.questionnaires.services import retired_from
from treatments.screening.guidance import in_print
from treatments.screening.models import QuestionnaireVersion
from treatments.screening.questionnaire import AgeRule, Question, Questionnaire, Rule, default, read_kept


@dataclass(frozen=True)
class Line:
    """One rule in words."""

    kind: str
    level: str
    words: str
    why: str
    source: str
    approved: str


@dataclass(frozen=True)
class Asked:
    """One question: when it is asked, its rules, and whether it differs from the portal's default."""

    question: Question
    when: str
    lines: tuple[Line, ...]
    differs: bool
    is_own: bool


@dataclass(frozen=True)
class Comparison:
    """In what a version differs from another questionnaire, sentence by sentence."""

    looser: list[Difference]
    stricter: list[Difference]
    changed: list[Difference]

    @property
    def is_empty(self) -> bool:
        """Whether it differs in nothing."""
        return not (self.looser or self.stricter or self.changed)


def shown(version: QuestionnaireVersion) -> dict[str, Any]:
    """All that the page needs."""
    content, earlier = read_kept(version.content), _before(version)
    to_default = compare(default(), content)
    return {
        "version_state": _state(version),
        "sections": list(_sections(content, to_default)),
        "ages": [_age_line(rule) for rule in content.age_rules],
        "retired": retired_from(content) if version.published_at is None else [],
        "to_default": to_default,
        "to_before": compare(read_kept(earlier.content), content) if earlier else None,
        "before": earlier,
        "attribution": in_print(content.attribution),
        "asked": len(content.questions),
    }


def compare(before: Questionnaire, after: Questionnaire) -> Comparison:
    """The later one against the earlier one."""
    return Comparison(looser_parts(before, after), stricter_parts(before, after), changed_parts(before, after))


def _before(version: QuestionnaireVersion) -> QuestionnaireVersion | None:
    """The version that was in force when this one was published; for a draft, the one that is."""
    return QuestionnaireVersion.objects.published().filter(number__lt=version.number).first()


def _state(version: QuestionnaireVersion) -> str:
    if version.published_at is None:
        return "draft"
    newest = QuestionnaireVersion.objects.published().values_list("pk", flat=True).first()
    return "in_force" if version.pk == newest else "replaced"


def _sections(content: Questionnaire, found: Comparison) -> Iterator[tuple[str, str, list[Asked]]]:
    """The key and the title of each section with its questions; those of no section are the practitioner's."""
    differing = {part.key for parts in (found.looser, found.stricter, found.changed) for part in parts}
    for key, title in [*((s.key, s.title) for s in content.sections), ("", "Asked of the practitioner")]:
        questions = [
            Asked(
                question,
                _when_asked(content, question),
                tuple(_line(question, rule) for rule in question.rules),
                question.key in differing,
                question.key not in default().by_key,
            )
            for question in content.questions
            if question.section == key
        ]
        if questions:
            yield key or "practitioner", title, questions


def _when_asked(content: Questionnaire, question: Question) -> str:
    """Under which answers it is asked, in words; "" for always."""
    parts = []
    for condition in question.shown:
        other = content.by_key[condition.key]
        parts.append(f"“{other.title}” is answered with {answers_in_words(other, condition.values)}")
    return " and ".join(parts)


def _line(question: Question, rule: Rule) -> Line:
    plan = f", {PLANS[rule.plan]}" if rule.plan else ""
    return Line(
        LEVEL_BADGES[rule.level],
        LEVELS[rule.level],
        f"{answers_in_words(question, rule.values)}{plan}: {effect(rule, question)}.",
        rule.why,
        in_print(rule.source),
        approval([rule]),
    )


def _age_line(rule: AgeRule) -> Line:
    words = f"{ages(rule).capitalize()}: {effect(rule)}."
    return Line(LEVEL_BADGES[rule.level], LEVELS[rule.level], words, rule.why, in_print(rule.source), approval([rule]))
