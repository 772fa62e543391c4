"""The page of one client. The front desk sees contact, sessions and messages; health details are the care team's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from clients.messages.kinds import verbs_for
from clients.messages.stops import stop_of
from clients.records.models import Client
from clients.records.terms import Goal
from portal.adminsite.options import choices_display
from portal.client_page.charts import last_chart
from portal.client_page.consents import consent_lines
from portal.client_page.history import entries, expected_of, picture_of, read_history
from portal.client_page.photographs import strip_of
from portal.client_page.standing import facts_of
from portal.client_page.steps import CONSENT, READS, Step, next_steps, waiting_for
from portal.client_page.timeline import coming, so_far
from portal.practice.middleware import acting
from portal.practice.models import User
from treatments.cases.models import Case
from treatments.followups.models import Alert
from treatments.screening.rules import age_on


@dataclass(frozen=True)
class Button:
    """A next step, ready to press."""

    word: str
    url: str
    primary: bool


def client_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Alerts, where they are in the series, next actions, and the timeline. Another clinic's client is a 404."""
    user = acting(request)
    if not user.has_perm("clients.view_client"):
        raise PermissionDenied
    client = Client.objects.filter(pk=pk).first()
    if client is None:
        raise Http404
    now = timezone.localtime(timezone.now())
    cares = user.has_perm(READS)
    history = read_history(client, cares=cares)
    facts = facts_of(history, now.date(), user.membership)
    verbs = verbs_for(history.messages, user.has_perm)
    lines = list(entries(history, now, verbs, expected_of(history, now) if cares else {}))
    steps = next_steps(facts, permissions_of(user))
    context = {
        "title": str(client),
        "client": client,
        "stop": stop_of(client.email),
        "cares": cares,
        "age": age_on(now.date(), client.date_of_birth),
        "goals": choices_display(Goal, client.goals),
        "red_flags": [flag_words(flag, now) for flag in history.waiting_flags],
        "cases": [(case, case_words(case, now)) for case in history.open_cases],
        "consents": consent_lines(history.consents),
        "may_ask": user.has_perm("treatments.add_consentrequest")
        and not facts.archived
        and CONSENT not in pages(steps),
        "photographs": strip_of(client, user),
        "last_chart": last_chart(history),
        "picture": picture_of(history, now.date()),
        "may_open_case": user.has_perm("treatments.add_case") and any(row.started_at for row in history.sessions),
        "buttons": buttons(steps),
        "waiting": waiting_for(facts),
        "coming": coming(lines),
        "so_far": so_far(lines),
        "may_edit": user.has_perm("clients.change_client"),
    }
    return TemplateResponse(request, "admin/client_page.html", admin.site.each_context(request) | context)


def permissions_of(user: User) -> frozenset[str]:
    """Which of the pages behind the buttons this person may open."""
    return frozenset(permission for permission in STEP_PERMISSIONS if user.has_perm(permission))


STEP_PERMISSIONS = (
    "treatments.acknowledge_alert",
    "treatments.complete_session",
    "treatments.decide_screening",
    "treatments.start_session",
    "treatments.add_consentrequest",
    "treatments.add_plan",
    "treatments.add_session",
    "treatments.send_confirmation",
    "treatments.send_screening",
    READS,
)


def pages(steps: Iterable[Step]) -> set[str]:
    """The pages that steps lead to."""
    return {step.page for step in steps}


def buttons(steps: Iterable[Step]) -> list[Button]:
    """Steps with their addresses."""
    return [
        Button(
            word=step.word,
            url=reverse(step.page, args=step.args) + (f"?{step.query}" if step.query else ""),
            primary=step.primary,
        )
        for step in steps
    ]


def case_words(case: Case, now: datetime) -> str:
    """An open reaction case in a sentence."""
    by = f"{timezone.localtime(case.call_by):%-d %b %Y, %H:%M}" if case.call_by else ""
    overdue = "Overdue, call" if case.overdue(now) else "Call"
    return f"Reaction: {case.get_kind_display().lower()}, grade {case.grade}. {overdue} by {by}."


def flag_words(flag: Alert, now: datetime) -> str:
    """An open red flag in a sentence."""
    by = f"{timezone.localtime(flag.act_by):%-d %b %Y, %H:%M}"
    if flag.act_by <= now:
        return f"Red flag: {flag.get_urgency_display()}. Overdue, act by {by}."
    return f"Red flag: {flag.get_urgency_display()}. Act by {by}."
