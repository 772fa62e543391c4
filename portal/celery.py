"""The Celery application: the database is the record, the broker only wakes workers."""

import gc
import os
from typing import Any

from celery import Celery
from celery.beat import PersistentScheduler
from celery.signals import worker_process_init, worker_ready

from portal.settings.start import settings_or_stop

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
settings_or_stop()

NEW_OBJECTS = 50_000  # those of a group of emails and more: after so many Python looks for what can go

app = Celery("collagenda")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
@worker_ready.connect
def keep_what_never_goes(**_told: Any) -> None:
    """Let Python not look again and again through all that was loaded at the start, nor through a group in the making.

    Together they took a seventh of a sending.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)


class SteadyBeat(PersistentScheduler):
    """A beat that goes on when the machine's clock steps back; Celery's own waits until the old hour comes again."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """As Celery does it, after what lies in the future has been taken for now."""
        now = self.app.now()
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at and entry.last_run_at > now]
        for entry in ahead:
            entry.last_run_at = now
        if ahead:
            self._heap = None  # it is ordered by the old clock
        return float(super().tick(*args, **kwargs))
