"""What a worker does for the people who sign in."""

from celery import shared_task
from django.utils import timezone

from portal.practice import services


@shared_task(name="portal.practice.send_password_resets")
def send_password_resets() -> None:
    """Answer whoever asked for a new password since the last time."""
    services.send_password_resets(at=timezone.now())
