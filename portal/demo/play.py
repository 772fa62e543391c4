"""Plays many stories in the order of the calendar, and lets the post of those days leave in between."""

import heapq
from collections.abc import Generator
from datetime import datetime, timedelta
from typing import Any

from clients.messages.delivery import BOUNCED
from clients.messages.mime import kept
from clients.messages.models import Message
from clients.messages.moves import move
from clients.messages.prepare import NotRight, prepare
from clients.messages.terms import State
from clients.messages.wordings import write_wordings

# A story yields the moment of its next act; what follows the yield happens then. Moments never go backwards.
Story = Generator[datetime, None, None]
REFUSED_DOMAIN = "@refused.example"
A_TICK = timedelta(seconds=12)


class Play:
    """All stories until now. An act that lies in the future never happens: a story just ends there."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.held_back: set[str] = set()  # keys of messages that are for the real post office
        self.acts: list[tuple[datetime, int, Story]] = []
        self.stories = 0

    def add(self, story: Story) -> None:
        """Let a story begin."""
        self.stories += 1
        self._next_act(story, self.stories)

    def run(self) -> None:
        """Play every act whose time has come, the earliest first."""
        while self.acts and self.acts[0][0] <= self.now:
            at, number, story = heapq.heappop(self.acts)
            self.deliver(at)
            self._next_act(story, number)
        self.deliver(self.now)

    def _next_act(self, story: Story, number: int) -> None:
        at = next(story, None)
        if at is not None:
            heapq.heappush(self.acts, (at, number, story))

    def deliver(self, until: datetime) -> None:
        """Record what the post office would have recorded by then; for the demo's past only. Nothing is emailed.

        Each message is asked, rendered and kept by the post office's own code, as of the time it was due.
        """
        due = Message.objects.due(until).exclude(key__in=self.held_back).select_related("clinic", "client")
        for message in due.order_by("due_at", "id"):
            at = min(message.due_at + A_TICK, self.now)
            waiting = {"state": State.SCHEDULED}
            try:
                prepared = prepare(message, at)
            except NotRight as why:
                move(message, to=State.SKIPPED, event="skipped", at=at, expected=waiting, why=str(why))
                continue
            if prepared.address.endswith(REFUSED_DOMAIN):
                why_not = BOUNCED.format(code=550)
                move(message, to=State.FAILED, event="failed", at=at, expected=waiting, attempts=1, why=why_not)
                continue
            write_wordings(message.clinic_id, [prepared.rendered])
            as_kept: dict[str, Any] = kept(prepared.rendered)
            move(
                message,
                to=State.SENT,
                event="sent",
                at=at,
                expected=waiting,
                attempts=1,
                sent_at=at,
                address=prepared.address,
                **as_kept,
            )
