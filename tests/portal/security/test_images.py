"""Photographs from outside: whatever comes in, a clean upright JPEG comes out, or a sentence that says why not."""

import io
import struct
import zlib
from datetime import datetime
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from portal.security import images
from portal.security.images import (
    BROKEN,
    MOVING,
    TOO_LARGE,
    TOO_MANY_PIXELS,
    TOO_SMALL,
    UNKNOWN,
    BadPicture,
    cleaned,
    read_photograph,
)

pillow_heif.register_heif_opener()
pytestmark = pytest.mark.pure
RED, BLUE, WHITE = (200, 40, 40), (30, 60, 200), (255, 255, 255)
TURNED, PLACE, MAKER, MODEL, CAMERA, WHEN = 0x0112, 0x8825, 0x010F, 0x0110, 0x8769, 0x9003
LAND = (600, 400)


def two_halves(size=LAND, mode="RGB"):
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image.convert(mode)


def exif(turned=1):
    found = Image.Exif()
    found[TURNED], found[MAKER], found[MODEL] = turned, "Quokka Inc", "Quokka 9 of Maya"
    found.get_ifd(PLACE).update({1: "N", 2: (51.0, 30.0, 26.0), 3: "W", 4: (0.0, 7.0, 39.0)})
    found.get_ifd(CAMERA)[WHEN] = "2026:05:01 10:15:30"
    return found


def file_of(image, kind="JPEG", **how):
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def seen(content):
    return Image.open(io.BytesIO(content))


def near(colour, wanted, by=24):
    return all(abs(one - other) <= by for one, other in zip(colour, wanted, strict=True))


def segments(jpeg):
    """The markers of a JPEG up to its scan: what kinds of part it is made of."""
    at, found = 2, []
    while jpeg[at + 1] != 0xDA:
        found.append(jpeg[at + 1])
        at += 2 + struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
    return set(found)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_each_kind_becomes_a_jpeg_and_a_thumbnail(kind):
    picture = cleaned(file_of(two_halves(), kind))
    kept, small = seen(picture.photograph), seen(picture.thumbnail)
    assert (kept.format, kept.size, (picture.width, picture.height)) == ("JPEG", LAND, LAND)
    assert (small.format, small.size, kept.mode) == ("JPEG", (400, 267), "RGB")
    assert near(kept.getpixel((50, 200)), RED)
    assert near(kept.getpixel((550, 200)), BLUE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_place_camera_profile_and_comments_are_gone(kind):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    more = {"comment": b"Quokka"} if kind == "JPEG" else {}
    if kind == "PNG":
        more["pnginfo"] = PngImagePlugin.PngInfo()
        more["pnginfo"].add_text("Author", "Quokka")
    dirty = file_of(two_halves(), kind, exif=exif().tobytes(), icc_profile=profile, **more)
    assert b"Quokka" in dirty
    picture = cleaned(dirty)
    for kept in (picture.photograph, picture.thumbnail):
        assert segments(kept) <= {0xE0, 0xDB, 0xC0, 0xC4}  # JFIF, tables, frame: no APP1, no APP2, no comment
        assert (b"Quokka" in kept, b"Exif" in kept, b"ICC" in kept, dict(seen(kept).getexif())) == (
            False, False, False, {},
        )  # fmt: skip


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize(("turned", "size"), [(1, LAND), (3, LAND), (6, LAND[::-1]), (8, LAND[::-1]), (5, LAND[::-1])])
def test_it_is_turned_upright(kind, turned, size):
    """Red is where a viewer that heeds the mark shows it."""
    red_at = {1: (50, 200), 3: (550, 200), 6: (200, 50), 8: (200, 550), 5: (200, 50)}[turned]
    kept = seen(cleaned(file_of(two_halves(), kind, exif=exif(turned).tobytes())).photograph)
    assert (kept.size, near(kept.getpixel(red_at), RED)) == (size, True)


def test_the_cameras_clock_is_read():
    dated, undated = file_of(two_halves(), exif=exif().tobytes()), file_of(two_halves())
    odd = exif()
    odd.get_ifd(CAMERA)[WHEN] = "yesterday"
    taken = [cleaned(one).taken for one in (dated, undated, file_of(two_halves(), exif=odd.tobytes()))]
    assert taken == [datetime(2026, 5, 1, 10, 15, 30), None, None]  # noqa: DTZ001


def test_the_colours_of_a_printers_file_come_out():
    kept = seen(cleaned(file_of(two_halves(mode="CMYK"))).photograph)
    assert (kept.mode, near(kept.getpixel((50, 200)), RED, 40)) == ("RGB", True)


def test_grey_of_sixteen_bits_keeps_its_light_parts():
    grey = Image.new("I;16", LAND)
    grey.putdata([column * 65535 // (LAND[0] - 1) for _ in range(LAND[1]) for column in range(LAND[0])])
    kept = seen(cleaned(file_of(grey, "PNG")).photograph)
    assert [near(kept.getpixel((x, 200)), (x * 255 // 599,) * 3, 4) for x in (5, 150, 300, 450, 590)] == [True] * 5


def test_colours_of_sixteen_bits_too():
    rows = b"".join(b"\0" + struct.pack(">HHH", 0xC8C8, 0x2828, 0x2828) * 300 for _ in range(300))
    kept = seen(cleaned(png(300, 300, zlib.compress(rows), depth=16)).photograph)
    assert near(kept.getpixel((100, 100)), RED)


@pytest.mark.parametrize(("mode", "kind"), [("RGBA", "PNG"), ("RGBA", "WEBP"), ("LA", "PNG"), ("RGBA", "HEIF")])
def test_transparent_is_white(mode, kind):
    clear = Image.new(mode, LAND, (0,) * len(mode))
    assert near(seen(cleaned(file_of(clear, kind)).photograph).getpixel((9, 9)), WHITE)


def test_a_palette_with_a_clear_colour_is_white_there():
    palette = Image.new("P", LAND, 0)
    palette.putpalette([0, 0, 0, 200, 40, 40])
    kept = seen(cleaned(file_of(palette, "PNG", transparency=0)).photograph)
    assert near(kept.getpixel((9, 9)), WHITE)


def test_wide_colours_become_the_common_ones():
    """A profile that swaps nothing leaves the colours; one that cannot be read does no harm."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for one in (profile, b"not a profile", profile[:40]):
        kept = seen(cleaned(file_of(two_halves(), icc_profile=one)).photograph)
        assert near(kept.getpixel((50, 200)), RED)


def test_a_very_large_one_is_kept_smaller():
    picture = cleaned(file_of(Image.new("RGB", (5000, 2500), RED), "PNG"))
    assert (picture.width, picture.height) == (4096, 2048)


# Refused, in words


def png(width, height, pixels=b"", depth=8):
    """A PNG that claims a size, whatever it holds."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def why_not(content):
    with pytest.raises(BadPicture) as refused:
        cleaned(content)
    return str(refused.value)


GOOD = file_of(two_halves())
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
OTHERS = {
    "nothing": b"",
    "svg": SVG,
    "html": b"<!doctype html><script>alert(1)</script>" + GOOD,
    "gif": file_of(two_halves(), "GIF"),
    "tiff": file_of(two_halves(), "TIFF"),
    "bmp": file_of(two_halves(), "BMP"),
    "avif": b"\0\0\0\x20ftypavif" + bytes(300),
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "pdf before a jpeg": b"%PDF-1.7\n" + GOOD,
    "zip": b"PK\x03\x04" + GOOD,
    "program": b"MZ" + GOOD,
    "webp that is sound": b"RIFF\x24\0\0\0WAVE" + bytes(99),
}


@pytest.mark.parametrize("name", OTHERS)
def test_whatever_is_no_photograph_is_refused(name):
    assert why_not(OTHERS[name]) == UNKNOWN


@pytest.mark.parametrize(
    "bomb", [png(65_000, 65_000), png(6_400, 6_300), png(40_000_001, 1), png(12_000, 12_000, zlib.compress(bytes(9)))]
)
def test_a_bomb_is_refused_before_a_pixel_is_read(bomb):
    assert why_not(bomb) == TOO_MANY_PIXELS


def test_forty_million_pixels_pass_the_head():
    assert why_not(png(8_000, 5_000, zlib.compress(bytes(9)))) == BROKEN  # it holds none of them


@pytest.mark.parametrize("size", [(1, 1), (199, 4000), (65_000, 1)])
def test_what_is_too_small_to_show_anything_is_refused(size):
    assert why_not(file_of(Image.new("RGB", size), "PNG")) == TOO_SMALL


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(kind):
    moving = file_of(two_halves(), kind, save_all=True, append_images=[Image.new("RGB", LAND)])
    assert why_not(moving) == MOVING


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.95])
def test_one_that_was_cut_off_is_refused(kind, part):
    noise = Image.effect_noise((600, 600), 80).convert("RGB")
    whole = file_of(noise, kind)
    assert why_not(whole[: int(len(whole) * part)]) == BROKEN


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_only_its_first_bytes_are_a_photograph(kind):
    assert why_not(file_of(two_halves(), kind)[:16] + b"\0garbage\xff" * 400) == BROKEN


def test_more_than_25_megabytes_is_refused():
    assert cleaned(GOOD.ljust(images.LARGEST_PHOTOGRAPH)).width == 600
    assert why_not(GOOD.ljust(images.LARGEST_PHOTOGRAPH + 1)) == TOO_LARGE


@pytest.mark.parametrize(
    "tail", [b"<script>alert(1)</script>", b"PK\x03\x04 a zip", b"%PDF-1.7 a document", b"MPF0 film"]
)
def test_what_hangs_on_behind_is_left_behind(tail):
    """Phones append films and notes of their own: the photograph is taken, and its tail is not."""
    kept = cleaned(GOOD + tail)
    assert (tail in kept.photograph, kept.photograph.endswith(b"\xff\xd9")) == (False, True)


# Apart


def test_it_is_read_in_a_process_of_its_own():
    picture = read_photograph(io.BytesIO(file_of(two_halves(), "HEIF", exif=exif(1).tobytes())))
    assert picture == cleaned(file_of(two_halves(), "HEIF", exif=exif(1).tobytes()))
    assert picture.taken == datetime(2026, 5, 1, 10, 15, 30)  # noqa: DTZ001


def test_what_is_refused_apart_is_refused_in_the_same_words():
    for content, words in ((png(65_000, 65_000), TOO_MANY_PIXELS), (GOOD[:900], BROKEN), (SVG, UNKNOWN)):
        with pytest.raises(BadPicture, match=words[:30]):
            read_photograph(io.BytesIO(content))


@pytest.mark.parametrize(
    "deed", ["bytearray(3 * 10**9)", "open('/tmp/x-photo', 'wb', 0).write(b'x')", "os.abort()", "os._exit(0)"]
)
def test_whatever_happens_apart_is_a_refusal(monkeypatch, tmp_path, deed):
    """A decoder that takes all memory, writes a file or falls over: the program says no more than that."""
    program = tmp_path / "images.py"
    source = (
        Path(images.__file__)
        .read_text()
        .replace("    kind = kind_of(content)\n", f"    {deed}\n    kind = kind_of(content)\n")
    )
    program.write_text(source)
    monkeypatch.setattr(images, "__file__", str(program))
    with pytest.raises(BadPicture, match="broken"):
        read_photograph(io.BytesIO(GOOD))


def test_what_takes_too_long_is_a_refusal(monkeypatch):
    monkeypatch.setattr(images, "PATIENCE_SECONDS", 0.001)
    with pytest.raises(BadPicture, match="broken"):
        read_photograph(io.BytesIO(GOOD))


def test_the_secrets_of_the_portal_stay_here(monkeypatch, tmp_path):
    program = tmp_path / "images.py"
    program.write_text("import os, json\nprint(json.dumps({'refused': ' '.join(os.environ)}))\n")
    monkeypatch.setenv("SECRET_KEY", "x" * 50)
    monkeypatch.setattr(images, "__file__", str(program))
    with pytest.raises(BadPicture) as refused:
        read_photograph(io.BytesIO(GOOD))
    assert "SECRET_KEY" not in str(refused.value)
