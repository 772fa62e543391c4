"""Messages: what left, what will leave, and what could not, with exactly what the reader got."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from clients.messages.admin.facts import expected_of, facts_of, happened_to, outcome_badge, stop_facts
from clients.messages.admin.filters import ClientFilter, WhatFilter, WhenFilter
from clients.messages.admin.seeing import NEUTRAL, seen_by, sees_flags, title_of, why_for
from clients.messages.kinds import verbs_for
from clients.messages.models import Message
from clients.messages.prepare import Broken, reason_to_skip
from clients.messages.services import MessageNotStuck, MessageNotWanted, note_seen, retry_message
from clients.messages.terms import State
from clients.messages.wordings import copy_of
from portal.adminsite.options import ClinicModelAdmin, badge
from portal.practice.middleware import acting

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


RETRY = "It is sent once more to the address in the client’s record, if it is still right to send it."


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
        return format_html("{} {}", state, outcome_badge(message)) if message.outcome else state

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
            outcome=outcome_badge(message),
            copy=copy_of(message),
            leaves=message.state in {State.SCHEDULED, State.CLAIMED, State.SENDING},
            **stop_facts(message),
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
            why_not=why_not_retry,
            back_words="Open the message",
            title="Try this message again",
            button="Try again",
            permission="clients.retry_message",
            form_class=ActForm,
            act=act,
            lead=f"{RETRY} {too_late_for(self.get_own(request, object_id))}".strip(),
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
        if why_not_retry(message):
            return []
        buttons = [("Send it after all" if message.state == State.SKIPPED else "Try again", "retry", "primary")]
        if message.seen_at is None and not why_not_stuck(message):
            buttons.append(("Noted", "note", ""))
        if message.state == State.LATE:  # a call takes its place; its words were for another day
            buttons = [(word, verb, "primary" if verb == "note" else "") for word, verb, _style in reversed(buttons)]
        return [
            (word, reverse(f"admin:clients_message_{verb}", args=[message.pk]), style)
            for word, verb, style in buttons
            if request.user.has_perm(f"clients.{verb}_message")
        ]


def too_late_for(message: Message) -> str:
    """What whoever sends a late one all the same should think of; "" for another."""
    if message.state != State.LATE:
        return ""
    send_by = timezone.localtime(message.send_by)
    return f"It was to leave by {send_by:%-d %b %Y, %H:%M}: where its words are wrong by now, call instead."


def why_not_retry(message: Message) -> str:
    """Why it cannot be tried again; "" for what is stuck, and for what was not right then, is now, and is in time."""
    if message.state != State.SKIPPED:
        return why_not_stuck(message)
    now = timezone.now()
    try:
        still_wrong = message.send_by <= now or reason_to_skip(message, now)
    except Broken:
        still_wrong = True
    return str(MessageNotStuck()) if still_wrong else ""


def why_not_stuck(message: Message) -> str:
    """Why there is nothing to do about a message; "" when there is."""
    return "" if message.state in {State.FAILED, State.LATE} else str(MessageNotStuck())
