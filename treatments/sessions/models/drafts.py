"""What somebody has typed of a record and not saved yet."""

from typing import Self

from django.db import models

from portal.security.scope import ClinicManager
from portal.security.words import known_words
from treatments.sessions.models.sessions import Session
from treatments.sessions.terms import DraftPage


class SessionDraftQuerySet(models.QuerySet["SessionDraft"]):
    """What can be asked of drafts."""

    def of(self, session: Session, page: str) -> Self:
        """Those of one page of a session."""
        return self.filter(session=session, page=page)

    def written(self) -> Self:
        """Those with something in them: not every page that is open is written on."""
        return self.exclude(fields={})

    def newest_first(self) -> Self:
        """By the time they were saved."""
        return self.order_by("-saved_at", "-id").select_related("saved_by")


SessionDraftManager = ClinicManager.from_queryset(SessionDraftQuerySet)


class SessionDraft(models.Model):
    """One copy of a page, as one person has filled it in so far; two windows never share a copy."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="drafts")
    page = models.CharField(
        max_length=12, choices=DraftPage.choices, default=DraftPage.COMPLETE, db_default=DraftPage.COMPLETE
    )
    copy = models.CharField(max_length=32)
    fields = models.JSONField(default=dict)  # each field's name with the list of what was sent for it
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")

    objects = SessionDraftManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "copy"], name="session_draft_once_per_copy"),
            models.CheckConstraint(condition=~models.Q(copy=""), name="session_draft_has_a_copy"),
            known_words("page", DraftPage, "session_draft_page_is_known"),
        ]

    def __str__(self) -> str:
        return f"Draft of {self.session}"

    @property
    def words(self) -> str:
        """What of the session it is a draft of."""
        return "the record" if self.page == DraftPage.COMPLETE else "materials and aftercare"
