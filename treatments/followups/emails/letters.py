"""What a follow-up email says: the words of the steps that it carries, with what is known of this client."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language

from clients.links.services import issue_link
from clients.links.terms import Purpose
from clients.messages.kinds import Worded
from clients.messages.models import Message
from portal.practice.guidance import fever_words
from portal.practice.terms import Language
from treatments.care.emails import Part, day_of, emergency_of, letter_of, look_of, next_session_words
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


def render(message: Message, at: datetime) -> Worded:
    """The leading step's words; behind its link the questions of all steps that it carries."""
    letter: Letter = message.gathered
    steps = right_steps(letter)
    language, parts = _parts(steps, letter)
    asking = next((step for step in steps if step.asks != Asks.NOTHING), None)
    values = _values(steps[0], letter, language, at) | {
        "personal_line": message.personal_line,
        "next_session": _next_session(steps[0], letter, parts, language, at),
    }
    secrets: tuple[str, ...] = ()
    if asking is not None:
        token = issue_link(
            client=letter.client, purpose=Purpose.FOLLOW_UP, subject_id=asking.pk, at=at, lasts=LINK_LASTS
        )
        values["link"] = settings.BASE_URL + _reply_path(get_script_prefix()).replace(TOKEN, token)
        secrets = (token,)
    values["off_link"], off_secret = off_link(letter, at)
    ready = letter_of(parts, language, look_of(letter.client.clinic, language))
    return Worded(
        subject=ready.subject,
        wording=ready,
        values=values,
        secrets=(*secrets, off_secret),
        attachments=appointment(letter, parts, language, at),
        headers=off_headers(values["off_link"]),
        coded=ready.coded(values),
    )


@lru_cache(maxsize=4)
def _reply_path(_prefix: str) -> str:
    return reverse("followups:reply", args=[TOKEN])


def _parts(steps: Sequence[Carried], letter: Letter) -> tuple[str, tuple[Part, ...]]:
    """Each step's words, all in the reader's language if the leading step has it; and which language that is."""
    reader = (get_language() or Language.ENGLISH).partition("-")[0]
    preferred = (reader, letter.client.clinic.language, Language.ENGLISH.value)
    leading = steps[0].care
    language, _words = words_in(leading.key, leading.words, preferred)
    parts = []
    for followup in steps:
        step = followup.care
        _language, words = words_in(step.key, step.words, (language, *preferred))
        parts.append(Part(words, followup.asks != Asks.NOTHING))
    return language, tuple(parts)


def _values(followup: Carried, letter: Letter, language: str, at: datetime) -> dict[str, str]:
    clinic = letter.client.clinic
    return {
        "called": letter.client.called,
        "practitioner": followup.practitioner,
        "clinic": clinic.name,
        "phone": clinic.phone or clinic.reply_to,
        "fever": fever_words(clinic.country, language),
        "treated_on": day_of(followup.ended_at or followup.scheduled_for, language),
        "until": day_of(at + LINK_LASTS, language),
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
