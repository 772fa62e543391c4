"""One line that a person types, such as a name: nothing in it that nobody can see."""

import unicodedata
from typing import Any

from django import forms

# Controls, formats (they turn words round on the page, or hide a difference), line and paragraph ends.
INVISIBLE = {"Cc", "Cf", "Zl", "Zp"}
JOINERS = "\u200c\u200d"  # the exception: Persian and Indian names are spelt with them, inside a word


def one_line(text: str) -> str:
    """The text without invisible characters, line breaks and doubled spaces."""
    seen = (one for one in text if one.isspace() or one in JOINERS or unicodedata.category(one) not in INVISIBLE)
    words = (word.strip(JOINERS) for word in "".join(seen).split())
    return " ".join(word for word in words if word)


class LineField(forms.CharField):
    """A name or the like; what cannot be seen is left out before anything is checked."""

    def to_python(self, value: Any) -> str:
        """The one line."""
        return one_line(super().to_python(value) or "")
