"""What may be said of how often sessions are followed by a reaction. Pure."""

from decimal import Decimal
from typing import NamedTuple

from portal.practice.proportions import Interval, too_few, wilson

# The deepest zone of a session: the words of each band, and from which depth on it is another.
BANDS: tuple[tuple[str, Decimal | None], ...] = (
    ("Less than 0.5 mm", Decimal("0.50")),
    ("0.5 to less than 1.0 mm", Decimal("1.00")),
    ("1.0 to 1.5 mm", Decimal("1.51")),
    ("More than 1.5 mm", None),
)
TOO_FEW = "Too few to say"


class Rate(NamedTuple):
    """One device, lot, depth or skin type: its sessions, their clients, and how many were followed by a reaction."""

    words: str
    sessions: int
    clients: int
    reacted: int
    grave: int  # of grade 3 or 4

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval of the share, from 0 to 1; from fewer than ten sessions or clients nothing."""
        few = too_few(self.sessions) or too_few(self.clients)
        return None if few else wilson(self.reacted, self.sessions)

    @property
    def share(self) -> str:
        """Such as "4 % (1 to 12 %)", with the 95 % interval; from fewer than ten sessions or clients nothing."""
        if self.interval is None:
            return TOO_FEW
        low, high = self.interval
        return f"{percent(self.reacted / self.sessions)} % ({percent(low)} to {percent(high)} %)"


def percent(share: float) -> str:
    """A share in percent, with one decimal under ten."""
    value = 100 * share
    return f"{value:.0f}" if value >= 9.95 or value == 0 else f"{value:.1f}"  # noqa: PLR2004
