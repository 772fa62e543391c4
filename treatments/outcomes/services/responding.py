"""How many of the emails in the results window were answered."""

from typing import NamedTuple

from django.db.models import Count, Max

from treatments.followups.models import Change, Followup
from treatments.outcomes.rules import Estimate, share
from treatments.outcomes.services.counting import Time
from treatments.outcomes.terms import WINDOW


class Response(NamedTuple):
    """One step of the results window: how many emails left in a time, and how many of them were answered so far."""

    title: str
    sent: int
    answered: int
    share: Estimate | None  # None of too few


def responses(time: Time) -> list[Response]:
    """Of the emails of week 4 and week 6 that left in that time, or of the one step; empty when none did."""
    since, until, steps = time.since, time.until, [time.step] if time.step else WINDOW
    asked = Followup.objects.asked_between(since, until).filter(step__in=steps).order_by()
    heard = Change.objects.to_what_was_sent(since, until).filter(step__in=steps).order_by()
    sent = {step: rest for step, *rest in asked.values_list("step").annotate(Max("title"), Count("pk"))}
    answers = dict(heard.values_list("step").annotate(answers=Count("*")))
    return [
        Response(words or str(step.label), left, answers.get(step, 0), share(answers.get(step, 0), left))
        for step in WINDOW
        if step in sent
        for words, left in [sent[step]]
    ]
