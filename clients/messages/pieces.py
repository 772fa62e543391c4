"""A wording in pieces: ready words, and between them the fields in which each email says something of its own."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any, AnyStr, Generic, NamedTuple


class Piece(NamedTuple, Generic[AnyStr]):
    """Ready words, then the value of a field ("" = none). `when`: only if that field has a value.

    In words, or in bytes as it travels.
    """

    when: str
    words: AnyStr
    field: str


@dataclass(frozen=True)
class Pieces:
    """An email with marks in place of its fields. The words are ready, the styles are where they belong."""

    subject: str
    text: tuple[Piece[str], ...]
    html: tuple[Piece[str], ...]

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Text and HTML with these values, which are plain words. Raises KeyError for a field without a value."""
        return joined("", self.text, values), joined("", self.html, safe(values))

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """What an email of this wording says something of its own about."""
        named = {name for when, _words, field in (*self.text, *self.html) for name in (when, field)}
        return tuple(sorted(named - {""}))

    @cached_property
    def content(self) -> dict[str, Any]:
        """The same to be written down; read() understands it."""
        return {"subject": self.subject, "text": [*map(list, self.text)], "html": [*map(list, self.html)]}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content: equal words, equal digest."""
        said = json.dumps(self.content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(said.encode()).hexdigest()


def read(content: Mapping[str, Any]) -> Pieces:
    """A wording as it was written down."""
    return Pieces(content["subject"], _read(content["text"]), _read(content["html"]))


def joined(nothing: AnyStr, pieces: Iterable[Piece[AnyStr]], values: Mapping[str, AnyStr]) -> AnyStr:
    """The pieces with their values, one after another."""
    out = []
    for when, words, field in pieces:
        if when and not values[when]:
            continue
        out.append(words)
        if field:
            out.append(values[field])
    return nothing.join(out)


def safe(values: Mapping[str, str]) -> dict[str, str]:
    """The values as they stand in HTML."""
    return {name: escape(value).replace("\n", "<br>") for name, value in values.items()}


def _read(pieces: Iterable[Iterable[str]]) -> tuple[Piece[str], ...]:
    return tuple(Piece(*piece) for piece in pieces)
