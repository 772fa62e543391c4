"""What slices above photographs offer for two that are compared: each adds itself when its pages are loaded."""

from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest

from treatments.photos.models import Photograph


class Button(NamedTuple):
    """Its words and where it leads."""

    word: str
    url: str


Offer = Callable[[HttpRequest, Photograph, Photograph], Button | None]  # None: not for these, or not for them
OFFERS: list[Offer] = []


def offers_for(request: HttpRequest, first: Photograph | None, second: Photograph | None) -> list[Button]:
    """What whoever is signed in may do with these two."""
    if first is None or second is None:
        return []
    return [found for offer in OFFERS if (found := offer(request, first, second))]
