"""What practitioners see of a goal on two matched photographs. A rating never changes: a new one is a new row."""

from datetime import datetime
from typing import Self

from django.db import models

from clients.records.terms import Goal
from portal.security.scope import ClinicManager
from portal.security.words import known_words
from treatments.outcomes.terms import Judged
from treatments.photos.models import Photograph
from treatments.sessions.models import Session


class RatingQuerySet(models.QuerySet["Rating"]):
    """What can be asked of ratings."""

    def last_words(self, since: datetime | None = None, until: datetime | None = None) -> Self:
        """The newest of each client and goal in a time."""
        said = self.filter(rated_at__lt=until) if until else self
        newer = Rating.objects.filter(client=models.OuterRef("client"), goal=models.OuterRef("goal"))
        newer = newer.filter(pk__gt=models.OuterRef("pk"))
        newer = newer.filter(rated_at__lt=until) if until else newer
        said = said.exclude(models.Exists(newer))
        return said.filter(rated_at__gte=since) if since else said


RatingManager = ClinicManager.from_queryset(RatingQuerySet)


class Rating(models.Model):
    """How one goal is, as a practitioner sees it on a photograph before and one of the results, at the same view."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="ratings")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="ratings")  # whose results are seen
    before = models.ForeignKey(Photograph, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Photograph, on_delete=models.PROTECT, related_name="ratings", verbose_name="follow-up")
    goal = models.CharField(max_length=20, choices=Goal.choices)
    judged = models.CharField("rating", max_length=12, choices=Judged.choices)
    scale = models.CharField("version of the scale", max_length=20)
    rated_at = models.DateTimeField("rated")
    rated_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+", verbose_name="rated by")

    objects = RatingManager()

    class Meta:
        ordering = ["-rated_at", "-id"]
        indexes = [models.Index(fields=["client", "goal"], name="rating_by_client_and_goal")]
        constraints = [
            known_words("goal", Goal, "rating_goal_is_known"),
            known_words("judged", Judged, "rating_is_on_the_scale"),
            models.CheckConstraint(condition=~models.Q(scale=""), name="rating_says_which_scale"),
            models.CheckConstraint(
                condition=~models.Q(before=models.F("after")), name="rating_compares_two_photographs"
            ),
            models.UniqueConstraint(
                fields=["after", "goal", "rated_at", "rated_by"], name="rating_goal_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_goal_display()}: {Judged(self.judged).label.split(':')[0].lower()}"
