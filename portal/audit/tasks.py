"""What a worker does for the audit trail."""

from celery import shared_task
from django.utils import timezone

from portal.audit import services


@shared_task(name="portal.audit.check_chains")
def check_chains() -> None:
    """Look once a day whether every clinic's trail is whole."""
    services.check_chains(at=timezone.now())
