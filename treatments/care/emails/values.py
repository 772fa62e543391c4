"""What stands in the fields, in the reader's language and the clinic's time. A day is written once for all clients."""

from datetime import date, datetime
from functools import lru_cache

from django.utils import formats, timezone, translation
from django.utils.translation import gettext


def day_of(moment: datetime, language: str) -> str:
    """The local day of a moment, as it is written in a language."""
    return written(timezone.localtime(moment).date(), language)


def next_session_words(booked: datetime | None, due: datetime | None, language: str) -> str:
    """When the next session is booked for, else from when it is due; "" when there is none."""
    if booked:
        return _booked_words(timezone.localtime(booked).replace(tzinfo=None), language)
    return _due_words(timezone.localtime(due).date(), language) if due else ""


@lru_cache(maxsize=512)
def _booked_words(local: datetime, language: str) -> str:
    with translation.override(language):
        return gettext(
            "Your next session is booked for %(day)s at %(hour)s. Before it we will ask again whether anything"
            " about your health has changed."
        ) % {"day": written(local.date(), language), "hour": formats.time_format(local, "TIME_FORMAT")}


@lru_cache(maxsize=512)
def _due_words(day: date, language: str) -> str:
    with translation.override(language):
        return gettext(
            "Your plan has another session, from %(day)s on. Call us to find a time. Before it we will ask again"
            " whether anything about your health has changed."
        ) % {"day": written(day, language)}


@lru_cache(maxsize=512)
def written(day: date, language: str) -> str:
    """A day as it is written in a language."""
    with translation.override(language):
        return formats.date_format(day, "DATE_FORMAT")
