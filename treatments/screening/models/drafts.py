"""What a client has written so far, until they send it."""

from typing import ClassVar

from django.db import models

from portal.security.scope import ClinicManager
from treatments.screening.models.screenings import Screening


class Draft(models.Model):
    """The answers so far, as they were typed. It goes when the form is submitted or withdrawn."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    screening = models.OneToOneField(Screening, on_delete=models.CASCADE, related_name="draft")
    answers = models.JSONField(default=dict)  # {name of a form field: what was typed or chosen}
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    objects: ClassVar[ClinicManager["Draft"]] = ClinicManager()

    def __str__(self) -> str:
        return f"Begun on {self.begun_at:%-d %b %Y}"
