"""An id that comes from outside: out of an address, a filter or a prefilled page."""

import re

ID = re.compile(r"[0-9]{1,18}")  # what every database can look for; str.isdigit() would let "²" through to int()


def id_from(text: str) -> int | None:
    """The id, or None for what cannot be one."""
    return int(text) if ID.fullmatch(text) else None
