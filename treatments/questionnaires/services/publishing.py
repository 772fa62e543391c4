"""A draft becomes what the clinic asks from now on."""

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

from django.db import transaction

from portal.audit.services import record
from treatments.questionnaires.rules import looser
from treatments.questionnaires.services.drafts import held_draft
from treatments.questionnaires.services.editing import OWN_SOURCE, checked
from treatments.questionnaires.services.refusals import (
    ApproverNeeded,
    DraftMoved,
    PrescriberNeeded,
    PublishReasonNeeded,
)
from treatments.screening.models import QuestionnaireVersion
from treatments.screening.questionnaire import Question, Questionnaire, default, fingerprint, read, snapshot
from treatments.screening.questionnaire.words import AgeRule, Rule

if TYPE_CHECKING:
    from portal.practice.models import User

UNSIGNED = "Not signed by a clinician."
CHANGED = "Changed by the clinic; before: "
AnyRule = TypeVar("AnyRule", Rule, AgeRule)


@transaction.atomic
def publish_version(
    *,
    version: QuestionnaireVersion,
    seen: str,
    approved_by: str,
    reason: str,
    prescriber: str = "",
    by: "User",
    at: datetime,
) -> None:
    """New forms are made from it at once; what was answered before keeps its own words and rules.

    Raises NoDraft, DraftMoved, ApproverNeeded, PublishReasonNeeded, PrescriberNeeded, NotToBeUsed.
    """
    draft = held_draft(version, seen)
    approved_by, reason, prescriber = approved_by.strip(), reason.strip(), prescriber.strip()
    found = _looser_and_answered_for(draft, approved_by, reason, prescriber)
    content = snapshot(checked(_approved(draft, approved_by, draft.clinic.local_day(at))))
    written = {
        "content": content,
        "fingerprint": fingerprint(content),
        "reason": reason,
        "approved_by": approved_by,
        "prescriber": prescriber if found else "",
        "looser": found,
        "published_at": at,
        "published_by": by,
    }
    if not QuestionnaireVersion.objects.drafts().filter(pk=draft.pk, fingerprint=seen).update(**written):
        raise DraftMoved
    record(
        clinic=draft.clinic,
        action="questionnaireversion.published",
        subject=draft,
        at=at,
        by=by,
        number=draft.number,
        fingerprint=written["fingerprint"],
        looser=len(found),
    )


def _looser_and_answered_for(draft: QuestionnaireVersion, approved_by: str, reason: str, prescriber: str) -> list[str]:
    """Where the draft is looser than what is shipped, once somebody answers for it."""
    if not approved_by:
        raise ApproverNeeded
    if not reason:
        raise PublishReasonNeeded
    found = looser(default(), read(draft.content))
    if found and not prescriber:
        raise PrescriberNeeded
    return found


def _approved(draft: QuestionnaireVersion, approved_by: str, day: date) -> Questionnaire:
    """The draft's questionnaire with its name, and every rule that nobody approved yet with the approver."""
    questionnaire = read(draft.content)
    shipped = default()
    originals = {question.key: question for question in shipped.questions}

    def signed(rule: AnyRule) -> AnyRule:
        rule = replace(rule, source=_said_signed(rule.source))
        return rule if rule.approved_by else replace(rule, approved_by=approved_by, approved_on=day.isoformat())

    origin = _said_signed(shipped.attribution)
    return replace(
        questionnaire,
        version=f"{shipped.version}, the clinic's version {draft.number} of {day.isoformat()}",
        attribution=f"{origin} Approved for this clinic by {approved_by} on {day:%-d %b %Y}.",
        age_rules=tuple(signed(_age_sourced(rule, shipped)) for rule in questionnaire.age_rules),
        questions=tuple(
            replace(q, rules=tuple(signed(_sourced(rule, originals.get(q.key))) for rule in q.rules))
            for q in questionnaire.questions
        ),
    )


def _said_signed(words: str) -> str:
    """Without the sentence that holds until somebody has approved it."""
    return words.replace(UNSIGNED, "").replace("  ", " ").strip() or words


def _sourced(rule: Rule, original: Question | None) -> Rule:
    """A rule that does something else than the portal's says so where its source is read."""
    if rule.source == OWN_SOURCE or rule.source.startswith(CHANGED) or original is None:
        return rule
    same = any(_does(known) == _does(rule) for known in original.rules)
    return rule if same else replace(rule, source=f"{CHANGED}{rule.source}")


def _age_sourced(rule: AgeRule, shipped: Questionnaire) -> AgeRule:
    if rule.source == OWN_SOURCE or rule.source.startswith(CHANGED):
        return rule
    same = any((known.when, known.level) == (rule.when, rule.level) for known in shipped.age_rules)
    return rule if same else replace(rule, source=f"{CHANGED}{rule.source}")


def _does(rule: Rule) -> tuple[object, ...]:
    return rule.values, rule.level, rule.plan, rule.date_field, rule.days, rule.needs_letter
