"""Index of the treatments' tasks."""

import treatments.followups.tasks
import treatments.photos.tasks
import treatments.sessions.tasks  # noqa: F401
