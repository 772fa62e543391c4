"""What is known of a case, for whoever watches over devices: read from the record, naming nobody."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from treatments.cases.models import Case
from treatments.cases.terms import EntryKind
from treatments.products.terms import Zone
from treatments.reactions.guidance import SCHEMES, ReportFacts, report_text
from treatments.screening.rules import age_on
from treatments.sessions.models import NumbingCream, Serum, Session, SessionZone

Lines = list[tuple[str, str]]
NOT_TOLD = {EntryKind.OPENED, EntryKind.PHOTOGRAPH, EntryKind.REPORTED, EntryKind.CHANGED}
BRIEF = 2  # letters; a shorter name would take half of all words out


def draft_report(*, case: Case) -> str:
    """The report as the record was signed, and what was amended of it since."""
    client, session = case.client, case.session
    names = [client.first_name, client.last_name, client.preferred_name, f"{client.first_name} {client.last_name}"]
    parts = [
        ("Reporter", _reporter(case)),
        ("Person treated", _person(case)),
        ("What happened", _event(case)),
        ("Device", _device(session)),
        ("Treatment", _treatment(session)),
        ("What was put on the skin", _materials(session)),
        ("Amended since the record was signed", _amended(session)),
        ("What was done", _done(case)),
    ]
    known = [name for name in names if len(name) > BRIEF]
    return report_text(ReportFacts(SCHEMES[case.clinic.country][0], [part for part in parts if part[1]], known))


def _reporter(case: Case) -> Lines:
    clinic = case.clinic
    return [("Clinic", clinic.name), ("Telephone", clinic.phone), ("Our reference", f"case {case.pk}")]


def _person(case: Case) -> Lines:
    client = case.client
    age = age_on(case.began_on, client.date_of_birth)
    return [("Age", f"{age} years"), ("Skin type (Fitzpatrick)", client.skin_type)]


def _event(case: Case) -> Lines:
    zones = dict(Zone.choices)
    ended = case.session.ended_at or case.session.started_at
    after = (case.began_on - case.clinic.local_day(ended)).days if ended else None
    return [
        ("Reaction", str(case.get_kind_display())),
        ("Where", ", ".join(str(zones.get(zone, zone)) for zone in case.zones)),
        ("Began", _day(case.began_on) + (f", {after} days after the session" if after is not None else "")),
        ("How grave", str(case.get_grade_display())),
        ("In words", case.words),
        ("How it ended", str(case.get_ending_display()) if case.ending else "It is not over"),
    ]


def _device(session: Session) -> Lines:
    device, product = session.device, session.lot.product if session.lot else None
    expires = session.cartridge_expires_on or (session.lot.expires_on if session.lot else None)
    return [
        ("Device", device.name if device else ""),
        ("Maker", device.maker if device else ""),
        ("Kind", str(device.get_kind_display()) if device else ""),
        ("Serial number", device.serial if device else ""),
        ("Cartridge", f"{product.name}, {product.maker}" if product else ""),
        ("Cartridge lot", session.cartridge_lot),
        ("Cartridge expires", _day(expires)),
        ("Cartridge GTIN", session.cartridge_gtin or (product.gtin if product else "")),
    ]


def _treatment(session: Session) -> Lines:
    zones = [(str(zone.get_zone_display()), _after_name(zone)) for zone in session.zones.order_by("pk")]
    return [
        ("Begun", _moment(session, session.started_at)),
        ("Ended", _moment(session, session.ended_at)),
        ("Session of the series", str(session.number)),
        ("Cartridges used", str(session.cartridges_used)),
        *zones,
    ]


def _after_name(zone: SessionZone) -> str:
    """A zone's own line without its name: depth, and passes and endpoint where they are written down."""
    return str(zone).removeprefix(str(zone.get_zone_display())).strip()


def _materials(session: Session) -> Lines:
    creams = [
        ("Numbing cream", _cream(session, row)) for row in session.creams.select_related("product").order_by("pk")
    ]
    serums = [("Serum or gel", _serum(row)) for row in session.serums.select_related("product").order_by("pk")]
    return [*creams, *serums]


def _cream(session: Session, cream: NumbingCream) -> str:
    times = [f"on {_moment(session, cream.on_at)}", f"off {_moment(session, cream.off_at)}" if cream.off_at else ""]
    return _list(str(cream), cream.product.maker, cream.strength, *times, *_lot(cream))


def _serum(serum: Serum) -> str:
    return _list(str(serum), serum.product.maker, *_lot(serum))


def _lot(row: NumbingCream | Serum) -> list[str]:
    expires = f"expires {_day(row.expires_on)}" if row.expires_on else ""
    return [f"lot {row.lot_number}" if row.lot_number else "", expires]


def _amended(session: Session) -> Lines:
    """What holds in place of the lines above."""
    return [(one.label, f"{one.after} (it said: {one.before or 'nothing'})") for one in session.amendments.all()]


def _done(case: Case) -> Lines:
    told = [entry for entry in case.entries.all() if entry.kind not in NOT_TOLD]
    photographs = case.entries.exclude(photograph=None).count()
    kept = [("Photographs", f"{photographs} kept with the case")] if photographs else []
    return [*((_moment(case, entry.at), f"{entry.get_kind_display()}. {entry.note}") for entry in told), *kept]


def _list(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _day(day: date | None) -> str:
    return f"{day:%-d %b %Y}" if day else ""


def _moment(row: Case | Session, at: datetime | None) -> str:
    return f"{at.astimezone(ZoneInfo(row.clinic.time_zone)):%-d %b %Y, %H:%M}" if at else ""
