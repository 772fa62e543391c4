"""The numbered sources of docs/clinical.md, and sources split into words and numbers that lead to them."""

import json
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

NUMBER = re.compile(r"\[(\d+)\]")


class Piece(NamedTuple):
    """Some words of a source; with a number they lead to its entry."""

    words: str
    number: str = ""


@cache
def numbered_sources() -> dict[str, str]:
    """What each number stands for: "Sources seen" of docs/clinical.md."""
    kept: dict[str, str] = json.loads((Path(__file__).parent / "sources.json").read_text(encoding="utf-8"))
    return kept


def pieces(source: str) -> list[Piece]:
    """The source in order, such as "SkinPen" and "[1]"."""
    known = numbered_sources()
    parts = NUMBER.split(source)  # words, number, words, number, words
    return [
        Piece(f"[{part}]", part if part in known else "") if place % 2 else Piece(part)
        for place, part in enumerate(parts)
        if part
    ]
