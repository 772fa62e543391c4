"""Index of the clients' admin pages."""

import clients.messages.admin
import clients.messages.admin.stops
import clients.records.admin  # noqa: F401
