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
from treatments.care.models import CareVersion
from treatments.care.schedule import About, CareStep
from treatments.care.services import schedule_of, shipped_schedule
from treatments.consents.services import why_no_emails
from treatments.consents.terms import ConsentPurpose
from treatments.followups.models import Alert, Followup, Reply
from treatments.followups.schedule import Room, room
from treatments.screening.models import Screening

YEAR = timedelta(days=366)
# What no email speaks of is not read for each of them.
OF_SESSIONS = ("started_at", "started_by", "completed_by", "device", "cartridge_lot", "notes", "cancel_reason")
OF_PLANS = ("device_kind", "topical_anaesthetic", "notes", "stop_reason", "created_at")
NOT_SAID = (*(f"session__{name}" for name in OF_SESSIONS), *(f"session__plan__{name}" for name in OF_PLANS))
AGAIN = ":again-"  # in the key of a message that a person sent once more, after the key of the first one


class Booking(NamedTuple):
    """A session that is booked: when, and with whom."""

    pk: int
    scheduled_for: datetime
    practitioner: str


@dataclass
class Letter:
    """One message: whose it is, which steps it carries, and what decides whether it is still right."""

    client: Client
    followups: list[Followup]
    refused: str = ""  # why emails of this purpose must not leave
    replaced: frozenset[int] = frozenset()  # ids of its followups that a newer session replaces
    answered: frozenset[int] = frozenset()
    red_flag_open: bool = False
    about: Mapping[int, About] = field(default_factory=dict)  # by followup, of those that only some clients get
    next_booked: Booking | None = None  # the next session of the leading step's plan


def step_of(followup: Followup) -> CareStep:
    """The step as its course of follow-ups has it; one from before there were courses, as the default has it."""
    schedule = schedule_of(followup.enrolment.version) if followup.enrolment else shipped_schedule()
    step = schedule.step(followup.step)
    return step or CareStep(followup.step, followup.title, 1, 1, followup.asks, about_results=followup.about_results)


def hours_of(followup: Followup) -> SendingHours:
    """The clinic's sending hours, local to the client."""
    clinic = followup.clinic
    return SendingHours(followup.client.zone, clinic.sends_from, clinic.sends_until)


def room_of(followup: Followup) -> Room | None:
    """Between which moments a person may have it leave; None once its session has no end any more."""
    ended_at = followup.enrolment.anchored_at if followup.enrolment else followup.session.ended_at
    return room(step_of(followup), ended_at, hours_of(followup)) if ended_at else None


def gather(messages: Sequence[Message], at: datetime) -> None:
    """Read it for these messages of one clinic, with their clients, and put it into each as `gathered`, a Letter."""
    followups: dict[int, list[Followup]] = defaultdict(list)
    carriers = {message.pk: message.pk for message in messages} | first_ones(messages)
    steps = Followup.objects.filter(message__in=carriers.values()).standing().order_by("due_at", "pk")
    rows = list(steps.select_related("enrolment", "session__plan").defer(*NOT_SAID))
    for row in rows:
        followups[row.message_id].append(row)
    _share(rows)
    for some in followups.values():  # the step nearest to its session leads, as the message is named
        some.sort(key=lambda row: step_of(row).after_hours)
    clients = {message.client_id: message.client for message in messages}
    for client in clients.values():
        client.clinic = messages[0].clinic
    refused = why_no_emails(clients=clients, purpose=ConsentPurpose.FOLLOW_UP_EMAILS)
    replaced, answered = _replaced(rows), _answered(rows)
    flagged = set(Alert.objects.waiting().filter(client__in=clients).values_list("client_id", flat=True))
    about, booked = _about(rows, clients), _booked(rows, at)
    for message in messages:
        own = followups.get(carriers[message.pk], [])
        message.gathered = Letter(
            client=clients[message.client_id],
            followups=own,
            refused=refused.get(message.client_id, ""),
            replaced=frozenset(row.pk for row in own if row.pk in replaced),
            answered=frozenset(row.pk for row in own if row.pk in answered),
            red_flag_open=message.client_id in flagged,
            about={row.pk: about[row.pk] for row in own if row.pk in about},
            next_booked=booked.get(own[0].session.plan_id) if own else None,
        )


def _share(rows: Sequence[Followup]) -> None:
    """Give the sessions their practitioners and the courses their versions: of each there is one, for all of them."""
    sessions, enrolments = [row.session for row in rows], [row.enrolment for row in rows if row.enrolment]
    team = apps.get_model("portal", "Membership").objects.select_related("user")
    practitioners = team.in_bulk({session.practitioner_id for session in sessions})
    # A version's words are long, and what it says is read once: schedule_of() fetches it then.
    versions = CareVersion.objects.defer("content").in_bulk({enrolment.version_id for enrolment in enrolments})
    for session in sessions:
        session.practitioner = practitioners[session.practitioner_id]
    for enrolment in enrolments:
        enrolment.version = versions[enrolment.version_id]


def first_ones(messages: Iterable[Message]) -> dict[int, int]:
    """Of messages that are sent once more: the first one, which carries the steps."""
    keys = {message.pk: message.key.split(AGAIN)[0] for message in messages if AGAIN in message.key}
    if not keys:
        return {}
    known = dict(Message.objects.filter(key__in=set(keys.values())).values_list("key", "pk"))
    return {pk: known[key] for pk, key in keys.items() if key in known}


def _replaced(rows: Iterable[Followup]) -> set[int]:
    """Steps about results whose session is not the client's newest any more."""
    done = apps.get_model("treatments", "Session").objects.completed()
    newer = done.filter(client=OuterRef("client"), ended_at__gt=OuterRef("session__ended_at"))
    results = [row.pk for row in rows if row.about_results]
    return set(Followup.objects.filter(pk__in=results).filter(Exists(newer)).values_list("pk", flat=True))


def _answered(rows: Iterable[Followup]) -> set[int]:
    return set(Reply.objects.filter(followup__in=[row.pk for row in rows]).values_list("followup_id", flat=True))


def _about(rows: Sequence[Followup], clients: Mapping[int, Client]) -> dict[int, About]:
    """What decides who gets a step, for those steps that not everybody gets."""
    rows = [row for row in rows if step_of(row).conditional]
    if not rows:
        return {}
    history = history_of({row.client_id for row in rows})
    depths: dict[int, dict[str, Decimal]] = defaultdict(dict)
    sessions = {row.session_id for row in rows}
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
            indications=frozenset(row.session.plan.goals),
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


def _booked(rows: Iterable[Followup], at: datetime) -> dict[int, Booking]:
    """The next booked session of each plan."""
    sessions = apps.get_model("treatments", "Session").objects.booked_between(at, at + YEAR)
    plans = {row.session.plan_id for row in rows}
    booked = sessions.filter(plan__in=plans).order_by("-scheduled_for")
    wanted = ("plan_id", "pk", "scheduled_for", "practitioner__user__full_name")
    # The earliest of each plan comes last, and stays.
    return {plan: Booking(*booking) for plan, *booking in booked.values_list(*wanted)}
