"""Close a recall, and its report: whom the lot touched and how far word came, as a paper and as lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from portal.audit.services import record
from portal.practice.paper import letterhead, make_pdf
from treatments.recalls.models import Recall
from treatments.recalls.services.opening import draft_notices, lot_of
from treatments.recalls.services.refusals import Closed, ClosingNoteMissing
from treatments.recalls.services.telling import Told, told_of
from treatments.recalls.terms import Standing
from treatments.sessions.models import Session
from treatments.sessions.services.recalls import touched_by

if TYPE_CHECKING:
    from portal.practice.models import User

PAPER = Path(__file__).parent.parent / "report.typ"
STATES: dict[str, str] = {"completed": "", "cancelled": " (cancelled)", "booked": " (booked)"}


@dataclass(frozen=True)
class Tally:
    """How many clients, by how far word has come. Touched = acknowledged + reached + not reached."""

    touched: int
    told: int  # emailed, acknowledged or not
    acknowledged: int
    reached: int
    not_reached: int


class Line(NamedTuple):
    """One client of the report; the fields are its columns."""

    client: str
    date_of_birth: str
    sessions: str
    standing: str
    emailed: str
    acknowledged: str
    reached: str
    reached_by: str
    note: str


def tally_of(told: Iterable[Told]) -> Tally:
    """The numbers of what told_of() says."""
    rows = list(told)
    left = sum(1 for one in rows if one.notice.message and one.notice.message.sent_at)
    acknowledged = sum(1 for one in rows if one.standing == Standing.ACKNOWLEDGED)
    reached = sum(1 for one in rows if one.standing == Standing.REACHED)
    return Tally(len(rows), left, acknowledged, reached, len(rows) - acknowledged - reached)


@transaction.atomic
def close_recall(*, recall: Recall, note: str, by: "User", at: datetime) -> Tally:
    """The case is closed with its numbers. Raises Closed, and ClosingNoteMissing while somebody was not reached."""
    row = Recall.objects.held(recall.pk)
    if row.closed_at:
        raise Closed
    draft_notices(row, at)
    tally = tally_of(told_of(row))
    if tally.not_reached and not note.strip():
        raise ClosingNoteMissing
    row.closed_at, row.closed_by, row.closing_note = at, by, note.strip() if tally.not_reached else ""
    row.sessions_touched, row.clients_touched = touched_by(lot_of(row)).count(), tally.touched
    row.told, row.acknowledged, row.reached = tally.told, tally.acknowledged, tally.reached
    row.not_reached = tally.not_reached
    row.save()
    facts: dict[str, Any] = {"clients": tally.touched, "not_reached": tally.not_reached}
    record(clinic=row.clinic, action="recall.closed", subject=row, at=at, by=by, **facts)
    return tally


def lines_of(recall: Recall) -> list[Line]:
    """A line for each client; two queries more than told_of()."""
    sessions: dict[int, list[Session]] = {}
    for session in touched_by(lot_of(recall)):
        sessions.setdefault(session.client_id, []).append(session)
    return [_line(recall, told, sessions.get(told.notice.client_id, [])) for told in told_of(recall)]


def _line(recall: Recall, told: Told, sessions: list[Session]) -> Line:
    notice, day = told.notice, recall.clinic.local_day
    sent = notice.message and notice.message.sent_at
    days = [f"{day(one.takes_place_at):%Y-%m-%d}{STATES.get(one.state, '')}" for one in reversed(sessions)]
    return Line(
        client=str(notice.client),
        date_of_birth=f"{notice.client.date_of_birth:%Y-%m-%d}",
        sessions=", ".join(days),
        standing=str(told.standing.label),
        emailed=f"{day(sent):%Y-%m-%d}" if sent else "",
        acknowledged=f"{day(notice.acknowledged_at):%Y-%m-%d}" if notice.acknowledged_at else "",
        reached=f"{day(notice.reached_at):%Y-%m-%d}" if notice.reached_at else "",
        reached_by=f"{notice.get_reached_how_display()}, {notice.reached_by}" if notice.reached_at else "",
        note=notice.reached_note or told.why,
    )


def take_lines(*, recall: Recall, by: "User", at: datetime) -> list[Line]:
    """The lines for a spreadsheet; that they left the portal is written down."""
    lines = lines_of(recall)
    record(clinic=recall.clinic, action="recall.report", subject=recall, at=at, by=by, form="csv", clients=len(lines))
    return lines


def take_paper(*, recall: Recall, by: "User", at: datetime) -> bytes:
    """The report as a tagged PDF; that it left the portal is written down."""
    record(clinic=recall.clinic, action="recall.report", subject=recall, at=at, by=by, form="pdf")
    with timezone.override(ZoneInfo(recall.clinic.time_zone)):
        return make_pdf(PAPER, _data(recall, at))


def _data(recall: Recall, at: datetime) -> dict[str, object]:
    return {
        "language": "en",
        "title": f"Recall of lot {recall.lot.number}",
        "clinic": letterhead(recall.clinic),
        "size": 9.5,
        "facts": facts_of(recall),
        "columns": ["Client", "Born", "Sessions", "Standing", "Note"],
        "lines": [
            [line.client, line.date_of_birth, line.sessions, _standing(line), line.note] for line in lines_of(recall)
        ],
        "footer": f"Recall {recall.pk} · {_moment(at)}",
    }


def _standing(line: Line) -> str:
    days = [("emailed", line.emailed), ("acknowledged", line.acknowledged), ("reached", line.reached)]
    said = [f"{word} {day}" for word, day in days if day]
    return f"{line.standing}: {', '.join(said)}" if said else line.standing


def facts_of(recall: Recall) -> list[tuple[str, str]]:
    """The case in labelled lines, for its page and its report."""
    tally = tally_of(told_of(recall)) if recall.closed_at is None else _kept(recall)
    since = recall.notices.filter(acknowledged_at__gt=recall.closed_at).count() if recall.closed_at else 0
    facts = [
        ("Product", str(recall.lot.product)),
        ("Lot", recall.lot.number),
        ("Maker’s notice", recall.reference),
        ("Reason", recall.reason),
        ("Opened", f"{_moment(recall.opened_at)}, {recall.opened_by}"),
        ("Closed", f"{_moment(recall.closed_at)}, {recall.closed_by}" if recall.closed_at else ""),
        ("Closed before everybody was reached", recall.closing_note),
        ("Clients touched", str(tally.touched)),
        ("Emailed", str(tally.told)),
        ("Acknowledged by link", str(tally.acknowledged)),
        ("Reached otherwise", str(tally.reached)),
        ("Not reached", str(tally.not_reached)),
        ("Acknowledged since it was closed", str(since) if since else ""),
    ]
    return [(label, value) for label, value in facts if value]


def _kept(recall: Recall) -> Tally:
    counts = (recall.clients_touched, recall.told, recall.acknowledged, recall.reached, recall.not_reached)
    return Tally(*(count or 0 for count in counts))


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%-d %b %Y, %H:%M}"
