"""Where in a JSON text a place is, so that whoever edits a questionnaire finds the line."""

import json
import re
from collections.abc import Iterator, Sequence

BLANK = re.compile(r"[ \t\r\n]*")
Step = str | int


def line_of(text: str, steps: Sequence[Step]) -> int:
    """The line on which that place begins, or else the innermost place around it that is there. `text` is JSON."""
    at = _skip(text, 0)
    for step in steps:
        found = next((start for name, start in _parts(text, at) if name == step), None)
        if found is None:
            break
        at = found
    return text.count("\n", 0, at) + 1


def line_of_second(text: str) -> tuple[int, str] | None:
    """The line and the key that is written a second time in one pair of braces."""
    waiting = [_skip(text, 0)]
    while waiting:
        at = waiting.pop()
        seen: set[Step] = set()
        for name, start in _parts(text, at):
            if name in seen:
                return text.count("\n", 0, start) + 1, str(name)
            seen.add(name)
            waiting.append(start)
    return None


def _parts(text: str, at: int) -> Iterator[tuple[Step, int]]:
    """The key (or number) of each part of the object (or list) that begins there, and where its value begins."""
    closing = {"{": "}", "[": "]"}.get(text[at])
    number, end = 0, _skip(text, at + 1)
    while closing and text[end] != closing:
        name: Step = number
        if closing == "}":
            name, end = _scalar(text, end)
            end = _skip(text, _skip(text, end) + 1)  # behind the colon
        yield name, end
        _, end = _scalar(text, end)
        end = _skip(text, end)
        end = _skip(text, end + 1) if text[end] == "," else end
        number += 1


def _scalar(text: str, at: int) -> tuple[str, int]:
    value, end = json.JSONDecoder().raw_decode(text, at)
    return str(value), end


def _skip(text: str, at: int) -> int:
    found = BLANK.match(text, at)
    return found.end() if found else at
