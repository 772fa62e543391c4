"""What pages show of photographs: a session's checklist, a client's strip through time, two side by side."""

from collections.abc import Iterable
from dataclasses import dataclass

from clients.records.models import Client
from treatments.photos.models import Photograph
from treatments.photos.terms import HOW, Moment, View
from treatments.sessions.models import Session
from treatments.sessions.terms import State


@dataclass(frozen=True)
class Slot:
    """One view at one moment: how to stand, and what was taken so far."""

    view: View
    how: str
    photographs: tuple[Photograph, ...]


@dataclass(frozen=True)
class Part:
    """One moment of a session with its five views; `open` while photographs can be added to it."""

    moment: Moment
    slots: tuple[Slot, ...]
    open: bool

    @property
    def taken(self) -> int:
        """How many views there are photographs of."""
        return sum(1 for slot in self.slots if slot.photographs)

    @property
    def next_view(self) -> View | None:
        """The first view that is still missing."""
        return next((slot.view for slot in self.slots if not slot.photographs), None)


def checklist(session: Session) -> list[Part]:
    """The five views by moment; one query."""
    taken = list(Photograph.objects.standing().filter(session=session).through_time())
    return [
        Part(
            moment,
            tuple(Slot(view, HOW[view], _of(taken, moment=moment, view=view)) for view in View),
            open=session.state not in {State.CANCELLED, State.BOOKED}
            or (session.state == State.BOOKED and moment == Moment.BEFORE),
        )
        for moment in Moment
    ]


def _of(taken: Iterable[Photograph], *, moment: str, view: str) -> tuple[Photograph, ...]:
    return tuple(one for one in taken if one.moment == moment and one.view == view)


def of_client(client: Client) -> list[Photograph]:
    """All that stand, the earliest first, with their sessions; one query."""
    mine = Photograph.objects.standing().filter(client=client)
    return list(mine.select_related("session").through_time())


def latest_of_each_view(client: Client) -> list[Photograph]:
    """Of each view the newest that stands, not straight after a session while there is a calmer one; one query."""
    newest: dict[str, Photograph] = {}
    for one in of_client(client):
        if one.moment != Moment.AFTER or one.view not in newest:
            newest[one.view] = one
    return [newest[view] for view in View if view in newest]


def strip(photographs: Iterable[Photograph]) -> list[tuple[View, list[Photograph]]]:
    """By view, the earliest first; views without any are left out."""
    held = list(photographs)
    rows = [(view, [one for one in held if one.view == view]) for view in View]
    return [(view, row) for view, row in rows if row]
