"""The dates of one client, if a session ended now. It changes nothing."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.apps import apps

from clients.records.models import Client
from treatments.care.schedule import About, CareSchedule, CareStep, Slot, due_times, fits
from treatments.followups.emails.facts import history_of


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
