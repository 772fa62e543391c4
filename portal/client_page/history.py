"""Every row about one client, read once, and what follows from them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from clients.messages.admin import untelling
from clients.messages.models import Message
from clients.messages.terms import State as MessageState
from clients.records.models import Client
from portal.client_page import timeline
from portal.client_page.picture import Booked, Done, Picture, draw
from portal.client_page.steps import Facts
from portal.client_page.timeline import Entry
from treatments.consents.services import consent_in_force
from treatments.consents.terms import ConsentPurpose
from treatments.followups.models import Alert, Reply
from treatments.plans.models import Plan
from treatments.plans.terms import State as PlanState
from treatments.products.terms import LEAST_MM, DeviceKind
from treatments.screening.models import Screening
from treatments.screening.services import why_not_screened
from treatments.screening.terms import State as ScreeningState
from treatments.sessions.models import Session
from treatments.sessions.terms import State as SessionState

MOST = 200  # rows of each kind; far more than a course of treatment makes


@dataclass(frozen=True)
class History:
    """One client's rows, the latest first. Without `cares` there are no replies and no red flags in it."""

    client: Client
    cares: bool
    screenings: list[Screening]
    plans: list[Plan]
    sessions: list[Session]
    messages: list[Message]
    replies: list[Reply]
    red_flags: list[Alert]

    @property
    def plan(self) -> Plan | None:
        """The plan that runs, else the latest."""
        running = [plan for plan in self.plans if plan.state in {PlanState.DRAFTED, PlanState.ACTIVE}]
        return next(iter(running or self.plans), None)

    @property
    def runs(self) -> bool:
        """Whether that plan is still running."""
        return self.plan is not None and self.plan.state in {PlanState.DRAFTED, PlanState.ACTIVE}

    @property
    def waiting_flags(self) -> list[Alert]:
        """Red flags that nobody has acted on, the nearest clock first."""
        return sorted((flag for flag in self.red_flags if flag.acknowledged_at is None), key=lambda flag: flag.act_by)

    def sessions_in(self, *states: SessionState) -> list[Session]:
        """Sessions in these states, the earliest first."""
        return sorted((row for row in self.sessions if row.state in states), key=lambda row: row.scheduled_for)


def read_history(client: Client, *, cares: bool) -> History:
    """The client's rows; the number of queries does not depend on how many there are."""
    mine: dict[str, Any] = {"client": client}
    messages = Message.objects.filter(**mine).exclude(state=MessageState.CANCELLED)  # what was withdrawn is no event
    return History(
        client=client,
        cares=cares,
        screenings=some(Screening.objects.filter(**mine)),
        plans=some(Plan.objects.filter(**mine).prefetch_related("zones")),
        sessions=some(Session.objects.filter(**mine)),
        messages=some(messages if cares else untelling(messages)),
        replies=some(Reply.objects.filter(followup__client=client).select_related("followup__session"))
        if cares
        else [],
        red_flags=some(Alert.objects.filter(**mine).select_related("acknowledged_by")) if cares else [],
    )


def some(rows: QuerySet[Any]) -> list[Any]:
    """The first rows, in the table's own order."""
    return list(rows[:MOST])


def entries(history: History, now: datetime) -> Iterator[Entry]:
    """The timeline's lines; forms and plans only for those who may open them."""
    if history.cares:
        yield from map(timeline.of_screening, history.screenings)
        yield from map(timeline.of_plan, history.plans)
    yield from (timeline.of_session(session, now) for session in history.sessions)
    yield from map(timeline.of_message, history.messages)
    yield from map(timeline.of_reply, history.replies)
    for flag in history.red_flags:
        yield from timeline.of_red_flag(flag)


def facts_of(history: History, on: date) -> Facts:
    """How the client stands on one day, for next_steps()."""
    newest = max((row for row in history.screenings if row.submitted_at), key=submitted, default=None)
    sent = next((row.pk for row in history.screenings if row.state == ScreeningState.SENT), None)
    to_decide = Screening.objects.filter(client=history.client).to_review().order_by("-submitted_at", "-id").first()
    why_not = why_not_screened_for(history, newest, on)
    booked = next(iter(history.sessions_in(SessionState.BOOKED)), None)
    started = next(iter(history.sessions_in(SessionState.IN_PROGRESS)), None)
    plan = history.plan if history.runs else None
    taken = [row for row in history.sessions if plan and row.plan_id == plan.pk and row.state != SessionState.CANCELLED]
    return Facts(
        client=history.client.pk,
        name=history.client.called,
        archived=history.client.archived_at is not None,
        has_email=bool(history.client.email),
        red_flag=next((flag.pk for flag in history.waiting_flags), None),
        in_progress=started.pk if started else None,
        to_review=to_decide.pk if to_decide else None,
        booked=booked.pk if booked else None,
        booked_today=booked is not None and local_day(booked.scheduled_for) <= on,
        awaiting_client=sent,
        asked=bool(history.screenings),
        screened=not why_not,
        turned_down=newest is not None and newest.state in TURNED_DOWN and not to_decide,
        why_not=why_not if history.cares and not to_decide else "",
        consented=consent_in_force(client=history.client, purpose=ConsentPurpose.TREATMENT) is not None,
        plan=plan.pk if plan else None,
        sessions_left=max(plan.sessions_planned - len(taken), 0) if plan else 0,
    )


TURNED_DOWN = {ScreeningState.DEFERRED, ScreeningState.REFUSED}


def submitted(screening: Screening) -> tuple[Any, int]:
    """The order in which answers came in."""
    return (screening.submitted_at, screening.pk)


def why_not_screened_for(history: History, newest: Screening | None, on: date) -> str:
    """Why the client's screening does not hold on that day for their plan, or without one for what it asked about."""
    plan = history.plan if history.runs else None
    planned = plan or newest
    areas = [zone.zone for zone in plan.zones.all()] if plan else newest.areas if newest else []
    return why_not_screened(
        client=history.client,
        areas=areas,
        device_kind=planned.device_kind if planned else DeviceKind.MECHANICAL,
        topical_anaesthetic=planned.topical_anaesthetic if planned else False,
        max_depth_mm=max((zone.depth_mm for zone in plan.zones.all()), default=LEAST_MM) if plan else LEAST_MM,
        on=on,
    )


def picture_of(history: History, on: date) -> Picture | None:
    """The running or latest plan's series as a drawing; None before there is a plan or a session."""
    done = [(row, local_day(row.ended_at)) for row in history.sessions_in(SessionState.COMPLETED) if row.ended_at]
    plan = history.plan
    if plan is None:
        return None
    waiting = history.sessions_in(SessionState.BOOKED, SessionState.IN_PROGRESS)
    return draw(
        done=[Done(row.number, day) for row, day in done if row.plan_id == plan.pk],
        booked=[Booked(row.number, local_day(row.scheduled_for)) for row in waiting if row.plan_id == plan.pk],
        planned=plan.sessions_planned if history.runs else 0,
        interval_days=plan.interval_days,
        last_done=max((day for _, day in done), default=None),
        on=on,
    )


def local_day(moment: datetime) -> date:
    """The day of a moment in the clinic's zone, which the request has opened."""
    return timezone.localtime(moment).date()
