"""What the emails of a draft say, and a test of them to whoever writes them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from clients.messages.models import Message
from clients.messages.services import schedule_message
from clients.messages.terms import Recipient
from treatments.care.emails import TRIAL, trial_key
from treatments.care.guidance import Words, default_words, problems, tidy
from treatments.care.models import CareVersion
from treatments.care.schedule import CareStep
from treatments.care.services.drafts import change_step
from treatments.care.services.refusals import NoSuchStep, NotToBeUsed
from treatments.care.services.versions import schedule_of
from treatments.care.terms import Asks

if TYPE_CHECKING:
    from clients.records.models import Client
    from portal.practice.models import Membership, User

TRIAL_LASTS = timedelta(hours=1)


def words_of(step: CareStep, language: str) -> Words | None:
    """What a step says in a language; None where its clients read it in another. What nobody wrote is the default's."""
    return (step.words or default_words(step.key)).get(language)


def change_words(
    *, version: CareVersion, seen: str, key: str, language: str, words: Words, by: "User", at: datetime
) -> None:
    """A step of the draft says this from now on. `seen` is the fingerprint of the draft that was on the page.

    Raises NoDraft, DraftMoved, NoSuchStep, and NotToBeUsed with the part of the words that cannot be sent.
    """
    step = schedule_of(version).step(key)
    if step is None:
        raise NoSuchStep
    words = tidy(words)
    for problem in problems(words, asks=step.asks != Asks.NOTHING):
        raise NotToBeUsed(problem.words, problem.part)
    said = dict(step.words or default_words(key)) | {language: words}
    change_step(version=version, seen=seen, step=replace(step, words=said), by=by, at=at, verb="words_changed")


def send_trial(
    *, version: CareVersion, key: str, language: str, client: "Client", member: "Membership", at: datetime
) -> Message:
    """Send the wording of a step to one of the team, as this client would get it. Raises NoSuchStep."""
    if schedule_of(version).step(key) is None:
        raise NoSuchStep
    sent = Message.objects.filter(key__startswith=trial_key(version, key, language, 0)[:-1]).count()
    return schedule_message(
        client=client,
        kind=TRIAL,
        key=trial_key(version, key, language, sent + 1),
        due_at=at,
        send_by=at + TRIAL_LASTS,
        at=at,
        recipient=Recipient.MEMBER,
        member=member,
    )
