"""What is missing before a record is signed, each with the page on which it is filled in."""

from collections.abc import Callable
from typing import NamedTuple

from django.urls import reverse

from portal.practice.models import User
from treatments.sessions.guidance import Where
from treatments.sessions.models import Session
from treatments.sessions.services.record import missing_before_signing

# What slices above sessions point out, such as photographs that are missing: words and address, None when nothing.
Hint = Callable[[Session], tuple[str, str] | None]
HINTS: list[Hint] = []
PAGES = {
    Where.COMPLETE: ("complete", "Complete it"),
    Where.REOPEN: ("reopen", "Reopen the session"),
    Where.MATERIALS: ("materials", "Fill it in"),
}


class Shown(NamedTuple):
    """One thing that is missing, and the button that leads to where it is filled in; "" without the right to it."""

    words: str
    blocks: bool
    button: str = ""
    url: str = ""


def gaps_of(user: User, session: Session) -> list[Shown]:
    """What is missing, what blocks first."""
    found = []
    for gap in missing_before_signing(session):
        verb, button = PAGES[gap.where]
        right = "complete" if gap.where == Where.MATERIALS else verb
        url = reverse(f"admin:treatments_session_{verb}", args=[session.pk])
        may = user.has_perm(f"treatments.{right}_session")
        anchor = f"#{gap.anchor}" if gap.anchor else ""
        found.append(Shown(gap.words, gap.blocks, *((button, f"{url}{anchor}") if may else ())))
    hints = [Shown(hint[0], False, "Add them", hint[1]) for one in HINTS if (hint := one(session))]
    return [*found, *hints]
