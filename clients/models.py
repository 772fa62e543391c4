"""Index of the client tables."""

from clients.links.models import ClientLink
from clients.messages.models import Allowance, Drain, Message, OfficeState, ProviderEvent, Suppression, Wording
from clients.records.models import Client

__all__ = [
    "Allowance",
    "Client",
    "ClientLink",
    "Drain",
    "Message",
    "OfficeState",
    "ProviderEvent",
    "Suppression",
    "Wording",
]
