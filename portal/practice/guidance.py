"""What to tell a client whose skin worries them, by country. Pure words."""

import re
from typing import NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from portal.practice.terms import Country, Language

# Source: docs/clinical.md section 3 (999/911, 111, A&E); elsewhere, the country's public emergency numbers.
# No clinician has signed these: a clinic may replace them with its own emergency wording.
EMERGENCY: dict[str, str] = {
    Country.UNITED_KINGDOM: _("For advice call NHS 111. In an emergency call 999."),
    Country.SCOTLAND: _("For advice call NHS 24 on 111. In an emergency call 999."),
    Country.IRELAND: _("For advice call your GP or out-of-hours doctor. In an emergency call 112 or 999."),
    Country.UNITED_STATES: _("For advice call your doctor or an urgent care clinic. In an emergency call 911."),
    Country.CANADA: _("For advice call 811. In an emergency call 911."),
    Country.AUSTRALIA: _("For advice call Healthdirect on 1800 022 222. In an emergency call 000."),
    Country.GERMANY: _("For advice call 116 117. In an emergency call 112."),
    Country.AUSTRIA: _("For advice call 1450. In an emergency call 144 or 112."),
    Country.SWITZERLAND: _("For advice call your doctor. In an emergency call 144 or 112."),
    Country.FRANCE: _("For advice call your doctor. In an emergency call 15 or 112."),
    Country.SPAIN: _("For advice call your health centre. In an emergency call 112."),
}


def emergency_words(country: str) -> str:
    """Whom to call, in two sentences of the reader's language. Raises KeyError for a country that is not in terms."""
    return gettext(EMERGENCY[country])


# What counts as fever, and where people measure in Fahrenheit. Source: docs/clinical.md section 3.
FEVER, IN_FAHRENHEIT = "38 °C", " (100.4 °F)"
MEASURES_IN_FAHRENHEIT = {Country.UNITED_STATES}


def fever_words(country: str, language: str) -> str:
    """What counts as fever: also in °F where people measure so, whatever they speak, and for whoever reads English."""
    return FEVER + IN_FAHRENHEIT if language == Language.ENGLISH else in_their_degrees(FEVER, country)


def in_their_degrees(words: str, country: str) -> str:
    """Words that name the temperature of a fever, in °F too where people measure so."""
    if country not in MEASURES_IN_FAHRENHEIT or IN_FAHRENHEIT in words:
        return words
    return words.replace(FEVER, FEVER + IN_FAHRENHEIT)


# Three digits or more, or two after "call" in any of our languages: right for "NHS 24 on 111" and for "call 15 or 112".
CALL = ("call ", "wählen Sie ", "appelez le ", "llame al ")
AFTER_CALL = "|".join(f"(?<={words})" for words in CALL)
NUMBER = re.compile(rf"((?<!\d)\+?\d(?: ?\d){{2,}}|(?:{AFTER_CALL})\d\d(?!\d))")


class Part(NamedTuple):
    """A piece of a sentence, and the number to dial if it is one."""

    words: str
    dial: str


def with_numbers(sentence: str) -> list[Part]:
    """A sentence in pieces, so that every telephone number in it can be a link."""
    pieces = NUMBER.split(sentence)
    return [
        Part(piece, piece.replace(" ", "") if position % 2 else "") for position, piece in enumerate(pieces) if piece
    ]
