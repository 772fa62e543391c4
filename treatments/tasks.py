"""Index of the treatments' tasks."""

import treatments.followups.tasks  # noqa: F401
