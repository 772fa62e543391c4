"""The statements of the ledger that Django's own words cannot say."""

import json
import select
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakSet

from django.db import OperationalError, connection
from psycopg.pq import ExecStatus

from clients.messages.terms import State

SECONDS = 30
NAME = b"note_and_mark"
PREPARED = WeakSet[Any]()  # the connections that know the statement by its name
NOTE_AND_MARK = b"""
    WITH noted AS (
        UPDATE clients_message SET state = 'sending', claimed_by = $1, claimed_until = $2::timestamptz,
            address = $3, subject = $4, text = $5, html = $6, provider_id = $12,
            wording_id = $13::bigint, said = $14::jsonb
        WHERE id = $7::bigint AND state <> 'sent'
    )
    UPDATE clients_message AS message SET state = 'sending', claimed_until = $8::timestamptz
    WHERE id = $9::bigint AND state = 'claimed' AND claimed_by = $10
        AND ($11::text IS NULL OR EXISTS (
            SELECT 1 FROM clients_client AS client WHERE client.id = message.client_id AND client.email = $11::text
        ))
    RETURNING id
"""
NOTED = ("claimed_by", "claimed_until", "address", "subject", "text", "html")


@dataclass(frozen=True)
class Mark:
    """Which message leaves next: whoever must hold it, and the client's address as it must still be (None: any)."""

    pk: int
    holder: str
    address: str | None
    until: datetime


class Pending:
    """A statement that PostgreSQL is at work on while we do something else."""

    def __init__(self, line: Any) -> None:
        self.line = line

    def done(self) -> bool:
        """Wait for it; whether it changed the row it was to mark. Raises OperationalError."""
        with connection.wrap_database_errors:
            while (more := self.line.flush()) or self.line.is_busy():
                poll = select.poll()
                poll.register(self.line.socket, select.POLLIN | (select.POLLOUT if more else 0))
                if not poll.poll(SECONDS * 1000):
                    raise OperationalError("The database does not answer.")
                self.line.consume_input()
            first = self.line.get_result()
            while self.line.get_result() is not None:
                pass
        if first is None or first.status != ExecStatus.TUPLES_OK:
            raise OperationalError("The database did not write down what left.")
        return bool(first.ntuples)


def begin(left: tuple[int, dict[str, Any]] | None, mark: Mark | None) -> Pending:
    """On PostgreSQL: begin to note one message as left and to mark another as leaving, in one statement."""
    connection.ensure_connection()
    pk, noted = left or (None, {})
    values = [
        *(noted.get(name, "" if name != "claimed_until" else None) for name in NOTED),
        pk,
        *((mark.until, mark.pk, mark.holder, mark.address) if mark else (None, None, "", None)),
        noted.get("provider_id", ""),
        noted.get("wording_id"),
        None if noted.get("said") is None else json.dumps(noted["said"]),
    ]
    with connection.wrap_database_errors:
        line = connection.connection.pgconn
        if connection.connection not in PREPARED:  # to read and plan it takes longer than to do it
            _fine(line.prepare(NAME, NOTE_AND_MARK))
            PREPARED.add(connection.connection)
        line.send_query_prepared(NAME, [_as_text(value) for value in values])
        line.flush()
    return Pending(line)


def _fine(result: Any) -> None:
    if result.status != ExecStatus.COMMAND_OK:
        raise OperationalError("The database did not understand how to write down what left.")


def set_sent(left: Sequence[tuple[int, datetime]]) -> set[int]:
    """Make these messages sent, each at its time; the ids of those that were not yet."""
    rows = ", ".join(["(%s, %s)"] * len(left))
    values = [value for pk, then in left for value in (pk, connection.ops.adapt_datetimefield_value(then))]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE clients_message SET state = '{State.SENT.value}', sent_at = sent.column2, claimed_by = '', "  # noqa: S608  our own words only
            f"claimed_until = NULL, why = '' FROM (VALUES {rows}) AS sent "
            f"WHERE id = sent.column1 AND state <> '{State.SENT.value}' RETURNING id",
            values,
        )
        return {pk for (pk,) in cursor.fetchall()}


def _as_text(value: object) -> bytes | None:
    if value is None:
        return None
    words = value.isoformat() if isinstance(value, datetime) else str(value)
    return words.replace("\0", "").encode()
