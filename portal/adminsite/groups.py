"""A long form in groups with headings; templates/admin/grouped_form.html prints it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms


@dataclass(frozen=True)
class Group:
    """Fields under one heading; `folded` while there is nothing in them."""

    title: str
    fields: tuple[Any, ...]
    help: str = ""
    folded: bool = False


class GroupedForm(forms.Form):
    """A form that is printed in groups."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._groups: list[tuple[str, list[str], str, bool]] = []

    def group(self, title: str, fields: dict[str, forms.Field], *, help_text: str = "", folded: bool = False) -> None:
        """Add fields under a heading."""
        self.fields.update(fields)
        self._groups.append((title, list(fields), help_text, folded))

    @property
    def groups(self) -> Iterator[Group]:
        """The groups in order; one with an error in it is never folded."""
        for title, names, help_text, folded in self._groups:
            shut = folded and not any(name in self.errors or self[name].data for name in names)
            yield Group(title, tuple(self[name] for name in names), help_text, shut)
