"""The links that clients get by email: only a hash is kept, so nobody can read a link out of the database."""

from datetime import datetime
from typing import Self

from django.db import models

from clients.links.terms import Channel, Purpose
from portal.security.scope import ClinicManager
from portal.security.words import known_words


class ClientLinkQuerySet(models.QuerySet["ClientLink"]):
    """What can be asked of links."""

    def alive(self, at: datetime) -> Self:
        """Links that still open: neither revoked nor expired."""
        return self.filter(revoked_at=None, expires_at__gt=at)

    def leading_to(self, client_id: int, purpose: Purpose, subject_id: int) -> Self:
        """Every link that was issued for this one thing of a client's."""
        return self.filter(client=client_id, purpose=purpose, subject_id=subject_id)

    def with_voice(self) -> Self:
        """Adds time_zone and language: on which clock and in which language the page behind a link speaks."""
        return self.annotate(time_zone=models.F("clinic__time_zone"), language=models.F("client__language"))


ClientLinkManager = ClinicManager.from_queryset(ClientLinkQuerySet)


class ClientLink(models.Model):
    """One link: for one client, one purpose and one subject (a screening, a follow-up), until it expires."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="links", db_index=False)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    # The id of the screening or follow-up. Links lie below both in the layers, so this is no foreign key.
    subject_id = models.BigIntegerField()
    token_hash = models.CharField(max_length=64)
    # Of a link that is used again: what its token is made from, together with SECRET_KEY; "" of all others.
    nonce = models.CharField(max_length=32, blank=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.EMAIL)
    # Wrong dates of birth given for what the link alone must not show; at BIRTH_TRIES it shows no more.
    wrong_births = models.PositiveSmallIntegerField(default=0)

    time_zone: str  # the clinic's, and
    language: str  # the client's: on a link that was read with_voice()

    objects = ClientLinkManager()

    class Meta:
        indexes = [models.Index(fields=["client", "purpose", "subject_id"], name="link_by_client")]
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="link_token_once"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("issued_at")), name="link_expires_after_issue"
            ),
            known_words("channel", Channel, "link_channel_is_known"),
        ]

    def __str__(self) -> str:
        return self.get_purpose_display()

    @property
    def on_tablet(self) -> bool:
        """Whether the clinic handed over its own tablet: somebody of the team knows who holds it."""
        return self.channel == Channel.TABLET
