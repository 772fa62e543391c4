"""What a worker does: remind the silent, pass on what nobody acted on, follow sending hours that changed."""

from celery import shared_task
from django.utils import timezone

from treatments.cases.services import escalate_cases
from treatments.followups import services


@shared_task(name="treatments.followups.look_after_replies")
def look_after_replies() -> None:
    """Doing it twice, or twice at once, does nothing more."""
    services.escalate_alerts(at=timezone.now())
    escalate_cases(at=timezone.now())
    services.schedule_reminders(at=timezone.now())


@shared_task(name="treatments.followups.lay_out_anew")
def lay_out_anew() -> None:
    """Likewise."""
    services.lay_out_anew(at=timezone.now())


@shared_task(name="treatments.followups.find_enrolled")
def find_enrolled() -> None:
    """Likewise."""
    services.find_enrolled()
