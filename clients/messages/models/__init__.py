"""The tables of the post office."""

from clients.messages.models.events import ProviderEvent
from clients.messages.models.messages import Message, MessageQuerySet
from clients.messages.models.office import Allowance, Drain, OfficeState
from clients.messages.models.suppressions import Suppression
from clients.messages.models.wordings import Wording

__all__ = ["Allowance", "Drain", "Message", "MessageQuerySet", "OfficeState", "ProviderEvent", "Suppression", "Wording"]
