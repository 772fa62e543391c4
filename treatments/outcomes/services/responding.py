"""How many of the emails in the results window were answered."""

from typing import NamedTuple

from django.db.models import Count, Exists, Max, OuterRef, Q

from treatments.followups.models import Followup, Reply
from treatments.followups.terms import Step
from treatments.outcomes.rules import Estimate, share
from treatments.outcomes.services.counting import Time

WINDOW = (Step.WEEK_4, Step.WEEK_6)


class Response(NamedTuple):
    """One step of the results window: how many emails left in a time, and how many of them were answered so far."""

    title: str
    sent: int
    answered: int
    share: Estimate | None  # None of too few


def responses(time: Time) -> list[Response]:
    """Of the emails of week 4 and week 6 that left in that time; empty when none did."""
    first = Reply.objects.counted().filter(followup=OuterRef("pk"))
    asked = Followup.objects.asked_between(*time).filter(step__in=WINDOW).annotate(heard=Exists(first))
    figures = {"words": Max("title"), "sent": Count("pk"), "answers": Count("pk", filter=Q(heard=True))}
    counted = {step: rest for step, *rest in asked.order_by().values_list("step").annotate(**figures)}
    return [
        Response(words or str(step.label), sent, answers, share(answers, sent))
        for step in WINDOW
        if step in counted
        for words, sent, answers in [counted[step]]
    ]
