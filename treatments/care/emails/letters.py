"""A step's words as a ready email: rendered once with marks in place of the fields, then joined for each message.

Rendering, escaping and moving the styles to where mail programs look for them cost a thousand times what a join costs,
and no template ever sees what a client is called.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from django.template.loader import render_to_string
from django.utils import translation

from clients.messages.mime import coded_piece
from clients.messages.pieces import Piece, Pieces, joined, safe
from portal.practice.emails import INLINER
from portal.practice.guidance import emergency_words
from treatments.care.guidance import FIELD, FIELDS, OWN_PARAGRAPH, Words
from treatments.consents.rules import Block, parse, words_of

if TYPE_CHECKING:
    from portal.practice.models import Clinic

BEGIN_FIELD, END_NAME, BEGIN_GROUP, END_GROUP = "\ue000", "\ue001", "\ue002", "\ue003"
MARK = re.compile(f"{BEGIN_FIELD}([a-z_]+){END_NAME}")
GROUP = re.compile(f"{BEGIN_GROUP}([a-z_]+){END_NAME}(.*?){END_GROUP}", re.DOTALL)
SENTENCE = re.compile(r"(?<=[.!?]) ")
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
# What the frame of every email needs, beside the fields that people write.
OF_THE_FRAME = ("link", "personal_line", "off_link")
# A telephone shows the first words of an email under its subject, also locked: ours say nothing, and this keeps the
# others out of sight.
OUT_OF_SIGHT = "\u034f\u200c\u00a0" * 60
KEPT = 256  # letters; one is about 40 kB
BRIEF = 60  # characters: names, days and telephone numbers come again with other emails, links do not


class Part(NamedTuple):
    """One step of an email: its words, and whether it has questions behind the link."""

    words: Words
    asks: bool


class Look(NamedTuple):
    """What of a clinic stands in its emails. Another look is another letter."""

    name: str
    colour: str
    address: str
    phone: str
    emergency: str


@dataclass(frozen=True)
class Shown:
    """One block of a body; marks around it when it is there only if a field has a value."""

    block: Block
    begin: str = ""
    end: str = ""


@dataclass(frozen=True)
class Letter(Pieces):
    """A step's wording."""

    def coded(self, values: Mapping[str, str]) -> tuple[bytes, bytes]:
        """Text and HTML with these values as they travel. Only the values are coded for each message."""
        text, html = self._coded
        plain, inert = {}, {}
        for name, value in values.items():
            plain[name], inert[name] = _both_ways(value) if len(value) < BRIEF else both_ways(value)
        return joined(b"", text, plain), joined(b"", html, inert)

    @cached_property
    def _coded(self) -> tuple[tuple[Piece[bytes], ...], tuple[Piece[bytes], ...]]:
        text, html = (
            tuple(Piece(when, coded_piece(words), field) for when, words, field in pieces)
            for pieces in (self.text, self.html)
        )
        return text, html


def both_ways(value: str) -> tuple[bytes, bytes]:
    """A value as it travels in text, and in HTML."""
    plain, inert = coded_piece(value), safe({"": value})[""]
    return plain, plain if inert == value else coded_piece(inert)


_both_ways = lru_cache(maxsize=2048)(both_ways)


def look_of(clinic: "Clinic", language: str) -> Look:
    """The clinic as its emails show it now."""
    emergency = clinic.emergency_words or _emergency(clinic.country, language)
    return Look(clinic.name, clinic.colour, clinic.address, clinic.phone, emergency)


def emergency_of(clinic: "Clinic") -> str:
    """Whom to call: the clinic's own wording, else its country's."""
    return clinic.emergency_words or emergency_words(clinic.country)


def letter_and_style(parts: tuple[Part, ...], language: str, look: Look) -> tuple[Letter, str]:
    """The same email with its styles apart, for a page of ours, which allows none inside; "style" is their address."""
    text, html = rendered(parts, language, look)
    style = STYLE.search(html)
    html = STYLE.sub(f'<link rel="stylesheet" href="{_field("style")}">', html)
    return Letter(parts[0].words.subject, tuple(_pieces(text)), tuple(_pieces(html))), style[1] if style else ""


@lru_cache(maxsize=KEPT)
def letter_of(parts: tuple[Part, ...], language: str, look: Look) -> Letter:
    """The email that carries these steps, the leading one first, in one language and for one clinic."""
    text, html = rendered(parts, language, look)
    return Letter(parts[0].words.subject, tuple(_pieces(text)), tuple(_pieces(INLINER.inline(html))))


def rendered(parts: tuple[Part, ...], language: str, look: Look) -> tuple[str, str]:
    """Text and HTML with marks in place of the fields, styles still apart."""
    lead, *others = parts
    context = {
        "clinic": look,
        "emergency": look.emergency,
        "title": _marked(lead.words.title),
        "blocks": _blocks(lead.words.body),
        # Questions of one email are answered behind one link; a step that asks nothing says what it has to say.
        "also": [_marked(part.words.title) for part in others if part.asks],
        "more": [(_marked(part.words.title), _blocks(part.words.body)) for part in others if not part.asks],
        "button": next((part.words.button for part in parts if part.asks), ""),
        "warnings": list(_warnings(part.words.warning for part in parts)),
        "mark": {name: _field(name) for name in (*FIELDS, *OF_THE_FRAME)},
        "begin": {name: _begin(name) for name in OF_THE_FRAME},
        "end": END_GROUP,
        "out_of_sight": OUT_OF_SIGHT,
    }
    with translation.override(language):
        return render_to_string("emails/care/letter.txt", context), render_to_string("emails/care/letter.html", context)


def _warnings(said: Iterable[str]) -> Iterator[str]:
    """The warnings of all steps; what two of them say is said once."""
    known: set[str] = set()
    for warning in said:
        sentences = [one for one in SENTENCE.split(_marked(warning)) if one not in known]
        known.update(sentences)
        if words := " ".join(sentences):
            yield words


@lru_cache(maxsize=KEPT)
def _emergency(country: str, language: str) -> str:
    with translation.override(language):
        return emergency_words(country)


def _pieces(words: str) -> Iterator[Piece[str]]:
    end = 0
    for group in GROUP.finditer(words):
        yield from _fields(words[end : group.start()], "")
        yield from _fields(group[2], group[1])
        end = group.end()
    yield from _fields(words[end:], "")


def _fields(words: str, when: str) -> Iterator[Piece[str]]:
    end = 0
    for found in MARK.finditer(words):
        yield Piece(when, words[end : found.start()], found[1])
        end = found.end()
    yield Piece(when, words[end:], "")


def _blocks(body: str) -> list[Shown]:
    return [_shown(block) for block in parse(_marked(body))]


def _shown(block: Block) -> Shown:
    alone = MARK.fullmatch(words_of(block.spans))
    if alone and alone[1] in OWN_PARAGRAPH:
        return Shown(block, _begin(alone[1]), END_GROUP)
    return Shown(block)


def _marked(words: str) -> str:
    return FIELD.sub(lambda found: _field(found[1]), words)


def _field(name: str) -> str:
    return f"{BEGIN_FIELD}{name}{END_NAME}"


def _begin(name: str) -> str:
    return f"{BEGIN_GROUP}{name}{END_NAME}"
