"""Stopped addresses: to whom nothing is sent any more, why, and lifting it with a reason."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from clients.messages.admin.seeing import seen_by
from clients.messages.models import Message, Suppression
from clients.messages.stops import CURES, NotStopped, lift_stop
from clients.messages.terms import SuppressedBecause
from clients.records.models import Client
from portal.adminsite.options import ClinicModelAdmin, badge
from portal.practice.middleware import acting


class LiftForm(forms.Form):
    """Why emails may go there again."""

    why = forms.CharField(
        label="Why emails may go to this address again",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write down why, such as: they have made room in their mailbox."},
    )


class LiftedFilter(admin.SimpleListFilter):
    """The addresses that are stopped now, unless the others are asked for."""

    title = "list"
    parameter_name = "list"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The one other list."""
        return [("lifted", "Lifted")]

    def choices(self, changelist: Any) -> Any:
        """Django's choices, with the first called by its right name."""
        first, *others = super().choices(changelist)
        yield first | {"display": "Stopped"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Suppression]") -> "QuerySet[Suppression]":
        """Those of the chosen list."""
        return queryset.exclude(lifted_at=None) if self.value() == "lifted" else queryset.filter(lifted_at=None)


@admin.register(Suppression)
class SuppressionAdmin(ClinicModelAdmin):
    """The clinic's stopped addresses."""

    empty_words = (
        "No stopped addresses. One appears here when an email to it bounces for good, or when its owner reports an"
        " email as spam."
    )
    search_fields = ("address", "message__client__first_name", "message__client__last_name")
    search_help_text = "Address or client’s name"
    list_display = ("where", "whose", "reason", "suppressed_at", "lifted_at")
    list_display_links = None
    list_filter = (LiftedFilter, "because")
    list_select_related = ("message__client",)
    ordering = ("-suppressed_at", "-id")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """What a mail server or a client says stops an address."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is lifted, never altered."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Every stop stays on the record."""
        return False

    @admin.display(description="address", ordering="address")
    def where(self, stop: Suppression) -> str:
        """The address, as the way to its page."""
        return format_html('<a href="{}">{}</a>', self.page_of(stop), stop.address)

    @admin.display(description="client")
    def whose(self, stop: Suppression) -> str:
        """Whose email it was."""
        return str(stop.message.client) if stop.message else ""

    @admin.display(description="reason", ordering="because")
    def reason(self, stop: Suppression) -> str:
        """Why nothing is sent."""
        return badge("info" if stop.lifted_at else "bad", stop.get_because_display())

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and the page that lifts a stop."""
        lift = self.admin_site.admin_view(self.lift_page)
        return [path("<int:object_id>/lift/", lift, name="clients_suppression_lift"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One address: why, since when, whose it is now, and what can be done."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        stop = self.get_own(request, object_id)
        return self.page(
            request,
            "admin/clients/suppression/page.html",
            title=stop.address,
            object=stop,
            message=seen_by(request.user, Message.objects.filter(pk=stop.message_id)).first(),
            cure=CURES[SuppressedBecause(stop.because)],
            clients=Client.objects.filter(email__iexact=stop.address),
            may_lift=stop.lifted_at is None and request.user.has_perm("clients.lift_suppression"),
        )

    def lift_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Let emails go to the address again."""

        def act(request: HttpRequest, stop: Suppression, cleaned: dict[str, Any]) -> str:
            lift_stop(stop=stop, why=cleaned["why"], by=acting(request), at=timezone.now())
            return f"Emails go to {stop.address} again. What was not sent can be sent from its page while in time."

        return self.action_page(
            request,
            object_id,
            why_not=lambda stop: "" if stop.lifted_at is None else str(NotStopped()),
            back_words="Open the address",
            title="Let emails go to this address again",
            button="Let emails go again",
            permission="clients.lift_suppression",
            form_class=LiftForm,
            act=act,
            lead="Only if you know that the address works, or that its owner wants emails again. If another email"
            " bounces, it is stopped again.",
            back_url=reverse("admin:clients_suppression_change", args=[object_id]),
        )
