"""Tell the clients: send the notices, take the word that one was read, note who was reached otherwise."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from clients.messages.services import NewMessage, schedule_messages
from clients.messages.stops import whys_stopped
from clients.messages.terms import State
from clients.records.terms import ArchivedBecause
from portal.audit.services import record
from treatments.recalls.emails import HAS_DIED, NOTICE, notice_key
from treatments.recalls.models import Recall, RecallNotice
from treatments.recalls.services.opening import draft_notices
from treatments.recalls.services.refusals import AlreadyReached, Closed, NothingToSend
from treatments.recalls.terms import ARRIVED, Standing

if TYPE_CHECKING:
    from portal.practice.models import User

SEND_WITHIN = timedelta(days=7)
ON_THE_WAY = (State.SCHEDULED, State.CLAIMED, State.SENDING)
NO_ADDRESS = "No email address is in the record."


@dataclass(frozen=True)
class Told:
    """One client's notice and how far word has come; `why` says why it is for a person to call."""

    notice: RecallNotice
    standing: Standing
    why: str = ""

    @property
    def arrived(self) -> bool:
        """Whether somebody says that the client knows."""
        return self.standing in ARRIVED


def told_of(recall: Recall) -> list[Told]:
    """Every notice with how it stands; two queries."""
    notices = list(RecallNotice.objects.of_recall(recall))
    stopped = whys_stopped(notice.client.email for notice in notices)
    return [_told(notice, stopped.get(notice.client.email.strip().lower(), "")) for notice in notices]


def _told(notice: RecallNotice, stopped: str) -> Told:
    if notice.acknowledged_at:
        return Told(notice, Standing.ACKNOWLEDGED)
    if notice.reached_at:
        return Told(notice, Standing.REACHED)
    if notice.message is not None:
        return _of_email(notice, stopped)
    why = _why_no_email(notice, stopped)
    return Told(notice, Standing.TO_CALL if why else Standing.READY, why)


def _of_email(notice: RecallNotice, stopped: str) -> Told:
    """What became of an email that was sent off; one that bounced told nobody."""
    state = notice.message.state if notice.message else ""
    if state in ON_THE_WAY:
        return Told(notice, Standing.ON_ITS_WAY)
    if state == State.SENT and not stopped:
        return Told(notice, Standing.TOLD)
    return Told(notice, Standing.TO_CALL, stopped or (notice.message.why if notice.message else ""))


def _why_no_email(notice: RecallNotice, stopped: str) -> str:
    if notice.client.archived_because == ArchivedBecause.DECEASED:
        return HAS_DIED
    return stopped or ("" if notice.client.email else NO_ADDRESS)


@transaction.atomic
def send_notices(*, recall: Recall, by: "User", at: datetime) -> int:
    """Every notice that is ready leaves by email; how many. Clients touched since the opening get theirs too.

    Raises Closed, NothingToSend.
    """
    row = Recall.objects.held(recall.pk)
    if row.closed_at:
        raise Closed
    draft_notices(row, at)
    ready = [told.notice for told in told_of(row) if told.standing == Standing.READY]
    if not ready:
        raise NothingToSend
    new = [
        NewMessage(client=notice.client, kind=NOTICE, key=notice_key(notice), due_at=at, send_by=at + SEND_WITHIN)
        for notice in ready
    ]
    for notice, message in zip(ready, schedule_messages(new, at=at), strict=True):
        notice.message = message
    RecallNotice.objects.bulk_update(ready, ["message"])
    record(clinic=row.clinic, action="recall.sent", subject=row, at=at, by=by, notices=len(ready))
    return len(ready)


@transaction.atomic
def acknowledge(*, notice: RecallNotice, at: datetime) -> None:
    """The client says that they have read it. Said twice, the first counts."""
    row = RecallNotice.objects.held(notice.pk)
    if row.acknowledged_at:
        return
    row.acknowledged_at = at
    row.save(update_fields=["acknowledged_at"])
    record(clinic=row.clinic, action="recallnotice.acknowledged", subject=row, at=at, client=row.client_id)


@transaction.atomic
def note_reached(*, notice: RecallNotice, how: str, note: str, by: "User", at: datetime) -> None:
    """The team reached the client otherwise. Raises Closed, AlreadyReached."""
    recall = Recall.objects.held(notice.recall_id)
    if recall.closed_at:
        raise Closed
    row = RecallNotice.objects.held(notice.pk)
    if row.reached_at or row.acknowledged_at:
        raise AlreadyReached
    row.reached_at, row.reached_by, row.reached_how, row.reached_note = at, by, how, note.strip()
    row.save(update_fields=["reached_at", "reached_by", "reached_how", "reached_note"])
    record(clinic=row.clinic, action="recallnotice.reached", subject=row, at=at, by=by, client=row.client_id, how=how)
