"""The next session as a file for the client's own calendar (RFC 5545). Who shares a calendar learns no more from it.

Why this is ours and not a library: docs/decisions/0007-emails.md.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from clients.messages.kinds import Attachment
from treatments.care.emails import Part
from treatments.followups.emails.facts import NEXT_SESSION, Letter

LONGEST_LINE = 75  # octets
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def appointment(letter: Letter, parts: Sequence[Part], language: str, at: datetime) -> tuple[Attachment, ...]:
    """The booked session that this email speaks of, as a file; () if it speaks of none."""
    booking, clinic = letter.next_booked, letter.client.clinic
    if booking is None or not any(NEXT_SESSION in part.words.body for part in parts):
        return ()
    with translation.override(language):
        summary = gettext("Appointment with %(practitioner)s") % {"practitioner": booking.practitioner}
    file = event(
        uid=f"booking-{booking.pk}@{urlsplit(settings.BASE_URL).hostname}",
        starts=booking.scheduled_for,
        stamp=at,
        summary=summary,
        place=clinic.address,
        contact=clinic.phone,
    )
    return (Attachment(name="appointment.ics", content=file, kind="text/calendar"),)


def event(*, uid: str, starts: datetime, stamp: datetime, summary: str, place: str, contact: str) -> bytes:
    """One event. Its end is left open: nobody promises a client how long it takes.

    Without METHOD: a file to keep and no invitation, which would need an organiser to answer to (RFC 5546).
    """
    told = {"SUMMARY": summary, "LOCATION": place, "CONTACT": contact}
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Collagenda//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{_utc(stamp)}",
        f"SEQUENCE:{_minute(stamp)}",
        f"DTSTART:{_utc(starts)}",
        *(f"{name}:{words.strip().translate(ESCAPES)}" for name, words in told.items() if words.strip()),
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _minute(moment: datetime) -> int:
    """Which edition of the event this is: the minute it was made, since 1970.

    A calendar that holds the event takes a later day only from a higher number. A minute needs no count of emails to
    be kept, and fits the 31 bits that calendars give the number for some four thousand years; seconds end in 2038.
    """
    return int(moment.timestamp()) // 60


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, none of which ends inside a character; all but the first indented."""
    if line.isascii() and len(line) <= LONGEST_LINE:
        yield line
        return
    piece = ""
    for character in line:
        if len((piece + character).encode()) > LONGEST_LINE:
            yield piece
            piece = " "
        piece += character
    yield piece
