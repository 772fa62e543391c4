"""How the skin was at the end, and what the client was told."""

from typing import ClassVar

from django.db import models

from portal.security.scope import ClinicManager
from portal.security.words import known_words
from treatments.sessions.models.sessions import Session
from treatments.sessions.terms import Degree, Sign


class SkinSign(models.Model):
    """One sign that was looked for at the end, and how much of it there was."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="skin_signs")
    sign = models.CharField(max_length=20, choices=Sign.choices)
    degree = models.CharField(max_length=10, choices=Degree.choices)

    objects: ClassVar[ClinicManager["SkinSign"]] = ClinicManager()

    class Meta:
        verbose_name = "sign on the skin"
        verbose_name_plural = "signs on the skin"
        constraints = [
            models.UniqueConstraint(fields=["session", "sign"], name="skin_sign_once"),
            known_words("sign", Sign, "skin_sign_is_known"),
            known_words("degree", Degree, "skin_sign_degree_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_sign_display()}: {self.get_degree_display().lower()}"


class Closing(models.Model):
    """The skin in own words, and the aftercare: what was said, how, and by whom."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="closing")
    skin_words = models.TextField("the skin in own words", blank=True)
    told = models.JSONField("what the client was told", default=list, blank=True)  # a list of Aftercare values
    spoken = models.BooleanField("told in person", default=False)
    leaflet = models.BooleanField("by leaflet", default=False)
    email = models.BooleanField("by email", default=False)
    told_by = models.ForeignKey("portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[ClinicManager["Closing"]] = ClinicManager()

    class Meta:
        verbose_name = "end of a session"
        verbose_name_plural = "ends of sessions"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(spoken=False, leaflet=False, email=False, told_by=None)
                | (
                    (models.Q(spoken=True) | models.Q(leaflet=True) | models.Q(email=True))
                    & models.Q(told_by__isnull=False)
                ),
                name="closing_aftercare_was_given_by_somebody_somehow",
            ),
        ]

    def __str__(self) -> str:
        return f"End of {self.session}"
