"""The chart of a client's last session, for their page."""

from dataclasses import dataclass

from portal.client_page.history import History
from treatments.sessions.admin.charts import Drawing, drawings_of
from treatments.sessions.models import Session
from treatments.sessions.terms import State


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
    points = list(done[-1].points.all())
    words = [*(str(zone) for zone in zones), *(f"Point {point}" for point in points)]
    return LastChart(done[-1], drawings_of(zones, points), words)
