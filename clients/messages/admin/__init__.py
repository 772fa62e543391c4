"""Messages: what left, what will leave, and what could not, with exactly what the reader got."""

from operator import itemgetter
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from clients.messages.admin.filters import ClientFilter, WhatFilter, WhenFilter
from clients.messages.forecast import forecast
from clients.messages.kinds import KINDS, verbs_for, words_for
from clients.messages.models import Message
from clients.messages.services import MessageNotStuck, MessageNotWanted, note_seen, retry_message
from clients.messages.terms import Outcome, Recipient, State
from portal.adminsite.options import ClinicModelAdmin, badge
from portal.audit.models import AuditEvent
from portal.practice.middleware import acting
from portal.practice.models import User

BADGES: dict[str, str] = {
    State.SCHEDULED: "info",
    State.CLAIMED: "info",
    State.SENDING: "info",
    State.SENT: "ok",
    State.SKIPPED: "warn",
    State.LATE: "warn",
    State.FAILED: "bad",
    State.CANCELLED: "info",
}
OUTCOMES: dict[str, str] = {Outcome.DELIVERED: "ok", Outcome.BOUNCED: "bad", Outcome.COMPLAINED: "bad"}
HAPPENED = {
    "message.sent": "Sent",
    "message.put_off": "Tried, and put off",
    "message.skipped": "Not sent: it was not right any more",
    "message.failed": "Could not be sent",
    "message.late": "Too late to send",
    "message.cancelled": "Withdrawn",
    "message.retried": "Scheduled again",
    "message.rescheduled": "Given another time",
    "message.noted": "Noted by a person",
    "message.sent_again": "Sent again, as a new email",
    "message.line_written": "Personal line changed",
}


NEUTRAL = "Not right any more. Ask a practitioner."
Person = User | AnonymousUser


class ActForm(forms.Form):
    """Nothing to fill in: the button is the answer."""


@admin.register(Message)
class MessageAdmin(ClinicModelAdmin):
    """Every email of the clinic."""

    empty_words = (
        "No emails so far, and none in the next 7 days. They are scheduled when you send a screening form or complete"
        " a session."
    )
    search_fields = ("client__first_name", "client__last_name", "client__preferred_name")
    search_help_text = "Client’s name"
    list_display_links = None
    list_filter = (WhenFilter, "state", WhatFilter, "outcome", ClientFilter)
    list_select_related = ("client",)
    ordering = ("-due_at", "-id")

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The columns; the reason in the words that this person may read."""

        @admin.display(description="reason")
        def why(message: Message) -> str:
            return why_for(message, request.user)

        return ["client_name", "what", "due_at", "state_badge", why]

    @admin.display(description="message")
    def what(self, message: Message) -> str:
        """What it is."""
        return title_of(message)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Messages are scheduled by what happens, never by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What left cannot be altered."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Every email stays on the record."""
        return False

    @admin.display(description="client", ordering="client__last_name")
    def client_name(self, message: Message) -> str:
        """Whom it is about, as the way to the message."""
        url = reverse("admin:clients_message_change", args=[message.pk])
        return format_html('<a href="{}">{}</a>', url, message.client)

    @admin.display(description="state", ordering="state")
    def state_badge(self, message: Message) -> str:
        """Where it is on its way."""
        state = badge(BADGES[message.state], message.get_state_display())
        if not message.outcome:
            return state
        return format_html("{} {}", state, badge(OUTCOMES[message.outcome], message.get_outcome_display()))

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and a page for each verb."""
        view = self.admin_site.admin_view
        own = [
            path("<int:object_id>/retry/", view(self.retry_page), name="clients_message_retry"),
            path("<int:object_id>/note/", view(self.note_page), name="clients_message_note"),
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The clinic's messages, without those that this person may not know of."""
        return seen_by(request.user, super().get_queryset(request)).select_related("client", "clinic")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One message: what it says, where it is, every try, and what can be done now."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        message = self.get_own(request, object_id)
        return self.page(
            request,
            "admin/clients/message/page.html",
            title=f"{title_of(message)}: {message.client}",
            object=message,
            badge=BADGES[message.state],
            facts=[*facts_of(message, why_for(message, request.user)), *expected_of(message, request.user)],
            happened=happened_to(message),
            buttons=self._buttons(request, message),
        )

    def retry_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Try a stuck message again."""

        def act(request: HttpRequest, message: Message, _cleaned: dict[str, Any]) -> str:
            try:
                retry_message(message=message, by=acting(request), at=timezone.now())
            except MessageNotWanted as refusal:
                raise refusal if sees_flags(request.user) else MessageNotWanted(NEUTRAL) from None
            return "It is scheduled again. It leaves within a minute, or as soon as your clinic’s sending hours begin."

        return self.action_page(
            request,
            object_id,
            why_not=why_not_stuck,
            back_words="Open the message",
            title="Try this message again",
            button="Try again",
            permission="clients.retry_message",
            form_class=ActForm,
            act=act,
            lead="It is sent once more to the address in the client’s record, if it is still right to send it.",
        )

    def note_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Take a stuck message off Today."""

        def act(request: HttpRequest, message: Message, _cleaned: dict[str, Any]) -> str:
            note_seen(message=message, by=acting(request), at=timezone.now())
            return "Noted. It no longer waits under Today."

        return self.action_page(
            request,
            object_id,
            why_not=lambda one: why_not_stuck(one) if one.seen_at is None else str(MessageNotStuck()),
            back_words="Open the message",
            title="Take note of this message",
            button="Noted",
            permission="clients.note_message",
            form_class=ActForm,
            act=act,
            lead="It stays unsent and leaves the list under Today. You can still try it again later.",
        )

    def _buttons(self, request: HttpRequest, message: Message) -> list[tuple[str, str, str]]:
        own = list(verbs_for([message], request.user.has_perm).get(message.pk, []))
        return [*self._for_stuck(request, message), *own]

    def _for_stuck(self, request: HttpRequest, message: Message) -> list[tuple[str, str, str]]:
        if message.state not in {State.FAILED, State.LATE}:
            return []
        buttons = [("Try again", "retry", "primary")]
        if message.seen_at is None:
            buttons.append(("Noted", "note", ""))
        return [
            (word, reverse(f"admin:clients_message_{verb}", args=[message.pk]), style)
            for word, verb, style in buttons
            if request.user.has_perm(f"clients.{verb}_message")
        ]


def why_not_stuck(message: Message) -> str:
    """Why there is nothing to do about a message; "" when there is."""
    return "" if message.state in {State.FAILED, State.LATE} else str(MessageNotStuck())


def sees_flags(user: Person) -> bool:
    """Whether this person may know of red flags, and of what stops a message because of somebody's health."""
    return user.has_perm("treatments.view_alert")


def seen_by(user: Person, messages: "QuerySet[Message]") -> "QuerySet[Message]":
    """The messages that this person may know of."""
    return messages if sees_flags(user) else untelling(messages)


def untelling(messages: "QuerySet[Message]") -> "QuerySet[Message]":
    """Those whose being there tells nothing of the client's health.

    One to the clinic or the team means a red flag; one that was skipped may mean an open one; and some leave only for
    certain skin.
    """
    return messages.filter(recipient=Recipient.CLIENT, telling=False).exclude(state=State.SKIPPED)


def why_for(message: Message, user: Person) -> str:
    """Why a message did not leave. What the mail server said is for all; what the client's answers say is not."""
    about_the_client = message.state in {State.SKIPPED, State.CANCELLED}
    return NEUTRAL if about_the_client and message.why and not sees_flags(user) else message.why


def title_of(message: Message) -> str:
    """What a message is."""
    to = " (to the clinic)" if message.recipient == Recipient.CLINIC else ""
    return f"{words_for(message)}{to}"


def facts_of(message: Message, why: str) -> list[tuple[str, object]]:
    """What the page says about it, label and value."""
    facts = [
        ("To", message.address or ("The clinic" if message.recipient == Recipient.CLINIC else message.client.email)),
        ("Due", message.due_at),
        ("Sent", message.sent_at),
        (message.get_outcome_display(), message.outcome_at),
        ("To leave by", None if message.sent_at else message.send_by),
        ("Next try", message.next_try_at if message.state == State.SCHEDULED and message.attempts else None),
        ("Tries", message.attempts or None),
        ("Reason", why),
        ("Personal line", message.personal_line),
    ]
    return [(label, value) for label, value in facts if value]


def expected_of(message: Message, user: Person) -> list[tuple[str, object]]:
    """What becomes of one that is to come, and why, for those who may know of what stops it."""
    if message.state != State.SCHEDULED or message.kind not in KINDS or not sees_flags(user):
        return []
    (said,) = forecast([message], at=timezone.now())
    words = f"{said.words} on {timezone.localtime(said.at):%-d %b %Y, %H:%M}."
    until = f"Too late after {timezone.localtime(message.send_by):%-d %b %Y, %H:%M}." if said.waits else ""
    why = said.why if said.why != message.why else ""
    facts: list[tuple[str, object]] = [
        ("As things stand", " ".join(part for part in (words, why, until) if part)),
        ("For", said.because),
    ]
    return [(label, value) for label, value in facts if value]


def happened_to(message: Message) -> list[dict[str, object]]:
    """Every step and try, first to last: when, what, and who."""
    events = AuditEvent.objects.filter(subject_type="message", subject_id=message.pk).select_related("actor")
    later: list[dict[str, object]] = [
        {"at": event.at, "words": HAPPENED[event.action], "by": event.actor or "The portal"}
        for event in events.filter(action__in=HAPPENED).order_by("sequence")[:200]
    ]
    # The events of being scheduled and of being sent belong to all that were so together.
    told = {row["words"] for row in later}
    rows = [(message.created_at, "Scheduled"), (message.sent_at, HAPPENED["message.sent"])]
    own: list[dict[str, object]] = [
        {"at": at, "words": words, "by": "The portal"} for at, words in rows if at is not None and words not in told
    ]
    reported: list[dict[str, object]] = [
        {"at": event.happened_at, "words": event.get_report_display(), "by": "The mail provider"}
        for event in message.provider_events.all()[:50]
    ]
    return sorted([*own, *later, *reported], key=itemgetter("at"))
