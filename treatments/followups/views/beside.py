"""What a slice above follow-ups adds to the questions: photographs. It adds itself in its views."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from django import forms
from django.http import HttpRequest

from clients.links.models import ClientLink
from treatments.followups.models import Followup


class Beside(Protocol):
    """A part of the form of one request. It is kept for itself: no answer waits for it, and it waits for no answer."""

    @property
    def form(self) -> forms.Form:
        """With what is wrong at its fields; without those that were received."""

    @property
    def received(self) -> Sequence[str]:
        """What has just been kept, in words."""

    @property
    def problem(self) -> str:
        """Why no more is taken, else ""."""

    @property
    def address(self) -> str:
        """Of a page for it alone."""

    def keep(self) -> None:
        """Read and keep what was sent of it, if anything was."""


BESIDE: list[Callable[[HttpRequest, ClientLink, Followup, datetime], Beside | None]] = []


def beside(request: HttpRequest, link: ClientLink, followup: Followup, at: datetime) -> Beside | None:
    """The part that is offered with this follow-up's questions, if any is."""
    return next((part for offer in BESIDE if (part := offer(request, link, followup, at))), None)
