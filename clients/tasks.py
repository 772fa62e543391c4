"""Index of the clients' tasks."""

import clients.messages.tasks  # noqa: F401
