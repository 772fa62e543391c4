"""Index of the clients' admin pages."""

import clients.messages.admin
import clients.records.admin  # noqa: F401
