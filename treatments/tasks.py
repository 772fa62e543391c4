"""Index of the treatments' tasks."""

import treatments.followups.tasks
import treatments.photos.tasks  # noqa: F401
