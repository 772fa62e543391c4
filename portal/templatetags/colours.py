"""A clinic's colour in templates."""

from django import template

from portal import colour

register = template.Library()


@register.filter
def digits(value: str) -> str:
    """The six digits of a colour, for the address of its stylesheet."""
    return value.removeprefix("#").lower()


@register.filter
def ink(value: str) -> str:
    """The ink that reads on a band of this colour."""
    return colour.ink_on(value)


@register.filter
def on_white(value: str) -> str:
    """The shade of this colour that reads as text on white."""
    return colour.legible_on(colour.WHITE, value)
