"""What the email of a step says: its words in one language, the fields that may stand in them, what is refused. Pure.

The default's words (treatments/care/defaults) follow docs/clinical.md section 3. Awaiting a clinician's approval.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import NamedTuple

from treatments.consents.rules import INITIALS, OddText, parse

DEFAULTS = Path(__file__).parent / "defaults"
FIELD = re.compile(r"\{([a-z_]+)\}|[{}]")
LINE = re.compile(r"(subject|title|button|warning): (.+)")
# Characters that stand for fields while an email is made ready: nobody writes them.
PRIVATE = re.compile(r"[\ue000-\uf8ff]")

FIELDS: dict[str, str] = {
    "called": "what the client likes to be called",
    "practitioner": "who treated them",
    "clinic": "the clinic’s name",
    "phone": "the clinic’s telephone number, or its email address if it has none",
    "treated_on": "the day of the session",
    "fever": "the temperature that counts as fever, also in °F in the United States and in English",
    "until": "the last day on which the link works; only in a step that asks something",
    "next_session": "a paragraph about the next session, or nothing; on a line of its own",
}
OWN_PARAGRAPH = ("next_session",)
ABOUT_THE_LINK = ("until",)
LONGEST = {"subject": 100, "title": 120, "body": 8_000, "button": 60, "warning": 900}
# A subject is read on a locked telephone, by whoever holds it. Stems, in the languages that clients read.
TELLING = (
    r"acn[eé]|akne|behandl|blood|blut|cicatri|collagen|colágeno|derm|ergebnis|face\b|falten|gesicht|haut|infec|infekt|"
    r"kollagen|micro-?(?:aguj|aigu|needl)|nadel|narbe|needl|peau|piel|rash|result|résultat|scar|séance|sesión|session|"
    r"sitzung|skin|traite|tratam|treat|visage|wound|wunde|wrinkle"
)
CLINICAL = re.compile(rf"\b(?:{TELLING})\w*", re.IGNORECASE)


class OddWords(ValueError):
    """A file of the default's words that cannot be read."""


class Problem(NamedTuple):
    """What is wrong with one part of the words, and where."""

    part: str
    words: str


@dataclass(frozen=True)
class Words:
    """What one email says in one language. The body is Markdown: paragraphs, ## headings, lists, ** for bold."""

    subject: str
    title: str
    body: str
    button: str = ""
    warning: str = ""


def tidy(words: Words) -> Words:
    """Without spaces around and with one kind of line end."""
    parts = {one.name: getattr(words, one.name).replace("\r\n", "\n").strip() for one in fields(Words)}
    return Words(**parts)


def problems(words: Words, *, asks: bool) -> list[Problem]:
    """Everything for which these words cannot be sent; [] when they can. `asks`: the step has questions."""
    return [
        *_lengths(words, asks=asks),
        *_subject(words.subject),
        *(found for part in ("subject", "button") for found in _no_fields(part, getattr(words, part))),
        *(found for part in ("title", "warning") for found in _fields(part, getattr(words, part), asks=asks)),
        *_body(words.body, asks=asks),
    ]


def _lengths(words: Words, *, asks: bool) -> Iterator[Problem]:
    needed = {"subject", "title", "body", "warning"} | ({"button"} if asks else set())
    for part, longest in LONGEST.items():
        said = getattr(words, part)
        if part in needed and not said:
            yield Problem(part, "Write this: the email cannot leave without it.")
        if len(said) > longest:
            yield Problem(part, f"This is longer than {longest} characters.")
        if part != "body" and "\n" in said:
            yield Problem(part, "This is one line.")
        if PRIVATE.search(said):
            yield Problem(part, "There is a character in it that cannot be shown.")


def _subject(subject: str) -> Iterator[Problem]:
    if found := CLINICAL.search(subject):
        said = f"“{found[0]}” tells what the email is about. A subject is read on a locked telephone: leave it out."
        yield Problem("subject", said)


def _no_fields(part: str, said: str) -> Iterator[Problem]:
    if FIELD.search(said):
        yield Problem(part, f"No field may stand in the {part}, and no {{ or }}.")


def _fields(part: str, said: str, *, asks: bool, blocks: tuple[str, ...] = ()) -> Iterator[Problem]:
    allowed = [name for name in FIELDS if (asks or name not in ABOUT_THE_LINK) and name not in OWN_PARAGRAPH]
    for found in FIELD.finditer(said):
        if found[1] in (*allowed, *blocks):
            continue
        names = ", ".join(f"{{{name}}}" for name in (*allowed, *blocks))
        yield Problem(part, f"Line {_line(said, found)}: {found[0]} is not a field here. These are: {names}.")


def _body(body: str, *, asks: bool) -> Iterator[Problem]:
    yield from _fields("body", body, asks=asks, blocks=OWN_PARAGRAPH)
    for found in FIELD.finditer(body):
        if found[1] in OWN_PARAGRAPH and not _stands_alone(body, found):
            yield Problem("body", f"Line {_line(body, found)}: {found[0]} stands alone, between two empty lines.")
    if INITIALS in body:
        yield Problem("body", f"{INITIALS} is for consent documents: nobody signs an email.")
        return
    if not body:
        return
    try:
        blocks = parse(body)
    except OddText as odd:
        yield Problem("body", str(odd))
        return
    if any(block.kind == "heading" and block.level != 2 for block in blocks):  # noqa: PLR2004
        yield Problem("body", "A heading begins with ##: the title is the only one above it.")


def _stands_alone(body: str, found: re.Match[str]) -> bool:
    before, after = body[: found.start()], body[found.end() :]
    return bool(re.search(r"(?:^|\n[ \t]*\n)$", before) and re.match(r"(?:[ \t]*\n[ \t]*\n|[ \t]*\n?$)", after))


def _line(said: str, found: re.Match[str]) -> int:
    return said.count("\n", 0, found.start()) + 1


def words_from(file: str) -> Words:
    """The words in a file of the default: a line each for subject, title, button and warning, then the body.

    Raises OddWords.
    """
    head, _, body = file.partition("\n\n")
    found = [LINE.fullmatch(line) for line in head.splitlines()]
    said = {match[1]: match[2] for match in found if match}
    if None in found or len(said) != len(found) or not {"subject", "title"} <= set(said):
        raise OddWords(head)
    return tidy(Words(body=body, **said))


@cache
def default_words(key: str) -> Mapping[str, Words]:
    """The words of one of the default's steps, by language; empty for a step that is not the default's."""
    files = sorted(DEFAULTS.glob(f"{key}.*.md"))
    return {file.name.split(".")[1]: words_from(file.read_text(encoding="utf-8")) for file in files}


def words_in(key: str, own: Mapping[str, Words], preferred: tuple[str, ...]) -> tuple[str, Words]:
    """A step's words in the first of these languages that it has, else in any; and which language that is.

    A schedule from before wording was part of it goes by the default's words. Raises LookupError: none at all.
    """
    words = own or default_words(key)
    language = next((one for one in (*preferred, *words) if one in words), "")
    if not language:
        raise LookupError(key)
    return language, words[language]
