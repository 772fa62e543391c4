"""How often completed sessions were followed by a reaction case: by device, lot, depth and skin type."""

from typing import Any

from django.db.models import Case as FirstOf
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Upper

from clients.records.terms import SkinType
from treatments.cases.models import Case
from treatments.cases.terms import Grade
from treatments.reactions.rules import BANDS, Rate
from treatments.sessions.models import Session, SessionZone

NOT_RECORDED = "Not recorded"
Table = tuple[str, list[Rate]]


def rates() -> list[Table]:
    """Four tables: a heading and its rows; four queries, however many sessions there are."""
    done = _done()
    return [
        ("Device", [_rate(f"{row['name']} ({row['serial']})", row) for row in _by_device(done)]),
        ("Cartridge lot", [_rate(row["in_capitals"] or NOT_RECORDED, row) for row in _by_lot(done)]),
        ("Deepest zone", _in_order([words for words, _ in BANDS], _by_depth(done), "band")),
        ("Skin type", _in_order(list(SkinType.values), _by_skin(done), "client__skin_type", "Type ")),
    ]


def _done() -> QuerySet[Session, Any]:
    """Completed sessions, each with whether a reaction followed, and a grave one.

    What was done in them is counted as it was amended, else as it is written down.
    """
    cases = Case.objects.reactions().filter(session=OuterRef("pk"))
    grave = cases.filter(grade__gte=Grade.DOCTOR)
    return Session.objects.completed().annotate(has_case=Exists(cases), has_grave=Exists(grave)).order_by()


def _counted(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    counted: QuerySet[Any, Any] = rows.annotate(
        sessions_done=Count("pk"),
        clients_seen=Count("client", distinct=True),
        reacted=Count("pk", filter=Q(has_case=True)),
        grave=Count("pk", filter=Q(has_grave=True)),
    )
    return counted


def _by_device(done: QuerySet[Session, Any]) -> QuerySet[Any, Any]:
    used = {name: Coalesce(f"as_amended__device__{name}", f"device__{name}") for name in ("id", "name", "serial")}
    rows = _counted(
        done.annotate(used=used["id"], name=used["name"], serial=used["serial"]).values("used", "name", "serial")
    )
    return rows.order_by("name", "serial")


def _by_lot(done: QuerySet[Session, Any]) -> QuerySet[Any, Any]:
    """Those with most reactions first."""
    rows = _counted(
        done.annotate(in_capitals=Upper(Coalesce("as_amended__cartridge_lot", "cartridge_lot"))).values("in_capitals")
    )
    return rows.order_by("-reacted", "-sessions_done", "in_capitals")


def _by_depth(done: QuerySet[Session, Any]) -> QuerySet[Any, Any]:
    deepest = SessionZone.objects.filter(session=OuterRef("pk")).order_by("-depth_mm").values("depth_mm")[:1]
    bands = [When(deepest__lt=until, then=Value(words)) for words, until in BANDS if until is not None]
    over = When(deepest__isnull=False, then=Value(BANDS[-1][0]))
    amended = When(as_amended__isnull=False, then=F("as_amended__deepest_mm"))
    with_band = done.annotate(
        deepest=FirstOf(amended, default=Subquery(deepest)), band=FirstOf(*bands, over, default=Value(""))
    )
    return _counted(with_band.values("band"))


def _by_skin(done: QuerySet[Session, Any]) -> QuerySet[Any, Any]:
    return _counted(done.values("client__skin_type"))


def _in_order(known: list[str], rows: QuerySet[Any, Any], key: str, before: str = "") -> list[Rate]:
    """As the words are listed; what is not recorded comes last."""
    found = {row[key]: row for row in rows}
    named = [_rate(f"{before}{words}", found[words]) for words in known if words in found]
    return [*named, *(_rate(NOT_RECORDED, row) for words, row in found.items() if words not in known)]


def _rate(words: str, row: dict[str, Any]) -> Rate:
    return Rate(words, row["sessions_done"], row["clients_seen"], row["reacted"], row["grave"])
