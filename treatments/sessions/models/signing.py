"""A record that was signed, and what was amended since. Triggers in both databases refuse to change either."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Upper

from portal.security.scope import ClinicManager
from portal.security.words import known_words
from treatments.products.models import depth_within_limits
from treatments.products.terms import Zone
from treatments.sessions.models.sessions import Session
from treatments.sessions.terms import LOTS, Amendable


class SignedRecord(models.Model):
    """The record of a session as it was signed: who, when, its text, and a hash of that."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="signed")
    signed_at = models.DateTimeField("signed")
    signed_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    sha256 = models.CharField(max_length=64)

    objects: ClassVar[ClinicManager["SignedRecord"]] = ClinicManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text="") & ~models.Q(sha256=""), name="signed_record_has_its_text_and_hash"
            ),
        ]

    def __str__(self) -> str:
        return f"Signed record of {self.session}"


class Amendment(models.Model):
    """One later change of a signed record: what it said, what it should have said, who says so, when and why."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="amendments")
    subject = models.CharField("what", max_length=12, choices=Amendable.choices)
    part = models.CharField(max_length=20, blank=True)  # the zone, or the number of a cream or serum; "" = the only one
    before = models.TextField("it said", blank=True)
    after = models.TextField("it should say")
    lot_number = models.CharField(max_length=60, blank=True)  # of a lot: the number alone, for a recall to find
    ended_at = models.DateTimeField(null=True, blank=True)  # of the end: the moment itself
    reason = models.TextField()
    amended_at = models.DateTimeField("amended")
    amended_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[ClinicManager["Amendment"]] = ClinicManager()

    class Meta:
        ordering = ["amended_at", "id"]
        indexes = [models.Index("clinic", Upper("lot_number"), name="amendment_by_lot_number")]
        constraints = [
            known_words("subject", Amendable, "amendment_subject_is_known"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="amendment_has_a_reason"),
            models.CheckConstraint(
                condition=~models.Q(after="") & ~models.Q(after=models.F("before")), name="amendment_changes_something"
            ),
            models.CheckConstraint(
                condition=models.Q(subject__in=LOTS) & ~models.Q(lot_number="")
                | ~models.Q(subject__in=LOTS) & models.Q(lot_number=""),
                name="amendment_of_a_lot_has_its_number",
            ),
            models.CheckConstraint(
                condition=models.Q(subject=Amendable.ENDED, ended_at__isnull=False)
                | ~models.Q(subject=Amendable.ENDED) & models.Q(ended_at=None),
                name="amendment_of_the_end_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Amendment of {self.session}"

    @property
    def label(self) -> str:
        """What was amended: "Needle depth: Cheeks"."""
        what = self.get_subject_display()
        return f"{what}: {Zone(self.part).label}" if self.subject == Amendable.DEPTH else what


class AsAmended(models.Model):
    """What was done in a session whose record was amended: what is counted, and what the rest of a series counts from.

    It says nothing that the record and its amendments do not.
    """

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="as_amended")
    ended_at = models.DateTimeField()
    device = models.ForeignKey("treatments.Device", on_delete=models.PROTECT, related_name="+")
    cartridge_lot = models.CharField(max_length=60)
    deepest_mm = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True)
    zones = models.CharField(max_length=250, blank=True)  # those that were treated, in order, with commas between

    objects: ClassVar[ClinicManager["AsAmended"]] = ClinicManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(cartridge_lot=""), name="as_amended_has_a_lot"),
            depth_within_limits("as_amended_depth_within_limits", "deepest_mm"),
        ]

    def __str__(self) -> str:
        return f"{self.session} as amended"
