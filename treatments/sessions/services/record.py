"""The record of a session: what is missing in it, what it says in words, and its text to be signed and compared."""

import json
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import models

from portal.audit.services import plain
from treatments.plans.terms import Aftercare
from treatments.sessions.guidance import Cream, Gap, Written, ZoneWritten, gaps, in_grams
from treatments.sessions.models import (
    ChartPoint,
    Closing,
    NumbingCream,
    OffLabelUse,
    Serum,
    Session,
    SessionDraft,
    SessionZone,
    SignedRecord,
    SkinSign,
)
from treatments.sessions.services.refusals import NotUnderWay, Signed
from treatments.sessions.terms import DraftPage, State

# What belongs to the record beside the session's own row. Triggers lock each table: see the migrations.
PARTS: tuple[type[models.Model], ...] = (
    SessionZone,
    ChartPoint,
    OffLabelUse,
    NumbingCream,
    Serum,
    SkinSign,
    Closing,
)


class Line(NamedTuple):
    """One thing that the record says, in words."""

    label: str
    value: str


def refuse_if_signed(session: Session) -> None:
    """Raises Signed."""
    if SignedRecord.objects.filter(session=session).exists():
        raise Signed


def refuse_unless_under_way(session: Session) -> None:
    """Materials and aftercare are written from the start to the signature. Raises NotUnderWay, Signed."""
    if session.state not in {State.IN_PROGRESS, State.COMPLETED}:
        raise NotUnderWay
    refuse_if_signed(session)


def missing_before_signing(session: Session) -> list[Gap]:
    """What is missing, what blocks first."""
    return gaps(written(session))


def written(session: Session) -> Written:
    """What is written down so far, for the rules."""
    closing = closing_of(session)
    return Written(
        completed=session.state == State.COMPLETED,
        device=session.device_id is not None,
        lot=bool(session.cartridge_lot),
        expiry=session.cartridge_expires_on is not None,
        zones=tuple(
            ZoneWritten(zone.get_zone_display(), zone.passes is not None, bool(zone.endpoint))
            for zone in session.zones.order_by("pk")
        ),
        cream_planned=session.plan.topical_anaesthetic,
        creams=tuple(
            Cream(cream.product.name, cream.off_at is not None, cream.removed, bool(cream.lot_number))
            for cream in session.creams.select_related("product").order_by("pk")
        ),
        serums_without_lot=tuple(str(serum) for serum in serums_of(session) if not serum.lot_number),
        skin=session.skin_signs.exists() or bool(closing and closing.skin_words),
        told=bool(closing and closing.told_by_id),
        not_saved=tuple(str(draft.saved_by) for draft in _not_saved(session)),
    )


def _not_saved(session: Session) -> list[SessionDraft]:
    """What is typed of the materials and would go with the signature."""
    return list(SessionDraft.objects.of(session, DraftPage.MATERIALS).written().newest_first())


def closing_of(session: Session) -> Closing | None:
    """How the session ended, once that is written down."""
    return Closing.objects.filter(session=session).select_related("told_by").first()


def serums_of(session: Session) -> list[Serum]:
    """The serums, as they were written down."""
    return list(session.serums.select_related("product").order_by("pk"))


def lines_of(session: Session) -> list[Line]:
    """What the record says, as people read it."""
    lines = [
        Line("Client", str(session.client)),
        Line("Practitioner", str(session.practitioner)),
        Line("Started", moment(session, session.started_at)),
        Line("Ended", moment(session, session.ended_at)),
        Line("Device", str(session.device or "")),
        Line("Cartridge", cartridge_line(session)),
        *(zone_line(zone) for zone in session.zones.order_by("pk")),
        *(Line(f"Point {point.number}", f"{point.get_zone_display()}: {point.note}") for point in session.points.all()),
        *(off_label_line(session, use) for use in OffLabelUse.objects.filter(session=session)),
        Line("Notes", session.notes),
        *material_lines(session),
        *closing_lines(session),
    ]
    return [line for line in lines if line.value]


def moment(session: Session, at: datetime | None) -> str:
    """A date and time on the clinic's wall: "1 Jun 2026, 14:00"."""
    return f"{at.astimezone(ZoneInfo(session.clinic.time_zone)):%-d %b %Y, %H:%M}" if at else ""


def _clock(session: Session, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(session.clinic.time_zone)):%H:%M}"


def zone_line(zone: SessionZone) -> Line:
    """How deep one zone was needled, how often, until what was seen, and why so deep."""
    parts = [f"{zone.depth_mm} mm", zone.passes_words, zone.endpoint.rstrip(".")]
    done = ", ".join(part for part in parts if part)
    return Line(zone.get_zone_display(), f"{done}. {zone.reason}" if zone.reason else done)


def off_label_line(session: Session, use: OffLabelUse) -> Line:
    """What was off label, and who told the client so."""
    return Line("Off label", f"{use.what}\nThe client was told by {use.told_by}, {moment(session, use.told_at)}.")


def cartridge_line(session: Session) -> str:
    """The lot, its expiry and how many."""
    if not session.cartridge_lot:
        return ""
    return f"{session.cartridges_used} × {lot_words(session.cartridge_lot, session.cartridge_expires_on)}"


def lot_words(number: str, expires_on: date | None) -> str:
    """A lot as people read it: "lot C4418, expires 1 Jun 2027"; "" without a number."""
    if not number:
        return ""
    return f"lot {number}" + (f", expires {expires_on:%-d %b %Y}" if expires_on else "")


def material_lines(session: Session) -> list[Line]:
    """Numbing creams and serums."""
    creams = session.creams.select_related("product").order_by("pk")
    return [
        *(Line("Numbing cream", cream_words(session, cream)) for cream in creams),
        *(Line("Serum", serum_words(serum)) for serum in serums_of(session)),
    ]


def cream_words(session: Session, cream: NumbingCream) -> str:
    """One numbing cream: what, how much, where, from when to when."""
    off = f"off {_clock(session, cream.off_at)}" if cream.off_at else "not off yet"
    name = f"{cream.product.name} ({cream.strength})" if cream.strength else cream.product.name
    over = (
        f" (more than its {in_grams(cream.most_grams)})" if cream.most_grams and cream.grams > cream.most_grams else ""
    )
    parts = [
        f"{name}, {in_grams(cream.grams)}{over}",
        cream.area,
        f"on {_clock(session, cream.on_at)}, {off}{', removed' if cream.removed else ''}",
        lot_words(cream.lot_number, cream.expires_on),
    ]
    return "; ".join(part for part in parts if part)


def serum_words(serum: Serum) -> str:
    """One serum, its lot, and why it was used although it is not marked for open channels."""
    odd = f"not marked for open channels: {serum.reason}" if not serum.open_channels else ""
    return "; ".join(part for part in (serum.product.name, lot_words(serum.lot_number, serum.expires_on), odd) if part)


def closing_lines(session: Session) -> list[Line]:
    """The skin at the end, and the aftercare."""
    closing = closing_of(session)
    signs = ", ".join(str(sign) for sign in session.skin_signs.order_by("pk"))
    skin = "\n".join(part for part in (signs, closing.skin_words if closing else "") if part)
    return [Line("Skin at the end", skin), Line("Aftercare given", aftercare_words(closing))]


def aftercare_words(closing: Closing | None) -> str:
    """How it was given and by whom, and what the client was told; "" when it was not."""
    if closing is None or closing.told_by is None:
        return ""
    given = {"in person": closing.spoken, "by leaflet": closing.leaflet, "by email": closing.email}
    how = ", ".join(way for way, used in given.items() if used)
    told = [str(Aftercare(one).label) for one in closing.told]
    return "\n".join([f"{how[:1].upper()}{how[1:]}, by {closing.told_by}", *told])


def text_of(session: Session) -> str:
    """Everything that is stored of the record, and how it read: the text that is signed."""
    return json.dumps(
        {"stored": stored(session), "read": [list(line) for line in lines_of(session)]},
        sort_keys=True,
        ensure_ascii=False,
    )


def stored(session: Session) -> dict[str, list[dict[str, Any]]]:
    """Each table of the record with its rows, column by column."""
    fresh = {"session": Session.objects.filter(pk=session.pk)}
    parts = {model._meta.model_name or "": model._default_manager.filter(session=session) for model in PARTS}
    return {name: [_columns(row) for row in rows.order_by("pk")] for name, rows in (fresh | parts).items()}


def _columns(row: models.Model) -> dict[str, Any]:
    return {field.attname: _value(getattr(row, field.attname)) for field in row._meta.concrete_fields}


def _value(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime | date) else plain(value)
