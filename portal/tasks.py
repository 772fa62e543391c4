"""Index of the portal's tasks."""

from portal.audit.tasks import check_chains
from portal.practice.tasks import note_lock_outs, send_password_resets, tidy_up

__all__ = ["check_chains", "note_lock_outs", "send_password_resets", "tidy_up"]
