"""The steps by which the message log is narrowed."""

from django.db.models import Exists, OuterRef, Q

from clients.messages.models import MessageQuerySet
from treatments.care.models import CareVersion
from treatments.care.services import schedule_of, shipped_schedule
from treatments.followups.emails.facts import AGAIN
from treatments.followups.models import Followup


def steps() -> list[tuple[str, str]]:
    """The steps of the clinic's newest care schedule, else of the default: key and title."""
    newest = CareVersion.objects.published().first()
    schedule = schedule_of(newest) if newest else shipped_schedule()
    return [(step.key, step.title) for step in schedule.steps]


def of_step(messages: MessageQuerySet, step: str) -> MessageQuerySet:
    """Those that carry the step, also beside others, and those that sent it once more."""
    carried = Exists(Followup.objects.filter(message=OuterRef("pk"), step=step))
    return messages.filter(Q(carried) | Q(key__contains=f":{step}{AGAIN}"))
