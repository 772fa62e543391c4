"""Forms that point something out before they save: nothing is lost, and one tick saves anyway."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError

from portal.security.refusals import Refused

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm


CHOOSE_AGAIN = "Please choose the file again: a browser does not keep it."


def add_refusal(form: forms.BaseForm, refusal: Refused) -> None:
    """Show a refusal at the field it is about, else above the form."""
    shown = refusal.field in form.fields and not form[refusal.field].is_hidden
    form.add_error(refusal.field if shown else None, str(refusal))


def ask_for_files_again(form: forms.BaseForm) -> None:
    """A form that comes back has lost its files, whatever else is wrong with it; each says so at its field."""
    for name in form.files:
        if name in form.fields and name not in form.errors:
            form.add_error(name, CHOOSE_AGAIN)


class Point(NamedTuple):
    """One thing to look at before saving; the address leads to more, "" when there is none."""

    words: str
    url: str = ""


class PointsOut:
    """Mixin of forms: call `point_out` at the end of `clean()`. The page shows templates/includes/points.html."""

    data: Mapping[str, Any]
    points: Sequence[Point] = ()
    points_digest = ""
    save_anyway = "I have seen this; save anyway"
    stored = ""

    def remember(self, *facts: object) -> None:
        """Call when the form is made for a row: what it holds now, to notice a change by somebody else."""
        self.stored = short_hash(facts)

    @property
    def opened(self) -> str:
        """What was stored when the page was opened; the page sends it back."""
        return str(self.data.get("opened", self.stored))

    def changed_meanwhile(self) -> list[Point]:
        """The point to make when somebody else saved the same row since the page was opened."""
        same = self.opened == self.stored
        return [] if same else [Point("Somebody changed this while you were writing. Saving replaces what they wrote.")]

    def point_out(self, points: Sequence[Point]) -> None:
        """Raises ValidationError until these very points have been ticked as seen."""
        self.points = points
        # A tick counts only for what was shown: after a change that points out something else, it is asked again.
        self.points_digest = short_hash([*points, self.stored]) if points else ""
        if points and not self.points_seen:
            raise ValidationError("Nothing is saved yet: please look at the note first.", code="points")

    @property
    def points_seen(self) -> bool:
        """Whether the box under these points was ticked."""
        return bool(self.points_digest) and self.data.get("seen") == self.points_digest


class ToldOfOthers(PointsOut, ModelForm):
    """A form of one row that says so when somebody else saved the row since the page was opened."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.fields:
            held = forms.model_to_dict(self.instance, fields=list(self.fields))
            self.remember({name: str(value) for name, value in held.items()})

    def clean(self) -> dict[str, Any] | None:
        """Point it out, once all else is right."""
        cleaned = super().clean()
        if not self.errors:
            self.point_out(self.changed_meanwhile())
        return cleaned


@dataclass(frozen=True)
class Group:
    """Fields under one heading; `folded` while there is nothing in them."""

    title: str
    fields: tuple[Any, ...]
    help: str = ""
    folded: bool = False


class GroupedForm(forms.Form):
    """A long form in groups with headings; templates/admin/grouped_form.html prints it."""

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


def short_hash(facts: object) -> str:
    """A mark that changes when the facts do."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]
