"""Log lines without link tokens or a database's own words.

Whoever reads a log must not be able to open a client's form, nor to read what is in it.
"""

import logging
import re

# What follows these words in an address is a token; elsewhere, any long random-looking part of a path is one.
LINKS = re.compile(
    r"(/(?:screening|follow-up|consent|confirm|emails|reset)/)(?!\d+(?:/|\s|$)|send(?:/|\s|\?|$))[^/\s?\"'<>]+"
)
RANDOM_PART = re.compile(r"(?<=/)(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9_-]{22,}(?![\w.-])")

# PostgreSQL explains a refusal with the row it refused: answers, names, notes. The first line says enough.
ROWS = re.compile(r"^(?:LINE \d+|DETAIL|CONTEXT): .*?(?=\n\n(?:The above exception|During handling)|\Z)", re.M | re.S)


def without_tokens(words: str) -> str:
    """The same words with every token in an address replaced by an ellipsis."""
    return RANDOM_PART.sub("…", LINKS.sub(r"\1…", words))


def without_rows(words: str) -> str:
    """The same words without the rows that a database quotes when it refuses them."""
    return ROWS.sub("…", words)


class TokenFreeFormatter(logging.Formatter):
    """Works on the finished line, so that tracebacks and everybody's own way of logging are covered."""

    def format(self, record: logging.LogRecord) -> str:
        """The line as it is printed."""
        return without_tokens(without_rows(super().format(record)))
