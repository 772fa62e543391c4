"""What a worker does for photographs: nothing of a removed one stays on the disk."""

from celery import shared_task
from django.utils import timezone

from treatments.photos import services


@shared_task(name="treatments.photos.delete_removed_files")
def delete_removed_files() -> None:
    """Doing it twice does nothing more."""
    services.delete_removed_files(at=timezone.now())
