"""Reaction cases, and what was done about each."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from portal.security.scope import ClinicManager
from portal.security.words import known_words
from treatments.cases.terms import WITHOUT_CONTACT, Ending, EntryKind, Grade, ReactionKind


class CaseQuerySet(models.QuerySet["Case"]):
    """What can be asked of cases."""

    def open(self) -> Self:
        """Those that nobody has closed."""
        return self.filter(closed_at=None)

    def to_escalate(self, at: datetime) -> Self:
        """Open cases whose call is overdue, and that the owner was not told of."""
        return self.open().filter(call_by__lte=at, escalated_at=None)

    def reactions(self) -> Self:
        """Those that were a reaction of the client's, as far as is known."""
        of_others = [ReactionKind.NEEDLE_STICK, ReactionKind.DEVICE_FAULT]
        return self.exclude(ending=Ending.MISTAKEN).exclude(kind__in=of_others)

    def held(self, pk: int) -> "Case":
        """The row as it is now, held until the transaction ends."""
        return self.select_for_update(of=("self",), no_key=True).select_related("clinic", "client__clinic").get(pk=pk)


CaseManager = ClinicManager.from_queryset(CaseQuerySet)


class Case(models.Model):
    """Something that happened after a session and needs somebody until it is over."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="cases")
    # cases lies below sessions and follow-ups in the layers: these references are by name only.
    session = models.ForeignKey("treatments.Session", on_delete=models.PROTECT, related_name="cases")
    alert = models.OneToOneField(
        "treatments.Alert", null=True, blank=True, on_delete=models.PROTECT, related_name="case"
    )
    kind = models.CharField("what it is", max_length=24, choices=ReactionKind.choices)
    zones = models.JSONField(default=list, blank=True)  # keys of products.terms.Zone
    began_on = models.DateField("began")
    grade = models.PositiveSmallIntegerField(choices=Grade.choices)
    words = models.TextField("what happened")
    opened_at = models.DateTimeField("opened")
    opened_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    contacted_at = models.DateTimeField("spoken to the client", null=True, blank=True)  # the first time
    call_by = models.DateTimeField("next call by", null=True, blank=True)  # null once it is closed
    escalated_at = models.DateTimeField("passed on to the owner", null=True, blank=True)  # since the last entry
    closed_at = models.DateTimeField("closed", null=True, blank=True)
    closed_by = models.ForeignKey("portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ending = models.CharField("how it ended", max_length=12, choices=Ending.choices, blank=True)

    objects = CaseManager()

    class Meta:
        verbose_name = "reaction case"
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["clinic", "call_by"], condition=Q(closed_at=None), name="case_open_by_call"),
            models.Index(fields=["client"], condition=Q(closed_at=None), name="case_open_by_client"),
        ]
        constraints = [
            known_words("kind", ReactionKind, "case_kind_is_known"),
            known_words("ending", Ending, "case_ending_is_known", or_empty=True),
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=4), name="case_grade_is_1_to_4"),
            models.CheckConstraint(condition=~Q(words=""), name="case_says_what_happened"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, ending="", call_by__isnull=False)
                | Q(closed_at__isnull=False, closed_by__isnull=False, call_by=None) & ~Q(ending=""),
                name="case_open_has_a_call_and_closed_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(contacted_at__isnull=False) | Q(ending__in=sorted(WITHOUT_CONTACT)),
                name="case_closed_after_a_word_with_the_client",
            ),
            models.CheckConstraint(
                condition=Q(contacted_at=None) | Q(contacted_at__gte=models.F("opened_at")),
                name="case_contacted_after_it_opened",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=models.F("opened_at")),
                name="case_closed_after_it_opened",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.client}"

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed it."""
        return self.closed_at is None

    def overdue(self, at: datetime) -> bool:
        """Whether somebody should have called by now."""
        return self.call_by is not None and self.call_by <= at


class CaseEntry(models.Model):
    """What was done about a case: by whom, when. It is never changed."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12, choices=EntryKind.choices)
    note = models.TextField(blank=True)
    grade = models.PositiveSmallIntegerField(choices=Grade.choices)  # the case's from then on
    photograph = models.ForeignKey(
        "treatments.Photograph", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    call_by = models.DateTimeField("next call by", null=True, blank=True)  # the case's from then on
    at = models.DateTimeField()
    by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[ClinicManager["CaseEntry"]] = ClinicManager()

    class Meta:
        verbose_name = "entry of a case"
        verbose_name_plural = "entries of cases"
        ordering = ["at", "id"]
        constraints = [
            known_words("kind", EntryKind, "case_entry_kind_is_known"),
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=4), name="case_entry_grade_is_1_to_4"),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.PHOTOGRAPH, photograph__isnull=False)
                | ~Q(kind=EntryKind.PHOTOGRAPH) & Q(photograph=None) & ~Q(note=""),
                name="case_entry_says_what_was_done",
            ),
            models.UniqueConstraint(fields=["case", "photograph"], name="case_photograph_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at:%-d %b %Y}"
