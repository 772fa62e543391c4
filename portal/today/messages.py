"""Emails that could not leave: what a person does instead; and whether nothing leaves at all."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from clients.messages.admin.seeing import seen_by, sees_flags, title_of, why_for
from clients.messages.models import Message
from clients.messages.silence import silent_since
from clients.messages.terms import State
from portal.practice.models import Membership, User
from portal.practice.terms import Role
from portal.today.blocks import Block, Row, clock, some_of
from treatments.followups.emails.facts import step_of
from treatments.followups.models import Followup

ASK = "{call}, and ask how the skin is: {steps}."
RESULTS = "The results window was missed. {call}, and book a look at the skin."
TELL = "{call}, and say what the email would have said: {steps}."
CALL_THEM = "Call clients who cannot wait."
HAND_OVER = "Who needs a form now can fill it in on the clinic’s tablet, or get its link from you."
FAILED = "Put it right and try again, or call."


def silence(user: User, now: datetime) -> str:
    """That something is due and nothing leaves, since when, whom to tell and what to do; "" while all is well."""
    since = silent_since(now)
    if since is None:
        return ""
    instead = CALL_THEM if sees_flags(user) else HAND_OVER
    return (
        f"No emails are leaving. Something is due, and nothing has left since {clock(since, now)}. "
        f"Tell {whom_to_tell(user)}. {instead}"
    )


def whom_to_tell(user: User) -> str:
    """Who sees to it that the portal is mended: the owners know whom they pay for it."""
    by_it = "whoever looks after the portal"
    if user.has_perm("portal.change_clinic"):
        return by_it
    owners = Membership.objects.filter(role=Role.OWNER, ended_at=None, user__is_active=True)
    names = owners.order_by("user__full_name", "pk").values_list("user__full_name", flat=True)
    return " or ".join([*names, by_it])


def messages_not_sent(user: User) -> Block:
    """Emails that could not leave and need a person: the reason, and what to do instead."""
    stuck, count = some_of(seen_by(user, Message.objects.stuck()).select_related("client").order_by("due_at", "id"))
    instead = what_to_do(stuck) if sees_flags(user) else {}
    rows = [
        Row(
            client=str(message.client),
            client_url=reverse("client_page", args=[message.client_id]),
            words=" ".join(filter(None, [f"{title_of(message)}: {why_for(message, user)}", instead.get(message.pk)])),
            badge=str(message.get_state_display()),
            tone="warn",
            action="Open",
            url=reverse("admin:clients_message_change", args=[message.pk]),
            phone=message.client.phone,
        )
        for message in stuck
    ]
    more = reverse("admin:clients_message_changelist")
    return Block("messages", "Messages that could not be sent", rows, count, "Every message left as it should.", more)


def what_to_do(stuck: Sequence[Message]) -> dict[int, str]:
    """By message, for those that carry follow-ups: what a person does in place of the email. One query for all."""
    carried: dict[int, list[Followup]] = defaultdict(list)
    steps = Followup.objects.filter(message__in=stuck).standing().order_by("due_at", "pk")
    for row in steps.select_related("enrolment__version").defer("enrolment__version__content"):
        carried[row.message_id].append(row)
    return {message.pk: instead_of(message, carried[message.pk]) for message in stuck if message.pk in carried}


def instead_of(message: Message, steps: Sequence[Followup]) -> str:
    """What a person does in place of one email."""
    if message.state != State.LATE:
        return FAILED
    call = f"Call {message.client.phone}" if message.client.phone else "Call"
    if any(step_of(step).window_days for step in steps):
        return RESULTS.format(call=call)
    words = ASK if any(step.asks != "nothing" for step in steps) else TELL
    return words.format(call=call, steps=", ".join(step.title for step in steps))
