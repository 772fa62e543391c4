"""How a consent document is read: Markdown in, a plain tree of blocks out. Pure; nothing here is HTML.

Templates show the blocks with their own escaping, and the PDF gets them as data. What the blocks cannot say (pictures,
tables, HTML, lists in lists) is refused with its line, so that no client signs something other than the author saw.
"""

import hashlib
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

INITIALS = "[initials]"  # at the start of a paragraph or list item: the client writes their initials beside it
LONGEST, DEEPEST_HEADING = 60_000, 3  # characters
MOST_POINTS, BOX = 5_000, (600, 200)
# Link definitions are off, so that [initials] is never a link; text_join is off, so that \* and * stay apart.
READER = MarkdownIt("commonmark", {"html": False}).disable(["reference", "text_join"])
KINDS = {"heading": "heading", "paragraph": "paragraph", "bullet_list": "list", "ordered_list": "list"}
TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
LEFT_OVER = {"**": "two asterisks without their partner", "__": "two underlines without their partner"}
BREAKS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\s]+")
MARKS = re.compile(r"([!-/:-@\[-`{-~])")


class OddText(Exception):
    """This text cannot be shown as it is written; the arguments say where and why."""

    def __init__(self, line: int, words: str) -> None:
        """`line` counts from 1."""
        super().__init__(line, words)
        self.line, self.words = line, words

    def __str__(self) -> str:
        return f"Line {self.line}: {self.words}"


@dataclass(frozen=True)
class Span:
    """Words in one style."""

    text: str
    strong: bool = False
    em: bool = False


@dataclass(frozen=True)
class Item:
    """One point of a list; `clause` is its number when it needs initials, else 0."""

    spans: tuple[Span, ...]
    clause: int = 0


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph or a list."""

    kind: str  # heading, paragraph, list
    spans: tuple[Span, ...] = ()
    items: tuple[Item, ...] = ()
    level: int = 0  # of a heading, 1 to 3
    ordered: bool = False
    clause: int = 0  # of a paragraph that needs initials


def parse(markdown: str) -> tuple[Block, ...]:
    """The text as blocks, clauses that need initials numbered from 1. Raises OddText."""
    if len(markdown) > LONGEST:
        raise OddText(1, f"the text is longer than {LONGEST} characters.")
    tree = SyntaxTreeNode(READER.parse(markdown))
    numbers = iter(range(1, LONGEST))
    blocks = tuple(_block(node, numbers) for node in tree.children)
    if not any(block.kind != "heading" for block in blocks):
        raise OddText(1, "the text is empty.")
    return blocks


def clauses(blocks: Sequence[Block]) -> tuple[int, ...]:
    """The numbers of the clauses that need initials."""
    every = [clause for block in blocks for clause in (block.clause, *(item.clause for item in block.items))]
    return tuple(clause for clause in every if clause)


def words_of(spans: Sequence[Span]) -> str:
    """The words without their style."""
    return "".join(span.text for span in spans)


def escaped(value: str) -> str:
    """A value as plain words inside Markdown: on one line, every mark of Markdown made harmless."""
    return MARKS.sub(r"\\\1", BREAKS.sub(" ", value).strip())


def sha256(markdown: str) -> str:
    """The hash of the very text, as hexadecimal digits."""
    return hashlib.sha256(markdown.encode()).hexdigest()


def _block(node: SyntaxTreeNode, numbers: Iterator[int]) -> Block:
    kind = KINDS.get(node.type)
    if kind is None:
        raise OddText(_line(node), "only headings, paragraphs and lists can be shown here.")
    if kind == "list":
        items = tuple(_item(item, numbers) for item in node.children)
        return Block("list", items=items, ordered=node.type == "ordered_list")
    spans, clause = _clause(node, numbers)
    if kind == "paragraph":
        return Block("paragraph", spans=spans, clause=clause)
    level = int(node.tag[1])
    if clause or level > DEEPEST_HEADING:
        raise OddText(_line(node), "a heading has one to three # and no initials.")
    return Block("heading", spans=spans, level=level)


def _item(node: SyntaxTreeNode, numbers: Iterator[int]) -> Item:
    if [child.type for child in node.children] != ["paragraph"]:
        raise OddText(_line(node), "a point of a list is one paragraph, with no list or other block inside.")
    spans, clause = _clause(node.children[0], numbers)
    return Item(spans, clause)


def _clause(node: SyntaxTreeNode, numbers: Iterator[int]) -> tuple[tuple[Span, ...], int]:
    """The words, and the number of the clause when they begin with [initials]."""
    line = _line(node)
    inner = node.children[0].children if node.children else []
    marked = bool(inner) and inner[0].type == "text" and inner[0].content.startswith(INITIALS)
    spans = list(_spans(inner, line, skip=len(INITIALS) if marked else 0))
    if marked and spans:
        spans[0] = Span(spans[0].text.lstrip(), spans[0].strong, spans[0].em)
    if not words_of(spans).strip():
        raise OddText(line, "there are no words here.")
    return tuple(span for span in spans if span.text), next(numbers) if marked else 0


def _spans(
    nodes: Sequence[SyntaxTreeNode], line: int, *, skip: int = 0, strong: bool = False, em: bool = False
) -> Iterator[Span]:
    for node in nodes:
        if node.type in {"text", "text_special"}:
            words = node.content[skip:]
            if node.type == "text":
                _refuse_odd(words, line)
            yield Span(words, strong, em)
        elif node.type in {"softbreak", "hardbreak"}:
            yield Span(" ", strong, em)
        elif node.type in {"strong", "em", "link"}:
            yield from _spans(node.children, line, strong=strong or node.type == "strong", em=em or node.type == "em")
            if node.type == "link":
                yield Span(f" ({node.attrs['href']})", strong, em)
        else:
            raise OddText(line, "pictures and code cannot be shown here.")
        skip = 0


def _refuse_odd(words: str, line: int) -> None:
    if INITIALS in words:
        raise OddText(line, f"{INITIALS} stands at the start of a paragraph or a point of a list, nowhere else.")
    if TAG.search(words):
        raise OddText(line, "HTML cannot be shown here. Use Markdown.")
    if "](" in words:
        raise OddText(line, "this link cannot be shown.")
    for mark, what in LEFT_OVER.items():
        if mark in words:
            raise OddText(line, f"there are {what}.")


def _line(node: SyntaxTreeNode) -> int:
    return node.map[0] + 1 if node.map else 1


def strokes_problem(strokes: Sequence[object]) -> str:
    """Why these are not a drawn signature, else "". None at all is fine: then the typed name is the signature.

    Strokes are lists of [x, y] points in a box of 600 by 200.
    """
    if not isinstance(strokes, list | tuple):
        return "not a list of strokes"
    points = [point for stroke in strokes for point in (stroke if isinstance(stroke, list | tuple) else [None])]
    if len(points) > MOST_POINTS or any(isinstance(stroke, list | tuple) and not stroke for stroke in strokes):
        return "too many points, or a stroke without any"
    return "" if all(_is_in_the_box(point) for point in points) else "a point outside the box"


def _is_in_the_box(point: object) -> bool:
    if not isinstance(point, list | tuple) or len(point) != 2:  # noqa: PLR2004  x and y
        return False
    return all(
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and 0 <= value <= limit
        for value, limit in zip(point, BOX, strict=True)
    )
