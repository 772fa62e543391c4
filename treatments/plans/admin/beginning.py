"""From which protocol a plan begins, as the address of its form says it."""

from typing import Any

from django.http import Http404, HttpRequest

from clients.records.models import Client
from clients.records.terms import Goal
from treatments.plans.models import Protocol
from treatments.plans.services import protocol_for
from treatments.plans.terms import Indication

# What a client hopes for, and the protocol that is for it.
FOR_GOALS: dict[str, Indication] = {
    Goal.ACNE_SCARS: Indication.ACNE_SCARS,
    Goal.FINE_LINES: Indication.LINES,
    Goal.WRINKLES: Indication.LINES,
    Goal.ELASTICITY: Indication.LINES,
    Goal.FIRMNESS: Indication.LINES,
    Goal.TEXTURE: Indication.LINES,
    Goal.PORES: Indication.PORES,
    Goal.PIGMENTATION: Indication.PIGMENT,
    Goal.STRETCH_MARKS: Indication.STRETCH_MARKS,
}


def chosen_protocol(request: HttpRequest) -> Protocol | None:
    """The version in force of the protocol that ?protocol= names, "" for none. Raises Http404 for an odd one."""
    chosen = request.GET.get("protocol", "")
    if chosen and chosen not in Indication.values:
        raise Http404
    return protocol_for(chosen) if chosen else None


def begins(client: Client, now: Protocol | None) -> list[dict[str, Any]]:
    """The protocols a plan can begin from, those for the client's goals first."""
    fit = {FOR_GOALS[goal] for goal in client.goals if goal in FOR_GOALS}
    return [
        {
            "word": one.label,
            "url": f"?client={client.pk}&protocol={one.value}",
            "fits": one in fit,
            "here": now is not None and now.indication == one,
        }
        for one in sorted(Indication, key=lambda one: one not in fit)
    ]
