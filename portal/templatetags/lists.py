"""Lists that become cards on a phone."""

from collections.abc import Iterable

from django import template

register = template.Library()


@register.filter
def beside(cells: Iterable[object], headers: Iterable[object]) -> list[tuple[object, object]]:
    """Each cell of a row with the heading of its column."""
    return list(zip(headers, cells, strict=False))
