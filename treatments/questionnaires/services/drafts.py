"""The one version that is being written: begun, changed by one thing at a time, discarded."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from portal.audit.services import record
from treatments.questionnaires.services import editing
from treatments.questionnaires.services.ages import AgeEdit, with_ages
from treatments.questionnaires.services.refusals import DraftExists, DraftMoved, NoDraft, NoSuchQuestion
from treatments.screening.models import QuestionnaireVersion
from treatments.screening.questionnaire import Question, Questionnaire, default, fingerprint, read, read_kept, snapshot

if TYPE_CHECKING:
    from portal.practice.models import Clinic, User


@transaction.atomic
def begin_version(*, clinic: "Clinic", by: "User", at: datetime) -> QuestionnaireVersion:
    """A draft that says what is in force. Raises DraftExists."""
    content = snapshot(QuestionnaireVersion.objects.in_force())
    newest = QuestionnaireVersion.objects.published().first()
    try:
        with transaction.atomic():
            version = QuestionnaireVersion.objects.create(
                clinic=clinic,
                number=newest.number + 1 if newest else 1,
                content=content,
                fingerprint=fingerprint(content),
                begun_at=at,
                begun_by=by,
            )
    except IntegrityError as clash:
        raise DraftExists from clash
    record(clinic=clinic, action="questionnaireversion.begun", subject=version, at=at, by=by, number=version.number)
    return version


@transaction.atomic
def change_question(
    *, version: QuestionnaireVersion, seen: str, key: str, edit: editing.QuestionEdit, by: "User", at: datetime
) -> None:
    """Other words, levels, days or reasons. `seen` is the fingerprint of the draft that was on the page.

    Raises NoDraft, DraftMoved, NoSuchQuestion, NotToBeUsed.
    """
    draft = held_draft(version, seen)
    after = editing.edited(read(draft.content), key, edit, _names_ever_used())
    _keep(draft, after, "question_changed", by, at, question=key)


@transaction.atomic
def change_ages(
    *,
    version: QuestionnaireVersion,
    seen: str,
    edits: tuple[AgeEdit, ...],
    added: AgeEdit | None = None,
    approval: editing.Approval | None = None,
    by: "User",
    at: datetime,
) -> None:
    """Other ages, levels or reasons, and one more age rule. Raises NoDraft, DraftMoved, NotToBeUsed."""
    draft = held_draft(version, seen)
    after = with_ages(read(draft.content), edits, added, approval, _names_ever_used())
    _keep(draft, after, "ages_changed", by, at)


@transaction.atomic
def add_question(
    *, version: QuestionnaireVersion, seen: str, new: editing.NewQuestion, by: "User", at: datetime
) -> str:
    """A question of the clinic's own; its key. Raises NoDraft, DraftMoved, NotToBeUsed."""
    draft = held_draft(version, seen)
    before = read(draft.content)
    after = editing.with_new(before, new, _names_ever_used())
    (key,) = {question.key for question in after.questions} - {question.key for question in before.questions}
    _keep(draft, after, "question_added", by, at, question=key)
    return key


@transaction.atomic
def retire_question(*, version: QuestionnaireVersion, seen: str, key: str, by: "User", at: datetime) -> None:
    """No longer asked. Raises NoDraft, DraftMoved, NoSuchQuestion, StillNeeded."""
    draft = held_draft(version, seen)
    _keep(draft, editing.without(read(draft.content), key), "question_retired", by, at, question=key)


@transaction.atomic
def restore_question(*, version: QuestionnaireVersion, seen: str, key: str, by: "User", at: datetime) -> None:
    """As the portal's default has it; one of the clinic's own, as it was last published.

    Raises NoDraft, DraftMoved, NoSuchQuestion.
    """
    draft = held_draft(version, seen)
    after = editing.restored(read(draft.content), key, origin_of(key))
    _keep(draft, after, "question_restored", by, at, question=key)


@transaction.atomic
def discard_version(*, version: QuestionnaireVersion, by: "User", at: datetime) -> None:
    """The draft goes; what is in force stays. Raises NoDraft."""
    draft = QuestionnaireVersion.objects.drafts().select_for_update().filter(pk=version.pk).first()
    if draft is None:
        raise NoDraft
    record(
        clinic=draft.clinic,
        action="questionnaireversion.discarded",
        subject=draft,
        at=at,
        by=by,
        number=draft.number,
        fingerprint=draft.fingerprint,
    )
    draft.delete()


def origin_of(key: str) -> Questionnaire:
    """The questionnaire to which a question is put back: the default, else the newest published one that has it."""
    for origin in _ever_asked():
        if key in origin.by_key:
            return origin
    raise NoSuchQuestion


def retired_from(questionnaire: Questionnaire) -> list[Question]:
    """Every question that was asked once, by the portal or by this clinic, and is not in here; each once."""
    gone: dict[str, Question] = {}
    for origin in _ever_asked():
        for question in origin.questions:
            if question.key not in questionnaire.by_key:
                gone.setdefault(question.key, question)
    return list(gone.values())


def held_draft(version: QuestionnaireVersion, seen: str) -> QuestionnaireVersion:
    """The draft, locked, if it is still as it was seen. Raises NoDraft, DraftMoved."""
    draft = QuestionnaireVersion.objects.drafts().select_for_update().filter(pk=version.pk).first()
    if draft is None:
        raise NoDraft
    if draft.fingerprint != seen:
        raise DraftMoved
    return draft


def _keep(
    draft: QuestionnaireVersion, questionnaire: Questionnaire, verb: str, by: "User", at: datetime, **facts: Any
) -> None:
    content = snapshot(questionnaire)
    same = QuestionnaireVersion.objects.drafts().filter(pk=draft.pk, fingerprint=draft.fingerprint)
    if not same.update(content=content, fingerprint=fingerprint(content)):
        raise DraftMoved
    record(clinic=draft.clinic, action=f"questionnaireversion.{verb}", subject=draft, at=at, by=by, **facts)


def _ever_asked() -> Iterator[Questionnaire]:
    """The default, then every published version, the newest first."""
    yield default()
    for version in QuestionnaireVersion.objects.published():
        yield read_kept(version.content)


def _names_ever_used() -> set[str]:
    """A name means one question or date for good: answers to an old one are never taken for a new one's."""
    names: set[str] = set()
    for asked in _ever_asked():
        names |= {*asked.by_key, *asked.date_fields, *asked.text_fields, *(rule.key for rule in asked.age_rules)}
    return names
