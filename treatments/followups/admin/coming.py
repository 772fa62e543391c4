"""A page for each thing that a person may do with a follow-up, and what will leave in the next weeks."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from clients.messages.forecast import AHEAD, forecast, to_come
from clients.messages.models import Message
from clients.messages.terms import State
from clients.records.admin import finder_of
from portal.adminsite.options import ClinicModelAdmin
from portal.practice.middleware import acting
from treatments.followups.admin.coming_forms import DelayForm, LineForm, SkipForm
from treatments.followups.models import Followup, Layout
from treatments.followups.services import (
    NotSent,
    NotToCome,
    delay_followup,
    may_leave_between,
    send_again,
    send_now,
    skip_followup,
    write_line,
)

MOVES = "treatments.move_followup"
BACK = "Open the message"
ON_A_PAGE = 100


def why_not_to_come(followup: Followup) -> str:
    """Why it can be moved no more; "" when it can."""
    return "" if followup.may_move else str(NotToCome())


@admin.register(Followup)
class FollowupAdmin(ClinicModelAdmin):
    """Each follow-up's own pages; it is read on the page of its message."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """They follow from a session, never from a form."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes health records."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Each change has a page of its own."""
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        """The open clinic's, with what their pages need."""
        wanted = ("clinic", "client__clinic", "message__client", "message__clinic", "session", "enrolment__version")
        return super().get_queryset(request).select_related(*wanted).defer("enrolment__version__content")

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and a page for each verb."""
        pages = {
            "skip": self.skip_page,
            "delay": self.delay_page,
            "now": self.now_page,
            "again": self.again_page,
            "line": self.line_page,
        }
        own = [
            path(f"<int:object_id>/{verb}/", self.admin_site.admin_view(page), name=f"treatments_followup_{verb}")
            for verb, page in pages.items()
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The forecast: what leaves in the next weeks, when and why, a page at a time; by ?client= of one client."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        now, finder = timezone.now(), finder_of(request)
        messages = Message.objects.filter(client=finder.client) if finder.client else Message.objects.all()
        outdated = Layout.objects.outdated().with_emails_to_come()
        outdated = outdated.filter(client=finder.client) if finder.client else outdated
        people = ("client__clinic", "clinic", "member__user")
        coming = to_come(messages, until=now + AHEAD).select_related(*people)
        page = Paginator(coming, ON_A_PAGE).get_page(request.GET.get("page"))
        return self.page(
            request,
            "admin/treatments/followup/forecast.html",
            title=f"Forecast for {finder.client}" if finder.client else "Forecast",
            days=AHEAD.days,
            finder=finder,
            page=page,
            outdated=outdated.count(),
            rows=forecast(list(page.object_list), at=now),
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """It is read where its message is."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect(self.page_of(self.get_own(request, object_id)))

    def page_of(self, obj: Followup) -> str:
        """The message that it leaves in."""
        return reverse("admin:clients_message_change", args=[obj.message_id])

    def skip_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """It is not to leave at all."""

        def act(request: HttpRequest, row: Followup, said: dict[str, Any]) -> str:
            skip_followup(followup=row, by=acting(request), at=timezone.now(), **said)
            return f"“{row.title}” is skipped. Everything else leaves as planned."

        return self._page(
            request,
            object_id,
            title="Skip this email",
            button="Skip it",
            form_class=SkipForm,
            act=act,
            danger=True,
            lead="It leaves no more. What was to leave in the same email still does.",
        )

    def delay_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """It is to leave at another time."""

        def act(request: HttpRequest, row: Followup, said: dict[str, Any]) -> str:
            delay_followup(followup=row, by=acting(request), at=timezone.now(), **said)
            return f"“{row.title}” leaves on {moment(said['due_at'])}."

        row = self._own(request, object_id)
        form_kwargs = {"followup": row, "at": timezone.now()}
        return self._page(
            request,
            object_id,
            title="Choose another time",
            button="Change the time",
            form_class=DelayForm,
            form_kwargs=form_kwargs,
            act=act,
            lead=f"“{row.title}” for {row.client} is to leave on {moment(row.message.due_at)}.",
        )

    def now_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """It is to leave at once."""

        def act(request: HttpRequest, row: Followup, _said: dict[str, Any]) -> str:
            leaves = send_now(followup=row, by=acting(request), at=timezone.now())
            if leaves > timezone.now():
                return f"It leaves when your clinic’s sending hours begin, on {moment(leaves)}."
            return "It leaves within a minute, if it is still right to send it."

        row = self._own(request, object_id)
        space, meant_for = may_leave_between(row), ""
        if space is not None and timezone.now() < space.first:
            meant_for = f" Its words are meant for {moment(space.first)} or later: read them first."
        return self._page(
            request,
            object_id,
            title="Send now",
            button="Send now",
            form_class=forms.Form,
            act=act,
            lead=f"“{row.title}” for {row.client} was to leave on {moment(row.message.due_at)}. It is sent at once, "
            f"with all that leaves in the same email; outside the sending hours, when they next begin.{meant_for}",
        )

    def again_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """It was sent, and is to be sent once more."""

        def act(request: HttpRequest, row: Followup, _said: dict[str, Any]) -> str:
            send_again(followup=row, by=acting(request), at=timezone.now())
            return "It is on its way again. It leaves within a minute, or when the sending hours begin."

        row = self._own(request, object_id)
        return self._page(
            request,
            object_id,
            title="Send again",
            button="Send again",
            form_class=forms.Form,
            act=act,
            why_not=lambda one: "" if one.message.state == State.SENT else str(NotSent()),
            lead=f"“{row.title}” is sent to {row.client} once more, as a new email with a new link, "
            "if it is still right.",
        )

    def line_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A practitioner's own words at its top."""

        def act(request: HttpRequest, row: Followup, said: dict[str, Any]) -> str:
            write_line(followup=row, by=acting(request), at=timezone.now(), **said)
            return "Your line stands at the top of the email." if said["line"] else "The email leaves without a line."

        row = self._own(request, object_id)
        return self._page(
            request,
            object_id,
            title="Write a personal line",
            button="Keep this line",
            form_class=LineForm,
            form_kwargs={"initial": {"line": row.message.personal_line}},
            act=act,
            lead=f"It stands at the top of “{row.title}” for {row.client}, in your words and in {row.client.called}’s "
            f"language ({row.client.get_language_display()}). Emails can be read by others: write nothing about "
            "health in it.",
        )

    def _own(self, request: HttpRequest, object_id: int) -> Followup:
        """The own row, for those who may move it."""
        if not request.user.has_perm(MOVES):
            raise PermissionDenied
        row: Followup = self.get_own(request, object_id)
        return row

    def _page(self, request: HttpRequest, object_id: int, **more: Any) -> HttpResponse:
        row = self._own(request, object_id)
        return self.action_page(
            request,
            object_id,
            permission=MOVES,
            back_url=self.page_of(row),
            back_words=BACK,
            **{"why_not": why_not_to_come} | more,
        )


def moment(at: Any) -> str:
    """A date and time in the clinic's zone, which the request has opened: "1 Jun 2026, 14:00"."""
    return f"{timezone.localtime(at):%-d %b %Y, %H:%M}"
