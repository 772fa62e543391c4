"""What must be known of a batch of follow-up messages before they leave: a few queries for all of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Exists, OuterRef

from clients.messages.models import Message
from clients.messages.schedule import SendingHours
from clients.records.models import Client
from treatments.care.guidance import default_words
from treatments.care.schedule import About, CareStep
from treatments.care.services import schedule_of, shipped_schedule
from treatments.cases.models import Case
from treatments.consents.services import why_no_emails
from treatments.consents.terms import ConsentPurpose
from treatments.followups.emails.carried import Carried, carried_by, step_in
from treatments.followups.emails.off import off_tokens
from treatments.followups.models import Alert, Followup, Reply
from treatments.followups.schedule import Room, room
from treatments.screening.models import Screening

YEAR = timedelta(days=366)
NEXT_SESSION = "{next_session}"
AGAIN = ":again-"  # in the key of a message that a person sent once more, after the key of the first one


class Booking(NamedTuple):
    """A session that is booked: when, and with whom."""

    pk: int
    scheduled_for: datetime
    practitioner: str


class Series(NamedTuple):
    """A plan whose sessions may be booked and done: how many there are, and how far apart."""

    sessions_planned: int
    interval_days: int


@dataclass
class Letter:
    """One message: whose it is, which steps it carries, and what decides whether it is still right."""

    client: Client
    followups: Sequence[Any]  # each Carried; of a reminder the Followup itself
    refused: str = ""  # why emails of this purpose must not leave
    replaced: frozenset[int] = frozenset()  # ids of followups, also of others, that a newer session replaces
    red_flag_open: bool = False
    case_open: bool = False  # of a reaction
    off_token: str = ""  # of the link in the client's earlier emails that turns them off
    about: Mapping[int, About] = field(default_factory=dict)  # by followup, of those that only some clients get
    # If it speaks of the next session: that of the leading step's plan, and the plan while it runs.
    next_booked: Booking | None = None
    series: Series | None = None
    shared: dict[Any, Any] = field(default_factory=dict)  # what was put together for all messages read with it


def step_of(followup: Followup) -> CareStep:
    """The step as its course of follow-ups has it; one from before there were courses, as the default has it."""
    schedule = schedule_of(followup.enrolment.version) if followup.enrolment else shipped_schedule()
    return step_in(schedule, followup.step, followup.title, followup.asks, followup.about_results)


def room_of(followup: Followup) -> Room | None:
    """Between which moments a person may have it leave; None once its session has no end any more."""
    ended_at = followup.enrolment.anchored_at if followup.enrolment else followup.session.ended_at
    return room(step_of(followup), ended_at, SendingHours.of(followup.client)) if ended_at else None


def gather(messages: Sequence[Message], at: datetime) -> None:
    """Read it for these messages of one clinic, with their clients, and put it into each as `gathered`, a Letter."""
    carriers = {message.pk: message.pk for message in messages} | first_ones(messages)
    rows = carried_by(carriers.values())
    followups: dict[int, list[Carried]] = defaultdict(list)
    for row in rows:
        followups[row.message_id].append(row)
    clients = {message.client_id: message.client for message in messages}
    for client in clients.values():
        client.clinic = messages[0].clinic
    refused = why_no_emails(clients=clients, purpose=ConsentPurpose.FOLLOW_UP_EMAILS)
    flagged = {row.client_id for row in rows if row.flagged}
    in_case = {row.client_id for row in rows if row.case_open}
    if others := [message.client_id for message in messages if carriers[message.pk] not in followups]:
        flagged.update(Alert.objects.waiting().filter(client__among=others).values_list("client_id", flat=True))
        in_case.update(Case.objects.open().filter(client__among=others).values_list("client_id", flat=True))
    off = off_tokens(clients, at)
    replaced, about, shared = _replaced(rows), _about(rows, clients), dict[Any, Any]()
    steps = {id(row.care): row.care for row in rows}
    speaking = {key for key, step in steps.items() if _speaks_of_next(step)}
    plans = {row.plan_id for row in rows if id(row.care) in speaking}
    booked, series = (_booked(plans, at), _series(plans)) if plans else ({}, {})
    for message in messages:
        # The step nearest to its session leads, as the message is named.
        own = sorted(followups[carriers[message.pk]], key=_after)
        message.gathered = Letter(
            client=clients[message.client_id],
            followups=own,
            refused=refused.get(message.client_id, ""),
            replaced=replaced,
            red_flag_open=message.client_id in flagged,
            case_open=message.client_id in in_case,
            off_token=off.get(message.client_id, ""),
            about=about,
            next_booked=booked.get(own[0].plan_id) if own else None,
            series=series.get(own[0].plan_id) if own else None,
            shared=shared,
        )


def _after(row: Carried) -> int:
    return row.care.after_hours


def first_ones(messages: Iterable[Message]) -> dict[int, int]:
    """Of messages that are sent once more: the first one, which carries the steps."""
    keys = {message.pk: message.key.split(AGAIN)[0] for message in messages if AGAIN in message.key}
    if not keys:
        return {}
    known = dict(Message.objects.filter(key__in=set(keys.values())).values_list("key", "pk"))
    return {pk: known[key] for pk, key in keys.items() if key in known}


def _replaced(rows: Iterable[Carried]) -> frozenset[int]:
    """Steps about results whose session is not the client's newest any more."""
    results = [row.pk for row in rows if row.about_results]
    if not results:
        return frozenset()
    done = apps.get_model("treatments", "Session").objects.completed()
    newer = done.filter(client=OuterRef("client"), ended_at__gt=OuterRef("session__ended_at"))
    return frozenset(Followup.objects.filter(pk__among=results).filter(Exists(newer)).values_list("pk", flat=True))


def _about(rows: Iterable[Carried], clients: Mapping[int, Client]) -> dict[int, About]:
    """What decides who gets a step, for those steps that not everybody gets."""
    rows = [row for row in rows if row.care.conditional]
    if not rows:
        return {}
    history = history_of({row.client_id for row in rows})
    sessions = {row.session_id for row in rows}
    of_plans = apps.get_model("treatments", "Session").objects.filter(pk__in=sessions)
    goals = dict(of_plans.values_list("pk", "plan__goals"))
    depths: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for zone in apps.get_model("treatments", "SessionZone").objects.filter(session__in=sessions):
        depths[zone.session_id][zone.zone] = zone.depth_mm
    not_clear: dict[int, set[str]] = defaultdict(set)
    replies = Reply.objects.not_clear().filter(followup__session__in=sessions)
    for session, step in replies.values_list("followup__session_id", "followup__step"):
        not_clear[session].add(step)
    return {
        row.pk: About(
            skin_type=clients[row.client_id].skin_type,
            history=history.get(row.client_id, frozenset()),
            indications=frozenset(goals[row.session_id]),
            depths=depths[row.session_id],
            not_clear=frozenset(not_clear[row.session_id]),
        )
        for row in rows
    }


def history_of(clients: Iterable[int]) -> dict[int, frozenset[str]]:
    """What each client's newest answered screening says: the keys of what they have."""
    found: dict[int, frozenset[str]] = {}
    for screening in Screening.objects.filter(client__in=clients).answered().only("client_id", "answers"):
        found.setdefault(screening.client_id, _has(screening.answers or {}))
    return found


def _has(answers: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(key for key, answer in answers.items() if answer not in (None, "", "no", "none"))


def _booked(plans: set[int], at: datetime) -> dict[int, Booking]:
    """The next booked session of each plan."""
    sessions = apps.get_model("treatments", "Session").objects.booked_between(at, at + YEAR)
    booked = sessions.filter(plan__among=plans).order_by("-scheduled_for")
    wanted = ("plan_id", "pk", "scheduled_for", "practitioner__user__full_name")
    # The earliest of each plan comes last, and stays.
    return {plan: Booking(*booking) for plan, *booking in booked.values_list(*wanted)}


def _series(plans: set[int]) -> dict[int, Series]:
    """Those of the plans that run."""
    running = apps.get_model("treatments", "Plan").objects.running().filter(pk__among=plans)
    return {plan: Series(*of_it) for plan, *of_it in running.values_list("pk", *Series._fields)}


def _speaks_of_next(step: CareStep) -> bool:
    return any(NEXT_SESSION in words.body for words in (step.words or default_words(step.key)).values())
