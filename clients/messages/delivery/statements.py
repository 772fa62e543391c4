"""The statements of the ledger that Django's own words cannot say: those that are sent for each email, or for many."""

import json
import select
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakSet

from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Case, DateTimeField, Value, When
from django.db.models.functions import Greatest
from psycopg.pq import ExecStatus

from clients.messages.models import Drain, Message
from clients.messages.terms import State

SECONDS = 30
NAME = b"note_gone"
PREPARED = WeakSet[Any]()  # the connections that know the statement by its name
# A worker may be dead by the time this is done, and what its journal said be written down: hence never less than that.
# It does not wait for the disk: only if the database's machine and this worker break down together is a note lost, and
# then those of the last half second at most.
NOTE_GONE = b"""
    UPDATE clients_drain SET gone = greatest(gone, $1::integer), gone_at = greatest(gone_at, $2::timestamptz)
    WHERE holder = $3
    RETURNING id, set_config('synchronous_commit', 'off', true)
"""
MARK = """
    WITH drain AS (
        INSERT INTO clients_drain (holder, gone, gone_at) VALUES (%(holder)s, 0, %(at)s) ON CONFLICT (holder) DO NOTHING
    )
    UPDATE clients_message AS message
    SET state = 'sending', claimed_until = %(until)s, place = mark.place, {copies}
    FROM jsonb_to_recordset(%(marks)s) AS mark (pk bigint, place integer, only_to text, {columns})
    WHERE message.id = mark.pk AND message.id = ANY(%(ids)s) AND state = 'claimed' AND claimed_by = %(holder)s
        AND (only_to IS NULL OR EXISTS (
            SELECT 1 FROM clients_client AS client WHERE client.id = message.client_id AND client.email = only_to
        ))
    RETURNING message.id
"""


SENT = """
    UPDATE clients_message
    SET state = 'sent', sent_at = (%(times)s::jsonb ->> id::text)::timestamptz, claimed_by = '', claimed_until = NULL,
        place = NULL, why = ''
    WHERE id = ANY(%(ids)s) AND state = 'sending' AND claimed_by = %(holder)s
    RETURNING id
"""


@dataclass(frozen=True)
class Mark:
    """One message that leaves next: its place in the drain, the client's address as it must still be, its copy."""

    pk: int
    place: int
    only_to: str | None  # None: any address
    copy: Mapping[str, Any]  # columns of Message


def mark_sending(marks: Sequence[Mark], *, holder: str, at: datetime, until: datetime) -> set[int]:
    """Mark them all as leaving and write down their copies; the ids of those that were still to leave."""
    if connection.vendor != "postgresql":
        return _marked_one_by_one(marks, holder, at, until)
    types = {field.attname: field.db_type(connection) for field in Message._meta.concrete_fields}
    names = list(marks[0].copy)
    copies = ", ".join(f"{name} = mark.{name}" for name in names)
    columns = ", ".join(f"{name} {types[name]}" for name in names)
    rows = [{"pk": mark.pk, "place": mark.place, "only_to": mark.only_to, **mark.copy} for mark in marks]
    given = {
        "holder": holder,
        "at": at.isoformat(),
        "until": until.isoformat(),
        "ids": _array(mark.pk for mark in marks),
        "marks": json.dumps(rows).replace("\\u0000", ""),
    }
    with connection.cursor() as cursor:
        cursor.execute(MARK.format(columns=columns, copies=copies), given)
        return {pk for (pk,) in cursor.fetchall()}


def _array(ids: Iterable[int]) -> str:
    """The ids once more, as a list: PostgreSQL looks them up then, whatever it believes of the table's size."""
    return f"{{{','.join(map(str, ids))}}}"


@transaction.atomic
def _marked_one_by_one(marks: Sequence[Mark], holder: str, at: datetime, until: datetime) -> set[int]:
    Drain.objects.get_or_create(holder=holder, defaults={"gone_at": at})
    marked = set()
    for mark in marks:
        mine = Message.objects.filter(pk=mark.pk, state=State.CLAIMED, claimed_by=holder)
        if mark.only_to is not None:
            mine = mine.filter(client__email=mark.only_to)
        if mine.update(state=State.SENDING, claimed_until=until, place=mark.place, **mark.copy):
            marked.add(mark.pk)
    return marked


class Pending:
    """A note that PostgreSQL is at work on while we do something else."""

    def __init__(self, own: BaseDatabaseWrapper) -> None:
        self.own, self.line = own, own.connection.pgconn

    def done(self) -> bool:
        """Wait for it; whether the drain's row was still there. Raises OperationalError."""
        with self.own.wrap_database_errors:
            while (more := self.line.flush()) or self._busy():
                poll = select.poll()
                poll.register(self.line.socket, select.POLLIN | (select.POLLOUT if more else 0))
                if not poll.poll(SECONDS * 1000):
                    raise OperationalError("The database does not answer.")
            first = self.line.get_result()
            while self.line.get_result() is not None:
                pass
        if first is None or first.status != ExecStatus.TUPLES_OK:
            raise OperationalError("The database did not write down what left.")
        return bool(first.ntuples)

    def _busy(self) -> bool:
        self.line.consume_input()
        return bool(self.line.is_busy())


class Noted:
    """A note that is written already."""

    def __init__(self, found: int) -> None:
        self.found = found

    def done(self) -> bool:
        """Whether the drain's row was still there."""
        return self.found == 1


def note_gone(*, holder: str, gone: int, at: datetime) -> Pending | Noted:
    """Note that all messages below a place have left; on PostgreSQL that is only begun."""
    own = connections[DEFAULT_DB_ALIAS]  # looked up once: it is asked often, and that takes its time
    if own.vendor != "postgresql":
        latest = Greatest("gone_at", Value(at, output_field=DateTimeField()))
        return Noted(Drain.objects.filter(holder=holder).update(gone=Greatest("gone", gone), gone_at=latest))
    own.ensure_connection()
    with own.wrap_database_errors:
        line = own.connection.pgconn
        if own.connection not in PREPARED:  # to read and plan it takes longer than to do it
            _fine(line.prepare(NAME, NOTE_GONE))
            PREPARED.add(own.connection)
        line.send_query_prepared(NAME, [str(gone).encode(), at.isoformat().encode(), holder.encode()])
        line.flush()
    return Pending(own)


def _fine(result: Any) -> None:
    if result.status != ExecStatus.COMMAND_OK:
        raise OperationalError("The database did not understand how to write down what left.")


def set_sent(left: Mapping[int, datetime], *, held_by: str) -> set[int]:
    """Make these messages of one holder sent, each at its time; the ids of those that were still its own."""
    if connection.vendor != "postgresql":
        return _sent_with_djangos_words(left, held_by)
    times = json.dumps({pk: at.isoformat() for pk, at in left.items()})
    with connection.cursor() as cursor:
        cursor.execute(SENT, {"times": times, "ids": _array(left), "holder": held_by})
        return {pk for (pk,) in cursor.fetchall()}


def _sent_with_djangos_words(left: Mapping[int, datetime], held_by: str) -> set[int]:
    mine = Message.objects.filter(pk__in=left, state=State.SENDING, claimed_by=held_by)
    ids = set(mine.values_list("pk", flat=True))
    times = Case(*[When(pk=pk, then=Value(left[pk], output_field=DateTimeField())) for pk in ids])
    if ids:
        mine.update(state=State.SENT, sent_at=times, claimed_by="", claimed_until=None, place=None, why="")
    return ids
