"""A lot that its maker calls back: the case until its report, and a notice for each client it touched."""

from typing import Self

from django.db import models

from portal.security.scope import ClinicManager
from portal.security.words import known_words
from treatments.recalls.terms import How


class RecallQuerySet(models.QuerySet["Recall"]):
    """What can be asked of recalls."""

    def held(self, pk: int) -> "Recall":
        """The row as it is now, held until the transaction ends."""
        return self.select_for_update(of=("self",), no_key=True).select_related("clinic", "lot__product").get(pk=pk)

    def open(self) -> Self:
        """Recalls that are not closed."""
        return self.filter(closed_at=None)

    def counted(self) -> Self:
        """With the clients `touched`, those who `know`, and those `unsent`: neither emailed nor reached."""
        arrived = models.Q(notices__acknowledged_at__isnull=False) | models.Q(notices__reached_at__isnull=False)
        return self.annotate(
            touched=models.Count("notices"),
            know=models.Count("notices", filter=arrived),
            unsent=models.Count("notices", filter=models.Q(notices__message=None, notices__reached_at=None)),
        )


RecallManager = ClinicManager.from_queryset(RecallQuerySet)


class Recall(models.Model):
    """One case: which lot, on whose word, what its clients are told, and how it ended."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey("treatments.Lot", on_delete=models.PROTECT, related_name="recalls")
    # What sessions are looked for by: a session may name a lot that was not on the list then.
    number = models.CharField("lot number", max_length=60)
    gtin = models.CharField("GTIN", max_length=14, blank=True)
    reference = models.CharField("the maker’s notice", max_length=120, blank=True)
    reason = models.CharField(max_length=300)
    texts = models.JSONField(default=dict)  # by language: what clients are told, until the first notice leaves
    opened_at = models.DateTimeField("opened")
    opened_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField("closed", null=True, blank=True)
    closed_by = models.ForeignKey("portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # How it stood when it was closed.
    sessions_touched = models.PositiveIntegerField(null=True, blank=True)
    clients_touched = models.PositiveIntegerField(null=True, blank=True)
    told = models.PositiveIntegerField("emailed", null=True, blank=True)
    acknowledged = models.PositiveIntegerField("acknowledged by link", null=True, blank=True)
    reached = models.PositiveIntegerField("reached otherwise", null=True, blank=True)
    not_reached = models.PositiveIntegerField(null=True, blank=True)
    closing_note = models.TextField("why it was closed all the same", blank=True)

    objects = RecallManager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lot"], condition=models.Q(closed_at=None), name="recall_open_once_per_lot"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="recall_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(
                    closed_at=None,
                    closed_by=None,
                    sessions_touched=None,
                    clients_touched=None,
                    told=None,
                    acknowledged=None,
                    reached=None,
                    not_reached=None,
                    closing_note="",
                )
                | models.Q(
                    closed_at__gte=models.F("opened_at"),
                    closed_by__isnull=False,
                    sessions_touched__isnull=False,
                    told__isnull=False,
                    acknowledged__isnull=False,
                    reached__isnull=False,
                    not_reached__isnull=False,
                    told__lte=models.F("clients_touched"),
                    clients_touched__isnull=False,
                    clients_touched=models.F("acknowledged") + models.F("reached") + models.F("not_reached"),
                ),
                name="recall_closed_says_whom_it_reached",
            ),
            models.CheckConstraint(
                condition=models.Q(not_reached=None) | models.Q(not_reached=0) | ~models.Q(closing_note=""),
                name="recall_closed_early_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"Recall of {self.lot}"


class RecallNoticeQuerySet(models.QuerySet["RecallNotice"]):
    """What can be asked of notices."""

    def held(self, pk: int) -> "RecallNotice":
        """The row as it is now, held until the transaction ends."""
        rows = self.select_for_update(of=("self",), no_key=True)
        return rows.select_related("clinic", "client", "message", "recall__lot__product").get(pk=pk)

    def of_recall(self, recall: Recall) -> Self:
        """Its notices by name, with the client, the email and whoever noted something."""
        mine = self.filter(recall=recall).select_related("client", "message", "reached_by")
        return mine.order_by("client__last_name", "client__first_name", "client_id")


RecallNoticeManager = ClinicManager.from_queryset(RecallNoticeQuerySet)


class RecallNotice(models.Model):
    """What one client is told of a recall: drafted, emailed, acknowledged by link, or reached otherwise."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="notices")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField("drafted")
    # Its email once it was sent off; the post office says what became of it.
    message = models.OneToOneField(
        "clients.Message", null=True, blank=True, on_delete=models.PROTECT, related_name="recall_notice"
    )
    acknowledged_at = models.DateTimeField("acknowledged", null=True, blank=True)
    reached_at = models.DateTimeField("reached", null=True, blank=True)
    reached_by = models.ForeignKey("portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reached_how = models.CharField("how", max_length=10, choices=How.choices, blank=True)
    reached_note = models.TextField("note", blank=True)

    objects = RecallNoticeManager()

    class Meta:
        verbose_name = "notice"
        constraints = [
            models.UniqueConstraint(fields=["recall", "client"], name="recall_notice_once_per_client"),
            known_words("reached_how", How, "recall_notice_how_is_known", or_empty=True),
            models.CheckConstraint(
                condition=models.Q(acknowledged_at=None) | models.Q(message__isnull=False),
                name="recall_notice_acknowledged_was_sent",
            ),
            models.CheckConstraint(
                condition=models.Q(reached_at=None, reached_by=None, reached_how="", reached_note="")
                | models.Q(reached_at__isnull=False, reached_by__isnull=False) & ~models.Q(reached_how=""),
                name="recall_notice_reached_says_when_who_and_how",
            ),
        ]

    def __str__(self) -> str:
        return f"Notice to {self.client}"
