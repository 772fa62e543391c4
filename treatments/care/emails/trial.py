"""A test: the wording of a step, sent to the practitioner who writes it, as one client would get it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from clients.messages.kinds import Kind, Rendered
from clients.messages.models import Message
from portal.practice.guidance import fever_words
from treatments.care.emails.letters import Part, letter_of, look_of
from treatments.care.emails.values import day_of, next_session_words
from treatments.care.guidance import words_in
from treatments.care.models import CareVersion
from treatments.care.schedule import CareStep, read
from treatments.care.terms import Asks

TRIAL = "care_test"
GONE = "This draft, or this step of it, is not there any more."
DAY = timedelta(days=1)


def create_trial_kind() -> Kind:
    """The test."""
    return Kind(name=TRIAL, title="Test of a follow-up email", render=render_trial, reason_to_skip=trial_reason_to_skip)


def trial_key(version: CareVersion, step: str, language: str, number: int) -> str:
    """The key of one test."""
    return f"care_test:{version.pk}:{step}:{language}:{number}"


def render_trial(message: Message, at: datetime) -> Rendered:
    """With the client's name, made-up days, and a button that leads back to the wording."""
    _kind, version, key, language, _number = message.key.split(":")
    step = _step(message)
    if step is None:
        raise LookupError(key)
    language, words = words_in(step.key, step.words, (language,))
    writer = message.member.user.full_name if message.member else message.clinic.name
    values = example(called=message.client.called, practitioner=writer, language=language, at=at) | {
        "clinic": message.clinic.name,
        "phone": message.clinic.phone or message.clinic.reply_to,
        "fever": fever_words(message.clinic.country, language),
        "link": settings.BASE_URL + reverse("admin:treatments_careversion_words", args=[version]),
    }
    letter = letter_of((Part(words, step.asks != Asks.NOTHING),), language, look_of(message.clinic, language))
    text, html = letter.filled(values)
    return Rendered(subject=f"Test: {letter.subject}", text=text, html=html, inlined=True)


def trial_reason_to_skip(message: Message, _at: datetime) -> str:
    """Nobody needs the test of what is gone."""
    return "" if _step(message) else GONE


def example(*, called: str, practitioner: str, language: str, at: datetime) -> dict[str, str]:
    """Made-up values for what only a real email knows: a session today, the next one booked in four weeks."""
    with translation.override(language):
        return {
            "called": called,
            "practitioner": practitioner,
            "treated_on": day_of(at, language),
            "until": day_of(at + 30 * DAY, language),
            "next_session": next_session_words(at + 28 * DAY, None, language),
            "personal_line": "",
            "off_link": "",
        }


def _step(message: Message) -> CareStep | None:
    _kind, version, key, *_rest = message.key.split(":")
    found = CareVersion.objects.filter(pk=version).first()
    return read(found.content).step(key) if found else None
