"""The two drawings of the chart, by zone: a face with neck and chest, and a body from the front and from behind.

Our own, simple shapes on a square of SIDE units. A shape is a list of corners, rounded off by `smooth`; what stands on
both sides is written once, for the left of the drawing, and mirrored.
"""

from collections.abc import Sequence
from typing import NamedTuple

from treatments.products.terms import Zone

Corners = Sequence[tuple[float, float]]


class Label(NamedTuple):
    """The word beside a zone, and the line from it to the zone."""

    words: str
    x: int
    y: int
    anchor: str  # "start", "middle" or "end", as SVG says it
    to_x: int
    to_y: int

    @property
    def from_x(self) -> int:
        """Where the line leaves the word: a little beyond its end."""
        wide = 17 * len(self.words) + 8  # of bold letters 30 units high
        if self.anchor == "middle":
            return self.x + (wide if self.to_x > self.x else -wide) // 2
        return self.x + wide if self.anchor == "start" else self.x - wide


def smooth(corners: Corners) -> str:
    """A closed path through the corners, rounded (Catmull-Rom, as Bézier curves)."""
    many = len(corners)
    parts = [f"M{corners[0][0]:g} {corners[0][1]:g}"]
    for at in range(many):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = (corners[(at + step) % many] for step in (-1, 0, 1, 2))
        control = (bx + (cx - ax) / 6, by + (cy - ay) / 6, cx - (dx - bx) / 6, cy - (dy - by) / 6)
        parts.append("C" + " ".join(f"{number:.0f}" for number in (*control, cx, cy)))
    return "".join(parts) + "Z"


def mirrored(corners: Corners, middle: float) -> list[tuple[float, float]]:
    """The same on the other side of an upright line."""
    return [(2 * middle - x, y) for x, y in corners]


def whole(half: Corners, middle: float) -> str:
    """A shape that is the same on both sides: its left half from top to bottom, and the mirrored half back up."""
    inner = [corner for corner in reversed(mirrored(half, middle)) if corner not in half]
    return smooth([*half, *inner])


def pair(corners: Corners, middle: float) -> str:
    """A shape and its mirror image."""
    return smooth(corners) + smooth(mirrored(corners, middle))


# The face, about x = 500. Earlier zones lie under later ones.
EYE = [(440, 318), (418, 303), (392, 299), (366, 304), (346, 320), (368, 332), (394, 336), (420, 331)]
AROUND_EYE = [(452, 322), (440, 290), (396, 276), (350, 284), (322, 318), (346, 352), (394, 366), (436, 354)]
FACE: dict[str, str] = {
    Zone.NECK: whole([(420, 640), (412, 760), (392, 806), (340, 830), (420, 846), (500, 850)], 500),
    Zone.DECOLLETE: whole([(500, 862), (420, 858), (330, 842), (240, 872), (196, 920), (180, 996), (340, 998)], 500),
    Zone.SCALP: whole(
        [(500, 52), (400, 66), (322, 122), (284, 210), (290, 272), (316, 224), (382, 172), (500, 158)], 500
    ),
    Zone.FULL_FACE: whole(
        [(500, 168), (390, 180), (324, 234), (300, 320), (304, 430), (330, 530), (384, 630), (446, 690), (500, 700)],
        500,
    ),
    Zone.FOREHEAD: whole([(500, 190), (410, 198), (354, 232), (336, 272), (400, 262), (462, 276), (500, 282)], 500),
    Zone.PERIORBITAL: pair(AROUND_EYE, 500) + pair(EYE, 500),
    Zone.NOSE: whole([(500, 296), (474, 304), (470, 380), (448, 440), (454, 468), (482, 478), (500, 480)], 500),
    Zone.CHEEKS: pair(
        [
            (326, 372),
            (380, 382),
            (440, 374),
            (452, 400),
            (434, 446),
            (430, 480),
            (402, 520),
            (390, 570),
            (352, 520),
            (330, 450),
        ],
        500,
    ),
    Zone.UPPER_LIP: whole([(500, 490), (444, 492), (412, 530), (408, 576), (446, 592), (500, 596)], 500),
    Zone.CHIN: whole([(500, 610), (440, 606), (392, 592), (376, 574), (398, 630), (446, 676), (500, 686)], 500),
}
FACE_LINES = (
    pair(EYE, 500),
    whole([(500, 541), (476, 532), (442, 548), (474, 566), (500, 569)], 500),
    pair([(294, 340), (276, 326), (266, 366), (280, 424), (302, 436)], 500),
)
FACE_LABELS = {
    Zone.SCALP: Label("Scalp", 20, 105, "start", 330, 130),
    Zone.FOREHEAD: Label("Forehead", 980, 205, "end", 640, 232),
    Zone.PERIORBITAL: Label("Around the eyes", 980, 300, "end", 672, 318),
    Zone.FULL_FACE: Label("Full face", 20, 265, "start", 318, 300),
    Zone.NOSE: Label("Nose", 20, 395, "start", 466, 430),
    Zone.CHEEKS: Label("Cheeks", 980, 440, "end", 655, 450),
    Zone.UPPER_LIP: Label("Around the mouth", 20, 600, "start", 420, 560),
    Zone.CHIN: Label("Chin and jaw", 980, 610, "end", 600, 632),
    Zone.NECK: Label("Neck", 20, 740, "start", 414, 740),
    Zone.DECOLLETE: Label("Décolleté", 980, 800, "end", 720, 880),
}

# The body, from the front about x = 270, from behind about x = 730.
FRONT, BEHIND = 270, 730
TRUNK = [(0, 150), (-24, 156), (-30, 184), (-74, 200), (-100, 214), (-96, 260), (-78, 300), (-66, 370), (-84, 450)]
LEG = [
    (-92, 520),
    (-78, 620),
    (-64, 710),
    (-58, 790),
    (-44, 900),
    (-56, 952),
    (-16, 952),
    (-14, 880),
    (-12, 720),
    (-4, 530),
]
ARM = [
    (-104, 222),
    (-122, 262),
    (-130, 360),
    (-144, 440),
    (-150, 512),
    (-126, 516),
    (-116, 430),
    (-106, 350),
    (-100, 276),
]
HAND = [(-152, 524), (-160, 560), (-150, 600), (-132, 606), (-122, 566), (-126, 526)]
THIGH = [(-86, 528), (-74, 620), (-62, 694), (-16, 694), (-10, 610), (-8, 544), (-40, 516)]
ABDOMEN = [(0, 342), (-58, 346), (-60, 386), (-74, 448), (-60, 478), (0, 500)]


def at(corners: Corners, middle: float) -> list[tuple[float, float]]:
    """Corners that are counted from an upright line."""
    return [(middle + x, y) for x, y in corners]


def both(corners: Corners) -> str:
    """On both sides of both figures."""
    return "".join(pair(at(corners, middle), middle) for middle in (FRONT, BEHIND))


BODY: dict[str, str] = {
    Zone.BODY: "".join(
        whole(at([*TRUNK, *LEG], middle), middle) + pair(at(ARM, middle), middle) for middle in (FRONT, BEHIND)
    ),
    Zone.ABDOMEN: whole(at(ABDOMEN, FRONT), FRONT),
    Zone.THIGHS: both(THIGH),
    Zone.HANDS: both(HAND),
}
HEAD = [(0, 34), (-34, 48), (-42, 92), (-22, 132), (0, 142)]
BODY_LINES = tuple(whole(at(HEAD, middle), middle) for middle in (FRONT, BEHIND))
BODY_LABELS = {
    Zone.BODY: Label("Body, elsewhere", 500, 160, "middle", 664, 222),
    Zone.ABDOMEN: Label("Abdomen", 500, 400, "middle", 330, 405),
    Zone.HANDS: Label("Hands", 500, 545, "middle", 420, 560),
    Zone.THIGHS: Label("Thighs", 500, 650, "middle", 344, 640),
}
BODY_WORDS = (("From the front", FRONT), ("From behind", BEHIND))
