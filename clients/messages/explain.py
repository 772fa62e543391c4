"""Every check that stands between a message and its sending, each with its answer: for operators who ask why not."""

from datetime import datetime
from zoneinfo import ZoneInfo

from clients.messages.forecast import forecast
from clients.messages.kinds import kind_of
from clients.messages.models import Message, OfficeState
from clients.messages.prepare import address_of
from clients.messages.stops import whys_stopped
from clients.messages.terms import SKIPPED_BECAUSE, State

Answer = tuple[str, str]  # what was asked, and the answer
IN_THEIR_WORDS = "A person skipped it; the message log shows why."
TO_COME = {State.SCHEDULED, State.CLAIMED}


def explain(message: Message, at: datetime) -> list[Answer]:
    """Question and answer, in the order in which they are asked. It names nobody. The message's clinic is open."""
    said = forecast([message], at=at)[0]
    found = [*_where(message), *_when(message, at), *_way(message)]
    if checks := kind_of(message).checks:
        found += checks(message)
    if message.state in TO_COME:
        found.append(("What becomes of it, as things stand?", f"{said.words}, {_local(message, said.at)}. {said.why}"))
    if said.because:
        found.append(("What is it for?", said.because))
    return [(asked, answer.strip()) for asked, answer in found]


def _where(message: Message) -> list[Answer]:
    held = f"by {message.claimed_by} until {_local(message, message.claimed_until)}" if message.claimed_until else "no"
    why = IN_THEIR_WORDS if message.why.startswith(SKIPPED_BECAUSE) else message.why
    return [
        ("Where is it?", f"{message.get_state_display()}. {why}"),
        ("Has it left?", _local(message, message.sent_at) if message.sent_at else "no"),
        ("What did the provider report?", message.get_outcome_display() or "nothing"),
        ("Is it held by a worker?", held),
        ("How often was it tried?", f"{message.attempts} times, {message.broken_times} of them broken"),
    ]


def _when(message: Message, at: datetime) -> list[Answer]:
    hours = message.hours
    opens = f"yes: the next moment is {_local(message, hours.first_from(at))}" if hours else "no: it leaves at any hour"
    too_late = ", which is over" if message.send_by <= at else ""
    return [
        ("When is it due?", _local(message, message.due_at)),
        ("When is it looked at next?", _local(message, message.next_try_at)),
        ("Until when may it leave?", _local(message, message.send_by) + too_late),
        ("Does it keep the sending hours?", opens),
    ]


def _way(message: Message) -> list[Answer]:
    down = OfficeState.objects.filter(pk=1).values_list("down_since", flat=True).first()
    address = address_of(message)
    stopped = whys_stopped([address]).get(address.strip().lower(), "")
    return [
        ("Does the mail server answer?", f"no, since {_local(message, down)}" if down else "yes, as far as is known"),
        ("Whom does it go to?", str(message.get_recipient_display())),
        ("Is there an address?", "yes" if address else "no"),
        ("Is the address stopped?", stopped or "no"),
    ]


def _local(message: Message, moment: datetime | None) -> str:
    return f"{moment.astimezone(ZoneInfo(message.clinic.time_zone)):%-d %b %Y, %H:%M %Z}" if moment else ""
