"""What is noted at a point of the chart, and that a client was told what is off label."""

from typing import ClassVar

from django.db import models

from portal.security.scope import ClinicManager
from portal.security.words import known_words
from treatments.products.terms import Zone
from treatments.sessions.models.sessions import Session
from treatments.sessions.terms import MOST_POINTS, SIDE


class ChartPoint(models.Model):
    """A note at one point of a session's chart. The zone says which drawing x and y lie on."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="points")
    number = models.PositiveSmallIntegerField()
    zone = models.CharField(max_length=20, choices=Zone.choices)
    x = models.PositiveSmallIntegerField()  # from the left of the drawing, which is SIDE wide and high
    y = models.PositiveSmallIntegerField()  # from its top
    note = models.CharField(max_length=300)

    objects: ClassVar[ClinicManager["ChartPoint"]] = ClinicManager()

    class Meta:
        verbose_name = "point of a chart"
        verbose_name_plural = "points of charts"
        ordering = ["session", "number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="chart_point_number_once"),
            known_words("zone", Zone, "chart_point_zone_is_known"),
            models.CheckConstraint(
                condition=models.Q(number__gte=1, number__lte=MOST_POINTS), name="chart_points_are_few"
            ),
            models.CheckConstraint(
                condition=models.Q(x__gte=0, x__lte=SIDE, y__gte=0, y__lte=SIDE), name="chart_point_lies_on_the_drawing"
            ),
            models.CheckConstraint(condition=~models.Q(note=""), name="chart_point_has_a_note"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.get_zone_display()}: {self.note}"


class OffLabelUse(models.Model):
    """What of a session was outside what its device is authorised for, and who told the client so."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="off_label")
    what = models.TextField()  # one sentence a line, as it was read
    told_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField("the client was told")

    objects: ClassVar[ClinicManager["OffLabelUse"]] = ClinicManager()

    class Meta:
        verbose_name = "off-label use"
        constraints = [models.CheckConstraint(condition=~models.Q(what=""), name="off_label_use_says_what")]

    def __str__(self) -> str:
        return f"Off label in {self.session}"
