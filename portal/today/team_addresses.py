"""Addresses of the clinic and its team that emails come back from: nobody there hears of a warning sign by email."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse

from clients.messages.models import Message
from clients.messages.prepare import address_of
from clients.messages.terms import Outcome, Recipient
from portal.practice.models import Membership, User
from portal.today.blocks import Block, Row

TOLD_FOR = timedelta(days=14)
MOST_READ = 200  # of so many days; the team is written to seldom
TITLE = "Addresses of the team that no email reaches"
HAPPENED: dict[str, str] = {
    Outcome.BOUNCED: "Emails to {address} come back: the last one bounced for good.",
    Outcome.COMPLAINED: "An email to {address} was reported as spam.",
}
CLINIC = "Warning signs that the portal reports there may not be seen. {cure}"
MEMBER = "Call them about warning signs until it works; to be written to elsewhere, {cure}."
READER = "You hear of no warning sign by email: look here, and {cure}."


def team_addresses(user: User, now: datetime) -> Block | None:
    """The addresses in the record whose last email came back, and what to do; None when there is none.

    Nothing stops such an address: a warning sign is reported there all the same.
    """
    rows = [row_of(message, user) for message in came_back(now) if user.has_perm(page_of(message))]
    return Block("team-addresses", TITLE, rows, len(rows), "") if rows else None


def came_back(now: datetime) -> list[Message]:
    """The last email to each address that the clinic or one of the team still has, where that came back. One query."""
    reported = Message.objects.filter(due_at__gt=now - TOLD_FOR, sent_at__isnull=False).exclude(outcome="")
    to_team = reported.filter(Q(recipient=Recipient.CLINIC) | Q(recipient=Recipient.MEMBER, member__ended_at=None))
    read = to_team.select_related("clinic", "member__user").defer("text", "html", "said").order_by("-due_at", "-id")
    last: dict[tuple[int | None, str], Message] = {}
    for message in read[:MOST_READ]:
        if message.address.lower() == address_of(message).lower():
            last.setdefault((message.member_id, message.address.lower()), message)
    return [message for message in last.values() if message.outcome in HAPPENED]


def page_of(message: Message) -> str:
    """The permission to see the page on which the address stands."""
    return "portal.view_clinic" if message.member is None else "portal.view_membership"


def row_of(message: Message, user: User) -> Row:
    """One address."""
    happened = HAPPENED[message.outcome].format(address=message.address)
    runs = user.has_perm("portal.change_clinic")
    if message.member is None:
        cure = "Correct the clinic’s reply address." if runs else "Ask an owner to correct the clinic’s reply address."
        who, words = str(message.clinic), CLINIC.format(cure=cure)
        page = reverse("admin:portal_clinic_changelist")
        url = reverse("admin:portal_clinic_change", args=[message.clinic_id]) if runs else page
    else:
        who, words = str(message.member), words_to(user, message.member, runs=runs)
        page = url = reverse("admin:portal_membership_change", args=[message.member.pk])
    return Row(
        client=who,
        client_url=page,
        words=f"{happened} {words}",
        badge=str(message.get_outcome_display()),
        tone="bad",
        action="Correct the address" if runs and message.member is None else "Open",
        url=url,
    )


def words_to(user: User, member: Membership, *, runs: bool) -> str:
    """What follows for whoever reads it: nobody calls themselves."""
    if member.user_id == user.pk:
        cure = "invite yourself under another address" if runs else "ask an owner to correct your address"
        return READER.format(cure=cure)
    cure = "invite them under another address" if runs else "ask an owner to invite them under another address"
    return MEMBER.format(cure=cure)
