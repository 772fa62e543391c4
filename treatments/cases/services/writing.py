"""Open a case, and write down what was done about it."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from clients.records.models import Client
from portal.audit.services import record
from treatments.cases.models import Case, CaseEntry
from treatments.cases.rules import call_problem, close_problem, kind_problem
from treatments.cases.services.refusals import (
    AlreadyThere,
    CallRefused,
    CaseClosed,
    CaseExists,
    InTheFuture,
    KindMissing,
    MayNotClose,
    NoteMissing,
    NothingChanged,
    ReportedInTheFuture,
    SessionNotBegun,
)
from treatments.cases.terms import CONTACTS, WITHOUT_CONTACT, WRITTEN, Ending, EntryKind, ReactionKind
from treatments.products.terms import Zone

if TYPE_CHECKING:
    from portal.practice.models import User
    from treatments.followups.models import Alert
    from treatments.photos.models import Photograph
    from treatments.sessions.models import Session


@transaction.atomic
def open_case(
    *,
    session: "Session",
    kind: str,
    zones: Sequence[str],
    began_on: date,
    grade: int,
    words: str,
    call_by: datetime,
    done: str = "",
    note: str = "",
    alert: "Alert | None" = None,
    by: "User",
    at: datetime,
) -> Case:
    """A new case; `done` is the kind of what was done so far, with a note. The clock of a red flag goes on in it.

    Raises SessionNotBegun, CaseExists, NoteMissing, CallRefused, InTheFuture.
    """
    client = Client.objects.held(session.client_id)
    _look_at(session, alert, words, done, note)
    if began_on > client.clinic.local_day(at):
        raise InTheFuture
    _look_at_clock(alert, call_by, done, at)
    facts: dict[str, Any] = {"kind": kind, "zones": list(zones), "began_on": began_on, "grade": grade, "alert": alert}
    facts |= {"words": words.strip(), "call_by": call_by, "opened_at": at, "opened_by": by}
    case = Case.objects.create(
        clinic=client.clinic,
        client=client,
        session=session,
        contacted_at=at if done in CONTACTS else None,
        **facts,
    )
    _write(case, EntryKind.OPENED, words.strip(), by, at)
    if done:
        _write(case, EntryKind(done), note.strip(), by, at)
    record(clinic=case.clinic, action="case.opened", subject=case, at=at, by=by, session=session.pk, grade=grade)
    return case


def _look_at(session: "Session", alert: "Alert | None", words: str, done: str, note: str) -> None:
    """Raises the refusal that fits, if one does; a red flag is the proof that its session has begun."""
    if session.started_at is None and alert is None:
        raise SessionNotBegun
    if alert and Case.objects.filter(alert=alert).exists():
        raise CaseExists
    if not words.strip() or (done and not note.strip()):
        raise NoteMissing


def _look_at_clock(alert: "Alert | None", call_by: datetime, done: str, at: datetime) -> None:
    """Raises CallRefused. A red flag's own clock goes on, also when it has run out."""
    if alert and call_by == alert.act_by:
        return
    if why := call_problem(call_by=call_by, contacted=done in CONTACTS, at=at):
        raise CallRefused(why)


@transaction.atomic
def write_entry(*, case: Case, kind: str, note: str, call_by: datetime, by: "User", at: datetime) -> None:
    """What somebody did about an open case, and when the client is to be called next.

    Raises CaseClosed, NoteMissing, CallRefused; ValueError for a kind that another verb writes.
    """
    if kind not in WRITTEN:
        raise ValueError(kind)
    if not note.strip():
        raise NoteMissing
    now = _open(case)
    contacted = now.contacted_at is not None or kind in CONTACTS
    if why := call_problem(call_by=call_by, contacted=contacted, at=at):
        raise CallRefused(why)
    if contacted and now.contacted_at is None:
        now.contacted_at = at
    now.call_by, now.escalated_at = call_by, None
    now.save(update_fields=["contacted_at", "call_by", "escalated_at"])
    _write(now, EntryKind(kind), note.strip(), by, at)
    record(clinic=now.clinic, action="case.noted", subject=now, at=at, by=by, kind=str(kind))


@transaction.atomic
def change_case(
    *, case: Case, kind: str, zones: Sequence[str], began_on: date, grade: int, note: str, by: "User", at: datetime
) -> None:
    """Put right what a case says; both, and why, stay in its entries.

    Raises CaseClosed, NoteMissing, InTheFuture, NothingChanged.
    """
    if not note.strip():
        raise NoteMissing
    now = _open(case)
    if began_on > now.clinic.local_day(at):
        raise InTheFuture
    before = facts_in_words(now)
    now.kind, now.zones, now.began_on, now.grade = kind, list(zones), began_on, grade
    changed = [f"{old} → {new}." for old, new in zip(before, facts_in_words(now), strict=True) if old != new]
    if not changed:
        raise NothingChanged
    now.save(update_fields=["kind", "zones", "began_on", "grade"])
    _write(now, EntryKind.CHANGED, "\n".join([*changed, note.strip()]), by, at)
    record(clinic=now.clinic, action="case.changed", subject=now, at=at, by=by, grade=grade)


def facts_in_words(case: Case) -> list[str]:
    """What it is, where, since when and how grave, each in words."""
    known = dict(Zone.choices)
    zones = ", ".join(str(known.get(zone, zone)) for zone in case.zones) or "No zone"
    return [str(case.get_kind_display()), zones, f"Began {case.began_on:%-d %b %Y}", f"Grade {case.grade}"]


@transaction.atomic
def add_photographs(*, case: Case, photographs: Collection["Photograph"], by: "User", at: datetime) -> None:
    """Photographs of the client belong to the case from now on. Raises CaseClosed, AlreadyThere."""
    now = _open(case)
    held = set(now.entries.exclude(photograph=None).values_list("photograph_id", flat=True))
    for photograph in photographs:
        if photograph.client_id != now.client_id or photograph.removed_at or photograph.pk in held:
            raise AlreadyThere
        _write(now, EntryKind.PHOTOGRAPH, "", by, at, photograph)
    record(clinic=now.clinic, action="case.photographs_added", subject=now, at=at, by=by, number=len(photographs))


@transaction.atomic
def note_report(*, case: Case, where: str, reported_on: date, reference: str, by: "User", at: datetime) -> None:
    """Whom it was reported to; also once it is closed. Raises NoteMissing, InTheFuture."""
    if not where.strip():
        raise NoteMissing
    Client.objects.held(case.client_id)
    now = Case.objects.held(case.pk)
    if reported_on > now.clinic.local_day(at):
        raise ReportedInTheFuture
    said = f"{where.strip()}, on {reported_on:%-d %b %Y}."
    _write(now, EntryKind.REPORTED, f"{said} Reference: {reference.strip()}." if reference.strip() else said, by, at)
    record(clinic=now.clinic, action="case.reported", subject=now, at=at, by=by)


@transaction.atomic
def close_case(
    *, case: Case, ending: str, note: str, kind: str = "", why_unclear: str = "", by: "User", at: datetime
) -> Case:
    """It is over, and was of that kind; "" is what it says already.

    Raises CaseClosed, NoteMissing, MayNotClose, KindMissing.
    """
    if not note.strip():
        raise NoteMissing
    now = _open(case)
    why = close_problem(contacted=now.contacted_at is not None, ending=ending, without_contact=WITHOUT_CONTACT)
    if why:
        raise MayNotClose(why)
    _say_kind(now, kind or now.kind, why_unclear, no_reaction=ending == Ending.MISTAKEN, by=by, at=at)
    now.closed_at, now.closed_by, now.ending, now.call_by = at, by, ending, None
    now.save(update_fields=["kind", "closed_at", "closed_by", "ending", "call_by"])
    _write(now, EntryKind.CLOSED, f"{now.get_ending_display()}. {note.strip()}", by, at)
    record(clinic=now.clinic, action="case.closed", subject=now, at=at, by=by, ending=str(ending))
    return now


def _say_kind(case: Case, kind: str, why_unclear: str, *, no_reaction: bool, by: "User", at: datetime) -> None:
    """What it was, or why that stays unclear, as an entry of its own. Raises KindMissing."""
    unclear = kind == ReactionKind.UNCLEAR
    if why := kind_problem(unclear=unclear, why_unclear=why_unclear, no_reaction=no_reaction):
        raise KindMissing(why)
    before, case.kind = case.get_kind_display(), kind
    if case.get_kind_display() != before:
        _write(case, EntryKind.CHANGED, f"{before} → {case.get_kind_display()}.", by, at)
    elif unclear and why_unclear.strip():
        _write(case, EntryKind.CHANGED, f"What it was stays unclear. {why_unclear.strip()}", by, at)


def _open(case: Case) -> Case:
    """The row as it is now, held after its client's as everywhere. Raises CaseClosed."""
    Client.objects.held(case.client_id)
    now = Case.objects.held(case.pk)
    if not now.is_open:
        raise CaseClosed
    return now


def _write(
    case: Case, kind: EntryKind, note: str, by: "User", at: datetime, photograph: "Photograph | None" = None
) -> None:
    CaseEntry.objects.create(
        clinic=case.clinic,
        case=case,
        kind=kind,
        note=note,
        grade=case.grade,
        photograph=photograph,
        call_by=case.call_by,
        at=at,
        by=by,
    )
