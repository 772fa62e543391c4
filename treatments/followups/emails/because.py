"""What a follow-up message is for, and why this client gets it: for the forecast. Pure, on what was gathered."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from clients.messages.models import Message
from clients.messages.schedule import SendingHours
from treatments.care.schedule import About, CareStep, Condition, Who, due_times, fits
from treatments.care.terms import Asks, Fact
from treatments.followups.emails.carried import Carried
from treatments.followups.emails.facts import Letter
from treatments.followups.emails.reasons import right_steps

WHY = {
    Fact.SKIN_TYPE: "their Fitzpatrick skin type",
    Fact.HISTORY: "their health history",
    Fact.INDICATION: "what the plan is for",
    Fact.ZONE: "the zone that was treated",
    Fact.DEPTH: "the needle depth",
    Fact.NOT_CLEAR: "an answer that was not clear",
}


def because(message: Message, leaves: datetime | None) -> str:
    """Each of its steps with its session, why this client gets it or when they would, and whether a person moved it.

    If it leaves, then also when the one reminder follows.
    """
    letter: Letter = message.gathered
    told = right_steps(letter) or letter.followups
    steps = [f"{_of(followup, letter)}." for followup in told]
    return " ".join([*steps, *_reminder(told, letter, leaves)])


def _reminder(steps: Sequence[Carried], letter: Letter, leaves: datetime | None) -> Iterator[str]:
    """As services/reminders.py makes it: so long after the email, by the first of its steps that reminds."""
    reminded = next((step for step in steps if step.care.remind_after_hours), None)
    if reminded is None or leaves is None:
        return
    hours = SendingHours.of(letter.client)
    due_at = hours.first_from(leaves + timedelta(hours=reminded.care.remind_after_hours))
    if not _asked_before(reminded, due_at, hours):
        yield f"Without an answer one reminder leaves on {timezone.localtime(due_at):%-d %b %Y, %H:%M}."


def _asked_before(reminded: Carried, moment: datetime, hours: SendingHours) -> bool:
    """Whether a later step asks everybody by then, as the schedule has it: that takes the reminder's place."""
    if reminded.anchored_at is None or reminded.due_at is None:
        return False
    slots = due_times(reminded.schedule, reminded.anchored_at, *hours)
    # Not itself, also if a person had it leave before its time.
    others = (step for step in reminded.schedule.steps if step.key != reminded.step and not step.conditional)
    asking = [step for step in others if step.asks != Asks.NOTHING]
    return any(reminded.due_at < slots[step.key].due_at <= moment for step in asking)


def _of(followup: Carried, letter: Letter) -> str:
    on = f" of {timezone.localtime(followup.ended_at):%-d %b %Y}" if followup.ended_at else ""
    parts = [f"{followup.title} after session {followup.number}{on}", *_for_whom(followup, followup.care, letter)]
    return ", ".join([*parts, "moved by a person"] if followup.moved_by_id else parts)


def _for_whom(followup: Carried, step: CareStep, letter: Letter) -> Iterator[str]:
    """For a step that only some clients get."""
    about = letter.about.get(followup.pk, About())
    conditions = [*step.who.every, *step.who.any]
    if not step.conditional:
        return
    if fits(step.who, about):
        held = [condition for condition in conditions if fits(Who(any=(condition,)), about)]
        facts = dict.fromkeys(WHY[Fact(condition.fact)] for condition in held)
        yield f"for this client because of {', '.join(facts)}"
        return
    yield from (_only_if(followup, one) for one in step.who.any if one.fact == Fact.NOT_CLEAR)


def _only_if(followup: Carried, condition: Condition) -> str:
    titles = [step.title for key in condition.values if (step := followup.schedule.step(key))]
    return f"only if the answers to {' or '.join(titles)} are not clear"
