"""Index of the client tables."""

from clients.links.models import ClientLink
from clients.messages.models import Message
from clients.records.models import Client

__all__ = ["Client", "ClientLink", "Message"]
