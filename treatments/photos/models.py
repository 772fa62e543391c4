"""Photographs of the skin: which session, moment and view they show, and where the files are kept."""

from typing import Any, Self
from uuid import uuid4

from django.db import models

from portal.security.scope import ClinicManager
from portal.security.uploads import whole_storage
from portal.security.words import known_words
from treatments.photos.terms import Moment, View
from treatments.sessions.models import Session


def photograph_name(_instance: Any, _filename: str) -> str:
    """A random name, in one of 256 folders: nothing of the client, nor of the file that was handed in, is in it."""
    name = uuid4().hex
    return f"photograph/{name[:2]}/{name}.jpg"


class PhotographQuerySet(models.QuerySet["Photograph"]):
    """What can be asked of photographs."""

    def held(self, pk: int) -> "Photograph":
        """The row as it is now, held until the transaction ends."""
        return self.select_for_update(of=("self",), no_key=True).select_related("clinic").get(pk=pk)

    def to_delete(self) -> Self:
        """Those removed whose files are still on the disk."""
        return self.filter(removed_at__isnull=False, files_gone_at=None)

    def sent_by_client(self) -> Self:
        """Those that the client took and sent."""
        return self.filter(added_by=None)

    def standing(self) -> Self:
        """Those that were not removed."""
        return self.filter(removed_at=None)

    def through_time(self) -> Self:
        """The earliest first."""
        return self.order_by("taken_at", "id")


PhotographManager = ClinicManager.from_queryset(PhotographQuerySet)


class Photograph(models.Model):
    """One photograph of a session. What it shows is never changed: a wrong one is removed, with the reason."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="photographs")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="photographs")
    moment = models.CharField(max_length=10, choices=Moment.choices)
    view = models.CharField(max_length=14, choices=View.choices)
    taken_at = models.DateTimeField("taken")
    added_at = models.DateTimeField("added")
    # None: the client sent it themselves, from behind a follow-up's link.
    added_by = models.ForeignKey(
        "portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="added by"
    )
    # Both are JPEGs that the portal wrote itself; what was handed in is not kept.
    file = models.FileField(storage=whole_storage, upload_to=photograph_name)
    thumbnail = models.FileField(storage=whole_storage, upload_to=photograph_name)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    removed_at = models.DateTimeField("removed", null=True, blank=True)
    removed_by = models.ForeignKey("portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    removal_reason = models.TextField("why it was removed", blank=True)
    files_gone_at = models.DateTimeField("files deleted", null=True, blank=True)

    objects = PhotographManager()

    class Meta:
        ordering = ["-taken_at", "-id"]
        indexes = [models.Index(fields=["client", "taken_at"], name="photograph_through_time")]
        constraints = [
            known_words("moment", Moment, "photograph_moment_is_known"),
            known_words("view", View, "photograph_view_is_known"),
            models.UniqueConstraint(
                fields=["session", "sha256"], condition=models.Q(removed_at=None), name="photograph_once_per_session"
            ),
            models.CheckConstraint(
                condition=models.Q(taken_at__lte=models.F("added_at")), name="photograph_taken_before_added"
            ),
            models.CheckConstraint(
                condition=~models.Q(file="") & ~models.Q(thumbnail="") & ~models.Q(sha256=""),
                name="photograph_has_its_files",
            ),
            models.CheckConstraint(condition=models.Q(width__gt=0, height__gt=0), name="photograph_has_a_size"),
            models.CheckConstraint(
                condition=models.Q(removed_at=None, removed_by=None, removal_reason="")
                | models.Q(removed_at__isnull=False, removed_by__isnull=False) & ~models.Q(removal_reason=""),
                name="photograph_removed_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(files_gone_at=None) | models.Q(removed_at__isnull=False),
                name="photograph_files_go_when_removed",
            ),
            models.CheckConstraint(
                condition=models.Q(added_by__isnull=False) | models.Q(moment=Moment.FOLLOW_UP),
                name="photograph_of_a_client_is_a_follow_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_view_display()}, {self.get_moment_display().lower()}"

    @property
    def by_client(self) -> bool:
        """Whether the client took and sent it."""
        return self.added_by_id is None

    @property
    def brought_by(self) -> str:
        """Who added it, in words."""
        return str(self.added_by) if self.added_by else "sent by the client"
