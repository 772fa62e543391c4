"""A photograph of a barcode in place of a scanner: what it says is written into the form's own box, as if scanned."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from portal.security.images import LARGEST_PHOTOGRAPH, TOO_LARGE, BadPicture, read_codes

NO_CODE = (
    "No barcode was found in this photograph. Take it again from nearer, sharp and in good light, with the whole code "
    "in it; or type the lot number from the packet."
)
LONGEST = 200  # characters of a code


class PacketBox(forms.FileInput):
    """A box that opens a phone's camera; a script says at once that a file is too large."""

    def __init__(self) -> None:
        camera = {"accept": "image/*", "capture": "environment"}
        super().__init__(camera | {"data-most-bytes": LARGEST_PHOTOGRAPH, "data-too-large": TOO_LARGE})

    @property
    def media(self) -> forms.Media:
        """The script."""
        return forms.Media(js=[forms.Script("portal/files.js", type="module")])  # type: ignore[list-item]


class ReadsPacket(forms.Form):
    """For forms with a box for a scanned code: a photograph of it beside; call read_packet() once the form is made."""

    code_box = ""  # the name of the field that a scanner would type into
    packet_problem = ""
    packet = forms.FileField(
        label="Or photograph the barcode",
        required=False,
        widget=PacketBox(),
        help_text="With a phone’s camera, then press the button: what it says is read as if it were scanned.",
    )

    def read_packet(self) -> None:
        """Of a form that was sent with a photograph, read it first of all."""
        photograph = self.files.get(self.add_prefix("packet"))
        if photograph:
            self._read_packet(photograph)

    def _read_packet(self, photograph: Any) -> None:
        try:
            codes = [code for code in read_codes(photograph) if len(code) <= LONGEST]
        except BadPicture as why:
            self.packet_problem = str(why)
            return
        if not codes:
            self.packet_problem = NO_CODE
            return
        said: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict has it
        said[self.add_prefix(self.code_box)] = codes[0].replace("\x1d", "|")  # what no box may hold
        self.data = said
        self.files = type(self.files)()  # it has been read: nobody is asked to choose it again

    def clean_packet(self) -> None:
        """Raises ValidationError when it could not be read."""
        if self.packet_problem:
            raise ValidationError(self.packet_problem)
