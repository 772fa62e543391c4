"""The one reminder of questions that a client has not answered."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse

from clients.links.services import issue_link
from clients.links.terms import Purpose
from clients.messages.kinds import Kind, Rendered
from clients.messages.models import Message
from clients.messages.terms import State
from portal.practice.emails import render_parts
from treatments.care.emails import OUT_OF_SIGHT
from treatments.care.terms import Asks
from treatments.cases.models import Case
from treatments.consents.services import why_no_emails
from treatments.consents.terms import ConsentPurpose
from treatments.followups.emails.facts import Letter
from treatments.followups.emails.letters import LINK_LASTS, emergency_of
from treatments.followups.emails.off import off_headers, off_link, off_tokens
from treatments.followups.emails.reasons import ANSWERED, OF_THE_CLIENT
from treatments.followups.models import Alert, Followup, Reply

REMINDER = "followup_reminder"
RED_FLAG_OPEN = "A warning sign is open: somebody is to call the client."
CASE_OPEN = "A reaction case is open: somebody is in touch with the client."
ASKED_SINCE = "A later email has asked since."
TO_LEAVE = {State.SCHEDULED, State.CLAIMED}


class Asking(NamedTuple):
    """A later step of the session that asks something: whether it stands, and where its email is."""

    pk: int
    stands: bool
    state: str
    due_at: datetime
    telling: bool

    def asks_by(self, moment: datetime) -> bool:
        """Whether its questions are with the client by then.

        One that is due by then asks too; whether one for some clients only (`telling`) does is known when it leaves.
        """
        due = self.state in TO_LEAVE and self.due_at <= moment and not self.telling
        return self.stands and (due or self.state in {State.SENDING, State.SENT})


@dataclass(frozen=True)
class Reminded:
    """What a reminder is of, and what decides whether it is still right."""

    followup: Followup
    letter: Letter
    later: Sequence[Asking]
    answered: bool  # this step, or a later one


def create_reminder_kind() -> Kind:
    """The reminder."""
    return Kind(
        name=REMINDER,
        title="Follow-up: reminder",
        render=render_reminder,
        reason_to_skip=reminder_reason_to_skip,
        gather=gather_reminded,
        purpose=ConsentPurpose.FOLLOW_UP_EMAILS,
        because=_because,
    )


def gather_reminded(messages: Sequence[Message], at: datetime) -> None:
    """Read what these reminders of one clinic are of, and put it into each as `gathered`: a few queries for all."""
    wanted = Followup.objects.filter(reminder__in=messages).select_related("session__practitioner__user")
    steps = {step.reminder_id: step for step in wanted}
    clients = {message.client_id: message.client for message in messages}
    refused = why_no_emails(clients=clients, purpose=ConsentPurpose.FOLLOW_UP_EMAILS)
    flagged = set(Alert.objects.waiting().filter(client__in=clients).values_list("client_id", flat=True))
    in_case = set(Case.objects.open().filter(client__in=clients).values_list("client_id", flat=True))
    off = off_tokens(clients, at)
    sessions = {step.session_id for step in steps.values()}
    asking = _asking(sessions)
    heard = set(Reply.objects.filter(followup__session__in=sessions).values_list("followup_id", flat=True))
    for message in messages:
        step = steps.get(message.pk)
        if step is None:
            continue
        later = [one for due_at, one in asking[step.session_id] if step.due_at and due_at > step.due_at]
        message.client.clinic = message.clinic
        message.gathered = Reminded(
            followup=step,
            letter=Letter(
                client=message.client,
                followups=[] if step.withdrawn_at else [step],
                refused=refused.get(message.client_id, ""),
                red_flag_open=message.client_id in flagged,
                case_open=message.client_id in in_case,
                off_token=off.get(message.client_id, ""),
            ),
            later=later,
            answered=not heard.isdisjoint({step.pk, *(one.pk for one in later)}),
        )


def _asking(sessions: set[int]) -> dict[int, list[tuple[datetime, Asking]]]:
    """Of these sessions the steps that ask something, each with its own hour."""
    found: dict[int, list[tuple[datetime, Asking]]] = defaultdict(list)
    rows = Followup.objects.filter(session__in=sessions, due_at__isnull=False).exclude(asks=Asks.NOTHING)
    of_message = ("message__state", "message__due_at", "message__telling")
    for session, due_at, pk, withdrawn_at, *message in rows.values_list(
        "session_id", "due_at", "pk", "withdrawn_at", *of_message
    ):
        found[session].append((due_at, Asking(pk, withdrawn_at is None, *message)))
    return found


def _because(message: Message, _leaves: datetime | None) -> str:
    return f"The questions of “{_reminded(message).followup.title}” have no answer yet."


def reminder_reason_to_skip(message: Message, at: datetime) -> str:
    """Why nobody is to be reminded any more."""
    reminded = _reminded(message)
    if why := reminded.letter.refused:
        return why
    of_the_client = next((why for holds, why in OF_THE_CLIENT if holds(reminded.letter)), "")
    return of_the_client or _why_not(reminded, at)


def _why_not(reminded: Reminded, at: datetime) -> str:
    if reminded.answered:
        return ANSWERED
    if reminded.letter.red_flag_open:
        return RED_FLAG_OPEN
    if reminded.letter.case_open:
        return CASE_OPEN
    return ASKED_SINCE if any(one.asks_by(at) for one in reminded.later) else ""


def render_reminder(message: Message, at: datetime) -> Rendered:
    """The same questions once more, by a link of its own."""
    reminded = _reminded(message)
    followup, client, clinic = reminded.followup, reminded.letter.client, message.clinic
    token = issue_link(client=client, purpose=Purpose.FOLLOW_UP, subject_id=followup.pk, at=at, lasts=LINK_LASTS)
    off, off_secret = off_link(reminded.letter, at)
    context = {
        "clinic": clinic,
        "client": client,
        "practitioner": followup.session.practitioner.user.full_name,
        "emergency": emergency_of(clinic),
        "link": settings.BASE_URL + reverse("followups:reply", args=[token]),
        "until": at + LINK_LASTS,
        "off_link": off,
        "out_of_sight": OUT_OF_SIGHT,
    }
    subject, text, html = render_parts("emails/followups/reminder", context)
    return Rendered(subject=subject, text=text, html=html, secrets=(token, off_secret), headers=off_headers(off))


def _reminded(message: Message) -> Reminded:
    if not isinstance(message.gathered, Reminded):  # nothing was read for it: its step is gone
        raise Followup.DoesNotExist
    return message.gathered
