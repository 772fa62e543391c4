"""Photographs that people hand in: read in a process of its own, and written anew as upright JPEGs of pixels only.

What decodes a picture is C code that strangers' bytes go through. So it runs apart: without the portal's environment,
with bounds on memory, time and files, and what becomes of it there is at worst a refusal. Nothing here imports Django,
because the same file is the program that runs apart.
"""

import io
import json
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

LARGEST_PHOTOGRAPH = 25 * 1024 * 1024  # bytes
MOST_PIXELS = 40_000_000
SMALLEST_SIDE, LONGEST_SIDE, THUMBNAIL_SIDE = 200, 4096, 400  # pixels; what is longer is made smaller
QUALITY, THUMBNAIL_QUALITY = 90, 82
MEMORY, CPU_SECONDS, PATIENCE_SECONDS = 1_500 * 1024 * 1024, 30, 45
AT_ONCE = threading.BoundedSemaphore(2)  # of one process: each needs a few hundred megabytes while it reads


def _(words: str) -> str:
    """Marks a sentence that clients read in their own language; it is translated where it is shown."""
    return words


UNKNOWN = _("This file is not a JPEG, PNG, WebP or HEIC photograph. Please choose one that is.")
TOO_LARGE = _("This photograph is larger than 25 MB. Please choose a smaller one.")
TOO_MANY_PIXELS = _("This photograph has more than 40 million pixels. Please choose a smaller one.")
TOO_SMALL = _("This picture is smaller than 200 pixels: it would show nothing. Please choose the photograph itself.")
MOVING = _("This is a moving picture. Please choose a photograph.")
BROKEN = _("This photograph is broken, or was cut off on the way. Please choose it again, or another one.")

# What can come out of a decoder that reads what is broken.
TROUBLES: tuple[type[Exception], ...] = (OSError, SyntaxError, ValueError, EOFError, RuntimeError, MemoryError)
TROUBLES += (LookupError, TypeError, ArithmeticError, AttributeError, AssertionError)
CODES = "codes"  # asks the program that runs apart for barcodes
JPEG = b"\xff\xd8\xff"
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


class BadPicture(Exception):
    """This photograph cannot be taken; the argument says why."""


@dataclass(frozen=True)
class Picture:
    """A photograph as it is kept: both files are JPEGs; `taken` is the camera's own clock, which knows no time zone."""

    photograph: bytes
    thumbnail: bytes
    width: int
    height: int
    taken: datetime | None = None


def read_photograph(file: BinaryIO) -> Picture:
    """The photograph in a file, read apart. Raises BadPicture with the sentence to show."""
    file.seek(0)
    content = file.read(LARGEST_PHOTOGRAPH + 1)
    kind_of(content)  # what is nothing of ours costs no process
    with AT_ONCE:
        answer = _ask_apart(content)
    try:
        return _told(answer)
    except (ValueError, KeyError, TypeError) as why:  # it ended without a word
        raise BadPicture(BROKEN) from why


def read_codes(file: BinaryIO) -> list[str]:
    """What the barcodes in a photograph say, as a scanner would type it, those of GS1 first. Raises BadPicture."""
    file.seek(0)
    content = file.read(LARGEST_PHOTOGRAPH + 1)
    kind_of(content)
    with AT_ONCE:
        answer = _ask_apart(content, CODES)
    try:
        told = json.loads(answer)
    except ValueError as why:
        raise BadPicture(BROKEN) from why
    if "refused" in told:
        raise BadPicture(str(told["refused"]))
    return [str(code) for code in told["codes"]]


def _told(answer: bytes) -> Picture:
    """What the program said: a line of facts, then both files. Raises BadPicture, and ValueError for no JPEGs."""
    head, _, rest = answer.partition(b"\n")
    told = json.loads(head)
    if "refused" in told:
        raise BadPicture(str(told["refused"]))
    photograph, thumbnail = rest[: told["length"]], rest[told["length"] :]
    if not (photograph.startswith(JPEG) and thumbnail.startswith(JPEG)):
        raise ValueError("no JPEGs")
    taken = datetime.fromisoformat(told["taken"]) if told["taken"] else None
    return Picture(photograph, thumbnail, int(told["width"]), int(told["height"]), taken)


def _ask_apart(content: bytes, *what: str) -> bytes:
    # -I: neither the folder nor the environment says what is imported. No environment: it holds the portal's secrets.
    environment = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    command = [sys.executable, "-I", str(Path(__file__).resolve()), *what]
    try:
        answer = subprocess.run(  # noqa: S603  our own program, nothing of the file in its words
            command, input=content, capture_output=True, timeout=PATIENCE_SECONDS, check=True, env=environment
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as why:
        raise BadPicture(BROKEN) from why
    return answer.stdout


def kind_of(content: bytes) -> str:
    """What the first bytes say it is, in Pillow's words; names count for nothing. Raises BadPicture."""
    if len(content) > LARGEST_PHOTOGRAPH:
        raise BadPicture(TOO_LARGE)
    if content.startswith(JPEG):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "WEBP"
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return "HEIF"
    raise BadPicture(UNKNOWN)


# ---------------------------------------------------------------- what runs apart


def cleaned(content: bytes) -> Picture:
    """The photograph upright, as 8-bit sRGB on white, with nothing but its pixels. Raises BadPicture."""
    kind = kind_of(content)
    with _reading():
        image = _opened(content, kind)
        taken = _taken(image)
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))  # first, so that every later step costs less
        upright = _upright(_plain(image))
        small = upright.copy()
        small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        return Picture(
            photograph=_jpeg(upright, QUALITY, subsampling=0),
            thumbnail=_jpeg(small, THUMBNAIL_QUALITY, subsampling=2),
            width=upright.width,
            height=upright.height,
            taken=taken,
        )


def codes_in(content: bytes) -> list[str]:
    """The barcodes of a photograph, those of GS1 first, with the separator where fields end. Raises BadPicture."""
    import zxingcpp

    kind = kind_of(content)
    with _reading():
        image = _opened(content, kind)
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        found = zxingcpp.read_barcodes(_plain(image).convert("L"), text_mode=zxingcpp.TextMode.Plain)
        return [one.text for one in sorted(found, key=lambda one: one.content_type != zxingcpp.ContentType.GS1)]


@contextmanager
def _reading() -> Iterator[None]:
    """Whatever goes wrong while reading is the photograph's fault."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except TROUBLES as why:
        raise BadPicture(BROKEN) from why


def _opened(content: bytes, kind: str) -> Any:
    """The image, of which only the head is read so far: too large, too small or moving is known before any pixel."""
    from PIL import Image

    if kind == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
    try:
        # Only this one: no other decoder is let near the bytes.
        image = Image.open(io.BytesIO(content), formats=[kind])
    except Image.DecompressionBombError as why:
        raise BadPicture(TOO_MANY_PIXELS) from why
    if image.width * image.height > MOST_PIXELS:
        raise BadPicture(TOO_MANY_PIXELS)
    if min(image.size) < SMALLEST_SIDE:
        raise BadPicture(TOO_SMALL)
    if getattr(image, "is_animated", False) and kind in {"PNG", "WEBP"}:  # a HEIC or JPEG may hold a second view
        raise BadPicture(MOVING)
    return image


def _plain(image: Any) -> Any:
    """8-bit sRGB: transparent is white; the colours of a camera's own profile are turned into the common ones."""
    from PIL import Image

    if image.mode.startswith("I;16") or image.mode == "I":
        image = _eight_bits(image)
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        rgba = image.convert("RGBA")
        paper = Image.new("RGBA", rgba.size, "white")
        paper.alpha_composite(rgba)
        plain = paper.convert("RGB")
    else:
        plain = _in_common_colours(image)
    plain.info = {key: image.info[key] for key in ("exif", "xmp") if key in image.info}  # the way up is in there
    return plain


def _eight_bits(image: Any) -> Any:
    """Grey of 16 bits: Pillow's own conversion would cut off all that is brighter than 255."""
    from PIL import Image

    info = image.info
    grey = image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    plain: Any = Image.merge("RGB", (grey, grey, grey))
    plain.info = info
    return plain


def _in_common_colours(image: Any) -> Any:
    from PIL import ImageCms

    odd: tuple[type[Exception], ...] = (ImageCms.PyCMSError, *TROUBLES)
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "CMYK", "L"}:
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except odd:  # an odd profile is no reason to refuse the photograph
            return image.convert("RGB")
    return image.convert("RGB")


def _upright(image: Any) -> Any:
    from PIL import Image, ImageOps

    turned = ImageOps.exif_transpose(image)
    # A new image takes the pixels and nothing else: no EXIF, no place, no comment, no profile, no thumbnail.
    fresh = Image.new("RGB", turned.size)
    fresh.paste(turned)
    return fresh


def _jpeg(image: Any, quality: int, *, subsampling: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, subsampling=subsampling)
    return out.getvalue()


def _taken(image: Any) -> datetime | None:
    """When the camera says that it was taken, or nothing."""
    original, sub_ifd = 0x9003, 0x8769
    try:
        said = image.getexif().get_ifd(sub_ifd).get(original, "")
        return datetime.strptime(str(said).strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  it has no zone
    except TROUBLES:
        return None


def _bound() -> None:
    """Bounds on what this process may take; Windows knows none."""
    try:
        import resource
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Read a photograph from standard input; write what is kept, or why not, to standard output."""
    _bound()
    out, content = sys.stdout.buffer, sys.stdin.buffer.read(LARGEST_PHOTOGRAPH + 1)
    try:
        if CODES in sys.argv:
            out.write(json.dumps({"codes": codes_in(content)}).encode())
            return
        picture = cleaned(content)
    except BadPicture as why:
        out.write(json.dumps({"refused": str(why)}).encode() + b"\n")
        return
    told: dict[str, int | str] = {"width": picture.width, "height": picture.height, "length": len(picture.photograph)}
    told["taken"] = picture.taken.isoformat() if picture.taken else ""
    out.write(json.dumps(told).encode() + b"\n" + picture.photograph + picture.thumbnail)


if __name__ == "__main__":
    main()
