"""What clients are asked to agree to, and what they answered, word for word."""

from typing import Any, Self
from uuid import uuid4

from django.db import models

from clients.links.terms import Channel
from portal.security.scope import ClinicManager
from portal.security.words import known_words
from treatments.consents.terms import ConsentPurpose, State


def copy_name(_instance: Any, _filename: str) -> str:
    """A random name: the portal makes these files itself, so their kind is known."""
    return f"consent/{uuid4().hex}.pdf"


class DocumentQuerySet(models.QuerySet["Document"]):
    """What can be asked of consent documents."""

    def to(self, purpose: str) -> Self:
        """Those for one purpose."""
        return self.filter(purpose=purpose)

    def published(self) -> Self:
        """Those that hold or held, the newest first."""
        return self.exclude(published_at=None).order_by("purpose", "-number")

    def drafts(self) -> Self:
        """Those still being written; one at most for each purpose."""
        return self.filter(published_at=None)


DocumentManager = ClinicManager.from_queryset(DocumentQuerySet)


class Document(models.Model):
    """One version of what a clinic asks consent to, for one purpose. Once published it is never changed."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=20, choices=ConsentPurpose.choices)
    number = models.PositiveIntegerField("version")
    texts = models.JSONField(default=dict)  # {language: Markdown}; the clinic's own language is always there
    needs_witness = models.BooleanField("a witness signs too", default=False)
    asks_again = models.BooleanField("ask everybody again", default=False)
    reason = models.TextField("why it changes", blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)  # SHA-256 of the texts, when it was published
    begun_at = models.DateTimeField("begun")
    published_at = models.DateTimeField("in force from", null=True, blank=True)
    # Nobody: it is the portal's default.
    published_by = models.ForeignKey("portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = DocumentManager()

    class Meta:
        verbose_name = "consent document"
        ordering = ["purpose", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "purpose", "number"], name="document_number_once"),
            models.UniqueConstraint(
                fields=["clinic", "purpose"], condition=models.Q(published_at=None), name="document_one_draft"
            ),
            known_words("purpose", ConsentPurpose, "document_purpose_is_known"),
            models.CheckConstraint(
                condition=models.Q(published_at=None) | ~models.Q(fingerprint=""), name="document_published_has_a_hash"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, version {self.number}"


class ConsentRequest(models.Model):
    """One asking: a client, the practitioner who takes the consent, and what for. Its link leads to all of it."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="consent_requests")
    practitioner = models.ForeignKey("portal.Membership", on_delete=models.PROTECT, related_name="+")
    # What the treatment is to be. Plans are another slice: by name only.
    plan = models.ForeignKey("treatments.Plan", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    price = models.CharField("price, as told to the client", max_length=120, blank=True)
    asked_at = models.DateTimeField("asked")
    asked_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+", verbose_name="asked by")

    objects = ClinicManager()

    class Meta:
        ordering = ["-asked_at", "-id"]

    def __str__(self) -> str:
        return f"Asked on {self.asked_at:%-d %b %Y}"


class ConsentQuerySet(models.QuerySet["Consent"]):
    """What can be asked of consents."""

    def to(self, purpose: str) -> Self:
        """Those for one purpose."""
        return self.filter(purpose=purpose)

    def asked(self) -> Self:
        """Those that wait for the client."""
        return self.filter(state=State.ASKED)

    def in_force(self) -> Self:
        """Signed, and neither withdrawn, replaced nor outdated."""
        return self.filter(state=State.SIGNED)

    def answered(self) -> Self:
        """Whatever the client said, the newest answer first."""
        return self.exclude(answered_at=None).order_by("-answered_at", "-id")


ConsentManager = ClinicManager.from_queryset(ConsentQuerySet)


class Consent(models.Model):
    """One purpose put to one client, and their answer: the very text, who took it, the signature, the copy."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="consents")
    request = models.ForeignKey(ConsentRequest, on_delete=models.PROTECT, related_name="consents")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="consents")
    practitioner = models.ForeignKey("portal.Membership", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=20, choices=ConsentPurpose.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    # {"zones": {zone: "1.00"}, "device_kind": …, "topical_anaesthetic": …, "sessions": 4, "interval_days": 28}: what a
    # consent to treatment covers.
    covers = models.JSONField(default=dict, blank=True)
    # The answer, with the very text it was given to.
    language = models.CharField(max_length=5, blank=True)
    text = models.TextField(blank=True)  # Markdown, with the client's and the plan's facts filled in
    text_sha256 = models.CharField(max_length=64, blank=True)
    initials = models.JSONField(default=dict, blank=True)  # {number of the clause: initials}
    signed_name = models.CharField(max_length=120, blank=True)
    signature = models.JSONField(default=list, blank=True)  # strokes: [[[x, y], …], …] in a 600 x 200 box; [] = typed
    answered_at = models.DateTimeField("answered", null=True, blank=True)
    answered_from = models.GenericIPAddressField("from address", null=True, blank=True)
    channel = models.CharField("answered", max_length=10, choices=Channel.choices, blank=True)
    refusal = models.TextField("why not", blank=True)
    witness_name = models.CharField("witness", max_length=120, blank=True)
    witness_signature = models.JSONField(default=list, blank=True)
    pdf = models.FileField(upload_to=copy_name, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    withdrawn_at = models.DateTimeField("withdrawn", null=True, blank=True)
    # Nobody: the client did.
    withdrawn_by = models.ForeignKey("portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawal_reason = models.TextField("why it was withdrawn", blank=True)

    objects = ConsentManager()

    class Meta:
        ordering = ["-request__asked_at", "id"]
        indexes = [models.Index(fields=["clinic", "client", "purpose"], name="consent_by_client")]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "purpose"], condition=models.Q(state=State.SIGNED), name="consent_one_in_force"
            ),
            models.UniqueConstraint(
                fields=["client", "purpose"], condition=models.Q(state=State.ASKED), name="consent_asked_once"
            ),
            known_words("purpose", ConsentPurpose, "consent_purpose_is_known"),
            known_words("state", State, "consent_state_is_known"),
            known_words("channel", Channel, "consent_channel_is_known", or_empty=True),
            models.CheckConstraint(
                condition=models.Q(state__in=[State.ASKED, State.CLOSED, State.REFUSED])
                | models.Q(answered_at__isnull=False)
                & ~models.Q(signed_name="")
                & ~models.Q(text="")
                & ~models.Q(text_sha256=""),
                name="consent_signed_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[State.ASKED, State.CLOSED], answered_at=None)
                | ~models.Q(state__in=[State.ASKED, State.CLOSED]) & models.Q(answered_at__isnull=False),
                name="consent_answered_has_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.WITHDRAWN, withdrawn_at__isnull=False)
                | ~models.Q(state=State.WITHDRAWN) & models.Q(withdrawn_at=None),
                name="consent_withdrawn_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {self.get_state_display()}"
