"""Red flags, and what clients answered."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import Truncator

from portal.adminsite.options import ClinicModelAdmin, badge
from portal.practice.middleware import acting
from treatments.cases.models import Case
from treatments.followups.admin.rates import RatePages
from treatments.followups.admin.silence import SilencePages
from treatments.followups.forms import ActedForm
from treatments.followups.models import Alert, Followup, Reply
from treatments.followups.redflags import CALL_FOR_A_CASE, FLAGS
from treatments.followups.services import AlreadyActedOn, acknowledge_alert
from treatments.followups.terms import Urgency

COMMENT_SHOWN = 80
KEPT = "Your name, the time and your note are kept."
TONES = {Urgency.EMERGENCY: "bad", Urgency.URGENT: "bad", Urgency.REVIEW: "warn", Urgency.NONE: "ok"}


def urgency_badge(row: Alert | Reply) -> str:
    """The urgency as a coloured word."""
    return badge(TONES[Urgency(row.urgency)], row.get_urgency_display())


def flags_in_words(reply: Reply) -> list[str]:
    """What in the answers needs a person."""
    return [FLAGS[key].words for key in reply.red_flags if key in FLAGS]


class ReadOnlyPage(ClinicModelAdmin):
    """Rows that come from clients: a list and a page to read, nothing to edit."""

    page_template: str
    heading: str

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One row, to read."""
        row = self.get_own(request, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return self.page(request, self.page_template, title=self.heading, object=row, **self.facts(row))

    def facts(self, row: Any) -> dict[str, Any]:
        """What the page shows."""
        raise NotImplementedError


@admin.register(Alert)
class AlertAdmin(ReadOnlyPage):
    """Red flags: those waiting come first."""

    list_display = ("how_urgent", "whose", "raised_at", "act_by", "where_it_stands")
    list_select_related = ("client", "acknowledged_by")
    list_filter = ("urgency",)
    ordering = (F("acknowledged_at").desc(nulls_first=True), "act_by", "-id")
    empty_words = "No red flags. If a client's answers need you, they appear here and the clinic gets an email."
    page_template = "admin/treatments/alert/alert.html"
    heading = "Red flag"

    @admin.display(description="urgency", ordering="act_by")
    def how_urgent(self, alert: Alert) -> str:
        """The urgency as a coloured word."""
        return urgency_badge(alert)

    @admin.display(description="client")
    def whose(self, alert: Alert) -> str:
        """The client's name."""
        return str(alert.client)

    @admin.display(description="acted on")
    def where_it_stands(self, alert: Alert) -> str:
        """Waiting, overdue, or by whom."""
        if alert.acknowledged_by is not None:
            return f"by {alert.acknowledged_by}"
        return "Overdue" if alert.act_by < timezone.now() else "Waiting"

    def get_queryset(self, request: HttpRequest) -> Any:
        """The open clinic's red flags with what their page needs."""
        return super().get_queryset(request).select_related("client", "reply__followup", "acknowledged_by")

    def facts(self, row: Alert) -> dict[str, Any]:
        """Who, what was answered, what stands out, whom to call."""
        return {
            "badge": urgency_badge(row),
            "flags": flags_in_words(row.reply),
            "step": row.reply.followup.title,
            "overdue": row.acknowledged_at is None and row.act_by < timezone.now(),
            "case": Case.objects.filter(alert=row).first(),
        }

    def get_urls(self) -> list[URLPattern]:
        """The page to say what was done."""
        acted = self.admin_site.admin_view(self.acknowledge_page)
        return [path("<int:object_id>/acknowledge/", acted, name="treatments_alert_acknowledge"), *super().get_urls()]

    def acknowledge_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """I have acted."""
        alert: Alert = self.get_own(request, object_id)
        return self.action_page(
            request,
            object_id,
            title="I have acted",
            button="I have acted",
            permission="treatments.acknowledge_alert",
            form_class=ActedForm,
            act=_acknowledge,
            template="admin/treatments/alert/act.html",
            lead=f"The red flag leaves the list of what needs somebody. {KEPT}{_goes_on(alert)}",
            why_not=lambda alert: str(AlreadyActedOn()) if alert.acknowledged_at else "",
            back_words="Open the red flag",
            sayings=ActedForm.sayings,
            **self.facts(alert),
        )


def _goes_on(alert: Alert) -> str:
    """What follows from acting on what was urgent."""
    if alert.urgency not in CALL_FOR_A_CASE:
        return ""
    return " It goes on as a reaction case, with the next call due; close that when it is over."


def _acknowledge(request: HttpRequest, alert: Alert, said: dict[str, Any]) -> str:
    case = acknowledge_alert(alert=alert, by=acting(request), at=timezone.now(), **said)
    thanks = f"Thank you. It is noted that you acted on the answers of {alert.client}."
    if case is None:
        return thanks
    return f"{thanks} A reaction case is open: call again by {timezone.localtime(case.call_by):%-d %b %Y, %H:%M}."


@admin.register(Reply)
class ReplyAdmin(ReadOnlyPage, RatePages):
    """What clients answered."""

    list_display = ("submitted_at", "whose", "step", "how_urgent", "comment")
    list_select_related = ("followup__client",)
    list_filter = ("urgency", "followup__asks")
    empty_words = "No answers yet. They appear here when clients answer the questions in their follow-up emails."
    page_template = "admin/treatments/reply/reply.html"
    heading = "Answers"

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, the page of rates, and the one about who has not answered."""
        wrap, silence = self.admin_site.admin_view, SilencePages(Followup, self.admin_site)
        own = [
            path("rates/", wrap(self.rates_page), name="treatments_reply_rates"),
            path("silent/<int:object_id>/", wrap(silence.called_page), name="treatments_followup_called"),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description="urgency")
    def how_urgent(self, reply: Reply) -> str:
        """The urgency as a coloured word."""
        return urgency_badge(reply)

    @admin.display(description="client")
    def whose(self, reply: Reply) -> str:
        """The client's name."""
        return str(reply.followup.client)

    @admin.display(description="questions of")
    def step(self, reply: Reply) -> str:
        """Which email asked; what came after the first answers says so."""
        return f"{reply.followup.title} (added later)" if reply.number > 1 else reply.followup.title

    @admin.display(description="comment")
    def comment(self, reply: Reply) -> str:
        """The beginning of what the client wrote."""
        words = str(reply.answers.get("comment", ""))
        return Truncator(words).chars(COMMENT_SHOWN)

    def get_queryset(self, request: HttpRequest) -> Any:
        """The open clinic's replies with what their page needs."""
        return super().get_queryset(request).select_related("followup__client", "alert")

    def facts(self, row: Reply) -> dict[str, Any]:
        """Who answered what."""
        return {
            "badge": urgency_badge(row),
            "client": row.followup.client,
            "flags": flags_in_words(row),
            "step": row.followup.title,
            "alert_url": reverse("admin:treatments_alert_change", args=[row.alert.pk]) if hasattr(row, "alert") else "",
        }
