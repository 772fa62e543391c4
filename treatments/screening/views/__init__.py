"""The client's pages: the way in, the parts of the form, the check before sending, what is asked afterwards."""

from treatments.screening.views.check import check
from treatments.screening.views.parts import draft, more, part
from treatments.screening.views.start import start

__all__ = ["check", "draft", "more", "part", "start"]
