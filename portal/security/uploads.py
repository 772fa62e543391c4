"""Files that people hand in: known by their first bytes, kept under random names, never opened in the browser."""

import os
import tempfile
from pathlib import Path, PurePath
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.http import FileResponse

LARGEST_BYTES = 10 * 1024 * 1024
TOO_LARGE = "This file is larger than 10 MB. Please choose a smaller one."
# What a file of each kind begins with; its name and what the browser says about it count for nothing.
BEGINNINGS = {".pdf": b"%PDF-", ".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff"}
CONTENT_TYPES = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg"}


class DocumentBox(forms.FileInput):
    """A box for a file: a script says at once that it is too large, for the page would refuse all that came with it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        what = {"accept": ".pdf,.png,.jpg,.jpeg", "data-most-bytes": LARGEST_BYTES, "data-too-large": TOO_LARGE}
        super().__init__(what | (attrs or {}))

    @property
    def media(self) -> forms.Media:
        """The script."""
        script = forms.Script("portal/files.js", type="module")
        return forms.Media(js=[script])  # type: ignore[list-item]  # the stubs know no Script yet


class DocumentsBox(DocumentBox):
    """The same for several files, which count together."""

    allow_multiple_selected = True


def kind_of_file(file: "File[Any]") -> str:
    """Its ending by its content (.pdf, .png or .jpg); "" when it is none of these."""
    file.seek(0)
    start = file.read(16)
    file.seek(0)
    return next((ending for ending, beginning in BEGINNINGS.items() if start.startswith(beginning)), "")


def validate_document(file: "File[Any]") -> None:
    """Raises ValidationError unless the file is a PDF, JPEG or PNG of at most 10 MB."""
    if file.size > LARGEST_BYTES:
        raise ValidationError(TOO_LARGE)
    if not kind_of_file(file):
        raise ValidationError("This file is not a PDF, a JPEG or a PNG picture. Please choose one that is.")


def stored_name(instance: Any, _filename: str) -> str:
    """A random name in the folder of the instance's table, with the ending its content has."""
    return f"{instance._meta.model_name}/{uuid4().hex}{kind_of_file(instance.file.file)}"


def as_download(file: "File[Any]", name: str) -> FileResponse:
    """The stored file as a download called `name`, never shown inside a page of ours."""
    ending = PurePath(str(file.name)).suffix
    content_type = CONTENT_TYPES.get(ending, "application/octet-stream")
    return FileResponse(file.open("rb"), as_attachment=True, filename=f"{name}{ending}", content_type=content_type)


class WholeStorage(FileSystemStorage):
    """Keeps a file whole or not at all: written beside its place, on the disk for certain, then moved there."""

    def _save(self, name: str, content: "File[Any]") -> str:
        target = Path(self.path(name))
        # Django's own way to make folders, with their permissions; names are random, so nothing stands there yet.
        os.makedirs(target.parent, mode=self.directory_permissions_mode or 0o700, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=target.parent, prefix=".part-")  # for the portal's own user alone
        try:
            with os.fdopen(handle, "wb") as part:
                for chunk in content.chunks():
                    part.write(chunk)
                part.flush()
                os.fsync(part.fileno())
            os.replace(beside, target)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
        _put_down(target.parent)
        return name


def _put_down(folder: Path) -> None:
    """Make the folder's list of names outlast a power cut; Windows opens no folders, and needs none of it."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def whole_storage() -> WholeStorage:
    """Where photographs are kept: the portal's own folder, which no web server serves."""
    return WholeStorage()
