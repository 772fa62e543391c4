"""The forms of a recall: open one, its wording, who was reached, why it is closed."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.http import QueryDict

from portal.adminsite.forms import Point, PointsOut, short_hash
from portal.practice.terms import Language
from treatments.products.forms import RecallForm
from treatments.products.terms import ProductKind
from treatments.recalls.terms import How

LONGEST = 4000


class OpenForm(PointsOut, RecallForm):
    """Which product's lot is recalled, on whose word, and why. `used_as` are the kinds that sessions name it as."""

    save_anyway = "I have checked this; open the recall anyway"

    def __init__(self, *args: Any, used_as: Collection[ProductKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.used_as = used_as
        self.fields["reference"] = forms.CharField(
            label="The maker’s notice",
            max_length=120,
            required=False,
            help_text="Its number or date, if it has one, such as: FSN 2026-04.",
        )

    def clean(self) -> dict[str, Any]:
        """A product of another kind than the sessions say is pointed out: its notices would name the wrong thing."""
        cleaned: dict[str, Any] = super().clean() or {}
        product = cleaned.get("product")
        if product and self.used_as and product.kind not in self.used_as and not self.errors:
            written = " and ".join(kind.label.lower() for kind in ProductKind if kind in self.used_as)
            words = f"These sessions name the lot as {written}; {product.name} is {product.get_kind_display().lower()}."
            self.point_out([Point(words)])
        return cleaned


class WordingForm(forms.Form):
    """What clients are told, in each language that one of them reads."""

    def __init__(self, *args: Any, texts: dict[str, str], languages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in languages:
            self.fields[language] = forms.CharField(
                label=Language(language).label,
                initial=texts.get(language, ""),
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": 14, "lang": language}),
                error_messages={"required": "Write what clients are told in this language."},
            )


class SendForm(forms.Form):
    """Nothing to fill in; it brings along which wording was read."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: QueryDict | None = None, files: Any = None, *, texts: dict[str, str]) -> None:
        now = short_hash(sorted(texts.items()))
        self.same = data is None or data.get("shown") == now
        sent = data.copy() if data is not None else None
        if sent is not None:
            sent["shown"] = now  # whoever is refused has read the wording of now
        super().__init__(sent, files, initial={"shown": now})

    def clean(self) -> None:
        """Raises ValidationError when somebody changed the wording meanwhile."""
        super().clean()
        if not self.same:
            raise forms.ValidationError("Somebody changed the wording while you were reading it. Read it, then send.")


class ReachedForm(forms.Form):
    """How a client was reached."""

    how = forms.ChoiceField(
        label="How",
        choices=[("", "Choose"), *How.choices],
        error_messages={"required": "Choose how the client was reached."},
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What was said, or whom you spoke with.",
    )


class CloseForm(forms.Form):
    """Why a recall is closed although somebody was not reached; asked only then."""

    def __init__(self, *args: Any, not_reached: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not_reached:
            self.fields["note"] = forms.CharField(
                label="Why it is closed all the same",
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text="Such as: two letters came back, and no other address is known.",
                error_messages={"required": "Not everybody was reached. Write why the recall is closed all the same."},
            )
