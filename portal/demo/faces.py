"""Drawn heads in place of photographs: nobody real is in the demo."""

import io
from functools import cache

from PIL import Image, ImageDraw, ImageFilter

from portal.security.images import Picture, cleaned
from treatments.photos.terms import View

SIZE = (480, 640)
WALL, SKIN, HAIR, DARK = (214, 222, 226), (226, 184, 160), (92, 66, 50), (120, 84, 70)
# How far to the side the middle of the face is, and how far apart its halves are seen.
TURNS = {View.FRONT: (0, 70), View.RIGHT_OBLIQUE: (55, 70), View.RIGHT: (110, 40)}
TURNS |= {View.LEFT_OBLIQUE: (-55, 70), View.LEFT: (-110, 40)}
EDGE = 128


@cache
def drawn_face(view: View, redness: int, day: int) -> Picture:
    """A head from one side; `redness` (0 to 100) colours the cheeks, `day` moves it a little, as people move."""
    image = Image.new("RGB", SIZE, WALL)
    draw = ImageDraw.Draw(image)
    middle, (to_the_side, apart) = 240 + day * 3 % 7, TURNS[view]
    draw.ellipse((middle - 150, 70, middle + 150, 520), fill=HAIR)
    draw.rectangle((middle - 60, 470, middle + 60, 640), fill=SKIN)
    draw.ellipse((middle - 130, 110, middle + 130, 540), fill=SKIN)
    for side in (-1, 1):
        at = middle + to_the_side + side * apart
        if abs(at - middle) < EDGE:
            draw.ellipse((at - 20, 285, at + 20, 303), fill=DARK)
            _cheek(image, (at + side * 10, 380), redness)
    draw.ellipse((middle + to_the_side - 18, 340, middle + to_the_side + 18, 380), fill=(206, 158, 134))
    mouth, wide = middle + to_the_side * 3 // 4, apart // 2
    draw.rounded_rectangle((mouth - wide, 440, mouth + wide, 456), 8, fill=(178, 92, 88))
    out = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(2)).save(out, "PNG")
    return cleaned(out.getvalue())


def _cheek(image: Image.Image, at: tuple[int, int], redness: int) -> None:
    mask = Image.new("L", image.size, 0)
    ImageDraw.Draw(mask).ellipse((at[0] - 50, at[1] - 45, at[0] + 50, at[1] + 45), fill=redness * 2)
    image.paste((200, 70, 60), mask=mask.filter(ImageFilter.GaussianBlur(18)))
