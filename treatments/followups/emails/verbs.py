"""What a person may do with a follow-up message, and until when it may be sent at all."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.urls import reverse

from clients.messages.kinds import Verb
from clients.messages.models import Message
from clients.messages.terms import State
from portal.practice.terms import Language, spoken
from treatments.care.guidance import words_in
from treatments.care.services import schedule_of
from treatments.followups.emails.facts import first_ones, room_of, step_of
from treatments.followups.models import Followup

MOVES, READS = "treatments.move_followup", "treatments.view_careversion"
OF_A_STEP = (("delay", "Other time"), ("skip", "Skip"))
OF_ALL = (("now", "Send now"), ("line", "Personal line"))


def verbs(messages: Sequence[Message], may: Callable[[str], bool]) -> Mapping[int, list[Verb]]:
    """Each page by the follow-up that it is about; one query for all of these messages."""
    if not may(MOVES):
        return {}
    carried: dict[int, list[Followup]] = defaultdict(list)
    rows = Followup.objects.filter(message__in=messages).standing().order_by("due_at", "pk")
    wanted = rows.select_related("enrolment__version", "client__clinic").defer("enrolment__version__content")
    for row in wanted:
        carried[row.message_id].append(row)
    return {
        message.pk: list(_of(message, carried[message.pk], reads=may(READS)))
        for message in messages
        if carried[message.pk]
    }


def latest(message: Message) -> datetime | None:
    """The end of the first window that closes, of the steps that have one: results belong to days 28 to 42."""
    carrier = first_ones([message]).get(message.pk, message.pk)
    wanted = ("clinic", "client__clinic", "session", "enrolment__version")
    rows = Followup.objects.filter(message=carrier).standing().select_related(*wanted)
    rows = rows.defer("enrolment__version__content")
    rooms = [room_of(row) for row in rows if step_of(row).window_days]
    return min((room.send_by for room in rooms if room), default=None)


def _of(message: Message, steps: Sequence[Followup], *, reads: bool) -> list[Verb]:
    if message.state == State.SENT:
        return [_verb("again", "Send again", steps[0])]
    if message.state != State.SCHEDULED:
        return []
    of_all = [_verb(name, word, steps[0]) for name, word in OF_ALL]
    several = len(steps) > 1
    if reads:
        previews = [(step, _preview(step)) for step in steps]
        of_all += [Verb(f"Preview: {step.title}" if several else "Preview", url) for step, url in previews if url]
    of_each = [
        _verb(name, f"{word}: {step.title}" if several else word, step) for step in steps for name, word in OF_A_STEP
    ]
    return [*of_all, *of_each]


def _preview(followup: Followup) -> str:
    """Where its words are read as this client would; "" for a step that its schedule does not have any more."""
    client, version = followup.client, followup.enrolment.version if followup.enrolment else None
    step = schedule_of(version).step(followup.step) if version else None
    if version is None or step is None:
        return ""
    preferred = (spoken(client.language), client.clinic.language, Language.ENGLISH.value)
    language, _words = words_in(step.key, step.words, preferred)
    return reverse("admin:treatments_careversion_read", args=[version.pk, step.key, language]) + f"?client={client.pk}"


def _verb(name: str, word: str, followup: Followup) -> Verb:
    return Verb(word, reverse(f"admin:treatments_followup_{name}", args=[followup.pk]))
