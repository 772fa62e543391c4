"""One step of one message on its way: the state it is expected in, the state it gets, and the event that says so."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from clients.messages.models import Message
from clients.messages.models.messages import FREE
from clients.messages.terms import State
from portal.audit.services import record

if TYPE_CHECKING:
    from portal.practice.models import User


@transaction.atomic
def move(
    message: Message,
    *,
    to: State,
    event: str,
    at: datetime,
    by: "User | None" = None,
    expected: dict[str, Any],
    **fields: Any,
) -> bool:
    """Move a message that is still as expected, freeing it from its worker. False when somebody was quicker."""
    moved = Message.objects.filter(pk=message.pk, **expected).update(**FREE | fields, state=to) == 1
    if moved:
        record(
            clinic=message.clinic,
            action=f"message.{event}",
            subject=message,
            at=at,
            by=by,
            kind=message.kind,
            key=message.key,
            tries=message.attempts,
        )
    return moved
