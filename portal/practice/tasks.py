"""What a worker does for the people who sign in."""

from celery import shared_task
from django.utils import timezone

from portal.practice import services


@shared_task(name="portal.practice.send_password_resets")
def send_password_resets() -> None:
    """Answer whoever asked for a new password since the last time."""
    services.send_password_resets(at=timezone.now())


@shared_task(name="portal.practice.note_lock_outs")
def note_lock_outs() -> None:
    """Note whose door closed after wrong passwords."""
    services.note_lock_outs(at=timezone.now())


@shared_task(name="portal.practice.tidy_up")
def tidy_up() -> None:
    """Drop sessions and counts that have run out."""
    services.tidy_up(at=timezone.now())
