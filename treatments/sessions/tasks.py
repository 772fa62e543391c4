"""What a worker does for signed records."""

from celery import shared_task

from treatments.sessions.services.signing import check_all_records


@shared_task(name="treatments.sessions.check_records")
def check_records() -> None:
    """Look once a day whether every signed record reads as it was signed; a changed one is an error in the log."""
    check_all_records()
