"""What clients read when they photograph themselves: the five views, and how to light and frame them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from treatments.photos.terms import View

# Source: docs/clinical.md section 6, in the words of somebody who holds the phone themselves.
NAMES: dict[str, Any] = {
    View.FRONT: _("From the front"),
    View.RIGHT_OBLIQUE: _("Right cheek, half turned"),
    View.RIGHT: _("Right side"),
    View.LEFT_OBLIQUE: _("Left cheek, half turned"),
    View.LEFT: _("Left side"),
}
HOW_TO: dict[str, Any] = {
    View.FRONT: _("Look straight into the camera, both ears equally in sight."),
    View.RIGHT_OBLIQUE: _("Turn half to your left, so that your right cheek faces the camera."),
    View.RIGHT: _("Turn fully to your left: the camera sees your right side."),
    View.LEFT_OBLIQUE: _("Turn half to your right, so that your left cheek faces the camera."),
    View.LEFT: _("Turn fully to your right: the camera sees your left side."),
}
EARLY = _("This photograph was taken before your session. Please take a new one.")
NEED_ONE = _("Please take or choose at least one photograph.")
