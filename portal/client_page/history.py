"""Every row about one client, read once, and what follows from them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from clients.messages.admin.seeing import untelling
from clients.messages.forecast import AHEAD, Forecast, forecast
from clients.messages.kinds import Verb, asked_at_once
from clients.messages.models import Message
from clients.messages.terms import State as MessageState
from clients.records.models import Client
from portal.client_page import timeline
from portal.client_page.picture import Booked, Done, Picture, draw
from portal.client_page.timeline import Entry
from treatments.cases.models import Case
from treatments.confirmations.models import Confirmation
from treatments.consents.models import Consent
from treatments.followups.models import Alert, Reply
from treatments.plans.models import Plan
from treatments.plans.terms import State as PlanState
from treatments.screening.models import Decision, Query, Screening
from treatments.sessions.models import Session
from treatments.sessions.terms import State as SessionState

MOST = 200  # rows of each kind; far more than a course of treatment makes


@dataclass(frozen=True)
class History:
    """One client's rows, the latest first. Without `cares` nothing is in it that tells of their health."""

    client: Client
    cares: bool
    screenings: list[Screening]
    plans: list[Plan]
    sessions: list[Session]
    messages: list[Message]
    replies: list[Reply]
    red_flags: list[Alert]
    cases: list[Case]
    decisions: list[Decision]
    queries: list[Query]
    consents: list[Consent]
    confirmations: list[Confirmation]

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

    @property
    def open_cases(self) -> list[Case]:
        """Reactions that are not over, the nearest call first."""
        return sorted((case for case in self.cases if case.is_open), key=lambda case: (case.call_by, case.pk))

    def sessions_in(self, *states: SessionState) -> list[Session]:
        """Sessions in these states, the earliest first."""
        return sorted((row for row in self.sessions if row.state in states), key=lambda row: row.scheduled_for)


def read_history(client: Client, *, cares: bool) -> History:
    """The client's rows; the number of queries does not depend on how many there are."""
    mine: dict[str, Any] = {"client": client}
    messages = Message.objects.filter(**mine).exclude(state=MessageState.CANCELLED)  # what was withdrawn is no event
    plans = Plan.objects.filter(**mine).select_related("client", "practitioner__user")
    sessions = Session.objects.filter(**mine)
    return History(
        client=client,
        cares=cares,
        screenings=some(Screening.objects.filter(**mine)),
        plans=some(plans.prefetch_related("zones")),
        sessions=some(sessions.select_related("clinic", "client", "plan", "practitioner__user", "as_amended")),
        messages=some(
            (messages if cares else untelling(messages)).select_related("client__clinic", "clinic", "member__user")
        ),
        **(records_of_care(client) if cares else {key: [] for key in CARE}),
    )


CARE = ("replies", "red_flags", "cases", "decisions", "queries", "consents", "confirmations")


def records_of_care(client: Client) -> dict[str, list[Any]]:
    """What only those who treat may know of."""
    mine: dict[str, Any] = {"client": client}
    of_screenings: dict[str, Any] = {"screening__client": client}
    return {
        "replies": some(Reply.objects.filter(followup__client=client).select_related("followup__session")),
        "red_flags": some(Alert.objects.filter(**mine).select_related("acknowledged_by")),
        "cases": some(Case.objects.filter(**mine).select_related("opened_by", "closed_by")),
        "decisions": some(Decision.objects.filter(**of_screenings)),
        "queries": some(Query.objects.filter(**of_screenings).order_by("-asked_at", "-id")),
        "consents": some(Consent.objects.filter(**mine).select_related("request")),
        "confirmations": some(Confirmation.objects.filter(**mine).standing().select_related("session")),
    }


def some(rows: QuerySet[Any]) -> list[Any]:
    """The first rows, in the table's own order."""
    return list(rows[:MOST])


def expected_of(history: History, now: datetime) -> dict[int, Forecast]:
    """What becomes of the messages of the next weeks, by id, as things stand; of kinds that are asked all at once."""
    near = [row for row in history.messages if row.state == MessageState.SCHEDULED and row.due_at < now + AHEAD]
    waiting = [row for row in near if asked_at_once(row)]
    return {one.message.pk: one for one in forecast(waiting, at=now)}


def entries(
    history: History, now: datetime, verbs: Mapping[int, Sequence[Verb]], expected: Mapping[int, Forecast]
) -> Iterator[Entry]:
    """The timeline's lines; forms and plans only for those who may open them. `verbs` are the messages' own."""
    if history.cares:
        yield from care_entries(history, now)
    yield from (timeline.of_session(session, now) for session in history.sessions)
    for message in history.messages:
        yield timeline.of_message(message, verbs.get(message.pk, ()), expected.get(message.pk))
    yield from map(timeline.of_reply, history.replies)
    for flag in history.red_flags:
        yield from timeline.of_red_flag(flag)
    for case in history.cases:
        yield from timeline.of_case(case)


def care_entries(history: History, now: datetime) -> Iterator[Entry]:
    """Forms, decisions, consents, confirmations and plans."""
    decided = timeline.first_to_last(history.decisions)
    for screening in history.screenings:
        yield from timeline.of_screening(screening, decided.get(screening.pk, []))
    for query in history.queries:
        yield from timeline.of_query(query)
    for consent in history.consents:
        yield from timeline.of_consent(consent, history.consents)
    yield from timeline.of_requests(history.consents)
    for confirmation in history.confirmations:
        yield timeline.of_confirmation(confirmation, history.messages, now)
    yield from map(timeline.of_plan, history.plans)


def picture_of(history: History, on: date) -> Picture | None:
    """The running or latest plan's series as a drawing; None before there is a plan or a session."""
    done = [(row, local_day(row.takes_place_at)) for row in history.sessions_in(SessionState.COMPLETED)]
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
