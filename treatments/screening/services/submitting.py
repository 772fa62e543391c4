"""The client's side: keep what is written so far, then take the answers, once; and answer what is asked back."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from clients.links.terms import Channel
from clients.messages.services import cancel_messages
from portal.audit.services import record
from portal.security.refusals import Refused
from treatments.screening.models import Draft, Query, QuestionnaireVersion, Screening
from treatments.screening.questionnaire import Questionnaire, fingerprint, snapshot
from treatments.screening.questionnaire.words import Answers
from treatments.screening.services.refusals import NotWaiting
from treatments.screening.services.rows import locked
from treatments.screening.services.sending import invitations
from treatments.screening.terms import State


class AlreadyAnswered(Refused):
    """This question was answered already."""


Typed = Mapping[str, str | list[str]]
LONGEST_TYPED, MOST_CHOSEN = 10_000, 100  # characters of one field, ticks of one question; both far beyond an answer


def keep_draft(
    *, screening: Screening, typed: Typed, at: datetime, anew: bool = False, seen: Draft | None = None
) -> Draft:
    """Add what was typed to the draft; what it does not name stays. Raises NotWaiting.

    `anew` begins a new draft in the place of one that nobody can open any more. `seen` is the draft as it was read:
    where nobody has saved since, it is still there, so the form is still out, and one statement is enough.
    """
    if seen is not None and not anew:
        read_at = seen.saved_at
        _add(seen, typed, at)
        unchanged = Draft.objects.filter(pk=seen.pk, saved_at=read_at)
        if unchanged.update(answers=seen.answers, saved_at=seen.saved_at):
            return seen
    return _keep_in_turn(screening, typed, at, anew)


def _add(draft: Draft, typed: Typed, at: datetime) -> None:
    """Each save is later than the one before, whatever the clock says: by saved_at a draft is known to be unchanged."""
    added = {name: _storable(value) for name, value in typed.items()}
    draft.answers = {name: value for name, value in (draft.answers | added).items() if value}
    draft.saved_at = max(at, draft.saved_at + timedelta.resolution) if draft.saved_at else at


def _storable(value: str | list[str]) -> str | list[str]:
    """Without what no database keeps, and no longer than any answer can be: whoever has a link fills no disk."""
    if isinstance(value, list):
        return [one.replace("\x00", "")[:LONGEST_TYPED] for one in value[:MOST_CHOSEN]]
    return value.replace("\x00", "")[:LONGEST_TYPED]


@transaction.atomic
def _keep_in_turn(screening: Screening, typed: Typed, at: datetime, anew: bool) -> Draft:
    """One after another, while the form is out."""
    screening = locked(screening, NotWaiting, State.SENT)
    draft = Draft.objects.select_for_update().filter(screening=screening).first()  # a quick save waits for us
    if draft is None or anew:
        Draft.objects.filter(screening=screening).delete()
        draft = Draft(clinic_id=screening.clinic_id, screening=screening, begun_at=at)
    _add(draft, typed, at)
    draft.save()
    return draft


@transaction.atomic
def submit_screening(
    *,
    screening: Screening,
    answers: Answers,
    at: datetime,
    asked: Questionnaire | None = None,
    language: str = "en",
    wording: Mapping[str, str] | None = None,
    channel: str = Channel.EMAIL,
    address: str | None = None,
) -> Screening:
    """Keep the client's answers, once, with the questionnaire that was asked and what its rules say.

    `asked` is the questionnaire in force unless another is given; `wording` what the client read where it was not
    English; `address` where it came from. Raises NotWaiting, ValueError.
    """
    screening = locked(screening, NotWaiting, State.SENT)
    screening.questionnaire = snapshot(asked or QuestionnaireVersion.objects.in_force())
    screening.questionnaire_hash = fingerprint(screening.questionnaire)
    screening.answers = dict(answers)
    screening.language, screening.wording = language, dict(wording or {})
    screening.channel, screening.submitted_from = channel, address or None
    screening.submitted_at = at
    screening.state = State.SUBMITTED
    screening.keep(screening.assess(on=screening.local_day(at)))
    screening.save()
    Draft.objects.filter(screening=screening).delete()
    cancel_messages(messages=invitations(screening), why="The client had already filled in the form.", at=at)
    record(
        clinic=screening.clinic,
        action="screening.submitted",
        subject=screening,
        at=at,
        client_acted=True,
        questionnaire=screening.questionnaire_hash,
        language=language,
        channel=str(channel),
    )
    return screening


@transaction.atomic
def answer_query(*, query: Query, answer: str, channel: str, at: datetime) -> None:
    """Keep the client's answer to what the practitioner asked, once. Raises AlreadyAnswered."""
    screening = locked(query.screening, AlreadyAnswered, *set(State) - {State.SENT, State.WITHDRAWN})
    kept = Query.objects.filter(pk=query.pk).unanswered().update(answer=answer.strip(), answered_at=at)
    if not kept:
        raise AlreadyAnswered
    record(
        clinic=screening.clinic,
        action="query.answered",
        subject=query,
        at=at,
        client_acted=True,
        screening=screening.pk,
        channel=str(channel),
    )
