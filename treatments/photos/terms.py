"""The words of photographs."""

from django.db.models import TextChoices


class Moment(TextChoices):
    """When a photograph was taken, as seen from the session it belongs to."""

    BEFORE = "before", "Before"
    AFTER = "after", "Straight after"
    FOLLOW_UP = "follow_up", "Follow-up"


class View(TextChoices):
    """The five views of a face, in the order they are taken. Source: docs/clinical.md section 6."""

    FRONT = "front", "Front"
    RIGHT_OBLIQUE = "right_oblique", "Right, 45°"
    RIGHT = "right", "Right side"
    LEFT_OBLIQUE = "left_oblique", "Left, 45°"
    LEFT = "left", "Left side"


# How to stand for each view; for all of them alike, how to light and frame it.
HOW: dict[str, str] = {
    View.FRONT: "Facing the camera, both ears equally in sight.",
    View.RIGHT_OBLIQUE: "Turned half to their left, so that the right cheek faces the camera.",
    View.RIGHT: "Turned fully to their left: the right profile, one eye in sight.",
    View.LEFT_OBLIQUE: "Turned half to their right, so that the left cheek faces the camera.",
    View.LEFT: "Turned fully to their right: the left profile, one eye in sight.",
}
GUIDE = (
    "Hair back, no make-up, no jewellery. Head level: the lower rim of the eye and the ear’s opening on one line. "
    "Even light from both sides, a plain background, and the same distance each time."
)
