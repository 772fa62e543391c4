"""The dates of one client, if a session ended now. It changes nothing."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.apps import apps

from clients.records.models import Client
from treatments.care.emails import day_of, next_session_words
from treatments.care.schedule import About, CareSchedule, CareStep, Slot, due_times, fits
from treatments.followups.emails.facts import YEAR, history_of
from treatments.followups.emails.letters import next_due


@dataclass(frozen=True)
class StepDate:
    """One step: when it would leave, and whether this client gets it, as far as it is known today."""

    step: CareStep
    slot: Slot
    gets: str


def dates_for(*, client: Client, schedule: CareSchedule, at: datetime) -> list[StepDate]:
    """Every step of the schedule after a session of this client that ended now, as their newest plan has it."""
    hours = client.clinic.sends_from, client.clinic.sends_until
    slots = due_times(schedule, at, client.zone, *hours)
    about = _about(client)
    return [StepDate(step, slots[step.key], _gets(step, about)) for step in schedule.steps]


def last_session_words(*, client: Client, language: str, at: datetime) -> dict[str, str]:
    """What an email after this client's last session says of it, by field; {} before there is one."""
    sessions = apps.get_model("treatments", "Session").objects
    last = sessions.completed().filter(client=client).select_related("plan", "practitioner__user")
    session = last.order_by("ended_at", "pk").last()
    if session is None or session.ended_at is None:
        return {}
    booked = sessions.booked_between(at, at + YEAR).filter(plan=session.plan_id).order_by("scheduled_for").first()
    return {
        "practitioner": session.practitioner.user.full_name,
        "treated_on": day_of(session.ended_at, language),
        "next_session": next_session_words(booked.scheduled_for if booked else None, next_due(session, at), language),
    }


def _about(client: Client) -> About:
    plan = apps.get_model("treatments", "Plan").objects.filter(client=client).order_by("pk").last()
    zones = plan.zones.all() if plan else ()
    return About(
        skin_type=client.skin_type,
        history=history_of([client.pk]).get(client.pk, frozenset()),
        indications=frozenset(plan.goals if plan else client.goals),
        depths={zone.zone: zone.depth_mm for zone in zones},
    )


def _gets(step: CareStep, about: About) -> str:
    if fits(step.who, about):
        return "Yes"
    answers = {value for one in (*step.who.any, *step.who.every) if one.fact == "not_clear" for value in one.values}
    after_all = replace(about, not_clear=frozenset(answers))
    return "Only after an answer that is not clear" if fits(step.who, after_all) else "No"
