"""What a follow-up email says: the words of the steps that it carries, with what is known of this client."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language

from clients.links.services import issue_link
from clients.links.terms import Purpose
from clients.messages.kinds import Worded
from clients.messages.models import Message
from portal.practice.guidance import fever_words
from portal.practice.terms import Language
from treatments.care.emails import Letter as Wording
from treatments.care.emails import Part, emergency_of, letter_of, look_of, next_session_words, written
from treatments.care.guidance import words_in
from treatments.care.terms import Asks
from treatments.followups.emails.calendar import appointment
from treatments.followups.emails.carried import Carried
from treatments.followups.emails.facts import NEXT_SESSION, Letter, Series
from treatments.followups.emails.off import TOKEN, off_headers, off_link
from treatments.followups.emails.reasons import right_steps

if TYPE_CHECKING:
    from treatments.sessions.models import Session

__all__ = ["LINK_LASTS", "emergency_of", "render"]

LINK_LASTS = timedelta(days=30)


class Shared(NamedTuple):
    """What emails that carry the same steps to readers of one language have in common."""

    language: str
    parts: tuple[Part, ...]
    wording: Wording
    zone: tzinfo  # the clinic's
    link: str  # with TOKEN in it
    values: dict[str, str]


def render(message: Message, at: datetime) -> Worded:
    """The leading step's words; behind its link the questions of all steps that it carries."""
    letter: Letter = message.gathered
    steps = right_steps(letter)
    shared = _shared(steps, letter)
    language, parts, wording = shared.language, shared.parts, shared.wording
    asking = next((step for step in steps if step.asks != Asks.NOTHING), None)
    values = shared.values | _values(steps[0], letter, shared, at)
    values["personal_line"] = message.personal_line
    values["next_session"] = _next_session(steps[0], letter, parts, language, at)
    secrets: tuple[str, ...] = ()
    if asking is not None:
        token = issue_link(
            client=letter.client, purpose=Purpose.FOLLOW_UP, subject_id=asking.pk, at=at, lasts=LINK_LASTS
        )
        values["link"] = shared.link.replace(TOKEN, token)
        secrets = (token,)
    values["off_link"], off_secret = off_link(letter, at)
    return Worded(
        subject=wording.subject,
        wording=wording,
        values=values,
        secrets=(*secrets, off_secret),
        attachments=appointment(letter, parts, language, at),
        headers=off_headers(values["off_link"]),
        coded=wording.coded(values),
    )


def _shared(steps: Sequence[Carried], letter: Letter) -> Shared:
    """Put together once for all of a group: to find it by its long words takes longer than to fill it."""
    reader = (get_language() or Language.ENGLISH).partition("-")[0]
    key = (reader, *[(step.fingerprint, step.step, step.asks) for step in steps])
    found: Shared | None = letter.shared.get(key)
    if found is None:
        clinic = letter.client.clinic
        language, parts = _parts(steps, (reader, clinic.language, Language.ENGLISH.value))
        values = {
            "clinic": clinic.name,
            "phone": clinic.phone or clinic.reply_to,
            "fever": fever_words(clinic.country, language),
        }
        wording = letter_of(parts, language, look_of(clinic, language))
        link = settings.BASE_URL + reverse("followups:reply", args=[TOKEN])
        found = letter.shared[key] = Shared(language, parts, wording, get_current_timezone(), link, values)
    return found


def _parts(steps: Sequence[Carried], preferred: tuple[str, ...]) -> tuple[str, tuple[Part, ...]]:
    """Each step's words, all in the reader's language if the leading step has it; and which language that is."""
    leading = steps[0].care
    language, _words = words_in(leading.key, leading.words, preferred)
    parts = []
    for followup in steps:
        step = followup.care
        _language, words = words_in(step.key, step.words, (language, *preferred))
        parts.append(Part(words, followup.asks != Asks.NOTHING))
    return language, tuple(parts)


def _values(followup: Carried, letter: Letter, shared: Shared, at: datetime) -> dict[str, str]:
    treated_at = followup.ended_at or followup.scheduled_for
    return {
        "called": letter.client.called,
        "practitioner": followup.practitioner,
        "treated_on": written(treated_at.astimezone(shared.zone).date(), shared.language),
        "until": written((at + LINK_LASTS).astimezone(shared.zone).date(), shared.language),
    }


def _next_session(followup: Carried, letter: Letter, parts: Sequence[Part], language: str, at: datetime) -> str:
    """When the next session is, if it is booked; else from when it is due, if the plan has one left."""
    if not any(NEXT_SESSION in part.words.body for part in parts):
        return ""
    booked = letter.next_booked and letter.next_booked.scheduled_for
    return next_session_words(booked, _due(followup.ended_at, followup.number, letter.series, at), language)


def next_due(session: "Session", at: datetime) -> datetime | None:
    """From when on the next session of its plan may be; None when the plan has none left."""
    plan = session.plan
    series = Series(plan.sessions_planned, plan.interval_days) if plan.is_running else None
    return _due(session.ended_at, session.number, series, at)


def _due(ended_at: datetime | None, number: int, series: Series | None, at: datetime) -> datetime | None:
    if ended_at and series and number < series.sessions_planned:
        return max(at, ended_at + timedelta(days=series.interval_days))
    return None
