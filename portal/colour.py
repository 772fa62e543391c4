"""A clinic's colour, made legible: the ink that goes on it, and the shades of it that can be read on paper."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

# Black, not our softer ink: between white and black any colour has one that reaches 4.5 (the worst case is 4.58).
INK, WHITE, LIGHT_PAPER, DARK_PAPER = "#000000", "#ffffff", "#faf7f2", "#12201d"
LEGIBLE = 4.5  # WCAG 2.2, 1.4.3, for text of any size
NEARLY_BLACK = 0.04045  # below it the sRGB curve is a straight line


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two #rrggbb colours, from 1 to 21, as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def ink_on(colour: str) -> str:
    """White or dark ink, whichever reads better on this colour; never below 4.5."""
    return max((WHITE, INK), key=lambda ink: contrast(ink, colour))


def legible_on(paper: str, colour: str) -> str:
    """The colour, moved towards the ink just as far as text on this paper needs."""
    target = ink_on(paper)
    shades = (_mix(colour, target, step / 20) for step in range(21))
    return next(shade for shade in shades if contrast(shade, paper) >= LEGIBLE)


@require_safe
def clinic_colour(_request: HttpRequest, digits: str) -> HttpResponse:
    """One clinic colour as a stylesheet, because our pages allow no inline style."""
    colour = f"#{digits}"
    ink, light, dark = ink_on(colour), legible_on(LIGHT_PAPER, colour), legible_on(DARK_PAPER, colour)
    css = (
        f":root{{--clinic:{colour};--clinic-ink:{ink};--clinic-text:{light};--clinic-text-ink:{ink_on(light)}}}\n"
        "@media screen and (prefers-color-scheme:dark)"
        f"{{:root{{--clinic-text:{dark};--clinic-text-ink:{ink_on(dark)}}}}}\n"
    )
    return HttpResponse(css, content_type="text/css; charset=utf-8")


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= NEARLY_BLACK else float(((channel + 0.055) / 1.055) ** 2.4)


def _mix(colour: str, target: str, share: float) -> str:
    pairs = ((int(colour[i : i + 2], 16), int(target[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
