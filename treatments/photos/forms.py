"""The forms behind photographs: one to add, one to remove, one that chooses two to compare."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from portal.adminsite.widgets import DateTimeBox
from portal.security.images import LARGEST_PHOTOGRAPH, TOO_LARGE, BadPicture, Picture, read_photograph
from treatments.photos.guidance import EARLY, HOW_TO, NAMES, NEED_ONE
from treatments.photos.terms import Moment, View

ONE_OF_THEM = "Take the photograph, or choose one that was taken."
NOT_BOTH = "Take one or choose one, not both."


class PhotographBox(forms.FileInput):
    """A box for a photograph: a script says at once that it is too large."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-most-bytes": LARGEST_PHOTOGRAPH, "data-too-large": TOO_LARGE} | (attrs or {}))

    @property
    def media(self) -> forms.Media:
        """The script."""
        return forms.Media(js=[forms.Script("portal/files.js", type="module")])  # type: ignore[list-item]


class ClientsBox(PhotographBox):
    """The same in the client's language. A phone offers its camera and its photographs."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the sentence translated when the page is."""
        return super().get_context(name, value, (attrs or {}) | {"data-too-large": gettext(TOO_LARGE)})


class PhotographForm(forms.Form):
    """One photograph, from the camera or a file, and what it shows."""

    shot = forms.FileField(
        label="Take the photograph",
        required=False,
        help_text="On a phone or tablet this opens the camera.",
        widget=PhotographBox(attrs={"accept": "image/*", "capture": "environment"}),
    )
    chosen = forms.FileField(
        label="Or choose one that was taken",
        required=False,
        help_text="JPEG, PNG, WebP or HEIC, up to 25 MB. Place, camera and owner’s name are taken out of it.",
        widget=PhotographBox(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif"}),
    )
    moment = forms.ChoiceField(label="Moment", choices=Moment.choices)
    view = forms.ChoiceField(label="View", choices=View.choices)
    taken_at = forms.DateTimeField(
        label="Taken",
        required=False,
        widget=DateTimeBox,
        help_text="Leave it empty: then the camera’s own clock says, or else it is now.",
        error_messages={"invalid": "Write a date and a time."},
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at

    def clean(self) -> dict[str, Any]:
        """The photograph as it will be kept, and when it was taken."""
        said = super().clean() or self.cleaned_data
        shot, chosen = said.pop("shot", None), said.pop("chosen", None)
        if shot and chosen:
            self.add_error("chosen", NOT_BOTH)
        elif not (shot or chosen) and not self.errors:
            self.add_error("shot", ONE_OF_THEM)
        elif not self.errors:
            self._read("shot" if shot else "chosen", shot or chosen, said)
        return said

    def _read(self, name: str, file: Any, said: dict[str, Any]) -> None:
        try:
            picture = read_photograph(file)
        except BadPicture as why:
            self.add_error(name, ValidationError(str(why)))
            return
        said["picture"] = picture
        said["taken_at"] = said.get("taken_at") or by_the_camera(picture, self.at) or self.at


def by_the_camera(picture: Picture, at: datetime) -> datetime | None:
    """The camera's own time as one in the clinic's zone; nothing when it has none, or one that is still to come."""
    if picture.taken is None:
        return None
    try:
        taken = timezone.make_aware(picture.taken)
    except (OverflowError, ValueError):
        return None
    return taken if taken <= at else None


class SendForm(forms.Form):
    """What a client sends: one box for each view, each judged for itself."""

    def __init__(self, *args: Any, ended_at: datetime, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ended_at, self.at = ended_at, at
        self.pictures: list[tuple[View, Picture, datetime]] = []  # those that can be kept, whatever the others are
        for view in View:
            self.fields[view.value] = forms.FileField(
                label=NAMES[view],
                required=False,
                help_text=HOW_TO[view],
                widget=ClientsBox(attrs={"accept": "image/*"}),
            )

    def clean(self) -> dict[str, Any]:
        """The photographs that are whole; at the field of each other one why not."""
        said = super().clean() or self.cleaned_data
        for name, file in [*said.items()]:  # one that is refused is taken out of them
            if file:
                self._read(View(name), file)
        if not self.files:
            self.add_error(None, str(NEED_ONE))
        return said

    def leave_out(self, received: Sequence[View]) -> None:
        """What we have is not asked for again."""
        for view in received:
            del self.fields[view.value]

    def _read(self, view: View, file: Any) -> None:
        try:
            picture = read_photograph(file)
        except BadPicture as why:
            self.add_error(view.value, gettext(str(why)))
            return
        taken_at = by_the_camera(picture, self.at) or self.at
        if taken_at < self.ended_at:
            self.add_error(view.value, str(EARLY))
            return
        self.pictures.append((view, picture, taken_at))


class RemoveForm(forms.Form):
    """Why a photograph is taken out of the record."""

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write the reason: it is kept with the record."},
    )
