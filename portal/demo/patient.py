"""One client of the demo: who they are, who cares for them, and the rows made so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from clients.records.models import Client
from portal.demo.clinic import Team
from portal.demo.people import Person
from portal.demo.play import Play
from portal.practice.models import Membership
from treatments.plans.guidance import ZoneDepth
from treatments.plans.models import Plan
from treatments.screening.models import Screening
from treatments.sessions.models import Session

FACE = (ZoneDepth("cheeks", Decimal("1.00")), ZoneDepth("forehead", Decimal("0.50")))
SCARS = (ZoneDepth("cheeks", Decimal("1.50")), ZoneDepth("chin", Decimal("1.00")))
DEEP_SCARS = (ZoneDepth("cheeks", Decimal("1.75"), "Deep boxcar scars; no answer to 1.5 mm."),)
NECK = (ZoneDepth("neck", Decimal("0.50")), ZoneDepth("decollete", Decimal("0.50")))
BODY = (ZoneDepth("thighs", Decimal("1.25")), ZoneDepth("abdomen", Decimal("1.25")))


@dataclass(frozen=True)
class Judged:
    """A screening that is accepted although the rules ask for a review: what was said, why, on what conditions."""

    said: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    conditions: Sequence[str] = ()
    letter: Sequence[str] = ()  # the lines of the doctor's letter


@dataclass
class Known:
    """A client as their story goes on."""

    play: Play
    team: Team
    person: Person
    by: Membership
    agrees_to: tuple[str, ...] = ()  # besides the treatment
    numbed: bool = False  # the plan is with numbing cream
    signs_at_once: bool = True  # else the consent goes by email, and waits
    client: Client = field(init=False)
    screening: Screening = field(init=False)
    plan: Plan = field(init=False)
    session: Session = field(init=False)

    @property
    def full_name(self) -> str:
        """As they sign."""
        return f"{self.person.first} {self.person.last}"
