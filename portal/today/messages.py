"""Emails that could not leave: what a person does instead; and whether nothing leaves at all."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.urls import reverse

from clients.messages.admin.seeing import seen_by, sees_flags, title_of, why_for
from clients.messages.models import Message
from clients.messages.silence import silent_since
from clients.messages.terms import State
from portal.client_page.picture import short_date
from portal.practice.models import Membership, User
from portal.practice.terms import Role
from portal.today.blocks import Block, Row, clock, some_of
from treatments.followups.emails.facts import step_of
from treatments.followups.models import Followup

ASK = "{call}, and ask how the skin is: {steps}."
MISSED = "The results window was missed. {call}, and book a look at the skin."
STILL_OPEN = "The results window is open until {until}."
NEXT = "{step} is due on {day}."
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


def messages_not_sent(user: User, now: datetime) -> Block:
    """Emails that could not leave and need a person: the reason, and what to do instead."""
    stuck, count = some_of(seen_by(user, Message.objects.stuck()).select_related("client").order_by("due_at", "id"))
    instead = what_to_do(stuck, now) if sees_flags(user) else {}
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


def what_to_do(stuck: Sequence[Message], now: datetime) -> dict[int, str]:
    """By message, for those that carry follow-ups: what a person does in place of the email. Two queries for all."""
    carried: dict[int, list[Followup]] = defaultdict(list)
    steps = Followup.objects.filter(message__in=stuck).standing().order_by("due_at", "pk")
    for row in steps.select_related("enrolment__version", "session").defer("enrolment__version__content"):
        carried[row.message_id].append(row)
    next_ones = next_about_results([row for rows in carried.values() for row in rows], now)
    return {
        message.pk: instead_of(message, carried[message.pk], next_ones, now)
        for message in stuck
        if message.pk in carried
    }


def next_about_results(steps: Iterable[Followup], now: datetime) -> dict[int, Followup]:
    """By session, what next asks about its results, if the session is that of one of these steps about results."""
    sessions = {step.session_id for step in steps if step.about_results}
    if not sessions:
        return {}
    to_come = Followup.objects.filter(session__in=sessions, due_at__gt=now).about_results().standing().unsent()
    return {row.session_id: row for row in to_come.order_by("-due_at", "-pk")}  # the first comes last, and stays


def instead_of(message: Message, steps: Sequence[Followup], next_ones: Mapping[int, Followup], now: datetime) -> str:
    """What a person does in place of one email."""
    if message.state != State.LATE:
        return FAILED
    call = f"Call {message.client.phone}" if message.client.phone else "Call"
    windows = {step.session_id: until for step in steps if (until := closes_on(step, now))}
    still_open = {session: until for session, until in windows.items() if now.date() <= until}
    if windows and not still_open:
        return MISSED.format(call=call)
    words = ASK if any(step.asks != "nothing" for step in steps) else TELL
    said = words.format(call=call, steps=", ".join(step.title for step in steps))
    return " ".join([said, *(window_words(until, next_ones.get(pk), now) for pk, until in still_open.items())])


def window_words(until: date, following: Followup | None, now: datetime) -> str:
    """Until when there is time to ask, and what asks by itself within it."""
    words = STILL_OPEN.format(until=short_date(until))
    day = following.due_at.astimezone(now.tzinfo).date() if following and following.due_at else None
    if following is None or day is None or day > until:
        return words
    return f"{words} {NEXT.format(step=following.title, day=short_date(day))}"


def closes_on(step: Followup, now: datetime) -> date | None:
    """The last day of the results window that a step belongs to, in the zone of `now`; None for any other step."""
    window = step_of(step).window_days
    ended_at = step.enrolment.anchored_at if step.enrolment else step.session.ended_at
    if not window or not ended_at:
        return None
    return ended_at.astimezone(now.tzinfo).date() + timedelta(days=window[1])
