"""The chart of a client's last session, for their page."""

from dataclasses import dataclass

from portal.client_page.history import History
from treatments.products.terms import Zone
from treatments.sessions.admin.charts import Drawing, drawings_of
from treatments.sessions.models import Session, SessionZone
from treatments.sessions.services import depths_now
from treatments.sessions.terms import Amendable, State


@dataclass(frozen=True)
class LastChart:
    """The session, its drawings, and the same in words."""

    session: Session
    drawings: list[Drawing]
    words: list[str]


def last_chart(history: History) -> LastChart | None:
    """None before the first session that was charted, and for those who see no depths."""
    done = history.sessions_in(State.COMPLETED) if history.cares else []
    zones = list(done[-1].zones.order_by("pk")) if done else []
    if not zones:
        return None
    session, points = done[-1], list(done[-1].points.all())
    words = [*_zone_words(session, zones), *(f"Point {point}" for point in points)]
    return LastChart(session, drawings_of(depths_now(session), points), words)


def _zone_words(session: Session, zones: list[SessionZone]) -> list[str]:
    """Each zone as it was signed; one that was amended, and one that was forgotten, as it should say."""
    last = {(one.subject, one.part): one for one in session.amendments.order_by("pk")}
    depths = {part: one for (subject, part), one in last.items() if subject == Amendable.DEPTH}
    chart = [one for (subject, _), one in last.items() if subject == Amendable.CHART]
    signed = [str(zone) for zone in zones if zone.zone not in depths]
    amended = [f"{Zone(part).label} {one.after} (amended)" for part, one in depths.items()]
    return [*signed, *amended, *(f"Amended: {one.after}" for one in chart)]
